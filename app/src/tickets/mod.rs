//! Tickets: what people ask for and what became of it.
//!
//! [`lifecycle`] holds the rules, [`service`] the use cases, [`list`] and [`read`] the looks at them,
//! [`timeline`] the story of one; pages, REST, mail and jobs all call these. The tables are known to this
//! room alone.
pub mod api;
#[cfg(feature = "ssr")]
pub mod digest;
#[cfg(feature = "ssr")]
pub mod ladder;
pub mod lifecycle;
#[cfg(feature = "ssr")]
pub mod list;
pub mod model;
#[cfg(feature = "ssr")]
pub mod names;
pub mod own;
#[cfg(feature = "ssr")]
pub mod promises;
pub mod query;
#[cfg(feature = "ssr")]
pub mod read;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
pub mod timeline;
#[cfg(feature = "ssr")]
pub mod wall;
