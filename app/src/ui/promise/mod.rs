//! The promise: a glyph, the time left in words, and a line that runs to a notch.
//!
//! The server sends what was used when it looked and the working intervals ahead
//! ([`PromiseView`]); [`PromiseView::at`] is the pure function from there to what is
//! shown at any second. All promises of a page move by its one ticker.
mod face;

use leptos::prelude::*;
use maud::{Markup, PreEscaped, html};

use super::{
    clock::use_clock,
    icon::{Icon, IconSize},
};

pub use face::{ClockView, Face, PromiseState, PromiseView, rounded};

/// The face of a promise, moving by the page's ticker.
fn face(view: Signal<PromiseView>) -> Memo<Face> {
    face_as(view, PromiseView::at)
}

/// The same, told by `tell`.
fn face_as(view: Signal<PromiseView>, tell: fn(&PromiseView, i64) -> Face) -> Memo<Face> {
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
    Memo::new(move |_| since.with(|(view, now)| tell(view, now())))
}

fn line(face: &Face) -> Markup {
    html! { svg.pline viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" { (PreEscaped(face.strokes())) } }
}

/// Glyph and words, and in a quieter voice what they are about.
fn told(face: &Face, about: &str) -> Markup {
    html! {
        (face.state.glyph().markup(IconSize::Normal))
        span { (face.words) " " span class="for" { (about) } }
    }
}

/// Glyph, words and line in a box: the head of a ticket.
#[component]
pub fn PromiseChip(#[prop(into)] view: Signal<PromiseView>) -> impl IntoView {
    let face = face(view);
    let inside = move || {
        let metric = view.with(|view| view.metric.clone());
        face.with(|face| html! { (told(face, &metric)) (line(face)) })
    };
    view! {
        <span
            class="promise promise-chip"
            data-state=move || face.with(|face| face.state.attr())
            title=move || view.with(PromiseView::hint)
            inner_html=move || inside().into_string()
        ></span>
    }
}

/// Glyph, short words and line: a row of a list.
#[component]
pub fn PromiseLine(view: PromiseView) -> impl IntoView {
    let (hint, now) = (view.hint(), use_clock().since(view.as_of));
    let face = Memo::new(move |_| view.at(now()));
    // Markup in one element: a page of rows has many of these.
    let inside = move || {
        face.with(|face| {
            html! {
                (face.state.glyph().markup(IconSize::Normal))
                span { (face.short) }
                (line(face))
            }
        })
    };
    view! {
        <span
            class="promise"
            data-state=move || face.with(|face| face.state.attr())
            title=hint
            inner_html=move || inside().into_string()
        ></span>
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

/// Glyph, words to the second, and line: where somebody watches time pass.
#[component]
pub fn PromiseTick(#[prop(into)] view: Signal<PromiseView>) -> impl IntoView {
    let face = face_as(view, PromiseView::to_the_second);
    let inside = move || {
        face.with(|face| {
            html! {
                (face.state.glyph().markup(IconSize::Normal))
                span { (face.words) }
                (line(face))
            }
        })
    };
    view! {
        <span
            class="promise promise-tick"
            data-state=move || face.with(|face| face.state.attr())
            title=move || view.with(PromiseView::hint)
            inner_html=move || inside().into_string()
        ></span>
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
    let inside = move || detail.with(|detail| face.with(|face| told(face, detail)));
    view! {
        <div class="promise-row">
            <span class="name">{name}</span>
            <span
                class="promise"
                data-state=move || face.with(|face| face.state.attr())
                inner_html=move || inside().into_string()
            ></span>
        </div>
    }
}
