//! Server functions of the portal's pages.
use leptos::prelude::*;

use super::model::{FormPage, MyList, MyPage, Phone, Pledge, RequestPage, SentPage, Typed};
use crate::{core::Error, tickets::own::View};
#[cfg(feature = "ssr")]
use crate::{
    core::{Tx, tx},
    portal::{
        model::{Refused, RefusedAnswer},
        phone, service,
    },
    tickets::own::Filter,
};

/// The public form; with what was typed where a handler sends it back.
#[server]
pub async fn load_form() -> Result<FormPage, Error> {
    let refused = use_context::<Refused>().unwrap_or_default();
    service::form(&mut Tx::read_request().await?, refused).await
}

#[server]
pub async fn preview_pledge(typed: Typed) -> Result<Pledge, Error> {
    service::preview(&mut Tx::read_request().await?, &typed).await
}

/// Whether `number`, written as in `country`, is a phone number; `None` if nothing was typed.
#[server]
#[allow(clippy::unused_async)] // server functions are
pub async fn check_phone(country: String, number: String) -> Result<Option<Phone>, Error> {
    phone::check(&country, &number).map_err(|said| Error::invalid("phone", said))
}

/// The options of the country picker as markup, for a form that the browser made: see [`phone::options`].
#[server]
#[allow(clippy::unused_async)] // server functions are
pub async fn country_options(chosen: String) -> Result<String, Error> {
    Ok(phone::options(&chosen).into_string())
}

#[server]
pub async fn load_sent(token: String) -> Result<SentPage, Error> {
    let (app, viewer) = tx::request()?;
    service::sent(&app, &viewer, &token).await
}

#[server]
pub async fn load_track(token: String) -> Result<RequestPage, Error> {
    let (app, _) = tx::request()?;
    service::track(&app, &token, use_context::<RefusedAnswer>().unwrap_or_default()).await
}

#[server]
pub async fn load_my_page() -> Result<MyPage, Error> {
    service::dashboard(&mut Tx::read_request().await?).await
}

#[server]
pub async fn load_my_tickets(view: View, shared: bool, text: String, after: String) -> Result<MyList, Error> {
    let filter = Filter { view, shared, text };
    service::my_tickets(&mut Tx::read_request().await?, &filter, Some(after.as_str()).filter(|a| !a.is_empty())).await
}

#[server]
pub async fn load_my_ticket(number: i64) -> Result<RequestPage, Error> {
    let refused = use_context::<RefusedAnswer>().unwrap_or_default();
    service::my_ticket(&mut Tx::read_request().await?, number, refused).await
}
