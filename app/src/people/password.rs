//! Passwords: argon2id (RFC 9106), never kept, never logged.
use std::{fmt, sync::OnceLock, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version, password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;

use crate::core::{App, Error};

/// Shorter ones are guessed; longer ones only cost us time.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=200;

/// A password somebody chose: 10 to 200 characters, more than one of them, and not their own address or name.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl NewPassword {
    /// # Errors
    /// The sentence to show at the field.
    pub fn choose(raw: String, email: &str, name: &str) -> Result<Self, String> {
        let length = raw.chars().count();
        if length < *LENGTH.start() {
            return Err(format!("Use at least {} characters; several words are good.", LENGTH.start()));
        }
        if length > *LENGTH.end() {
            return Err(format!("Use at most {} characters.", LENGTH.end()));
        }
        let lower = raw.to_lowercase();
        let first = lower.chars().next();
        if lower.chars().all(|c| Some(c) == first) {
            return Err("Use more than one character over and over.".to_owned());
        }
        let local = email.split('@').next().unwrap_or(email);
        let own = [email, local, name].into_iter().map(str::to_lowercase).any(|own| own == lower);
        let common =
            ["1234567890", "0123456789", "qwertyuiop", "password123", "passwordpassword", "qwerty12345", "iloveyou123"];
        if own || common.contains(&lower.as_str()) {
            return Err("That is among the first things anybody would try. Choose something else.".to_owned());
        }
        Ok(Self(raw))
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// A password as typed to prove who one is. Prints as nothing.
#[derive(Clone, serde::Deserialize)]
#[serde(transparent)]
pub struct Typed(String);

impl Typed {
    pub fn new(raw: impl Into<String>) -> Self {
        Self(raw.into())
    }

    pub fn into_inner(self) -> String {
        self.0
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(…)")
    }
}

/// The room's hashing bench: as many at a time as there are processors, so that a flood of
/// sign-ins takes neither all memory (19 MiB each) nor the threads that answer other requests.
pub struct Bench {
    places: Semaphore,
    /// A hash that no password has, to be checked where there is no account.
    decoy: OnceLock<String>,
    /// What hashing costs in a test, where it is not the usual.
    #[cfg(feature = "testing")]
    cost: OnceLock<Params>,
}

impl Default for Bench {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            places: Semaphore::new(processors),
            decoy: OnceLock::new(),
            #[cfg(feature = "testing")]
            cost: OnceLock::new(),
        }
    }
}

/// Lets hashing on this server take `kib` of memory instead of 19 MiB, for tests with a thousand sign-ins: no program
/// that is given to anybody has this. To be said before the first password is hashed.
///
/// # Errors
/// [`Error::Internal`] if argon2 cannot do with so little.
#[cfg(feature = "testing")]
pub fn spend_only(app: &App, kib: u32) -> Result<(), Error> {
    let cost = Params::new(kib, Params::DEFAULT_T_COST, Params::DEFAULT_P_COST, None).map_err(Error::internal)?;
    app.room::<Bench>().cost.get_or_init(|| cost);
    Ok(())
}

/// The PHC string under which `password` is stored.
pub async fn hash(app: &App, password: NewPassword) -> Result<String, Error> {
    at_the_bench(app, move |bench| bench.argon2().hash_password(password.0.as_bytes()).map(|phc| phc.to_string()))
        .await?
        .map_err(Error::internal)
}

/// Whether `typed` is the password stored as `stored`. Without one it takes as long and says no, so that
/// the time tells nobody which addresses have an account.
pub async fn verify(app: &App, typed: Typed, stored: Option<String>) -> Result<bool, Error> {
    at_the_bench(app, move |bench| {
        let known = stored.is_some();
        let phc = match stored {
            Some(phc) => phc,
            None => bench.decoy()?,
        };
        // Nobody chose a longer one; hashing a megabyte would only keep us busy.
        let fits = typed.0.chars().count() <= *LENGTH.end();
        let typed = if fits { typed.0.as_bytes() } else { b"" };
        let right = PasswordHash::new(&phc).is_ok_and(|hash| bench.argon2().verify_password(typed, &hash).is_ok());
        Ok(right && known && fits)
    })
    .await?
    .map_err(|cause: argon2::password_hash::Error| Error::internal(cause))
}

impl Bench {
    /// Argon2id with what OWASP asks for: 19 MiB, two passes, one lane.
    fn argon2(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.cost())
    }

    #[cfg(feature = "testing")]
    fn cost(&self) -> Params {
        self.cost.get().cloned().unwrap_or_default()
    }

    #[cfg(not(feature = "testing"))]
    #[allow(clippy::unused_self)] // as its twin above needs it
    fn cost(&self) -> Params {
        Params::default()
    }

    fn decoy(&self) -> Result<String, argon2::password_hash::Error> {
        if let Some(decoy) = self.decoy.get() {
            return Ok(decoy.clone());
        }
        let made = self.argon2().hash_password(&crate::core::secret::random_bytes())?.to_string();
        Ok(self.decoy.get_or_init(|| made).clone())
    }
}

async fn at_the_bench<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Bench) -> T + Send + 'static,
) -> Result<T, Error> {
    const PATIENCE: Duration = Duration::from_secs(10);
    let bench = app.room::<Bench>();
    let busy = Error::TooMany { wait: 10 };
    let Ok(place) = tokio::time::timeout(PATIENCE, bench.places.acquire()).await else { return Err(busy) };
    let place = place.map_err(Error::internal)?;
    let at = bench.clone();
    let done = tokio::task::spawn_blocking(move || work(&at)).await.map_err(Error::internal);
    drop(place);
    done
}

/// Prepares the decoy, so that the first sign-in under an unknown address takes no longer than the next.
pub async fn warm_up(app: &App) -> Result<(), Error> {
    at_the_bench(app, |bench| bench.decoy().map(drop)).await?.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_refused_with_what_to_do_instead() {
        let choose = |p: &str| NewPassword::choose(p.to_owned(), "ada.lovelace@example.org", "Ada Lovelace").map(drop);
        assert_eq!(choose("correct horse"), Ok(()));
        for weak in ["short", "aaaaaaaaaaaa", "Ada Lovelace", "ada.lovelace", "ADA.LOVELACE@example.org", "qwertyuiop"]
        {
            assert!(choose(weak).is_err(), "{weak}");
        }
        assert!(choose(&"ab".repeat(101)).is_err());
    }

    #[test]
    fn threat_38_a_password_does_not_print() {
        let chosen = NewPassword::choose("canary-in-a-mine".to_owned(), "a@example.org", "A").unwrap();
        assert!(!format!("{chosen:?} {:?}", Typed::new("canary-in-a-mine")).contains("canary"));
    }
}
