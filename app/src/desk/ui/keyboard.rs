//! Tickets without a mouse: one listener for the page. What a key does to a ticket is the same on the desk and on
//! a ticket's own page; the desk also moves through its list, and there the row with the focus is meant first.
use leptos::{ev, prelude::*, wasm_bindgen::JsCast as _, web_sys};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    act::Act,
    state::Desk,
    ticket::{Intent, Opened},
};
use crate::{
    core::{Error, id::TicketId},
    desk::model::Line,
    tickets::{
        api::{resolve_ticket, take_ticket},
        model::{Status, Ticket},
    },
    ui::keys::typing,
};

/// Listens on the desk while it is there.
pub fn listen_on_desk(desk: Desk) {
    follow_intent(desk.ticket);
    listen(move |key, go| on_desk(desk, key, go));
}

/// Listens on the page of one ticket while it is there; Escape leads to `back`.
pub fn listen_on_ticket(opened: Opened, back: Signal<String>) {
    follow_intent(opened);
    listen(move |key, go| match key {
        "Escape" => {
            go(&back.get_untracked());
            true
        }
        _ => {
            let known = || opened.ticket().map(Known::from);
            on_ticket(opened.act, key, known, |intent| {
                opened.intent.set(Some(intent));
                true
            })
        }
    });
}

/// Calls `press` with each key that is not meant for a control. `false`: nothing, so the browser may have it.
fn listen(press: impl Fn(&str, &dyn Fn(&str)) -> bool + Clone + 'static) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let (navigate, press) = (navigate.clone(), press.clone());
        let go = move |to: &str| navigate(to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        let listener = window_event_listener(ev::keydown, move |event| {
            if !typing(&event) && !event.default_prevented() && press(&event.key(), &go) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// What has to be known of a ticket to take or solve it.
struct Known {
    id: TicketId,
    version: i32,
    subject: String,
    held: bool,
    status: Status,
}

impl From<Ticket> for Known {
    fn from(t: Ticket) -> Self {
        Self { id: t.id, version: t.version, subject: t.subject, held: t.assignee.is_some(), status: t.status }
    }
}

impl From<&Line> for Known {
    fn from(t: &Line) -> Self {
        Self { id: t.id, version: t.version, subject: t.subject.clone(), held: t.assignee.is_some(), status: t.status }
    }
}

/// What a key does to a ticket. `ask` has something done where the ticket is open, and says whether that can be.
fn on_ticket(act: Act, key: &str, known: impl FnOnce() -> Option<Known>, ask: impl FnOnce(Intent) -> bool) -> bool {
    match key {
        "a" => match known() {
            Some(ticket) if !ticket.held && ticket.status.is_unsolved() => {
                act.run(format!("{} is yours", ticket.subject), take_ticket(ticket.id));
                true
            }
            Some(_) => ask(Intent::Assign),
            None => false,
        },
        "e" => known().is_some_and(|ticket| {
            resolve(act, ticket);
            true
        }),
        "s" => ask(Intent::Status),
        "x" => ask(Intent::Escalate),
        "r" => ask(Intent::Reply),
        "n" => ask(Intent::Note),
        _ => false,
    }
}

fn resolve(act: Act, ticket: Known) {
    if ticket.status.may_become(Status::Resolved) {
        act.run(format!("{} is resolved", ticket.subject), resolve_ticket(ticket.id, ticket.version));
    } else {
        let status = ticket.status.label().to_lowercase();
        act.tell("", Err(Error::Refused(format!("A {status} ticket cannot be resolved."))));
    }
}

fn on_desk(desk: Desk, key: &str, go: &dyn Fn(&str)) -> bool {
    match key {
        "j" | "ArrowDown" if key == "j" || focused().is_some() => step(1),
        "k" | "ArrowUp" if key == "k" || focused().is_some() => step(-1),
        "Escape" if desk.open.get_untracked().is_some() => {
            let number = desk.open.get_untracked();
            go(&untrack(|| desk.list_href(None)));
            if let Some(row) = rows().into_iter().find(|r| number_of(r) == number) {
                focus(&row);
            }
            true
        }
        // The row with the focus is meant, else the open ticket.
        _ => focused().or_else(|| desk.open.get_untracked()).is_some_and(|number| {
            on_ticket(
                desk.act,
                key,
                || known(desk, number),
                |intent| {
                    if desk.open.get_untracked() != Some(number) {
                        go(&untrack(|| desk.href(number)));
                    }
                    desk.ticket.intent.set(Some(intent));
                    true
                },
            )
        }),
    }
}

/// The ticket as the pane or else the list shows it.
fn known(desk: Desk, number: i64) -> Option<Known> {
    let open = desk.ticket.ticket().filter(|t| t.number == number).map(Known::from);
    open.or_else(|| desk.shown.with_value(|rows| rows.iter().find(|line| line.number == number).map(Known::from)))
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

/// Moves the focus to the next row or the one before, from the one that has it or is open; from nowhere, to the first.
fn step(by: isize) -> bool {
    let rows = rows();
    let at = |number| rows.iter().position(|r| number_of(r) == Some(number));
    let open = || rows.iter().position(|r| r.get_attribute("aria-current").is_some());
    let next = match focused().and_then(at).or_else(open) {
        Some(i) => i.checked_add_signed(by),
        None => Some(0),
    };
    if let Some(row) = next.and_then(|i| rows.get(i)) {
        focus(row);
    }
    true
}

/// Does what a key asked for as soon as the ticket's head is on the page; the composer sees to the rest. What the
/// person may not do is forgotten.
fn follow_intent(opened: Opened) {
    Effect::new(move |_| {
        let Some(intent) = opened.intent.get() else { return };
        let there = opened.data.get().flatten().and_then(Result::ok);
        let Some(page) = there.filter(|p| Some(p.ticket.number) == opened.number.get()) else { return };
        match intent {
            Intent::Status => {
                if let Ok(Some(menu)) = document().query_selector("#ticket-status summary") {
                    if let Some(menu) = menu.dyn_ref::<web_sys::HtmlElement>() {
                        menu.click();
                    }
                    focus(&menu);
                }
            }
            Intent::Assign if page.may.assign => opened.forms.assign_or_move(page.ticket.assignee.is_some()),
            Intent::Escalate if page.may.change && page.ticket.status.is_unsolved() => opened.forms.escalate.set(true),
            Intent::Reply | Intent::Note if page.may.write => return,
            Intent::Assign | Intent::Escalate | Intent::Reply | Intent::Note => {}
        }
        opened.intent.set(None);
    });
}
