//! Beside the ticket: its promises and why, who holds it, who asks, how it came here. Markup, but for what counts.
use leptos::prelude::*;
use maud::{Markup, html};

use super::ticket::Opened;
use crate::{
    desk::model::TicketPage,
    sla::ui::PromisePanel,
    tickets::model::{Status, Ticket},
    ui::{
        AvatarSize, Glyph, Icon, IconSize, avatar, does,
        time::{day_and_hour, use_local_times},
    },
};

#[component]
pub fn Side(page: Memo<TicketPage>, opened: Opened, back: Signal<String>) -> impl IntoView {
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
fn Details(page: Memo<TicketPage>, opened: Opened) -> impl IntoView {
    let forms = opened.forms;
    let facts = move || page.with(|p| details(&p.ticket, p.may.change && p.ticket.status != Status::Closed));
    let root = NodeRef::new();
    use_local_times(root, move || page.track());
    view! {
        <section aria-labelledby="s-det">
            <h2 id="s-det" class="vh">"Details"</h2>
            <div
                node_ref=root
                on:click=move |event| match does(&event).as_deref() {
                    Some("category") => forms.category.set(true),
                    Some("tags") => forms.tags.set(true),
                    _ => {}
                }
                inner_html=move || facts().into_string()
            ></div>
        </section>
    }
}

fn details(t: &Ticket, change: bool) -> Markup {
    let edit = |does: &str, label: &str| {
        html! {
            @if change {
                button type="button" class="btn btn-quiet btn-icon push" aria-label=(label) title=(label) data-does=(does) {
                    (Glyph::Pencil.markup(IconSize::Normal))
                }
            }
        }
    };
    html! {
        dl.facts-list {
            dt { "Assignee" }
            dd {
                @match &t.assignee {
                    Some(person) => { (avatar::silent(&person.name, AvatarSize::Normal)) (person.name) }
                    None => { (avatar::markup(None)) "Nobody yet" }
                }
            }
            dt { "Team" }
            dd { (t.team.name) }
            @if let Some(hold) = t.hold {
                dt { "On hold" }
                dd.wrap {
                    (hold.label())
                    @if let Some(until) = t.wake_at { span.muted { "until " (day_and_hour(until)) } }
                }
            }
            dt { "Type" }
            dd { (t.kind.label()) }
            dt { "Category" }
            dd { (t.category.as_ref().map_or("None", |c| c.name.as_str())) (edit("category", "Change the category")) }
            dt { "Tags" }
            dd.wrap { @for tag in &t.tags { span.tag { (tag) } } (edit("tags", "Change the tags")) }
            dt { "Filed" }
            dd { (day_and_hour(t.created_at)) }
            @if let Some(score) = t.csat {
                dt { "Rated" }
                dd.wrap { (score) " of 5 " @if let Some(comment) = &t.csat_comment { span.muted { (comment) } } }
            }
            @if let Some(number) = t.follow_up_of {
                dt { "Follows" }
                dd { a.hit href={ "/tickets/" (number) } { "#" (number) } }
            }
        }
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
