//! Server functions on files, for every form that brings some.
use leptos::prelude::*;

use crate::core::{Error, id::AttachmentId};
#[cfg(feature = "ssr")]
use crate::{conversations::files, core::Tx};

/// Takes back a file that waits under `token` for its form.
#[server]
pub async fn remove_upload(token: String, file: AttachmentId) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    files::remove_waiting(&mut tx, &token, file).await?;
    tx.commit().await
}
