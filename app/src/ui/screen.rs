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

/// From here on the page answers by itself: its clock ticks, and the document says so to whoever drives a browser.
pub fn awake() {
    #[cfg(feature = "hydrate")]
    {
        let clock = super::use_clock();
        Effect::new(move |_| {
            clock.start();
            if let Some(root) = document().document_element() {
                // An attribute of this name is always possible.
                let _ = root.set_attribute("data-hydrated", "");
            }
        });
    }
}
