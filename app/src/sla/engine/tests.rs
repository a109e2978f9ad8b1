//! Examples by the rules of the engine, what hurt elsewhere, then properties over random
//! histories and a slow model of the rules.

mod examples;
mod field;
mod model;
mod properties;

use super::*;
use crate::core::id::{Id, PolicyId, TeamId};
use crate::sla::calendar::Calendar;
use crate::sla::model::{Allowance, Cause, ClockState, PolicyRef, Target, Terms, default_ladder};
use crate::sla::spec::{CalendarSpec, Shift, WallTime, Week};
use crate::tickets::model::{HoldReason, Priority};
use chrono::TimeDelta;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

/// Three calendars that every test may use: always, office hours in Madrid with a lunch break, and
/// there too a few minutes of work and a few of rest, so that a short history meets many edges.
const ALWAYS: CalendarVersionId = Id::from_uuid(Uuid::from_u128(1));
const OFFICE: CalendarVersionId = Id::from_uuid(Uuid::from_u128(2));
const SHORT: CalendarVersionId = Id::from_uuid(Uuid::from_u128(3));

static CALENDARS: LazyLock<Calendars> = LazyLock::new(|| {
    let office = r#"{"zone":"Europe/Madrid","weekly":{
        "mon":[["09:00","13:00"],["14:00","18:00"]],"tue":[["09:00","13:00"],["14:00","18:00"]],
        "wed":[["09:00","13:00"],["14:00","18:00"]],"thu":[["09:00","13:00"],["14:00","18:00"]],
        "fri":[["09:00","15:00"],["22:00","02:00"]]},"holidays":[{"date":"2026-11-24","from":"12:00"}]}"#;
    let office = Calendar::new(serde_json::from_str(office).unwrap()).unwrap();
    [(ALWAYS, Arc::new(Calendar::always())), (OFFICE, Arc::new(office)), (SHORT, Arc::new(short()))].into()
});

/// The hours around the changes of the clock and around noon, in pieces.
fn short() -> Calendar {
    let wall = |minute: u16| WallTime::from_minutes(minute).unwrap();
    let pieces: [(u16, u16); 6] = [(0, 4), (5, 6), (9, 20), (18, 23), (27, 31), (52, 60)];
    let of_hour = |hour: u16| pieces.map(|(from, to)| Shift { from: wall(hour * 60 + from), to: wall(hour * 60 + to) });
    let shifts: Vec<_> = [1, 2, 3, 11, 12, 13, 14, 15].into_iter().flat_map(of_hour).collect();
    let spec = CalendarSpec {
        zone: "Europe/Madrid".into(),
        weekly: Week::every_day(&shifts),
        holidays: Vec::new(),
        overrides: std::collections::BTreeMap::new(),
    };
    Calendar::new(spec).unwrap()
}

/// How many random cases a property is tried on: what `KEPT_CASES` says, or what every run has time for.
pub(in crate::sla) fn cases() -> u32 {
    asked().unwrap_or(2_000)
}

/// The same where a case takes milliseconds.
pub(in crate::sla) fn slow_cases() -> u32 {
    asked().map_or(128, |cases| cases.div_ceil(16))
}

fn asked() -> Option<u32> {
    std::env::var("KEPT_CASES").ok().map(|number| number.parse().expect("KEPT_CASES is a number"))
}

fn terms(cause: Cause, targets: &[(Metric, Allowance, CalendarVersionId)]) -> Terms {
    Terms {
        cause,
        policy: PolicyRef {
            id: PolicyId::from_uuid(Uuid::nil()),
            version: Id::from_uuid(Uuid::nil()),
            name: "Everyone".into(),
        },
        place: (1, 1),
        priority: Priority::Normal,
        targets: targets
            .iter()
            .map(|&(metric, allowance, calendar)| (metric, Target { allowance, calendar }))
            .collect(),
        ladder: default_ladder(),
        pauses: std::collections::BTreeMap::new(),
        passed: Vec::new(),
    }
}

/// Midnight of Monday 16 November 2026, from which tests count minutes.
fn monday() -> DateTime<Utc> {
    "2026-11-16T00:00:00Z".parse().unwrap()
}

fn at(minutes: i64) -> DateTime<Utc> {
    monday() + TimeDelta::minutes(minutes)
}

fn message(n: u128) -> MessageId {
    Id::from_uuid(Uuid::from_u128(n))
}

fn team(n: u128) -> TeamId {
    Id::from_uuid(Uuid::from_u128(n))
}

/// A history being told, minute by minute.
#[derive(Clone, Debug, Default)]
struct Story(Vec<Event>);

impl Story {
    /// A customer files a ticket at minute 0 under targets in minutes that always run.
    fn filed(targets: &[(Metric, u32)]) -> Self {
        Self::default()
            .then(0, Fact::Opened { team: Some(team(1)), imported: false })
            .promised(0, Cause::Created, targets)
            .wrote(0, 1)
    }

    fn then(mut self, minute: i64, fact: Fact) -> Self {
        let n = i32::try_from(self.0.len()).unwrap() + 1;
        self.0.push(Event { n, at: at(minute), actor: None, fact });
        self
    }

    fn promised(self, minute: i64, cause: Cause, targets: &[(Metric, u32)]) -> Self {
        let targets: Vec<_> =
            targets.iter().map(|&(metric, minutes)| (metric, Allowance::Seconds(minutes * 60), ALWAYS)).collect();
        self.then(minute, Fact::Terms(Box::new(terms(cause, &targets))))
    }

    fn wrote(self, minute: i64, n: u128) -> Self {
        self.then(minute, Fact::CustomerMessage { message: message(n) })
    }

    fn replied(self, minute: i64, n: u128) -> Self {
        self.then(minute, Fact::Reply { message: message(n), automatic: false })
    }

    fn bounced(self, minute: i64, n: u128) -> Self {
        self.then(minute, Fact::Bounced { message: message(n) })
    }

    fn held(self, minute: i64, waits: HoldReason) -> Self {
        self.then(minute, Fact::Held { waits, reason: None })
    }

    fn until(&self, minute: i64) -> Outcome {
        replay(&self.0, &CALENDARS, at(minute)).unwrap()
    }

    /// The newest clock of a metric as of a minute.
    fn clock(&self, minute: i64, metric: Metric) -> Clock {
        self.until(minute).clocks.into_iter().rfind(|clock| clock.metric == metric).expect("no such clock")
    }

    fn state(&self, minute: i64, metric: Metric) -> ClockState {
        self.clock(minute, metric).state
    }

    /// Percent and minute of each step of a metric that was reached.
    fn steps(&self, minute: i64, metric: Metric) -> Vec<(u16, i64)> {
        let firings = self.until(minute).firings.into_iter().filter(|firing| firing.metric == metric);
        firings.map(|firing| (firing.step.percent, (firing.at - monday()).num_minutes())).collect()
    }
}
