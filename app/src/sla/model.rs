//! The words of the room, shared by server and browser.

mod allowance;
mod terms;

pub use allowance::{Allowance, Target};
pub use terms::{
    Cause, Cell, Condition, Deed, Field, Passed, Policy, PolicyRef, Row, Step, Terms, Whom, default_ladder,
};

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::core::id::Id;
use crate::tickets::model::HoldReason;

/// What the ids of versions are of; names for the type checker, never built.
#[derive(Clone, Copy, Debug)]
pub enum CalendarVersion {}
/// See [`CalendarVersion`].
#[derive(Clone, Copy, Debug)]
pub enum PolicyVersion {}

/// One published state of a calendar; what ran under it names it for ever.
pub type CalendarVersionId = Id<CalendarVersion>;
/// One saved state of a policy.
pub type PolicyVersionId = Id<PolicyVersion>;

/// One promise being timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// From the customer's first message to the first reply by a person.
    FirstReply,
    /// From the oldest unanswered message to the reply.
    NextReply,
    /// From one reply to the next, whoever waits.
    PeriodicUpdate,
    /// The same, standing still while we wait for the customer.
    PausableUpdate,
    /// How long the customer waits for us or for others.
    RequesterWait,
    /// How long we work on it.
    AgentWork,
    /// From creation to the solution.
    Resolution,
    /// How long one team holds it.
    Ownership,
}

impl Metric {
    /// All of them, in the order in which people read them.
    pub const ALL: [Self; 8] = [
        Self::FirstReply,
        Self::NextReply,
        Self::PeriodicUpdate,
        Self::PausableUpdate,
        Self::RequesterWait,
        Self::AgentWork,
        Self::Resolution,
        Self::Ownership,
    ];

    /// The word in the database, in JSON and in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstReply => "first_reply",
            Self::NextReply => "next_reply",
            Self::PeriodicUpdate => "periodic_update",
            Self::PausableUpdate => "pausable_update",
            Self::RequesterWait => "requester_wait",
            Self::AgentWork => "agent_work",
            Self::Resolution => "resolution",
            Self::Ownership => "ownership",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FirstReply => "First reply",
            Self::NextReply => "Next reply",
            Self::PeriodicUpdate => "Update every",
            Self::PausableUpdate => "Update while we work",
            Self::RequesterWait => "Customer waits",
            Self::AgentWork => "Our work",
            Self::Resolution => "Solve",
            Self::Ownership => "Team holds it",
        }
    }

    /// Fulfilled by solving, resumed by reopening; the others are about answers.
    pub const fn is_standing(self) -> bool {
        matches!(self, Self::RequesterWait | Self::AgentWork | Self::Resolution | Self::Ownership)
    }

    /// Whether it stands still on hold, unless its policy says otherwise.
    ///
    /// The reply clocks run only while a customer waits for an answer, so they never pause.
    pub const fn pauses_on(self, hold: HoldReason) -> bool {
        match hold {
            HoldReason::Customer => {
                matches!(self, Self::PausableUpdate | Self::RequesterWait | Self::AgentWork | Self::Resolution)
            }
            HoldReason::ThirdParty => matches!(self, Self::AgentWork),
        }
    }

    /// Whether a policy may change when it pauses.
    pub const fn may_pause(self) -> bool {
        !matches!(self, Self::FirstReply | Self::NextReply)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Metric {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == word).ok_or(())
    }
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Counting, in time or late already.
    Running,
    /// Standing still while we wait for somebody.
    Paused,
    /// Fulfilled in time.
    Met,
    /// Fulfilled late, or ended when it was late already.
    Missed,
    /// Ended without having been fulfilled or late; left out of reports.
    Cancelled,
    /// Ended without ever having a target; left out of reports.
    Untimed,
}

impl ClockState {
    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::Untimed => "untimed",
        }
    }

    /// Neither fulfilled nor ended.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// How a live clock stands at some instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stand {
    /// Past its due time.
    Late,
    /// So much of its time is used that somebody should look, but not all.
    AtRisk,
    /// Standing still while we wait for somebody.
    Paused,
    /// Counting, and neither late nor at risk.
    InTime,
}

impl Stand {
    /// The worst first.
    pub const ALL: [Self; 4] = [Self::Late, Self::AtRisk, Self::Paused, Self::InTime];

    /// The word in URLs and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::AtRisk => "at-risk",
            Self::Paused => "paused",
            Self::InTime => "in-time",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Late => "Late",
            Self::AtRisk => "At risk",
            Self::Paused => "Paused",
            Self::InTime => "In time",
        }
    }
}

impl fmt::Display for Stand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Stand {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|stand| stand.as_str() == word).ok_or(())
    }
}

/// Why a clock was late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreachCause {
    /// Its due time passed.
    Due,
    /// A change of the target put the due time into the past.
    PolicyChange,
}

/// That a clock was late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// The due time, or the later instant that put it in force.
    pub at: DateTime<Utc>,
    /// Why.
    pub cause: BreachCause,
    /// Since when it counts against anybody. A change of target excuses the miss until
    /// the due time from before the change has passed as well.
    pub counts_since: Option<DateTime<Utc>>,
}
