//! Tickets: what people ask for and what became of it.
//!
//! [`lifecycle`] holds the rules, [`service`] the use cases; pages, REST, mail and jobs all call the
//! latter. The tables are known to `store` alone.
pub mod lifecycle;
pub mod model;
pub mod own;
#[cfg(feature = "ssr")]
pub mod promises;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
