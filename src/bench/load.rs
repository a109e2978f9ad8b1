//! Requests, one after the other on each of so many connections, for so long.
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use super::{
    Outcome,
    client::{Ask, Client},
};

/// Before anything counts: caches fill, connections open, statements are prepared.
const WARM_UP: Duration = Duration::from_millis(700);

/// How long each of many answers took.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// In order.
    sorted: Vec<Duration>,
    /// Answers before anything counted.
    warming: usize,
    /// From the first request to the last answer.
    took: Duration,
}

impl Times {
    pub fn of(mut times: Vec<Duration>, took: Duration) -> Self {
        times.sort_unstable();
        Self { sorted: times, warming: 0, took }
    }

    pub fn count(&self) -> usize {
        self.sorted.len()
    }

    /// All that was answered, the warm-up included.
    pub fn answered(&self) -> usize {
        self.warming + self.sorted.len()
    }

    /// Answers in a second.
    pub fn rate(&self) -> f64 {
        self.sorted.len() as f64 / self.took.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// In milliseconds: the least time within which `share` of the answers came (nearest rank).
    pub fn within(&self, share: f64) -> f64 {
        let rank = (share * self.sorted.len() as f64).ceil() as usize;
        let at = rank.clamp(1, self.sorted.len().max(1)) - 1;
        self.sorted.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }
}

/// Loads `server` with the requests that `ask` makes, numbered from 0. The first answer that is not what was
/// wanted ends it.
pub async fn load(
    server: SocketAddr,
    connections: usize,
    how_long: Duration,
    ask: impl Fn(u64) -> Ask + Send + Sync + 'static,
) -> Outcome<Times> {
    let (ask, numbers) = (Arc::new(ask), Arc::new(AtomicU64::new(0)));
    let warming = round(server, connections, WARM_UP.min(how_long), &ask, &numbers).await?.count();
    Ok(Times { warming, ..round(server, connections, how_long, &ask, &numbers).await? })
}

async fn round<A>(
    server: SocketAddr,
    connections: usize,
    how_long: Duration,
    ask: &Arc<A>,
    numbers: &Arc<AtomicU64>,
) -> Outcome<Times>
where
    A: Fn(u64) -> Ask + Send + Sync + 'static,
{
    let begun = Instant::now();
    let mut all = JoinSet::new();
    for _ in 0..connections {
        let (ask, numbers) = (ask.clone(), numbers.clone());
        all.spawn(async move {
            let mut client = Client::open(server).await?;
            let mut times = Vec::with_capacity(4_096);
            while begun.elapsed() < how_long {
                let ask = ask(numbers.fetch_add(1, Ordering::Relaxed));
                let sent = Instant::now();
                client.send(&ask).await?;
                times.push(sent.elapsed());
            }
            Outcome::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = all.join_next().await {
        times.append(&mut done??);
    }
    Ok(Times::of(times, begun.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let millis = |n: std::ops::RangeInclusive<u64>| n.rev().map(Duration::from_millis).collect::<Vec<_>>();
        let hundred = Times::of(millis(1..=100), Duration::from_secs(2));
        assert_eq!([hundred.within(0.5), hundred.within(0.99), hundred.within(1.0)], [50.0, 99.0, 100.0]);
        assert_eq!([hundred.within(0.0), hundred.rate()], [1.0, 50.0]);
        let three = Times::of(millis(1..=3), Duration::from_secs(1));
        assert_eq!([three.within(0.5), three.within(0.99)], [2.0, 3.0]);
        assert_eq!(Times::default().within(0.5), 0.0);
    }
}
