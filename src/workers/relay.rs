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
            ended = announce(&app, &me) => ended,
            ended = ring(&app, &bells) => ended,
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

/// Wakes who reads events on this server, however the database is.
async fn ring(app: &App, bells: &Bells) -> sqlx::Result<()> {
    let mut committed = app.room::<Committed>().0.subscribe();
    // The room lives as long as the server: the other end is never gone.
    while committed.changed().await.is_ok() {
        bells.events.iter().for_each(|bell| bell.notify_one());
    }
    Ok(())
}

/// Has the other servers wake theirs: once for all acts of a moment, and first for those that an announcement before
/// this one may have lost.
async fn announce(app: &App, me: &str) -> sqlx::Result<()> {
    let mut committed = app.room::<Committed>().0.subscribe();
    let mut db = app.db.acquire().await?;
    loop {
        // What is lost with the machine nobody has to be told of: not worth waiting for the disk.
        sqlx::query("select pg_notify($1, $2) from set_config('synchronous_commit', 'off', true)")
            .bind(EVENTS)
            .bind(me)
            .execute(&mut *db)
            .await?;
        tokio::time::sleep(LIVE_PAUSE).await;
        if committed.changed().await.is_err() {
            return Ok(());
        }
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

#[cfg(test)]
mod tests {
    use kept_app::{
        core::{Actor, Tx},
        events::{self, About, Event},
    };
    use sqlx::PgPool;

    use super::*;

    async fn hears(listener: &mut PgListener) -> bool {
        tokio::time::timeout(Duration::from_millis(800), listener.recv()).await.is_ok()
    }

    #[sqlx::test]
    async fn an_act_that_appended_events_is_announced_and_no_other(db: PgPool) {
        let data = tempfile::tempdir().expect("a folder");
        let app = crate::testing::app(db.clone(), data.path());
        let mut listener = PgListener::connect_with(&db).await.expect("a listener");
        listener.listen(EVENTS).await.expect("listens");
        let stop = CancellationToken::new();
        let relay = tokio::spawn(run(app.clone(), Arc::default(), stop.clone()));
        assert!(hears(&mut listener).await, "for what an earlier one may have lost");
        Tx::act(&app, Actor::System, async |_| Ok(())).await.expect("an act");
        assert!(!hears(&mut listener).await, "nothing happened");
        let changed = Event::Configured { area: "teams".into(), name: "Field".into(), change: "added".into() };
        Tx::act(&app, Actor::System, async |tx| events::append(tx, About::Nothing, &[changed]).await)
            .await
            .expect("an act");
        assert!(hears(&mut listener).await, "something was configured");
        stop.cancel();
        relay.await.expect("it ends");
    }
}
