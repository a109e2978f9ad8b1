//! Routing rules, for the page /admin/routing.
use leptos::prelude::*;

use super::model::{RoutingPageData, RuleForm};
use crate::core::{Error, id::RuleId};
#[cfg(feature = "ssr")]
use crate::{categories, core::Tx, routing::service, teams};

/// The rules, and what they may ask for and set.
#[server]
pub async fn routing_page() -> Result<RoutingPageData, Error> {
    let mut tx = Tx::read_request().await?;
    Ok(RoutingPageData {
        rules: service::list(&mut tx).await?,
        categories: categories::service::offered(&mut tx).await?,
        teams: teams::service::active(&mut tx).await?,
    })
}

/// Adds a rule, or replaces the one with `id`.
#[server]
pub async fn save_rule(id: Option<RuleId>, form: RuleForm) -> Result<(), Error> {
    let draft = form.try_into()?;
    let mut tx = Tx::of_request().await?;
    match id {
        Some(id) => service::change(&mut tx, id, &draft).await?,
        None => drop(service::add(&mut tx, &draft).await?),
    }
    tx.commit().await
}

#[server]
pub async fn move_rule_up(id: RuleId) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::shift(&mut tx, id, service::Direction::Up).await?;
    tx.commit().await
}

#[server]
pub async fn move_rule_down(id: RuleId) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::shift(&mut tx, id, service::Direction::Down).await?;
    tx.commit().await
}

#[server]
pub async fn remove_rule(id: RuleId) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::remove(&mut tx, id).await?;
    tx.commit().await
}
