//! `/reports/sla`: how promises were kept, by policy, kind, team, priority and week, always with the number they are
//! computed from; what was missed; and what counts as neither, with the reason.
//!
//! Attainment is met / (met + missed): a kept promise counts on the day of its fulfilment, a missed one on the day of its
//! due time, once, also while it still runs. Cancelled ones are left out, and so are misses that only a change of target
//! brought. The page and the file for spreadsheets show the same answer.
pub mod model;
pub mod query;

#[cfg(feature = "ssr")]
mod csv;
#[cfg(feature = "ssr")]
mod lists;
#[cfg(feature = "ssr")]
mod service;
#[cfg(feature = "ssr")]
mod store;

#[cfg(feature = "ssr")]
pub use {csv::csv, service::report};
