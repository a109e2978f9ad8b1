//! Settings that must be known before the server runs. Each is a flag and an environment variable.
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use clap::Args;

/// Where the data is. Shared by every command that needs the database.
#[derive(Args, Clone, Debug)]
pub struct Data {
    /// Postgres to use; without it a private one runs under the data directory.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Directory for files, mails without a mail server, and the private Postgres.
    #[arg(long, env = "KEPT_DATA", default_value = "data")]
    pub data: PathBuf,
}

/// `kept serve`
#[derive(Args, Clone, Debug)]
pub struct Serve {
    #[command(flatten)]
    pub data: Data,
    /// Address to listen on.
    #[arg(long, env = "KEPT_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// How people reach the server; links and cookies are made from it. Default: http:// and the address.
    #[arg(long, env = "KEPT_BASE_URL")]
    pub base_url: Option<String>,
    /// One-click logins and pages under /dev. Never for a desk with real customers.
    #[arg(long, env = "KEPT_DEMO")]
    pub demo: bool,
    /// How much history the demo begins with on an empty database.
    #[arg(long, env = "KEPT_DEMO_TICKETS", default_value_t = 2_000)]
    pub demo_tickets: usize,
    /// Reverse proxies whose X-Forwarded-For is believed, separated by commas.
    #[arg(long, env = "KEPT_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,
    /// Key that signs links; without it one is made and kept in the database.
    #[arg(long, env = "KEPT_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
    /// SMTP server, as `smtp://user:password@host:587`; without it mails go to the data directory.
    #[arg(long, env = "KEPT_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Token for reading /metrics, as `Authorization: Bearer …`; without it they are shut.
    #[arg(long, env = "KEPT_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// The sender of our mails.
    #[arg(long, env = "KEPT_MAIL_FROM", default_value = "Kept <desk@localhost>")]
    pub mail_from: String,
    /// Directory of the browser's side: scripts, style, pictures.
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site", hide = true)]
    pub site_root: PathBuf,
}

impl Serve {
    /// The base URL without a slash at the end.
    pub fn base_url(&self) -> String {
        self.base_url
            .as_deref()
            .map_or_else(|| format!("http://{}", self.addr), |url| url.trim_end_matches('/').to_owned())
    }
}
