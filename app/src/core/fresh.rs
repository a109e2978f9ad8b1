//! What is read often and changed seldom, kept for a second.
//!
//! Several servers share one database, so a copy in memory is stale until it is read again; [`MAX_AGE`]
//! bounds for how long a change on another server may go unseen.
use std::{
    future::Future,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::Error;

/// How old a copy may be.
pub const MAX_AGE: TimeDelta = TimeDelta::seconds(1);

/// A copy of a `T` that lives elsewhere. Belongs into [`App::room`](super::App::room).
pub struct Fresh<T>(RwLock<Option<(DateTime<Utc>, Arc<T>)>>);

impl<T> Default for Fresh<T> {
    fn default() -> Self {
        Self(RwLock::new(None))
    }
}

impl<T> Fresh<T> {
    /// The copy, read again by `load` where it is missing or too old at `now`. Those who ask while it is
    /// being read again read it, too: rather two cheap reads than everybody waiting for one.
    pub async fn get<F>(&self, now: DateTime<Utc>, load: impl FnOnce() -> F) -> Result<Arc<T>, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        if let Some(copy) = self.young(now) {
            return Ok(copy);
        }
        let fresh = Arc::new(load().await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((now, fresh.clone()));
        Ok(fresh)
    }

    /// Has it read again by whoever asks next: for whoever just changed it.
    pub fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn young(&self, now: DateTime<Utc>) -> Option<Arc<T>> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.as_ref()
            .filter(|(at, _)| (TimeDelta::zero()..MAX_AGE).contains(&(now - *at)))
            .map(|(_, copy)| copy.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_copy_is_used_for_a_second_and_read_again_after() {
        let fresh = Fresh::<u32>::default();
        let start = DateTime::UNIX_EPOCH;
        let at = |millis| start + TimeDelta::milliseconds(millis);
        assert_eq!(*fresh.get(start, || async { Ok(1) }).await.unwrap(), 1);
        assert_eq!(*fresh.get(at(999), || async { Ok(2) }).await.unwrap(), 1);
        assert_eq!(*fresh.get(at(1000), || async { Ok(2) }).await.unwrap(), 2);
        // A clock set back is no reason to trust the copy for ever.
        assert_eq!(*fresh.get(at(500), || async { Ok(3) }).await.unwrap(), 3);
        fresh.forget();
        assert_eq!(*fresh.get(at(501), || async { Ok(4) }).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn what_could_not_be_read_is_not_kept() {
        let fresh = Fresh::<u32>::default();
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(fresh.get(now, || async { Err(Error::Unavailable) }).await, Err(Error::Unavailable));
        assert_eq!(*fresh.get(now, || async { Ok(5) }).await.unwrap(), 5);
    }
}
