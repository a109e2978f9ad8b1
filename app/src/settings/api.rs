//! Settings, for the page /system/settings.
use leptos::prelude::*;

use super::model::{Settings, SettingsForm};
use crate::core::Error;
#[cfg(feature = "ssr")]
use crate::{core::Tx, settings::service};

#[server]
pub async fn read_settings() -> Result<Settings, Error> {
    service::open(&mut Tx::read_request().await?).await
}

#[server]
pub async fn save_settings(form: SettingsForm) -> Result<(), Error> {
    let next = form.try_into()?;
    let mut tx = Tx::of_request().await?;
    service::change(&mut tx, next).await?;
    tx.commit().await
}
