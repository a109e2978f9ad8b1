//! The desk: where agents see what waits, and answer it.
//!
//! It owns no tables but `ticket_reads`: lists and commands are the tickets room's, promises the SLA
//! room's. What it adds is the look: views with their counts, the start page, the ticket page.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
pub mod ui;
