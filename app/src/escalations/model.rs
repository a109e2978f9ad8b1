//! What the inbox of escalations is made of.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    core::id::TicketId,
    tickets::model::{Priority, Status},
    ui::promise::PromiseView,
};

/// Which pages of the two lists are meant: each starts after a cursor, or at the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pages {
    pub after: Option<String>,
    pub past: Option<String>,
}

/// What waits for somebody who leads, and what became of the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// What was asked for.
    pub pages: Pages,
    /// What something was added to last comes first.
    pub waiting: Vec<Waiting>,
    /// Where the next page of them starts.
    pub more: Option<String>,
    /// How many wait, on whatever page.
    pub count: i64,
    /// What was looked at, or solved before anybody did; newest first.
    pub past: Vec<Past>,
    /// Where the next page of them starts.
    pub more_past: Option<String>,
    /// Whether the reader may acknowledge.
    pub may_acknowledge: bool,
}

/// An escalated ticket that nobody has acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub ticket: TicketId,
    pub number: i64,
    /// Of the escalation; goes back with the acknowledgement.
    pub version: i32,
    pub subject: String,
    pub status: Status,
    pub priority: Priority,
    pub team: String,
    /// The name of whoever holds it.
    pub assignee: Option<String>,
    /// The most urgent promise of the ticket, as it counts.
    pub promise: PromiseView,
    pub why: Why,
    /// Since when it waits.
    pub at: DateTime<Utc>,
}

/// Why a ticket is escalated: by its ladder, by a person, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub step: Option<Step>,
    pub said: Option<Said>,
}

/// The last step that was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What people call the promise: `Solve`.
    pub metric: String,
    pub percent: i32,
    pub due_at: Option<DateTime<Utc>>,
}

/// What somebody said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub by: String,
    pub reason: String,
    pub at: DateTime<Utc>,
}

/// An escalation that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    pub number: i64,
    pub subject: String,
    pub team: String,
    pub why: Why,
    pub end: End,
}

/// How an escalation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    Acknowledged {
        by: String,
        at: DateTime<Utc>,
        words: Option<String>,
    },
    /// Before anybody looked.
    Solved {
        at: DateTime<Utc>,
    },
}
