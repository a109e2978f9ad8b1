//! The forms of policies and calendars. What is refused comes back with everything that was typed, under
//! the status that says why.
use std::str::FromStr;

use axum::{
    Form, Router,
    extract::{Path, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use kept_app::{
    core::{Actor, App, Error, Tx},
    sla::{
        pages::{self, Sent},
        views::{Returned, Typed},
    },
};

use super::render;

/// A page, and the address below which each of what it shows has its own.
struct Place {
    page: &'static str,
    each: &'static str,
}

const POLICIES: Place = Place { page: "/admin/sla", each: "/admin/sla/policies" };
const CALENDARS: Place = Place { page: "/admin/sla/calendars", each: "/admin/sla/calendars" };

/// The doors of this file. Their pages are Leptos routes of the same addresses.
pub fn routes() -> Router<App> {
    Router::new()
        .route(POLICIES.page, post(send_order))
        .route("/admin/sla/policies/{id}", post(send_policy))
        .route("/admin/sla/calendars/{id}", post(send_calendar))
}

fn actor(parts: &Parts) -> Actor {
    parts.extensions.get::<Actor>().cloned().unwrap_or(Actor::Guest)
}

/// `new`, or the id of what is changed.
fn wanted<T: FromStr>(id: &str) -> Result<Option<T>, Error> {
    if id == "new" { Ok(None) } else { id.parse().map(Some).map_err(|_| Error::NotFound) }
}

/// Where it was published, the page of the result, else the page again with what was typed: with what it
/// would change or with what is wrong.
async fn answer(app: &App, parts: Parts, place: Place, typed: Typed, done: Result<Sent, Error>) -> Response {
    let (status, error) = match done {
        Ok(Sent::Published(id, concerns)) => {
            let is_gone = typed.contains_key("retire");
            let page = if is_gone { place.page.to_owned() } else { format!("{}/{id}", place.each) };
            return Redirect::to(&format!("{page}?published={}", concerns.as_str())).into_response();
        }
        Ok(Sent::Look) => (StatusCode::OK, None),
        Err(error) => (render::status(&error), Some(error)),
    };
    render::again(app, parts, status, Returned { typed, error }).await
}

async fn send_order(State(app): State<App>, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let sent = Tx::act(&app, actor(&parts), async |tx| pages::send_policy(tx, None, &typed).await).await;
    answer(&app, parts, POLICIES, typed, sent).await
}

async fn send_policy(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let sent = Tx::act(&app, actor(&parts), async |tx| pages::send_policy(tx, wanted(&id)?, &typed).await).await;
    answer(&app, parts, POLICIES, typed, sent).await
}

async fn send_calendar(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let sent = Tx::act(&app, actor(&parts), async |tx| pages::send_calendar(tx, wanted(&id)?, &typed).await).await;
    answer(&app, parts, CALENDARS, typed, sent).await
}
