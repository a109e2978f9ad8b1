//! One-click logins, for looking around. They exist in demo mode alone.
use super::{
    model::DemoLogin,
    service::{acting, admit},
    sessions::{SignedIn, Visit},
    store::users::{Credentials, one_of_each_role},
};
use crate::{
    core::{App, Error, Role, Tx},
    demo::logins::LOGINS,
};

/// A person for each role that has one; nobody outside demo mode.
pub async fn people(app: &App) -> Result<Vec<DemoLogin>, Error> {
    if !app.config.demo {
        return Ok(Vec::new());
    }
    Ok(accounts(app).await?.into_iter().map(|p| DemoLogin { role: p.role, name: p.name }).collect())
}

/// Signs in as the demo person of `role`.
///
/// # Errors
/// [`Error::NotFound`] outside demo mode, and where nobody has the role.
pub async fn sign_in(app: &App, role: Role, visit: &Visit) -> Result<SignedIn, Error> {
    if !app.config.demo {
        return Err(Error::NotFound);
    }
    let account = accounts(app).await?.into_iter().find(|p| p.role == role).ok_or(Error::NotFound)?;
    let mut tx = Tx::begin(app, acting(&account)).await?;
    let signed_in = admit(&mut tx, &account, account.generation, visit).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// The people whom the demo made for it, where it did.
async fn accounts(app: &App) -> Result<Vec<Credentials>, Error> {
    let preferred = LOGINS.map(|login| login.email.to_owned());
    let mut db = app.db.acquire().await?;
    Ok(one_of_each_role(&mut db, &preferred).await?)
}
