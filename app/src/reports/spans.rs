//! Spans of days to compare, and the lists of tickets behind a figure.
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::tickets::query::{Days as Span, Filter, ListQuery, View};

/// Two spans of the same length, the later ending today.
pub struct Spans {
    pub today: NaiveDate,
    pub from: NaiveDate,
    pub before: (NaiveDate, NaiveDate),
    pub days: i64,
}

impl Spans {
    pub fn of(now: DateTime<Utc>, days: i64) -> Self {
        let today = now.date_naive();
        let back = |n: i64| today.checked_sub_days(Days::new(n.unsigned_abs())).unwrap_or(today);
        Self { today, from: back(days - 1), before: (back(days * 2 - 1), back(days)), days }
    }

    /// As the lists have it.
    pub const fn span(&self) -> Span {
        Span { from: Some(self.from), to: Some(self.today) }
    }

    pub fn instants(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (midnight(self.from), midnight(self.today) + TimeDelta::days(1))
    }

    pub fn instants_before(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (midnight(self.before.0), midnight(self.from))
    }
}

pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc()
}

/// Spans of `step` days from `from` to `to`, the last one ending at `to`.
pub fn buckets(from: NaiveDate, to: NaiveDate, step: u64) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
    let all = u64::try_from((to - from).num_days() + 1).unwrap_or(1);
    let first = all % step;
    (0..all / step).filter_map(move |n| {
        let start = from.checked_add_days(Days::new(first + n * step))?;
        Some((start, start.checked_add_days(Days::new(step - 1))?))
    })
}

/// The list of all tickets that `filter` leaves.
#[allow(clippy::unnecessary_wraps)] // as figures have it, of which some lead nowhere
pub fn list(filter: Filter) -> Option<String> {
    Some(ListQuery { filter, ..ListQuery::default() }.href("/tickets", false, &[]))
}

/// The list of a view, of some team.
#[allow(clippy::unnecessary_wraps)] // as figures have it, of which some lead nowhere
pub fn view(view: View, filter: Filter) -> Option<String> {
    Some(ListQuery { view, filter, ..ListQuery::default() }.href("/tickets", false, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    #[test]
    fn spans_are_of_the_same_length_and_touch() {
        let spans = Spans::of("2026-11-19T15:08:00Z".parse().unwrap(), 30);
        assert_eq!((spans.from, spans.today), (day("2026-10-21"), day("2026-11-19")));
        assert_eq!(spans.before, (day("2026-09-21"), day("2026-10-20")));
    }

    #[test]
    fn buckets_end_today_and_do_not_overlap() {
        let all: Vec<_> = buckets(day("2026-11-01"), day("2026-11-30"), 7).collect();
        assert_eq!(all.len(), 4);
        assert_eq!(all.last().unwrap().1, day("2026-11-30"));
        assert!(all.windows(2).all(|w| w[0].1.succ_opt() == Some(w[1].0)));
    }
}
