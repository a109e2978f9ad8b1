//! What the server does by itself: long-running jobs, each a small step done again and again.
//!
//! A step does a bounded piece of work in its own transaction and says whether there is more. Steps are safe
//! to run on any number of servers at once and to be killed at any moment. A job sleeps until it is woken
//! (something was committed) or its period is over; after an error it waits, longer each time.
mod jobs;
mod relay;

use std::{future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use kept_app::{
    core::{App, Error},
    events::follow::Left,
    live::hub::Hub,
    notifications::outbox::Carrier,
};
use tokio::{sync::Notify, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The pause after the first error, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How soon to look again for committed events that a running transaction holds back; twice as long each time.
const HELD: Duration = Duration::from_millis(15);
/// Longer, and people would notice: something always holds some back on a busy desk.
const LONGEST_HELD: Duration = Duration::from_millis(100);
/// Between two steps of a job that a bell wakes, unless there is more: on a busy desk a bell rings a thousand times
/// a second, and one step sees to all that was rung for meanwhile. The first ring after a silence is heard at once.
const LIVE_PAUSE: Duration = Duration::from_millis(15);
const PAUSE: Duration = Duration::from_millis(100);
/// Running jobs get this long to finish when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// All running jobs of this server.
pub struct Workers {
    app: App,
    stop: CancellationToken,
    tasks: TaskTracker,
    bells: Arc<Bells>,
}

/// What wakes which jobs.
#[derive(Default)]
struct Bells {
    /// Something was committed.
    events: Vec<Arc<Notify>>,
    /// A mail was decided.
    mail: Vec<Arc<Notify>>,
}

/// What a job waits for beside its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wakes {
    /// What happened, with people waiting to see it.
    OnEventsAtOnce,
    OnEvents,
    OnMail,
    /// Its period alone.
    Never,
}

impl Wakes {
    const fn pause(self) -> Duration {
        match self {
            Self::OnEventsAtOnce => LIVE_PAUSE,
            Self::OnEvents | Self::OnMail => PAUSE,
            Self::Never => Duration::ZERO,
        }
    }
}

impl Workers {
    /// Starts every job; `carrier` takes the mails.
    pub fn start(app: &App, carrier: Arc<dyn Carrier>) -> Self {
        let mut workers =
            Self { app: app.clone(), stop: CancellationToken::new(), tasks: TaskTracker::new(), bells: Arc::default() };
        jobs::start(&mut workers, carrier);
        workers.tasks.spawn(relay::run(app.clone(), workers.bells.clone(), workers.stop.clone()));
        workers
    }

    /// Lets every job finish its step and ends all streams.
    pub async fn stop(self) {
        self.stop.cancel();
        self.app.room::<Hub>().close();
        self.tasks.close();
        if tokio::time::timeout(GRACE, self.tasks.wait()).await.is_err() {
            // Whatever they were at is a transaction: it never happened.
            tracing::warn!("some jobs did not finish within {} s and were left", GRACE.as_secs());
        }
    }

    /// Adds the job `name`: `step`, at least every `period`.
    fn add<S, F>(&mut self, name: &'static str, wakes: Wakes, period: Duration, step: S)
    where
        S: Fn(App) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Left, Error>> + Send + 'static,
    {
        let bell = Arc::new(Notify::new());
        // Jobs are added before anything else holds the bells.
        if let Some(bells) = Arc::get_mut(&mut self.bells) {
            match wakes {
                Wakes::OnEventsAtOnce | Wakes::OnEvents => bells.events.push(bell.clone()),
                Wakes::OnMail => bells.mail.push(bell.clone()),
                Wakes::Never => {}
            }
        }
        let pace = Pace { bell, period, pause: wakes.pause() };
        self.tasks.spawn(run(name, self.app.clone(), self.stop.clone(), pace, step));
    }
}

/// When a job takes its next step.
struct Pace {
    bell: Arc<Notify>,
    period: Duration,
    pause: Duration,
}

async fn run<S, F>(name: &'static str, app: App, stop: CancellationToken, pace: Pace, step: S)
where
    S: Fn(App) -> F,
    F: Future<Output = Result<Left, Error>>,
{
    let (mut pause, mut held) = (FIRST_PAUSE, HELD);
    while !stop.is_cancelled() {
        let begun = Instant::now();
        let done = AssertUnwindSafe(step(app.clone())).catch_unwind().await;
        let outcome = if matches!(done, Ok(Ok(_))) { "ok" } else { "failed" };
        metrics::counter!("kept_job_steps_total", "job" => name, "outcome" => outcome).increment(1);
        let wait = match done {
            Ok(Ok(left)) => {
                pause = FIRST_PAUSE;
                match left {
                    Left::More => continue,
                    Left::Held => {
                        let now = held;
                        held = (held * 2).min(LONGEST_HELD);
                        now
                    }
                    Left::Nothing => {
                        held = HELD;
                        pace.period
                    }
                }
            }
            failed => {
                match failed {
                    Ok(Err(error)) => tracing::warn!(job = name, cause = %error, "{name} failed and is tried again"),
                    _ => tracing::error!(job = name, "{name} panicked and is started again"),
                }
                let now = pause;
                pause = (pause * 2).min(LONGEST_PAUSE);
                // A bell does not cut this short: the trouble is ours, not a lack of work.
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(now) => continue,
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = pace.bell.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep_until(begun + pace.pause) => {}
        }
    }
}
