//! Beside the ticket: its promises and why, who holds it, who asks, how it came here. Markup, but for what counts down
//! or takes the focus.
use leptos::prelude::*;
use maud::{Markup, html};

use super::{
    forms::Forms,
    ticket::{Opened, Page},
};
use crate::{
    desk::model::TicketPage,
    sla::ui::PromisePanel,
    tickets::model::{Status, Ticket},
    ui::{
        AvatarSize, Glyph, Icon, IconSize, Tag, avatar,
        time::{day_and_hour, use_local_times},
    },
};

#[component]
pub fn Side(page: Page, opened: Opened, back: Signal<String>) -> impl IntoView {
    let number = move || page.with(|p| format!("Back to #{}", p.ticket.number));
    view! {
        <section class="ticket-side" id="side" aria-label="Promises and details" tabindex="0">
            <p class="phone-show side-back">
                <a class="btn btn-quiet" href=move || back.get()>
                    <Icon glyph=Glyph::ChevronLeft/>
                    {number}
                </a>
            </p>
            <PromisePanel why=Signal::derive(move || page.with(|p| p.why.clone()))/>
            <Details page=page opened=opened/>
            <section aria-labelledby="s-req" inner_html=move || page.with(|p| requester(&p.ticket)).into_string()></section>
            <section aria-labelledby="s-route" inner_html=move || page.with(|p| trace(&p.trace)).into_string()></section>
        </section>
    }
}

#[component]
fn Details(page: Page, opened: Opened) -> impl IntoView {
    let forms = opened.forms;
    let root = NodeRef::new();
    use_local_times(root, move || page.track());
    view! {
        <section aria-labelledby="s-det">
            <h2 id="s-det" class="vh">"Details"</h2>
            <div node_ref=root>{move || page.with(|p| details(p, forms))}</div>
        </section>
    }
}

fn details(page: &TicketPage, forms: Forms) -> impl IntoView + use<> {
    let t = &page.ticket;
    let changes = page.may.change && t.status != Status::Closed;
    // An element of its own: it has the focus again when its dialog closes, and keeps it when the ticket changes.
    let edit = move |label: &'static str, open: RwSignal<bool>| {
        changes.then(|| {
            view! {
                <button type="button" class="btn btn-quiet btn-icon push" aria-label=label title=label on:click=move |_| open.set(true)>
                    <Icon glyph=Glyph::Pencil/>
                </button>
            }
        })
    };
    let assignee = match &t.assignee {
        Some(person) => html! { (avatar::silent(&person.name, AvatarSize::Normal)) (person.name) },
        None => html! { (avatar::markup(None)) "Nobody yet" },
    };
    let waits = t.hold.map(|hold| {
        html! { (hold.label()) @if let Some(until) = t.wake_at { span.muted { "until " (day_and_hour(until)) } } }
    });
    let rated = t.csat.map(|score| {
        html! { (score) " of 5 " @if let Some(comment) = &t.csat_comment { span.muted { (comment) } } }
    });
    let follows = t.follow_up_of.map(|number| html! { a.hit href={ "/tickets/" (number) } { "#" (number) } });
    let category = t.category.as_ref().map_or_else(|| "None".to_owned(), |category| category.name.clone());
    let tags = t.tags.iter().cloned().map(|tag| view! { <Tag>{tag}</Tag> }).collect_view();
    view! {
        <dl class="facts-list">
            {fact("Assignee", &assignee)}
            {fact("Team", &html! { (t.team.name) })}
            {waits.map(|words| fact("On hold", &words))}
            {fact("Type", &html! { (t.kind.label()) })}
            <dt>"Category"</dt>
            <dd>{category} {edit("Change the category", forms.category)}</dd>
            <dt>"Tags"</dt>
            <dd class="wrap">{tags} {edit("Change the tags", forms.tags)}</dd>
            {fact("Filed", &day_and_hour(t.created_at))}
            {rated.map(|words| fact("Rated", &words))}
            {follows.map(|link| fact("Follows", &link))}
        </dl>
    }
}

fn fact(name: &'static str, value: &Markup) -> impl IntoView + use<> {
    view! {
        <dt>{name}</dt>
        <dd class="wrap" inner_html=value.0.clone()></dd>
    }
}

fn requester(t: &Ticket) -> Markup {
    html! {
        h2 id="s-req" { "Requester" }
        dl.facts-list {
            dt { "Name" }
            dd { (avatar::silent(&t.requester.name, AvatarSize::Normal)) bdi { (t.requester.name) } }
            @if let Some(company) = &t.organisation { dt { "Company" } dd { (company) } }
            dt { "E-mail" }
            dd { a.hit href={ "mailto:" (t.requester_email) } { (t.requester_email) } }
            @if let Some(phone) = &t.requester_phone { dt { "Phone" } dd { a.hit href={ "tel:" (phone) } { (phone) } } }
            dt { "Channel" }
            dd { (t.channel.label()) }
        }
        p class="small mt-s" {
            a.hit href={ "/tickets?requester=" (t.requester.id) } { "All requests of this person" }
        }
    }
}

/// Which rules were tried when it came in, in their order; the last one decided.
fn trace(steps: &[String]) -> Markup {
    let last = steps.len().saturating_sub(1);
    html! {
        h2 id="s-route" { "How it came here" }
        @if !steps.is_empty() {
            ol.trace {
                @for (i, step) in steps.iter().enumerate() {
                    @let glyph = if i == last { Glyph::Check } else { Glyph::Minus };
                    li data-hit[i == last] { (glyph.markup(IconSize::Normal)) " " span { (step) } }
                }
            }
        }
    }
}
