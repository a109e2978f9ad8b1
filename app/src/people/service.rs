//! How people prove who they are, and what they do with their own accounts.
//!
//! Where hashing stands between two looks at the database a use case opens its own units of work;
//! the rest takes one from its door, as everywhere.
use std::{str::FromStr as _, time::Duration};

use chrono::{DateTime, Utc};
use tokio::time::{Instant, sleep_until};

use super::{
    device::Device,
    limits::{self, Limits, knocker},
    mails,
    model::{Account, TokenPurpose},
    password::{self, NewPassword, Typed},
    sessions::{self, SignedIn, Visit},
    store::{
        self,
        users::{Credentials, Profile},
    },
    tokens::{self, Addressee},
};
use crate::{
    core::{
        Actor, App, ClientIp, Error, Permission, Person, Role, Tx,
        id::UserId,
        secret,
        text::{Email, PersonName},
    },
    events::{self, About, Event},
    settings,
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

/// Answers that depend on whether an address has an account take at least this long, so that the time of
/// writing a mail does not show.
const UNHURRIED: Duration = Duration::from_millis(250);

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
async fn count_try(app: &App, email: &str) -> Result<Option<DateTime<Utc>>, Error> {
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
pub(super) async fn admit(
    tx: &mut Tx,
    account: &Credentials,
    generation: i32,
    visit: &Visit,
) -> Result<SignedIn, Error> {
    store::failures::forget(tx, &secret::digest(&account.email)).await?;
    let ip = Some(visit.ip.to_string());
    events::append(tx, About::Subject(account.id.uuid()), &[Event::SignedIn { ip }]).await?;
    Ok(SignedIn { user: account.id, email: account.email.clone(), role: account.role, generation })
}

/// The person of `account` as the one who acts.
pub(super) fn acting(account: &Credentials) -> Actor {
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

/// Asks for an account: mails a link by which its owner chooses a password. The role is always customer.
///
/// # Errors
/// [`Error::TooMany`]; [`Error::Refused`] where accounts are by invitation alone. Whether the address has an
/// account, only its mailbox learns.
pub async fn register(app: &App, name: &PersonName, email: &Email, ip: ClientIp) -> Result<(), Error> {
    let done_at = Instant::now() + UNHURRIED;
    if !settings::service::current(app).await?.self_registration {
        return Err(Error::Refused(
            "Accounts are opened by invitation here. You can ask for help without one.".to_owned(),
        ));
    }
    may_mail(app, email, ip)?;
    let mut tx = Tx::begin(app, Actor::System).await?;
    let known = store::users::credentials_by_email(&mut tx, email.as_str()).await?;
    match known {
        Some(account) if !account.active => {}
        Some(account) if account.password_hash.is_some() => {
            mails::already_registered(&mut tx, email.as_str(), account.id).await?;
        }
        // Wrote to us before, by form: the same person, now with a password.
        known => {
            let user = known.map(|account| account.id);
            let addressee = Addressee { name: name.as_str().to_owned(), email: email.as_str().to_owned() };
            mail_link(&mut tx, TokenPurpose::Registration, user, &addressee).await?;
        }
    }
    tx.commit().await?;
    sleep_until(done_at).await;
    Ok(())
}

/// Mails a link by which the owner of an account chooses a new password.
///
/// # Errors
/// [`Error::TooMany`]. Whether the address has an account, only its mailbox learns.
pub async fn forgot(app: &App, email: &Email, ip: ClientIp) -> Result<(), Error> {
    let done_at = Instant::now() + UNHURRIED;
    may_mail(app, email, ip)?;
    let mut tx = Tx::begin(app, Actor::System).await?;
    if let Some(account) = store::users::credentials_by_email(&mut tx, email.as_str()).await?
        && account.active
    {
        let addressee = Addressee { name: account.name, email: account.email };
        mail_link(&mut tx, TokenPurpose::PasswordReset, Some(account.id), &addressee).await?;
    }
    tx.commit().await?;
    sleep_until(done_at).await;
    Ok(())
}

fn may_mail(app: &App, email: &Email, ip: ClientIp) -> Result<(), Error> {
    let limits = app.room::<Limits>();
    limits.mail_from.knock(&knocker(ip))?;
    limits.mail_to.knock(&secret::digest(email.as_str()))
}

/// Makes a link for `purpose` and mails it to `addressee`.
pub(super) async fn mail_link(
    tx: &mut Tx,
    purpose: TokenPurpose,
    user: Option<UserId>,
    addressee: &Addressee,
) -> Result<(), Error> {
    let token = tokens::issue(tx, purpose, user, addressee).await?;
    mails::link(tx, purpose, &addressee.email, user, &token).await
}

/// The holder of a mailed link chooses a password and is signed in with it; whoever was signed in to the
/// account before is not any more.
///
/// # Errors
/// [`Error::NotFound`] for a link that opens nothing (any more), [`Error::Invalid`] at `password`.
pub async fn choose_password(app: &App, token: &str, raw: Typed, visit: &Visit) -> Result<SignedIn, Error> {
    const OPENED_BY: [TokenPurpose; 3] =
        [TokenPurpose::PasswordReset, TokenPurpose::Registration, TokenPurpose::Invitation];
    // Looked at first, so that guesses at tokens cost us no hashing.
    let view = tokens::look(app, token, visit.ip).await?;
    let chosen = NewPassword::choose(raw.into_inner(), &view.email, "").map_err(|e| Error::invalid("password", e))?;
    let hash = password::hash(app, chosen).await?;

    let mut tx = Tx::begin(app, Actor::System).await?;
    let now = tx.now;
    let followed = tokens::redeem(&mut tx, token, &OPENED_BY).await?;
    let account = match followed.user {
        Some(user) => store::users::lock(&mut tx, user).await?.ok_or(Error::NotFound)?,
        None => registered(&mut tx, &followed.addressee).await?,
    };
    // Only a reset link replaces a password that somebody has.
    let replaces = account.password_hash.is_some();
    if !account.active || (replaces && followed.purpose != TokenPurpose::PasswordReset) {
        return Err(Error::NotFound);
    }
    tx.actor = acting(&account);
    let generation = set_password(&mut tx, &account, &hash, None).await?;
    if replaces {
        mails::password_changed(&mut tx, &account.email, account.id).await?;
    }
    store::tokens::void(&mut tx, account.id, now).await?;
    let signed_in = admit(&mut tx, &account, generation, visit).await?;
    tx.commit().await?;
    sessions::forget(app);
    Ok(signed_in)
}

/// The account that a registration link is for, made now unless the same mailbox was quicker.
async fn registered(tx: &mut Tx, addressee: &Addressee) -> Result<Credentials, Error> {
    let (id, now) = (UserId::new(), tx.now);
    let new = store::users::New {
        id,
        name: &addressee.name,
        email: &addressee.email,
        role: Role::User,
        password_hash: None,
        verified: true,
        time_zone: "UTC",
    };
    if store::users::insert(tx, &new, now).await? {
        let created = Event::AccountCreated { role: Role::User.to_string() };
        events::append(tx, About::Subject(id.uuid()), &[created]).await?;
    }
    let found = store::users::credentials_by_email(tx, &addressee.email).await?.ok_or(Error::NotFound)?;
    store::users::lock(tx, found.id).await?.ok_or(Error::NotFound)
}

/// Stores the password and ends every session but `kept`. The account's new generation.
async fn set_password(tx: &mut Tx, account: &Credentials, hash: &str, kept: Option<&[u8]>) -> Result<i32, Error> {
    let now = tx.now;
    let generation = store::users::set_password(tx, account.id, hash, now).await?;
    let ended = store::sessions::end_all(tx, account.id, kept).await?;
    let mut happened = vec![Event::PasswordChanged];
    if ended > 0 {
        happened.push(Event::SessionsEnded { count: ended });
    }
    events::append(tx, About::Subject(account.id.uuid()), &happened).await?;
    Ok(generation)
}

/// Somebody signed in changes their password; they stay signed in here (under a new session) and nowhere else.
/// The account's new generation.
///
/// # Errors
/// [`Error::Invalid`] at `current` or `password`, [`Error::TooMany`] after too many wrong ones.
pub async fn change_password(
    app: &App,
    person: &Person,
    current: Typed,
    new: Typed,
    session: Option<&[u8]>,
) -> Result<i32, Error> {
    let chosen = NewPassword::choose(new.into_inner(), &person.email, &person.name)
        .map_err(|e| Error::invalid("password", e))?;
    prove(app, person, current, "current").await?;
    let hash = password::hash(app, chosen).await?;
    let mut tx = Tx::begin(app, Actor::Person(person.clone())).await?;
    let now = tx.now;
    let account = store::users::lock(&mut tx, person.id).await?.ok_or(Error::SignIn)?;
    let generation = set_password(&mut tx, &account, &hash, session).await?;
    mails::password_changed(&mut tx, &account.email, account.id).await?;
    store::tokens::void(&mut tx, account.id, now).await?;
    tx.commit().await?;
    sessions::forget(app);
    Ok(generation)
}

/// Checks the password of somebody signed in, before what a borrowed browser must not do. Who has none
/// (a demo person) has nothing to prove.
async fn prove(app: &App, person: &Person, current: Typed, field: &str) -> Result<(), Error> {
    let stored = {
        let mut db = app.db.acquire().await?;
        store::users::credentials(&mut db, person.id).await?.ok_or(Error::SignIn)?.password_hash
    };
    if stored.is_none() {
        return Ok(());
    }
    count_try(app, &person.email).await?;
    if !password::verify(app, current, stored).await? {
        return Err(Error::invalid(field, "This is not your password of now."));
    }
    let mut db = app.db.acquire().await?;
    Ok(store::failures::forget(&mut db, &secret::digest(&person.email)).await?)
}

/// What the profile form sends.
#[derive(Debug)]
pub struct ProfileForm {
    pub name: String,
    pub phone: String,
    pub time_zone: String,
}

/// Somebody changes what we know of them.
///
/// # Errors
/// [`Error::Invalid`] at each wrong field.
pub async fn change_profile(tx: &mut Tx, form: ProfileForm) -> Result<(), Error> {
    tx.actor.require(Permission::ManageSelf)?;
    let (id, now) = (tx.actor.signed_in()?.id, tx.now);
    let mut wrong = Vec::new();
    let name = PersonName::try_from(form.name).map(String::from).unwrap_or_else(|e| refuse(&mut wrong, "name", e));
    let phone = phone_number(&form.phone).unwrap_or_else(|e| Some(refuse(&mut wrong, "phone", e)));
    let time_zone = time_zone(&form.time_zone).unwrap_or_else(|e| refuse(&mut wrong, "time_zone", e));
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let old = store::users::profile(tx, id).await?.ok_or(Error::SignIn)?;
    let new = Profile { name, phone, locale: old.locale.clone(), time_zone };
    let mut changes = Vec::new();
    if new.name != old.name {
        changes.push(format!("name: {} -> {}", old.name, new.name));
    }
    if new.phone != old.phone {
        changes.push("phone".to_owned());
    }
    if new.time_zone != old.time_zone {
        changes.push(format!("time zone: {} -> {}", old.time_zone, new.time_zone));
    }
    if changes.is_empty() {
        return Ok(());
    }
    store::users::set_profile(tx, id, &new, now).await?;
    events::append(tx, About::Subject(id.uuid()), &[Event::AccountChanged { changes }]).await
}

fn refuse(wrong: &mut Vec<crate::core::FieldError>, field: &str, message: String) -> String {
    wrong.push(crate::core::FieldError::new(field, message));
    String::new()
}

/// The IANA name of a zone, as chosen.
pub(super) fn time_zone(raw: &str) -> Result<String, String> {
    chrono_tz::Tz::from_str(raw.trim())
        .map(|zone| zone.name().to_owned())
        .map_err(|_| "Choose a zone of the list, such as Europe/Lisbon.".to_owned())
}

/// The zones that people choose from: those named after a place, and UTC.
pub fn time_zones() -> Vec<String> {
    const CONTINENTS: [&str; 10] =
        ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
    let placed = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| name.split_once('/').is_some_and(|(continent, _)| CONTINENTS.contains(&continent)));
    std::iter::once("UTC").chain(placed).map(str::to_owned).collect()
}

/// A number as people write it, in E.164; none if there is none.
fn phone_number(raw: &str) -> Result<Option<String>, String> {
    let number: String = raw.chars().filter(|c| !c.is_whitespace() && !"-().·/".contains(*c)).collect();
    if number.is_empty() {
        return Ok(None);
    }
    let digits = number.strip_prefix('+').or_else(|| number.strip_prefix("00")).unwrap_or("");
    let ok = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if ok {
        Ok(Some(format!("+{digits}")))
    } else {
        Err("Write the number with its country, such as +351 912 345 678.".to_owned())
    }
}

/// Asks to use another address: mails a link there. Says nothing of whether somebody else has it.
///
/// # Errors
/// [`Error::Invalid`] at `proof`, [`Error::TooMany`].
pub async fn ask_email(app: &App, person: &Person, email: &Email, current: Typed, ip: ClientIp) -> Result<(), Error> {
    let done_at = Instant::now() + UNHURRIED;
    may_mail(app, email, ip)?;
    prove(app, person, current, "proof").await?;
    let mut tx = Tx::begin(app, Actor::Person(person.clone())).await?;
    if store::users::credentials_by_email(&mut tx, email.as_str()).await?.is_none() {
        let addressee = Addressee { name: person.name.clone(), email: email.as_str().to_owned() };
        mail_link(&mut tx, TokenPurpose::EmailChange, Some(person.id), &addressee).await?;
    }
    tx.commit().await?;
    sleep_until(done_at).await;
    Ok(())
}

/// The holder of a link mailed by [`ask_email`] confirms; the old address is told.
///
/// # Errors
/// [`Error::NotFound`] for a link that opens nothing (any more), or an address that got an account meanwhile.
pub async fn confirm_email(app: &App, token: &str, ip: ClientIp) -> Result<(), Error> {
    app.room::<Limits>().token.knock(&knocker(ip))?;
    let mut tx = Tx::begin(app, Actor::System).await?;
    let now = tx.now;
    let followed = tokens::redeem(&mut tx, token, &[TokenPurpose::EmailChange]).await?;
    let user = followed.user.ok_or(Error::NotFound)?;
    let account = store::users::lock(&mut tx, user).await?.filter(|a| a.active).ok_or(Error::NotFound)?;
    if !store::users::set_email(&mut tx, user, &followed.addressee.email, now).await? {
        return Err(Error::NotFound);
    }
    tx.actor = acting(&account);
    mails::address_changed(&mut tx, &account.email, user).await?;
    // Links mailed to the old address must open nothing now.
    store::tokens::void(&mut tx, user, now).await?;
    let changes = vec!["e-mail address".to_owned()];
    events::append(&mut tx, About::Subject(user.uuid()), &[Event::AccountChanged { changes }]).await?;
    tx.commit().await?;
    sessions::forget(app);
    Ok(())
}

/// The account of the actor. `current` is the key of the session that asks.
pub async fn account(tx: &mut Tx, current: Option<&[u8]>) -> Result<Account, Error> {
    tx.actor.require(Permission::ManageSelf)?;
    let person = tx.actor.signed_in()?.clone();
    let profile = store::users::profile(tx, person.id).await?.ok_or(Error::SignIn)?;
    let has_password =
        store::users::credentials(tx, person.id).await?.is_some_and(|account| account.password_hash.is_some());
    let desk = settings::service::in_force(tx).await?.organisation_name.clone();
    Ok(Account {
        desk,
        name: profile.name,
        email: person.email,
        role: person.role,
        phone: profile.phone.unwrap_or_default(),
        locale: profile.locale,
        time_zone: profile.time_zone,
        has_password,
        sessions: sessions::of(tx, person.id, current).await?,
    })
}

/// Ends one of the actor's own sessions, named by its key.
///
/// # Errors
/// [`Error::NotFound`] for a session that is over, or another person's.
pub async fn end_session(tx: &mut Tx, key: &str) -> Result<(), Error> {
    tx.actor.require(Permission::ManageSelf)?;
    let person = tx.actor.signed_in()?.id;
    let hash = sessions::unhex(key).ok_or(Error::NotFound)?;
    if !store::sessions::end(tx, person, &hash).await? {
        return Err(Error::NotFound);
    }
    sessions::forget(&tx.app);
    events::append(tx, About::Subject(person.uuid()), &[Event::SessionsEnded { count: 1 }]).await
}

/// Ends all of the actor's sessions but `kept`. How many.
pub async fn end_other_sessions(tx: &mut Tx, kept: Option<&[u8]>) -> Result<i64, Error> {
    tx.actor.require(Permission::ManageSelf)?;
    let person = tx.actor.signed_in()?.id;
    let count = store::sessions::end_all(tx, person, kept).await?;
    if count > 0 {
        sessions::forget(&tx.app);
        events::append(tx, About::Subject(person.uuid()), &[Event::SessionsEnded { count }]).await?;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_kept_in_e164() {
        assert_eq!(phone_number("+351 912-345 678"), Ok(Some("+351912345678".to_owned())));
        assert_eq!(phone_number("0044 (20) 7946 0018"), Ok(Some("+442079460018".to_owned())));
        assert_eq!(phone_number("  "), Ok(None));
        for wrong in ["912345678", "+12", "+0123456789", "call me", "+1234567890123456"] {
            assert!(phone_number(wrong).is_err(), "{wrong}");
        }
    }
}
