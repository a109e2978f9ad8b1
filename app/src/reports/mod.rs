//! Reports: the figures of the administrator's, manager's, executive's and superadmin's start pages, and how
//! people rate each other's months; how promises stand now ([`monitor`]) and how they were kept ([`attainment`]).
//!
//! Every figure is one query, and leads to the list of tickets that the same conditions give. Sums over days
//! come from `report_days` (see its migration), medians and everything about now from the tickets and clocks
//! themselves. Days are those of UTC.
pub mod api;
pub mod attainment;
pub mod model;
pub mod monitor;
pub mod ratings;
pub mod ui;

#[cfg(feature = "ssr")]
mod admin;
#[cfg(feature = "ssr")]
mod company;
#[cfg(feature = "ssr")]
mod days;
#[cfg(feature = "ssr")]
mod reach;
#[cfg(feature = "ssr")]
mod say;
#[cfg(feature = "ssr")]
mod spans;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod system;
#[cfg(feature = "ssr")]
mod team;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
pub mod traffic;

#[cfg(feature = "ssr")]
pub use days::fold;
