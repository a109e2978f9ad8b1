//! Conversations: messages on a ticket, the files with them, and what makes their text safe to show.
//!
//! The tickets room adds messages through [`service`] and reads them through `thread`; pages use the
//! timeline there. Files arrive and leave through [`files`]; a form takes one back through [`api`].
pub mod api;
#[cfg(feature = "ssr")]
pub mod extract;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
mod files_store;
#[cfg(feature = "ssr")]
pub mod markdown;
#[cfg(feature = "ssr")]
pub mod media;
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
pub mod thread;
#[cfg(feature = "ssr")]
mod thread_store;
