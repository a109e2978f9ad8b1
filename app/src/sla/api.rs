//! Server functions of the administrator's pages.
use leptos::prelude::*;

use super::views::{CalendarPage, Meaning, PolicyPage, Typed};
use crate::core::{
    Error,
    id::{CalendarId, PolicyId},
};
#[cfg(feature = "ssr")]
use {
    super::{pages, views::Refused},
    crate::core::Tx,
};

/// The policies' page.
#[server]
pub async fn open_policies(id: Option<PolicyId>, new: bool) -> Result<PolicyPage, Error> {
    // Given by the door when a form that was refused is shown again.
    let refused = use_context::<Refused>();
    let mut tx = Tx::read_request().await?;
    pages::policies(&mut tx, id, new, refused).await
}

/// The calendars' page.
#[server]
pub async fn open_calendars(id: Option<CalendarId>, new: bool) -> Result<CalendarPage, Error> {
    let refused = use_context::<Refused>();
    let mut tx = Tx::read_request().await?;
    pages::calendars(&mut tx, id, new, refused).await
}

/// What the hours in the calendars' form mean, as they are typed.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn probe_calendar(typed: Typed) -> Result<Meaning, Error> {
    pages::probe_calendar(&Tx::read_request().await?, &typed)
}
