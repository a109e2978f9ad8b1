//! Examples by the rules of the engine, then properties over random histories.

mod examples;
mod properties;

use super::*;
use crate::core::id::{Id, PolicyId, TeamId};
use crate::sla::calendar::Calendar;
use crate::sla::model::{Allowance, Cause, ClockState, PolicyRef, Target, Terms, default_ladder};
use crate::tickets::model::{HoldReason, Priority};
use chrono::TimeDelta;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

/// Two calendars that every test may use: always, and office hours in Madrid with a lunch break.
const ALWAYS: CalendarVersionId = Id::from_uuid(Uuid::from_u128(1));
const OFFICE: CalendarVersionId = Id::from_uuid(Uuid::from_u128(2));

static CALENDARS: LazyLock<Calendars> = LazyLock::new(|| {
    let office = r#"{"zone":"Europe/Madrid","weekly":{
        "mon":[["09:00","13:00"],["14:00","18:00"]],"tue":[["09:00","13:00"],["14:00","18:00"]],
        "wed":[["09:00","13:00"],["14:00","18:00"]],"thu":[["09:00","13:00"],["14:00","18:00"]],
        "fri":[["09:00","15:00"],["22:00","02:00"]]},"holidays":[{"date":"2026-11-24","from":"12:00"}]}"#;
    let office = Calendar::new(serde_json::from_str(office).unwrap()).unwrap();
    [(ALWAYS, Arc::new(Calendar::always())), (OFFICE, Arc::new(office))].into()
});

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
