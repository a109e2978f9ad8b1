//! Pages that are not there, not yours, or not well.
use leptos::prelude::*;

use crate::ui::icon::Mark;

/// 403, 404, 429, 500: what happened in words, and where to go from here.
#[component]
pub fn Lost(
    code: u16,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// Links or buttons; the first one is the way on.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="lost" id="main">
            <a class="logo" href="/" aria-label="Kept, home">
                <Mark/>
                "Kept"
            </a>
            <svg class="lost-line" viewBox="0 0 220 44" aria-hidden="true">
                <path class="l" d="M4 26H92"></path>
                <path class="gap" d="M108 26H176"></path>
                <path class="end" d="M208 12v28"></path>
            </svg>
            <p class="code">{format!("Error {code}")}</p>
            <h1>{title}</h1>
            <p>{text}</p>
            <div class="row wrap">{children()}</div>
        </main>
    }
}
