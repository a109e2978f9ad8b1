//! Conversations: messages on a ticket, the files with them, and what makes their text safe to show.
//!
//! The tickets room adds messages through [`service`]; pages read them through the timeline there.
#[cfg(feature = "ssr")]
pub mod markdown;
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
