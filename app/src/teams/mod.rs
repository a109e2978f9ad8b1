//! Teams: who answers together, who leads, and whether new tickets are handed out or taken.
//!
//! A team is never deleted, because tickets belong to it; switched off, it gets no new ones.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
pub mod ui;
