//! What a person chose about the look, and where their browser is, kept in cookies that the server reads too.
use crate::core::client::cookie_in;

/// A cookie by its name: from the request on the server, from the document in the browser.
#[must_use]
pub fn cookie(name: &str) -> Option<String> {
    header().and_then(|header| cookie_in(&header, name).map(ToOwned::to_owned))
}

/// Remembers `value` for a year; nothing on the server.
pub fn remember(name: &str, value: &str) {
    write(&format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax"));
}

#[cfg(feature = "ssr")]
fn header() -> Option<String> {
    use axum::http::{header::COOKIE, request::Parts};
    let parts = leptos::prelude::use_context::<Parts>()?;
    Some(parts.headers.get(COOKIE)?.to_str().ok()?.to_owned())
}

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
fn header() -> Option<String> {
    let document = leptos::tachys::dom::document();
    js_sys::Reflect::get(&document, &"cookie".into()).ok()?.as_string()
}

#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
const fn header() -> Option<String> {
    None
}

#[cfg(feature = "hydrate")]
fn write(cookie: &str) {
    let document = leptos::tachys::dom::document();
    // A browser that refuses cookies keeps the choice for this page only.
    let _ = js_sys::Reflect::set(&document, &"cookie".into(), &cookie.into());
}

#[cfg(not(feature = "hydrate"))]
const fn write(_: &str) {}
