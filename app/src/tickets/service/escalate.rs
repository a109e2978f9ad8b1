//! Asking those who lead to look at a ticket.
use super::{change, hold::sentence, refuse_stale};
use crate::{
    core::{Error, Permission, Tx, id::TicketId},
    escalations,
    events::{self, About, Event},
};

/// Escalates a ticket to those who lead its team, with a reason that they read. Of one that waits for them already the
/// reason is added: they hear of it, and look at it once. The same person's same reason is said once, however often it is
/// sent within minutes.
///
/// # Errors
/// [`Error::Invalid`] at `reason`; [`Error::Refused`] once the ticket is solved; [`Error::Changed`].
pub async fn escalate(tx: &mut Tx, id: TicketId, reason: &str, version: i32) -> Result<(), Error> {
    let ticket = change(tx, id, Permission::ChangeTicket, None).await?;
    let reason = sentence("reason", reason, "Say in a few words why, for those who lead the team.")?;
    // Also where a colleague changed the ticket since: what was done is done.
    if escalations::service::is_said(tx, id, &reason).await? {
        return Ok(());
    }
    refuse_stale(tx, &ticket, version).await?;
    if !ticket.status.is_unsolved() {
        let status = ticket.status.label().to_lowercase();
        return Err(Error::Refused(format!("A {status} ticket is not escalated: nothing is left to be done.")));
    }
    let again = escalations::service::by_hand(tx, id, &reason).await?;
    events::append(tx, About::Ticket(&ticket.standing()), &[Event::Escalated { reason, again }]).await
}
