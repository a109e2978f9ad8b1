//! What time alone brings to a clock: warnings, ladder steps, the miss, the end of an excuse.
use chrono::{DateTime, Utc};

use super::{Span, Track};
use crate::sla::clock::{Firing, RISK_PERCENT};
use crate::sla::model::{Breach, BreachCause, ClockState};

/// How far timers may go.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    Before(DateTime<Utc>),
    Until(DateTime<Utc>),
}

impl Limit {
    fn admits(self, at: DateTime<Utc>) -> bool {
        match self {
            Self::Before(limit) => at < limit,
            Self::Until(limit) => at <= limit,
        }
    }
}

/// When this clock's timers go off, as things stand.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub due: Option<DateTime<Utc>>,
    pub risk: Option<DateTime<Utc>>,
    /// Steps not decided yet, by rising percentage.
    steps: Vec<(usize, DateTime<Utc>)>,
    /// When a miss stops being excused.
    excuse_ends: Option<DateTime<Utc>>,
    pub next: Option<DateTime<Utc>>,
}

impl<'a> Track<'a> {
    pub(super) fn plan(&mut self) -> &Plan {
        let plan = self.plan.take().unwrap_or_else(|| self.planned());
        self.plan.insert(plan)
    }

    fn planned(&self) -> Plan {
        let mut plan = Plan::default();
        if self.state == ClockState::Running {
            // What excuses a miss is the promise from before, whatever is promised now.
            plan.excuse_ends = self.excuse_ends();
            plan.next = plan.excuse_ends;
        }
        let Some(goal) = self.goal.as_ref().filter(|_| self.state.is_live()) else { return plan };
        let own = |span: &Span<'a>| span.calendar.map(|(_, calendar)| calendar);
        let reached = |percent| goal.share(percent).and_then(|share| self.reach(share, own));
        plan.due = reached(100);
        if self.state == ClockState::Paused {
            // Nothing is used up while it stands still; only a change of target can
            // have put the due time before what is used already.
            let over = goal.amount.is_some_and(|amount| self.used(self.in_force) > amount);
            plan.due = plan.due.filter(|_| over);
        } else {
            plan.risk = reached(RISK_PERCENT);
            let open = self.ladder.iter().enumerate().filter(|(_, step)| !self.decided.contains(&step.percent));
            plan.steps = open.filter_map(|(index, step)| Some((index, reached(step.percent)?))).collect();
        }
        let breach = plan.due.filter(|_| self.breach.is_none()).map(|at| at.max(self.in_force));
        let step = plan.steps.first().map(|&(_, at)| at.max(self.in_force).max(self.corrected));
        plan.next = [breach, step, plan.excuse_ends].into_iter().flatten().min();
        plan
    }

    /// When the due time from before the change that brought the miss passes as well; not while it stands still or is
    /// solved, and then not before it goes on.
    fn excuse_ends(&self) -> Option<DateTime<Utc>> {
        let breach = self.breach.filter(|breach| breach.counts_since.is_none())?;
        let (changed, old) = self.excuse.as_ref()?;
        let as_before = |span: &Span<'a>| {
            if span.from >= *changed { Some(old.calendar) } else { span.calendar.map(|(_, calendar)| calendar) }
        };
        self.reach(old.amount?, as_before).map(|at| at.max(breach.at).max(self.in_force))
    }

    /// Lets everything happen that time alone brings.
    pub fn run_timers(&mut self, limit: Limit, fired: &mut Vec<Firing>) {
        while self.plan().next.is_some_and(|next| limit.admits(next)) {
            let plan = self.plan.take().unwrap_or_default();
            self.fire_steps(&plan, limit, fired);
            if let Some(due) = plan.due.filter(|due| self.breach.is_none() && limit.admits(self.in_force.max(*due))) {
                self.miss(due);
            } else if let Some(at) = plan.excuse_ends.filter(|at| limit.admits(*at))
                && let Some(breach) = &mut self.breach
            {
                breach.counts_since = Some(at);
            }
        }
    }

    fn miss(&mut self, due: DateTime<Utc>) {
        let at = due.max(self.in_force);
        let by_change = self.replaced.as_ref().filter(|(when, _)| due < *when && *when <= at);
        let (cause, counts_since) =
            if by_change.is_some() { (BreachCause::PolicyChange, None) } else { (BreachCause::Due, Some(at)) };
        self.excuse = by_change.cloned().and_then(|(when, old)| Some((when, old?)));
        self.breach = Some(Breach { at, cause, counts_since });
        self.missed_due = Some(due);
        self.plan = None;
    }

    /// Steps reached in their time fire then; of those jumped over, the highest alone.
    fn fire_steps(&mut self, plan: &Plan, limit: Limit, fired: &mut Vec<Firing>) {
        let floor = self.in_force.max(self.corrected);
        let mut jumped = None;
        let mut reached = Vec::new();
        for &(index, at) in &plan.steps {
            if at < floor && limit.admits(floor) {
                jumped = Some((index, floor));
                self.decided.push(self.ladder[index].percent);
            } else if at >= floor && limit.admits(at) {
                reached.push((index, at));
                self.decided.push(self.ladder[index].percent);
            }
        }
        let due_at = self.missed_due.or(plan.due);
        fired.extend(jumped.into_iter().chain(reached).map(|(index, at)| Firing {
            at,
            metric: self.metric,
            cycle: self.cycle,
            step: self.ladder[index].clone(),
            due_at,
        }));
    }
}
