//! The promise: a glyph, the time left in words, and a line that runs to a notch.
//!
//! The server sends what was used when it looked and the working intervals ahead
//! ([`PromiseView`]); [`PromiseView::at`] is the pure function from there to what is
//! shown at any second. All promises of a page move by its one ticker.
mod face;

use leptos::prelude::*;

use super::{clock::use_clock, icon::Icon};

pub use face::{ClockView, Face, PromiseState, PromiseView};

/// The face of a promise, moving by the page's ticker.
fn face(view: Signal<PromiseView>) -> Memo<Face> {
    let clock = use_clock();
    let since = Memo::new_with_compare(
        move |_| {
            let view = view.get();
            let now = clock.since(view.as_of);
            (view, now)
        },
        // A new answer of the server starts a new count, even with the same content.
        |_, _| true,
    );
    Memo::new(move |_| since.with(|(view, now)| view.at(now())))
}

#[component]
fn Line(face: Memo<Face>) -> impl IntoView {
    let stroke = move |i: usize| face.with(|face| face.strokes()[i].clone());
    view! {
        <svg class="pline" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <path class="track" d=move || stroke(0)></path>
            <path class="used" d=move || stroke(1)></path>
            <path class="dash" d=move || stroke(2)></path>
            <path class="dots" d=move || stroke(3)></path>
            <path class="due" d=move || stroke(4)></path>
        </svg>
    }
}

/// Glyph, words and line in a box: the head of a ticket.
#[component]
pub fn PromiseChip(#[prop(into)] view: Signal<PromiseView>) -> impl IntoView {
    let face = face(view);
    view! {
        <span
            class="promise promise-chip"
            data-state=move || face.with(|face| face.state.attr())
            title=move || view.with(PromiseView::hint)
        >
            <Icon glyph=Signal::derive(move || face.with(|face| face.state.glyph()))/>
            <span>
                {move || face.with(|face| face.words.clone())} " "
                <span class="for">{move || view.with(|view| view.metric.clone())}</span>
            </span>
            <Line face=face/>
        </span>
    }
}

/// Glyph, short words and line: a row of a list.
#[component]
pub fn PromiseLine(#[prop(into)] view: Signal<PromiseView>) -> impl IntoView {
    let face = face(view);
    view! {
        <span
            class="promise"
            data-state=move || face.with(|face| face.state.attr())
            title=move || view.with(PromiseView::hint)
        >
            <Icon glyph=Signal::derive(move || face.with(|face| face.state.glyph()))/>
            <span>{move || face.with(|face| face.short.clone())}</span>
            <Line face=face/>
        </span>
    }
}

/// Glyph and words, in a sentence or a table.
#[component]
pub fn PromiseWords(#[prop(into)] view: Signal<PromiseView>) -> impl IntoView {
    let face = face(view);
    view! {
        <span
            class="promise promise-words"
            data-state=move || face.with(|face| face.state.attr())
            title=move || view.with(PromiseView::hint)
        >
            <Icon glyph=Signal::derive(move || face.with(|face| face.state.glyph()))/>
            <span>{move || face.with(|face| face.words.clone())}</span>
        </span>
    }
}

/// One promise of a ticket's side panel: its name, its words, and `detail` ("of 2 h",
/// "due 15:50").
#[component]
pub fn PromiseRow(
    #[prop(into)] name: String,
    #[prop(into)] view: Signal<PromiseView>,
    #[prop(optional, into)] detail: Signal<String>,
) -> impl IntoView {
    let face = face(view);
    view! {
        <div class="promise-row">
            <span class="name">{name}</span>
            <span class="promise" data-state=move || face.with(|face| face.state.attr())>
                <Icon glyph=Signal::derive(move || face.with(|face| face.state.glyph()))/>
                <span>
                    {move || face.with(|face| face.words.clone())} " "
                    <span class="for">{move || detail.get()}</span>
                </span>
            </span>
        </div>
    }
}
