//! Moving a ticket along its life, by people and by the server's timers.
use chrono::{DateTime, Utc};

use super::change;
use crate::{
    core::{Error, Permission, Tx, id::TicketId},
    events::{self, About, Event},
    tickets::{
        model::{HoldReason, Status},
        promises::{self, Fact},
        store::{self, Current},
    },
};

/// Where a status change leads, with what that status needs to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    Start,
    Hold { waits_for: HoldReason, wake_at: Option<DateTime<Utc>>, reason: Option<String> },
    Resolve,
    Close,
}

impl Move {
    const fn target(&self) -> Status {
        match self {
            Self::Start => Status::InProgress,
            Self::Hold { .. } => Status::OnHold,
            Self::Resolve => Status::Resolved,
            Self::Close => Status::Closed,
        }
    }
}

/// Moves a ticket along its life.
///
/// # Errors
/// [`Error::Refused`] for a move the lifecycle does not know or a solution without an assignee;
/// [`Error::Invalid`] at `reason` when a customer waits for an answer and no reason is given for putting
/// the ticket on hold, and at `wake_at` for a date in the past.
pub async fn set_status(tx: &mut Tx, id: TicketId, step: &Move, version: i32) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::ChangeTicket, Some(version)).await?;
    move_to(tx, ticket, step).await
}

async fn move_to(tx: &mut Tx, mut ticket: Current, step: &Move) -> Result<(), Error> {
    let (from, to) = (ticket.status, step.target());
    if !from.may_become(to) {
        return Err(Error::Refused(format!(
            "A ticket that is {} cannot become {}.",
            from.label().to_lowercase(),
            to.label().to_lowercase()
        )));
    }
    if to.needs_assignee() && ticket.assignee.is_none() {
        return Err(Error::Refused(
            "Take or assign the ticket first: a solution needs somebody who stands for it.".to_owned(),
        ));
    }
    let (hold, wake_at, reason) = match step {
        Move::Hold { waits_for, wake_at, reason } => {
            if wake_at.is_some_and(|at| at <= tx.now) {
                return Err(Error::invalid("wake_at", "Choose a time that is still to come."));
            }
            let reason = reason.as_deref().map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned);
            let customer_waits = ticket.last_customer_message_at > ticket.last_public_reply_at;
            if customer_waits && reason.is_none() {
                return Err(Error::invalid(
                    "reason",
                    "The customer wrote last and waits for an answer. Reply first, or say why this can wait.",
                ));
            }
            (Some(*waits_for), *wake_at, reason)
        }
        _ => (None, None, None),
    };
    let now = tx.now;
    store::set_status(tx, ticket.id, to, hold, wake_at, now).await?;
    ticket.status = to;
    ticket.hold = hold;
    let event = Event::StatusChanged { from, to, hold, wake_at, reason };
    events::append(tx, About::Ticket(&ticket.standing()), &[event]).await?;
    promises::record(tx, &ticket, &[Fact::StatusChanged { from, to, hold }]).await
}

/// Closes what was resolved before `before` and not come back to since; how many, at most `limit`.
/// For the server's own timer.
pub async fn close_resolved(tx: &mut Tx, before: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    let due = store::resolved_before(tx, before, limit).await?;
    for id in &due {
        let ticket = change(tx, *id, Permission::ChangeTicket, None).await?;
        move_to(tx, ticket, &Move::Close).await?;
    }
    Ok(due.len())
}

/// Puts back to work what was on hold until now; how many, at most `limit`. For the server's own timer.
pub async fn wake_held(tx: &mut Tx, limit: i64) -> Result<usize, Error> {
    let now = tx.now;
    let due = store::to_wake(tx, now, limit).await?;
    for id in &due {
        let ticket = change(tx, *id, Permission::ChangeTicket, None).await?;
        move_to(tx, ticket, &Move::Start).await?;
    }
    Ok(due.len())
}
