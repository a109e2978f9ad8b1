//! How the time of a promise was spent, step by step: what started it, stopped it, changed it, and who did.

use chrono::{DateTime, Utc};

use super::{Piece, Teller, late_for};
use crate::core::id::PolicyId;
use crate::sla::clock::{Change, Clock, Segment, SegmentKind};
use crate::sla::facts::{Event, Fact};
use crate::sla::model::{BreachCause, Cause, ClockState, Terms};
use crate::tickets::model::HoldReason;
use crate::ui::figures::worked;
use crate::ui::promise::rounded;
use crate::ui::why::{WhySegment, WhyStep};

impl Teller<'_> {
    pub(super) fn steps(&self, clock: &Clock, pieces: &[Piece<'_>]) -> Vec<WhyStep> {
        let mut steps: Vec<WhyStep> = Vec::new();
        let mut told: Option<&Segment> = None;
        let mut changes = self.changes(clock).into_iter().peekable();
        for piece in pieces {
            while let Some((_, step)) = changes.next_if(|(at, _)| *at <= piece.from) {
                steps.push(step);
            }
            let length = worked((piece.to - piece.from).num_seconds());
            let span = format!("{} to {}", self.at(piece.from), self.at(piece.to));
            let begins = piece.segment.filter(|segment| told != Some(*segment));
            let (what, detail) = match (piece.kind, begins) {
                (WhySegment::Left, _) => continue,
                // What is to come is told at once, below.
                (WhySegment::Off, _) if piece.segment.is_none() => continue,
                (WhySegment::Off, Some(segment)) if segment.kind == SegmentKind::Ended => {
                    ("Done for the time being, not counted".to_owned(), None)
                }
                (WhySegment::Off, _) => ("Outside working hours, not counted".to_owned(), Some(span)),
                (WhySegment::Pause, _) => ("Paused, on hold".to_owned(), Some(self.hold(piece.segment))),
                (_, Some(segment)) => (self.beginning(clock, segment), Some(span)),
                (_, None) => (span, None),
            };
            if piece.kind != WhySegment::Off {
                told = piece.segment;
            }
            steps.push(WhyStep { kind: piece.kind, what, detail, length });
        }
        steps.extend(changes.map(|(_, step)| step));
        if let (ClockState::Running, Some(due), Some(left)) = (clock.state, clock.due_at, clock.left())
            && left >= 0
        {
            let moved = clock.changes.last().and_then(|change| change.due_at).filter(|was| *was < due);
            let moved = moved.map(|was| self.at(was)).filter(|was| *was != self.at(due));
            let detail = moved.map(|was| format!("The pause moved it from {was}"));
            let what = format!("Left until {}", self.at(due));
            // What is used is rounded down: so that the two make the whole, and as the countdown has it.
            steps.push(WhyStep { kind: WhySegment::Left, what, detail, length: worked(rounded(left)) });
        }
        if let Some(breach) = clock.breach {
            let excused = breach.counts_since.is_none();
            let what = match breach.cause {
                BreachCause::Due => format!("Late since {}", self.at(breach.at)),
                BreachCause::PolicyChange => format!("Late by a change of target at {}", self.at(breach.at)),
            };
            let detail = excused.then(|| "Counts against nobody".to_owned());
            let length = match late_for(clock, self.now) {
                Some(late) => worked(late.num_seconds()),
                None => clock.left().map(|left| worked(-left)).unwrap_or_default(),
            };
            steps.push(WhyStep { kind: WhySegment::Late, what, detail, length });
        }
        steps
    }

    /// When another target came into force, what it was before, and who brought it.
    fn changes(&self, clock: &Clock) -> Vec<(DateTime<Utc>, WhyStep)> {
        let target = |change: &Change| change.allowance.map_or_else(|| "no promise".to_owned(), worked);
        let told = clock.changes.windows(2).filter_map(|pair| {
            let (was, is) = (pair.first()?, pair.last()?);
            let event = self.event(is.event)?;
            let terms = Self::terms(event)?;
            if (was.allowance, was.due_at) == (is.allowance, is.due_at) {
                return None;
            }
            let what = match (target(was), target(is)) {
                (was, is) if was == is => format!("Still {is}, by other hours"),
                (was, is) => format!("From {was} to {is}"),
            };
            let detail = format!("{}, {}", self.because(event, terms), self.at(is.at));
            Some((is.at, WhyStep { kind: WhySegment::Run, what, detail: Some(detail), length: String::new() }))
        });
        let mut told: Vec<_> = told.chain(self.passed_by(clock)).collect();
        told.sort_by_key(|(at, _)| *at);
        told
    }

    /// When other terms came into force that would promise something else, but not to this clock.
    fn passed_by(&self, clock: &Clock) -> Vec<(DateTime<Utc>, WhyStep)> {
        let own = Cause::Ladder { metric: clock.metric, cycle: clock.cycle };
        let target = clock.allowance.map_or_else(|| "no promise".to_owned(), worked);
        let lived = clock.started_at..=clock.ended_at.unwrap_or(self.now);
        let told = self.course.events.iter().filter(move |event| lived.contains(&event.at)).filter_map(move |event| {
            let terms = Self::terms(event)?;
            let is_told = clock.changes.iter().any(|change| change.at == event.at);
            let is_same = terms.targets.get(&clock.metric) == clock.target.as_ref().map(|(target, _)| target);
            if is_told || is_same {
                return None;
            }
            let why = match clock.breach.filter(|breach| breach.at <= event.at) {
                _ if terms.cause == own => "its own step brought this",
                Some(_) => "it was late already",
                None => return None,
            };
            let (what, detail) =
                (format!("Stays {target}: {why}"), format!("{}, {}", self.because(event, terms), self.at(event.at)));
            Some((event.at, WhyStep { kind: WhySegment::Run, what, detail: Some(detail), length: String::new() }))
        });
        told.collect()
    }

    /// Why other terms came into force, and by whom.
    fn because(&self, event: &Event, terms: &Terms) -> String {
        let (who, policy, priority) = (self.who(event), &terms.policy.name, terms.priority.label());
        match terms.cause {
            Cause::Created => format!("{policy}, {priority}"),
            Cause::Priority => format!("{who} set the priority to {priority}"),
            Cause::Fields => format!("now {policy}, by a change of {who}"),
            Cause::Policy if self.policy_before(event) == Some(terms.policy.id) => format!("{who} published {policy}"),
            Cause::Policy => format!("now {policy}, by what {who} published"),
            Cause::Calendar => format!("{who} published other hours"),
            Cause::Ladder { .. } => format!("a step raised the priority to {priority}"),
        }
    }

    /// The policy that was in force before an event.
    fn policy_before(&self, event: &Event) -> Option<PolicyId> {
        let before = self.course.events.iter().rev().filter(|other| other.n < event.n);
        before.filter_map(Self::terms).next().map(|terms| terms.policy.id)
    }

    fn terms(event: &Event) -> Option<&Terms> {
        if let Fact::Terms(terms) = &event.fact { Some(terms) } else { None }
    }

    fn event(&self, n: i32) -> Option<&Event> {
        self.course.events.iter().find(|event| event.n == n)
    }

    fn actor(&self, event: &Event) -> Option<&str> {
        self.names.get(event.actor?.uuid())
    }

    fn who(&self, event: &Event) -> &str {
        self.actor(event).unwrap_or("the system")
    }

    /// What began a stretch of counting.
    fn beginning(&self, clock: &Clock, segment: &Segment) -> String {
        let Some(event) = self.event(segment.since) else { return "Counted".to_owned() };
        let first = clock.segments.first() == Some(segment);
        match &event.fact {
            Fact::CustomerMessage { .. } => format!("Started by {}’s message", self.or_customer(event)),
            Fact::Opened { .. } => "Started when it was filed".to_owned(),
            Fact::Reply { .. } => format!("Started by {}’s reply", self.who(event)),
            Fact::Team { .. } if first => "Started when the team got it".to_owned(),
            Fact::Terms(terms) => format!("Counted by {}, {}", terms.policy.name, terms.priority.label()),
            Fact::Resumed => {
                // An answer of the customer takes a ticket off hold at the same instant.
                let answered = self
                    .course
                    .events
                    .iter()
                    .find(|other| other.at == event.at && matches!(other.fact, Fact::CustomerMessage { .. }));
                match answered {
                    Some(message) => format!("{} answered", self.or_customer(message)),
                    None => format!("{} went on", self.who(event)),
                }
            }
            _ => "Counted".to_owned(),
        }
    }

    fn or_customer(&self, event: &Event) -> &str {
        self.actor(event).unwrap_or("the customer")
    }

    fn hold(&self, segment: Option<&Segment>) -> String {
        let event = segment.and_then(|segment| self.event(segment.since));
        let waits = match segment.map(|segment| segment.kind) {
            Some(SegmentKind::Paused(HoldReason::ThirdParty)) => "somebody else",
            _ => "the customer",
        };
        // Other terms may say anew that it stands still; it was put on hold before.
        let is_hold = |event: &&Event| matches!(event.fact, Fact::Held { .. });
        let held =
            event.and_then(|last| self.course.events.iter().rev().filter(|event| event.n <= last.n).find(is_hold));
        match held.or(event).map(|event| (self.who(event), &event.fact)) {
            Some((who, Fact::Held { reason: Some(reason), .. })) => format!("{who}: {reason}"),
            Some((who, _)) => format!("{who} was waiting for {waits}"),
            None => format!("Waiting for {waits}"),
        }
    }
}
