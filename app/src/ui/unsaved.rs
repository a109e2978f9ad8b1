//! What was typed into a large form and is not saved yet: following a link, reloading and closing ask first.
use leptos::{ev, prelude::*};

/// Whether a form holds something that leaving its page would lose; copy it freely.
#[derive(Clone, Copy)]
pub struct Unsaved(StoredValue<bool>);

impl Unsaved {
    /// Of the form on this page; `already`: it came back unsaved.
    pub fn watch(already: bool) -> Self {
        let this = Self(StoredValue::new(already));
        Effect::new(move |_| {
            let asks = window_event_listener(ev::beforeunload, move |event| {
                if this.is_so() {
                    event.prevent_default();
                }
            });
            on_cleanup(move || asks.remove());
            browser::leave_by_loading(this);
        });
        this
    }

    fn is_so(self) -> bool {
        self.0.try_get_value().unwrap_or_default()
    }

    /// Something was typed.
    pub fn typed(self) {
        self.0.try_set_value(true);
    }

    /// The form is on its way, or nobody wants it any more.
    pub fn gone(self) {
        self.0.try_set_value(false);
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    use super::Unsaved;

    pub const fn leave_by_loading(_: Unsaved) {}
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast as _, closure::Closure};
    use web_sys::{Element, Event};

    use super::Unsaved;

    /// The router changes pages without leaving the document, at which no browser asks: while something is unsaved it
    /// does not hear of clicks on links, so that the browser follows them itself.
    pub fn leave_by_loading(unsaved: Unsaved) {
        let Some(body) = web_sys::window().and_then(|window| window.document()?.body()) else { return };
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if unsaved.is_so()
                && target.is_some_and(|target| target.closest("a[href]").is_ok_and(|link| link.is_some()))
            {
                event.stop_propagation();
            }
        });
        // Refused only for what is no function.
        let _ = body.add_event_listener_with_callback("click", listener.as_ref().unchecked_ref());
        let held = StoredValue::new_local((body, listener));
        on_cleanup(move || {
            held.try_with_value(|(body, listener)| {
                let _ = body.remove_event_listener_with_callback("click", listener.as_ref().unchecked_ref());
            });
        });
    }
}
