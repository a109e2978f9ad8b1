//! What on a ticket moves its promises, handed to the SLA room in the same transaction.
use crate::{
    core::{Error, Tx, id::MessageId},
    tickets::{
        model::{HoldReason, Status},
        store::Current,
    },
};

/// One thing that may start, pause, keep or change a promise.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// The ticket now exists; its fields are those of the ticket.
    Created,
    /// The customer's side wrote in public.
    CustomerWrote {
        message: MessageId,
    },
    /// A person on our side answered in public.
    StaffReplied {
        message: MessageId,
    },
    StatusChanged {
        from: Status,
        to: Status,
        hold: Option<HoldReason>,
    },
    /// Priority, category, tags or another field that policies look at.
    FieldsChanged,
    TeamChanged,
    ReplyNotNeeded,
}

/// Tells the SLA room what happened. `ticket` is as it stands after the facts.
pub async fn record(_tx: &mut Tx, _ticket: &Current, _facts: &[Fact]) -> Result<(), Error> {
    Ok(())
}
