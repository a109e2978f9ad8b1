//! One row of a ticket list.
use leptos::prelude::*;

use crate::{
    desk::model::Line,
    tickets::model::{Priority, Status},
    ui::{Avatar, PrioBadge, PrioKind, PromiseLine, StatusBadge, StatusKind},
};

impl From<Status> for StatusKind {
    fn from(status: Status) -> Self {
        match status {
            Status::Open => Self::Open,
            Status::InProgress => Self::Progress,
            Status::OnHold => Self::Hold,
            Status::Resolved => Self::Resolved,
            Status::Closed => Self::Closed,
        }
    }
}

impl From<Priority> for PrioKind {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::Low => Self::Low,
            Priority::Normal => Self::Normal,
            Priority::High => Self::High,
            Priority::Urgent => Self::Urgent,
        }
    }
}

/// A ticket in a list: what it is about, who asks, who holds it, and how its promise stands.
///
/// `near` is called when the person is about to open it.
#[component]
pub fn Row(
    line: Line,
    #[prop(into)] href: Signal<String>,
    #[prop(optional, into)] open: Signal<bool>,
    #[prop(optional, into)] near: Option<Callback<i64>>,
) -> impl IntoView {
    let Line { ticket, promise } = line;
    let number = ticket.number;
    let coming = move || {
        if let Some(near) = near {
            near.run(number);
        }
    };
    let from = match ticket.organisation {
        Some(organisation) => format!("{}, {organisation}", ticket.requester),
        None => ticket.requester,
    };
    let unread = ticket.unread.then(|| view! { <span class="vh">"Unread"</span> });
    view! {
        <li>
            <a
                class="trow"
                href=move || href.get()
                data-number=number.to_string()
                data-unread=ticket.unread.then_some("")
                aria-current=move || open.get().then_some("true")
                on:pointerenter=move |_| coming()
                on:focus=move |_| coming()
            >
                <span class=ticket.unread.then_some("unread")>{unread}</span>
                <span class="truncate">
                    <span class="subject" dir="auto">{ticket.subject}</span>
                    <span class="meta">
                        <PrioBadge kind=PrioKind::from(ticket.priority) compact=true/>
                        <StatusBadge kind=StatusKind::from(ticket.status) compact=true/>
                        <span>{format!("#{number}")}</span>
                        <span class="truncate">{from}</span>
                        <Avatar name=ticket.assignee.map(|a| a.name)/>
                    </span>
                </span>
                <PromiseLine view=promise/>
            </a>
        </li>
    }
}
