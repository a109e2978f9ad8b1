//! Promises: what is to happen by when, and what became of it.
pub mod clock;
pub mod countdown;
pub mod interval;
pub mod model;
pub mod spec;

#[cfg(feature = "ssr")]
pub mod calendar;
#[cfg(feature = "ssr")]
pub mod engine;
#[cfg(feature = "ssr")]
pub mod facts;
#[cfg(feature = "ssr")]
pub mod policy;
