//! The head of a ticket: what it is, how it stands, and the next step.
use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{act::Act, forms::Step, ticket::Opened};
use crate::{
    desk::model::TicketPage,
    tickets::{
        api::{
            CloseTicket, ReplyNotNeeded, ResolveTicket, SetTicketPriority, StartTicket, TakeTicket, WatchTicket,
            close_ticket, reply_not_needed, resolve_ticket, set_ticket_priority, start_ticket, take_ticket,
            watch_ticket,
        },
        model::{Priority, Status},
    },
    ui::{DropMenu, Glyph, Icon, IconSize, PrioBadge, PrioKind, PromiseChip, StatusBadge, StatusKind},
};

/// The fields every step names: which ticket, and which version of it was seen.
pub fn seen(page: Memo<TicketPage>) -> Signal<Vec<(&'static str, String)>> {
    Signal::derive(move || {
        page.with(|p| vec![("id", p.ticket.id.to_string()), ("version", p.ticket.version.to_string())])
    })
}

/// The ticket, for what may be done to it in whatever state it is.
fn named(page: Memo<TicketPage>) -> Signal<Vec<(&'static str, String)>> {
    Signal::derive(move || page.with(|p| vec![("id", p.ticket.id.to_string())]))
}

#[component]
pub fn Head(page: Memo<TicketPage>, opened: Opened, back: Signal<String>, aside: Signal<String>) -> impl IntoView {
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
    let more = move || {
        let m = may.get();
        (m.write || m.assign || m.change).then(|| view! { <More page=page opened=opened/> })
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
                        let kind = StatusKind::from(status.get());
                        if changes.get() {
                            view! { <StatusMenu page=page opened=opened/> }.into_any()
                        } else {
                            view! { <StatusBadge kind=kind boxed=true/> }.into_any()
                        }
                    }}
                </span>
                <span id="ticket-priority">
                    {move || {
                        let now = priority.get();
                        if changes.get() {
                            view! { <PriorityMenu now=now page=page act=act/> }.into_any()
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
pub fn take(page: Memo<TicketPage>, act: Act) -> Callback<()> {
    Callback::new(move |()| {
        let (id, subject) = page.with_untracked(|p| (p.ticket.id, p.ticket.subject.clone()));
        act.run(format!("{subject} is yours"), take_ticket(id));
    })
}

/// Says that the ticket on the page is solved.
pub fn resolve(page: Memo<TicketPage>, act: Act) -> Callback<()> {
    Callback::new(move |()| {
        let (id, version, subject) = page.with_untracked(|p| (p.ticket.id, p.ticket.version, p.ticket.subject.clone()));
        act.run(format!("{subject} is resolved"), resolve_ticket(id, version));
    })
}

#[component]
fn StatusMenu(page: Memo<TicketPage>, opened: Opened) -> impl IntoView {
    let act = opened.act;
    let status = page.with_untracked(|p| p.ticket.status);
    let start = Callback::new(move |()| {
        let (id, version) = page.with_untracked(|p| (p.ticket.id, p.ticket.version));
        act.run("In progress".to_owned(), start_ticket(id, version));
    });
    let close = Callback::new(move |()| {
        let (id, version) = page.with_untracked(|p| (p.ticket.id, p.ticket.version));
        act.run("Closed for good".to_owned(), close_ticket(id, version));
    });
    let steps = status
        .successors()
        .map(|next| match next {
            Status::InProgress => view! {
                <Step url=StartTicket::PATH fields=seen(page) run=start>
                    <Icon glyph=Glyph::StatusProgress/> "In progress"
                </Step>
            }
            .into_any(),
            Status::OnHold => view! {
                <button type="button" on:click=move |_| opened.forms.hold.set(true)>
                    <Icon glyph=Glyph::StatusHold/> "On hold…"
                </button>
            }
            .into_any(),
            Status::Resolved => view! {
                <Step url=ResolveTicket::PATH fields=seen(page) run=resolve(page, act)>
                    <Icon glyph=Glyph::StatusResolved/> "Resolved"
                </Step>
            }
            .into_any(),
            Status::Closed => view! {
                <Step url=CloseTicket::PATH fields=seen(page) run=close>
                    <Icon glyph=Glyph::StatusClosed/> "Closed, for good"
                </Step>
            }
            .into_any(),
            Status::Open => ().into_any(),
        })
        .collect_view();
    view! {
        <DropMenu
            label=format!("Status: {}", status.label())
            class="chip-menu"
            trigger=move || view! { <StatusBadge kind=StatusKind::from(status) boxed=true/> }
        >
            {steps}
        </DropMenu>
    }
}

#[component]
fn PriorityMenu(now: Priority, page: Memo<TicketPage>, act: Act) -> impl IntoView {
    let choices = Priority::ALL
        .into_iter()
        .rev()
        .filter(|p| *p != now)
        .map(|priority| {
            let fields = Signal::derive(move || {
                let mut fields = seen(page).get();
                fields.push(("priority", priority.as_str().to_owned()));
                fields
            });
            let set = Callback::new(move |()| {
                let (id, version) = page.with_untracked(|p| (p.ticket.id, p.ticket.version));
                act.run(
                    format!("Priority is {}", priority.label().to_lowercase()),
                    set_ticket_priority(id, priority, version),
                );
            });
            view! {
                <Step url=SetTicketPriority::PATH fields=fields run=set>
                    <PrioBadge kind=PrioKind::from(priority)/>
                </Step>
            }
        })
        .collect_view();
    view! {
        <DropMenu
            label=format!("Priority: {}", now.label())
            class="chip-menu"
            trigger=move || view! { <PrioBadge kind=PrioKind::from(now) boxed=true/> }
        >
            {choices}
        </DropMenu>
    }
}

/// What is done less often.
#[component]
fn More(page: Memo<TicketPage>, opened: Opened) -> impl IntoView {
    let (act, forms) = (opened.act, opened.forms);
    let may = page.with_untracked(|p| p.may);
    let watching = Memo::new(move |_| page.with(|p| p.watching));
    let watch = Callback::new(move |()| {
        let (id, on) = page.with_untracked(|p| (p.ticket.id, !p.watching));
        act.run(if on { "You watch this ticket" } else { "You watch it no longer" }.to_owned(), watch_ticket(id, on));
    });
    let watch_fields = Signal::derive(move || {
        page.with(|p| vec![("id", p.ticket.id.to_string()), ("watch", (!p.watching).to_string())])
    });
    let not_needed = Callback::new(move |()| {
        let (id, version) = page.with_untracked(|p| (p.ticket.id, p.ticket.version));
        act.run("No reply needed: noted".to_owned(), reply_not_needed(id, version));
    });
    view! {
        <DropMenu label="More actions" trigger=|| view! { <Icon glyph=Glyph::Ellipsis/> }>
            {may.assign.then(|| view! {
                <button type="button" on:click=move |_| forms.transfer.set(true)>
                    <Icon glyph=Glyph::ArrowRightLeft/> "Transfer…"
                </button>
            })}
            {may.change.then(|| view! {
                <button type="button" on:click=move |_| forms.category.set(true)>
                    <Icon glyph=Glyph::Folder/> "Category…"
                </button>
                <button type="button" on:click=move |_| forms.tags.set(true)>
                    <Icon glyph=Glyph::Tags/> "Tags…"
                </button>
                <Step url=ReplyNotNeeded::PATH fields=seen(page) run=not_needed>
                    <Icon glyph=Glyph::CheckCheck/> "No reply needed"
                </Step>
            })}
            {may.write.then(|| view! {
                <Step url=WatchTicket::PATH fields=watch_fields run=watch>
                    <Icon glyph=Glyph::Eye/>
                    {move || if watching.get() { "Stop watching" } else { "Watch" }}
                </Step>
            })}
        </DropMenu>
    }
}
