//! Everything that happened, in the order in which it was committed.
//!
//! A service appends what it did in the transaction that does it ([`append`], [`append_to_many`]); audit, notifications and
//! live updates read behind the committed rows ([`reader`]). So adding a reader touches no writer.
#[cfg(feature = "ssr")]
pub mod follow;
pub mod model;
#[cfg(feature = "ssr")]
pub mod reader;
#[cfg(feature = "ssr")]
mod store;

pub use model::Event;
#[cfg(feature = "ssr")]
pub use store::{About, append, append_to_many, besides_messages};
