//! A menu under a button. It is a `<details>`, so that it opens without JavaScript;
//! with it, Escape, a click elsewhere and a chosen link close it again.
use leptos::{ev, html, prelude::*};

/// A menu that drops from what `trigger` shows. `label` names the button; `class` is
/// the look of the button (`me`, `btn btn-quiet btn-icon`).
#[component]
pub fn DropMenu(
    #[prop(into)] label: Signal<String>,
    #[prop(default = "btn btn-quiet btn-icon")] class: &'static str,
    #[prop(into)] trigger: ViewFn,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(details) = node.get_untracked() {
            details.set_open(false);
        }
    };
    Effect::new(move |_| {
        let outside = window_event_listener(ev::click, move |event| {
            use leptos::wasm_bindgen::JsCast as _;
            let inside = node.get_untracked().is_some_and(|details| {
                let target = event.target().and_then(|target| target.dyn_into::<leptos::web_sys::Node>().ok());
                let menu_link = event
                    .target()
                    .and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok())
                    .and_then(|element| element.closest(".menu a").ok().flatten())
                    .is_some();
                details.contains(target.as_ref()) && !menu_link
            });
            if !inside {
                close();
            }
        });
        on_cleanup(move || outside.remove());
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && node.get_untracked().is_some_and(|details| details.open()) {
            event.stop_propagation();
            close();
            if let Some(summary) = node.get_untracked().and_then(|d| d.query_selector("summary").ok().flatten()) {
                focus(&summary);
            }
        }
    };
    view! {
        <details class="drop-menu" node_ref=node on:keydown=on_key>
            <summary class=class aria-label=move || label.get() title=move || label.get()>
                {trigger.run()}
            </summary>
            <div class="menu">{children()}</div>
        </details>
    }
}

fn focus(element: &leptos::web_sys::Element) {
    use leptos::wasm_bindgen::JsCast as _;
    if let Some(element) = element.dyn_ref::<leptos::web_sys::HtmlElement>() {
        // Nothing to do where it cannot take the focus.
        let _ = element.focus();
    }
}
