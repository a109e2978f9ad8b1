//! A second reading of the rules, slow and meant to be obviously right: it lives through a short history second by
//! second, asks after every event which clocks ought to be live, and notes each second of working time that one uses.
//! What the engine reckons out must be the same.
//!
//! Left out: bounces and ends of working days, for which it would not be obvious; imported tickets, which have no
//! clocks; how a clock explains itself (segments, changes, when it is at risk).

mod random;
mod ticket;
mod watch;

use super::*;
use crate::sla::calendar::tests::works_at;
use crate::sla::model::{Breach, BreachCause};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use random::{History, histories};
use ticket::live_through;
use watch::{Late, Promise, Watch};

/// How many seconds a scene lasts, and by when the events of a history are over: the rest is for due times to come.
const SCENE: usize = 9_000;
const HISTORY: usize = 6_000;

/// A stretch of time, with what the wall clock and the written calendars say of its every second.
struct Scene {
    start: DateTime<Utc>,
    works: HashMap<CalendarVersionId, Vec<bool>>,
}

/// In Madrid lunch begins, lunch ends, a holiday begins at noon, Friday's night ends, and the clock is put back and
/// put forward: each ten minutes after the start.
static SCENES: LazyLock<Vec<Scene>> = LazyLock::new(|| {
    let starts = [
        "2026-11-16T11:50:00Z",
        "2026-11-16T12:50:00Z",
        "2026-11-24T10:50:00Z",
        "2026-11-21T00:50:00Z",
        "2026-10-25T00:50:00Z",
        "2026-03-29T00:50:00Z",
    ];
    starts.map(Scene::starting).into()
});

impl Scene {
    fn starting(start: &str) -> Self {
        let mut scene = Self { start: start.parse().unwrap(), works: HashMap::new() };
        for (id, calendar) in CALENDARS.iter() {
            let works = |second| works_at(calendar.spec(), calendar.zone(), scene.at(second));
            let seconds = (0..SCENE).map(works).collect();
            scene.works.insert(*id, seconds);
        }
        scene
    }

    fn at(&self, second: usize) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(second as i64)
    }

    fn promise(&'static self, target: &Target) -> Promise {
        let Allowance::Seconds(seconds) = target.allowance else { unreachable!("working days are left out") };
        Promise { seconds: seconds as usize, hours: &self.works[&target.calendar] }
    }
}

/// What both know of a clock.
#[derive(Debug, PartialEq)]
struct Shown {
    metric: Metric,
    cycle: u32,
    state: ClockState,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    /// While it runs, and of what was late; as far as the scene goes.
    due_at: Option<DateTime<Utc>>,
    used: i64,
    breach: Option<Breach>,
}

impl Shown {
    fn by_engine(clock: &Clock, scene: &Scene) -> Self {
        let told = clock.state.is_live() || clock.is_late();
        Self {
            metric: clock.metric,
            cycle: clock.cycle,
            state: clock.state,
            started_at: clock.started_at,
            ended_at: clock.ended_at,
            due_at: clock.due_at.filter(|due| told && *due <= scene.at(SCENE)),
            used: clock.used,
            breach: clock.breach,
        }
    }

    fn by_model(watch: &Watch, scene: &Scene, until: usize) -> Self {
        let due = match (watch.late, watch.state) {
            (Some(late), _) => Some(late.due),
            (None, ClockState::Running) => watch.due(until),
            (None, _) => None,
        };
        let breach = |late: Late| Breach {
            at: scene.at(late.at),
            cause: late.cause,
            counts_since: late.counts_since.map(|second| scene.at(second)),
        };
        Self {
            metric: watch.metric,
            cycle: watch.cycle,
            state: watch.state,
            started_at: scene.at(watch.started),
            ended_at: watch.ended.map(|second| scene.at(second)),
            due_at: due.map(|second| scene.at(second)),
            used: watch.spent.len() as i64,
            breach: watch.late.map(breach),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn a_slow_model_that_lives_through_every_second_agrees(history in histories()) {
        let History { scene, events, until } = &history;
        let scene = &SCENES[*scene];
        let outcome = replay(events, &CALENDARS, scene.at(*until)).unwrap();
        let model = live_through(scene, events, *until);

        let by_engine: Vec<_> = outcome.clocks.iter().map(|clock| Shown::by_engine(clock, scene)).collect();
        let by_model: Vec<_> = model.watches.iter().map(|watch| Shown::by_model(watch, scene, *until)).collect();
        prop_assert_eq!(by_engine, by_model);

        let by_engine: Vec<_> = outcome.firings.iter().map(|f| (f.at, f.metric, f.cycle, f.step.percent)).collect();
        let by_model: Vec<_> = model.fired.iter().map(|f| (scene.at(f.0), f.1, f.2, f.3)).collect();
        prop_assert_eq!(by_engine, by_model);
    }
}

/// Agreement on histories in which nothing happens would be worth nothing.
#[test]
fn the_random_histories_come_by_everything_that_is_compared() {
    let mut runner = TestRunner::deterministic();
    let (mut states, mut fired) = (Vec::new(), 0);
    let (mut excused, mut not_any_more) = (0, 0);
    for _ in 0..300 {
        let History { scene, events, until } = histories().new_tree(&mut runner).unwrap().current();
        let ticket = live_through(&SCENES[scene], &events, until);
        fired += ticket.fired.len();
        for watch in &ticket.watches {
            states.push(watch.state.as_str());
            let late = watch.late.filter(|late| late.cause == BreachCause::PolicyChange);
            excused += usize::from(late.is_some_and(|late| late.counts_since.is_none()));
            not_any_more += usize::from(late.is_some_and(|late| late.counts_since.is_some()));
        }
    }
    for state in ["running", "paused", "met", "missed", "cancelled", "untimed"] {
        assert!(states.iter().filter(|seen| **seen == state).count() > 9, "{state}");
    }
    assert!(excused > 3 && not_any_more > 3 && fired > 99, "{excused} {not_any_more} {fired}");
}
