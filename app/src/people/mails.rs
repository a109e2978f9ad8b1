//! What we write to people about their accounts. Nothing in it was typed by a stranger.
use super::model::TokenPurpose;
use crate::{
    core::{
        Error, Tx,
        id::{DeliveryId, UserId},
    },
    notifications::{
        letter::Letter,
        service::{Recipient, send_mail},
    },
};

/// A link that proves whose mailbox it is. The letter is wiped once it has been handed over.
pub async fn link(
    tx: &mut Tx,
    purpose: TokenPurpose,
    to: &str,
    user: Option<UserId>,
    token: &str,
) -> Result<(), Error> {
    let (letter, label, path) = match purpose {
        TokenPurpose::PasswordReset => (
            Letter::new("password_reset", "Choose a new password")
                .say("Somebody, probably you, asked for a new password. The link works once, for one hour.")
                .say("If it was not you, do nothing: your password stays as it is."),
            "Choose a new password",
            "reset",
        ),
        TokenPurpose::Registration => (
            Letter::new("registration", "Confirm your address")
                .say("You asked for an account here. The link works once, for a day; with it you choose a password.")
                .say("If it was not you, somebody mistyped their address. Do nothing, and there will be no account."),
            "Confirm and choose a password",
            "reset",
        ),
        TokenPurpose::Invitation => (
            Letter::new("invitation", "You are invited to our service desk")
                .say("An administrator opened an account for you. The link works once, for seven days."),
            "Accept and choose a password",
            "reset",
        ),
        TokenPurpose::EmailChange => (
            Letter::new("email_change", "Confirm your new address")
                .say("You asked to use this address for your account here. The link works once, for one hour."),
            "Use this address",
            "email",
        ),
    };
    let letter = letter.action(label, tx.app.config.link(&format!("/{path}/{token}"))).secret();
    send(tx, to, user, letter).await
}

/// To somebody who asked for an account and has one.
pub async fn already_registered(tx: &mut Tx, to: &str, user: UserId) -> Result<(), Error> {
    let letter = Letter::new("already_registered", "You already have an account")
        .say("You asked for an account here, and you have one: sign in, or choose a new password if you forgot yours.")
        .say("If it was not you, somebody mistyped their address. Nothing has changed.")
        .action("Sign in", tx.app.config.link("/login"));
    send(tx, to, Some(user), letter).await
}

/// After a password was changed or chosen anew.
pub async fn password_changed(tx: &mut Tx, to: &str, user: UserId) -> Result<(), Error> {
    let letter = Letter::new("password_changed", "Your password was changed")
        .say("The password of your account was just changed, and you were signed out everywhere else.")
        .say("If it was not you, choose a new one at once:")
        .action("It was not me", tx.app.config.link("/forgot"));
    send(tx, to, Some(user), letter).await
}

/// To the address that an account had until now.
pub async fn address_changed(tx: &mut Tx, old: &str, user: UserId) -> Result<(), Error> {
    let letter = Letter::new("address_changed", "The address of your account was changed")
        .say("Your account now uses another address, and this one no longer signs in.")
        .say("If it was not you, tell an administrator at once.");
    send(tx, old, Some(user), letter).await
}

async fn send(tx: &mut Tx, email: &str, user: Option<UserId>, letter: Letter) -> Result<(), Error> {
    // Each of these is a decision of its own, made once in its transaction.
    let key = format!("account/{}", DeliveryId::new());
    send_mail(tx, Recipient { user, email, ticket: None }, &key, letter).await
}
