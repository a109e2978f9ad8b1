//! Signing in and out.
use chrono::{DateTime, Utc};

use crate::{
    core::{Actor, App, Error, Person, Tx, secret, text::Email},
    events::{self, About, Event},
    people::{
        device::Device,
        limits::{self, Limits, knocker},
        password::{self, Typed},
        sessions::{SignedIn, Visit},
        store::{self, users::Credentials},
    },
};

/// What somebody types to sign in.
#[derive(Debug)]
pub struct Attempt {
    pub email: Email,
    pub password: Typed,
    /// The browser, where it signed in to this account before.
    pub device: Option<Device>,
}

/// Said whatever is wrong: an unknown address, a wrong password, an account switched off.
pub const WRONG: &str = "This address and password do not belong together. Check both, or choose a new password.";

/// Signs somebody in by address and password.
///
/// # Errors
/// [`Error::Refused`] with [`WRONG`]; [`Error::TooMany`] while the address is locked or its prober too quick.
/// Both read the same and take as long whether or not the address has an account.
pub async fn sign_in(app: &App, attempt: Attempt, visit: &Visit) -> Result<SignedIn, Error> {
    app.room::<Limits>().sign_in.knock(&knocker(visit.ip))?;
    let locked = match &attempt.device {
        Some(device) => device.knock(app).map(|()| None)?,
        None => count_try(app, attempt.email.as_str()).await?,
    };
    let found = {
        let mut db = app.db.acquire().await?;
        store::users::credentials_by_email(&mut db, attempt.email.as_str()).await?
    };
    let stored = found.as_ref().and_then(|c| c.password_hash.clone());
    let right = password::verify(app, attempt.password, stored).await?;
    match found {
        Some(account) if right && account.active => {
            let mut tx = Tx::begin(app, acting(&account)).await?;
            let signed_in = admit(&mut tx, &account, account.generation, visit).await?;
            tx.commit().await?;
            Ok(signed_in)
        }
        other => {
            let mut tx = Tx::begin(app, Actor::System).await?;
            let mut happened = vec![Event::SignInFailed { ip: Some(visit.ip.to_string()) }];
            happened.extend(locked.map(|until| Event::LockedOut { until }));
            let about = other.map_or(About::Nothing, |account| About::Subject(account.id.uuid()));
            events::append(&mut tx, about, &happened).await?;
            tx.commit().await?;
            Err(Error::Refused(WRONG.to_owned()))
        }
    }
}

/// Counts a try before the password is checked. When the lock ends that it brings about, if it does.
pub(super) async fn count_try(app: &App, email: &str) -> Result<Option<DateTime<Utc>>, Error> {
    let address = secret::digest(email);
    let mut tx = Tx::begin(app, Actor::System).await?;
    let now = tx.now;
    match store::failures::count_try(&mut tx, &address, now, limits::FORGIVEN_AFTER).await? {
        Ok(failures) => {
            let until = limits::lock_after(failures).map(|lock| now + lock);
            if let Some(until) = until {
                store::failures::lock(&mut tx, &address, until).await?;
            }
            tx.commit().await?;
            Ok(until)
        }
        Err(until) => {
            let wait = (until - now).num_seconds().saturating_add(1);
            Err(Error::TooMany { wait: u32::try_from(wait).unwrap_or(1) })
        }
    }
}

/// Lets somebody in who just proved who they are.
pub(in crate::people) async fn admit(
    tx: &mut Tx,
    account: &Credentials,
    generation: i32,
    visit: &Visit,
) -> Result<SignedIn, Error> {
    store::failures::forget(tx, &secret::digest(&account.email)).await?;
    let now = tx.now;
    store::users::seen(tx, account.id, now).await?;
    let ip = Some(visit.ip.to_string());
    events::append(tx, About::Subject(account.id.uuid()), &[Event::SignedIn { ip }]).await?;
    Ok(SignedIn { user: account.id, email: account.email.clone(), role: account.role, generation })
}

/// The person of `account` as the one who acts.
pub(in crate::people) fn acting(account: &Credentials) -> Actor {
    Actor::Person(Person {
        id: account.id,
        name: account.name.clone(),
        email: account.email.clone(),
        role: account.role,
        organisation: None,
        teams: Vec::new(),
        time_zone: String::new(),
    })
}

/// Notes that the actor of `tx` signs out.
pub async fn signed_out(tx: &mut Tx) -> Result<(), Error> {
    let person = tx.actor.signed_in()?.id;
    events::append(tx, About::Subject(person.uuid()), &[Event::SignedOut]).await
}
