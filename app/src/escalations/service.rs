//! Use cases: what escalates a ticket, who sees it, who acknowledges it.
use chrono::{DateTime, Utc};

use super::{
    model::{Inbox, Past, Waiting},
    store,
};
use crate::{
    core::{
        Error, Permission, Scope, Tx,
        id::{EscalationId, TeamId, TicketId},
        text::one_line,
    },
    desk,
    events::{self, About, Event},
    sla::model::Metric,
    tickets::digest,
};

/// From this step of a ladder on those who lead have to look: its time is up.
const ESCALATES: i32 = 100;

/// How many that wait are listed, and how many that are over.
const WAITING: usize = 100;
const PAST: i64 = 50;

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

/// A ticket was solved, or is worked on again: what waits leaves the inbox by itself, or comes back.
///
/// # Errors
/// [`Error::Unavailable`] if the database cannot be reached.
pub async fn follow(tx: &mut Tx, ticket: TicketId, solved: bool) -> Result<(), Error> {
    let now = tx.now;
    Ok(store::set_solved(tx, ticket, solved.then_some(now)).await?)
}

/// The teams whose escalations the actor reads; `None`: all.
fn teams(tx: &Tx) -> Result<Option<Vec<TeamId>>, Error> {
    tx.actor.require(Permission::ReadEscalations)?;
    match tx.actor.scope(Permission::ReadEscalations) {
        Scope::Everything => Ok(None),
        _ => Ok(Some(tx.actor.signed_in()?.teams.clone())),
    }
}

/// What waits for the actor, newest first, and the last that is over.
///
/// # Errors
/// [`Error::Forbidden`] for whoever leads nobody.
pub async fn inbox(tx: &mut Tx) -> Result<Inbox, Error> {
    let teams = teams(tx)?;
    let mut rows = store::waiting(tx, teams.as_deref(), i64::try_from(WAITING).unwrap_or(i64::MAX) + 1).await?;
    let more = rows.len() > WAITING;
    rows.truncate(WAITING);
    let waiting = rows.into_iter().map(|row| {
        let promise = desk::service::promise(tx, &row.badge());
        Waiting::from((row, promise))
    });
    let waiting = waiting.collect();
    let past = store::past(tx, teams.as_deref(), PAST).await?.into_iter().filter_map(store::PastRow::told);
    let past: Vec<Past> = past.collect();
    Ok(Inbox { waiting, more, past, may_acknowledge: tx.actor.may(Permission::AcknowledgeEscalation) })
}

/// How many wait for the actor, of `chosen` teams where some are chosen.
///
/// # Errors
/// [`Error::Forbidden`] for whoever leads nobody.
pub async fn count(tx: &mut Tx, chosen: Option<&[TeamId]>) -> Result<i64, Error> {
    let teams = match (teams(tx)?, chosen) {
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
