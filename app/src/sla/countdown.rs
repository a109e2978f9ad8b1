//! The promise line as a page counts it: how much is used and left, second by second.
//!
//! Server and browser run this same code over the same working intervals.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::interval::Hours;
use super::model::{ClockState, Metric};

/// A clock as pages show it, with all that is needed to count on without the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countdown {
    /// What is timed.
    pub metric: Metric,
    /// How it stood when it was sent.
    pub state: ClockState,
    /// When it was sent; `used` is as of then.
    pub as_of: DateTime<Utc>,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When its time is up, if it is running or was.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was fulfilled or ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it was late first.
    pub late_since: Option<DateTime<Utc>>,
    /// Working seconds promised; none without a promise.
    pub allowance: Option<i64>,
    /// Working seconds used.
    pub used: i64,
    /// The working intervals from `as_of` on, until well after the due time. None: every
    /// instant is working time.
    pub hours: Option<Hours>,
}

/// What the promise line says at some instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Shape and colour.
    pub look: Look,
    /// Working seconds left, negative once late; of an ended clock, when it ended.
    pub left: Option<i64>,
    /// How much is used, in hundredths of the promise; over 100 when late.
    pub percent: u32,
    /// When working time begins again, while it is outside hours.
    pub opens_at: Option<DateTime<Utc>>,
}

/// The states of the promise line; `as_str` is what the style sheet knows them by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// In time.
    Run,
    /// Most of the time is used.
    Risk,
    /// Too late.
    Late,
    /// Waiting for somebody.
    Paused,
    /// In time, but nobody works now.
    Closed,
    /// Fulfilled in time.
    Kept,
    /// Nothing is promised, or it does not matter any more.
    None,
}

impl Look {
    /// The word in `data-state`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Risk => "risk",
            Self::Late => "late",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Kept => "kept",
            Self::None => "none",
        }
    }
}

impl Countdown {
    /// A clock as of an instant, with the hours in which it will run on.
    #[must_use]
    pub fn new(clock: &Clock, as_of: DateTime<Utc>, hours: Option<Hours>) -> Self {
        Self {
            metric: clock.metric,
            state: clock.state,
            as_of,
            started_at: clock.started_at,
            due_at: clock.due_at,
            ended_at: clock.ended_at,
            late_since: clock.breach.map(|breach| breach.at),
            allowance: clock.allowance,
            used: clock.used,
            hours,
        }
    }

    /// Working seconds used at an instant.
    #[must_use]
    pub fn used_at(&self, now: DateTime<Utc>) -> i64 {
        if self.state != ClockState::Running {
            return self.used;
        }
        let since = match &self.hours {
            Some(hours) => hours.elapsed(self.as_of, now),
            None => (now - self.as_of).max(TimeDelta::zero()),
        };
        self.used + since.num_seconds()
    }

    /// What the promise line says at an instant.
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>) -> Reading {
        let used = self.used_at(now);
        let left = self.allowance.map(|all| all - used);
        let percent = self.allowance.filter(|all| *all > 0).map_or(0, |all| (used.max(0) * 100 / all).min(999));
        let percent = u32::try_from(percent).unwrap_or(0);
        let late = self.late_since.is_some_and(|since| since <= now) || self.due_at.is_some_and(|due| due <= now);
        let opens_at = self.opens_at(now);
        let look = match self.state {
            ClockState::Met => Look::Kept,
            ClockState::Missed => Look::Late,
            ClockState::Cancelled | ClockState::Untimed => Look::None,
            _ if self.allowance.is_none() => Look::None,
            ClockState::Paused if self.late_since.is_some() => Look::Late,
            ClockState::Paused => Look::Paused,
            ClockState::Running if late => Look::Late,
            ClockState::Running if opens_at.is_some() => Look::Closed,
            ClockState::Running if percent >= super::clock::RISK_PERCENT.into() => Look::Risk,
            ClockState::Running => Look::Run,
        };
        Reading { look, left, percent, opens_at }
    }

    fn opens_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let hours = self.hours.as_ref().filter(|_| self.state == ClockState::Running)?;
        if hours.contains(now) {
            return None;
        }
        hours.intervals().iter().map(|interval| interval.from).find(|from| *from > now)
    }
}

impl Reading {
    /// The words of the promise line: `42 min left`, `Paused, 1 h 50 left`, `25 min late`.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.look, self.left) {
            (Look::None, _) | (_, None) => "No promise".to_owned(),
            (Look::Kept, _) => "Kept".to_owned(),
            (Look::Late, Some(left)) => format!("{} late", length(-left)),
            (Look::Paused, Some(left)) => format!("Paused, {} left", length(left)),
            (Look::Closed, Some(left)) => format!("Closed, {} left", length(left)),
            (Look::Run | Look::Risk, Some(left)) => format!("{} left", length(left)),
        }
    }
}

/// A length of time as people say it: `45 s`, `42 min`, `1 h 18`, `3 days 4 h`.
///
/// Counted in working time, so a day is 24 worked hours; below two of them hours are clearer.
#[must_use]
pub fn length(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{minutes} min"),
        3_600..172_800 if minutes == 0 => format!("{hours} h"),
        3_600..172_800 => format!("{hours} h {minutes:02}"),
        _ if hours % 24 == 0 => format!("{} days", hours / 24),
        _ => format!("{} days {} h", hours / 24, hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sla::interval::Interval;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
    }

    fn countdown(state: ClockState, hours: Option<Hours>) -> Countdown {
        Countdown {
            metric: Metric::FirstReply,
            state,
            as_of: at(0),
            started_at: at(-40),
            due_at: (state == ClockState::Running).then(|| at(60)),
            ended_at: None,
            late_since: None,
            allowance: Some(100),
            used: 40,
            hours,
        }
    }

    #[test]
    fn it_runs_gets_at_risk_and_is_late() {
        let running = countdown(ClockState::Running, None);
        let look = |second| running.at(at(second)).look;
        assert_eq!((look(0), look(39), look(40), look(59), look(60)), (Look::Run, Look::Run, Look::Risk, Look::Risk, Look::Late));
        assert_eq!(running.at(at(30)).words(), "30 s left");
        assert_eq!(running.at(at(180)).words(), "2 min late");
    }

    #[test]
    fn outside_hours_nothing_counts_and_it_says_when_it_opens() {
        let hours: Hours = vec![
            Interval { from: at(-100), to: at(10) },
            Interval { from: at(1_010), to: at(2_000) },
        ].into();
        let mut running = countdown(ClockState::Running, Some(hours));
        running.due_at = Some(at(1_060));
        let closed = running.at(at(500));
        assert_eq!((closed.look, closed.left, closed.opens_at), (Look::Closed, Some(50), Some(at(1_010))));
        assert_eq!(closed.words(), "Closed, 50 s left");
        assert_eq!(running.at(at(1_060)).look, Look::Late);
        assert_eq!(running.at(at(1_060)).left, Some(0));
    }

    #[test]
    fn a_paused_or_ended_clock_stands_still() {
        assert_eq!(countdown(ClockState::Paused, None).at(at(900)).words(), "Paused, 1 min left");
        assert_eq!(countdown(ClockState::Met, None).at(at(900)).words(), "Kept");
        assert_eq!(countdown(ClockState::Cancelled, None).at(at(900)).look, Look::None);
    }

    #[test]
    fn lengths_are_said_shortly() {
        let said: Vec<_> = [0, 59, 60, 3_599, 3_600, 4_680, 90_000, 172_800, 187_200].map(length).into();
        assert_eq!(said, ["0 s", "59 s", "1 min", "59 min", "1 h", "1 h 18", "25 h", "2 days", "2 days 4 h"]);
    }
}
