//! What somebody typed into a public form, kept in the tab until it is sent: a reload, a lost line or the back button
//! brings it back. It ends with the tab, since the next person at the machine may be another.
use leptos::{html, prelude::*};

/// Puts back into the empty fields of `form` what an earlier visit left. [`save`] keeps it.
pub fn restore(form: NodeRef<html::Form>) {
    Effect::new(move |_| {
        if let Some(form) = form.get() {
            browser::restore(&form);
        }
    });
}

/// The same once more, for fields that came late.
pub fn restore_late(form: NodeRef<html::Form>) {
    if let Some(form) = form.try_get_untracked().flatten() {
        browser::restore(&form);
    }
}

/// Keeps what is typed into the form: for its `input` and `change` events.
pub fn save(form: NodeRef<html::Form>) {
    if let Some(form) = form.get_untracked() {
        browser::save(&form);
    }
}

/// The form posted to `action` was sent.
pub fn forget(action: &'static str) {
    Effect::new(move |_| browser::forget(action));
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    use leptos::web_sys::HtmlFormElement;

    pub const fn save(_: &HtmlFormElement) {}
    pub const fn restore(_: &HtmlFormElement) {}
    pub const fn forget(_: &str) {}
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::collections::BTreeMap;

    use js_sys::Reflect;
    use wasm_bindgen::{JsCast as _, JsValue};
    use web_sys::{Element, Event, EventInit, HtmlFormElement, Storage};

    /// The texts of the form: neither its hidden fields nor files nor passwords.
    const FIELDS: &str = "textarea[name], select[name], input[name]:not([type=hidden], [type=file], [type=password], \
                          [type=radio], [type=checkbox])";

    fn storage() -> Option<Storage> {
        web_sys::window()?.session_storage().ok().flatten()
    }

    fn key(action: &str) -> String {
        format!("kept.form.{action}")
    }

    fn fields(form: &HtmlFormElement) -> Vec<(String, Element)> {
        let Ok(list) = form.query_selector_all(FIELDS) else { return Vec::new() };
        let all = (0..list.length()).filter_map(|n| list.item(n)?.dyn_into::<Element>().ok());
        all.filter_map(|field| Some((field.get_attribute("name")?, field))).collect()
    }

    fn value(field: &Element) -> String {
        Reflect::get(field, &"value".into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
    }

    pub fn save(form: &HtmlFormElement) {
        let typed: BTreeMap<String, String> = fields(form)
            .into_iter()
            .map(|(name, field)| (name, value(&field)))
            .filter(|(_, v)| !v.is_empty())
            .collect();
        let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(&typed)) else { return };
        let action = form.get_attribute("action").unwrap_or_default();
        // A full or forbidden store loses the draft, not the text on the page.
        let _ = storage.set_item(&key(&action), &json);
    }

    pub fn restore(form: &HtmlFormElement) {
        let action = form.get_attribute("action").unwrap_or_default();
        let stored = storage().and_then(|storage| storage.get_item(&key(&action)).ok().flatten());
        let Some(typed) =
            stored.and_then(|json| serde_json::from_slice::<BTreeMap<String, String>>(json.as_bytes()).ok())
        else {
            return;
        };
        for (name, field) in fields(form) {
            let Some(text) = typed.get(&name).filter(|_| value(&field).is_empty()) else { continue };
            // What the page does with what is typed, it does with this, too.
            let told = if field.tag_name() == "SELECT" { "change" } else { "input" };
            let _ = Reflect::set(&field, &"value".into(), &JsValue::from_str(text));
            // The fields' own components listen at their root.
            let bubbling = EventInit::new();
            bubbling.set_bubbles(true);
            if let Ok(event) = Event::new_with_event_init_dict(told, &bubbling) {
                let _ = field.dispatch_event(&event);
            }
        }
    }

    pub fn forget(action: &str) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&key(action));
        }
    }
}
