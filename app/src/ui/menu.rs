//! A menu under a button. It is a `<details>`, so that it opens without JavaScript;
//! with it, Escape, a click elsewhere and a chosen link close it again.
use leptos::{ev, html::Details, prelude::*, wasm_bindgen::JsCast as _, web_sys};
use maud::Markup;

/// A menu that drops from what `trigger` shows. `label` names the button; `class` is
/// the look of the button (`me`, `btn btn-quiet btn-icon`).
#[component]
pub fn DropMenu(
    #[prop(into)] label: Signal<String>,
    #[prop(default = "btn btn-quiet btn-icon")] class: &'static str,
    #[prop(into)] trigger: ViewFn,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::new();
    closes_elsewhere(node);
    view! {
        <details class="drop-menu" node_ref=node on:keydown=move |event| on_key(node, &event)>
            <summary class=class aria-label=move || label.get() title=move || label.get()>
                {trigger.run()}
            </summary>
            <div class="menu">{children()}</div>
        </details>
    }
}

/// A [`DropMenu`] of which nothing moves: markup. The button stays the same element whatever becomes of the rest, so that
/// it keeps the focus. The menu closes when something is chosen that says what it does in `data-does`; that word goes to
/// `chosen`. Without JavaScript the forms among its entries work.
#[component]
pub fn StillMenu(
    label: String,
    #[prop(default = "btn btn-quiet btn-icon")] class: &'static str,
    trigger: Markup,
    entries: Markup,
    #[prop(into)] chosen: Callback<String>,
) -> impl IntoView {
    let node = NodeRef::new();
    closes_elsewhere(node);
    let choose = move |event: ev::MouseEvent| {
        let entry = hit(&event, "[data-does]");
        let Some(does) = entry.and_then(|entry| entry.get_attribute("data-does")) else { return };
        // Its form is for those without JavaScript.
        event.prevent_default();
        close(node);
        chosen.run(does);
    };
    view! {
        <details class="drop-menu" node_ref=node on:keydown=move |event| on_key(node, &event) on:click=choose>
            <summary class=class aria-label=label.clone() title=label inner_html=trigger.into_string()></summary>
            <div class="menu" inner_html=entries.into_string()></div>
        </details>
    }
}

/// A click elsewhere, or on a link of the menu, closes it.
fn closes_elsewhere(node: NodeRef<Details>) {
    Effect::new(move |_| {
        let outside = window_event_listener(ev::click, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            let inside = node.get_untracked().is_some_and(|details| details.contains(target.as_ref()));
            if let (false, Some(details)) = (inside && hit(&event, ".menu a").is_none(), node.get_untracked()) {
                details.set_open(false);
            }
        });
        on_cleanup(move || outside.remove());
    });
}

/// Escape closes it and goes no further.
fn on_key(node: NodeRef<Details>, event: &ev::KeyboardEvent) {
    if event.key() == "Escape" && node.get_untracked().is_some_and(|details| details.open()) {
        event.stop_propagation();
        close(node);
    }
}

/// Closes the menu and puts the focus back on its button.
fn close(node: NodeRef<Details>) {
    let Some(details) = node.get_untracked() else { return };
    details.set_open(false);
    let summary = details.query_selector("summary").ok().flatten();
    if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Nothing to do where it cannot take the focus.
        let _ = summary.focus();
    }
}

/// What of `selector` was clicked on.
fn hit(event: &ev::MouseEvent, selector: &str) -> Option<web_sys::Element> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest(selector).ok().flatten()
}
