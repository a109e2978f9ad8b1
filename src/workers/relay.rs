//! Listens for what any server commits and wakes those who read it. Losing the connection loses nothing:
//! every job also looks by itself, and the listener comes back.
use std::{sync::Arc, time::Duration};

use kept_app::{
    core::{App, id::UserId},
    live::hub::Hub,
};
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use super::Bells;

/// Something was appended to `events`.
const EVENTS: &str = "kept_events";
/// Somebody's notifications changed; the payload is their id.
const BELL: &str = "kept_bell";
/// A mail was decided.
const MAIL: &str = "kept_mail";

/// Listens until told to stop.
pub(super) async fn run(app: App, bells: Arc<Bells>, stop: CancellationToken) {
    loop {
        let listened = tokio::select! {
            () = stop.cancelled() => return,
            listened = listen(&app, &bells) => listened,
        };
        if let Err(cause) = listened {
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

async fn listen(app: &App, bells: &Bells) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(&app.db).await?;
    listener.listen_all([EVENTS, BELL, MAIL]).await?;
    let hub = app.room::<Hub>();
    wake_all(bells);
    // `None`: the connection broke, and what was announced meanwhile is unknown.
    while let Some(notification) = listener.try_recv().await? {
        match notification.channel() {
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
