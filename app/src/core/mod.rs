//! What all rooms share: typed ids, who acts and what they may, errors, pages, and
//! (on the server) the unit of work and the event log.
//!
//! Any room may use it; it knows no room.
pub mod actor;
pub mod client;
pub mod error;
pub mod form;
pub mod id;
pub mod page;
pub mod permission;
pub mod resource;
pub mod text;

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod csp;
#[cfg(feature = "ssr")]
pub mod fresh;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod secret;
#[cfg(feature = "ssr")]
pub mod tx;

pub use actor::{Actor, Person};
pub use client::ClientIp;
pub use error::{Error, FieldError};
pub use id::Id;
pub use permission::{Permission, Role, Scope};
#[cfg(feature = "ssr")]
pub use {app::App, tx::Tx};
