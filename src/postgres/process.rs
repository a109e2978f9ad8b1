//! The Postgres process: made, started, awaited, ended.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use super::{Binaries, Error, NAME, at, place::Place, place::private_folder};

/// How often a state is looked at while it is waited for.
const GLANCE: Duration = Duration::from_millis(20);
/// How long a server may take to roll back and write everything out when told to stop.
const PATIENCE: Duration = Duration::from_mins(1);
/// A log longer than this is begun anew at the next start; one old log is kept.
const LONG_LOG: u64 = 10_000_000;

/// What differs from Postgres's own defaults; all that concerns durability stays as it is.
const SETTINGS: &[&str] = &[
    // Only the socket, and only for its owner.
    "listen_addresses=",
    "unix_socket_permissions=0700",
    // Enough for a server and the commands beside it.
    "max_connections=100",
    "shared_buffers=256MB",
    "work_mem=8MB",
    "maintenance_work_mem=64MB",
    // Data lies on an SSD and is mostly cached.
    "random_page_cost=1.1",
    // Compiling a query takes longer than any of ours runs.
    "jit=off",
    "wal_compression=on",
    "max_wal_size=2GB",
    // Where several people write at once, their commits wait a millisecond for each other and go to the disk together.
    "commit_delay=1000",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=warning",
    // The program tells its user about failed statements, in better words.
    "log_min_error_statement=panic",
];

/// Runs `initdb` unless there is a cluster. Killed half-way, it leaves nothing that looks like one.
pub(super) async fn create_if_missing(place: &Place, binaries: &Binaries) -> Result<(), Error> {
    if place.db.exists() {
        return Ok(());
    }
    tracing::info!(home = %place.home.display(), "making a private Postgres");
    let unfinished = place.home.join("db.unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(at("remove", &unfinished))?;
    }
    private_folder(&unfinished, place.account)?;
    let locale = if cfg!(target_os = "linux") { "C.UTF-8" } else { "en_US.UTF-8" };
    let done = command(place, binaries, "initdb")?
        .arg("-D")
        .arg(&unfinished)
        .args(["-U", NAME, "--encoding", "UTF8", "--locale", locale])
        // The socket's folder is private: whoever can open it owns the data anyway.
        .args(["--auth-local", "trust", "--auth-host", "reject"])
        .status()
        .await
        .map_err(at("run", &binaries.program("initdb")))?;
    if !done.success() {
        return Err(failed("making the private Postgres (initdb)", place));
    }
    fs::rename(&unfinished, &place.db).map_err(at("rename", &unfinished))?;
    File::open(&place.home).and_then(|home| home.sync_all()).map_err(at("write", &place.home))
}

/// A running server process and its children.
pub(super) struct Postmaster {
    child: Child,
}

impl Postmaster {
    /// Starts the server and waits until it takes connections, however long recovery takes.
    pub(super) async fn start(place: &Place, binaries: &Binaries) -> Result<Self, Error> {
        let mut postgres = command(place, binaries, "postgres")?;
        postgres.arg("-D").arg(&place.db).arg("-k").arg(&place.socket);
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        let child = postgres.spawn().map_err(at("run", &binaries.program("postgres")))?;
        let mut postmaster = Self { child };
        let begun = Instant::now();
        let mut told = 0;
        while !postmaster.is_ready(&place.db) {
            match postmaster.child.try_wait() {
                Ok(None) => sleep(GLANCE).await,
                _ => return Err(failed("starting the private Postgres", place)),
            }
            let tens = begun.elapsed().as_secs() / 10;
            if tens > told {
                told = tens;
                tracing::info!("the private Postgres is still recovering, {} s so far", tens * 10);
            }
        }
        Ok(postmaster)
    }

    /// Postgres writes its state into the eighth line of this file, under its process id.
    fn is_ready(&self, db: &Path) -> bool {
        let text = fs::read_to_string(db.join("postmaster.pid")).unwrap_or_default();
        let mut lines = text.lines();
        let ours = lines.next().and_then(|pid| pid.parse().ok()) == self.child.id();
        ours && lines.nth(6).is_some_and(|state| state.trim() == "ready")
    }

    /// Waits until the process ends, and says how it did.
    pub(super) async fn ended(&mut self) -> String {
        match self.child.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }

    /// Ends it: politely, then less so.
    pub(super) async fn stop(mut self) {
        let Some(pid) = self.child.id().and_then(pid) else {
            return;
        };
        // Postgres's words for it: fast, immediate.
        for (signal, patience) in [(Signal::INT, PATIENCE), (Signal::QUIT, Duration::from_secs(10))] {
            if let Err(error) = kill_process(pid, signal) {
                tracing::warn!(%error, "could not tell the private Postgres to stop");
            }
            if timeout(patience, self.child.wait()).await.is_ok() {
                return;
            }
            tracing::warn!("the private Postgres takes longer than {} s to stop", patience.as_secs());
        }
    }
}

/// Ends what an earlier run left behind in `db`: a whole server, if only Kept was killed; orphaned workers, if
/// Postgres was. Whoever calls this holds the lock, so none of it is anybody else's.
pub(super) async fn end_leftovers(db: &Path) -> Result<(), Error> {
    let begun = Instant::now();
    let mut asked = 0;
    loop {
        let running = processes_in(db);
        if running.is_empty() {
            break;
        }
        // Fast shutdown by its main process first; workers without one notice within moments, by themselves.
        let waited = begun.elapsed();
        let main = main_process(db).filter(|pid| running.contains(pid));
        if asked == 0 {
            asked = 1;
            if let Some(main) = main {
                tracing::info!("stopping the Postgres that an earlier run left behind");
                let _ = kill_process(main, Signal::INT);
            }
        } else if asked == 1 && waited > PATIENCE / 2 {
            asked = 2;
            for pid in &running {
                let _ = kill_process(*pid, Signal::QUIT);
            }
        } else if waited > PATIENCE {
            let ids: Vec<_> = running.iter().map(|pid| pid.as_raw_nonzero().to_string()).collect();
            return Err(Error::StillRunning { db: db.to_owned(), processes: ids.join(", ") });
        }
        sleep(GLANCE).await;
    }
    // Nothing runs in there, so a process id that is still noted is stale; were it in use again by some
    // other program of the same user, Postgres would refuse to start.
    let note = db.join("postmaster.pid");
    if cfg!(target_os = "linux") && note.exists() {
        fs::remove_file(&note).map_err(at("remove", &note))?;
    }
    Ok(())
}

/// The main process that a running, or killed, server noted.
fn main_process(db: &Path) -> Option<Pid> {
    let text = fs::read_to_string(db.join("postmaster.pid")).ok()?;
    text.lines().next()?.parse().ok().and_then(pid)
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(number.try_into().ok()?)
}

/// The processes of a Postgres that runs on `db`: all of them have it as their working directory.
#[cfg(target_os = "linux")]
fn processes_in(db: &Path) -> Vec<Pid> {
    let Ok(db) = db.canonicalize() else {
        return Vec::new();
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == db))
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok().and_then(pid))
        .collect()
}

/// Without /proc only the main process is known, by its note and its name.
#[cfg(not(target_os = "linux"))]
fn processes_in(db: &Path) -> Vec<Pid> {
    let is_postgres = |pid: &Pid| {
        let id = pid.as_raw_nonzero().to_string();
        std::process::Command::new("ps")
            .args(["-o", "command=", "-p", &id])
            .output()
            .is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("postgres"))
    };
    main_process(db).into_iter().filter(is_postgres).collect()
}

/// One of PostgreSQL's programs: as the right user, in a folder that this user can enter, with nothing of our
/// environment that could mislead it, talking to the log. Signals of the terminal (Ctrl+C) do not reach it,
/// since Kept finishes its own work first.
fn command(place: &Place, binaries: &Binaries, name: &str) -> Result<Command, Error> {
    let log = open_log(&place.log)?;
    let again = log.try_clone().map_err(at("open", &place.log))?;
    let mut command = Command::new(binaries.program(name));
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C")
        .current_dir(&place.home)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(again);
    if let Some(account) = place.account {
        command.uid(account.uid).gid(account.gid);
    }
    Ok(command)
}

fn open_log(log: &Path) -> Result<File, Error> {
    if fs::metadata(log).is_ok_and(|log| log.len() > LONG_LOG) {
        fs::rename(log, log.with_extension("log.old")).map_err(at("rename", log))?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(log).map_err(at("open", log))
}

fn failed(attempt: &'static str, place: &Place) -> Error {
    let text = fs::read(&place.log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text[text.len().saturating_sub(2_000)..]).into_owned();
    let mut tail: Vec<_> = text.lines().rev().take(8).collect();
    tail.reverse();
    Error::Failed { attempt, log: place.log.clone(), tail: tail.join("\n") }
}
