//! From cookie to actor: the layers around every page and server function.
use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use kept_app::{
    core::{Actor, App, client},
    people::sessions::{self, Sessions},
};
use tower_sessions::{Session, SessionManagerLayer, cookie::SameSite};

/// The session cookie's name.
pub const COOKIE: &str = "kept_session";

/// Puts `router` behind sessions: each request carries a [`Session`] and an [`Actor`].
pub fn layer(router: Router, app: &App) -> Router {
    let cookies = SessionManagerLayer::new(Sessions(app.clone()))
        .with_name(COOKIE)
        .with_secure(app.config.is_https())
        .with_same_site(SameSite::Lax)
        .with_http_only(true);
    // The last layer added is the first that sees the request.
    router.layer(from_fn_with_state(app.clone(), identify)).layer(cookies)
}

/// Finds out who acts.
async fn identify(State(app): State<App>, session: Session, mut request: Request, next: Next) -> Response {
    let actor = match session.id() {
        Some(id) => sessions::actor(&app, id).await,
        None => Ok(Actor::Guest),
    };
    match actor {
        Ok(mut actor) => {
            // On the clock of the browser that asks, which also is the zone offered for a new calendar; the person's own
            // zone is for mails and for browsers that say none.
            if let (Actor::Person(person), Some(zone)) = (&mut actor, client::zone(request.headers())) {
                person.time_zone = zone.name().to_owned();
            }
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        // Better no answer than one for the wrong person.
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            (status, [("retry-after", "2")], error.to_string()).into_response()
        }
    }
}
