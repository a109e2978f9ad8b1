//! The content security policy of our pages.
//!
//! It belongs to the page and not to a middleware because each rendering has its own nonce, which Leptos
//! puts on the scripts it writes. Answers that are no page get a stricter one from the router.
use std::sync::{Arc, OnceLock};

use axum::http::{HeaderValue, request::Parts};
use leptos::{nonce::use_nonce, prelude::use_context};

/// Where a page leaves its policy for the middleware that sends it: an extension of the request. Headers left
/// with Leptos have been seen to get lost when a browser broke off the request before.
#[derive(Clone, Debug, Default)]
pub struct Policy(Arc<OnceLock<HeaderValue>>);

impl Policy {
    /// What the page left, once it is rendered.
    pub fn get(&self) -> Option<HeaderValue> {
        self.0.get().cloned()
    }
}

/// Leaves the policy of the page being rendered. The document's shell calls it.
pub fn announce() {
    let Some(nonce) = use_nonce() else { return };
    let Some(parts) = use_context::<Parts>() else { return };
    let Some(slot) = parts.extensions.get::<Policy>() else { return };
    // A mail brings its styles with it, and the frame that the demo's mailbox shows it in has the policy of the page.
    let styles = if parts.uri.path().starts_with("/dev/mail/") { " 'unsafe-inline'" } else { "" };
    // `cargo leptos watch` reloads through a socket on a port of its own; it sets this variable.
    let watch = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'{styles}; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'{watch}; manifest-src 'self'; \
         media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    );
    // The nonce is base64 for URLs, so this is always a header's text.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        // The first rendering of a request is the one that is sent.
        let _ = slot.0.set(policy);
    }
}
