//! Short news at the edge of the page, read out politely.
use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    glyph: Glyph,
    action: Option<(String, Callback<()>)>,
}

/// The page's toasts; copy it freely.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

/// Called once, where the app begins.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts::new();
    provide_context(toasts);
    toasts
}

/// The page's toasts; ones that nobody sees where none were provided.
#[must_use]
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(Toasts::new)
}

impl Toasts {
    /// How long one stays: long enough to be read twice.
    const STAYS: Duration = Duration::from_secs(7);

    fn new() -> Self {
        Self { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    /// Says something that happened: `48213 is yours`.
    pub fn say(self, text: impl Into<String>) {
        self.push(text.into(), Glyph::CircleCheck, None);
    }

    /// Says it and offers one thing to do about it, such as to undo it.
    pub fn offer(self, text: impl Into<String>, action: impl Into<String>, run: Callback<()>) {
        self.push(text.into(), Glyph::CircleCheck, Some((action.into(), run)));
    }

    /// Says what did not work.
    pub fn warn(self, text: impl Into<String>) {
        self.push(text.into(), Glyph::CircleAlert, None);
    }

    fn push(self, text: String, glyph: Glyph, action: Option<(String, Callback<()>)>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.shown.update(|shown| shown.push(Toast { id, text, glyph, action }));
        set_timeout(move || self.remove(id), Self::STAYS);
    }

    fn remove(self, id: u32) {
        // The page may be gone by the time the toast is.
        self.shown.try_update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Where toasts appear; once per page, outside of everything.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    let one = move |toast: Toast| {
        let id = toast.id;
        let action = toast.action.map(|(label, run)| {
            let act = move |_| {
                run.run(());
                toasts.remove(id);
            };
            view! { <button type="button" on:click=act>{label}</button> }
        });
        view! {
            <div class="toast">
                <Icon glyph=toast.glyph/>
                <span class="grow">{toast.text}</span>
                {action}
            </div>
        }
    };
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|toast| toast.id children=one/>
        </div>
    }
}
