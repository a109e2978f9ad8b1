//! Calendars as instants: which moments are working time in a named zone.
//!
//! An instant is working time if and only if its wall-clock time lies in a working
//! interval of its local date. So everything is first set out on the wall clock
//! (shifts united, holidays subtracted) and then carried over, one stretch of equal
//! offset at a time: the hour that a clock change repeats counts twice, the one that
//! it skips never, and no case needs code of its own.
pub mod ical;
pub mod week;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::interval::{Hours, Interval};
use super::spec::{CalendarSpec, DAY};
use crate::core::FieldError;

/// How far ahead a due time is looked for before it is said never to come.
const HORIZON_YEARS: i32 = 100;

/// How closely a zone is searched for clock changes: none has two within this time.
const CHANGE_STEP: i64 = DAY / 4;

/// A due time that never comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This calendar has no working time left to reach that due time within 100 years.")]
pub struct NeverDue;

/// Seconds since 1970, on the wall clock or in UTC; the end is outside.
type Span = (i64, i64);

/// A calendar that was found to make sense, ready to reckon with.
#[derive(Debug)]
pub struct Calendar {
    spec: CalendarSpec,
    zone: Tz,
    /// Working time by UTC year, worked out when first asked for.
    years: RwLock<HashMap<i32, Arc<Hours>>>,
}

impl Calendar {
    /// A calendar from its written form.
    ///
    /// # Errors
    /// Every problem of the written form, an unknown zone among them.
    pub fn new(spec: CalendarSpec) -> Result<Self, Vec<FieldError>> {
        let mut problems = spec.problems();
        match spec.zone.parse() {
            Ok(zone) if problems.is_empty() => Ok(Self { spec, zone, years: RwLock::default() }),
            Ok(_) => Err(problems),
            Err(_) => {
                let message = format!("“{}” is not a time zone, such as Europe/Madrid", spec.zone);
                problems.insert(0, FieldError::new("zone", message));
                Err(problems)
            }
        }
    }

    /// Every hour of every day.
    #[must_use]
    pub fn always() -> Self {
        Self { spec: CalendarSpec::always(), zone: Tz::UTC, years: RwLock::default() }
    }

    /// The written form.
    #[must_use]
    pub fn spec(&self) -> &CalendarSpec {
        &self.spec
    }

    /// The zone in which the wall clock is read.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Whether an instant is working time.
    #[must_use]
    pub fn is_working(&self, at: DateTime<Utc>) -> bool {
        self.year(at.year()).contains(at)
    }

    /// Working time between two instants; zero if `to` is not after `from`.
    #[must_use]
    pub fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        (from.year()..=to.year()).map(|year| self.year(year).elapsed(from, to)).sum()
    }

    /// The first instant at which `amount` of working time since `from` is used up:
    /// the end of an interval, not the start of the next. Nothing is used up at once.
    ///
    /// # Errors
    /// [`NeverDue`] if that takes more than a hundred years.
    pub fn due(&self, from: DateTime<Utc>, amount: TimeDelta) -> Result<DateTime<Utc>, NeverDue> {
        if amount <= TimeDelta::zero() {
            return Ok(from);
        }
        let (mut at, mut left) = (from, amount);
        for year in from.year()..=from.year() + HORIZON_YEARS {
            let hours = self.year(year);
            if let Some(due) = hours.due(at, left) {
                return Ok(due);
            }
            let next = new_year(year + 1);
            left -= hours.elapsed(at, next);
            at = next;
        }
        Err(NeverDue)
    }

    /// The working intervals between two instants, clipped to them, touching ones joined.
    #[must_use]
    pub fn intervals(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Hours {
        let mut found = Vec::new();
        for year in from.year()..=to.year() {
            found.extend(self.year(year).intervals().iter().filter_map(|i| i.clipped(from, to)));
        }
        found.into()
    }

    /// The end of the `n`-th working day after the local date of `start`, whatever day that was.
    ///
    /// A working day is a date on which hours begin that no holiday takes away; a
    /// night shift belongs to the day it starts on. `n` counts from one.
    ///
    /// # Errors
    /// [`NeverDue`] if there is no such day within a hundred years.
    pub fn end_of_working_day(&self, start: DateTime<Utc>, n: u16) -> Result<DateTime<Utc>, NeverDue> {
        let today = start.with_timezone(&self.zone).date_naive();
        let far = HORIZON_YEARS.unsigned_abs() as usize * 366;
        let ends = today.iter_days().skip(1).take(far).filter_map(|date| {
            let hours = self.to_utc(&self.wall(date, 1));
            hours.last().and_then(|&(_, end)| DateTime::from_timestamp(end, 0))
        });
        ends.take(usize::from(n))
            .enumerate()
            .last()
            .filter(|(i, _)| i + 1 == usize::from(n))
            .map(|(_, end)| end)
            .ok_or(NeverDue)
    }

    /// The working time of one UTC year.
    fn year(&self, year: i32) -> Arc<Hours> {
        let known = self.years.read().unwrap_or_else(PoisonError::into_inner).get(&year).cloned();
        known.unwrap_or_else(|| {
            let hours = Arc::new(self.expand(year));
            let mut years = self.years.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(years.entry(year).or_insert(hours))
        })
    }

    fn expand(&self, year: i32) -> Hours {
        let (start, end) = (new_year(year), new_year(year + 1));
        // A zone is at most 15 hours off, and a night may have begun the day before.
        let first = start.date_naive().checked_sub_days(Days::new(2));
        let wall = self.wall(first.unwrap_or(NaiveDate::MIN), 370);
        self.to_utc(&wall)
            .into_iter()
            .filter_map(|(from, to)| {
                let from = DateTime::from_timestamp(from, 0)?;
                Interval { from, to: DateTime::from_timestamp(to, 0)? }.clipped(start, end)
            })
            .collect::<Vec<_>>()
            .into()
    }

    /// What starts on so many dates, on the wall clock, sorted, holidays taken away.
    fn wall(&self, first: NaiveDate, dates: usize) -> Vec<Span> {
        let (mut shifts, mut free) = (Vec::new(), Vec::new());
        for (index, date) in first.iter_days().take(dates + 1).enumerate() {
            let midnight = naive_seconds(date.and_time(chrono::NaiveTime::MIN));
            let moved = |(from, to): Span| (midnight + from, midnight + to);
            if index < dates {
                shifts.extend(self.spec.shifts_on(date).iter().map(|s| moved(s.seconds())));
            }
            // The day after the last may still take away the end of a night.
            free.extend(self.spec.free_on(date).map(moved));
        }
        subtract(&united(shifts), &united(free))
    }

    /// Wall-clock spans as spans of UTC, in order.
    fn to_utc(&self, wall: &[Span]) -> Vec<Span> {
        let (Some(first), Some(last)) = (wall.first(), wall.last()) else { return Vec::new() };
        let mut found = Vec::with_capacity(wall.len());
        for (from, to, offset) in self.offsets(first.0 - DAY, last.1 + DAY) {
            let begin = wall.partition_point(|span| span.1 <= from + offset);
            for &(a, b) in wall[begin..].iter().take_while(|span| span.0 < to + offset) {
                found.push((a.max(from + offset) - offset, b.min(to + offset) - offset));
            }
        }
        found
    }

    /// The stretches of equal offset between two instants, with the offset of each.
    fn offsets(&self, from: i64, to: i64) -> Vec<(i64, i64, i64)> {
        let offset_at = |second: i64| {
            let utc = DateTime::from_timestamp(second, 0).map_or(NaiveDateTime::MIN, |t| t.naive_utc());
            i64::from(self.zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
        };
        let mut stretches = Vec::new();
        let (mut start, mut offset) = (from, offset_at(from));
        let mut seen = from;
        while seen < to {
            let next = (seen + CHANGE_STEP).min(to);
            let after = offset_at(next);
            if after != offset {
                // Bisect for the first second with the new offset.
                let (mut old, mut new) = (seen, next);
                while new - old > 1 {
                    let middle = old + (new - old) / 2;
                    if offset_at(middle) == after { new = middle } else { old = middle }
                }
                stretches.push((start, new, offset));
                (start, offset) = (new, after);
            }
            seen = next;
        }
        stretches.push((start, to, offset));
        stretches
    }
}

fn new_year(year: i32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn naive_seconds(at: NaiveDateTime) -> i64 {
    at.and_utc().timestamp()
}

/// Sorted, what touches or overlaps joined.
fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// What is left of `spans` without `holes`; both united.
fn subtract(spans: &[Span], holes: &[Span]) -> Vec<Span> {
    let mut left = Vec::with_capacity(spans.len());
    for &(mut from, to) in spans {
        let first = holes.partition_point(|hole| hole.1 <= from);
        for &(begin, end) in holes[first..].iter().take_while(|hole| hole.0 < to) {
            if from < begin {
                left.push((from, begin));
            }
            from = from.max(end);
        }
        if from < to {
            left.push((from, to));
        }
    }
    left
}

#[cfg(test)]
pub(super) mod tests;
