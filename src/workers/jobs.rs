//! Every job of the server: what it does, how often at least, and what wakes it before.
use std::{sync::Arc, time::Duration};

use kept_app::{
    audit,
    conversations::files,
    core::{Actor, App, Error, Tx},
    events::follow::Left,
    live::pump,
    notifications::{self, outbox::Carrier},
    people::sessions,
    portal, reports, settings,
    sla::{apply, sweep},
    tickets,
};

use super::{Wakes, Workers};

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// How often the streams of people who lost their access are looked for. They are closed within a second, also
/// where the look itself has to wait a little.
const GUARD: Duration = Duration::from_millis(500);
/// How often the promises' timers are looked at: people see seconds count down.
const TIMERS: Duration = Duration::from_millis(500);
/// Rows that a housekeeping step handles in one transaction.
const ROWS: i64 = 200;

pub(super) fn start(workers: &mut Workers, carrier: Arc<dyn Carrier>) {
    workers.add("live", Wakes::OnEventsAtOnce, seconds(1), async |app| pump::step(&app).await);
    workers.add("live-guard", Wakes::Never, GUARD, async |app| pump::guard(&app).await.map(|_| Left::Nothing));
    workers.add("notifications", Wakes::OnEvents, seconds(1), async |app| notifications::reader::step(&app).await);
    workers.add("audit", Wakes::OnEvents, seconds(1), async |app| audit::link::step(&app).await);
    workers.add("report-days", Wakes::Never, seconds(3), async |app| reports::fold(&app).await);
    workers.add("mail", Wakes::OnMail, seconds(1), move |app| {
        let carrier = carrier.clone();
        async move { notifications::outbox::step(&app, &carrier).await }
    });
    workers.add("sla-timers", Wakes::Never, TIMERS, async |app| sweep::step(&app).await);
    workers.add("sla-published", Wakes::Never, TIMERS, async |app| apply::step(&app).await);
    workers.add("wake", Wakes::Never, seconds(5), wake_held);
    workers.add("close", Wakes::Never, seconds(60), close_resolved);
    workers.add("uploads", Wakes::Never, seconds(600), async |app| files::step(&app).await);
    workers.add("forms", Wakes::Never, seconds(600), async |app| portal::sent::step(&app).await);
    workers.add("sessions", Wakes::Never, seconds(600), forget_sessions);
}

/// More at once where a batch was full.
fn left(handled: usize) -> Left {
    if i64::try_from(handled).is_ok_and(|n| n >= ROWS) { Left::More } else { Left::Nothing }
}

/// Puts tickets on hold back to work at the date they were put off to.
async fn wake_held(app: App) -> Result<Left, Error> {
    let mut tx = Tx::begin(&app, Actor::System).await?;
    let woken = tickets::service::wake_held(&mut tx, ROWS).await?;
    tx.commit().await?;
    Ok(left(woken))
}

/// Closes what was resolved so many days ago that nobody is expected to come back to it.
async fn close_resolved(app: App) -> Result<Left, Error> {
    let days = settings::service::current(&app).await?.close_after_days;
    let mut tx = Tx::begin(&app, Actor::System).await?;
    let before = tx.now - chrono::Duration::days(days.into());
    let closed = tickets::service::close_resolved(&mut tx, before, ROWS).await?;
    tx.commit().await?;
    Ok(left(closed))
}

/// Drops sessions and links that are over.
async fn forget_sessions(app: App) -> Result<Left, Error> {
    let now = app.now();
    sessions::sweep(&app, now).await.map(|_| Left::Nothing)
}
