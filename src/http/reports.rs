//! Reports as files.
use std::collections::BTreeMap;

use axum::{
    Extension, Router,
    extract::{Query, State},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
    routing::get,
};
use kept_app::{
    core::{Actor, App, Error, Tx},
    reports::attainment::{self, query::SlaQuery},
};

use super::render;

/// The doors of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/reports/sla.csv", get(promises_kept))
}

/// What the page of the same name shows, for spreadsheets.
async fn promises_kept(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Query(params): Query<BTreeMap<String, String>>,
) -> Response {
    let query = SlaQuery::read(|name| params.get(name).cloned());
    file(&app, actor, &query).await.unwrap_or_else(|error| (render::status(&error), error.to_string()).into_response())
}

async fn file(app: &App, actor: Actor, query: &SlaQuery) -> Result<Response, Error> {
    let report = attainment::report(&mut Tx::read(app, actor).await?, query).await?;
    let name = format!("promises-kept-{}-to-{}.csv", report.from, report.to);
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, attainment::csv(&report)).into_response())
}
