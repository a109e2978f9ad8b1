//! One clock on its way: what it has used, when it is due, which timers are next.
mod timers;

use chrono::{DateTime, TimeDelta, Utc};

use crate::sla::calendar::Calendar;
use crate::sla::clock::{Change, Clock, Segment, SegmentKind, seconds};
use crate::sla::model::{Allowance, Breach, CalendarVersionId, ClockState, Metric, Step};
use crate::tickets::model::HoldReason;

pub(super) use self::timers::Limit;
use self::timers::Plan;
use super::goal::Goal;

#[derive(Clone, Copy, Debug)]
struct Span<'a> {
    kind: SegmentKind,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    since: i32,
    calendar: Option<(CalendarVersionId, &'a Calendar)>,
    /// Counted in it, once it has ended.
    worked: TimeDelta,
}

impl Span<'_> {
    fn worked_at(&self, now: DateTime<Utc>) -> TimeDelta {
        match (self.kind, self.to, self.calendar) {
            (SegmentKind::Running, None, Some((_, calendar))) => calendar.elapsed(self.from, now),
            _ => self.worked,
        }
    }
}

/// A clock being replayed.
#[derive(Debug)]
pub(super) struct Track<'a> {
    pub metric: Metric,
    pub cycle: u32,
    pub state: ClockState,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    spans: Vec<Span<'a>>,
    goal: Option<Goal<'a>>,
    /// The goal that the last change replaced, and when.
    replaced: Option<(DateTime<Utc>, Option<Goal<'a>>)>,
    /// The same of the change that brought a miss: who keeps that goal is excused.
    excuse: Option<(DateTime<Utc>, Goal<'a>)>,
    /// The terms that were last looked at for this clock, by the number of their event.
    pub terms: Option<i32>,
    /// Since when the due time is in force: start, last change or resumption.
    in_force: DateTime<Utc>,
    breach: Option<Breach>,
    missed_due: Option<DateTime<Utc>>,
    last_due: Option<DateTime<Utc>>,
    ladder: &'a [Step],
    pub decided: Vec<u16>,
    /// Steps reached before this are decided only now, because the history was corrected.
    corrected: DateTime<Utc>,
    changes: Vec<Change>,
    plan: Option<Plan>,
}

impl<'a> Track<'a> {
    /// A clock that starts to count at an instant, by the event numbered `since`.
    pub fn start(metric: Metric, cycle: u32, at: DateTime<Utc>, since: i32) -> Self {
        let span =
            Span { kind: SegmentKind::Running, from: at, to: None, since, calendar: None, worked: TimeDelta::zero() };
        Self {
            metric,
            cycle,
            state: ClockState::Running,
            started_at: at,
            ended_at: None,
            spans: vec![span],
            goal: None,
            replaced: None,
            excuse: None,
            terms: None,
            in_force: at,
            breach: None,
            missed_due: None,
            last_due: None,
            ladder: &[],
            decided: Vec::new(),
            corrected: at,
            changes: Vec::new(),
            plan: None,
        }
    }

    /// Takes over what was decided before the history was corrected at an instant.
    pub fn corrected(mut self, decided: Vec<u16>, at: Option<DateTime<Utc>>) -> Self {
        self.decided = decided;
        self.corrected = at.unwrap_or(self.started_at);
        self
    }

    pub fn started_at(&self) -> DateTime<Utc> {
        self.started_at
    }

    /// An update promise that began and ended at one instant: the reply that solved it.
    pub fn is_void(&self) -> bool {
        matches!(self.metric, Metric::PeriodicUpdate | Metric::PausableUpdate)
            && self.state == ClockState::Cancelled
            && self.ended_at == Some(self.started_at)
    }

    /// Puts a target in force, or none. The time used so far is kept.
    ///
    /// A miss stands, with the promise that was missed: whoever loosens it or takes it away afterwards does not take the
    /// miss out of reports, and where nothing is promised any more nobody hears of it. But a miss that counts against
    /// nobody, because a change of target alone brought it, is undone by a change that leaves time again.
    pub fn aim(&mut self, mut goal: Option<Goal<'a>>, ladder: &'a [Step], at: DateTime<Utc>, event: i32) {
        if let (Some(new), Some(old)) = (&mut goal, &self.goal)
            && matches!(new.target.allowance, Allowance::WorkingDay(_))
            && new.target.allowance == old.target.allowance
        {
            // It became an amount at the start; other hours change how that amount is worked off.
            new.amount = old.amount;
        }
        if let Some(breach) = self.breach {
            self.ladder = if goal.is_some() { ladder } else { &[] };
            self.in_force = at;
            self.plan = None;
            let leaves_time = |goal: &Goal<'a>| goal.amount.is_none_or(|amount| self.used(at) < amount);
            if breach.counts_since.is_some() || !goal.as_ref().is_some_and(leaves_time) {
                return;
            }
            (self.breach, self.missed_due) = (None, None);
            // What is undone was never promised: this replaces what was in force before it.
            self.replaced = Some((at, self.excuse.take().map(|(_, old)| old)));
        }
        if self.started_at < at {
            match &self.replaced {
                // Of several changes at one instant, the first replaced what was in force.
                Some((when, _)) if *when == at => {}
                _ => self.replaced = Some((at, self.goal.clone())),
            }
        }
        if let Some(goal) = &goal {
            self.count_in(goal, at, event);
        }
        self.goal = goal;
        self.ladder = ladder;
        self.in_force = at;
        self.plan = None;
        let allowance = self.goal.as_ref().and_then(|goal| goal.amount).map(seconds);
        self.changes.retain(|change| change.at != at);
        let due_at = if self.state == ClockState::Running { self.plan().due } else { None };
        self.changes.push(Change { at, event, allowance, due_at });
    }

    /// Counts in the goal's hours from now on; also what nobody's hours were known for.
    fn count_in(&mut self, goal: &Goal<'a>, at: DateTime<Utc>, event: i32) {
        let calendar = Some((goal.target.calendar, goal.calendar));
        for span in self.spans.iter_mut().filter(|span| span.kind == SegmentKind::Running) {
            if span.calendar.is_none() {
                span.calendar = calendar;
                span.worked = span.to.map_or(TimeDelta::zero(), |to| goal.calendar.elapsed(span.from, to));
            }
        }
        let Some(last) = self.spans.last().copied() else { return };
        if last.kind == SegmentKind::Running
            && last.to.is_none()
            && last.calendar.map(|c| c.0) != Some(goal.target.calendar)
        {
            self.turn(SegmentKind::Running, calendar, at, event);
        }
    }

    /// Ends the last span and begins another.
    fn turn(
        &mut self,
        kind: SegmentKind,
        calendar: Option<(CalendarVersionId, &'a Calendar)>,
        at: DateTime<Utc>,
        since: i32,
    ) {
        self.close_span(at);
        self.spans.push(Span { kind, from: at, to: None, since, calendar, worked: TimeDelta::zero() });
        self.plan = None;
    }

    fn close_span(&mut self, at: DateTime<Utc>) {
        let Some(last) = self.spans.last_mut().filter(|span| span.to.is_none()) else { return };
        if last.from == at {
            self.spans.pop();
        } else {
            last.worked = last.worked_at(at);
            last.to = Some(at);
        }
    }

    /// Stands still from now on, waiting for somebody.
    pub fn pause(&mut self, hold: HoldReason, at: DateTime<Utc>, event: i32) {
        self.remember_due();
        self.turn(SegmentKind::Paused(hold), None, at, event);
        self.state = ClockState::Paused;
    }

    /// The hold it waits on, if it does.
    pub fn paused_on(&self) -> Option<HoldReason> {
        match self.spans.last() {
            Some(Span { kind: SegmentKind::Paused(hold), to: None, .. }) => Some(*hold),
            _ => None,
        }
    }

    /// Counts on: after a pause, or after it had ended. A miss stays a miss.
    pub fn resume(&mut self, at: DateTime<Utc>, event: i32) {
        if let Some(ended) = self.ended_at.take() {
            self.spans.push(Span {
                kind: SegmentKind::Ended,
                from: ended,
                to: None,
                since: event,
                calendar: None,
                worked: TimeDelta::zero(),
            });
        }
        let calendar = self.goal.as_ref().map(|goal| (goal.target.calendar, goal.calendar));
        self.turn(SegmentKind::Running, calendar, at, event);
        self.state = ClockState::Running;
        self.in_force = at;
    }

    /// Done: kept, unless it was late already.
    pub fn fulfil(&mut self, at: DateTime<Utc>) {
        self.end(at, if self.goal.is_none() { ClockState::Untimed } else { ClockState::Met });
    }

    /// Not needed any more: neither kept nor missed, unless it was late already.
    pub fn cancel(&mut self, at: DateTime<Utc>) {
        self.end(at, ClockState::Cancelled);
    }

    fn end(&mut self, at: DateTime<Utc>, state: ClockState) {
        self.remember_due();
        self.close_span(at);
        self.state = if self.breach.is_some() { ClockState::Missed } else { state };
        self.ended_at = Some(at);
        self.plan = None;
    }

    fn remember_due(&mut self) {
        if self.state == ClockState::Running {
            self.last_due = self.plan().due;
        }
    }

    fn used(&self, now: DateTime<Utc>) -> TimeDelta {
        self.spans.iter().map(|span| span.worked_at(now)).sum()
    }

    /// The instant at which an amount of time is, was or will be used up as things stand;
    /// `None` if it never will be.
    fn reach(&self, amount: TimeDelta, calendar: impl Fn(&Span<'a>) -> Option<&'a Calendar>) -> Option<DateTime<Utc>> {
        let mut left = amount;
        for span in self.spans.iter().filter(|span| span.kind == SegmentKind::Running) {
            let calendar = calendar(span)?;
            let Some(to) = span.to else { return calendar.due(span.from, left).ok() };
            let worked = calendar.elapsed(span.from, to);
            if left <= worked {
                return calendar.due(span.from, left).ok();
            }
            left -= worked;
        }
        None
    }

    /// The clock as it stands at an instant.
    pub fn clock(mut self, now: DateTime<Utc>) -> Clock {
        let plan = self.plan().clone();
        let live_due = if self.state == ClockState::Running { plan.due } else { None };
        let segment = |span: &Span<'a>| Segment {
            kind: span.kind,
            from: span.from,
            to: span.to,
            since: span.since,
            calendar: span.calendar.map(|(id, _)| id),
            counted: seconds(span.worked_at(now)),
        };
        let ended_due = self.last_due.filter(|_| !self.state.is_live());
        Clock {
            metric: self.metric,
            cycle: self.cycle,
            state: self.state,
            started_at: self.started_at,
            ended_at: self.ended_at,
            due_at: self.missed_due.or(live_due).or(ended_due),
            risk_at: plan.risk,
            next_at: plan.next,
            breach: self.breach,
            target: self.goal.as_ref().map(|goal| (goal.target, goal.policy.clone())),
            allowance: self.goal.as_ref().and_then(|goal| goal.amount).map(seconds),
            used: seconds(self.used(now)),
            never_due: self.goal.as_ref().is_some_and(|goal| goal.amount.is_none())
                || (self.state == ClockState::Running && self.goal.is_some() && plan.due.is_none()),
            segments: self.spans.iter().map(segment).collect(),
            changes: self.changes,
        }
    }
}
