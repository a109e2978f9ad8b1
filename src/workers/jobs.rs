//! Every job of the server, one line each.
use std::{sync::Arc, time::Duration};

use kept_app::{
    audit,
    conversations::files,
    events::follow::Left,
    live::pump,
    notifications::{self, outbox::Carrier},
    people,
    reports,
    sla::sweep,
};

use super::{Wakes, Workers};

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// How often the streams of people who lost their access are looked for; they are closed within a second.
const GUARD: Duration = Duration::from_millis(700);

/// How often the promises' timers are looked at: people see seconds count down.
const TIMERS: Duration = Duration::from_millis(500);

pub(super) fn start(workers: &mut Workers, carrier: Arc<dyn Carrier>) {
    workers.add("live", Wakes::OnEvents, seconds(1), async |app| pump::step(&app).await);
    workers.add("live-guard", Wakes::Never, GUARD, async |app| pump::guard(&app).await.map(|_| Left::Nothing));
    workers.add("notifications", Wakes::OnEvents, seconds(1), async |app| notifications::reader::step(&app).await);
    workers.add("audit", Wakes::OnEvents, seconds(1), async |app| audit::link::step(&app).await);
    workers.add("uploads", Wakes::Never, seconds(600), async |app| files::step(&app).await);
    workers.add("sla-timers", Wakes::Never, TIMERS, async |app| sweep::step(&app).await);
    workers.add("people", Wakes::Never, seconds(600), async |app| {
        people::sessions::sweep(&app, app.now()).await.map(|_| Left::Nothing)
    });
    workers.add("report-days", Wakes::Never, seconds(3), async |app| reports::fold(&app).await);
    workers.add("mail", Wakes::OnMail, seconds(1), move |app| {
        let carrier = carrier.clone();
        async move { notifications::outbox::step(&app, &carrier).await }
    });
}
