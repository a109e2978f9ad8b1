//! Categories: what customers choose on the form, and what routing, promises and reports go by.
//!
//! A category is never deleted, because tickets carry it; switched off, it is no longer offered.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
pub mod ui;
