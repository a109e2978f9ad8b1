//! Tickets as those who asked see them: their own, and what their organisation shares with them.
//!
//! Nothing in here tells of notes, routing, other customers or who looks at what.
#[cfg(feature = "ssr")]
mod service;
#[cfg(feature = "ssr")]
mod store;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::model::{HoldReason, SlaBadge, Status};
use crate::{
    conversations::model::Message,
    core::id::{TicketId, UserId},
};

#[cfg(feature = "ssr")]
pub use service::{behind_link, figures, find, list, mark_read, months, shares, story, to_act_on};

/// Which of their tickets a person wants to see; the words of the URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Somebody still has to do something about it.
    #[default]
    Open,
    /// It waits for the customer.
    Waiting,
    /// We answered since they last looked.
    Unread,
    /// Solved, and the customer has not said whether it helped.
    Solved,
    Closed,
    /// Some promise on it was missed.
    Late,
    /// Solved in the last twelve months, closed since or not.
    Year,
    All,
}

impl View {
    pub const ALL: [Self; 8] =
        [Self::Open, Self::Waiting, Self::Unread, Self::Solved, Self::Closed, Self::Late, Self::Year, Self::All];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Unread => "unread",
            Self::Solved => "solved",
            Self::Closed => "closed",
            Self::Late => "late",
            Self::Year => "year",
            Self::All => "all",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Waiting => "Waiting for you",
            Self::Unread => "New answers",
            Self::Solved => "Solved",
            Self::Closed => "Closed",
            Self::Late => "Promise missed",
            Self::Year => "Solved in 12 months",
            Self::All => "All",
        }
    }
}

impl std::str::FromStr for View {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|view| view.as_str() == s).ok_or(())
    }
}

/// What narrows the list; all of it stands in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub view: View,
    /// Instead of their own: what others of their organisation asked.
    pub shared: bool,
    /// Words of the subject, or the number.
    pub text: String,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnRow {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    pub status: Status,
    pub hold: Option<HoldReason>,
    pub requester: String,
    pub category: Option<String>,
    pub sla: SlaBadge,
    pub unread: bool,
    pub updated_at: DateTime<Utc>,
}

/// A ticket without its conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnTicket {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    pub status: Status,
    pub hold: Option<HoldReason>,
    pub category: Option<String>,
    /// Who answers, by name.
    pub assignee: Option<String>,
    pub requester: UserId,
    pub promised_reply_by: Option<DateTime<Utc>>,
    pub promised_solve_by: Option<DateTime<Utc>>,
    pub csat: Option<i16>,
    pub csat_comment: Option<String>,
    pub sla: SlaBadge,
    pub last_customer_message_at: Option<DateTime<Utc>>,
    pub last_public_reply_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

/// A ticket with what was said on it, as its customers read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    pub ticket: OwnTicket,
    /// Public ones, oldest first.
    pub messages: Vec<Message>,
    /// When it changed its status, and to which, oldest first.
    pub moves: Vec<Moved>,
    /// The customer said that the present solution works.
    pub confirmed: bool,
}

/// A change of status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub at: DateTime<Utc>,
    pub to: Status,
    pub hold: Option<HoldReason>,
}

/// The figures of /my. Each counts the tickets of the view of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFigures {
    pub open: i64,
    pub waiting: i64,
    pub unread: i64,
    pub solved: i64,
    /// Of the tickets solved in the last twelve months: those on which every promise was kept.
    pub kept: i64,
    pub kept_of: i64,
    /// Some promise was missed, whenever that was.
    pub late: i64,
}

/// What came and went in one calendar month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnMonth {
    /// `2026-11`.
    pub month: String,
    pub filed: i64,
    pub solved: i64,
}

/// Whose link it is, and whether it still works.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    pub requester: UserId,
    pub closed_at: Option<DateTime<Utc>>,
}
