//! Beside a ticket: its promises, and why each is due when it is.
use leptos::prelude::*;

use crate::{
    sla::why::{Explained, Why},
    ui::{PromiseRow, WhyPicture, WhySteps},
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
    let details = why
        .promises
        .iter()
        .enumerate()
        .map(|(index, promise)| view! { <Reasons promise=promise.clone() open=Some(index) == urgent/> })
        .collect_view();
    let trace = why.trace.iter().cloned().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        {rows}
        {details}
        <details class="why-box">
            <summary>"Which policy, and why"</summary>
            <ol class="steps small">{trace}</ol>
        </details>
    }
    .into_any()
}

/// The picture of one promise and its story.
#[component]
fn Reasons(promise: Explained, open: bool) -> impl IntoView {
    view! {
        <details class="why-box" open=open>
            <summary class="row">
                <b>{promise.name} ": " {promise.question}</b>
                <span class="push small muted">{promise.used}</span>
            </summary>
            <WhyPicture view=promise.picture/>
            <WhySteps steps=promise.steps/>
            <p class="small muted">"Hours: " {promise.hours} "."</p>
        </details>
    }
}
