//! Working time over ten years, by a calendar with everything in it: a lunch break, a zone whose clocks change, holidays
//! of every year, dates with hours of their own.
use std::{hint::black_box, time::Duration};

use chrono::{Months, NaiveDate, TimeZone as _, Utc};
use kept_app::sla::{calendar::Calendar, spec::CalendarSpec};
use serde_json::json;
use tokio::time::Instant;

use crate::bench::{
    Outcome,
    table::{Line, Unit},
};

const YEARS: u32 = 10;
const FIRST: i32 = 2026;
/// How often each question is asked.
const TIMES: u32 = 10_000;
/// How often a calendar is set up anew, as a server does that has just started.
const STARTS: u32 = 50;
/// A sweep of ten thousand timers asks as often: it must not notice.
const ASKED: f64 = 10.0;
/// Before the first answer each year is worked out once and kept: no page may wait for that.
const FIRST_ASKED: f64 = 5.0;

/// `due` of ten working years and `elapsed` over the same.
pub fn ten_years() -> Outcome<Vec<Line>> {
    let spec = busy()?;
    let from = Utc.with_ymd_and_hms(FIRST, 1, 7, 8, 15, 0).single().ok_or("no such instant")?;
    let to = from.checked_add_months(Months::new(12 * YEARS)).ok_or("no such instant")?;
    let calendar = set_up(&spec)?;
    let worked = calendar.elapsed(from, to);
    let due = calendar.due(from, worked)?;
    if calendar.elapsed(from, due) != worked || due > to {
        return Err(format!("{worked} until {to} are not over at {due}").into());
    }

    let first = median(STARTS, || set_up(&spec)?.due(from, worked).map_err(Into::into))?;
    let due = median(TIMES, || calendar.due(from, worked).map_err(Into::into))?;
    let elapsed = median(TIMES, || Ok(calendar.elapsed(from, to)))?;
    let note = format!("{} working hours", worked.num_hours());
    Ok(vec![
        Line::new("due in ten working years", micros(due), Unit::Microseconds).at_most(ASKED).note(note),
        Line::new("elapsed in ten years", micros(elapsed), Unit::Microseconds).at_most(ASKED),
        Line::new("due in ten years, asked first", first.as_secs_f64() * 1e3, Unit::Milliseconds).at_most(FIRST_ASKED),
    ])
}

fn set_up(spec: &CalendarSpec) -> Outcome<Calendar> {
    Calendar::new(spec.clone()).map_err(|wrong| format!("{wrong:?}").into())
}

/// Two shifts a day; twenty holidays of every year, some of them half a day; three dates a year with their own hours.
fn busy() -> Outcome<CalendarSpec> {
    let day = json!([["09:00", "13:00"], ["14:00", "18:00"]]);
    let holidays: Vec<_> = (0..20)
        .map(|n| match (format!("{:02}-{:02}", 1 + n % 12, 3 + n), n % 5) {
            (day, 0) => json!({ "month_day": day, "from": "13:00", "to": "24:00" }),
            (day, _) => json!({ "month_day": day }),
        })
        .collect();
    let own_hours = (FIRST..).take(YEARS as usize).flat_map(|year| {
        [(3, 28, json!([["10:00", "14:00"]])), (8, 14, json!([])), (11, 29, json!([["08:00", "20:00"]]))]
            .into_iter()
            .filter_map(move |(month, day, hours)| {
                Some((NaiveDate::from_ymd_opt(year, month, day)?.to_string(), hours))
            })
    });
    let weekly = json!({ "mon": day, "tue": day, "wed": day, "thu": day, "fri": day });
    let own_hours: serde_json::Map<_, _> = own_hours.collect();
    let spec = json!({ "zone": "Europe/Madrid", "weekly": weekly, "holidays": holidays, "overrides": own_hours });
    Ok(serde_json::from_value(spec)?)
}

/// How long `ask` takes, asked so many times: half of them took less.
fn median<T>(times: u32, mut ask: impl FnMut() -> Outcome<T>) -> Outcome<Duration> {
    let mut took = Vec::with_capacity(times as usize);
    for _ in 0..times {
        let begun = Instant::now();
        black_box(ask()?);
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    took.get(took.len() / 2).copied().ok_or_else(|| "nothing was measured".into())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn ten_years_are_measured_over_a_calendar_with_everything_in_it() {
        let lines = ten_years().unwrap();
        assert_eq!(lines.len(), 3);
        let whole = set_up(&busy().unwrap()).unwrap();
        let (from, to) = ("2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z");
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let plain =
            CalendarSpec { holidays: Vec::new(), overrides: std::collections::BTreeMap::new(), ..busy().unwrap() };
        let plain = set_up(&plain).unwrap();
        assert!(whole.elapsed(at(from), at(to)) < plain.elapsed(at(from), at(to)), "holidays take time away");
    }
}
