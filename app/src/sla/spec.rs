//! A calendar as people write it: wall-clock hours, holidays, exceptions.
//!
//! Plain data in the JSON form that the command line, the REST API and the editor
//! share. [`super::calendar`] turns it into instants.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::core::FieldError;

#[cfg(feature = "ssr")]
mod overlap;

/// Seconds of a day that has no clock change.
pub(super) const DAY: i64 = 86_400;

/// A time on the wall clock, to the minute; `24:00` is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WallTime(u16);

impl WallTime {
    /// The start of the day.
    pub const MIDNIGHT: Self = Self(0);
    /// The end of the day.
    pub const END: Self = Self(24 * 60);

    /// The time so many minutes after midnight; `None` beyond the end of the day.
    #[must_use]
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= Self::END.0).then_some(Self(minutes))
    }

    /// Minutes since midnight.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

impl TryFrom<String> for WallTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let refusal = || format!("“{text}” is not a time between 00:00 and 24:00, such as 09:30");
        let (hour, minute) = text.trim().split_once(':').ok_or_else(refusal)?;
        let number = |part: &str, digits: std::ops::RangeInclusive<usize>| {
            let plain = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            if plain { part.parse::<u16>().ok() } else { None }
        };
        let (hour, minute) = number(hour, 1..=2).zip(number(minute, 2..=2)).ok_or_else(refusal)?;
        if minute > 59 {
            return Err(refusal());
        }
        Self::from_minutes(hour * 60 + minute).ok_or_else(refusal)
    }
}

impl From<WallTime> for String {
    fn from(time: WallTime) -> Self {
        time.to_string()
    }
}

impl std::fmt::Display for WallTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Working hours without a break. One that does not end after it starts ends on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(WallTime, WallTime)", into = "(WallTime, WallTime)")]
pub struct Shift {
    /// When it starts.
    pub from: WallTime,
    /// When it ends.
    pub to: WallTime,
}

impl From<(WallTime, WallTime)> for Shift {
    fn from((from, to): (WallTime, WallTime)) -> Self {
        Self { from, to }
    }
}

impl From<Shift> for (WallTime, WallTime) {
    fn from(shift: Shift) -> Self {
        (shift.from, shift.to)
    }
}

impl Shift {
    /// Seconds from the midnight of its day to its start and end.
    pub(super) fn seconds(self) -> (i64, i64) {
        let over = if self.to <= self.from { DAY } else { 0 };
        (self.from.seconds(), self.to.seconds() + over)
    }

    fn complaint(self) -> Option<String> {
        if self.from == self.to {
            Some(format!("{0} to {0} has no length. For a whole day write 00:00 to 24:00", self.from))
        } else if self.from == WallTime::END {
            Some("Hours that start at 24:00 belong to the next day: write 00:00 there".to_owned())
        } else {
            None
        }
    }
}

/// The days of the week, Monday first, each with its shifts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Week {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mon: Vec<Shift>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tue: Vec<Shift>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wed: Vec<Shift>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thu: Vec<Shift>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fri: Vec<Shift>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sat: Vec<Shift>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sun: Vec<Shift>,
}

impl Week {
    /// The days' short names as JSON and forms have them, Monday first.
    pub const DAYS: [&'static str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// The days as people call them, Monday first.
    pub const NAMES: [&'static str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// The same shifts on every day.
    #[must_use]
    pub fn every_day(shifts: &[Shift]) -> Self {
        let mut week = Self::weekdays(shifts);
        week.sat = shifts.to_vec();
        week.sun = shifts.to_vec();
        week
    }

    /// The same shifts from Monday to Friday, the weekend free.
    #[must_use]
    pub fn weekdays(shifts: &[Shift]) -> Self {
        let day = || shifts.to_vec();
        Self { mon: day(), tue: day(), wed: day(), thu: day(), fri: day(), ..Self::default() }
    }

    /// The shifts of one day.
    #[must_use]
    pub fn on(&self, day: Weekday) -> &[Shift] {
        match day {
            Weekday::Mon => &self.mon,
            Weekday::Tue => &self.tue,
            Weekday::Wed => &self.wed,
            Weekday::Thu => &self.thu,
            Weekday::Fri => &self.fri,
            Weekday::Sat => &self.sat,
            Weekday::Sun => &self.sun,
        }
    }

    /// The days with their names, Monday first.
    #[must_use]
    pub fn days(&self) -> [(&'static str, &[Shift]); 7] {
        let [mon, tue, wed, thu, fri, sat, sun] = Self::DAYS;
        [
            (mon, &self.mon),
            (tue, &self.tue),
            (wed, &self.wed),
            (thu, &self.thu),
            (fri, &self.fri),
            (sat, &self.sat),
            (sun, &self.sun),
        ]
    }
}

/// A day of every year, written `12-25`; `02-29` comes in leap years only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u32,
    day: u32,
}

impl TryFrom<String> for MonthDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parsed = text.trim().split_once('-').and_then(|(month, day)| {
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            // 2024 is a leap year, so that the 29th of February may recur.
            NaiveDate::from_ymd_opt(2024, month, day).map(|_| Self { month, day })
        });
        parsed.ok_or_else(|| format!("“{text}” is not a day of the year, such as 12-25"))
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        format!("{:02}-{:02}", day.month, day.day)
    }
}

/// A day, or a part of one, on which nobody works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The one date, or else `month_day`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    /// The day of every year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_day: Option<MonthDay>,
    /// From when on that date; from its start if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<WallTime>,
    /// Until when on that date; to its end if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<WallTime>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Holiday {
    /// Whether it falls on a date.
    #[must_use]
    pub fn is_on(&self, date: NaiveDate) -> bool {
        let recurs = |day: MonthDay| (day.month, day.day) == (date.month(), date.day());
        self.date.map_or_else(|| self.month_day.is_some_and(recurs), |own| own == date)
    }

    /// A whole day off.
    #[must_use]
    pub fn on(date: NaiveDate) -> Self {
        Self { date: Some(date), month_day: None, from: None, to: None, name: None }
    }

    fn seconds(&self) -> (i64, i64) {
        let from = self.from.unwrap_or(WallTime::MIDNIGHT).seconds();
        (from, self.to.unwrap_or(WallTime::END).seconds())
    }

    fn complaint(&self) -> Option<&'static str> {
        let (from, to) = self.seconds();
        match (self.date, self.month_day) {
            (None, None) => Some("Say which day: a date, or a day of every year"),
            (Some(_), Some(_)) => Some("A holiday has one date or recurs every year, not both"),
            _ if from >= to => Some("The free time must end after it starts, on the same date"),
            _ => None,
        }
    }
}

/// A calendar as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// The IANA time zone, such as `Europe/Madrid`.
    pub zone: String,
    /// The ordinary week.
    pub weekly: Week,
    /// What is taken away, last of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
    /// Dates that have hours of their own; an empty list is a day without any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<NaiveDate, Vec<Shift>>,
}

impl CalendarSpec {
    /// Every hour of every day.
    #[must_use]
    pub fn always() -> Self {
        let day = Shift { from: WallTime::MIDNIGHT, to: WallTime::END };
        Self {
            zone: "UTC".to_owned(),
            weekly: Week::every_day(&[day]),
            holidays: Vec::new(),
            overrides: BTreeMap::new(),
        }
    }

    /// Whether no hour is ever off, so that nobody need be told about hours.
    #[must_use]
    pub fn is_always(&self) -> bool {
        let whole = |shifts: &[Shift]| shifts.iter().any(|s| s.seconds() == (0, DAY));
        self.holidays.is_empty()
            && self.overrides.is_empty()
            && self.weekly.days().iter().all(|(_, shifts)| whole(shifts))
    }

    /// The shifts that start on a date, holidays not yet taken away.
    #[must_use]
    pub fn shifts_on(&self, date: NaiveDate) -> &[Shift] {
        self.overrides.get(&date).map_or_else(|| self.weekly.on(date.weekday()), Vec::as_slice)
    }

    /// The holidays of a date.
    #[cfg(feature = "ssr")]
    pub(super) fn holidays_on(&self, date: NaiveDate) -> impl Iterator<Item = &Holiday> {
        self.holidays.iter().filter(move |h| h.is_on(date))
    }

    /// The parts of a date that holidays take away, in seconds from its midnight.
    #[cfg(feature = "ssr")]
    pub(super) fn free_on(&self, date: NaiveDate) -> impl Iterator<Item = (i64, i64)> {
        self.holidays_on(date).map(Holiday::seconds)
    }

    /// Everything that must be mended before the calendar can be used, but for the
    /// zone's name, which only the server can look up.
    #[must_use]
    pub fn problems(&self) -> Vec<FieldError> {
        let mut found = Vec::new();
        for (name, shifts) in self.weekly.days() {
            let complaints = shifts.iter().filter_map(|s| s.complaint());
            found.extend(complaints.map(|c| FieldError::new(&format!("weekly.{name}"), c)));
        }
        for (date, shifts) in &self.overrides {
            let complaints = shifts.iter().filter_map(|s| s.complaint());
            found.extend(complaints.map(|c| FieldError::new(&format!("overrides.{date}"), c)));
        }
        for (index, holiday) in self.holidays.iter().enumerate() {
            let complaint = holiday.complaint();
            found.extend(complaint.map(|c| FieldError::new(&format!("holidays.{index}"), c)));
        }
        if self.weekly.days().iter().all(|(_, shifts)| shifts.is_empty()) {
            found.push(FieldError::new("weekly", "Give at least one day of the week working hours"));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Result<WallTime, String> {
        WallTime::try_from(text.to_owned())
    }

    #[test]
    fn times_go_from_midnight_to_the_end_of_the_day() {
        assert_eq!(time("00:00"), Ok(WallTime::MIDNIGHT));
        assert_eq!(time("24:00"), Ok(WallTime::END));
        assert_eq!(time("9:05").map(WallTime::minutes), Ok(545));
        for wrong in ["24:01", "12:60", "noon", "", ":", "1:2", "+1:00", "123:00"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_shift_that_does_not_end_after_it_starts_ends_on_the_next_day() {
        let shift = |a, b| Shift { from: time(a).unwrap(), to: time(b).unwrap() };
        assert_eq!(shift("22:00", "06:00").seconds(), (79_200, 108_000));
        assert_eq!(shift("22:00", "00:00").seconds(), (79_200, 86_400));
        assert_eq!(shift("22:00", "24:00").seconds(), (79_200, 86_400));
    }

    #[test]
    fn the_documented_form_is_read_and_written_alike() {
        let json = r#"{"zone":"Europe/Madrid","weekly":{"mon":[["09:00","13:00"],["14:00","18:00"]]},
            "holidays":[{"date":"2026-12-25"},{"date":"2026-12-24","from":"14:00","to":"24:00"},
            {"month_day":"01-01"}],"overrides":{"2026-11-28":[["10:00","14:00"]]}}"#;
        let spec: CalendarSpec = serde_json::from_str(json).unwrap();
        assert_eq!(spec.problems(), []);
        assert_eq!(serde_json::to_string(&spec).unwrap(), json.replace("\n            ", ""));
    }

    #[test]
    fn senseless_hours_are_refused_at_their_field() {
        let json = r#"{"zone":"UTC","weekly":{"mon":[["09:00","09:00"]],"tue":[["24:00","06:00"]]},
            "holidays":[{"from":"10:00"},{"date":"2026-12-24","from":"14:00","to":"14:00"},
            {"date":"2026-12-24","month_day":"12-24"}],"overrides":{"2026-11-28":[["10:00","10:00"]]}}"#;
        let spec: CalendarSpec = serde_json::from_str(json).unwrap();
        let fields: Vec<_> = spec.problems().into_iter().map(|p| p.field).collect();
        assert_eq!(
            fields,
            ["weekly.mon", "weekly.tue", "overrides.2026-11-28", "holidays.0", "holidays.1", "holidays.2"]
        );
        let empty: CalendarSpec = serde_json::from_str(r#"{"zone":"UTC","weekly":{}}"#).unwrap();
        assert_eq!(empty.problems()[0].field, "weekly");
    }
}
