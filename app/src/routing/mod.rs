//! Routing: which team a new ticket goes to, how much it matters, and who gets it.
//!
//! [`rules`] decides from the words of the ticket; [`service::route`] adds the person and leaves a trace
//! that the ticket shows. Filing a ticket is the only caller.
pub mod api;
#[cfg(feature = "ssr")]
mod loads;
pub mod model;
pub mod rules;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
pub mod ui;
