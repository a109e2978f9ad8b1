//! `kept serve`: puts the parts together, runs them, and stops them in order.
use std::{sync::Arc, time::Duration};

use axum::serve::ListenerExt as _;
use kept_app::{
    core::{
        App,
        app::Config,
        secret::{self, Secret},
    },
    live::hub::Hub,
};
use leptos::config::{LeptosOptions, get_configuration};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder};
use object_store::local::LocalFileSystem;
use sqlx::PgPool;
use tokio::{net::TcpListener, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    channels::mail,
    config::Serve,
    database::{self, Database},
    demo,
    http::{self, health::Health},
    workers::Workers,
};

/// How long requests under way may take to finish once we are to stop.
const FAREWELL: Duration = Duration::from_secs(20);

/// What keeps the server from running, in words for whoever starts it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("There is no database to work on")]
    Database(#[from] database::Error),
    #[error("The database did not answer")]
    Query(#[from] sqlx::Error),
    #[error("The metrics could not be set up")]
    Metrics(#[from] BuildError),
    #[error("{what}")]
    Io { what: String, source: std::io::Error },
    #[error("The file store could not be opened")]
    Files(#[from] object_store::Error),
    #[error("The browser's side is missing or unreadable; build with ./dev up")]
    Site(#[source] leptos::config::errors::LeptosConfigError),
}

impl Error {
    fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        |source| Self::Io { what, source }
    }
}

/// Runs until told to stop (SIGTERM, Ctrl+C), then finishes the requests under way.
pub async fn run(options: Serve) -> Result<(), Box<dyn std::error::Error>> {
    let database = Database::open(&options.data).await?;
    let served = serve(&options, &database).await;
    database.close().await;
    tracing::info!("stopped");
    served
}

async fn serve(options: &Serve, database: &Database) -> Result<(), Box<dyn std::error::Error>> {
    let app = assemble(options, database.pool.clone()).await?;
    if options.demo {
        demo::prepare(&app, options.demo_tickets).await?;
    }
    let carrier = mail::carrier(options.smtp_url.as_deref(), &options.mail_from, &options.data.data)?;
    let health = Health {
        db: database.pool.clone(),
        postgres: database.state(),
        metrics: PrometheusBuilder::new().install_recorder().map_err(Error::Metrics)?,
        metrics_token: options.metrics_token.clone(),
    };
    let listener = TcpListener::bind(options.addr)
        .await
        .map_err(Error::io(format!("Cannot listen on {}; is another server running there?", options.addr)))?
        // A page sent in several writes must not wait for the client's delayed acknowledgement.
        .tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
    let workers = Workers::start(&app, carrier);
    let router = http::observe::observed(http::health::watched(http::router(app.clone()), health))
        .into_make_service_with_connect_info::<std::net::SocketAddr>();
    let stop = CancellationToken::new();
    let (told, hub) = (stop.clone(), app.room::<Hub>());
    tokio::spawn(async move {
        stop_signal().await;
        tracing::info!("stopping");
        // Streams never end by themselves: the server would wait for them for ever.
        hub.close();
        told.cancel();
    });
    announce(options);
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
    let served = tokio::select! {
        served = serving.into_future() => served,
        () = async { stop.cancelled().await; sleep(FAREWELL).await } => {
            tracing::warn!("requests still under way after {} s are broken off", FAREWELL.as_secs());
            Ok(())
        }
    };
    workers.stop().await;
    served.map_err(Error::io("The server stopped"))?;
    Ok(())
}

/// Comes when whoever started this process wants it to end, by Ctrl+C or `kill`.
pub async fn stop_signal() {
    let interrupted = tokio::signal::ctrl_c();
    #[allow(clippy::expect_used)] // start-up: without signals nobody could stop us
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).expect("signals");
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}

/// Tells whoever started us where to go.
fn announce(options: &Serve) {
    let base = options.base_url();
    println!("Kept is ready on {base}");
    if options.demo {
        println!("Sign in on {base}/login as user, agent, admin, manager, ceo or superadmin: one click each.");
    }
}

/// The handle that every request gets.
pub async fn assemble(options: &Serve, db: PgPool) -> Result<App, Error> {
    let files = options.data.data.join("files");
    std::fs::create_dir_all(&files).map_err(Error::io(format!("Cannot create {}", files.display())))?;
    let config = Config {
        base_url: options.base_url(),
        demo: options.demo,
        trusted_proxies: options.trusted_proxies.clone(),
        data_dir: options.data.data.clone(),
    };
    let secret = match &options.secret {
        Some(text) => Secret::from_setting(text),
        None => stored_secret(&db).await?,
    };
    Ok(App::new(db, config, secret, Arc::new(LocalFileSystem::new_with_prefix(files)?), site(options)?))
}

/// The handle for commands that serve nobody: no pages, the files of `data`.
pub async fn assemble_offline(data: &std::path::Path, db: PgPool) -> Result<App, Error> {
    let files = data.join("files");
    std::fs::create_dir_all(&files).map_err(Error::io(format!("Cannot create {}", files.display())))?;
    let config = Config { base_url: String::new(), demo: true, trusted_proxies: Vec::new(), data_dir: data.to_owned() };
    let secret = stored_secret(&db).await?;
    let pages = LeptosOptions::builder().output_name("kept").build();
    Ok(App::new(db, config, secret, Arc::new(LocalFileSystem::new_with_prefix(files)?), pages))
}

fn site(options: &Serve) -> Result<LeptosOptions, Error> {
    let mut site = get_configuration(None).map_err(Error::Site)?.leptos_options;
    // A build names its files anew, so that browsers may keep them for good; the names stand beside the program.
    let beside = std::env::current_exe().map_err(Error::io("Cannot find where this program is"))?;
    site.hash_files = beside.with_file_name(&*site.hash_file).exists();
    site.site_root = options.site_root.to_string_lossy().into();
    site.site_addr = options.addr;
    Ok(site)
}

/// The signing key of this installation, made at its first start; whoever is first decides for all servers.
async fn stored_secret(db: &PgPool) -> Result<Secret, sqlx::Error> {
    let fresh = serde_json::json!(secret::random_token());
    sqlx::query!(
        "insert into settings (key, value, updated_at) values ('signing_key', $1, now()) on conflict (key) do nothing",
        fresh
    )
    .execute(db)
    .await?;
    let value = sqlx::query_scalar!("select value from settings where key = 'signing_key'").fetch_one(db).await?;
    Ok(Secret::from_setting(value.as_str().unwrap_or_default()))
}
