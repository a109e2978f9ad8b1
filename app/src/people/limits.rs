//! How often one may knock: per address on the internet and per mailbox, in memory of this server.
//!
//! Guessing one account's password is stopped by [`lock_after`], which Postgres keeps for all servers;
//! these stop spraying over many accounts and mailing a stranger again and again.
use std::{hash::Hash, net::IpAddr, num::NonZeroU32};

use chrono::Duration;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};

use crate::core::{ClientIp, Error};

/// Wrong passwords that cost nothing.
pub const FREE_FAILURES: i32 = 4;
/// The longest lock. It ends by itself, so that nobody can keep another out for good.
pub const LONGEST_LOCK: Duration = Duration::minutes(15);
/// After so long without a failure, counting starts anew.
pub const FORGIVEN_AFTER: Duration = Duration::hours(24);

/// How long an address is locked after its `failures`th wrong password in a row: 15 s, and twice as long each time.
pub fn lock_after(failures: i32) -> Option<Duration> {
    let over = u32::try_from(failures - FREE_FAILURES - 1).ok()?;
    let seconds = 15_i64.checked_shl(over.min(32)).unwrap_or(i64::MAX);
    Some(Duration::seconds(seconds.min(LONGEST_LOCK.num_seconds())))
}

/// One limiter, keyed by who knocks.
pub struct Limit<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> Limit<K> {
    /// At most `burst` at once, and `per_hour` in the long run.
    fn new(burst: u32, per_hour: u32) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_hour(at_least_one(per_hour)).allow_burst(at_least_one(burst));
        Self(RateLimiter::keyed(quota))
    }

    /// Counts one knock.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub fn knock(&self, key: &K) -> Result<(), Error> {
        const MANY_KEYS: usize = 10_000;
        if self.0.len() > MANY_KEYS {
            self.0.retain_recent();
        }
        self.0.check_key(key).map_err(|no| {
            let wait = no.wait_time_from(governor::clock::DefaultClock::default().now());
            Error::TooMany { wait: u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1) }
        })
    }
}

/// The room's limiters.
pub struct Limits {
    /// Tries to sign in, right or wrong.
    pub sign_in: Limit<IpAddr>,
    /// Wrong passwords from a browser that signed in to the account before.
    pub device: Limit<Vec<u8>>,
    /// Forms that make us send a mail.
    pub mail_from: Limit<IpAddr>,
    /// Mails to one mailbox, by the hash of its address.
    pub mail_to: Limit<Vec<u8>>,
    /// Mailed links that are tried.
    pub token: Limit<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in: Limit::new(60, 1800),
            device: Limit::new(10, 60),
            mail_from: Limit::new(30, 120),
            mail_to: Limit::new(4, 8),
            token: Limit::new(60, 600),
        }
    }
}

/// What counts as one knocker: an IPv4 address, or the /64 that one IPv6 customer holds.
pub fn knocker(ip: ClientIp) -> IpAddr {
    match ip.0.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & (u128::MAX << 64)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_doubles_and_never_outlasts_a_quarter_of_an_hour() {
        let seconds: Vec<_> = (1..=12).map(|n| lock_after(n).map_or(0, |d| d.num_seconds())).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(lock_after(i32::MAX), Some(LONGEST_LOCK));
    }

    #[test]
    fn neighbours_in_one_ipv6_network_share_a_limit_and_strangers_do_not() {
        let at = |s: &str| knocker(ClientIp(s.parse().unwrap()));
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:2"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
    }

    #[test]
    fn who_knocks_too_often_is_told_how_long_to_wait() {
        let limit = Limit::new(2, 60);
        assert_eq!((limit.knock(&1), limit.knock(&1)), (Ok(()), Ok(())));
        assert!(matches!(limit.knock(&1), Err(Error::TooMany { wait: 1..=61 })));
        assert_eq!(limit.knock(&2), Ok(()));
    }
}
