//! What on a ticket moves its promises, handed to the SLA room in the same transaction.
use crate::{
    core::{Error, Tx, id::MessageId},
    sla,
    tickets::{
        model::{HoldReason, Status},
        store::Current,
    },
};

/// One thing that may start, pause, keep or change a promise.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
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
///
/// # Errors
/// Those of [`sla::service::record`].
pub async fn record(tx: &mut Tx, ticket: &Current, facts: &[Fact]) -> Result<(), Error> {
    let rematch = facts.iter().any(|fact| matches!(fact, Fact::FieldsChanged | Fact::TeamChanged));
    let moves: Vec<_> = facts.iter().filter_map(|fact| fact.in_sla_words(ticket)).collect();
    sla::service::record(tx, &ticket.standing(), moves, rematch).await
}

impl Fact {
    /// The same in the words of the SLA room; `None` for what moves no clock by itself.
    fn in_sla_words(&self, ticket: &Current) -> Option<sla::facts::Fact> {
        use sla::facts::Fact as Sla;
        Some(match *self {
            Self::CustomerWrote { message } => Sla::CustomerMessage { message },
            Self::StaffReplied { message } => Sla::Reply { message, automatic: false },
            Self::StatusChanged {
                from: Status::Open | Status::InProgress,
                to: Status::Open | Status::InProgress,
                ..
            }
            | Self::FieldsChanged => return None,
            Self::StatusChanged { to, hold, .. } => match to {
                Status::Open | Status::InProgress => Sla::Resumed,
                Status::OnHold => Sla::Held { waits: hold?, reason: None },
                Status::Resolved => Sla::Solved,
                Status::Closed => Sla::Closed,
            },
            Self::TeamChanged => Sla::Team { team: Some(ticket.team) },
            Self::ReplyNotNeeded => Sla::NoReplyNeeded,
        })
    }
}
