//! An escalation that waits, and those that are over.
use leptos::prelude::*;

use crate::{
    core::id::TicketId,
    escalations::{
        api::AcknowledgeEscalation,
        model::{End, Inbox, Past, Waiting, Why},
    },
    ui::{
        Ago, At, Button, Column, Empty, Glyph, Icon, PrioBadge, PrioKind, PromiseChip, StatusBadge, StatusKind, Table,
        TextField,
    },
};

/// One that waits. It follows what becomes of it; its form stays as it is being typed into.
#[component]
pub fn Entry(ticket: TicketId, inbox: Memo<Inbox>, acknowledge: ServerAction<AcknowledgeEscalation>) -> impl IntoView {
    let shown = Memo::new(move |before: Option<&Option<Waiting>>| {
        let now = inbox.with(|inbox| inbox.waiting.iter().find(|it| it.ticket == ticket).cloned());
        // What leaves the list is as it was until it has left.
        now.or_else(|| before.cloned().flatten())
    });
    let head = move || {
        shown.get().map(|it| {
            view! {
                <div class="row wrap">
                    <h3 class="truncate">
                        <a href=format!("/tickets/{}", it.number)>
                            <span class="num">{format!("#{}", it.number)}</span>
                            " "
                            <bdi>{it.subject}</bdi>
                        </a>
                    </h3>
                    <span class="push"><PromiseChip view=Signal::stored(it.promise)/></span>
                </div>
                {why(it.why)}
                <p class="row wrap small muted">
                    <PrioBadge kind=PrioKind::from(it.priority)/>
                    <StatusBadge kind=StatusKind::from(it.status)/>
                    <span>{it.team}</span>
                    <span>{it.assignee.map_or_else(|| "Nobody holds it".to_owned(), |name| format!("Held by {name}"))}</span>
                    <span>"Waits since " <Ago at=it.at/></span>
                </p>
            }
        })
    };
    let version = move || shown.with(|it| it.as_ref().map(|it| it.version.to_string()).unwrap_or_default());
    let number = shown.with_untracked(|it| it.as_ref().map(|it| it.number).unwrap_or_default());
    let may = inbox.with_untracked(|inbox| inbox.may_acknowledge);
    let form = may.then(|| {
        view! {
            <ActionForm action=acknowledge attr:class="row wrap acknowledge" attr:novalidate="">
                <input type="hidden" name="id" value=ticket.to_string()/>
                <input type="hidden" name="version" value=version prop:value=version/>
                <TextField
                    name="words"
                    id=format!("words-{number}")
                    label=format!("What you do about #{number}")
                    optional=true
                />
                <Button
                    submit=true
                    busy=Signal::derive(move || acknowledge.pending().get())
                    icon=Glyph::Check
                    attr:aria-label=format!("Acknowledge #{number}")
                >
                    "Acknowledge"
                </Button>
            </ActionForm>
        }
    });
    view! { <li class="stack-4" data-number=number.to_string()>{head}{form}</li> }
}

/// By its ladder, by a person, or both.
fn why(why: Why) -> AnyView {
    let step = why.step.map(|step| {
        let due = step.due_at.map(|due| view! { ", due " <At at=due/> });
        view! {
            <li>
                <Icon glyph=Glyph::PromiseLate/>
                <span>{step.metric} {format!(" has used {} % of its time", step.percent)} {due}</span>
            </li>
        }
    });
    let said = why.said.map(|said| {
        view! {
            <li>
                <Icon glyph=Glyph::Flag/>
                <span><b>{said.by}</b> ", " <Ago at=said.at/> ": " <bdi>{said.reason}</bdi></span>
            </li>
        }
    });
    view! { <ul class="reasons">{said}{step}</ul> }.into_any()
}

/// Those that are over.
pub fn past(past: Vec<Past>) -> AnyView {
    if past.is_empty() {
        return view! { <Empty title="Nothing yet" text="What was looked at, and by whom, is kept here."/> }.into_any();
    }
    let columns =
        vec![Column::new("Ticket"), Column::new("Team"), Column::new("Why"), Column::new("What became of it")];
    let rows = past
        .into_iter()
        .map(|it| {
            let end = match it.end {
                End::Acknowledged { by, at, words } => view! {
                    <span class="two">
                        <span>"Acknowledged by " <b>{by}</b> ", " <Ago at=at/></span>
                        <span class="small muted">{words}</span>
                    </span>
                }
                .into_any(),
                End::Solved { at } => view! { <span>"Solved before anybody looked, " <Ago at=at/></span> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">
                        <span class="two">
                            <a class="plain" href=format!("/tickets/{}", it.number)>{format!("#{}", it.number)}</a>
                            <span class="small muted"><bdi>{it.subject}</bdi></span>
                        </span>
                    </th>
                    <td data-label="Team">{it.team}</td>
                    <td data-label="Why" data-wide="">{why(it.why)}</td>
                    <td data-label="What became of it" data-wide="">{end}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label="Escalations that are over" columns=columns>{rows}</Table> }.into_any()
}
