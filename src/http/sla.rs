//! The forms of policies and calendars. What is refused comes back with everything that was typed, under
//! the status that says why.
use std::{fmt::Display, str::FromStr};

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
        pages, publish,
        views::{Refused, Typed},
    },
};

use super::{form, render};

/// Below these is a page for each.
const POLICIES: &str = "/admin/sla/policies";
const CALENDARS: &str = "/admin/sla/calendars";
/// The field with a calendar file.
const FILE: &str = "ics";

/// The most bytes of a form with a calendar file: far more than such a file may have, so that whoever chose one that is
/// too large is told so on the form as they filled it in.
const MAX_IMPORT: usize = 16 * 1024 * 1024;

/// The doors of this file. Their pages are Leptos routes of the same addresses.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/sla/policies/{id}", post(save_policy))
        .route("/admin/sla/policies/{id}/move", post(move_policy))
        .route("/admin/sla/policies/{id}/retire", post(retire_policy))
        .route("/admin/sla/calendars/{id}", post(save_calendar))
        .route("/admin/sla/calendars/{id}/probe", post(probe_calendar))
        .route("/admin/sla/calendars/{id}/import", post(import_holidays).layer(DefaultBodyLimit::max(MAX_IMPORT)))
        .route("/admin/sla/calendars/{id}/retire", post(retire_calendar))
}

fn actor(parts: &Parts) -> Actor {
    parts.extensions.get::<Actor>().cloned().unwrap_or(Actor::Guest)
}

/// The id of what is changed.
fn known<T: FromStr>(id: &str) -> Result<T, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// `new`, or the id of what is changed.
fn wanted<T: FromStr>(id: &str) -> Result<Option<T>, Error> {
    if id == "new" { Ok(None) } else { known(id).map(Some) }
}

/// Where it went well the page of the result, else `page` again with what was typed.
async fn answer(app: &App, mut parts: Parts, page: &str, typed: Typed, done: Result<String, Error>) -> Response {
    match done {
        Ok(place) => Redirect::to(&place).into_response(),
        Err(error) => {
            if let Ok(uri) = page.parse() {
                parts.uri = uri;
            }
            let status = render::status(&error);
            render::again(app, parts, status, Refused { typed, error: Some(error), ..Refused::default() }).await
        }
    }
}

/// Does `work` as whoever asks, in one act.
async fn act<T>(app: &App, parts: &Parts, work: impl AsyncFnOnce(&mut Tx) -> Result<T, Error>) -> Result<T, Error> {
    Tx::act(app, actor(parts), work).await
}

async fn save_policy(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let saved = act(&app, &parts, async |tx| pages::save_policy(tx, wanted(&id)?, &typed).await).await;
    saved_at(&app, parts, POLICIES, &id, typed, saved).await
}

async fn save_calendar(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let saved = act(&app, &parts, async |tx| pages::save_calendar(tx, wanted(&id)?, &typed).await).await;
    saved_at(&app, parts, CALENDARS, &id, typed, saved).await
}

/// Shows what the hours that were typed mean.
async fn probe_calendar(State(app): State<App>, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let probed = look(&app, &parts, async |tx| pages::probe_calendar(tx, &typed)).await;
    back(&app, parts, typed, probed.map(|_| Vec::new())).await
}

/// Adds the holidays of a calendar file to what was typed.
async fn import_holidays(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let Ok(multipart) = Multipart::from_request(request, &app).await else {
        return back(&app, parts, Typed::new(), Err(Error::garbled())).await;
    };
    let (mut typed, file) = form::with_file(multipart, FILE, ical::MAX_BYTES).await;
    let imported = match file {
        Ok(file) => look(&app, &parts, async |tx| pages::import_holidays(tx, &mut typed, file).await).await,
        Err(error) => Err(error),
    };
    back(&app, parts, typed, imported).await
}

/// Does `work` as whoever asks, in a look that writes nothing.
async fn look<T>(app: &App, parts: &Parts, work: impl AsyncFnOnce(&Tx) -> Result<T, Error>) -> Result<T, Error> {
    work(&Tx::read(app, actor(parts)).await?).await
}

/// The page of the form with what was typed, and either what there is to know of it or what is wrong. It has a route of
/// its own below the page, where the browser finds it again.
async fn back(app: &App, parts: Parts, typed: Typed, done: Result<Vec<String>, Error>) -> Response {
    let status = done.as_ref().err().map_or(StatusCode::OK, render::status);
    let (notes, error) = done.map_or_else(|error| (Vec::new(), Some(error)), |notes| (notes, None));
    render::again(app, parts, status, Refused { typed, error, notes }).await
}

/// After saving what was typed on the page of `id` below `place`.
async fn saved_at(
    app: &App,
    parts: Parts,
    place: &str,
    id: &str,
    typed: Typed,
    saved: Result<impl Display, Error>,
) -> Response {
    let done = saved.map(|saved| format!("{place}/{saved}"));
    answer(app, parts, &format!("{place}/{id}"), typed, done).await
}

async fn move_policy(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let up = typed.get("to").is_some_and(|to| to == "up");
    let moved = act(&app, &parts, async |tx| publish::move_policy(tx, known(&id)?, up, pages::pressed(&typed)?).await);
    let page = format!("{POLICIES}/{id}");
    let done = moved.await.map(|()| page.clone());
    answer(&app, parts, &page, Typed::new(), done).await
}

async fn retire_policy(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let retired = act(&app, &parts, async |tx| publish::retire_policy(tx, known(&id)?, pages::pressed(&typed)?).await);
    let done = retired.await.map(|()| "/admin/sla".to_owned());
    answer(&app, parts, &format!("{POLICIES}/{id}"), Typed::new(), done).await
}

async fn retire_calendar(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let retired =
        act(&app, &parts, async |tx| publish::retire_calendar(tx, known(&id)?, pages::pressed(&typed)?).await);
    let done = retired.await.map(|()| CALENDARS.to_owned());
    answer(&app, parts, &format!("{CALENDARS}/{id}"), Typed::new(), done).await
}

#[cfg(test)]
mod tests;
