//! Clicks on markup, which has no handlers of its own: the element around it listens and asks what was meant.
use leptos::{ev::MouseEvent, wasm_bindgen::JsCast as _, web_sys::Element};

/// What of `selector` was clicked on.
pub fn hit(event: &MouseEvent, selector: &str) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(selector).ok().flatten()
}

/// What the clicked piece of markup says it does, in its `data-does`.
pub fn does(event: &MouseEvent) -> Option<String> {
    hit(event, "[data-does]")?.get_attribute("data-does")
}
