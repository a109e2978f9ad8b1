//! Live: every list, ticket and figure follows what others do, within a second.
//!
//! The browser holds one stream ([`browser`]); a server reads committed events once for all its streams
//! ([`hub`], [`pump`]) and gives each reader a copy cut to what that reader may see ([`audience`]).
//! A copy says that something happened to a ticket, never what was written: the page asks for that itself.
#[cfg(feature = "ssr")]
pub mod audience;
pub mod browser;
#[cfg(feature = "ssr")]
pub mod hub;
#[cfg(feature = "hydrate")]
mod line;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pump;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use browser::{Live, LiveState, provide_live, use_live};
pub use model::{LiveEvent, LiveKind};
