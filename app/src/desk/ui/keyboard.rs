//! The desk without a mouse: one listener for the page; what a key means depends on where the focus is.
use leptos::{ev, prelude::*, wasm_bindgen::JsCast as _, web_sys};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{state::Desk, ticket::Intent};
use crate::{
    desk::model::Line,
    tickets::{
        api::{resolve_ticket, take_ticket},
        model::Status,
    },
    ui::keys::typing,
};

/// Listens while the page is there.
pub fn listen(desk: Desk) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let go = move |to: &str| navigate(to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        let listener = window_event_listener(ev::keydown, move |event| {
            if !typing(&event) && !event.default_prevented() && press(desk, &event.key(), &go) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Does what `key` means. `false`: nothing, so the browser may have it.
fn press(desk: Desk, key: &str, go: &impl Fn(&str)) -> bool {
    match key {
        "j" | "ArrowDown" if key == "j" || focused().is_some() => step(1),
        "k" | "ArrowUp" if key == "k" || focused().is_some() => step(-1),
        "a" => take_or_assign(desk, go),
        "e" => resolve(desk),
        "s" => on_ticket(desk, Intent::Status, go),
        "r" => on_ticket(desk, Intent::Reply, go),
        "n" => on_ticket(desk, Intent::Note, go),
        "Escape" if desk.open.get_untracked().is_some() => {
            let number = desk.open.get_untracked();
            go(&untrack(|| desk.list_href(None)));
            if let Some(row) = rows().into_iter().find(|r| number_of(r) == number) {
                focus(&row);
            }
            true
        }
        _ => false,
    }
}

fn rows() -> Vec<web_sys::Element> {
    let list = document().query_selector(".pane-list .tlist").ok().flatten();
    let first = list.and_then(|list| list.first_element_child());
    let items = std::iter::successors(first, web_sys::Element::next_element_sibling);
    items.filter_map(|item| item.first_element_child()).collect()
}

fn number_of(row: &web_sys::Element) -> Option<i64> {
    row.get_attribute("data-number")?.parse().ok()
}

/// The number of the row that has the focus.
fn focused() -> Option<i64> {
    let row = document().active_element()?.closest(".trow").ok()??;
    number_of(&row)
}

fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        // Nothing to do where it cannot take the focus.
        let _ = element.focus();
    }
}

/// Moves the focus to the next row or the one before; from nowhere, to the open one or the first.
fn step(by: isize) -> bool {
    let rows = rows();
    let at = |number| rows.iter().position(|r| number_of(r) == Some(number));
    let next = match focused().and_then(at) {
        Some(i) => i.checked_add_signed(by),
        None => rows.iter().position(|r| r.get_attribute("aria-current").is_some()).or(Some(0)),
    };
    if let Some(row) = next.and_then(|i| rows.get(i)) {
        focus(row);
    }
    true
}

/// The ticket that a key is about: of the row with the focus, else the open one.
fn meant(desk: Desk) -> Option<i64> {
    focused().or_else(|| desk.open.get_untracked())
}

fn line(desk: Desk, number: i64) -> Option<Line> {
    let listing = desk.list.get_untracked()?.ok()?;
    listing.rows.into_iter().find(|l| l.ticket.number == number)
}

fn take_or_assign(desk: Desk, go: &impl Fn(&str)) -> bool {
    let Some(number) = meant(desk) else { return false };
    let open = desk.ticket.ticket().filter(|t| t.number == number);
    let known = open.map(|t| (t.id, t.subject, t.assignee.is_some(), t.status)).or_else(|| {
        line(desk, number).map(|l| (l.ticket.id, l.ticket.subject, l.ticket.assignee.is_some(), l.ticket.status))
    });
    match known {
        Some((id, subject, false, status)) if status.is_unsolved() => {
            desk.act.run(format!("{subject} is yours"), take_ticket(id));
            true
        }
        Some(_) => on_ticket(desk, Intent::Assign, go),
        None => false,
    }
}

fn resolve(desk: Desk) -> bool {
    let Some(number) = meant(desk) else { return false };
    let open = desk.ticket.ticket().filter(|t| t.number == number).map(|t| (t.id, t.version, t.subject, t.status));
    let known =
        open.or_else(|| line(desk, number).map(|l| (l.ticket.id, l.ticket.version, l.ticket.subject, l.ticket.status)));
    let Some((id, version, subject, status)) = known else { return false };
    if status.may_become(Status::Resolved) {
        desk.act.run(format!("{subject} is resolved"), resolve_ticket(id, version));
    } else {
        desk.act.tell(
            "",
            Err(crate::core::Error::Refused(format!("A {} ticket cannot be resolved.", status.label().to_lowercase()))),
        );
    }
    true
}

/// Opens the ticket that is meant, if it is not, and does `intent` there.
fn on_ticket(desk: Desk, intent: Intent, go: &impl Fn(&str)) -> bool {
    let Some(number) = meant(desk) else { return false };
    if desk.open.get_untracked() != Some(number) {
        go(&untrack(|| desk.href(number)));
    }
    desk.ticket.intent.set(Some(intent));
    true
}

/// Does what a key asked for as soon as the ticket's head is on the page; the composer sees to the rest.
pub fn follow_intent(desk: Desk) {
    Effect::new(move |_| {
        let Some(intent) = desk.ticket.intent.get() else { return };
        let there = desk.ticket.data.get().flatten().and_then(Result::ok);
        let Some(page) = there.filter(|p| Some(p.ticket.number) == desk.open.get()) else { return };
        match intent {
            Intent::Status => {
                if let Ok(Some(menu)) = document().query_selector("#ticket-status summary") {
                    if let Some(menu) = menu.dyn_ref::<web_sys::HtmlElement>() {
                        menu.click();
                    }
                    focus(&menu);
                }
            }
            Intent::Assign => desk.ticket.forms.assign_or_move(page.ticket.assignee.is_some()),
            Intent::Reply | Intent::Note => return,
        }
        desk.ticket.intent.set(None);
    });
}
