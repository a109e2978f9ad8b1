//! For whoever runs the server: is it alive, is it ready, how is it doing.
use std::time::Duration;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use subtle::ConstantTimeEq as _;
use tokio::{sync::watch, time::timeout};

use crate::postgres;

/// What these pages look at.
#[derive(Clone)]
pub struct Health {
    pub db: PgPool,
    /// The private Postgres, where there is one.
    pub postgres: Option<watch::Receiver<postgres::State>>,
    pub metrics: PrometheusHandle,
    /// Who shows this token may read the metrics. `None`: nobody.
    pub metrics_token: Option<String>,
}

impl Health {
    fn restarts(&self) -> bool {
        self.postgres.as_ref().is_some_and(|state| *state.borrow() != postgres::State::Ready)
    }
}

/// `router`, with the pages of this module beside it, and closed while the private Postgres is away.
pub fn watched(router: Router, health: Health) -> Router {
    let watched = router.layer(middleware::from_fn_with_state(health.clone(), only_while_ready));
    let pages = Router::new()
        // The process runs and takes requests.
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health);
    watched.merge(pages)
}

/// Whether requests can be served: what a load balancer asks.
async fn ready(State(health): State<Health>) -> Response {
    let answer = timeout(Duration::from_secs(2), sqlx::query("select 1").execute(&health.db));
    match answer.await {
        Ok(Ok(_)) => "ready\n".into_response(),
        Ok(Err(cause)) => {
            tracing::warn!(%cause, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer in time\n").into_response(),
    }
}

/// Everything measured, for Prometheus. Shut unless a token is set: figures tell outsiders what is going on.
async fn metrics(State(health): State<Health>, headers: HeaderMap) -> Response {
    let Some(token) = &health.metrics_token else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
        .unwrap_or_default();
    if !bool::from(shown.ct_eq(token.as_bytes())) {
        let challenge = [(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))];
        return (StatusCode::UNAUTHORIZED, challenge).into_response();
    }
    metrics::gauge!("kept_db_connections").set(f64::from(health.db.size()));
    let idle = u32::try_from(health.db.num_idle()).unwrap_or(u32::MAX);
    metrics::gauge!("kept_db_connections_idle").set(f64::from(idle));
    if let Some(bytes) = resident_memory() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
    health.metrics.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], health.metrics.render()).into_response()
}

/// Bytes of memory in use. Known on Linux only.
fn resident_memory() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u32 = line.split_whitespace().next()?.parse().ok()?;
    Some(f64::from(kib) * 1024.0)
}

/// Answers 503 at once while the private Postgres is being started again; it takes a second or two.
async fn only_while_ready(State(health): State<Health>, request: Request, next: Next) -> Response {
    if !health.restarts() {
        return next.run(request).await;
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::RETRY_AFTER, HeaderValue::from_static("2")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, AWAY).into_response()
}

/// Says so without style or script, since nothing else can be served now.
const AWAY: &str = "<!doctype html>
<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">
<meta http-equiv=\"refresh\" content=\"3\"><title>One moment – Kept</title></head>
<body><h1>One moment, please</h1><p>The database is starting again. Nothing is lost; this page tries anew by itself.</p>
</body></html>
";

#[cfg(test)]
mod tests {
    use axum_test::TestServer;
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    fn server(db: PgPool, state: postgres::State, token: Option<&str>) -> TestServer {
        let (_, postgres) = watch::channel(state);
        let metrics = PrometheusBuilder::new().build_recorder().handle();
        let health = Health { db, postgres: Some(postgres), metrics, metrics_token: token.map(str::to_owned) };
        let router = Router::new().route("/page", get(|| async { "page" }));
        TestServer::new(watched(router, health))
    }

    #[sqlx::test(migrations = false)]
    async fn a_working_server_is_alive_and_ready(db: PgPool) {
        let server = server(db, postgres::State::Ready, None);
        server.get("/healthz").await.assert_status_ok();
        server.get("/readyz").await.assert_status_ok();
        server.get("/page").await.assert_text("page");
    }

    #[sqlx::test(migrations = false)]
    async fn without_a_database_it_is_alive_but_not_ready(db: PgPool) {
        db.close().await;
        let server = server(db, postgres::State::Ready, None);
        server.get("/healthz").await.assert_status_ok();
        server.get("/readyz").await.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    }

    #[sqlx::test(migrations = false)]
    async fn while_the_private_postgres_restarts_every_page_says_so_and_when_to_come_back(db: PgPool) {
        let server = server(db, postgres::State::Restarting, None);
        let answer = server.get("/page").await;
        answer.assert_status(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), "2");
        assert!(answer.text().contains("Nothing is lost"));
        server.get("/healthz").await.assert_status_ok();
    }

    #[sqlx::test(migrations = false)]
    async fn threat_40_metrics_are_shut_without_their_token(db: PgPool) {
        server(db.clone(), postgres::State::Ready, None).get("/metrics").await.assert_status_not_found();
        let server = server(db, postgres::State::Ready, Some("secret"));
        server.get("/metrics").await.assert_status_unauthorized();
        server.get("/metrics").authorization_bearer("secre").await.assert_status_unauthorized();
        server.get("/metrics").authorization_bearer("").await.assert_status_unauthorized();
        server.get("/metrics").authorization_bearer("secret").await.assert_status_ok();
    }
}
