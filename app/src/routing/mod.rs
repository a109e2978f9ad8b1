//! Routing: which priority, team and agent a new ticket gets, and why.
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
