//! What can move a clock: facts about a ticket, each at the instant at which it happened.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::model::{CalendarVersionId, Terms};
use crate::core::id::{MessageId, TeamId, UserId};
use crate::tickets::model::HoldReason;

/// The calendar versions that a history runs under.
pub type Calendars = HashMap<CalendarVersionId, Arc<Calendar>>;

/// One thing that happened to a ticket. Immutable once stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place among the events of its ticket; orders those of one instant.
    pub n: i32,
    /// When it happened, not when it was noticed.
    pub at: DateTime<Utc>,
    /// Who did it; nobody for the system.
    pub actor: Option<UserId>,
    /// What it was.
    #[serde(flatten)]
    pub fact: Fact,
}

impl Event {
    /// The place of the next event in a history.
    #[must_use]
    pub fn next_place(history: &[Self]) -> i32 {
        history.iter().map(|event| event.n).max().unwrap_or(0) + 1
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Fact {
    /// The ticket came to be; of a split, at the time of its message.
    Opened {
        /// The team that holds it from the start.
        team: Option<TeamId>,
        /// Brought in from another system: nothing is timed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        imported: bool,
    },
    /// What is promised from now on.
    Terms(Box<Terms>),
    /// Somebody who does not act as staff on this ticket wrote.
    CustomerMessage {
        /// What they wrote.
        message: MessageId,
    },
    /// A public answer was handed to its channel.
    Reply {
        /// The answer.
        message: MessageId,
        /// Written by nobody: it fulfils nothing.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        automatic: bool,
    },
    /// An answer came back undelivered: it never was one.
    Bounced {
        /// The answer.
        message: MessageId,
    },
    /// An agent said that the last message needs no answer.
    NoReplyNeeded,
    /// Put on hold.
    Held {
        /// Whom it waits for.
        waits: HoldReason,
        /// In the agent's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Worked on again, from hold or from solved.
    Resumed,
    /// Solved.
    Solved,
    /// Closed for ever.
    Closed,
    /// Given to another team, or to none.
    Team {
        /// Which one.
        team: Option<TeamId>,
    },
}

impl Fact {
    /// Whether the ticket is solved after it; `None` where it has nothing to do with that.
    #[must_use]
    pub const fn solves(&self) -> Option<bool> {
        match self {
            Self::Solved | Self::Closed => Some(true),
            Self::Resumed | Self::Held { .. } => Some(false),
            _ => None,
        }
    }

    /// The word in the database; the same that JSON has as `kind`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Terms(_) => "terms",
            Self::CustomerMessage { .. } => "customer_message",
            Self::Reply { .. } => "reply",
            Self::Bounced { .. } => "bounced",
            Self::NoReplyNeeded => "no_reply_needed",
            Self::Held { .. } => "held",
            Self::Resumed => "resumed",
            Self::Solved => "solved",
            Self::Closed => "closed",
            Self::Team { .. } => "team",
        }
    }
}
