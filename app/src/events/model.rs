//! What can happen. Stored as JSON under `kind`; a variant may gain optional fields but never change its
//! meaning, because events are kept for good.
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    conversations::model::{MessageKind, Side},
    core::id::{CategoryId, MessageId, TeamId, UserId},
    sla::model::{Metric, Whom},
    tickets::model::{Channel, HoldReason, Priority, Status},
};

/// A step of the SLA ladder: of which promise, and at which share of its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderStep {
    pub metric: String,
    pub cycle: i32,
    pub percent: i32,
    /// It was reached while no server ran.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub catch_up: bool,
}

impl fmt::Display for LadderStep {
    /// `80 % of Solve reached`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.metric.parse::<Metric>();
        let metric = known.as_ref().map_or(self.metric.as_str(), |metric| metric.label());
        write!(f, "{} % of {metric} reached", self.percent)
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    // Tickets
    TicketCreated {
        number: i64,
        channel: Channel,
    },
    MessageAdded {
        message: MessageId,
        visibility: MessageKind,
        side: Side,
    },
    StatusChanged {
        from: Status,
        to: Status,
        hold: Option<HoldReason>,
        wake_at: Option<DateTime<Utc>>,
        reason: Option<String>,
    },
    Assigned {
        to: UserId,
        by_routing: bool,
    },
    Transferred {
        from_team: TeamId,
        to_team: TeamId,
        from: Option<UserId>,
        to: Option<UserId>,
        reason: String,
        /// What did it, where that was no person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<LadderStep>,
    },
    PriorityChanged {
        from: Priority,
        to: Priority,
        /// What did it, where that was no person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<LadderStep>,
    },
    /// A step of the SLA ladder took it from whoever held it; it waits in the queue of its team.
    Unassigned {
        from: UserId,
        step: LadderStep,
    },
    /// Somebody asked those who lead the team to look at it.
    Escalated {
        reason: String,
        /// It was escalated already: the reason was added.
        again: bool,
    },
    /// Somebody who leads looked at an escalated ticket.
    EscalationAcknowledged {
        words: Option<String>,
    },
    CategoryChanged {
        from: Option<CategoryId>,
        to: Option<CategoryId>,
    },
    TagsChanged {
        tags: Vec<String>,
    },
    Watched {
        user: UserId,
        mentioned: bool,
    },
    Unwatched {
        user: UserId,
    },
    ReplyNotNeeded,
    Rated {
        score: i16,
    },
    SolutionConfirmed,
    SolutionRefused,
    /// Which rules were tried on a new ticket and what each said.
    Routed {
        trace: Vec<String>,
    },
    /// A step of the SLA ladder was reached, by a promise identified by metric and cycle.
    SlaStep {
        metric: String,
        cycle: i32,
        percent: i32,
        due_at: Option<DateTime<Utc>>,
        reached_at: DateTime<Utc>,
        catch_up: bool,
        /// Who is told.
        #[serde(default)]
        notify: Vec<Whom>,
    },
    /// A promise was missed at `due_at`.
    SlaMissed {
        metric: String,
        cycle: i32,
        due_at: DateTime<Utc>,
    },
    /// What was published for open tickets too promises something else on this one, by `policy`.
    PromisesChanged {
        policy: String,
    },

    // People. Never holds a password, token or link.
    SignedIn {
        ip: Option<String>,
    },
    SignInFailed {
        ip: Option<String>,
    },
    LockedOut {
        until: DateTime<Utc>,
    },
    SignedOut,
    PasswordChanged,
    AccountCreated {
        role: String,
    },
    /// What an administrator or the person changed, as "field: old -> new".
    AccountChanged {
        changes: Vec<String>,
    },
    SessionsEnded {
        count: i64,
    },

    // The desk
    /// A rule, policy, calendar, category, team or setting was laid down or changed.
    Configured {
        area: String,
        name: String,
        change: String,
    },
    PerformanceRated {
        rated: UserId,
        score: i16,
    },
}

impl Event {
    /// Whether the customer of the ticket may see that it happened.
    pub const fn is_public(&self) -> bool {
        match self {
            Self::MessageAdded { visibility, .. } => matches!(visibility, MessageKind::Public),
            Self::TicketCreated { .. }
            | Self::StatusChanged { .. }
            | Self::Rated { .. }
            | Self::SolutionConfirmed
            | Self::SolutionRefused => true,
            _ => false,
        }
    }
}
