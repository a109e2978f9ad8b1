//! The forms of policies and calendars. What is refused comes back with everything that was typed, under
//! the status that says why.
use std::str::FromStr;

use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Path, Request, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use kept_app::{
    core::{Actor, App, Error, Tx},
    sla::{
        calendar::ical,
        submit::{self, Sent},
        views::{Returned, Typed},
    },
};

use super::{form, render};

/// A page, and the address below which each of what it shows has its own.
struct Place {
    page: &'static str,
    each: &'static str,
}

const POLICIES: Place = Place { page: "/admin/sla", each: "/admin/sla/policies" };
const CALENDARS: Place = Place { page: "/admin/sla/calendars", each: "/admin/sla/calendars" };
/// The field with a calendar file.
const FILE: &str = "ics";

/// The most bytes of a form with a calendar file: far more than such a file may have, so that whoever chose one that is
/// too large is told so on the form as they filled it in.
const MAX_IMPORT: usize = 16 * 1024 * 1024;

/// The doors of this file. Their pages are Leptos routes of the same addresses.
pub fn routes() -> Router<App> {
    Router::new()
        .route(POLICIES.page, post(send_order))
        .route("/admin/sla/policies/{id}", post(send_policy))
        .route("/admin/sla/calendars/{id}", post(send_calendar))
        .route("/admin/sla/calendars/{id}/probe", post(probe_calendar))
        .route("/admin/sla/calendars/{id}/import", post(import_holidays).layer(DefaultBodyLimit::max(MAX_IMPORT)))
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
    let returned = match done {
        Ok(Sent::Published(id, concerns)) => {
            let is_gone = typed.contains_key("retire");
            let page = if is_gone { place.page.to_owned() } else { format!("{}/{id}", place.each) };
            return Redirect::to(&format!("{page}?published={}", concerns.as_str())).into_response();
        }
        Ok(Sent::Look) => Returned { typed, look: true, ..Returned::default() },
        Err(error) => Returned { typed, error: Some(error), ..Returned::default() },
    };
    back(app, parts, returned).await
}

/// The page of a form that comes back.
async fn back(app: &App, parts: Parts, returned: Returned) -> Response {
    let status = returned.error.as_ref().map_or(StatusCode::OK, render::status);
    render::again(app, parts, status, returned).await
}

async fn send_order(State(app): State<App>, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let sent = Tx::act(&app, actor(&parts), async |tx| submit::send_policy(tx, None, &typed).await).await;
    answer(&app, parts, POLICIES, typed, sent).await
}

async fn send_policy(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let sent = Tx::act(&app, actor(&parts), async |tx| submit::send_policy(tx, wanted(&id)?, &typed).await).await;
    answer(&app, parts, POLICIES, typed, sent).await
}

async fn send_calendar(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let sent = Tx::act(&app, actor(&parts), async |tx| submit::send_calendar(tx, wanted(&id)?, &typed).await).await;
    answer(&app, parts, CALENDARS, typed, sent).await
}

/// Shows what the hours that were typed mean. The form comes back at a route of its own below its page.
async fn probe_calendar(State(app): State<App>, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let probed = look(&app, &parts, async |tx| submit::probe_calendar(tx, &typed)).await;
    back(&app, parts, Returned { typed, error: probed.err(), ..Returned::default() }).await
}

/// Adds the holidays of a calendar file to what was typed.
async fn import_holidays(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let Ok(multipart) = Multipart::from_request(request, &app).await else {
        return back(&app, parts, Returned { error: Some(Error::garbled()), ..Returned::default() }).await;
    };
    let (mut typed, file) = form::with_file(multipart, FILE, ical::MAX_BYTES).await;
    let imported = match file {
        Ok(file) => look(&app, &parts, async |tx| submit::import_holidays(tx, &mut typed, file).await).await,
        Err(error) => Err(error),
    };
    let (notes, error) = imported.map_or_else(|error| (Vec::new(), Some(error)), |notes| (notes, None));
    back(&app, parts, Returned { typed, error, notes, look: false }).await
}

/// Does `work` as whoever asks, in a look that writes nothing.
async fn look<T>(app: &App, parts: &Parts, work: impl AsyncFnOnce(&Tx) -> Result<T, Error>) -> Result<T, Error> {
    work(&Tx::read(app, actor(parts)).await?).await
}

#[cfg(test)]
mod tests;
