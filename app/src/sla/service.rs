//! Use cases: note what happened to a ticket, say what is promised before one is filed.
//!
//! Whatever moves a clock comes through [`record`], in the transaction of the act that moved it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::Firing;
pub use super::course::course;
use super::deeds;
use super::derive::{Derived, is_caught_up};
use super::engine::replay;
pub use super::explain::explain;
use super::facts::{Event, Fact};
use super::library::Library;
use super::model::{Cause, Metric, Terms};
use super::policy::{Book, TicketFacts};
use super::promise::{Due, Kept, Memory};
use super::rematch;
use super::rows::{Badge, EventRow};
use super::store::{self, Changes};
use crate::core::actor::Standing;
use crate::core::id::{MessageId, TeamId, TicketId, UserId};
use crate::core::{Error, Tx};
use crate::escalations::service as escalations;
use crate::events;

/// Notes what happened to a ticket, at the instant of the act, and brings its clocks up to date.
///
/// The caller has locked the ticket; a new one begins with [`open`]. `rematch` says that something policies
/// ask about is new: the terms are then looked up again.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub async fn record(tx: &mut Tx, ticket: &Standing, facts: Vec<Fact>, rematch: bool) -> Result<(), Error> {
    let id = ticket.ticket;
    let mut events = history(tx, id).await?;
    let kept = store::clocks(tx, &[id]).await?.remove(&id).unwrap_or_default();
    let known = events.len();
    let terms = if rematch { new_terms(tx, id).await? } else { None };
    let mut facts = facts;
    if let Some(terms) = terms {
        facts.insert(0, Fact::Terms(Box::new(terms)));
    }
    if facts.is_empty() {
        return Ok(());
    }
    if let Some(solved) = facts.iter().rev().find_map(Fact::solves) {
        escalations::follow(tx, id, solved).await?;
    }
    let (at, actor) = (tx.now, tx.actor.user_id());
    let places = Event::next_place(&events)..;
    events.extend(places.zip(facts).map(|(n, fact)| Event { n, at, actor, fact }));

    let library = tx.app.room::<Library>();
    let calendars = library.calendars_of(tx, events.iter()).await?;
    let now = tx.app.now().max(at);
    let derived = Derived::of(id, &events, &kept, &calendars, now).map_err(Error::internal)?;
    let rows = events[known..].iter().map(|event| EventRow::of(id, event));
    let rows = rows.collect::<Result<_, _>>().map_err(Error::internal)?;
    keep(tx, rows, vec![(ticket.clone(), derived)], now).await
}

/// What is promised on a ticket that is about to be stored.
pub struct Opened {
    events: Vec<EventRow>,
    derived: Derived,
    now: DateTime<Utc>,
}

impl Opened {
    /// What lists show of it: stored with the ticket.
    #[must_use]
    pub const fn badge(&self) -> &Badge {
        &self.derived.badge
    }
}

/// The policies that a ticket filed in this act comes under; `None` while nothing was published.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub async fn in_force(tx: &mut Tx) -> Result<Option<Arc<Book>>, Error> {
    let now = tx.now;
    let Some(publication) = store::publication_for(tx, now).await? else { return Ok(None) };
    tx.app.room::<Library>().book(tx, publication).await.map(Some)
}

/// Works out what is promised under `book` ([`in_force`]) on a ticket that is filed in this act, with the customer's first
/// message if they wrote it themselves. [`keep_opened`] writes it down when the ticket is there.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub async fn open(
    tx: &mut Tx,
    book: Option<&Book>,
    ticket: TicketId,
    asked: &TicketFacts,
    message: Option<MessageId>,
) -> Result<Opened, Error> {
    let (at, actor) = (tx.now, tx.actor.user_id());
    let terms = book.map(|book| book.terms(asked, Cause::Created)).transpose().map_err(Error::internal)?;
    let events = beginning(asked.team, terms, message, at, actor);
    let calendars = tx.app.room::<Library>().calendars_of(tx, events.iter()).await?;
    let now = tx.app.now().max(at);
    let derived = Derived::of(ticket, &events, &[], &calendars, now).map_err(Error::internal)?;
    let events = events.iter().map(|event| EventRow::of(ticket, event)).collect::<Result<_, _>>();
    Ok(Opened { events: events.map_err(Error::internal)?, derived, now })
}

/// Writes down what [`open`] worked out, but for the badge.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached.
pub async fn keep_opened(tx: &mut Tx, ticket: &Standing, opened: Opened) -> Result<(), Error> {
    let Opened { events, derived, now } = opened;
    store::insert_opened(tx, &events, &derived.changed).await?;
    tell(tx, vec![(ticket.clone(), derived)], now).await
}

/// How the history of every ticket begins. The terms are in force before anything is said on it.
fn beginning(
    team: Option<TeamId>,
    terms: Option<Terms>,
    message: Option<MessageId>,
    at: DateTime<Utc>,
    actor: Option<UserId>,
) -> Vec<Event> {
    let opened = Fact::Opened { team, imported: false };
    let terms = terms.map(|terms| Fact::Terms(Box::new(terms)));
    let message = message.map(|message| Fact::CustomerMessage { message });
    let facts = [Some(opened), terms, message].into_iter().flatten();
    (1..).zip(facts).map(|(n, fact)| Event { n, at, actor, fact }).collect()
}

/// Writes what was derived and tells, in the same transaction, what nobody was told before.
pub(super) async fn keep(
    tx: &mut Tx,
    events: Vec<EventRow>,
    tickets: Vec<(Standing, Derived)>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let badges = tickets.iter().map(|(_, derived)| (derived.ticket, derived.badge.clone())).collect();
    write(tx, Changes { events, badges, ..Changes::default() }, tickets, now).await
}

async fn write(
    tx: &mut Tx,
    mut changes: Changes,
    mut tickets: Vec<(Standing, Derived)>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for (_, derived) in &mut tickets {
        changes.clocks.append(&mut derived.changed);
        changes.gone.append(&mut derived.gone);
    }
    store::save(tx, &changes).await?;
    tell(tx, tickets, now).await
}

/// Tells what nobody was told before of tickets whose clocks were written, and does what steps of their ladders say.
///
/// What a step does may bring others at once, and what those do more. It comes to an end: each step of a clock is decided
/// once, and no clock that starts meanwhile gets to its first, since an act does not let time go on.
async fn tell(tx: &mut Tx, tickets: Vec<(Standing, Derived)>, now: DateTime<Utc>) -> Result<(), Error> {
    let mut steps = announce(tx, tickets, now).await?;
    let mut now = now;
    while !steps.is_empty() {
        let aftermath = deeds::carry_out(tx, steps, now).await?;
        now = aftermath.now;
        steps = announce(tx, aftermath.tickets, now).await?;
    }
    Ok(())
}

/// Decides which steps were reached that nobody had decided before, tells of them and of what is newly late, and returns
/// those that do something to their ticket.
async fn announce(
    tx: &mut Tx,
    tickets: Vec<(Standing, Derived)>,
    now: DateTime<Utc>,
) -> Result<Vec<(TicketId, Firing)>, Error> {
    let mut firings = Vec::new();
    let mut told: HashMap<TicketId, Vec<events::Event>> = HashMap::new();
    let mut standings = Vec::with_capacity(tickets.len());
    for (standing, derived) in tickets {
        firings.extend(derived.firings.into_iter().map(|firing| (derived.ticket, firing)));
        let missed = derived.missed.into_iter().map(|(metric, cycle, due_at)| events::Event::SlaMissed {
            metric: metric.to_string(),
            cycle: cycle.cast_signed(),
            due_at,
        });
        told.entry(derived.ticket).or_default().extend(missed);
        standings.push(standing);
    }
    let mut steps = Vec::new();
    if !firings.is_empty() {
        let decided = store::decide(tx, &firings, now).await?;
        let reached = decided.iter().map(|(ticket, firing)| firing.reached(*ticket)).collect();
        escalations::reached(tx, reached).await?;
        for (ticket, firing) in decided {
            told.entry(*ticket).or_default().push(step_event(firing, now));
            if firing.step.also.is_some() {
                steps.push((*ticket, firing.clone()));
            }
        }
    }
    let told: Vec<_> = standings
        .iter()
        .filter_map(|standing| Some((standing, told.remove(&standing.ticket).filter(|told| !told.is_empty())?)))
        .collect();
    if !told.is_empty() {
        events::append_to_many(tx, None, &told).await?;
    }
    Ok(steps)
}

fn step_event(firing: &Firing, now: DateTime<Utc>) -> events::Event {
    events::Event::SlaStep {
        metric: firing.metric.to_string(),
        cycle: firing.cycle.cast_signed(),
        percent: firing.step.percent.into(),
        due_at: firing.due_at,
        reached_at: firing.at,
        catch_up: is_caught_up(firing.at, now),
        notify: firing.step.notify.iter().copied().collect(),
    }
}

/// The publication that is in force now; none on a desk that was never laid down.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached.
pub async fn newest_publication(tx: &mut Tx) -> Result<Option<uuid::Uuid>, Error> {
    Ok(store::newest_publication(tx).await?)
}

/// The events of one ticket.
pub(super) async fn history(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Event>, Error> {
    store::events_of(tx, ticket).await?.into_iter().map(|row| row.event().map_err(Error::internal)).collect()
}

/// The events of some tickets.
pub(super) async fn histories(tx: &mut Tx, tickets: &[TicketId]) -> Result<HashMap<TicketId, Vec<Event>>, Error> {
    let mut found: HashMap<TicketId, Vec<Event>> = HashMap::new();
    for row in store::events(tx, tickets).await? {
        found.entry(row.ticket_id).or_default().push(row.event().map_err(Error::internal)?);
    }
    Ok(found)
}

/// What is promised on a ticket as it now is, if that differs from what its history promises
/// already; nothing while nothing was published.
async fn new_terms(tx: &mut Tx, ticket: TicketId) -> Result<Option<Terms>, Error> {
    let row = store::tickets(tx, &[ticket]).await?.pop().ok_or(Error::NotFound)?;
    let Some(publication) = row.publication else { return Ok(None) };
    let book = tx.app.room::<Library>().book(tx, publication).await?;
    let terms = row.new_terms(&book).map_err(Error::internal)?;
    Ok(terms.map(|terms| Terms { cause: rematch::by_fields(row.terms.as_deref(), &terms), ..terms }))
}

/// What would be promised under `book` ([`in_force`]) on a ticket that is filed now: a dry run of the engine.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub async fn due(tx: &mut Tx, book: Option<&Book>, ticket: &TicketFacts) -> Result<Due, Error> {
    let now = tx.now;
    let Some(book) = book else { return Ok(Due::default()) };
    let terms = book.terms(ticket, Cause::Created).map_err(Error::internal)?;
    let events = beginning(ticket.team, Some(terms), Some(MessageId::new()), now, None);
    let calendars = tx.app.room::<Library>().calendars_of(tx, events.iter()).await?;
    let clocks = replay(&events, &calendars, now).map_err(Error::internal)?.clocks;
    let due = |metric| clocks.iter().find(|clock| clock.metric == metric).and_then(|clock| clock.due_at);
    Ok(Due { reply_by: due(Metric::FirstReply), solve_by: due(Metric::Resolution) })
}

/// How often a first reply was in time in the last 90 days; counted at most once a minute.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached.
pub async fn replies_kept(tx: &mut Tx) -> Result<Kept, Error> {
    let (now, memory) = (tx.now, tx.app.room::<Memory>());
    let known = *memory.0.read().unwrap_or_else(PoisonError::into_inner);
    if let Some((kept, at)) = known
        && now - at < TimeDelta::minutes(1)
    {
        return Ok(kept);
    }
    let (met, missed) = store::replies_kept(tx, now - TimeDelta::days(90), now).await?;
    let kept = Kept { met, of: met + missed };
    *memory.0.write().unwrap_or_else(PoisonError::into_inner) = Some((kept, now));
    Ok(kept)
}
