//! Server functions of the audit log.
use leptos::prelude::*;

use super::model::{AuditFilter, AuditRow, Verdict};
use crate::core::{Error, page::Page};
#[cfg(feature = "ssr")]
use crate::{audit::service, core::Tx};

/// A page of the log.
#[server]
pub async fn list_audit(filter: AuditFilter) -> Result<Page<AuditRow>, Error> {
    service::list(&mut Tx::read_request().await?, &filter).await
}

/// Recomputes the chain of hashes.
#[server]
pub async fn verify_audit() -> Result<Verdict, Error> {
    service::verify(&mut Tx::read_request().await?).await
}
