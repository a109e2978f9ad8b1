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

fn line(face: &Face) -> impl IntoView + use<> {
    let [track, used, dash, dots, due] = face.strokes();
    view! {
        <svg class="pline" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <path class="track" d=track></path>
            <path class="used" d=used></path>
            <path class="dash" d=dash></path>
            <path class="dots" d=dots></path>
            <path class="due" d=due></path>
        </svg>
    }
}

/// Glyph, words and line in a box: the head of a ticket.
#[component]
pub fn PromiseChip(#[prop(into)] view: Signal<PromiseView>) -> impl IntoView {
    let face = face(view);
    move || {
        let face = face.get();
        view! {
            <span class="promise promise-chip" data-state=face.state.attr() title=view.with(PromiseView::hint)>
                <Icon glyph=face.state.glyph()/>
                <span>
                    {face.words.clone()} " "
                    <span class="for">{view.with(|view| view.metric.clone())}</span>
                </span>
                {line(&face)}
            </span>
        }
    }
}

/// Glyph, short words and line: a row of a list.
#[component]
pub fn PromiseLine(#[prop(into)] view: Signal<PromiseView>) -> impl IntoView {
    let face = face(view);
    // One closure for all of it: a page of rows has fifty of these.
    move || {
        let face = face.get();
        view! {
            <span class="promise" data-state=face.state.attr() title=view.with(PromiseView::hint)>
                <Icon glyph=face.state.glyph()/>
                <span>{face.short.clone()}</span>
                {line(&face)}
            </span>
        }
    }
}

/// Glyph and words, in a sentence or a table.
#[component]
pub fn PromiseWords(#[prop(into)] view: Signal<PromiseView>) -> impl IntoView {
    let face = face(view);
    move || {
        let face = face.get();
        view! {
            <span class="promise promise-words" data-state=face.state.attr() title=view.with(PromiseView::hint)>
                <Icon glyph=face.state.glyph()/>
                <span>{face.words}</span>
            </span>
        }
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
            {move || {
                let face = face.get();
                view! {
                    <span class="promise" data-state=face.state.attr()>
                        <Icon glyph=face.state.glyph()/>
                        <span>{face.words} " " <span class="for">{detail.get()}</span></span>
                    </span>
                }
            }}
        </div>
    }
}
