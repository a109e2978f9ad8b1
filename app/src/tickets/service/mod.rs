//! Use cases on tickets. Each authorises, asks the rules, writes, and appends what it did, in the
//! transaction of its caller.
//!
//! A change names the `version` of the ticket it was decided on. If somebody changed the ticket since,
//! the answer is [`Error::Changed`] with their name, and nothing is written.
mod create;
mod escalate;
mod fields;
mod hold;
mod look;
mod progress;
mod verdict;
mod watch;
mod write;

pub use create::{Created, NewTicket, Requester, create};
pub use escalate::escalate;
pub use fields::{set_category, set_priority, set_tags};
pub use hold::{assign, take, transfer};
pub use look::{find, standing};
pub use progress::{Move, close_resolved, set_status, wake_held};
pub use verdict::{confirm_solution, rate, refuse_solution};
pub use watch::{unwatch, watch};
pub use write::{StaffMessage, Written, no_reply_needed, write_as_customer, write_as_staff};

use super::{
    model::Status,
    store::{self, Current},
};
use crate::{
    core::{Error, Permission, Tx, id::TicketId},
    events::Event,
};

/// Locks the ticket for a change by somebody who holds `permission` on it and saw `version` of it.
async fn change(tx: &mut Tx, id: TicketId, permission: Permission, version: Option<i32>) -> Result<Current, Error> {
    // Who may do it to no ticket at all learns nothing about this one.
    tx.actor.require(permission)?;
    let viewer = tx.actor.user_id();
    let ticket = store::lock(tx, id, viewer).await?.ok_or(Error::NotFound)?;
    tx.require(permission, &ticket.standing())?;
    if let Some(seen) = version {
        refuse_stale(tx, &ticket, seen).await?;
    }
    Ok(ticket)
}

/// Nobody changes what they have not `seen`.
async fn refuse_stale(tx: &mut Tx, ticket: &Current, seen: i32) -> Result<(), Error> {
    if seen == ticket.version {
        return Ok(());
    }
    let by = store::last_actor(tx, ticket.id).await?.unwrap_or_else(|| "The system".to_owned());
    Err(Error::Changed { by })
}

fn refuse_closed(ticket: &Current) -> Result<(), Error> {
    if ticket.status == Status::Closed {
        return Err(Error::Refused("This ticket is closed and stays as it is.".to_owned()));
    }
    Ok(())
}

const fn status_event(from: Status, to: Status) -> Event {
    Event::StatusChanged { from, to, hold: None, wake_at: None, reason: None }
}
