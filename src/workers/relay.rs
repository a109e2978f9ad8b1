//! Tells the other servers what this one commits, listens for what they do, and wakes those who read it. Losing the
//! connection loses nothing: every job also looks by itself, and both come back.
use std::{sync::Arc, time::Duration};

use kept_app::{
    core::{
        App,
        id::{self, UserId},
        tx::Committed,
    },
    live::hub::Hub,
};
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use super::{Bells, LIVE_PAUSE};

/// Something was appended to `events`; the payload is the server that did.
const EVENTS: &str = "kept_events";
/// Somebody's notifications changed; the payload is their id.
const BELL: &str = "kept_bell";
/// A mail was decided.
const MAIL: &str = "kept_mail";

/// Announces and listens until told to stop.
pub(super) async fn run(app: App, bells: Arc<Bells>, stop: CancellationToken) {
    let me = id::fresh().to_string();
    loop {
        let ended = tokio::select! {
            () = stop.cancelled() => return,
            ended = listen(&app, &bells, &me) => ended,
            ended = announce(&app, &bells, &me) => ended,
        };
        if let Err(cause) = ended {
            tracing::warn!(%cause, "the listener lost the database and comes back");
        }
        // Whatever was announced meanwhile went past us.
        wake_all(&bells);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
    }
}

/// Wakes who reads events on this server, and has the others do the same: once for all acts of a moment.
async fn announce(app: &App, bells: &Bells, me: &str) -> sqlx::Result<()> {
    let committed = app.room::<Committed>();
    let mut db = app.db.acquire().await?;
    loop {
        committed.0.notified().await;
        bells.events.iter().for_each(|bell| bell.notify_one());
        // What is lost with the machine nobody has to be told of: not worth waiting for the disk.
        sqlx::query("select pg_notify($1, $2) from set_config('synchronous_commit', 'off', true)")
            .bind(EVENTS)
            .bind(me)
            .execute(&mut *db)
            .await?;
        tokio::time::sleep(LIVE_PAUSE).await;
    }
}

async fn listen(app: &App, bells: &Bells, me: &str) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(&app.db).await?;
    listener.listen_all([EVENTS, BELL, MAIL]).await?;
    let hub = app.room::<Hub>();
    wake_all(bells);
    // `None`: the connection broke, and what was announced meanwhile is unknown.
    while let Some(notification) = listener.try_recv().await? {
        match notification.channel() {
            EVENTS if notification.payload() == me => {}
            EVENTS => bells.events.iter().for_each(|bell| bell.notify_one()),
            MAIL => bells.mail.iter().for_each(|bell| bell.notify_one()),
            _ => {
                if let Ok(user) = notification.payload().parse::<UserId>() {
                    hub.ring(&[user]);
                }
            }
        }
    }
    Ok(())
}

fn wake_all(bells: &Bells) {
    bells.events.iter().chain(&bells.mail).for_each(|bell| bell.notify_one());
}
