//! Where the private cluster lies: its files, its socket, and the lock that keeps a second server away.

use std::{
    env,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    os::unix::{
        fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
        net::UnixStream,
    },
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgConnectOptions;

use super::{Error, NAME, account::Account, at};

/// What Postgres calls its socket.
const SOCKET: &str = ".s.PGSQL.5432";
/// The longest path of a socket that the kernel takes, without the zero byte at its end.
const LONGEST: usize = if cfg!(target_os = "linux") { 107 } else { 103 };
/// Where root keeps the cluster when the user `postgres` cannot reach the data directory.
const ELSEWHERE: &str = "/var/lib/kept";

/// The folders of one cluster. They exist and are private.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// All else lies in here, save perhaps the socket.
    pub home: PathBuf,
    /// What Postgres calls the data directory.
    pub db: PathBuf,
    /// The folder of the socket.
    pub socket: PathBuf,
    /// What Postgres has to say.
    pub log: PathBuf,
    /// Whom it runs as, if not as ourselves.
    pub account: Option<Account>,
}

impl Place {
    /// Finds, or makes, the folders that belong to the data directory `data`.
    pub(super) fn prepare(data: &Path) -> Result<Self, Error> {
        fs::create_dir_all(data).map_err(at("create the data directory", data))?;
        let data = data.canonicalize().map_err(at("open the data directory", data))?;
        Self::within(&data, Path::new(ELSEWHERE))
    }

    fn within(data: &Path, elsewhere: &Path) -> Result<Self, Error> {
        let mark = short_hash(data);
        let home = home(data, elsewhere, &mark)?;
        let account = Account::choose(&home.join("db"))?;
        let mut folder = DirBuilder::new();
        folder.recursive(true);
        // Root's folder has to let Postgres's user pass; what is in it is closed.
        folder.mode(if account.is_some() { 0o755 } else { 0o700 });
        folder.create(&home).map_err(at("create", &home))?;

        let socket = socket_folder(&home, &mark, account);
        private_folder(&socket, account)?;
        Ok(Self { db: home.join("db"), log: home.join("postgres.log"), home, socket, account })
    }

    /// Takes the exclusive right to this cluster. The kernel gives it back when the process ends,
    /// however it ends.
    pub(super) fn lock(&self) -> Result<Lock, Error> {
        let path = self.home.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(at("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let known = file.read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
                let holder = if known { format!(" (process {})", holder.trim()) } else { String::new() };
                return Err(Error::InUse { home: self.home.clone(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(at("lock", &path)(source)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(at("write", &path))?;
        Ok(Lock { _file: file })
    }

    /// The version of PostgreSQL that wrote the cluster; `None` if there is none yet.
    pub(super) fn version(&self) -> Result<Option<u32>, Error> {
        if !self.db.exists() {
            return Ok(None);
        }
        let path = self.db.join("PG_VERSION");
        let text = fs::read_to_string(&path).map_err(at("read", &path))?;
        Ok(text.trim().parse().ok())
    }

    /// Whether a server listens on the socket.
    pub(super) fn answers(&self) -> bool {
        UnixStream::connect(self.socket.join(SOCKET)).is_ok()
    }

    pub(super) fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().socket(&self.socket).port(5432).username(NAME).database(database)
    }
}

/// The exclusive right to one cluster, until dropped.
#[derive(Debug)]
pub(super) struct Lock {
    // The open file is the lock.
    _file: File,
}

/// The folder for the cluster: in the data directory, or elsewhere if Postgres's user cannot enter that. Where it went
/// once, it stays.
fn home(data: &Path, elsewhere: &Path, mark: &str) -> Result<PathBuf, Error> {
    let note = data.join("postgres.location");
    if let Ok(text) = fs::read_to_string(&note)
        && let Some(noted) = text.lines().next().map(PathBuf::from)
        && noted.is_dir()
    {
        return Ok(noted);
    }
    let near = data.join("postgres");
    match Account::choose(&near.join("db"))? {
        Some(account) if !account.can_enter(data) => {
            if near.join("db").exists() {
                return Err(Error::Unreachable { home: near });
            }
            let home = elsewhere.join(mark);
            leave_word(&note, &home)?;
            Ok(home)
        }
        _ => Ok(near),
    }
}

/// Says in the data directory where the database went.
fn leave_word(note: &Path, home: &Path) -> Result<(), Error> {
    let home = home.display();
    tracing::warn!("the user that Postgres runs as may not enter the data directory: the database lies in {home}");
    let text =
        format!("{home}\n\nThe user that Postgres runs as may not enter this folder: the database lies there.\n");
    fs::write(note, text).map_err(at("write", note))
}

/// The folder for the socket: beside the cluster, or where paths are short if that path is too long for a socket.
fn socket_folder(home: &Path, mark: &str, account: Option<Account>) -> PathBuf {
    let fits = |folder: &Path| folder.join(SOCKET).as_os_str().len() <= LONGEST;
    let beside = home.join("socket");
    if fits(&beside) {
        return beside;
    }
    let runtime = match account {
        Some(_) => Some(PathBuf::from("/run")),
        None => env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from),
    };
    let user = rustix::process::geteuid().as_raw();
    runtime
        .filter(|folder| folder.is_dir())
        .map(|folder| folder.join(format!("kept-{mark}")))
        .filter(|folder| fits(folder))
        .unwrap_or_else(|| PathBuf::from(format!("/tmp/kept-{user}-{mark}")))
}

/// Makes a folder that only the user of Postgres may enter: whoever can open the socket is let in as superuser.
/// One that is there already (in /tmp anybody may have made it) has to be just that.
pub(super) fn private_folder(path: &Path, account: Option<Account>) -> Result<(), Error> {
    if let Err(error) = DirBuilder::new().mode(0o700).create(path)
        && error.kind() != std::io::ErrorKind::AlreadyExists
    {
        return Err(at("create", path)(error));
    }
    let found = fs::symlink_metadata(path).map_err(at("look at", path))?;
    let own = rustix::process::geteuid().as_raw();
    let wanted = account.map_or(own, |account| account.uid);
    let private = found.is_dir() && found.mode() & 0o777 == 0o700;
    if !private || (found.uid() != wanted && found.uid() != own) {
        return Err(Error::NotPrivate { path: path.to_owned() });
    }
    match account {
        Some(account) if found.uid() != account.uid => account.own(path),
        _ => Ok(()),
    }
}

/// Twelve characters that stand for a path.
fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let number = digest.iter().take(6).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{number:012x}")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_second_server_on_the_same_data_is_refused_and_told_who_is_there() {
        let data = tempfile::tempdir_in("/tmp").unwrap();
        let place = Place::prepare(data.path()).unwrap();
        let lock = place.lock().unwrap();
        let refusal = place.lock().unwrap_err().to_string();
        assert!(
            refusal.contains(&format!("(process {})", std::process::id())) && refusal.contains("KEPT_DATA"),
            "{refusal}"
        );
        drop(lock);
        assert!(place.lock().is_ok());
    }

    #[test]
    fn a_long_path_gets_its_socket_where_paths_are_short() {
        let data = tempfile::tempdir_in("/tmp").unwrap();
        let deep = data.path().join("d".repeat(120));
        let place = Place::prepare(&deep).unwrap();
        assert!(place.socket.join(SOCKET).as_os_str().len() <= LONGEST);
        assert!(!place.socket.starts_with(&deep));
        assert_eq!(fs::metadata(&place.socket).unwrap().permissions().mode() & 0o777, 0o700);
        fs::remove_dir(&place.socket).unwrap();
    }

    #[test]
    fn a_folder_that_others_may_enter_is_not_trusted_with_the_socket() {
        let data = tempfile::tempdir_in("/tmp").unwrap();
        let open = data.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(private_folder(&open, None), Err(Error::NotPrivate { .. })));
    }

    #[test]
    fn nor_is_a_link_to_a_folder() {
        let data = tempfile::tempdir_in("/tmp").unwrap();
        let (real, link) = (data.path().join("real"), data.path().join("link"));
        private_folder(&real, None).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert!(matches!(private_folder(&link, None), Err(Error::NotPrivate { .. })));
    }

    #[test]
    fn data_that_postgres_may_not_enter_stays_closed_and_says_where_its_database_is() {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let (data, elsewhere) = (folder.path().join("data"), folder.path().join("elsewhere"));
        DirBuilder::new().mode(0o700).create(&data).unwrap();
        let place = Place::within(&data, &elsewhere).unwrap();
        if rustix::process::geteuid().is_root() {
            assert!(place.home.starts_with(&elsewhere));
            let note = fs::read_to_string(data.join("postgres.location")).unwrap();
            assert!(note.starts_with(&place.home.display().to_string()));
        } else {
            // Only root runs Postgres as somebody else.
            assert!(place.home.starts_with(&data));
        }
        assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_database_that_went_elsewhere_is_found_again_after_the_data_directory_moved() {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let (data, there) = (folder.path().join("data"), folder.path().join("there"));
        fs::create_dir(&data).unwrap();
        fs::create_dir(&there).unwrap();
        fs::write(data.join("postgres.location"), format!("{}\n", there.display())).unwrap();
        let place = Place::within(&data, Path::new("/nowhere")).unwrap();
        assert_eq!(place.home, there);
    }
}
