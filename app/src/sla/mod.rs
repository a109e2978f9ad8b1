//! Promises: what is to happen by when, and what became of it.
//!
//! The heart is pure: [`calendar`] knows working time, [`policy`] what is promised, [`engine`]
//! replays what happened to a ticket into clocks. Around it lie [`store`] (the tables), [`service`]
//! (what other rooms call), [`sweep`] (what time alone does) and the pages. People read "promise"
//! where code, settings and the API say `sla`.
pub mod api;
pub mod clock;
pub mod interval;
pub mod model;
pub mod spec;
pub mod ui;
pub mod views;
pub mod why;

#[cfg(feature = "ssr")]
pub mod apply;
#[cfg(feature = "ssr")]
pub mod calendar;
#[cfg(feature = "ssr")]
pub mod course;
#[cfg(feature = "ssr")]
mod deeds;
#[cfg(feature = "ssr")]
pub mod derive;
#[cfg(feature = "ssr")]
pub mod dry_run;
#[cfg(feature = "ssr")]
pub mod engine;
#[cfg(feature = "ssr")]
pub mod explain;
#[cfg(feature = "ssr")]
pub mod facts;
#[cfg(feature = "ssr")]
pub mod first;
#[cfg(feature = "ssr")]
mod forms;
#[cfg(feature = "ssr")]
pub mod library;
#[cfg(feature = "ssr")]
mod meaning;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod plan;
#[cfg(feature = "ssr")]
pub mod policy;
#[cfg(feature = "ssr")]
pub mod promise;
#[cfg(feature = "ssr")]
pub mod publish;
#[cfg(feature = "ssr")]
pub mod rebuild;
#[cfg(feature = "ssr")]
mod rematch;
#[cfg(feature = "ssr")]
pub mod rows;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod shelf;
#[cfg(feature = "ssr")]
pub mod simulate;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
pub mod submit;
#[cfg(feature = "ssr")]
pub mod sweep;
#[cfg(all(test, feature = "ssr"))]
mod tests;
