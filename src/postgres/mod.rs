//! The private Postgres: a database server of Kept's own, for when nobody has set `DATABASE_URL`.
//!
//! It is made of the machine's own PostgreSQL programs ([`binaries`]), lies under the data directory
//! ([`place`]), listens on a Unix socket only, and lives as long as the program does ([`process`]):
//! it is restarted when it dies and stopped cleanly at the end. Everything is as durable as Postgres
//! can make it; whatever was killed, the next start recovers.
//!
//! ```no_run
//! let cluster = Cluster::start(Path::new("data")).await?;
//! let pool = PgPool::connect_with(cluster.options()).await?;
//! // … serve …
//! cluster.stop().await;
//! ```

mod account;
mod binaries;
mod place;
mod process;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::{sync::watch, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;

pub use binaries::Binaries;
use place::{Lock, Place};
use process::Postmaster;

/// The superuser, and the database, of a private cluster.
const NAME: &str = "kept";

/// Why there is no database. Each sentence says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "there is no PostgreSQL on this machine: install it (Debian and Ubuntu: apt-get install postgresql, \
         macOS: brew install postgresql@17), or set DATABASE_URL to a server elsewhere"
    )]
    NotInstalled,
    #[error(
        "the data in {db} was written by PostgreSQL {wanted}, which is not on this machine (found: {found}): \
         install version {wanted}, or move the data with that version's pg_dump"
    )]
    WrongVersion { db: PathBuf, wanted: u32, found: String },
    #[error(
        "PostgreSQL refuses to run as root, and there is no user `postgres` that it could run as: \
         create one (useradd --system postgres), or start Kept as an ordinary user"
    )]
    NoAccount,
    #[error(
        "another Kept{holder} is already running on the data in {home}: stop that one first, or give this one \
         data of its own with KEPT_DATA=/some/where"
    )]
    InUse { home: PathBuf, holder: String },
    #[error(
        "the database in {home} cannot be reached by the user that owns it: let that user pass the folders above, \
         or move the data directory to where it can"
    )]
    Unreachable { home: PathBuf },
    #[error("{path} is not private to the user that Postgres runs as: remove it, or look who made it")]
    NotPrivate { path: PathBuf },
    #[error("an earlier Postgres still runs in {db} and does not stop: end its processes ({processes})")]
    StillRunning { db: PathBuf, processes: String },
    #[error("{attempt} failed; the last lines of {log} say:\n{tail}")]
    Failed { attempt: &'static str, log: PathBuf, tail: String },
    #[error("could not {attempt} {path}")]
    File { attempt: &'static str, path: PathBuf, source: io::Error },
    #[error("the private Postgres runs but does not answer")]
    Connect(#[from] sqlx::Error),
}

/// How the private Postgres is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It takes connections.
    Ready,
    /// It died and is being started again.
    Restarting,
    /// It was stopped on purpose.
    Stopped,
}

/// A running private Postgres and the exclusive right to its data.
pub struct Cluster {
    place: Place,
    state: watch::Receiver<State>,
    stop: CancellationToken,
    supervisor: JoinHandle<()>,
    // Held until the server has stopped: the last field to go.
    _lock: Lock,
}

impl Cluster {
    /// Starts the server that belongs to the data directory `data`, making it on first use, and waits
    /// until it takes connections. From then on it is started again whenever it dies.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::InUse`] if another Kept runs on the same data.
    pub async fn start(data: &Path) -> Result<Self, Error> {
        let place = Place::prepare(data)?;
        let lock = place.lock()?;
        let binaries = Binaries::find(place.version()?, &place.db)?;
        process::end_leftovers(&place.db).await?;
        process::create_if_missing(&place, &binaries).await?;
        let postmaster = Postmaster::start(&place, &binaries).await?;
        create_database(&place).await?;

        let (tell, state) = watch::channel(State::Ready);
        let stop = CancellationToken::new();
        let supervisor = tokio::spawn(supervise(place.clone(), binaries, postmaster, tell, stop.clone()));
        Ok(Self { place, state, stop, supervisor, _lock: lock })
    }

    /// How to connect to the database.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        self.place.options(NAME)
    }

    /// How the server is, now and whenever that changes.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Stops the server cleanly: running transactions are rolled back, everything else is on disk.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.supervisor.await {
            tracing::error!(%error, "the supervisor of the private Postgres broke off");
        }
    }
}

/// How to connect to the private Postgres of `data` if a Kept is running on it right now. Commands that work
/// beside a server (`kept demo`, `kept doctor`) use it; `None`: nobody runs, [`Cluster::start`] may.
///
/// # Errors
/// If the data directory cannot be read.
pub fn running(data: &Path) -> Result<Option<PgConnectOptions>, Error> {
    if !data.exists() {
        return Ok(None);
    }
    let place = Place::prepare(data)?;
    Ok(place.answers().then(|| place.options(NAME)))
}

async fn create_database(place: &Place) -> Result<(), Error> {
    let mut db = PgConnection::connect_with(&place.options("postgres")).await?;
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = 'kept')").fetch_one(&mut db).await?;
    if !exists {
        sqlx::query("create database kept").execute(&mut db).await?;
    }
    Ok(db.close().await?)
}

/// Keeps the server running until it is told to stop.
async fn supervise(
    place: Place,
    binaries: Binaries,
    mut postmaster: Postmaster,
    tell: watch::Sender<State>,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => {
                postmaster.stop().await;
                break;
            }
            how = postmaster.ended() => {
                tracing::error!(how, "the private Postgres died; starting it again");
                tell.send_replace(State::Restarting);
                tokio::select! {
                    biased;
                    () = stop.cancelled() => break,
                    again = restart(&place, &binaries) => postmaster = again,
                }
                tracing::info!("the private Postgres is back");
                tell.send_replace(State::Ready);
            }
        }
    }
    tell.send_replace(State::Stopped);
}

/// Tries until it runs again, at first at once, later every ten seconds.
async fn restart(place: &Place, binaries: &Binaries) -> Postmaster {
    let mut pause = Duration::from_millis(100);
    loop {
        let attempt = async {
            process::end_leftovers(&place.db).await?;
            Postmaster::start(place, binaries).await
        };
        match attempt.await {
            Ok(postmaster) => return postmaster,
            Err(error) => {
                tracing::error!(%error, "the private Postgres does not start; trying again");
                sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(10));
            }
        }
    }
}

/// Puts the file and what was tried into an I/O error.
fn at<'a>(attempt: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + 'a {
    move |source| Error::File { attempt, path: path.to_owned(), source }
}
