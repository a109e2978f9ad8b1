//! Made-up promises in made-up hours, over clock changes, nights and holidays.
use std::{iter, sync::Arc};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::Case;
use crate::{
    core::id::{Id, MessageId, PolicyId},
    demo::chance::Chance,
    sla::{
        calendar::Calendar,
        clock::Clock,
        engine::replay,
        explain,
        facts::{Calendars, Event, Fact},
        model::{Allowance, CalendarVersionId, Cause, Metric, PolicyRef, Target, Terms},
        spec::{CalendarSpec, Holiday, Shift, WallTime, Week},
    },
    tickets::model::Priority,
};

/// Changes in either direction, by half an hour, at midnight, none, and far off.
const ZONES: [&str; 6] =
    ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "Pacific/Apia"];
const DAY: usize = 86_400;
/// Many weeks, so that all zones change their clocks within them.
const SPAN: u64 = 400;

/// As many as asked for; the same for the same seed.
pub fn cases(seed: u64, count: usize) -> Vec<Case> {
    let mut chance = Chance::new(seed);
    iter::repeat_with(|| case(&mut chance)).flatten().take(count).collect()
}

/// `None` if its hours never come.
fn case(chance: &mut Chance) -> Option<Case> {
    let calendar = Arc::new(Calendar::new(hours(chance)).ok()?);
    let version = CalendarVersionId::from_uuid(Uuid::nil());
    let calendars: Calendars = iter::once((version, calendar.clone())).collect();
    let began = first_day().and_hms_opt(0, 0, 0)?.and_utc() + seconds(chance.below(DAY * SPAN as usize));
    let target = Target { allowance: Allowance::Seconds(1 + chance.below(3 * DAY) as u32), calendar: version };
    let events = history(began, target);
    let clock_at = |at: DateTime<Utc>| -> Option<Clock> {
        replay(&events, &calendars, at).ok()?.clocks.into_iter().find(|clock| clock.metric == Metric::FirstReply)
    };
    let looked = began + seconds(chance.below(6 * DAY));
    let shown = clock_at(looked)?;
    // Long enough for some to be late.
    let ahead = (shown.due_at?.max(looked) - looked).num_seconds() as usize + DAY;
    let at = looked + seconds(chance.below(ahead));
    let view = explain::view(&shown, Some(&calendar), looked, calendar.zone());
    let then = clock_at(at)?;
    // What is late is told by the wall.
    let left = if then.is_late() { (then.due_at? - at).num_seconds() } else { then.left()? };
    Some(Case { view, at: at.timestamp(), left })
}

fn history(at: DateTime<Utc>, target: Target) -> Vec<Event> {
    let policy =
        PolicyRef { id: PolicyId::from_uuid(Uuid::nil()), version: Id::from_uuid(Uuid::nil()), name: String::new() };
    let terms = Terms {
        cause: Cause::Created,
        policy,
        place: (1, 1),
        priority: Priority::Normal,
        targets: iter::once((Metric::FirstReply, target)).collect(),
        ladder: Vec::new(),
        pauses: iter::empty().collect(),
        passed: Vec::new(),
    };
    let facts = [
        Fact::Opened { team: None, imported: false },
        Fact::Terms(Box::new(terms)),
        Fact::CustomerMessage { message: MessageId::from_uuid(Uuid::nil()) },
    ];
    (1..).zip(facts).map(|(n, fact)| Event { n, at, actor: None, fact }).collect()
}

fn hours(chance: &mut Chance) -> CalendarSpec {
    let [mon, tue, wed, thu, fri, sat, sun] = std::array::from_fn(|_| shifts(chance));
    let holidays = (0..chance.below(40)).map(|_| holiday(chance)).collect();
    let overrides = (0..chance.below(10)).map(|_| (some_day(chance), shifts(chance))).collect();
    let weekly = Week { mon, tue, wed, thu, fri, sat, sun };
    CalendarSpec { zone: (*chance.pick(&ZONES)).to_owned(), weekly, holidays, overrides }
}

/// None to two, some of them over midnight.
fn shifts(chance: &mut Chance) -> Vec<Shift> {
    let count = chance.below(3);
    iter::repeat_with(|| (time(chance), time(chance)))
        .filter(|(from, to)| from != to && *from != WallTime::END)
        .map(|(from, to)| Shift { from, to })
        .take(count)
        .collect()
}

fn holiday(chance: &mut Chance) -> Holiday {
    let (one, other) = (time(chance), time(chance));
    let part = chance.in_hundred(40.0) && one != other;
    let (from, to) = (part.then_some(one.min(other)), part.then_some(one.max(other)));
    Holiday { from, to, ..Holiday::on(some_day(chance)) }
}

fn time(chance: &mut Chance) -> WallTime {
    WallTime::from_minutes(chance.below(24 * 12 + 1) as u16 * 5).unwrap_or(WallTime::END)
}

fn some_day(chance: &mut Chance) -> NaiveDate {
    first_day() + Days::new(chance.below(SPAN as usize) as u64)
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default()
}

fn seconds(count: usize) -> TimeDelta {
    TimeDelta::seconds(count as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_counts_as_the_engine_does() {
        let cases = cases(7, 500);
        assert!(
            cases.iter().any(|case| case.left < 0) && cases.iter().any(|case| case.left > 0),
            "late ones and others"
        );
        for case in cases {
            assert_eq!(case.view.left(case.at), Some(case.left), "{case:?}");
        }
    }
}
