//! What a simulation prints.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::scenario::{DeedTold, Names};
use crate::sla::clock::{Change, Clock, Firing, Segment, SegmentKind};
use crate::sla::engine::Outcome;
use crate::sla::facts::{Event, Fact};
use crate::sla::model::{Allowance, Breach, CalendarVersionId, Cause, ClockState, Metric, Passed, Terms, Whom};
use crate::tickets::model::{HoldReason, Priority};

/// What things are called.
pub(super) struct Called<'a> {
    pub calendars: &'a BTreeMap<CalendarVersionId, String>,
    pub names: &'a Names,
}

impl Called<'_> {
    fn calendar(&self, version: CalendarVersionId) -> String {
        self.calendars.get(&version).cloned().unwrap_or_default()
    }
}

/// What follows from a scenario; instants in UTC, lengths in working seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Until when it was replayed, that instant included.
    until: DateTime<Utc>,
    /// Which policy decided, each time that was asked.
    matches: Vec<Match>,
    /// By metric and cycle.
    clocks: Vec<ClockTold>,
    /// Ladder steps that were reached, in order.
    firings: Vec<FiringTold>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Match {
    at: DateTime<Utc>,
    cause: Cause,
    policy: String,
    /// Its place in the order, from one, and how many there are.
    place: (u16, u16),
    priority: Priority,
    /// The policies before it, and why they did not match.
    passed: Vec<Passed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ClockTold {
    metric: Metric,
    cycle: u32,
    state: ClockState,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    risk_at: Option<DateTime<Utc>>,
    breach: Option<Breach>,
    /// What is promised now, or was when it ended.
    target: Option<TargetTold>,
    used: i64,
    left: Option<i64>,
    segments: Vec<SegmentTold>,
    changes: Vec<ChangeTold>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct TargetTold {
    policy: String,
    promised: Allowance,
    calendar: String,
    /// None where the calendar never reaches it.
    seconds: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct SegmentTold {
    kind: &'static str,
    /// Whom a pause waits for.
    waits: Option<HoldReason>,
    from: DateTime<Utc>,
    /// None while it lasts.
    to: Option<DateTime<Utc>>,
    calendar: Option<String>,
    counted: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ChangeTold {
    at: DateTime<Utc>,
    seconds: Option<i64>,
    due_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct FiringTold {
    at: DateTime<Utc>,
    metric: Metric,
    cycle: u32,
    percent: u16,
    notify: BTreeSet<Whom>,
    /// What else a desk would do then; here nothing is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    also: Option<DeedTold>,
    due_at: Option<DateTime<Utc>>,
}

impl Report {
    pub(super) fn of(events: &[Event], outcome: Outcome, called: &Called<'_>, until: DateTime<Utc>) -> Self {
        let matches = events.iter().filter(|event| event.at <= until).filter_map(|event| match &event.fact {
            Fact::Terms(terms) => Some(Match::of(event.at, terms, called.names)),
            _ => None,
        });
        Self {
            until,
            matches: matches.collect(),
            clocks: outcome.clocks.iter().map(|clock| ClockTold::of(clock, called)).collect(),
            firings: outcome.firings.into_iter().map(|firing| FiringTold::of(firing, called.names)).collect(),
        }
    }
}

impl Match {
    fn of(at: DateTime<Utc>, terms: &Terms, names: &Names) -> Self {
        let named = |values: &[String]| values.iter().map(|value| names.name(value).to_owned()).collect();
        let passed = terms.passed.iter().map(|passed| {
            let mut passed = passed.clone();
            passed.found = named(&passed.found);
            passed.wanted.values = named(&passed.wanted.values);
            passed
        });
        Self {
            at,
            cause: terms.cause,
            policy: terms.policy.name.clone(),
            place: terms.place,
            priority: terms.priority,
            passed: passed.collect(),
        }
    }
}

impl ClockTold {
    fn of(clock: &Clock, called: &Called<'_>) -> Self {
        let target = clock.target.as_ref().map(|(target, policy)| TargetTold {
            policy: policy.name.clone(),
            promised: target.allowance,
            calendar: called.calendar(target.calendar),
            seconds: clock.allowance,
        });
        Self {
            metric: clock.metric,
            cycle: clock.cycle,
            state: clock.state,
            started_at: clock.started_at,
            ended_at: clock.ended_at,
            due_at: clock.due_at,
            risk_at: clock.risk_at,
            breach: clock.breach,
            target,
            used: clock.used,
            left: clock.left(),
            segments: clock.segments.iter().map(|segment| SegmentTold::of(segment, called)).collect(),
            changes: clock.changes.iter().map(ChangeTold::from).collect(),
        }
    }
}

impl SegmentTold {
    fn of(segment: &Segment, called: &Called<'_>) -> Self {
        let (kind, waits) = match segment.kind {
            SegmentKind::Running => ("running", None),
            SegmentKind::Paused(hold) => ("paused", Some(hold)),
            SegmentKind::Ended => ("ended", None),
        };
        Self {
            kind,
            waits,
            from: segment.from,
            to: segment.to,
            calendar: segment.calendar.map(|version| called.calendar(version)),
            counted: segment.counted,
        }
    }
}

impl From<&Change> for ChangeTold {
    fn from(change: &Change) -> Self {
        Self { at: change.at, seconds: change.allowance, due_at: change.due_at }
    }
}

impl FiringTold {
    fn of(firing: Firing, names: &Names) -> Self {
        let Firing { at, metric, cycle, step, due_at } = firing;
        let also = step.also.map(|deed| DeedTold::of(deed, names));
        Self { at, metric, cycle, percent: step.percent, notify: step.notify, also, due_at }
    }
}
