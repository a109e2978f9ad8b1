//! One row of a ticket list.
use leptos::prelude::*;
use maud::{Markup, html};

use crate::{
    desk::model::Line,
    ui::{PrioKind, PromiseLine, StatusKind, avatar},
};

/// A ticket in a list: what it is about, who asks, who holds it, and how its promise stands.
///
/// `near` is called when the person is about to open it.
#[component]
pub fn Row(
    line: Line,
    #[prop(into)] href: Signal<String>,
    #[prop(optional, into)] open: Signal<bool>,
    #[prop(optional, into)] near: Option<Callback<i64>>,
) -> impl IntoView {
    let (number, unread) = (line.number, line.unread);
    let coming = move || {
        if let Some(near) = near {
            near.run(number);
        }
    };
    let said = html! { @if unread { span.vh { "Unread" } } };
    view! {
        <li>
            <a
                class="trow"
                href=move || href.get()
                data-number=number.to_string()
                data-unread=unread.then_some("")
                aria-current=move || open.get().then_some("true")
                on:pointerenter=move |_| coming()
                on:focus=move |_| coming()
            >
                <span class=unread.then_some("unread") inner_html=said.into_string()></span>
                <span class="truncate" inner_html=told(&line).into_string()></span>
                <PromiseLine view=line.promise/>
            </a>
        </li>
    }
}

/// What stands in a row and never moves. As markup: elements of their own would be half of the time that a page of rows
/// takes, on the server and in the browser.
fn told(line: &Line) -> Markup {
    html! {
        span.subject dir="auto" { (line.subject) }
        span.meta {
            (PrioKind::from(line.priority).markup())
            (StatusKind::from(line.status).markup())
            span { "#" (line.number) }
            span.truncate {
                (line.requester)
                @if let Some(organisation) = &line.organisation { ", " (organisation) }
            }
            (avatar::markup(line.assignee.as_deref()))
        }
    }
}
