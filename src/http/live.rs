//! GET /live: the stream of server-sent events, one per browser; and GET /live/poll for those whose network
//! lets no stream through.
#[cfg(test)]
mod tests;

use std::{convert::Infallible, time::Duration};

use axum::{
    Json, Router,
    extract::{FromRequestParts, Query, State},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response, Sse, sse::Event},
    routing::get,
};
use futures::{Stream, stream};
use kept_app::{
    core::{Actor, App, Error},
    events::reader::Cursor,
    live::{
        hub::{Full, Hub, Reader, Told},
        model::{LiveEvent, Polled},
    },
    people::{access, sessions},
    portal::link,
};
use serde::Deserialize;

use super::security;

/// Often enough that a proxy does not take a silent stream for a dead one, nor the browser the server.
const BEAT: Duration = Duration::from_secs(20);

/// What `hello` and `beat` carry: a browser hands on no event without data.
const SIGN_OF_LIFE: &str = "-";

pub fn routes() -> Router<App> {
    Router::new().route("/live", get(open)).route("/live/poll", get(poll))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Where to go on from; a browser that reconnects by itself says so in a header.
    since: Option<String>,
    /// A tracking link's token, for its ticket alone.
    track: Option<String>,
}

/// Who asks, from where they go on, and in which session.
struct Visitor {
    actor: Actor,
    session: Option<Vec<u8>>,
    since: Option<Cursor>,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        // A page elsewhere may ask, but it gets nothing: browsers say where a request comes from.
        if !security::is_ours(&parts.headers, &app.config) {
            return Err(refuse(StatusCode::FORBIDDEN));
        }
        let Ok(Query(asked)) = Query::<Asked>::from_request_parts(parts, app).await else {
            return Err(refuse(StatusCode::BAD_REQUEST));
        };
        let resumed = parts.headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        let since = resumed.or(asked.since).and_then(|text| text.parse().ok());
        if let Some(token) = asked.track {
            let (_, actor) = link::holder(app, &token).await.map_err(answer)?;
            return Ok(Self { actor, session: None, since });
        }
        let actor = parts.extensions.get::<Actor>().cloned().unwrap_or(Actor::Guest);
        actor.signed_in().map_err(answer)?;
        Ok(Self { actor, session: session_key(parts), since })
    }
}

/// The hash of the session's id, by which the guard finds out that it ended.
fn session_key(parts: &Parts) -> Option<Vec<u8>> {
    let session = parts.extensions.get::<tower_sessions::Session>()?;
    session.id().map(sessions::key)
}

fn refuse(status: StatusCode) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

fn answer(error: Error) -> Response {
    refuse(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
}

async fn open(State(app): State<App>, visitor: Visitor) -> Response {
    let hub = app.room::<Hub>();
    if hub.head().is_none() {
        return answer(Error::Unavailable);
    }
    if let Some(person) = visitor.actor.person() {
        // The router may have known them from a moment ago; a stream lasts for hours.
        let now = async { access::of(&mut *app.db.acquire().await?, &[person.id]).await };
        match now.await {
            Ok(now) if now.get(&person.id).is_some_and(|access| access.matches(person)) => {}
            Ok(_) => return answer(Error::SignIn),
            Err(error) => return answer(error),
        }
    }
    let reader = match hub.open(visitor.actor, visitor.session, visitor.since) {
        Ok(reader) => reader,
        Err(Full::Owner) => return refuse(StatusCode::TOO_MANY_REQUESTS),
        Err(Full::Server) => return refuse(StatusCode::SERVICE_UNAVAILABLE),
    };
    // Proxies that collect an answer before they pass it on would hold the stream for ever.
    let headers = [("x-accel-buffering", "no"), ("cache-control", "no-store")];
    (headers, Sse::new(events(reader))).into_response()
}

/// The reader as server-sent events. The first is always `hello`: the line is open.
fn events(reader: Reader) -> impl Stream<Item = Result<Event, Infallible>> + Send {
    let said = stream::unfold((reader, true), async |(mut reader, is_first)| {
        let told = match tokio::time::timeout(BEAT, reader.next()).await {
            Ok(Some(told)) => told,
            Ok(None) => return None,
            Err(_) => Told { cursor: reader.head(), events: Vec::new() },
        };
        let mut batch: Vec<Event> = told.events.iter().map(said_as).collect();
        let greeting = if is_first { Some("hello") } else { batch.is_empty().then_some("beat") };
        if let Some(name) = greeting {
            batch.insert(0, Event::default().event(name).data(SIGN_OF_LIFE));
        }
        // The last one alone says how far this goes: cut off before it, the browser asks for all of it again.
        let reached = told.cursor.to_string();
        let last = batch.pop().map(|event| event.id(reached));
        let batch = batch.into_iter().chain(last).map(Ok);
        Some((stream::iter(batch.collect::<Vec<_>>()), (reader, false)))
    });
    futures::StreamExt::flatten(said)
}

fn said_as(copy: &LiveEvent) -> Event {
    // A copy is plain data: making JSON of it cannot fail.
    Event::default().json_data(copy).unwrap_or_default()
}

async fn poll(State(app): State<App>, visitor: Visitor) -> Response {
    let hub = app.room::<Hub>();
    if hub.head().is_none() {
        return answer(Error::Unavailable);
    }
    let (cursor, events) = hub.missed(&visitor.actor, visitor.since);
    let polled = Polled { cursor: cursor.to_string(), events };
    ([(header::CACHE_CONTROL, "no-store")], Json(polled)).into_response()
}
