//! `/team/live`: the promises that are being timed now, each clock by itself.
//!
//! A ticket with two clocks is two lines here; its own lists, to which every number leads, have it once. Between two
//! events nothing is asked: lines count in the browser, which asks again when the next promise is about to turn.
pub mod model;

#[cfg(feature = "ssr")]
mod service;
#[cfg(feature = "ssr")]
mod shared;
#[cfg(feature = "ssr")]
mod store;

#[cfg(feature = "ssr")]
pub use service::monitor;
