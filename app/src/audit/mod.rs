//! Audit: everything that happened, sealed by a chain of hashes.
//!
//! Services only append events; [`link`] seals the committed ones behind them, one writer at a time, so no
//! request waits for it. [`verify`] recomputes the whole chain and names the first position that does not
//! hold, and how many events are not sealed yet. The pure part, what is hashed and how, is [`chain`].
pub mod api;
#[cfg(feature = "ssr")]
pub mod chain;
#[cfg(feature = "ssr")]
pub mod link;
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
pub mod ui;
#[cfg(feature = "ssr")]
pub mod verify;
#[cfg(feature = "ssr")]
mod words;
