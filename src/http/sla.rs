//! The forms of policies and calendars. What is refused comes back with everything that was typed, under
//! the status that says why.
use axum::{
    Form, Router,
    extract::{Path, State},
    http::request::Parts,
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use kept_app::{
    core::{Actor, App, Error, Tx},
    sla::{
        pages, publish,
        views::{Refused, Typed},
    },
};

use super::render;

/// The doors of this file. Their pages are Leptos routes of the same addresses.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/sla/policies/{id}", post(save_policy))
        .route("/admin/sla/policies/{id}/move", post(move_policy))
        .route("/admin/sla/policies/{id}/retire", post(retire_policy))
        .route("/admin/sla/calendars/{id}", post(save_calendar))
        .route("/admin/sla/calendars/{id}/retire", post(retire_calendar))
}

fn actor(parts: &Parts) -> Actor {
    parts.extensions.get::<Actor>().cloned().unwrap_or(Actor::Guest)
}

/// `new`, or the id of what is changed.
fn wanted<T: std::str::FromStr>(id: &str) -> Result<Option<T>, Error> {
    if id == "new" { Ok(None) } else { id.parse().map(Some).map_err(|_| Error::NotFound) }
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
            render::again(app, parts, status, Refused { typed, error: Some(error) }).await
        }
    }
}

async fn save_policy(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let save = async {
        let mut tx = Tx::begin(&app, actor(&parts)).await?;
        let saved = pages::save_policy(&mut tx, wanted(&id)?, &typed).await?;
        tx.commit().await?;
        Ok(format!("/admin/sla/policies/{saved}"))
    };
    let done = save.await;
    answer(&app, parts, &format!("/admin/sla/policies/{id}"), typed, done).await
}

async fn save_calendar(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let save = async {
        let mut tx = Tx::begin(&app, actor(&parts)).await?;
        let saved = pages::save_calendar(&mut tx, wanted(&id)?, &typed).await?;
        tx.commit().await?;
        Ok(format!("/admin/sla/calendars/{saved}"))
    };
    let done = save.await;
    answer(&app, parts, &format!("/admin/sla/calendars/{id}"), typed, done).await
}

async fn move_policy(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let act = async {
        let id = wanted(&id)?.ok_or(Error::NotFound)?;
        let up = typed.get("to").is_some_and(|to| to == "up");
        let mut tx = Tx::begin(&app, actor(&parts)).await?;
        publish::move_policy(&mut tx, id, up, pages::pressed(&typed)?).await?;
        tx.commit().await?;
        Ok(format!("/admin/sla/policies/{id}"))
    };
    pressed(&app, &parts, &format!("/admin/sla/policies/{id}"), act.await).await
}

async fn retire_policy(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let act = async {
        let id = wanted(&id)?.ok_or(Error::NotFound)?;
        let mut tx = Tx::begin(&app, actor(&parts)).await?;
        publish::retire_policy(&mut tx, id, pages::pressed(&typed)?).await?;
        tx.commit().await?;
        Ok("/admin/sla".to_owned())
    };
    pressed(&app, &parts, &format!("/admin/sla/policies/{id}"), act.await).await
}

async fn retire_calendar(
    State(app): State<App>,
    Path(id): Path<String>,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let act = async {
        let id = wanted(&id)?.ok_or(Error::NotFound)?;
        let mut tx = Tx::begin(&app, actor(&parts)).await?;
        publish::retire_calendar(&mut tx, id, pages::pressed(&typed)?).await?;
        tx.commit().await?;
        Ok("/admin/sla/calendars".to_owned())
    };
    pressed(&app, &parts, &format!("/admin/sla/calendars/{id}"), act.await).await
}

/// A button that holds nothing typed: where it is refused, the page of the thing says why.
async fn pressed(app: &App, parts: &Parts, page: &str, done: Result<String, Error>) -> Response {
    answer(app, parts.clone(), page, Typed::new(), done).await
}
