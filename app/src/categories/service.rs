//! Offering categories and changing them.
use super::{
    model::{CategoryDraft, CategoryLine},
    store,
};
use crate::{
    core::{Error, Permission, Tx, id::CategoryId},
    events::{self, About, Event},
    tickets::model::Category,
};

/// What may be chosen, in the order of the form. For everybody.
pub async fn offered(tx: &mut Tx) -> Result<Vec<Category>, Error> {
    store::offered(tx).await
}

/// All of them, switched-off ones included.
pub async fn list(tx: &mut Tx) -> Result<Vec<CategoryLine>, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    store::list(tx).await
}

/// Adds a category below the others.
///
/// # Errors
/// [`Error::Invalid`] at `name` if another has it.
pub async fn add(tx: &mut Tx, draft: &CategoryDraft) -> Result<CategoryId, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let (id, now) = (CategoryId::new(), tx.now);
    refuse_taken(tx, draft, None).await?;
    store::insert(tx, id, draft, now).await?;
    configured(tx, id, draft, "added").await?;
    Ok(id)
}

/// Renames a category, changes its help, or switches it on or off.
///
/// # Errors
/// As [`add`]; [`Error::NotFound`] if there is none with this id.
pub async fn change(tx: &mut Tx, id: CategoryId, draft: &CategoryDraft) -> Result<(), Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    refuse_taken(tx, draft, Some(id)).await?;
    if !store::update(tx, id, draft).await? {
        return Err(Error::NotFound);
    }
    configured(tx, id, draft, if draft.active { "changed" } else { "switched off" }).await
}

async fn refuse_taken(tx: &mut Tx, draft: &CategoryDraft, except: Option<CategoryId>) -> Result<(), Error> {
    if store::is_taken(tx, &draft.name, except).await? {
        return Err(Error::invalid("name", "There is a category of this name already."));
    }
    Ok(())
}

async fn configured(tx: &mut Tx, id: CategoryId, draft: &CategoryDraft, change: &str) -> Result<(), Error> {
    let event = Event::Configured { area: "category".into(), name: draft.name.clone(), change: change.into() };
    events::append(tx, About::Subject(id.uuid()), &[event]).await
}
