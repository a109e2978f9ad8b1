//! What a superadmin may change while the server runs, typed and checked, and what a new desk starts with.
//!
//! Everybody reads them through [`service::current`], which costs nothing; a change is in force on every
//! server within a second.
pub mod api;
#[cfg(feature = "ssr")]
pub mod lay_down;
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
pub mod ui;
