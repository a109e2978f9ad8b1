//! The head of a ticket: what it is, how it stands, and the next step.
use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    act::Act,
    forms::Step,
    ticket::{Opened, Page},
    ticket_menus::{MoreMenu, PriorityMenu, StatusMenu},
};
use crate::{
    desk::model::TicketPage,
    tickets::{
        api::{ResolveTicket, TakeTicket, resolve_ticket, take_ticket},
        model::Status,
    },
    ui::{Glyph, Icon, IconSize, PrioBadge, PrioKind, PromiseChip, StatusBadge, StatusKind},
};

/// The fields every step names: which ticket, and which version of it was seen.
pub fn fields(page: &TicketPage) -> [(&'static str, String); 2] {
    [("id", page.ticket.id.to_string()), ("version", page.ticket.version.to_string())]
}

/// The same, as they are whenever a form is sent.
pub fn seen(page: Page) -> Signal<Vec<(&'static str, String)>> {
    Signal::derive(move || page.with(|p| fields(p)).to_vec())
}

/// The ticket, for what may be done to it in whatever state it is.
fn named(page: Page) -> Signal<Vec<(&'static str, String)>> {
    Signal::derive(move || page.with(|p| vec![("id", p.ticket.id.to_string())]))
}

#[component]
pub fn Head(page: Page, opened: Opened, back: Signal<String>, aside: Signal<String>) -> impl IntoView {
    let (act, forms) = (opened.act, opened.forms);
    let status = Memo::new(move |_| page.with(|p| p.ticket.status));
    let priority = Memo::new(move |_| page.with(|p| p.ticket.priority));
    let held = Memo::new(move |_| page.with(|p| p.ticket.assignee.is_some()));
    let may = Memo::new(move |_| page.with(|p| p.may));
    // By itself, so that a menu that is open stays so when something else about the ticket changes.
    let changes = Memo::new(move |_| page.with(|p| p.may.change && p.ticket.status != Status::Closed));
    let subject = Memo::new(move |_| page.with(|p| p.ticket.subject.clone()));
    // What still runs or stands still; what is over stands in the side panel.
    let promises = Memo::new(move |_| page.with(|p| p.why.live()));

    let take = move || {
        (may.get().assign && !held.get() && status.get().is_unsolved()).then(|| {
            view! { <Step url=TakeTicket::PATH fields=named(page) class="btn btn-primary" run=take(page, act)>
                <Icon glyph=Glyph::UserPlus/> "Take"
            </Step> }
        })
    };
    let resolve = move || {
        (may.get().change && held.get() && status.get().may_become(Status::Resolved)).then(|| {
            view! { <Step url=ResolveTicket::PATH fields=seen(page) class="btn" run=resolve(page, act)>
                <Icon glyph=Glyph::CircleCheck/> "Resolve"
            </Step> }
        })
    };
    let watching = Memo::new(move |_| page.with(|p| p.watching));
    let unsolved = Memo::new(move |_| status.get().is_unsolved());
    let more = move || {
        let (may, watching, unsolved) = (may.get(), watching.get(), unsolved.get());
        (may.write || may.assign || may.change).then(|| {
            view! { <MoreMenu page=page opened=opened may=may watching=watching unsolved=unsolved/> }
        })
    };
    view! {
        <header class="ticket-head">
            <div class="top">
                <a class="btn btn-quiet btn-icon back" href=move || back.get() aria-label="Back to the list">
                    <Icon glyph=Glyph::ChevronLeft size=IconSize::Large/>
                </a>
                <a class="no plain" href=move || page.with(|p| format!("/tickets/{}", p.ticket.number))>
                    {move || page.with(|p| format!("#{}", p.ticket.number))}
                </a>
                <span class="push row">
                    {move || {
                        (may.get().assign && status.get() != Status::Closed).then(|| {
                            view! {
                                <button type="button" class="btn phone-hide" on:click=move |_| forms.assign_or_move(held.get_untracked())>
                                    <Icon glyph=Glyph::UserPlus/>
                                    {move || if held.get() { "Transfer" } else { "Assign" }}
                                </button>
                            }
                        })
                    }}
                    {take}
                    {resolve}
                    {more}
                </span>
            </div>
            <h2 dir="auto">{subject}</h2>
            <div class="facts">
                <span id="ticket-status">
                    {move || {
                        let now = status.get();
                        if changes.get() {
                            view! { <StatusMenu now=now page=page opened=opened/> }.into_any()
                        } else {
                            view! { <StatusBadge kind=StatusKind::from(now) boxed=true/> }.into_any()
                        }
                    }}
                </span>
                <span id="ticket-priority">
                    {move || {
                        let now = priority.get();
                        if changes.get() {
                            view! { <PriorityMenu now=now page=page opened=opened/> }.into_any()
                        } else {
                            view! { <PrioBadge kind=PrioKind::from(now) boxed=true/> }.into_any()
                        }
                    }}
                </span>
                {move || {
                    promises
                        .get()
                        .into_iter()
                        .map(|promise| {
                            view! {
                                <a class="chip-link" href=move || aside.get()>
                                    <PromiseChip view=promise/>
                                </a>
                            }
                        })
                        .collect_view()
                }}
            </div>
        </header>
    }
}

/// Takes the ticket on the page.
pub fn take(page: Page, act: Act) -> Callback<()> {
    Callback::new(move |()| {
        let (id, subject) = page.with_untracked(|p| (p.ticket.id, p.ticket.subject.clone()));
        act.run(format!("{subject} is yours"), take_ticket(id));
    })
}

/// Says that the ticket on the page is solved.
pub fn resolve(page: Page, act: Act) -> Callback<()> {
    Callback::new(move |()| {
        let (id, version, subject) = page.with_untracked(|p| (p.ticket.id, p.ticket.version, p.ticket.subject.clone()));
        act.run(format!("{subject} is resolved"), resolve_ticket(id, version));
    })
}
