//! The menus in the head of a ticket: how it stands, how urgent it is, and what is done less often.
//!
//! Each is markup that stands still. With JavaScript its entries act on the ticket as it is when one is chosen;
//! without, they are forms that name the version which the page shows, and closing asks nothing first.
use leptos::{prelude::*, server_fn::ServerFn as _};
use maud::{Markup, html};

use super::{
    ticket::{Opened, Page},
    ticket_head::{fields, resolve},
};
use crate::{
    core::id::TicketId,
    desk::model::May,
    tickets::{
        api::{
            CloseTicket, ReplyNotNeeded, ResolveTicket, SetTicketPriority, StartTicket, WatchTicket, reply_not_needed,
            set_ticket_priority, start_ticket, watch_ticket,
        },
        model::{Priority, Status},
    },
    ui::{Glyph, IconSize, PrioKind, StatusKind, StillMenu},
};

/// The ticket on the page, and which version of it.
fn shown(page: Page) -> (TicketId, i32) {
    page.with_untracked(|p| (p.ticket.id, p.ticket.version))
}

/// An entry that does something to the ticket: a form of one button.
fn step(url: &str, fields: &[(&str, String)], does: &str, words: &Markup) -> Markup {
    html! {
        form.step method="post" action=(url) {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button type="submit" data-does=(does) { (words) }
        }
    }
}

/// An entry that opens a form.
fn opens(does: &str, words: &Markup) -> Markup {
    html! { button type="button" data-does=(does) { (words) } }
}

fn words(glyph: Glyph, words: &str) -> Markup {
    html! { (glyph.markup(IconSize::Normal)) (words) }
}

#[component]
pub fn StatusMenu(now: Status, page: Page, opened: Opened) -> impl IntoView {
    let entry = |next: Status| {
        let does = next.as_str();
        let step = |url, said| {
            step(url, &page.with_untracked(|p| fields(p)), does, &words(StatusKind::from(next).glyph(), said))
        };
        match next {
            Status::InProgress => step(StartTicket::PATH, "In progress"),
            Status::OnHold => opens(does, &words(Glyph::StatusHold, "On hold…")),
            Status::Resolved => step(ResolveTicket::PATH, "Resolved"),
            Status::Closed => step(CloseTicket::PATH, "Closed, for good…"),
            Status::Open => html! {},
        }
    };
    let entries = html! { @for next in now.successors() { (entry(next)) } };
    let act = opened.act;
    let chosen = move |does: String| {
        let (id, version) = shown(page);
        match now.successors().find(|next| next.as_str() == does) {
            Some(Status::InProgress) => act.run("In progress".to_owned(), start_ticket(id, version)),
            Some(Status::OnHold) => opened.forms.hold.set(true),
            Some(Status::Resolved) => resolve(page, act).run(()),
            Some(Status::Closed) => opened.forms.close.set(true),
            Some(Status::Open) | None => {}
        }
    };
    view! {
        <StillMenu
            label=format!("Status: {}", now.label())
            class="chip-menu"
            trigger=StatusKind::from(now).boxed()
            entries=entries
            chosen=chosen
        />
    }
}

#[component]
pub fn PriorityMenu(now: Priority, page: Page, opened: Opened) -> impl IntoView {
    let others = move || Priority::ALL.into_iter().rev().filter(move |priority| *priority != now);
    let entry = |priority: Priority| {
        let (name, badge) = (priority.as_str(), PrioKind::from(priority).worded(false));
        let [id, version] = page.with_untracked(|p| fields(p));
        step(SetTicketPriority::PATH, &[id, version, ("priority", name.to_owned())], name, &badge)
    };
    let entries = html! { @for priority in others() { (entry(priority)) } };
    let chosen = move |does: String| {
        let Some(priority) = others().find(|priority| priority.as_str() == does) else { return };
        let (id, version) = shown(page);
        let said = format!("Priority is {}", priority.label().to_lowercase());
        opened.act.run(said, set_ticket_priority(id, priority, version));
    };
    view! {
        <StillMenu
            label=format!("Priority: {}", now.label())
            class="chip-menu"
            trigger=PrioKind::from(now).worded(true)
            entries=entries
            chosen=chosen
        />
    }
}

/// What is done less often.
#[component]
pub fn MoreMenu(page: Page, opened: Opened, may: May, watching: bool, unsolved: bool) -> impl IntoView {
    let (act, forms) = (opened.act, opened.forms);
    let not_needed = words(Glyph::CheckCheck, "No reply needed");
    let watch = words(Glyph::Eye, if watching { "Stop watching" } else { "Watch" });
    let [id, version] = page.with_untracked(|p| fields(p));
    let wanted = [id.clone(), ("watch", (!watching).to_string())];
    let entries = html! {
        @if may.assign { (opens("transfer", &words(Glyph::ArrowRightLeft, "Transfer…"))) }
        @if may.change {
            @if unsolved { (opens("escalate", &words(Glyph::Flag, "Escalate…"))) }
            (opens("category", &words(Glyph::Folder, "Category…")))
            (opens("tags", &words(Glyph::Tags, "Tags…")))
            (step(ReplyNotNeeded::PATH, &[id, version], "not-needed", &not_needed))
        }
        @if may.write { (step(WatchTicket::PATH, &wanted, "watch", &watch)) }
    };
    let chosen = move |does: String| {
        let (id, version) = shown(page);
        match does.as_str() {
            "transfer" => forms.transfer.set(true),
            "escalate" => forms.escalate.set(true),
            "category" => forms.category.set(true),
            "tags" => forms.tags.set(true),
            "not-needed" => act.run("No reply needed: noted".to_owned(), reply_not_needed(id, version)),
            "watch" => {
                let said = if watching { "You watch it no longer" } else { "You watch this ticket" };
                act.run(said.to_owned(), watch_ticket(id, !watching));
            }
            _ => {}
        }
    };
    view! {
        <StillMenu
            label="More actions".to_owned()
            trigger=Glyph::Ellipsis.markup(IconSize::Normal)
            entries=entries
            chosen=chosen
        />
    }
}
