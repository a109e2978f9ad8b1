//! The first start without demo: one page, once, makes the first superadmin and what a working desk needs.
use std::sync::atomic::{AtomicBool, Ordering};

use super::{
    password::{self, NewPassword, Typed},
    service::{acting, admit},
    sessions::{SignedIn, Visit},
    store,
};
use crate::{
    core::{
        App, Error, FieldError, Role, Tx,
        actor::Actor,
        id::UserId,
        text::{Email, PersonName, one_line},
    },
    events::{self, About, Event},
    settings::lay_down::lay_down,
};

/// What the page asks.
#[derive(Debug)]
pub struct FirstStart {
    pub organisation: String,
    pub name: String,
    pub email: String,
    pub password: Typed,
    pub time_zone: String,
}

/// Once it is done it stays done, so the question costs nothing then.
#[derive(Default)]
struct Done(AtomicBool);

/// Whether nobody may run this installation yet.
pub async fn needed(app: &App) -> Result<bool, Error> {
    let done = app.room::<Done>();
    if done.0.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let mut db = app.db.acquire().await?;
    let exists = store::users::superadmin_exists(&mut db).await?;
    done.0.store(exists, Ordering::Relaxed);
    Ok(!exists)
}

/// Makes the first superadmin, a team, a calendar with the catch-all promise, and categories.
///
/// # Errors
/// [`Error::NotFound`] once there is a superadmin: of two at the same moment one is first.
/// [`Error::Invalid`] at each wrong field.
pub async fn complete(app: &App, form: FirstStart, visit: &Visit) -> Result<SignedIn, Error> {
    if !needed(app).await? {
        return Err(Error::NotFound);
    }
    let start = Checked::try_from(form)?;
    let hash = password::hash(app, start.password).await?;
    let mut tx = Tx::begin(app, Actor::System).await?;
    store::users::lock_setup(&mut tx).await?;
    if store::users::superadmin_exists(&mut tx).await? {
        return Err(Error::NotFound);
    }
    let (id, now) = (UserId::new(), tx.now);
    let superadmin = store::users::New {
        id,
        name: start.name.as_str(),
        email: start.email.as_str(),
        role: Role::Superadmin,
        password_hash: Some(&hash),
        verified: true,
        time_zone: &start.time_zone,
    };
    if !store::users::insert(&mut tx, &superadmin, now).await? {
        return Err(Error::invalid("email", "Somebody wrote to this desk from this address. Use another one."));
    }
    lay_down(&mut tx, &start.organisation, &start.time_zone, id).await?;
    let account = store::users::credentials(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.actor = acting(&account);
    let created = Event::AccountCreated { role: Role::Superadmin.to_string() };
    events::append(&mut tx, About::Subject(id.uuid()), &[created]).await?;
    let signed_in = admit(&mut tx, &account, account.generation, visit).await?;
    tx.commit().await?;
    app.room::<Done>().0.store(true, Ordering::Relaxed);
    Ok(signed_in)
}

/// The form, found to be right.
struct Checked {
    organisation: String,
    name: PersonName,
    email: Email,
    password: NewPassword,
    time_zone: String,
}

impl TryFrom<FirstStart> for Checked {
    type Error = Error;

    fn try_from(form: FirstStart) -> Result<Self, Error> {
        let organisation = one_line(&form.organisation);
        let organisation = if (1..=120).contains(&organisation.chars().count()) {
            Ok(organisation)
        } else {
            Err("Enter the name that your customers know you by, at most 120 characters.".to_owned())
        };
        let password = NewPassword::choose(form.password.into_inner(), &form.email, &form.name);
        let time_zone = super::service::time_zone(&form.time_zone);
        let fields = (organisation, PersonName::try_from(form.name), Email::try_from(form.email), password, time_zone);
        match fields {
            (Ok(organisation), Ok(name), Ok(email), Ok(password), Ok(time_zone)) => {
                Ok(Self { organisation, name, email, password, time_zone })
            }
            (organisation, name, email, password, time_zone) => Err(Error::Invalid(
                [
                    ("organisation", organisation.err()),
                    ("name", name.err()),
                    ("email", email.err()),
                    ("password", password.err()),
                    ("time_zone", time_zone.err()),
                ]
                .into_iter()
                .filter_map(|(field, wrong)| wrong.map(|wrong| FieldError::new(field, wrong)))
                .collect(),
            )),
        }
    }
}
