//! The user that Postgres runs as, when Kept itself was started by root.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, chown},
    path::Path,
};

use super::{Error, at};

/// A user without privileges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// Whom to run Postgres as: `None` for the user that runs Kept. Only root has to choose another:
    /// the owner of the cluster that is there already, otherwise the user `postgres`.
    pub(super) fn choose(db: &Path) -> Result<Option<Self>, Error> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        if let Ok(existing) = fs::metadata(db)
            && existing.uid() != 0
        {
            return Ok(Some(Self { uid: existing.uid(), gid: existing.gid() }));
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        Self::named("postgres", &users).map(Some).ok_or(Error::NoAccount)
    }

    /// Looks a user up in the text of /etc/passwd.
    fn named(name: &str, users: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next()? != name {
                return None;
            }
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some(Self { uid, gid })
        })
    }

    /// Whether this user can reach what lies in the folder `path`: every folder on the way lets it through.
    /// `path` has to be absolute and without symbolic links.
    pub(super) fn can_enter(self, path: &Path) -> bool {
        path.ancestors().all(|folder| {
            fs::metadata(folder).is_ok_and(|folder| {
                let pass = if folder.uid() == self.uid {
                    0o100
                } else if folder.gid() == self.gid {
                    0o010
                } else {
                    0o001
                };
                folder.mode() & pass != 0
            })
        })
    }

    /// Makes this user the owner of `path`.
    pub(super) fn own(self, path: &Path) -> Result<(), Error> {
        chown(path, Some(self.uid), Some(self.gid)).map_err(at("hand over", path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users =
            "root:x:0:0::/root:/bin/sh\npostgresql:x:5:5::/:\npostgres:x:113:121:,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(Account::named("postgres", users), Some(Account { uid: 113, gid: 121 }));
        assert_eq!(Account::named("nobody", users), None);
    }

    #[test]
    fn a_folder_closed_to_others_cannot_be_entered() {
        use std::os::unix::fs::PermissionsExt as _;
        let stranger = Account { uid: 54_321, gid: 54_321 };
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(stranger.can_enter(&inner));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!stranger.can_enter(&inner));
    }
}
