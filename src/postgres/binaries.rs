//! Where this machine keeps PostgreSQL's programs.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::Error;

/// The first version whose SQL Kept uses (`unique nulls not distinct`).
const OLDEST: u32 = 15;

/// One installed PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
    /// Its major version.
    pub version: u32,
}

impl Binaries {
    /// The installed version that fits the cluster in `db`: just the one that wrote it, or for a new one
    /// (`None`) the newest.
    ///
    /// # Errors
    /// [`Error::NotInstalled`] if there is none, [`Error::WrongVersion`] if only others are there.
    pub fn find(written_by: Option<u32>, db: &Path) -> Result<Self, Error> {
        Self::choose(written_by, Self::installed(), db)
    }

    /// All that this machine has, newest first.
    #[must_use]
    pub fn installed() -> Vec<Self> {
        let mut found: Vec<_> = folders().into_iter().filter_map(Self::of).collect();
        found.sort_by_key(|binaries| std::cmp::Reverse(binaries.version));
        found.dedup();
        found
    }

    fn choose(written_by: Option<u32>, installed: Vec<Self>, db: &Path) -> Result<Self, Error> {
        let Some(wanted) = written_by else {
            return installed.into_iter().find(|one| one.version >= OLDEST).ok_or(Error::NotInstalled);
        };
        let found = installed.iter().map(|one| one.version.to_string()).collect::<Vec<_>>();
        installed.into_iter().find(|one| one.version == wanted).ok_or_else(|| Error::WrongVersion {
            db: db.to_owned(),
            wanted,
            found: if found.is_empty() { "none".into() } else { found.join(", ") },
        })
    }

    /// The programs in `folder`, if it has them and they run.
    fn of(folder: PathBuf) -> Option<Self> {
        let server = folder.join("postgres").canonicalize().ok()?;
        if !folder.join("initdb").exists() {
            return None;
        }
        let answer = Command::new(&server).arg("--version").output().ok()?;
        let version = major(&String::from_utf8_lossy(&answer.stdout))?;
        Some(Self { folder, version })
    }

    /// The path of one program.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The number in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(answer: &str) -> Option<u32> {
    let number = answer.split_whitespace().nth(2)?;
    let digits = number.find(|c: char| !c.is_ascii_digit());
    number[..digits.unwrap_or(number.len())].parse().ok()
}

/// The folders to look into: PATH, and where Debian, Red Hat, Homebrew and Postgres.app put them.
fn folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    for (above, below) in [
        ("/usr/lib/postgresql", "bin"),
        ("/usr", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ] {
        let versions = fs::read_dir(above).into_iter().flatten().flatten();
        folders.extend(
            versions
                .filter(|entry| {
                    let name = entry.file_name();
                    let name = name.to_string_lossy();
                    // In the shared folders only what is called after the database.
                    !matches!(above, "/usr" | "/opt/homebrew/opt" | "/usr/local/opt")
                        || name.starts_with("postgresql@")
                        || name.starts_with("pgsql-")
                })
                .map(|entry| entry.path().join(below)),
        );
    }
    let mut seen = std::collections::HashSet::new();
    folders.retain(|folder| seen.insert(folder.clone()));
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(numbers: &[u32]) -> Vec<Binaries> {
        let binaries = |&version| Binaries { folder: PathBuf::from("/bin"), version };
        numbers.iter().map(binaries).collect()
    }

    #[test]
    fn the_major_version_is_read_from_any_packaging() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18devel\n"), Some(18));
        assert_eq!(major("something else"), None);
    }

    #[test]
    fn new_data_gets_the_newest_version() {
        let chosen = Binaries::choose(None, versions(&[17, 15]), Path::new("db")).unwrap();
        assert_eq!(chosen.version, 17);
    }

    #[test]
    fn old_data_keeps_its_version_although_a_newer_one_is_there() {
        let chosen = Binaries::choose(Some(15), versions(&[17, 15]), Path::new("db")).unwrap();
        assert_eq!(chosen.version, 15);
    }

    #[test]
    fn data_of_a_missing_version_is_not_touched_and_the_version_is_named() {
        let refusal = Binaries::choose(Some(16), versions(&[17, 15]), Path::new("db"));
        let text = refusal.unwrap_err().to_string();
        assert!(text.contains("PostgreSQL 16") && text.contains("found: 17, 15"), "{text}");
    }

    #[test]
    fn a_machine_without_a_usable_version_is_told_what_to_install() {
        let refusal = Binaries::choose(None, versions(&[13]), Path::new("db"));
        assert!(refusal.unwrap_err().to_string().contains("apt-get install postgresql"));
    }
}
