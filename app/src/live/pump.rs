//! Reads committed events into the hub, and closes the streams of those who may no longer hold one.
use std::{collections::HashMap, sync::Arc};

use super::{
    audience::Happening,
    hub::{Hub, KEPT, Registered},
};
use crate::{
    core::{App, Error},
    events::{
        follow::Left,
        reader::{self, Cursor, Stored},
    },
    people::access,
    tickets::digest::{self, Digest},
};

/// Events read in one go; while there are more, the next read follows at once.
const BATCH: i64 = 500;

/// Reads the next batch of committed events and hands it to every stream.
pub async fn step(app: &App) -> Result<Left, Error> {
    let hub = app.room::<Hub>();
    let mut db = app.db.acquire().await?;
    let Some(head) = hub.head() else {
        let head = reader::head(&mut db).await?;
        let newest = reader::newest(&mut db, i64::try_from(KEPT).unwrap_or(i64::MAX)).await?;
        // What came before the oldest of them is beyond our memory; of a young log nothing did.
        let whole = newest.len() < KEPT;
        let from = if whole { Cursor::default() } else { newest.first().map_or(head, Stored::cursor) };
        let happenings = with_tickets(&mut db, newest).await?;
        hub.begin(from, head.max(from), happenings);
        return Ok(Left::More);
    };
    let events = reader::after(&mut db, head, BATCH).await?;
    let full = events.len() as i64 == BATCH;
    if events.is_empty() {
        return Ok(if reader::is_pending(&mut db, head).await? { Left::Held } else { Left::Nothing });
    }
    let happenings = with_tickets(&mut db, events).await?;
    metrics::counter!("kept_live_events_total").increment(happenings.len() as u64);
    hub.publish(happenings);
    Ok(if full { Left::More } else { Left::Held })
}

async fn with_tickets(db: &mut sqlx::PgConnection, events: Vec<Stored>) -> Result<Vec<Happening>, Error> {
    let mut ids: Vec<_> = events.iter().filter_map(|e| e.ticket).collect();
    ids.sort_unstable();
    ids.dedup();
    let digests: HashMap<_, Arc<Digest>> =
        digest::of(db, &ids).await?.into_iter().map(|(id, digest)| (id, Arc::new(digest))).collect();
    let known = |e: &Stored| e.ticket.and_then(|id| digests.get(&id).cloned());
    Ok(events.iter().map(|e| Happening::of(e, known(e))).collect())
}

/// Closes every stream whose session has ended or whose holder is no longer who they were when it opened
/// (role, teams, organisation, account). The browser comes back as who it is now. Two statements for all
/// streams together, so it can run several times a second.
pub async fn guard(app: &App) -> Result<usize, Error> {
    let hub = app.room::<Hub>();
    let streams = hub.registered();
    metrics::gauge!("kept_live_streams").set(streams.len() as f64);
    if streams.is_empty() {
        return Ok(0);
    }
    let mut db = app.db.acquire().await?;
    let people: Vec<_> = streams.iter().filter_map(|s| s.actor.person().map(|p| p.id)).collect();
    let sessions: Vec<_> = streams.iter().filter_map(|s| s.session.clone()).collect();
    let access = access::of(&mut db, &people).await?;
    let open = access::open_sessions(&mut db, &sessions, app.now()).await?;
    let holds = |s: &Registered| {
        let is_same = s.actor.person().is_none_or(|p| access.get(&p.id).is_some_and(|a| a.matches(p)));
        is_same && s.session.as_ref().is_none_or(|session| open.contains(session))
    };
    let lapsed = streams.iter().filter(|s| !holds(s));
    Ok(lapsed.inspect(|s| s.close.cancel()).count())
}
