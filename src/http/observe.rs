//! Every request gets an id, a line in the log and its place in the metrics.
use std::time::Instant;

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::{self, Next},
    response::Response,
};
use kept_app::{
    core::{App, request::RequestId},
    reports::traffic::Traffic,
};
use tracing::Instrument as _;

use crate::telemetry;

const ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts all that round `router`. The id is ours alone: one that comes with a request is not looked at, so nobody
/// writes into the log by it.
pub fn observed(router: Router) -> Router {
    router.layer(middleware::from_fn(observe))
}

async fn observe(mut request: Request, next: Next) -> Response {
    let id = RequestId::fresh();
    request.extensions_mut().insert(id);
    let span = telemetry::request_span(&request);
    // By route, not by path: a path can hold a token, and there are as many paths as tickets.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().as_str().to_owned();
    let begun = Instant::now();
    let mut response = id.serve(next.run(request)).instrument(span.clone()).await;
    let took = begun.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, ms = took.as_millis(), "answered"));
    let labels = [("method", method), ("route", route), ("status", status.to_string())];
    metrics::counter!("kept_http_requests_total", &labels).increment(1);
    metrics::histogram!("kept_http_request_seconds", &labels[..2]).record(took);
    // Hexadecimal digits and hyphens: always a header's text.
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(ID, id);
    }
    response
}

/// Counts the request for the superadmin's page, which shows the last hour of this server.
pub async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let response = next.run(request).await;
    app.room::<Traffic>().note(app.now(), response.status().as_u16(), begun.elapsed().as_secs_f64());
    response
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use axum_test::TestServer;

    use super::*;

    #[tokio::test]
    async fn every_answer_names_its_request_and_an_id_from_outside_is_not_taken_over() {
        let server = TestServer::new(observed(Router::new().route("/", get(|| async {}))));
        let ours = server.get("/").add_header(ID, "forged").await;
        let id = ours.header(ID).to_str().unwrap().to_owned();
        assert!(uuid::Uuid::parse_str(&id).is_ok(), "{id}");
        assert_ne!(server.get("/missing").await.header(ID), id);
    }
}
