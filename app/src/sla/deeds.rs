//! What steps of ladders do beside telling people, in the transaction that decides them: so each is done exactly once,
//! or its transaction never was.
//!
//! What is done counts a moment after everything that was decided with it. An event comes before the timers of its own
//! instant, so at the same one it could undo the very step, or a miss, that brought it.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::Firing;
use super::derive::{Derived, is_caught_up};
use super::facts::{Event, Fact};
use super::library::Library;
use super::model::{Cause, Deed, Terms};
use super::policy::Book;
use super::rows::EventRow;
use super::store::{self, Changes, TicketRow};
use super::{rematch, service};
use crate::core::actor::Standing;
use crate::core::id::TicketId;
use crate::core::{Error, Tx};
use crate::events::model::LadderStep;
use crate::tickets::ladder::{self, Done, Order};

/// The least by which two instants differ in the database.
const MOMENT: TimeDelta = TimeDelta::microseconds(1);

/// What came of some steps: tickets whose clocks were derived anew and written, as of a later instant.
pub(super) struct Aftermath {
    pub now: DateTime<Utc>,
    pub tickets: Vec<(Standing, Derived)>,
}

/// Does what `steps` say, which were decided as of `now`, and brings the clocks of their tickets up to date.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub(super) async fn carry_out(
    tx: &mut Tx,
    steps: Vec<(TicketId, Firing)>,
    now: DateTime<Utc>,
) -> Result<Aftermath, Error> {
    let orders = orders(steps, now);
    let now = now + MOMENT;
    let ids: Vec<_> = orders.iter().map(|order| order.ticket).collect();
    // What policies ask of them, before anything is done.
    let rows = store::tickets(tx, &ids).await?;
    let mut rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    let changed = ladder::carry_out(tx, &orders).await?;
    if changed.is_empty() {
        return Ok(Aftermath { now, tickets: Vec::new() });
    }
    let ids: Vec<_> = changed.iter().map(|ticket| ticket.standing.ticket).collect();
    let mut histories = service::histories(tx, &ids).await?;
    let kept = store::clocks(tx, &ids).await?;
    let library = tx.app.room::<Library>();
    let (mut continued, mut new) = (Vec::new(), Vec::new());
    for ticket in changed {
        let id = ticket.standing.ticket;
        let (Some(row), Some(mut history)) = (rows.remove(&id), histories.remove(&id)) else { continue };
        let book = match row.publication {
            Some(publication) => Some(library.book(tx, publication).await?),
            None => None,
        };
        let known = history.len();
        for done in &ticket.done {
            follow(&mut history, &row, book.as_deref(), done, now)?;
        }
        if history.len() > known {
            let rows = history[known..].iter().map(|event| EventRow::of(id, event));
            new.extend(rows.collect::<Result<Vec<_>, _>>().map_err(Error::internal)?);
            continued.push((ticket.standing, history));
        }
    }
    let calendars = library.calendars_of(tx, continued.iter().flat_map(|(_, history)| history)).await?;
    let mut tickets = Vec::with_capacity(continued.len());
    let mut changes = Changes { events: new, ..Changes::default() };
    for (standing, history) in continued {
        let id = standing.ticket;
        let rows = kept.get(&id).map_or(&[][..], Vec::as_slice);
        let mut derived = Derived::of(id, &history, rows, &calendars, now).map_err(Error::internal)?;
        changes.badges.push((id, derived.badge.clone()));
        changes.clocks.append(&mut derived.changed);
        changes.gone.append(&mut derived.gone);
        tickets.push((standing, derived));
    }
    store::save(tx, &changes).await?;
    Ok(Aftermath { now, tickets })
}

/// The deeds of steps, in the order in which the steps were reached.
fn orders(mut steps: Vec<(TicketId, Firing)>, now: DateTime<Utc>) -> Vec<Order> {
    steps.sort_by_key(|(ticket, step)| (*ticket, step.at, step.metric, step.cycle, step.step.percent));
    let order = |(ticket, firing): (TicketId, Firing)| {
        let step = LadderStep {
            metric: firing.metric.to_string(),
            cycle: firing.cycle.cast_signed(),
            percent: firing.step.percent.into(),
            catch_up: is_caught_up(firing.at, now),
        };
        Some(Order { ticket, deed: firing.step.also?, step })
    };
    steps.into_iter().filter_map(order).collect()
}

/// What a deed means for the clocks of its ticket, added to its history.
fn follow(
    history: &mut Vec<Event>,
    row: &TicketRow,
    book: Option<&Book>,
    done: &Done,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let cause = match (done.order.deed, done.order.step.metric.parse()) {
        (Deed::RaisePriority { .. }, Ok(metric)) => {
            Cause::Ladder { metric, cycle: done.order.step.cycle.cast_unsigned() }
        }
        _ => Cause::Fields,
    };
    let mut asked = row.facts();
    asked.priority = done.priority;
    asked.team = Some(done.team);
    let last = history.iter().rev().find_map(|event| match &event.fact {
        Fact::Terms(last) => Some(&**last),
        _ => None,
    });
    let terms = book.map(|book| rematch::new_terms(book, &asked, last)).transpose().map_err(Error::internal)?.flatten();
    let terms = terms.map(|terms| Fact::Terms(Box::new(Terms { cause, ..terms })));
    let moved = matches!(done.order.deed, Deed::MoveToTeam { .. }).then_some(Fact::Team { team: Some(done.team) });
    for fact in terms.into_iter().chain(moved) {
        let n = Event::next_place(history);
        history.push(Event { n, at, actor: None, fact });
    }
    Ok(())
}
