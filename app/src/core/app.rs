//! The running server, as the rooms see it: one cheap handle that is passed to every request.
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    ops::Deref,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{DateTime, SubsecRound as _, Utc};
use leptos::config::LeptosOptions;
use object_store::ObjectStore;
use sqlx::PgPool;

use super::secret::Secret;

/// What the person who runs the server decided before it started.
#[derive(Clone, Debug)]
pub struct Config {
    /// How people reach us, without a slash at the end. Every link is made from it, never from a request.
    pub base_url: String,
    /// Demo mode: one-click logins, and pages under /dev.
    pub demo: bool,
    /// Addresses of proxies whose `X-Forwarded-For` we believe.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Where mails and files go that have no server of their own.
    pub data_dir: std::path::PathBuf,
}

impl Config {
    /// Cookies are `Secure` exactly where the base URL is https.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// A link into our own pages. `path` starts with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

/// Handle on everything a use case may need. Cloning it is cheap.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub db: PgPool,
    pub config: Config,
    pub secret: Secret,
    /// Attachments, by id.
    pub files: Arc<dyn ObjectStore>,
    pub leptos: LeptosOptions,
    rooms: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl App {
    pub fn new(db: PgPool, config: Config, secret: Secret, files: Arc<dyn ObjectStore>, leptos: LeptosOptions) -> Self {
        Self(Arc::new(Inner { db, config, secret, files, leptos, rooms: RwLock::default() }))
    }

    /// The time of an act that starts now, to the microsecond that Postgres keeps.
    #[allow(clippy::disallowed_methods)] // the one place that asks the clock
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    /// State that a room keeps in memory for this server (a cache, a limiter), made when first asked for.
    /// Each room has its own type, so none can reach another's.
    pub fn room<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let key = TypeId::of::<T>();
        let found = self.rooms.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let any = found.unwrap_or_else(|| {
            let mut rooms = self.rooms.write().unwrap_or_else(PoisonError::into_inner);
            rooms.entry(key).or_insert_with(|| Arc::new(T::default())).clone()
        });
        // The key is the type's own id, so this always succeeds; a fresh value would still be right.
        any.downcast().unwrap_or_default()
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

impl axum::extract::FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}
