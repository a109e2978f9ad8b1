//! What a replay yields: the clocks of a ticket, each able to explain itself.

#[cfg(feature = "ssr")]
use chrono::TimeDelta;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::model::{Breach, CalendarVersionId, ClockState, Metric, PolicyRef, Step, Target};
#[cfg(feature = "ssr")]
use crate::core::id::TicketId;
#[cfg(feature = "ssr")]
use crate::escalations::service::Reached;
use crate::tickets::model::HoldReason;

/// A share of the allowance at which a clock is said to be at risk, in percent.
pub const RISK_PERCENT: u16 = 80;

/// One instance of a metric on a ticket. Its key is (ticket, metric, cycle).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What is timed.
    pub metric: Metric,
    /// Which of its kind: the ordinal of what started it (message, reply, team), so that
    /// taking one of them back renames no other clock.
    pub cycle: u32,
    /// How it stands.
    pub state: ClockState,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was fulfilled or ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When its time is up: as last in force if it has ended, the one that was missed if it is
    /// late, none while it is paused or has no target.
    pub due_at: Option<DateTime<Utc>>,
    /// When [`RISK_PERCENT`] of its time is used.
    pub risk_at: Option<DateTime<Utc>>,
    /// When the next thing happens to it by itself.
    pub next_at: Option<DateTime<Utc>>,
    /// That it was late.
    pub breach: Option<Breach>,
    /// What is promised, with the policy that promises it.
    pub target: Option<(Target, PolicyRef)>,
    /// The allowance as working seconds of the target's calendar.
    pub allowance: Option<i64>,
    /// Working seconds used at the instant of the replay.
    pub used: i64,
    /// The target's calendar never reaches the due time.
    pub never_due: bool,
    /// How it went, in order and without gaps.
    pub segments: Vec<Segment>,
    /// Each target that was in force, in order.
    pub changes: Vec<Change>,
}

impl Clock {
    /// Whether it was late at some time, whoever it counts against.
    #[must_use]
    pub const fn is_late(&self) -> bool {
        self.breach.is_some()
    }

    /// Working seconds left; negative once it is late; `None` without a target.
    #[must_use]
    pub fn left(&self) -> Option<i64> {
        self.allowance.map(|all| all - self.used)
    }
}

/// A stretch of a clock's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// What it did.
    pub kind: SegmentKind,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when; none while it lasts.
    pub to: Option<DateTime<Utc>>,
    /// The number of the event that began it.
    pub since: i32,
    /// Whose hours were counted; none while nothing says which.
    pub calendar: Option<CalendarVersionId>,
    /// Working time that was counted in it, in seconds, until the instant of the replay.
    pub counted: i64,
}

/// What a clock did for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// It counted working time.
    Running,
    /// It stood still, waiting for somebody.
    Paused(HoldReason),
    /// It had ended and was taken up again afterwards.
    Ended,
}

/// A target came into force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// By which event.
    pub event: i32,
    /// Working seconds allowed from then on; none if there is no target any more.
    pub allowance: Option<i64>,
    /// When it was due from then on, if it was running.
    pub due_at: Option<DateTime<Utc>>,
}

/// A step of a ladder that was reached. Its key is (ticket, metric, cycle, percent).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// When it was reached, not when it was noticed.
    pub at: DateTime<Utc>,
    /// The clock's metric.
    pub metric: Metric,
    /// The clock's cycle.
    pub cycle: u32,
    /// What is to be done.
    pub step: Step,
    /// When the clock was due at that time.
    pub due_at: Option<DateTime<Utc>>,
}

#[cfg(feature = "ssr")]
impl Firing {
    /// The same as those who keep escalations hear it.
    #[must_use]
    pub fn reached(&self, ticket: TicketId) -> Reached {
        Reached {
            ticket,
            metric: self.metric,
            cycle: self.cycle.cast_signed(),
            percent: self.step.percent.into(),
            at: self.at,
            due_at: self.due_at,
        }
    }
}

/// Whole seconds; what is left of a second counts as used, so that nobody is shown time
/// that is not there.
#[cfg(feature = "ssr")]
pub(super) fn seconds(time: TimeDelta) -> i64 {
    time.num_seconds() + i64::from(time.subsec_nanos() > 0)
}
