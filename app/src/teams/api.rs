//! Teams, for the page /admin/teams and the menus of other pages.
use leptos::prelude::*;

use super::model::{Candidate, Team, TeamForm};
#[cfg(feature = "ssr")]
use crate::{core::Tx, teams::service};
use crate::{
    core::{
        Error,
        id::{TeamId, UserId},
    },
    tickets::model::TeamRef,
};

#[server]
pub async fn active_teams() -> Result<Vec<TeamRef>, Error> {
    service::active(&mut Tx::read_request().await?).await
}

/// All teams, and who could join one.
#[server]
pub async fn teams_and_candidates() -> Result<(Vec<Team>, Vec<Candidate>), Error> {
    let mut tx = Tx::read_request().await?;
    Ok((service::list(&mut tx).await?, service::candidates(&mut tx).await?))
}

/// Adds a team, or changes the one with `id`.
#[server]
pub async fn save_team(id: Option<TeamId>, form: TeamForm) -> Result<(), Error> {
    let draft = form.try_into()?;
    let mut tx = Tx::of_request().await?;
    match id {
        Some(id) => service::change(&mut tx, id, &draft).await?,
        None => drop(service::add(&mut tx, &draft).await?),
    }
    tx.commit().await
}

/// Puts somebody into a team; `lead` is ticked or missing, as a checkbox sends it.
#[server]
pub async fn put_member(team: TeamId, user: UserId, #[server(default)] lead: Option<String>) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::put_member(&mut tx, team, user, lead.is_some()).await?;
    tx.commit().await
}

#[server]
pub async fn drop_member(team: TeamId, user: UserId) -> Result<(), Error> {
    let mut tx = Tx::of_request().await?;
    service::drop_member(&mut tx, team, user).await?;
    tx.commit().await
}
