//! Notifications: who is told what, decided once, and whether it arrived.
//!
//! [`rules`] decide, pure and readable; [`reader`] applies them to each committed event in one transaction
//! with its own position, so that a decision is taken exactly once whatever crashes. What is to be mailed
//! becomes a row of `deliveries`, which [`outbox`] hands to the mail channel with retries.
//! Other rooms mail through [`service::send_mail`]; all words of our own mails are in [`letters`].
pub mod api;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
pub mod letter;
#[cfg(feature = "ssr")]
mod letters;
#[cfg(feature = "ssr")]
pub mod mailbox;
#[cfg(feature = "ssr")]
mod mailing;
pub mod model;
#[cfg(feature = "ssr")]
pub mod outbox;
#[cfg(feature = "ssr")]
pub mod reader;
#[cfg(feature = "ssr")]
mod rules;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
pub mod ui;
