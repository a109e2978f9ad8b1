//! The edge between two panes: drag it, or move it with the arrow keys. Its place is
//! remembered in a cookie.
use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast as _, web_sys};

use super::prefs::{cookie, remember};

/// Steps of the arrow keys, in pixels.
const STEP: i32 = 16;

/// Put into the pane on its left, inside an element with class `desk`. `property` is the
/// custom property that holds the pane's width: `--list-width`.
#[component]
pub fn PaneEdge(
    property: &'static str,
    #[prop(into)] label: String,
    /// The width before anyone moved it.
    width: i32,
    min: i32,
    max: i32,
) -> impl IntoView {
    let name = property.trim_start_matches('-');
    let node = NodeRef::<html::Div>::new();
    let width = RwSignal::new(cookie(name).and_then(|w| w.parse().ok()).unwrap_or(width).clamp(min, max));
    let moved = RwSignal::new(false);
    let set = move |to: i32| {
        width.set(to.clamp(min, max));
        moved.set(true);
    };
    Effect::new(move |_| {
        let desk = node.get().and_then(|edge| edge.closest(".desk").ok().flatten());
        if let Some(desk) = desk.and_then(|desk| desk.dyn_into::<web_sys::HtmlElement>().ok()) {
            // A browser that refuses keeps the width of the style sheet.
            let _ = desk.style().set_property(property, &format!("{}px", width.get()));
        }
        if moved.get() {
            remember(name, &width.get().to_string());
        }
    });
    let on_down = move |event: ev::PointerEvent| {
        let Some(edge) = node.get_untracked() else { return };
        // Without it the drag ends where the pointer leaves the edge.
        let _ = edge.set_pointer_capture(event.pointer_id());
        event.prevent_default();
    };
    let on_move = move |event: ev::PointerEvent| {
        let held = node.get_untracked().is_some_and(|edge| edge.has_pointer_capture(event.pointer_id()));
        if held {
            set(width.get_untracked() + event.movement_x());
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowLeft" => -STEP,
            "ArrowRight" => STEP,
            _ => return,
        };
        event.prevent_default();
        set(width.get_untracked() + step);
    };
    view! {
        <div
            class="pane-edge"
            role="separator"
            aria-orientation="vertical"
            aria-label=label
            aria-valuenow=move || width.get().to_string()
            aria-valuemin=min.to_string()
            aria-valuemax=max.to_string()
            tabindex="0"
            node_ref=node
            on:pointerdown=on_down
            on:pointermove=on_move
            on:keydown=on_key
        ></div>
    }
}
