//! Beside a ticket: its promises, and why each is due when it is.
use std::sync::Arc;

use leptos::prelude::*;
use maud::{Markup, html};

use crate::{
    sla::why::Why,
    ui::{PromiseRow, why_picture, why_steps},
};

/// All promises of a ticket; the most urgent one explained at once, the others on demand.
#[component]
pub fn PromisePanel(#[prop(into)] why: Signal<Arc<Why>>) -> impl IntoView {
    view! {
        <section aria-labelledby="s-prom">
            <div class="row">
                <h2 id="s-prom">"Promises"</h2>
                <span class="push small muted">{move || why.with(|why| why.terms.clone())}</span>
            </div>
            {move || why.with(|why| promises(why))}
        </section>
    }
}

fn promises(why: &Why) -> AnyView {
    if why.promises.is_empty() {
        let text = "Nothing is promised on this ticket: no policy gives it a target. Its time is counted all the same.";
        return view! { <p class="small muted">{text}</p> }.into_any();
    }
    let rows = why
        .promises
        .iter()
        .map(|promise| {
            let (view, detail) = (promise.view.clone(), promise.detail.clone());
            view! { <PromiseRow name=promise.name.clone() view=Signal::stored(view) detail=Signal::stored(detail)/> }
        })
        .collect_view();
    let urgent = why.urgent();
    let stories = why.promises.iter().enumerate().map(|(index, promise)| {
        let head = html! {
            b { (promise.name) ": " (promise.question) }
            span class="push small muted" { (promise.used) }
        };
        let story = html! {
            (why_picture(&promise.picture))
            (why_steps(&promise.steps))
            p class="small muted" { "Hours: " (promise.hours) "." }
        };
        why_box(Some(index) == urgent, "row", &head, &story)
    });
    let policy = html! { ol class="trace small" { @for line in &why.trace { li { (line) } } } };
    view! {
        {rows}
        {stories.collect_view()}
        {why_box(false, "", &html! { "Which policy, and why" }, &policy)}
    }
    .into_any()
}

/// A box that unfolds. What opens it stays the same element when the story goes on, and keeps the focus.
fn why_box(open: bool, class: &'static str, head: &Markup, story: &Markup) -> impl IntoView + use<> {
    view! {
        <details class="why-box" open=open>
            <summary class=class inner_html=head.0.clone()></summary>
            <div inner_html=story.0.clone()></div>
        </details>
    }
}
