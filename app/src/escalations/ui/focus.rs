//! The focus stays in the list, whatever comes and goes in it.
use leptos::{prelude::*, wasm_bindgen::JsCast as _, web_sys};

/// What has the focus in the list of what waits, and in which row.
pub struct Held {
    element: web_sys::HtmlElement,
    row: web_sys::Element,
    /// The rows below it.
    below: Vec<web_sys::Element>,
}

impl Held {
    /// Before rows come and go. `None`: the focus is elsewhere.
    pub fn now() -> Option<Self> {
        let element = document().active_element()?;
        let row = element.closest("#waiting [data-number]").ok()??;
        let next = row.next_element_sibling();
        let below = std::iter::successors(next, web_sys::Element::next_element_sibling).collect();
        Some(Self { element: element.dyn_into().ok()?, row, below })
    }

    /// After that. Whoever acknowledged `done` goes on with the next one. To whom a row is taken away by others the head
    /// of the list is given, not a button: they were typing, or about to press another.
    pub fn give_back(self, done: Option<i64>) {
        if document().active_element().is_some_and(|now| now.tag_name() != "BODY") {
            return;
        }
        if self.row.is_connected() {
            // Moving a row takes the focus from what is in it.
            return focus(&self.element);
        }
        let number = self.row.get_attribute("data-number").and_then(|number| number.parse().ok());
        let mine = done.is_some() && done == number;
        let next = self.below.iter().find(|row| mine && row.is_connected());
        match next.and_then(button) {
            Some(next) => focus(&next),
            None => focus_head("waiting"),
        }
    }
}

/// The button that acknowledges `row`.
fn button(row: &web_sys::Element) -> Option<web_sys::HtmlElement> {
    row.query_selector("button[type=submit]").ok()??.dyn_into().ok()
}

/// Puts the focus on the head of a list.
pub fn focus_head(list: &str) {
    let head = document().query_selector(&format!("#{list} h2")).ok().flatten();
    if let Some(head) = head.and_then(|head| head.dyn_into::<web_sys::HtmlElement>().ok()) {
        head.set_tab_index(-1);
        focus(&head);
    }
}

fn focus(element: &web_sys::HtmlElement) {
    // Nothing to do where it cannot take the focus.
    let _ = element.focus();
}
