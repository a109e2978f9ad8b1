//! Links mailed to whoever owns an address: to register, and to choose a new password.
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{
    core::{
        Actor, App, ClientIp, Error, Tx,
        id::UserId,
        secret,
        text::{Email, PersonName},
    },
    people::{
        limits::{Limits, knocker},
        mails,
        model::TokenPurpose,
        store,
        tokens::{self, Addressee},
    },
    settings,
};

/// Answers that depend on whether an address has an account take at least this long, so that the time of
/// writing a mail does not show.
pub(super) const UNHURRIED: Duration = Duration::from_millis(250);

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

pub(super) fn may_mail(app: &App, email: &Email, ip: ClientIp) -> Result<(), Error> {
    let limits = app.room::<Limits>();
    limits.mail_from.knock(&knocker(ip))?;
    limits.mail_to.knock(&secret::digest(email.as_str()))
}

/// Makes a link for `purpose` and mails it to `addressee`.
pub(in crate::people) async fn mail_link(
    tx: &mut Tx,
    purpose: TokenPurpose,
    user: Option<UserId>,
    addressee: &Addressee,
) -> Result<(), Error> {
    let token = tokens::issue(tx, purpose, user, addressee).await?;
    mails::link(tx, purpose, &addressee.email, user, &token).await
}
