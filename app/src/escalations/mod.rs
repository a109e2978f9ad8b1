//! Escalations: tickets that whoever leads has to look at, and who did.
//!
//! A step of a promise's ladder escalates a ticket when its time is up ([`crate::sla`] calls [`service::reached`] in the
//! transaction that decides the step), and so does a colleague with a reason ([`crate::tickets::service::escalate`]). At
//! most one escalation of a ticket waits; what comes meanwhile is added to it. It leaves the inbox when somebody
//! acknowledges it, or by itself while the ticket is solved.
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
pub mod ui;
