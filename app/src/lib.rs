//! Kept, the product: typed models, ticket and SLA logic, server functions and pages.
//!
//! Compiled twice: with `ssr` into the server program, with `hydrate` into WebAssembly for the browser.
//! One folder is one room of the business; every room has the same furniture (see CONTRIBUTING.md).
#![recursion_limit = "256"]
// Helpers of tests may fail loudly; clippy.toml excuses only the tests themselves.
#![cfg_attr(test, allow(clippy::expect_used, clippy::missing_panics_doc, clippy::panic, clippy::unwrap_used))]

pub mod audit;
pub mod categories;
pub mod conversations;
pub mod core;
pub mod demo;
pub mod desk;
pub mod escalations;
pub mod events;
pub mod frame;
#[cfg(feature = "ssr")]
pub mod functions;
pub mod home;
pub mod live;
pub mod notifications;
pub mod people;
pub mod portal;
pub mod reports;
pub mod routes;
pub mod routing;
pub mod settings;
pub mod sla;
pub mod teams;
#[cfg(all(test, feature = "ssr"))]
pub mod testing;
pub mod tickets;
pub mod ui;
pub mod wings;

/// The browser's entry: attaches to the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(routes::App);
}
