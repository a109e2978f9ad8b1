//! One clock of the model. Instants are seconds since the start of the scene.

use super::*;

/// So many seconds, in hours that are known for every second of the scene.
#[derive(Clone, Copy)]
pub(super) struct Promise {
    pub seconds: usize,
    pub hours: &'static [bool],
}

/// That a clock was late.
#[derive(Clone, Copy)]
pub(super) struct Late {
    pub at: usize,
    pub due: usize,
    pub cause: BreachCause,
    pub counts_since: Option<usize>,
}

/// Ladder steps: when, of which clock, at what percentage.
pub(super) type Fired = Vec<(usize, Metric, u32, u16)>;

pub(super) struct Watch {
    pub metric: Metric,
    pub cycle: u32,
    pub state: ClockState,
    pub started: usize,
    pub ended: Option<usize>,
    /// The terms that it was last told of.
    pub told: Option<i32>,
    pub late: Option<Late>,
    /// For each second used, the instant at which it was over.
    pub spent: Vec<usize>,
    /// Seconds that ran in nobody's hours; the next promise says which of them count.
    unsorted: Vec<usize>,
    /// Whose hours it counts in; nobody's until something is promised.
    hours: Option<&'static [bool]>,
    promise: Option<Promise>,
    /// When the promise last changed, what it was before, and how much of it was used.
    changed: Option<(usize, Option<(Promise, usize)>)>,
    /// The promise whose change made it late, and how much of it is used by now.
    excuse: Option<(Promise, usize)>,
    /// Percentages that are still to come, rising, and those that were decided.
    ladder: Vec<u16>,
    decided: Vec<u16>,
}

impl Watch {
    pub fn start(metric: Metric, cycle: u32, now: usize) -> Self {
        Self {
            metric,
            cycle,
            state: ClockState::Running,
            started: now,
            ended: None,
            told: None,
            late: None,
            spent: Vec::new(),
            unsorted: Vec::new(),
            hours: None,
            promise: None,
            changed: None,
            excuse: None,
            ladder: Vec::new(),
            decided: Vec::new(),
        }
    }

    /// Rule 6: what is used stays used, what is promised is swapped, and a miss stands with the promise that was broken,
    /// whatever is promised by then; one that counts against nobody, as long as it would be late by that too.
    /// Rule 7: a promise that comes later sees it all.
    pub fn tell(&mut self, number: i32, terms: &Terms, scene: &'static Scene, now: usize) {
        self.told = Some(number);
        let promise = terms.targets.get(&self.metric).map(|target| scene.promise(target));
        let hears = self.late.is_none() || promise.is_some();
        let steps = terms.ladder.iter().filter(|_| hears).map(|step| step.percent);
        self.ladder = steps.filter(|percent| !self.decided.contains(percent)).collect();
        if let Some(late) = self.late {
            let leaves_time = promise.is_some_and(|promise| self.spent.len() < promise.seconds);
            if late.counts_since.is_some() || !leaves_time {
                return;
            }
            self.late = None;
            self.changed = Some((now, self.excuse.take()));
        }
        // Of several changes at one instant, the first replaced what was in force.
        if self.started < now && self.changed.is_none_or(|(when, _)| when < now) {
            self.changed = Some((now, self.promise.map(|old| (old, self.spent.len()))));
        }
        self.promise = promise;
        if let Some(Promise { hours, .. }) = self.promise {
            self.hours = Some(hours);
            self.spent.extend(self.unsorted.drain(..).filter(|&second| hours[second]).map(|second| second + 1));
        }
    }

    /// Goes on, after a pause or although it had ended.
    pub fn run(&mut self) {
        self.state = ClockState::Running;
        self.ended = None;
        self.hours = self.promise.map(|promise| promise.hours);
    }

    pub fn stand(&mut self, still: bool) {
        match (self.state, still) {
            (ClockState::Running, true) => self.state = ClockState::Paused,
            (ClockState::Paused, false) => self.run(),
            _ => {}
        }
    }

    /// Fulfilled, or only not needed any more; late is late.
    pub fn end(&mut self, cancelled: bool, now: usize) {
        self.ended = Some(now);
        self.state = match self.promise {
            _ if self.late.is_some() => ClockState::Missed,
            _ if cancelled => ClockState::Cancelled,
            None => ClockState::Untimed,
            Some(_) => ClockState::Met,
        };
    }

    /// What time alone brings at an instant, after the events of that instant.
    pub fn look(&mut self, now: usize, fired: &mut Fired) {
        let used = self.spent.len();
        match (self.state, self.promise) {
            (ClockState::Running, Some(promise)) => {
                if used >= promise.seconds {
                    self.miss(promise, now);
                }
                self.climb(promise, now, fired);
            }
            // Rule 17: it stands still, so only a change of the promise can have left less than nothing.
            (ClockState::Paused, Some(promise)) if used > promise.seconds => self.miss(promise, now),
            _ => {}
        }
        // Rule 6: it counts once the old promise is broken too, whatever is promised by then.
        if self.state == ClockState::Running
            && let Some(late) = &mut self.late
            && self.excuse.is_some_and(|(old, used)| used >= old.seconds)
        {
            late.counts_since = late.counts_since.or(Some(now));
        }
    }

    /// Rule 2: late now, by what was due at the last second that was allowed.
    fn miss(&mut self, promise: Promise, now: usize) {
        if self.late.is_some() {
            return;
        }
        let due = self.spent[promise.seconds - 1];
        let (cause, counts_since) = match self.changed {
            Some((when, old)) if due < when => {
                self.excuse = old;
                (BreachCause::PolicyChange, None)
            }
            _ => (BreachCause::Due, Some(now)),
        };
        self.late = Some(Late { at: now, due, cause, counts_since });
    }

    /// Rules 6 and 20: each step once, and of those jumped over the highest alone.
    fn climb(&mut self, promise: Promise, now: usize, fired: &mut Fired) {
        let mut jumped = None;
        while let Some(&percent) = self.ladder.first() {
            let share = promise.seconds * usize::from(percent) / 100;
            if share > self.spent.len() {
                break;
            }
            self.ladder.remove(0);
            self.decided.push(percent);
            if self.spent[share - 1] < now {
                jumped = Some(percent);
            } else {
                fired.push((now, self.metric, self.cycle, percent));
            }
        }
        fired.extend(jumped.map(|percent| (now, self.metric, self.cycle, percent)));
    }

    /// The second that begins at an instant goes by.
    pub fn live(&mut self, now: usize) {
        if self.state != ClockState::Running {
            return;
        }
        match self.hours {
            Some(hours) if hours[now] => self.spent.push(now + 1),
            Some(_) => {}
            None => self.unsorted.push(now),
        }
        if let Some((old, used)) = &mut self.excuse
            && old.hours[now]
        {
            *used += 1;
        }
    }

    /// When its time will be up if nothing happens any more; none if that is after the scene.
    pub fn due(&self, now: usize) -> Option<usize> {
        let promise = self.promise?;
        let to_come = (now..SCENE).filter(|&second| promise.hours[second]).map(|second| second + 1);
        self.spent.iter().copied().chain(to_come).nth(promise.seconds - 1)
    }
}
