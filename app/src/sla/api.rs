//! Server functions of the administrator's pages.
use leptos::prelude::*;

use super::views::{CalendarPage, Meaning, PolicyPage, Typed};
use crate::core::{
    Error,
    id::{CalendarId, PolicyId},
};
#[cfg(feature = "ssr")]
use {
    super::{
        pages::{self, Asked},
        submit,
        views::Returned,
    },
    crate::core::Tx,
};

/// The policies' page; `version`: with the form as the policy once was.
#[server]
pub async fn open_policies(id: Option<PolicyId>, new: bool, version: Option<i32>) -> Result<PolicyPage, Error> {
    // Given by the door when a form comes back.
    let returned = use_context::<Returned>();
    let mut tx = Tx::read_request().await?;
    pages::policies(&mut tx, Asked { id, new, version }, returned).await
}

/// The calendars' page; `version`: with the form as the calendar once was.
#[server]
pub async fn open_calendars(id: Option<CalendarId>, new: bool, version: Option<i32>) -> Result<CalendarPage, Error> {
    let returned = use_context::<Returned>();
    let mut tx = Tx::read_request().await?;
    pages::calendars(&mut tx, Asked { id, new, version }, returned).await
}

/// What the hours in the calendars' form mean, as they are typed.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn probe_calendar(typed: Typed) -> Result<Meaning, Error> {
    submit::probe_calendar(&Tx::read_request().await?, &typed)
}
