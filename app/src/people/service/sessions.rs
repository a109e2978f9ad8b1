//! Ending one's own sessions.
use crate::{
    core::{Error, Permission, Tx},
    events::{self, About, Event},
    people::{sessions, store},
};

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
