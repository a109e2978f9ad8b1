//! Working time as intervals on the line of instants, and the arithmetic over it.
//!
//! Server and browser share this file: the server works out the intervals of a
//! calendar ([`super::calendar`]), the page counts with them. A countdown and a
//! breach therefore cannot differ.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A stretch of time: `from` belongs to it, `to` does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The first instant inside.
    pub from: DateTime<Utc>,
    /// The first instant after.
    pub to: DateTime<Utc>,
}

impl Interval {
    /// How long it lasts.
    #[must_use]
    pub fn length(&self) -> TimeDelta {
        self.to - self.from
    }

    /// The part that lies between two instants, if there is any.
    #[must_use]
    pub fn clipped(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Self> {
        let part = Self { from: self.from.max(from), to: self.to.min(to) };
        (part.from < part.to).then_some(part)
    }
}

/// Sorted working intervals that neither touch nor overlap, with the time worked before each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Interval>", into = "Vec<Interval>")]
pub struct Hours {
    intervals: Vec<Interval>,
    before: Vec<TimeDelta>,
}

impl From<Vec<Interval>> for Hours {
    /// Sorts, drops what is empty and joins what touches.
    fn from(mut raw: Vec<Interval>) -> Self {
        raw.retain(|i| i.from < i.to);
        raw.sort_unstable_by_key(|i| i.from);
        let mut intervals: Vec<Interval> = Vec::with_capacity(raw.len());
        for next in raw {
            match intervals.last_mut() {
                Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
                _ => intervals.push(next),
            }
        }
        let mut sum = TimeDelta::zero();
        let before = intervals
            .iter()
            .map(|i| {
                let here = sum;
                sum += i.length();
                here
            })
            .collect();
        Self { intervals, before }
    }
}

impl From<Hours> for Vec<Interval> {
    fn from(hours: Hours) -> Self {
        hours.intervals
    }
}

impl Hours {
    /// The intervals, in order.
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// All the working time there is.
    #[must_use]
    pub fn total(&self) -> TimeDelta {
        match (self.before.last(), self.intervals.last()) {
            (Some(before), Some(last)) => *before + last.length(),
            _ => TimeDelta::zero(),
        }
    }

    /// Whether an instant is working time.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        let begun = self.intervals.partition_point(|i| i.from <= at);
        begun > 0 && at < self.intervals[begun - 1].to
    }

    /// Working time between two instants; zero if `to` is not after `from`.
    #[must_use]
    pub fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        if to <= from { TimeDelta::zero() } else { self.worked(to) - self.worked(from) }
    }

    /// The first instant at which `amount` of working time since `from` is used up.
    ///
    /// That is the end of an interval, never the start of the next; nothing is
    /// used up at once. `None` if these intervals end before it.
    #[must_use]
    pub fn due(&self, from: DateTime<Utc>, amount: TimeDelta) -> Option<DateTime<Utc>> {
        if amount <= TimeDelta::zero() {
            return Some(from);
        }
        let goal = self.worked(from) + amount;
        if goal > self.total() {
            return None;
        }
        // The last interval before which less than the goal was worked holds the goal.
        let at = self.before.partition_point(|before| *before < goal) - 1;
        Some(self.intervals[at].from + (goal - self.before[at]))
    }

    /// Working time from the beginning until an instant.
    fn worked(&self, until: DateTime<Utc>) -> TimeDelta {
        let begun = self.intervals.partition_point(|i| i.from < until);
        if begun == 0 {
            return TimeDelta::zero();
        }
        let last = self.intervals[begun - 1];
        self.before[begun - 1] + (until.min(last.to) - last.from)
    }
}

/// Working seconds between two instants over sorted intervals in unix seconds, as pages carry
/// them: the same as [`Hours::elapsed`], without the type that a list of fifty rows would pay for.
#[must_use]
pub fn worked_between(open: &[(i64, i64)], from: i64, to: i64) -> i64 {
    open.iter().map(|&(start, end)| (end.min(to) - start.max(from)).max(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(1_700_000_000 + seconds, 0).unwrap()
    }

    fn hours(raw: &[(i64, i64)]) -> Hours {
        raw.iter().map(|&(a, b)| Interval { from: at(a), to: at(b) }).collect::<Vec<_>>().into()
    }

    #[test]
    fn touching_and_overlapping_intervals_become_one() {
        let joined = hours(&[(20, 30), (0, 10), (10, 15), (12, 18), (5, 5)]);
        assert_eq!(joined, hours(&[(0, 18), (20, 30)]));
        assert_eq!(joined.total(), TimeDelta::seconds(28));
    }

    #[test]
    fn due_is_the_end_of_an_interval_and_not_the_start_of_the_next() {
        let h = hours(&[(0, 10), (20, 30)]);
        assert_eq!(h.due(at(0), TimeDelta::seconds(10)), Some(at(10)));
        assert_eq!(h.due(at(0), TimeDelta::seconds(11)), Some(at(21)));
        assert_eq!(h.due(at(12), TimeDelta::seconds(10)), Some(at(30)));
        assert_eq!(h.due(at(12), TimeDelta::seconds(11)), None);
        assert_eq!(h.due(at(12), TimeDelta::zero()), Some(at(12)));
        assert_eq!(Hours::default().due(at(0), TimeDelta::seconds(1)), None);
    }

    #[test]
    fn the_first_instant_is_inside_and_the_last_is_not() {
        let h = hours(&[(0, 10)]);
        assert!(h.contains(at(0)) && h.contains(at(9)));
        assert!(!h.contains(at(10)) && !h.contains(at(-1)));
    }

    #[test]
    fn hours_travel_as_a_plain_list() {
        let h = hours(&[(0, 10), (20, 30)]);
        let json = serde_json::to_string(&h).unwrap();
        assert!(json.starts_with(r#"[{"from":"2023-"#), "{json}");
        assert_eq!(serde_json::from_str::<Hours>(&json).unwrap(), h);
    }

    proptest! {
        #[test]
        fn pages_count_as_the_server_does(
            raw in prop::collection::vec((0i64..5_000, 1i64..500), 1..20),
            from in -100i64..6_000,
            length in -100i64..4_000,
        ) {
            let h = hours(&raw.iter().map(|&(a, len)| (a, a + len)).collect::<Vec<_>>());
            let open: Vec<_> =
                h.intervals().iter().map(|i| (i.from.timestamp(), i.to.timestamp())).collect();
            let (from, to) = (at(from), at(from + length));
            let seconds = worked_between(&open, from.timestamp(), to.timestamp());
            prop_assert_eq!(h.elapsed(from, to), TimeDelta::seconds(seconds));
        }

        #[test]
        fn due_and_elapsed_are_inverses(
            raw in prop::collection::vec((0i64..5_000, 1i64..500), 1..20),
            from in -100i64..6_000,
            amount in 0i64..4_000,
        ) {
            let h = hours(&raw.iter().map(|&(a, len)| (a, a + len)).collect::<Vec<_>>());
            let amount = TimeDelta::seconds(amount);
            match h.due(at(from), amount) {
                Some(due) => {
                    prop_assert_eq!(h.elapsed(at(from), due), amount);
                    // First such instant: one second earlier there was less.
                    if amount > TimeDelta::zero() {
                        prop_assert!(h.elapsed(at(from), due - TimeDelta::seconds(1)) < amount);
                    }
                }
                None => prop_assert!(h.elapsed(at(from), at(10_000)) < amount),
            }
        }
    }
}
