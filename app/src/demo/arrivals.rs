//! When tickets come in: office hours, weekdays, seasons, slow growth, and one bad firmware.
use chrono::{DateTime, Datelike as _, TimeDelta, Timelike as _, Utc, Weekday};

use super::chance::Chance;

/// How far back the history goes.
pub const DAYS: i64 = 548;

/// Days before now between which firmware 4.2 made trouble.
const FIRMWARE: std::ops::Range<i64> = 19..33;

/// Whether firmware 4.2 was making trouble at `at`.
pub fn in_firmware_trouble(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    FIRMWARE.contains(&(now - at).num_days())
}

/// The instants of `n` tickets before `until`, oldest first.
pub fn arrivals(chance: &mut Chance, n: usize, until: DateTime<Utc>, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let start = until - TimeDelta::days(DAYS);
    let mut sum = 0.0;
    let hours: Vec<f64> = (0..DAYS * 24)
        .map(|hour| {
            sum += weight(start + TimeDelta::hours(hour), start, now);
            sum
        })
        .collect();
    let mut all: Vec<DateTime<Utc>> = (0..n)
        .map(|_| {
            let at = chance.unit() * sum;
            let hour = hours.partition_point(|upto| *upto <= at).min(hours.len().saturating_sub(1));
            let micros = i64::try_from(chance.below(3_600_000_000)).unwrap_or_default();
            start + TimeDelta::hours(i64::try_from(hour).unwrap_or_default()) + TimeDelta::microseconds(micros)
        })
        .collect();
    all.sort_unstable();
    all
}

/// How many tickets the hour at `at` brings, relative to others.
#[allow(clippy::cast_precision_loss)] // days
fn weight(at: DateTime<Utc>, start: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    let hour = match at.hour() {
        8 => 0.8,
        9..=11 => 1.4,
        12 => 0.9,
        13..=15 => 1.2,
        16 => 0.9,
        17 => 0.5,
        6 | 7 | 18..=21 => 0.25,
        _ => 0.05,
    };
    let day = match at.weekday() {
        Weekday::Mon => 1.25,
        Weekday::Tue => 1.1,
        Weekday::Fri => 0.85,
        Weekday::Sat => 0.14,
        Weekday::Sun => 0.1,
        _ => 1.0,
    };
    let season = match (at.month(), at.day()) {
        (12, 23..) => 0.25,
        (1, 1..=3) => 0.3,
        (8, _) => 0.7,
        (1 | 3 | 9 | 10, _) => 1.15,
        _ => 1.0,
    };
    let growth = 1.0 + 0.35 * ((at - start).num_days() as f64 / DAYS as f64);
    let trouble = if in_firmware_trouble(at, now) { 1.45 } else { 1.0 };
    hour * day * season * growth * trouble
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_come_in_office_hours_and_none_after_the_end() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let all = arrivals(&mut Chance::new(3), 5_000, now, now);
        assert!(all.is_sorted() && all.iter().all(|at| (now - TimeDelta::days(DAYS)..now).contains(at)));
        let busy = all.iter().filter(|at| (8..18).contains(&at.hour()) && at.weekday().number_from_monday() < 6);
        assert!(busy.count() > 4_000);
    }
}
