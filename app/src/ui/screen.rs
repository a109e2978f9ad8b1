//! What every page is made of: data that it loads, and what it shows of them.
use leptos::prelude::*;

/// What is at one address.
pub trait Screen: Sized {
    /// Starts loading what the page shows. Runs where the page begins, on the server and in the browser.
    fn data() -> Self;
    /// The page itself.
    fn view(this: Self) -> AnyView;
}

/// The page of an address.
pub fn show<S: Screen>() -> AnyView {
    let page = S::view(S::data());
    awake();
    page
}

/// Marks the document, for whoever drives a browser: from here on the page answers by itself.
pub fn awake() {
    #[cfg(feature = "hydrate")]
    Effect::new(|| {
        if let Some(root) = document().document_element() {
            // An attribute of this name is always possible.
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
}
