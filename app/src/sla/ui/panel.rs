//! Beside a ticket: its promises, and why each is due when it is.
use leptos::prelude::*;
use maud::{Markup, html};

use crate::{
    sla::why::{Explained, Why},
    ui::{PromiseRow, why_picture, why_steps},
};

/// All promises of a ticket; the most urgent one explained at once, the others on demand.
#[component]
pub fn PromisePanel(#[prop(into)] why: Signal<Why>) -> impl IntoView {
    view! {
        <section aria-labelledby="s-prom">
            <div class="row">
                <h2 id="s-prom">"Promises"</h2>
                <span class="push small muted">{move || why.with(|why| why.terms.clone())}</span>
            </div>
            {move || why.with(promises)}
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
        view! { <details class="why-box" open=Some(index) == urgent inner_html=story(promise).into_string()></details> }
    });
    let policy = html! {
        summary { "Which policy, and why" }
        ol class="steps small" { @for line in &why.trace { li { (line) } } }
    };
    view! {
        {rows}
        {stories.collect_view()}
        <details class="why-box" inner_html=policy.into_string()></details>
    }
    .into_any()
}

/// The picture of one promise and its story; what is inside of its box.
fn story(promise: &Explained) -> Markup {
    html! {
        summary.row {
            b { (promise.name) ": " (promise.question) }
            span class="push small muted" { (promise.used) }
        }
        (why_picture(&promise.picture))
        (why_steps(&promise.steps))
        p class="small muted" { "Hours: " (promise.hours) "." }
    }
}
