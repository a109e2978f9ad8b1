//! One-click logins, for looking around. They exist in demo mode alone.
use super::{
    model::DemoLogin,
    service::{acting, admit},
    sessions::{SignedIn, Visit},
    store,
};
use crate::core::{App, Error, Role, Tx};

/// A person for each role that has one; nobody outside demo mode.
pub async fn people(app: &App) -> Result<Vec<DemoLogin>, Error> {
    if !app.config.demo {
        return Ok(Vec::new());
    }
    let mut db = app.db.acquire().await?;
    let people = store::users::first_of_each_role(&mut db).await?;
    Ok(people.into_iter().map(|p| DemoLogin { role: p.role, name: p.name }).collect())
}

/// Signs in as the demo person of `role`.
///
/// # Errors
/// [`Error::NotFound`] outside demo mode, and where nobody has the role.
pub async fn sign_in(app: &App, role: Role, visit: &Visit) -> Result<SignedIn, Error> {
    if !app.config.demo {
        return Err(Error::NotFound);
    }
    let people = {
        let mut db = app.db.acquire().await?;
        store::users::first_of_each_role(&mut db).await?
    };
    let account = people.into_iter().find(|p| p.role == role).ok_or(Error::NotFound)?;
    let mut tx = Tx::begin(app, acting(&account)).await?;
    let signed_in = admit(&mut tx, &account, account.generation, visit).await?;
    tx.commit().await?;
    Ok(signed_in)
}
