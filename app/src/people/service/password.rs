//! Choosing a password by a mailed link, changing it, and proving that one knows it.
use super::sign_in::{acting, admit, count_try};
use crate::{
    core::{Actor, App, Error, Person, Role, Tx, id::UserId, secret},
    events::{self, About, Event},
    people::{
        mails,
        model::TokenPurpose,
        password::{self, NewPassword, Typed},
        sessions::{self, SignedIn, Visit},
        store::{self, users::Credentials},
        tokens::{self, Addressee},
    },
};

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
pub(super) async fn prove(app: &App, person: &Person, current: Typed, field: &str) -> Result<(), Error> {
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
