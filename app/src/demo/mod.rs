//! The demo: Larkfield Instruments, a maker of water-quality probes, with its people, rules, promises and
//! eighteen months of tickets.
//!
//! [`people::settle`] makes the company, [`fill::fill`] its history. Everything follows from a seed and the
//! present instant: the same two give the same desk. SLA history is what the real engine says of the made-up
//! facts, never made up itself. [`countdown`] is for the eyes of developers.
pub mod countdown;
pub mod logins;
pub mod ui;

#[cfg(feature = "ssr")]
mod arrivals;
#[cfg(feature = "ssr")]
pub(crate) mod chance;
#[cfg(feature = "ssr")]
mod company;
#[cfg(feature = "ssr")]
mod copy;
#[cfg(feature = "ssr")]
pub mod fill;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
mod plot;
#[cfg(feature = "ssr")]
mod promises;
#[cfg(feature = "ssr")]
mod ratings;
#[cfg(feature = "ssr")]
mod story;
#[cfg(feature = "ssr")]
mod words;
#[cfg(feature = "ssr")]
mod write;
