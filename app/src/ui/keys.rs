//! The sheet of keyboard shortcuts, opened by `?`.
use leptos::{ev, prelude::*};

use super::dialog::Dialog;

/// A shortcut and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The keys, one after the other: `["Ctrl", "Enter"]`.
    pub keys: &'static [&'static str],
    /// What it does: `send`.
    pub does: &'static str,
}

/// What works on every staff page.
pub const EVERYWHERE: &[Key] = &[
    Key { keys: &["/"], does: "Search" },
    Key { keys: &["?"], does: "This sheet" },
    Key { keys: &["Esc"], does: "Close, go back" },
];

/// What works on the desk.
pub const DESK: &[Key] = &[
    Key { keys: &["j"], does: "Next ticket" },
    Key { keys: &["k"], does: "Ticket before" },
    Key { keys: &["Enter"], does: "Open" },
    Key { keys: &["a"], does: "Take, or assign" },
    Key { keys: &["s"], does: "Status" },
    Key { keys: &["e"], does: "Resolve" },
    Key { keys: &["x"], does: "Escalate, with a reason" },
    Key { keys: &["r"], does: "Reply" },
    Key { keys: &["n"], does: "Internal note" },
    Key { keys: &["Ctrl", "Enter"], does: "Send" },
];

/// What works on the page of one ticket: what the desk knows behind moving through the list.
pub const TICKET: &[Key] = DESK.split_at(3).1;

/// Whether a key press belongs to a control: nothing may listen while someone types.
#[must_use]
pub fn typing(event: &ev::KeyboardEvent) -> bool {
    use leptos::wasm_bindgen::JsCast as _;
    event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok()).is_some_and(|element| {
            element.closest("input, textarea, select, [contenteditable], dialog").ok().flatten().is_some()
        })
}

/// Listens for `?` and shows the shortcuts: those of every page and `more` of this one.
#[component]
pub fn KeySheet(#[prop(optional)] more: &'static [Key]) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            if event.key() == "?" && !typing(&event) {
                event.prevent_default();
                open.set(true);
            }
        });
        on_cleanup(move || listener.remove());
    });
    let rows = EVERYWHERE
        .iter()
        .chain(more)
        .map(|key| {
            let keys = key.keys.iter().map(|key| view! { <kbd class="kbd">{*key}</kbd> }).collect_view();
            view! {
                <dt class="row">{keys}</dt>
                <dd>{key.does}</dd>
            }
        })
        .collect_view();
    view! {
        <Dialog title="Keyboard" open=open>
            <dl class="key-list">{rows}</dl>
        </Dialog>
    }
}
