//! What the start pages ask for.
use leptos::{prelude::*, server_fn::codec::Json};

use super::{
    attainment::{model::SlaReport, query::SlaQuery},
    model::{Company, DeskState, Period, PersonReport, SystemState, TeamToday},
    monitor::model::Monitor,
    ratings::{Rating, RatingForm},
};
use crate::core::{
    Error,
    id::{TeamId, UserId},
};
#[cfg(feature = "ssr")]
use crate::{
    core::Tx,
    reports::{admin, attainment, company, monitor, ratings, system, team},
};

#[server]
pub async fn company_report(period: Period) -> Result<Company, Error> {
    company::company(&mut Tx::read_request().await?, period).await
}

#[server]
pub async fn read_team(team: Option<TeamId>) -> Result<TeamToday, Error> {
    team::today(&mut Tx::read_request().await?, team).await
}

#[server]
pub async fn read_monitor(team: Option<TeamId>) -> Result<Monitor, Error> {
    monitor::monitor(&mut Tx::read_request().await?, team).await
}

#[server(input = Json)]
pub async fn read_attainment(query: SlaQuery) -> Result<SlaReport, Error> {
    attainment::report(&mut Tx::read_request().await?, &query).await
}

#[server]
pub async fn read_person(person: UserId) -> Result<PersonReport, Error> {
    team::person(&mut Tx::read_request().await?, person).await
}

#[server]
pub async fn own_ratings() -> Result<Vec<Rating>, Error> {
    ratings::own(&mut Tx::read_request().await?).await
}

#[server]
pub async fn rate_person(person: UserId, form: RatingForm) -> Result<(), Error> {
    let draft = form.try_into()?;
    let mut tx = Tx::of_request().await?;
    ratings::give(&mut tx, person, &draft).await?;
    tx.commit().await
}

#[server]
pub async fn admin_state() -> Result<DeskState, Error> {
    admin::desk_state(&mut Tx::read_request().await?).await
}

#[server]
pub async fn read_system() -> Result<SystemState, Error> {
    system::system_state(&mut Tx::read_request().await?).await
}
