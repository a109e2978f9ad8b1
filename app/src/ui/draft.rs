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
    use js_sys::Reflect;
    use wasm_bindgen::{JsCast as _, JsValue};
    use web_sys::{Element, Event, EventInit, HtmlFormElement, Storage};

    /// The texts of the form: neither its hidden fields nor files nor passwords.
    const FIELDS: &str = "textarea[name], select[name], input[name]:not([type=hidden], [type=file], [type=password], \
                          [type=radio], [type=checkbox])";

    fn storage() -> Option<Storage> {
        web_sys::window()?.session_storage().ok().flatten()
    }

    /// Under which the fields of a form are kept, each by itself.
    fn prefix(action: &str) -> String {
        ["kept.form.", action, " "].concat()
    }

    /// What is kept of a form: each field with the key it is kept under.
    fn fields(form: &HtmlFormElement) -> Vec<(String, Element)> {
        let prefix = prefix(&form.get_attribute("action").unwrap_or_default());
        let Ok(list) = form.query_selector_all(FIELDS) else { return Vec::new() };
        let all = (0..list.length()).filter_map(|n| list.item(n)?.dyn_into::<Element>().ok());
        all.filter_map(|field| Some((prefix.clone() + &field.get_attribute("name")?, field))).collect()
    }

    fn value(field: &Element) -> String {
        Reflect::get(field, &"value".into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
    }

    /// Whether it is still to be told what it offers: such a field has no value because it cannot have one.
    fn is_unfilled(field: &Element) -> bool {
        field.tag_name() == "SELECT" && matches!(field.query_selector("option:nth-child(2)"), Ok(None))
    }

    pub fn save(form: &HtmlFormElement) {
        let Some(storage) = storage() else { return };
        for (key, field) in fields(form) {
            if is_unfilled(&field) {
                continue;
            }
            let text = value(&field);
            // A full or forbidden store loses the draft, not the text on the page.
            let _ = if text.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, &text) };
        }
    }

    pub fn restore(form: &HtmlFormElement) {
        let Some(storage) = storage() else { return };
        // All of it is read first: the page saves the form whenever one of its fields changes.
        let left: Vec<_> = fields(form)
            .into_iter()
            .filter(|(_, field)| !is_unfilled(field) && value(field).is_empty())
            .filter_map(|(key, field)| Some((field, storage.get_item(&key).ok()??)))
            .collect();
        for (field, text) in left {
            // What the page does with what is typed, it does with this, too.
            let told = if field.tag_name() == "SELECT" { "change" } else { "input" };
            let _ = Reflect::set(&field, &"value".into(), &JsValue::from_str(&text));
            // The fields' own components listen at their root.
            let bubbling = EventInit::new();
            bubbling.set_bubbles(true);
            if let Ok(event) = Event::new_with_event_init_dict(told, &bubbling) {
                let _ = field.dispatch_event(&event);
            }
        }
    }

    pub fn forget(action: &str) {
        let Some(storage) = storage() else { return };
        let prefix = prefix(action);
        let keys = (0..storage.length().unwrap_or(0)).filter_map(|n| storage.key(n).ok().flatten());
        // Gathered first: what is removed moves the others.
        for key in keys.filter(|key| key.starts_with(&prefix)).collect::<Vec<_>>() {
            let _ = storage.remove_item(&key);
        }
    }
}
