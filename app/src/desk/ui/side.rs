//! Beside the ticket: its promises and why, who holds it, who asks, how it came here.
use leptos::prelude::*;

use super::ticket::Opened;
use crate::{
    desk::model::TicketPage,
    sla::ui::PromisePanel,
    tickets::model::Status,
    ui::{At, Avatar, Glyph, Icon, Tag},
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
            <Requester page=page/>
            <Trace page=page/>
        </section>
    }
}

#[component]
fn Details(page: Memo<TicketPage>, opened: Opened) -> impl IntoView {
    let forms = opened.forms;
    let row = move || {
        page.with(|p| {
            let t = &p.ticket;
            let change = p.may.change && t.status != Status::Closed;
            let category = t.category.as_ref().map_or_else(|| "None".to_owned(), |c| c.name.clone());
            let tags = t.tags.iter().cloned().map(|tag| view! { <Tag>{tag}</Tag> }).collect_view();
            let assignee = t.assignee.clone().map(|a| a.name);
            let waits = t.hold.map(|hold| {
                let until = t.wake_at;
                view! {
                    <dt>"On hold"</dt>
                    <dd class="wrap">
                        {hold.label()}
                        {until.map(|at| view! { <span class="muted">"until " <At at=at/></span> })}
                    </dd>
                }
            });
            let rated = t.csat.map(|score| view! {
                <dt>"Rated"</dt>
                <dd class="wrap">{format!("{score} of 5")} {t.csat_comment.clone().map(|c| view! { <span class="muted">{c}</span> })}</dd>
            });
            let follows = t.follow_up_of.map(|n| view! {
                <dt>"Follows"</dt>
                <dd><a class="hit" href=format!("/tickets/{n}")>{format!("#{n}")}</a></dd>
            });
            let edit = move |label: &'static str, open: RwSignal<bool>| change.then(|| view! {
                <button type="button" class="btn btn-quiet btn-icon push" aria-label=label title=label on:click=move |_| open.set(true)>
                    <Icon glyph=Glyph::Pencil/>
                </button>
            });
            view! {
                <dl class="facts-list">
                    <dt>"Assignee"</dt>
                    <dd>
                        <Avatar name=assignee.clone() silent=true/>
                        {assignee.unwrap_or_else(|| "Nobody yet".to_owned())}
                    </dd>
                    <dt>"Team"</dt>
                    <dd>{t.team.name.clone()}</dd>
                    {waits}
                    <dt>"Type"</dt>
                    <dd>{t.kind.label()}</dd>
                    <dt>"Category"</dt>
                    <dd>{category} {edit("Change the category", forms.category)}</dd>
                    <dt>"Tags"</dt>
                    <dd class="wrap">{tags} {edit("Change the tags", forms.tags)}</dd>
                    <dt>"Filed"</dt>
                    <dd><At at=t.created_at/></dd>
                    {rated}
                    {follows}
                </dl>
            }
        })
    };
    view! {
        <section aria-labelledby="s-det">
            <h2 id="s-det" class="vh">"Details"</h2>
            {row}
        </section>
    }
}

#[component]
fn Requester(page: Memo<TicketPage>) -> impl IntoView {
    let facts = move || {
        page.with(|p| {
            let t = &p.ticket;
            let mail = t.requester_email.clone();
            let phone = t.requester_phone.clone().map(|phone| {
                view! {
                    <dt>"Phone"</dt>
                    <dd><a class="hit" href=format!("tel:{phone}")>{phone.clone()}</a></dd>
                }
            });
            let firm = t.organisation.clone().map(|name| view! { <dt>"Company"</dt> <dd>{name}</dd> });
            let others = format!("/tickets?requester={}", t.requester.id);
            view! {
                <dl class="facts-list">
                    <dt>"Name"</dt>
                    <dd><Avatar name=t.requester.name.clone() silent=true/> <bdi>{t.requester.name.clone()}</bdi></dd>
                    {firm}
                    <dt>"E-mail"</dt>
                    <dd><a class="hit" href=format!("mailto:{mail}")>{mail.clone()}</a></dd>
                    {phone}
                    <dt>"Channel"</dt>
                    <dd>{t.channel.label()}</dd>
                </dl>
                <p class="small mt-s"><a class="hit" href=others>"All requests of this person"</a></p>
            }
        })
    };
    view! {
        <section aria-labelledby="s-req">
            <h2 id="s-req">"Requester"</h2>
            {facts}
        </section>
    }
}

/// Which rules were tried when it came in, in their order; the last one decided.
#[component]
fn Trace(page: Memo<TicketPage>) -> impl IntoView {
    let steps = move || {
        page.with(|p| {
            let last = p.trace.len().saturating_sub(1);
            let rows = p
                .trace
                .iter()
                .enumerate()
                .map(|(i, step)| {
                    let hit = i == last;
                    let glyph = if hit { Glyph::Check } else { Glyph::Minus };
                    view! { <li data-hit=hit.then_some("")><Icon glyph=glyph/> <span>{step.clone()}</span></li> }
                })
                .collect_view();
            (!p.trace.is_empty()).then(|| view! { <ol class="trace">{rows}</ol> })
        })
    };
    view! {
        <section aria-labelledby="s-route">
            <h2 id="s-route">"How it came here"</h2>
            {steps}
        </section>
    }
}
