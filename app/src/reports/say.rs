//! Figures in words: changes, spans of time, months.
use chrono::{Datelike as _, NaiveDate};

use super::model::Change;
use crate::ui::figures::{decimal, thousands, worked};

/// Whether more is better.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum More {
    Better,
    Worse,
    Neither,
}

impl More {
    fn good(self, up: Option<bool>) -> Option<bool> {
        match (self, up) {
            (Self::Neither, _) | (_, None) => None,
            (Self::Better, Some(up)) => Some(up),
            (Self::Worse, Some(up)) => Some(!up),
        }
    }
}

fn change(words: String, up: Option<bool>, more: More) -> Change {
    Change { words, up, good: more.good(up) }
}

fn same() -> Change {
    Change { words: "no change".into(), up: None, good: None }
}

/// A number, with its thousands apart and a real minus.
pub fn number(n: i64) -> String {
    if n < 0 { format!("−{}", thousands(n.unsigned_abs())) } else { thousands(n.unsigned_abs()) }
}

/// A percentage against another: `2.1 points lower`.
pub fn points(now: Option<f64>, before: Option<f64>) -> Option<Change> {
    let by = now? - before?;
    if by.abs() < 0.05 {
        return Some(same());
    }
    let words = format!("{} points {}", decimal(by.abs(), 1), if by > 0.0 { "higher" } else { "lower" });
    Some(change(words, Some(by > 0.0), More::Better))
}

/// A count against another: `12 % more`.
#[allow(clippy::cast_precision_loss)] // counts
pub fn share(now: i64, before: i64, more: More) -> Option<Change> {
    if before == 0 {
        return None;
    }
    let percent = (now - before) as f64 * 100.0 / before as f64;
    if percent.abs() < 0.5 {
        return Some(same());
    }
    let words = format!("{} % {}", decimal(percent.abs(), 0), if percent > 0.0 { "more" } else { "fewer" });
    Some(change(words, Some(percent > 0.0), more))
}

/// A count against another: `31 more`.
pub fn count(now: i64, before: i64, more: More) -> Change {
    match now - before {
        0 => same(),
        by => {
            let words = format!("{} {}", thousands(by.unsigned_abs()), if by > 0 { "more" } else { "fewer" });
            change(words, Some(by > 0), more)
        }
    }
}

/// A time against another, in seconds: `6 min slower`.
pub fn time(now: Option<i64>, before: Option<i64>) -> Option<Change> {
    let by = now? - before?;
    if by.abs() < 30 {
        return Some(same());
    }
    let words = format!("{} {}", worked(by.abs()), if by > 0 { "slower" } else { "faster" });
    Some(change(words, Some(by > 0), More::Worse))
}

/// A mean mark against another: `0.1 higher`.
pub fn marks(now: Option<f64>, before: Option<f64>) -> Option<Change> {
    let by = now? - before?;
    if by.abs() < 0.05 {
        return Some(same());
    }
    let words = format!("{} {}", decimal(by.abs(), 1), if by > 0.0 { "higher" } else { "lower" });
    Some(change(words, Some(by > 0.0), More::Better))
}

/// `one ticket`, `1,204 tickets`.
pub fn counted(n: i64, one: &str, many: &str) -> String {
    match n {
        1 => format!("one {one}"),
        n => format!("{} {many}", thousands(n.unsigned_abs())),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(day: NaiveDate) -> &'static str {
    MONTHS[day.month0() as usize]
}

/// `24 Aug`.
pub fn short_day(day: NaiveDate) -> String {
    format!("{} {}", day.day(), &month(day)[..3])
}

/// `21 October`; with the year where it is not that of `today`.
pub fn day(day: NaiveDate, today: NaiveDate) -> String {
    let year = if day.year() == today.year() { String::new() } else { format!(" {}", day.year()) };
    format!("{} {}{year}", day.day(), month(day))
}

/// `November 2026`.
pub fn month_of(day: NaiveDate) -> String {
    format!("{} {}", month(day), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_how_much_which_way_and_whether_that_is_good() {
        assert_eq!(
            points(Some(94.6), Some(96.7)).unwrap(),
            Change { words: "2.1 points lower".into(), up: Some(false), good: Some(false) }
        );
        assert_eq!(
            share(112, 100, More::Neither).unwrap(),
            Change { words: "12 % more".into(), up: Some(true), good: None }
        );
        assert_eq!(
            time(Some(600), Some(960)).unwrap(),
            Change { words: "6 min faster".into(), up: Some(false), good: Some(true) }
        );
        assert_eq!(count(5, 5, More::Worse), same());
        assert_eq!(share(3, 0, More::Worse), None);
        assert_eq!(points(Some(1.0), None), None);
    }
}
