//! How much one address may ask of us. In memory, by server: a limit against floods need not be exact
//! across servers, and it must not cost a write.
use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, PoisonError, RwLock},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use crate::core::Error;

/// So many addresses are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// Tickets filed and files received, by client address.
#[derive(Default)]
pub struct Limits {
    tickets: Limit,
    uploads: Limit,
}

/// Files one address may send in a minute; a full form brings ten.
const UPLOADS_A_MINUTE: u32 = 120;

impl Limits {
    /// Counts one ticket of `ip`, at most `per_minute` of which may be filed in a minute.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub fn ticket(&self, ip: IpAddr, per_minute: u32) -> Result<(), Error> {
        self.tickets.check(ip, per_minute)
    }

    /// Counts one file of `ip`.
    ///
    /// # Errors
    /// As [`Limits::ticket`].
    pub fn upload(&self, ip: IpAddr) -> Result<(), Error> {
        self.uploads.check(ip, UPLOADS_A_MINUTE)
    }
}

/// One limiter, made anew when its setting changes.
#[derive(Default)]
struct Limit(RwLock<Option<(u32, Arc<DefaultKeyedRateLimiter<IpAddr>>)>>);

impl Limit {
    fn check(&self, ip: IpAddr, per_minute: u32) -> Result<(), Error> {
        // Zero switches the door off rather than dividing by it.
        let Some(quota) = NonZeroU32::new(per_minute) else { return Err(Error::TooMany { wait: 60 }) };
        let limiter = self.limiter(quota);
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        limiter.check_key(&whole_network(ip)).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            Error::TooMany { wait: u32::try_from(wait).unwrap_or(60) }
        })
    }

    fn limiter(&self, quota: NonZeroU32) -> Arc<DefaultKeyedRateLimiter<IpAddr>> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        match current {
            Some((per_minute, limiter)) if per_minute == quota.get() => limiter,
            _ => {
                let limiter = Arc::new(RateLimiter::keyed(Quota::per_minute(quota)));
                *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((quota.get(), limiter.clone()));
                limiter
            }
        }
    }
}

/// Whoever has an IPv6 address has a whole /64 of them, so that is what counts as one.
fn whole_network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => (v6.to_bits() & !u128::from(u64::MAX)).to_be_bytes().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_over_the_limit_is_told_how_long_to_wait_and_others_are_not_held_up() {
        let (limits, ip, other) =
            (Limits::default(), "203.0.113.7".parse().expect("ip"), "203.0.113.8".parse().expect("ip"));
        for _ in 0..30 {
            assert_eq!(limits.ticket(ip, 30), Ok(()));
        }
        assert!(matches!(limits.ticket(ip, 30), Err(Error::TooMany { wait: 1..=60 })));
        assert_eq!(limits.ticket(other, 30), Ok(()));
        // A new setting counts at once.
        assert_eq!(limits.ticket(ip, 31), Ok(()));
    }

    #[test]
    fn one_household_is_one_address() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("ip");
        assert_eq!(whole_network(ip("2001:db8:1:2::7")), whole_network(ip("2001:db8:1:2:ffff::9")));
        assert_ne!(whole_network(ip("2001:db8:1:2::7")), whole_network(ip("2001:db8:1:3::7")));
        assert_eq!(whole_network(ip("::ffff:203.0.113.7")), ip("203.0.113.7"));
    }
}
