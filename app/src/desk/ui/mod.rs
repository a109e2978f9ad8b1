//! The desk's pages and what they are built of.
mod act;
mod composer;
mod filters;
mod forms;
mod home;
mod keyboard;
mod list;
mod page;
pub mod row;
mod rows;
mod side;
mod state;
mod story;
mod ticket;
mod ticket_head;
mod ticket_menus;
mod tickets;
mod views;

use leptos::prelude::*;

use crate::live::{LiveEvent, use_live};

pub use page::DeskPage;
pub use tickets::{TicketPageRoute, TicketsPage};

/// Grows when something happens to a ticket that this person may see.
fn live_tickets() -> Signal<u32> {
    use_live().changes(LiveEvent::concerns_tickets)
}

/// Grows when something happens to ticket `number`.
fn live_ticket(number: Signal<Option<i64>>) -> Signal<u32> {
    use_live().changes(move |event| number.get_untracked().is_some_and(|number| event.concerns(number)))
}
