//! Categories, for the page /admin/categories.
use leptos::prelude::*;

use super::model::{CategoryForm, CategoryLine};
use crate::core::{Error, id::CategoryId};
#[cfg(feature = "ssr")]
use crate::{categories::service, core::Tx};

#[server]
pub async fn category_lines() -> Result<Vec<CategoryLine>, Error> {
    service::list(&mut Tx::read_request().await?).await
}

/// Adds a category, or changes the one with `id`.
#[server]
pub async fn save_category(id: Option<CategoryId>, form: CategoryForm) -> Result<(), Error> {
    let draft = form.try_into()?;
    let mut tx = Tx::of_request().await?;
    match id {
        Some(id) => service::change(&mut tx, id, &draft).await?,
        None => drop(service::add(&mut tx, &draft).await?),
    }
    tx.commit().await
}
