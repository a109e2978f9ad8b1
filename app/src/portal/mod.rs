//! The portal: what customers see. The public form, the tracking page behind a signed link, and the
//! pages of those who are signed in (/my).
//!
//! [`service`] files requests and tells what became of them; everything it writes goes through the
//! tickets room. Its pages work without JavaScript: their forms are posted to plain handlers (`http::portal`),
//! which show a refused form again with everything typed still in it ([`model::Refused`]).
pub mod api;
#[cfg(feature = "ssr")]
mod countries;
#[cfg(feature = "ssr")]
pub mod limits;
#[cfg(feature = "ssr")]
mod line;
#[cfg(feature = "ssr")]
pub mod link;
pub mod model;
#[cfg(feature = "ssr")]
mod phone;
#[cfg(feature = "ssr")]
mod picture;
#[cfg(feature = "ssr")]
mod pledge;
#[cfg(feature = "ssr")]
pub mod sent;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod story;
pub mod ui;
pub mod when;
