mod field;

use super::*;
use crate::sla::engine::tests::{cases, slow_cases};
use chrono::Timelike;
use proptest::prelude::*;

fn calendar(json: &str) -> Calendar {
    Calendar::new(serde_json::from_str(json).expect("well-formed")).expect("sensible")
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect(text)
}

fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}

const OFFICE: &str = r#"{"zone":"Europe/Madrid","weekly":{
    "mon":[["09:00","13:00"],["14:00","18:00"]],"tue":[["09:00","13:00"],["14:00","18:00"]],
    "wed":[["09:00","13:00"],["14:00","18:00"]],"thu":[["09:00","13:00"],["14:00","18:00"]],
    "fri":[["09:00","15:00"]]},
    "holidays":[{"date":"2026-12-25"},{"date":"2026-12-24","from":"14:00","to":"24:00"},
    {"month_day":"01-01"}],"overrides":{"2026-11-28":[["10:00","14:00"]]}}"#;

#[test]
fn lunch_is_not_worked_and_friday_ends_early() {
    let c = calendar(OFFICE);
    // Thursday 19 November 2026, Madrid is at +01:00.
    let start = utc("2026-11-19T11:00:00Z");
    assert_eq!(c.due(start, hours(1)), Ok(utc("2026-11-19T12:00:00Z")));
    assert_eq!(c.due(start, hours(2)), Ok(utc("2026-11-19T14:00:00Z")));
    assert_eq!(c.due(start, hours(5)), Ok(utc("2026-11-19T17:00:00Z")));
    assert_eq!(c.due(start, hours(11)), Ok(utc("2026-11-20T14:00:00Z")));
    assert_eq!(c.due(start, hours(12)), Ok(utc("2026-11-23T09:00:00Z")));
}

#[test]
fn holidays_whole_partial_and_yearly_are_free() {
    let c = calendar(OFFICE);
    let day = |date: &str| {
        let start = utc(&format!("{date}T00:00:00Z"));
        c.elapsed(start, start + hours(24))
    };
    assert_eq!(day("2026-12-23"), hours(8));
    assert_eq!(day("2026-12-24"), hours(4), "free from 14:00 on");
    assert_eq!(day("2026-12-25"), hours(0));
    assert_eq!(day("2026-01-01"), hours(0));
    assert_eq!(day("2029-01-01"), hours(0));
    assert_eq!(day("2026-11-28"), hours(4), "a Saturday with hours of its own");
}

#[test]
fn a_night_belongs_to_the_day_it_starts_on() {
    let c = calendar(
        r#"{"zone":"UTC","weekly":{"fri":[["22:00","06:00"]],"mon":[["22:00","06:00"]]},
        "holidays":[{"date":"2026-11-21"},{"date":"2026-11-23"}]}"#,
    );
    // Friday's night loses its part on the Saturday that is a holiday.
    assert_eq!(c.elapsed(utc("2026-11-20T00:00:00Z"), utc("2026-11-22T00:00:00Z")), hours(2));
    // Monday is a holiday: its night keeps the part that lies on Tuesday.
    let night = c.intervals(utc("2026-11-22T00:00:00Z"), utc("2026-11-25T00:00:00Z"));
    assert_eq!(night.intervals(), [Interval { from: utc("2026-11-24T00:00:00Z"), to: utc("2026-11-24T06:00:00Z") }]);
}

#[test]
fn an_override_replaces_what_starts_on_its_date_and_spares_the_night_before() {
    let c = calendar(
        r#"{"zone":"UTC","weekly":{"mon":[["22:00","06:00"]],"tue":[["08:00","12:00"]]},
        "overrides":{"2026-11-24":[]}}"#,
    );
    let tuesday = c.intervals(utc("2026-11-24T00:00:00Z"), utc("2026-11-25T00:00:00Z"));
    assert_eq!(tuesday.total(), hours(6));
}

#[test]
fn the_hour_that_is_skipped_never_counts_and_the_repeated_one_counts_twice() {
    let c = calendar(r#"{"zone":"Europe/Berlin","weekly":{"sun":[["01:00","04:00"]]}}"#);
    let spring = utc("2026-03-29T00:00:00Z");
    assert_eq!(c.elapsed(spring, spring + hours(24)), hours(2));
    let autumn = utc("2026-10-24T22:00:00Z");
    assert_eq!(c.elapsed(autumn, autumn + hours(24)), hours(4));
    // Hours that lie wholly in the skipped hour: that day has none.
    let c = calendar(r#"{"zone":"Europe/Berlin","weekly":{"sun":[["02:15","02:45"]]}}"#);
    assert_eq!(c.elapsed(spring, spring + hours(24)), hours(0));
    // Hours that lie in the repeated hour come twice, an hour apart.
    let twice = c.intervals(autumn, autumn + hours(24));
    assert_eq!(twice.intervals().len(), 2);
    assert_eq!(twice.total(), hours(1));
}

#[test]
fn a_date_that_a_zone_skipped_has_no_hours() {
    // Samoa crossed the date line and had no 30 December 2011.
    let c = calendar(r#"{"zone":"Pacific/Apia","weekly":{"fri":[["00:00","24:00"]],"sat":[["09:00","10:00"]]}}"#);
    let (from, to) = (utc("2011-12-29T12:00:00Z"), utc("2012-01-01T00:00:00Z"));
    assert_eq!(c.elapsed(from, to), hours(1));
}

#[test]
fn always_is_a_calendar_like_any_other() {
    let c = Calendar::always();
    let start = utc("2024-02-28T23:59:59Z");
    assert_eq!(c.due(start, hours(24 * 1000)), Ok(start + hours(24 * 1000)));
    assert_eq!(c.intervals(start, start + hours(24 * 800)).intervals().len(), 1);
    assert!(c.spec().is_always() && c.is_working(start));
}

#[test]
fn a_due_time_that_never_comes_is_an_error() {
    let all_year: Vec<_> = (1..=12)
        .flat_map(|m| (1..=31).map(move |d| (m, d)))
        .filter(|&(m, d)| NaiveDate::from_ymd_opt(2024, m, d).is_some())
        .map(|(m, d)| format!(r#"{{"month_day":"{m:02}-{d:02}"}}"#))
        .collect();
    let c = calendar(&format!(
        r#"{{"zone":"UTC","weekly":{{"mon":[["09:00","17:00"]]}},"holidays":[{}]}}"#,
        all_year.join(",")
    ));
    let start = utc("2026-11-21T00:00:00Z");
    assert_eq!(c.due(start, TimeDelta::seconds(1)), Err(NeverDue));
    assert_eq!(c.end_of_working_day(start, 1), Err(NeverDue));
    assert_eq!(c.due(start, TimeDelta::zero()), Ok(start));
}

#[test]
fn an_unknown_zone_is_refused_at_its_field() {
    let spec = CalendarSpec { zone: "Europe/Nowhere".into(), ..CalendarSpec::always() };
    assert_eq!(Calendar::new(spec).unwrap_err()[0].field, "zone");
}

#[test]
fn working_days_are_counted_from_the_day_after_the_start() {
    let c = calendar(OFFICE);
    let end = |start: &str, n| c.end_of_working_day(utc(start), n);
    // A Thursday morning, the Thursday night and the small hours of Friday, local time.
    assert_eq!(end("2026-11-19T08:00:00Z", 1), Ok(utc("2026-11-20T14:00:00Z")));
    assert_eq!(end("2026-11-19T22:59:00Z", 1), Ok(utc("2026-11-20T14:00:00Z")));
    assert_eq!(end("2026-11-19T23:01:00Z", 1), Ok(utc("2026-11-23T17:00:00Z")));
    // Over a Saturday that works by exception.
    assert_eq!(end("2026-11-27T10:00:00Z", 1), Ok(utc("2026-11-28T13:00:00Z")));
    assert_eq!(end("2026-11-27T10:00:00Z", 2), Ok(utc("2026-11-30T17:00:00Z")));
    // Christmas Eve ends at 13:00 when the afternoon is free; Christmas is no working day.
    assert_eq!(end("2026-12-23T10:00:00Z", 1), Ok(utc("2026-12-24T12:00:00Z")));
    assert_eq!(end("2026-12-23T10:00:00Z", 2), Ok(utc("2026-12-28T17:00:00Z")));
}

// --- properties -----------------------------------------------------------------------------

/// Zones with a change in either direction, half an hour, at midnight, none, and far off.
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
];

fn shifts() -> impl Strategy<Value = Vec<super::super::spec::Shift>> {
    let shift = (0u16..288, 1u16..288).prop_map(|(from, length)| {
        let wall = |m: u16| super::super::spec::WallTime::from_minutes(m * 5);
        let to = if from + length <= 288 { from + length } else { from + length - 288 };
        super::super::spec::Shift { from: wall(from).unwrap(), to: wall(to).unwrap() }
    });
    prop::collection::vec(shift.prop_filter("has length", |s| s.from != s.to), 0..3)
}

fn holiday() -> impl Strategy<Value = super::super::spec::Holiday> {
    (0u64..20, 0u16..24, 1u16..=24, any::<bool>()).prop_map(|(day, from, length, whole)| {
        let mut holiday = super::super::spec::Holiday::on(around(day));
        if !whole {
            let wall = |h: u16| super::super::spec::WallTime::from_minutes(h * 60);
            holiday.from = wall(from);
            holiday.to = wall((from + length).min(24));
        }
        holiday
    })
}

/// Dates around the European change of October 2026 and the American one a week later.
fn around(day: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 18).unwrap() + Days::new(day)
}

fn calendars() -> impl Strategy<Value = Calendar> {
    let week = prop::collection::vec(shifts(), 7);
    let overrides = prop::collection::btree_map((0u64..20).prop_map(around), shifts(), 0..3);
    (0..ZONES.len(), week, prop::collection::vec(holiday(), 0..4), overrides).prop_filter_map(
        "works at all",
        |(zone, days, holidays, overrides)| {
            let [mon, tue, wed, thu, fri, sat, sun] = days.try_into().ok()?;
            let weekly = super::super::spec::Week { mon, tue, wed, thu, fri, sat, sun };
            Calendar::new(CalendarSpec { zone: ZONES[zone].into(), weekly, holidays, overrides }).ok()
        },
    )
}

fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    let start = utc("2026-10-20T00:00:00Z").timestamp();
    (0i64..16 * DAY).prop_map(move |s| DateTime::from_timestamp(start + s, 0).unwrap())
}

/// Obviously right: reads the wall clock at one instant and asks the written calendar.
pub(in crate::sla) fn works_at(spec: &CalendarSpec, zone: Tz, at: DateTime<Utc>) -> bool {
    let local = at.with_timezone(&zone).naive_local();
    let (today, second) = (local.date(), i64::from(local.num_seconds_from_midnight()));
    let yesterday = today.pred_opt().unwrap();
    let within = |date, second| spec.shifts_on(date).iter().any(|s| (s.seconds().0..s.seconds().1).contains(&second));
    let free = spec.free_on(today).any(|(from, to)| (from..to).contains(&second));
    !free && (within(today, second) || within(yesterday, second + DAY))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn due_and_elapsed_are_inverses(c in calendars(), from in instants(), s in 0i64..400 * 3600) {
        let amount = TimeDelta::seconds(s);
        let due = c.due(from, amount).unwrap();
        prop_assert_eq!(c.elapsed(from, due), amount);
        if s > 0 {
            prop_assert!(c.elapsed(from, due - TimeDelta::seconds(1)) < amount);
        }
    }

    #[test]
    fn elapsed_adds_up(c in calendars(), a in instants(), b in instants(), d in instants()) {
        let mut t = [a, b, d];
        t.sort();
        prop_assert_eq!(c.elapsed(t[0], t[1]) + c.elapsed(t[1], t[2]), c.elapsed(t[0], t[2]));
        prop_assert_eq!(c.intervals(t[0], t[2]).total(), c.elapsed(t[0], t[2]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(slow_cases()))]

    #[test]
    fn a_second_by_second_reading_of_the_wall_clock_agrees(
        c in calendars(), from in instants(), length in 1i64..40_000, step in 1i64..60,
    ) {
        // Every second of a stretch, and samples of the days after it.
        let seconds = |n: i64| TimeDelta::seconds(n);
        let model = |at| works_at(c.spec(), c.zone(), at);
        let slow = (0..length).filter(|&s| model(from + seconds(s))).count();
        prop_assert_eq!(c.elapsed(from, from + seconds(length)), seconds(slow.try_into().unwrap()));
        for sample in 0..2_000 {
            let at = from + seconds(length + sample * step * 7);
            prop_assert_eq!(c.is_working(at), model(at), "{}", at);
        }
    }
}
