//! How many requests this server answers, minute by minute, for the last hour. Kept in memory: it is about
//! this server, since it started.
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// Minutes that are remembered.
pub const MINUTES: usize = 60;

/// One minute.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Minute {
    /// Minutes since 1970; tells an old entry of the ring from a new one.
    at: i64,
    pub requests: u32,
    /// Answered with a status of 500 and above.
    pub failed: u32,
    /// Seconds, all requests together.
    pub seconds: f64,
}

/// See the [module](self). Belongs into [`App::room`](crate::core::App::room).
pub struct Traffic(Mutex<[Minute; MINUTES]>);

impl Default for Traffic {
    fn default() -> Self {
        Self(Mutex::new([Minute::default(); MINUTES]))
    }
}

fn minute(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(60)
}

fn place(minute: i64) -> usize {
    usize::try_from(minute.rem_euclid(MINUTES as i64)).unwrap_or_default()
}

impl Traffic {
    /// Counts a request that was answered at `at` with `status` after `seconds`.
    pub fn note(&self, at: DateTime<Utc>, status: u16, seconds: f64) {
        let now = minute(at);
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = &mut ring[place(now)];
        if slot.at != now {
            *slot = Minute { at: now, ..Minute::default() };
        }
        slot.requests += 1;
        slot.failed += u32::from(status >= 500);
        slot.seconds += seconds;
    }

    /// The last hour, oldest first, the present minute last.
    pub fn hour(&self, at: DateTime<Utc>) -> Vec<Minute> {
        let now = minute(at);
        let ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (0..MINUTES as i64)
            .rev()
            .map(|back| {
                let slot = ring[place(now - back)];
                if slot.at == now - back { slot } else { Minute { at: now - back, ..Minute::default() } }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_later_the_minute_begins_anew() {
        let traffic = Traffic::default();
        let at = |minutes: i64| DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(minutes);
        traffic.note(at(100), 200, 0.5);
        traffic.note(at(100), 503, 0.5);
        let hour = traffic.hour(at(101));
        assert_eq!((hour[58].requests, hour[58].failed, hour[59].requests), (2, 1, 0));
        traffic.note(at(160), 200, 0.1);
        assert_eq!(traffic.hour(at(160)).iter().map(|m| m.requests).sum::<u32>(), 1);
    }
}
