//! Server functions of the account pages. What customers may need without JavaScript goes by plain forms
//! to `src/http/accounts.rs` instead.
use leptos::prelude::*;

use super::model::{
    Account, HeldSession, Membership, NewUser, SignInPage, TokenView, UserChange, UserDetail, UserFilter, UserRow,
};
#[cfg(feature = "ssr")]
use super::{admin, demo, service, sessions, setup, tokens};
use crate::core::{Error, Person, Role, id::UserId, page::Page};
#[cfg(feature = "ssr")]
use crate::{
    core::{Actor, ClientIp, Tx, tx},
    settings,
};

/// Who is signed in, if anybody is.
#[server]
#[allow(clippy::unused_async)] // server functions are
pub async fn who_am_i() -> Result<Option<Person>, Error> {
    let (_, actor) = tx::request()?;
    Ok(match actor {
        Actor::Person(person) => Some(person),
        Actor::Guest | Actor::LinkHolder { .. } | Actor::System => None,
    })
}

/// What the sign-in page shows.
#[server]
pub async fn about_sign_in() -> Result<SignInPage, Error> {
    let (app, actor) = tx::request()?;
    let home = actor.person().map(|person| person.role.home().to_owned());
    let settings = settings::service::current(&app).await?;
    let (desk, may_register) = (settings.organisation_name.clone(), settings.self_registration);
    Ok(SignInPage { desk, may_register, home, demo: demo::people(&app).await? })
}

/// Whom a mailed link is for.
#[server]
pub async fn about_link(token: String) -> Result<TokenView, Error> {
    let (app, _) = tx::request()?;
    tokens::look(&app, &token, client_ip()).await
}

/// Whether the installation still waits for its first superadmin.
#[server]
pub async fn setup_needed() -> Result<bool, Error> {
    let (app, _) = tx::request()?;
    setup::needed(&app).await
}

/// The account of who is signed in.
#[server]
pub async fn my_account() -> Result<Account, Error> {
    let current = session_key();
    let mut tx = Tx::read_request().await?;
    service::account(&mut tx, current.as_deref()).await
}

/// The time zones there are, for forms.
#[server]
#[allow(clippy::unused_async)] // server functions are
pub async fn time_zones() -> Result<Vec<String>, Error> {
    Ok(service::time_zones())
}

/// A page of accounts.
#[server]
pub async fn list_users(filter: UserFilter) -> Result<Page<UserRow>, Error> {
    let mut tx = Tx::read_request().await?;
    admin::list(&mut tx, &filter).await
}

/// How many active people each role has.
#[server]
pub async fn count_users() -> Result<Vec<(Role, i64)>, Error> {
    let mut tx = Tx::read_request().await?;
    admin::count_by_role(&mut tx).await
}

/// One account.
#[server]
pub async fn open_user(id: UserId) -> Result<UserDetail, Error> {
    let current = session_key();
    let mut tx = Tx::read_request().await?;
    admin::detail(&mut tx, id, current.as_deref()).await
}

/// The teams a new account can be put into.
#[server]
pub async fn teams_for_new_user() -> Result<Vec<Membership>, Error> {
    let mut tx = Tx::read_request().await?;
    admin::memberships(&mut tx, None).await
}

/// Opens an account and mails its owner an invitation.
#[server]
pub async fn invite_user(new: NewUser) -> Result<UserId, Error> {
    let mut tx = Tx::of_request().await?;
    let id = admin::invite(&mut tx, new).await?;
    tx.commit().await?;
    Ok(id)
}

/// Mails the invitation again.
#[server]
pub async fn invite_user_again(id: UserId) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    admin::invite_again(&mut tx, id).await?;
    tx.commit().await
}

/// Changes an account.
#[server]
pub async fn change_user(change: UserChange) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    admin::change(&mut tx, change).await?;
    tx.commit().await
}

/// Ends every session of a person but the one that asks. How many.
#[server]
pub async fn end_user_sessions(id: UserId) -> Result<i64, Error> {
    let current = session_key();
    let mut tx = Tx::of_request().await?;
    let ended = admin::end_sessions(&mut tx, id, current.as_deref()).await?;
    tx.commit().await?;
    Ok(ended)
}

/// The sessions used last, of everybody.
#[server]
pub async fn list_sessions() -> Result<Vec<HeldSession>, Error> {
    let current = session_key();
    let mut tx = Tx::read_request().await?;
    sessions::of_everybody(&mut tx, current.as_deref()).await
}

/// The key of the session that asks.
#[cfg(feature = "ssr")]
fn session_key() -> Option<Vec<u8>> {
    let parts = use_context::<axum::http::request::Parts>()?;
    parts.extensions.get::<tower_sessions::Session>()?.id().map(sessions::key)
}

#[cfg(feature = "ssr")]
fn client_ip() -> ClientIp {
    use_context::<axum::http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<ClientIp>().copied())
        .unwrap_or_default()
}
