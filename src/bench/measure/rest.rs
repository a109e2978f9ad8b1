//! A page of tickets as JSON: what the product answers a program, beside the least that could answer it. Both run the
//! same SQL with as many connections to the same database; what differs is all that the product does around it:
//! sessions, headers, metrics, the layers of a server function.
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use kept_app::{
    core::{Actor, App, Role, Tx},
    desk::service::{PAGE, listing},
    tickets::query::{ListQuery, View},
};
use sqlx::postgres::PgPoolOptions;
use tokio::{net::TcpListener, sync::oneshot};

use super::{Bench, pages::list_as_data};
use crate::{
    bench::{
        Outcome,
        client::{Ask, Client},
        desk,
        load::load,
        table::{Line, Unit},
    },
    serve,
};

pub async fn list(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let query = ListQuery::of(View::Open);
    let actor = Actor::Person(desk::agent(&bench.desk.app).await?);
    let bare = Bare::start(bench.desk.url.clone(), bench.desk.data.clone(), actor, query.clone()).await?;
    let agent = Client::open(bench.first.address).await?.sign_in(Role::Agent).await?;
    let ours = list_as_data(&query)?.of(&agent);
    let (many, seconds) = (bench.options.connections(), bench.options.seconds() / 2);
    // In turns, so that a machine that grows slow meanwhile is slow for both.
    let (mut product, mut least) = (0.0, 0.0);
    for _ in 0..2 {
        least += load(bare.address, many, seconds, |_| Ask::get("/")).await?.rate() / 2.0;
        let ask = ours.clone();
        product += load(bench.first.address, many, seconds, move |_| ask.clone()).await?.rate() / 2.0;
    }
    Ok(vec![
        Line::new(format!("list of {PAGE} as data, {many} at once"), product, Unit::PerSecond),
        Line::new("  bare handler, same SQL", least, Unit::PerSecond),
        Line::new("  against the bare handler", product / least, Unit::Times).at_least(0.6),
    ])
}

/// The least that answers, with threads of its own as a server has them.
struct Bare {
    address: SocketAddr,
    // It ends when this is dropped.
    _stop: oneshot::Sender<()>,
}

impl Bare {
    async fn start(url: String, data: PathBuf, actor: Actor, query: ListQuery) -> Outcome<Self> {
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        std::thread::spawn(move || {
            let runtime = match tokio::runtime::Runtime::new() {
                Ok(runtime) => runtime,
                Err(cause) => return drop(tell.send(Err(cause.into()))),
            };
            runtime.block_on(async {
                let (listener, router) = match Self::prepare(&url, &data, actor, query).await {
                    Ok(prepared) => prepared,
                    Err(cause) => return drop(tell.send(Err(cause))),
                };
                let _ = tell.send(listener.local_addr().map_err(Into::into));
                tokio::select! {
                    // Whoever asks it finds out when it ends too early.
                    _ = axum::serve(listener, router).into_future() => {}
                    _ = stopped => {}
                }
            });
        });
        let address = told.await??;
        Ok(Self { address, _stop: stop })
    }

    async fn prepare(url: &str, data: &Path, actor: Actor, query: ListQuery) -> Outcome<(TcpListener, Router)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let pool = PgPoolOptions::new().max_connections(20).connect(url).await?;
        let app = serve::assemble_offline(data, pool).await?;
        Ok((listener, Router::new().route("/", get(rows)).with_state(Arc::new((app, actor, query)))))
    }
}

async fn rows(State(state): State<Arc<(App, Actor, ListQuery)>>) -> axum::response::Response {
    let (app, actor, query) = &*state;
    let page = async { listing(&mut Tx::read(app, actor.clone()).await?, query, PAGE).await };
    match page.await {
        Ok(page) => Json(page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
