//! What the report on kept promises shows.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::query::SlaQuery;
use crate::{
    core::id::PolicyId,
    reports::model::{Course, Figure},
    tickets::model::{Priority, TeamRef},
};

/// `/reports/sla`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SlaReport {
    pub query: SlaQuery,
    /// The days in it: `1 to 30 November 2026, days of UTC`.
    pub span: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// What may be chosen.
    pub teams: Vec<TeamRef>,
    pub policies: Vec<(PolicyId, String)>,
    /// Everything that it is about.
    pub all: Tally,
    pub figures: Vec<Figure>,
    pub weeks: Course,
    pub target: f64,
    pub groups: Vec<Group>,
    pub missed: Listed,
    pub left_out: LeftOut,
}

/// Kept and missed promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub met: i64,
    pub missed: i64,
}

impl Tally {
    /// Of how many a share is computed.
    pub const fn n(self) -> i64 {
        self.met + self.missed
    }

    /// Percent kept; `None` where none came due.
    #[allow(clippy::cast_precision_loss)] // counts
    pub fn kept(self) -> Option<f64> {
        (self.n() > 0).then(|| self.met as f64 * 100.0 / self.n() as f64)
    }
}

/// What promises are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Policy,
    Metric,
    Team,
    Priority,
    Week,
}

impl By {
    /// The word in a file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Metric => "metric",
            Self::Team => "team",
            Self::Priority => "priority",
            Self::Week => "week",
        }
    }

    /// The head of its column.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Policy => "Policy",
            Self::Metric => "Promise",
            Self::Team => "Team",
            Self::Priority => "Priority",
            Self::Week => "Week from",
        }
    }
}

/// One table of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub by: By,
    pub lines: Vec<GroupLine>,
}

/// One row of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLine {
    /// What programs know it by: an id, a word, the Monday of a week.
    pub key: String,
    pub name: String,
    /// The days that it is about: of a week those that are in the report.
    pub days: (NaiveDate, NaiveDate),
    pub tally: Tally,
    /// The report narrowed to it.
    pub href: String,
    /// The tickets with a promise that was missed, where a list of tickets can tell them apart.
    pub missed: Option<String>,
}

/// Promises by name, the newest first, at most so many; and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    pub all: i64,
    pub rows: Vec<Promise>,
    /// Their tickets, where a list can tell them apart.
    pub href: Option<String>,
}

/// Why a promise counts neither as kept nor as missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Cancelled: somebody said that no reply is needed.
    NoReplyNeeded,
    /// Cancelled: it was to be answered or updated, and was solved before that was due.
    Solved,
    /// Late only by a change of what was promised.
    PolicyChange,
}

impl Reason {
    pub const ALL: [Self; 3] = [Self::NoReplyNeeded, Self::Solved, Self::PolicyChange];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoReplyNeeded => "no_reply_needed",
            Self::Solved => "solved",
            Self::PolicyChange => "policy_change",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoReplyNeeded => "no reply was needed",
            Self::Solved => "the ticket was solved first",
            Self::PolicyChange => "late only by a change of what was promised",
        }
    }
}

/// What counts neither as kept nor as missed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    pub all: i64,
    /// Only reasons that there are.
    pub reasons: Vec<LeftOutBy>,
    /// Their tickets, where a list can tell them apart.
    pub href: Option<String>,
}

/// What is left out for one reason: how many, and the newest of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOutBy {
    pub reason: Reason,
    pub all: i64,
    pub rows: Vec<Promise>,
}

/// One promise of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub number: i64,
    pub subject: String,
    pub metric: String,
    pub team: String,
    pub priority: Priority,
    pub policy: String,
    /// When it was due, or when it ended.
    pub at: DateTime<Utc>,
    /// How late it was, where it was missed.
    pub says: Option<String>,
}
