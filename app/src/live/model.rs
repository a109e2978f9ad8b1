//! What travels down a stream.
use serde::{Deserialize, Serialize};

use crate::core::id::TicketId;

/// What sort of thing happened; enough for a page to know whether it has to look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveKind {
    /// A ticket was filed.
    Created,
    /// A public message.
    Message,
    /// An internal note; never told to a customer.
    Note,
    Status,
    /// Taken, assigned, transferred, or taken away.
    Assigned,
    /// Priority, category, tags, watchers, routing, escalation.
    Changed,
    /// A step or the end of a promise.
    Promise,
    /// Rated, confirmed or refused by the customer.
    Rated,
    /// The ticket went out of this reader's sight: drop it from lists.
    Left,
    /// The reader's own notifications changed.
    Bell,
    /// People, sessions, roles.
    People,
    /// Rules, policies, calendars, settings.
    Desk,
    /// Performance ratings.
    Ratings,
    /// Events were missed or are about to be: look at everything again.
    Resync,
    /// Said by a server newer than this page.
    #[serde(other)]
    Unknown,
}

/// One reader's copy of an event. A customer's has no ticket id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveEvent {
    pub kind: LiveKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
}

impl LiveEvent {
    /// An event that concerns no ticket.
    pub const fn of(kind: LiveKind) -> Self {
        Self { kind, ticket: None, number: None }
    }

    /// Whether a page that shows ticket `number` has to look again.
    pub fn concerns(&self, number: i64) -> bool {
        self.kind == LiveKind::Resync || self.number == Some(number)
    }

    /// Whether a list of tickets, or a figure counted over them, may have changed.
    pub const fn concerns_tickets(&self) -> bool {
        self.number.is_some() || matches!(self.kind, LiveKind::Resync)
    }
}

/// The answer of the polling fall-back: what happened since, and from where to ask next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Polled {
    pub cursor: String,
    pub events: Vec<LiveEvent>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_older_than_the_server_takes_what_it_does_not_know_for_unknown() {
        let event: LiveEvent = serde_json::from_str(r#"{"kind":"teleported","number":7}"#).unwrap();
        assert_eq!(event, LiveEvent { kind: LiveKind::Unknown, ticket: None, number: Some(7) });
    }

    #[test]
    fn a_customers_copy_names_the_number_and_nothing_else() {
        let copy = LiveEvent { kind: LiveKind::Message, ticket: None, number: Some(7) };
        assert_eq!(serde_json::to_string(&copy).unwrap(), r#"{"kind":"message","number":7}"#);
    }
}
