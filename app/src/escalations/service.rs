//! Use cases: what escalates a ticket, who sees it, who acknowledges it.
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    model::{Inbox, Pages, Waiting},
    store::{self, Cursor, PastRow, WaitingRow},
};
use crate::{
    core::{
        Error, Permission, Tx,
        id::{EscalationId, TeamId, TicketId},
        page::Page,
        text::one_line,
    },
    events::{self, About, Event},
    sla::model::Metric,
    tickets::{digest, wall::WallClock},
};

/// From this step of a ladder on those who lead have to look: its time is up.
const ESCALATES: i32 = 100;

/// How many that wait are on a page, and how many that are over.
const WAITING: usize = 100;
const PAST: usize = 50;

/// Within this time the same reason of the same person is one that was sent twice.
const SENT_AGAIN: TimeDelta = TimeDelta::minutes(10);

/// A step of a ladder that was reached.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    pub ticket: TicketId,
    pub metric: Metric,
    pub cycle: i32,
    pub percent: i32,
    pub at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
}

/// Escalates the tickets of those `steps` at which the time was up, which were decided in this act; those that are solved
/// already stay as they are. The decision is told by whoever made it.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached.
pub async fn reached(tx: &mut Tx, steps: Vec<Reached>) -> Result<(), Error> {
    let mut last = steps;
    last.retain(|step| step.percent >= ESCALATES);
    // Of several steps of one ticket the last counts.
    last.sort_by_key(|step| (step.ticket, std::cmp::Reverse((step.at, step.percent))));
    last.dedup_by_key(|step| step.ticket);
    if last.is_empty() { Ok(()) } else { Ok(store::add_steps(tx, &last).await?) }
}

/// Escalates a ticket for a reason that somebody gave, who was found to be allowed to and holds its lock. `true`: it was
/// escalated already and waits, so the reason was added.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached.
pub async fn by_hand(tx: &mut Tx, ticket: TicketId, reason: &str) -> Result<bool, Error> {
    let (by, now) = (tx.actor.signed_in()?.id, tx.now);
    Ok(store::add_reason(tx, EscalationId::new(), ticket, by, reason, now).await? > 1)
}

/// Whether the actor gave this very `reason` a moment ago, and nobody has looked since: who sends it again has sent it
/// twice, or never saw the answer.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached.
pub async fn is_said(tx: &mut Tx, ticket: TicketId, reason: &str) -> Result<bool, Error> {
    let (by, since) = (tx.actor.signed_in()?.id, tx.now - SENT_AGAIN);
    Ok(store::is_said(tx, ticket, by, reason, since).await?)
}

/// A ticket was solved, or is worked on again: what waits leaves the inbox by itself, or comes back.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached.
pub async fn follow(tx: &mut Tx, ticket: TicketId, solved: bool) -> Result<(), Error> {
    let now = tx.now;
    Ok(store::set_solved(tx, ticket, solved.then_some(now)).await?)
}

/// What waits for the actor, what something was added to last first, and what is over; of either the page that is asked
/// for. A cursor that is none leads to the newest.
///
/// # Errors
/// [`Error::Forbidden`] for whoever leads nobody.
pub async fn inbox(tx: &mut Tx, pages: Pages) -> Result<Inbox, Error> {
    let teams = tx.actor.teams_of(Permission::ReadEscalations)?;
    let teams = teams.as_deref();
    let after = pages.after.as_deref().and_then(Cursor::parse);
    let waiting = store::waiting(tx, teams, after, WAITING as i64 + 1).await?;
    let waiting = Page::cut(waiting, WAITING, |row| row.cursor().to_string());
    let count = match (after, &waiting.next) {
        (None, None) => waiting.rows.len() as i64,
        _ => store::count(tx, teams).await?,
    };
    let before = pages.past.as_deref().and_then(Cursor::parse);
    let past = store::past(tx, teams, before, PAST as i64 + 1).await?;
    let past = Page::cut(past, PAST, |row| row.cursor().to_string());
    let clock = WallClock::of(tx);
    let told = |row: WaitingRow| {
        let promise = clock.promise(&row.badge());
        Waiting::from((row, promise))
    };
    Ok(Inbox {
        pages,
        waiting: waiting.rows.into_iter().map(told).collect(),
        more: waiting.next,
        count,
        past: past.rows.into_iter().map(PastRow::told).collect(),
        more_past: past.next,
        may_acknowledge: tx.actor.may(Permission::AcknowledgeEscalation),
    })
}

/// How many wait for the actor, of `chosen` teams where some are chosen.
///
/// # Errors
/// [`Error::Forbidden`] for whoever leads nobody.
pub async fn count(tx: &mut Tx, chosen: Option<&[TeamId]>) -> Result<i64, Error> {
    let teams = match (tx.actor.teams_of(Permission::ReadEscalations)?, chosen) {
        (mine, None) => mine,
        (None, Some(chosen)) => Some(chosen.to_vec()),
        (Some(mine), Some(chosen)) => Some(mine.into_iter().filter(|team| chosen.contains(team)).collect()),
    };
    Ok(store::count(tx, teams.as_deref()).await?)
}

/// Somebody who leads has looked at an escalated ticket, as it stood at `version` of its escalation, and may say a few
/// words about it.
///
/// # Errors
/// [`Error::NotFound`] for a ticket of a team that the actor does not lead; [`Error::Changed`] if something was added
/// since, or somebody was faster; [`Error::Refused`] where nothing waits; [`Error::Invalid`] at `words`.
pub async fn acknowledge(tx: &mut Tx, ticket: TicketId, version: i32, words: &str) -> Result<(), Error> {
    tx.actor.require(Permission::AcknowledgeEscalation)?;
    let found = digest::of(tx, &[ticket]).await?.remove(&ticket).ok_or(Error::NotFound)?;
    // Whoever but watches a ticket of another team does not lead there.
    let standing = found.standing(None);
    tx.require(Permission::AcknowledgeEscalation, &standing)?;
    let words = Some(one_line(words)).filter(|words| !words.is_empty());
    if words.as_ref().is_some_and(|words| words.chars().count() > 500) {
        return Err(Error::invalid("words", "At most 500 characters."));
    }
    let (by, now) = (tx.actor.signed_in()?.id, tx.now);
    if !store::acknowledge(tx, ticket, version, by, words.as_deref(), now).await? {
        return Err(refusal(tx, ticket).await?);
    }
    events::append(tx, About::Ticket(&standing), &[Event::EscalationAcknowledged { words }]).await
}

/// Why there is nothing to acknowledge as it was seen.
async fn refusal(tx: &mut Tx, ticket: TicketId) -> Result<Error, Error> {
    let Some(latest) = store::latest(tx, ticket).await? else {
        return Ok(Error::Refused("Nobody escalated this ticket.".to_owned()));
    };
    Ok(match (latest.acknowledged, latest.solved) {
        (true, _) => Error::Changed { by: latest.acknowledged_by.unwrap_or_else(|| "Somebody".to_owned()) },
        (false, true) => Error::Refused("It was solved meanwhile: there is nothing to acknowledge.".to_owned()),
        (false, false) => Error::Changed { by: latest.by.unwrap_or_else(|| "The system".to_owned()) },
    })
}
