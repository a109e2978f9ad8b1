//! Using another address: asked for here, confirmed in the mailbox.
use tokio::time::{Instant, sleep_until};

use super::{
    links::{UNHURRIED, mail_link, may_mail},
    password::prove,
    sign_in::acting,
};
use crate::{
    core::{Actor, App, ClientIp, Error, Person, Tx, text::Email},
    events::{self, About, Event},
    people::{
        limits::{Limits, knocker},
        mails,
        model::TokenPurpose,
        password::Typed,
        sessions, store,
        tokens::{self, Addressee},
    },
};

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
