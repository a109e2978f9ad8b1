//! `/tickets`: the lists behind the numbers; `/tickets/NUMBER`: one ticket, for all staff.
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    act::provide_act,
    keyboard,
    list::{Source, TicketList},
    state::Answer,
    ticket::{Opened, TicketPane},
};
use crate::{
    core::{
        Permission,
        resource::{Resource, resource},
    },
    desk::{
        api,
        model::{Counts, Listing},
    },
    frame::StaffFrame,
    tickets::query::{ListQuery, View},
    ui::keys,
    ui::screen::{Screen, titled},
};

/// The list.
pub struct TicketsPage {
    query: Memo<ListQuery>,
    list: Resource<Answer<Listing>>,
    counts: Resource<Answer<Counts>>,
    ahead: Opened,
}

impl Screen for TicketsPage {
    fn data() -> Self {
        let search = use_query_map();
        let act = provide_act();
        let live = super::live_tickets();
        let query = Memo::new(move |_| {
            search.with(|s| {
                let view = s.get("view").and_then(|v| v.parse().ok()).unwrap_or(View::All);
                ListQuery::read(view, |name| s.get(name))
            })
        });
        let list =
            resource(move || (query.get(), live.get()), |(query, _)| async move { api::list_tickets(query).await });
        let counts = resource(move || live.get(), |_| api::view_counts());
        Self { query, list, counts, ahead: Opened::new(Signal::stored(None), act) }
    }

    fn view(this: Self) -> AnyView {
        let query = this.query;
        let source = Source {
            query,
            base: Signal::stored("/tickets".to_owned()),
            first: this.list,
            counts: this.counts,
            open: Signal::stored(None),
            href: Callback::new(|number: i64| format!("/tickets/{number}")),
            near: this.ahead.near(),
            views: None,
            shown: StoredValue::default(),
        };
        view! {
            {titled(move || query.with(|q| q.view.label().to_owned()))}
            <StaffFrame permission=Permission::ListTickets>
                <main class="list-page" id="main">
                    <h1 class="vh">"Tickets"</h1>
                    <TicketList source=source/>
                </main>
            </StaffFrame>
        }
        .into_any()
    }
}

/// One ticket.
pub struct TicketPageRoute {
    opened: Opened,
    side: Memo<bool>,
}

impl Screen for TicketPageRoute {
    fn data() -> Self {
        let (params, search) = (use_params_map(), use_query_map());
        let number = Memo::new(move |_| {
            // What is no number is no ticket.
            Some(params.with(|p| p.get("number")).and_then(|n| n.parse().ok()).unwrap_or_default())
        });
        let side = Memo::new(move |_| search.with(|s| s.get("pane").is_some_and(|p| p == "side")));
        Self { opened: Opened::new(number.into(), provide_act()), side }
    }

    fn view(this: Self) -> AnyView {
        view! {
            {titled(move || match this.opened.number.get() {
                Some(number) if number > 0 => format!("#{number}"),
                _ => "No such ticket".to_owned(),
            })}
            <StaffFrame permission=Permission::ReadTicketAsStaff keys=keys::TICKET>
                <OneTicket opened=this.opened side=this.side/>
            </StaffFrame>
        }
        .into_any()
    }
}

#[component]
fn OneTicket(opened: Opened, side: Memo<bool>) -> impl IntoView {
    let back = Signal::stored("/tickets".to_owned());
    keyboard::listen_on_ticket(opened, back);
    let here = Signal::derive(move || format!("/tickets/{}", opened.number.get().unwrap_or_default()));
    let aside = Signal::derive(move || format!("{}?pane=side", here.get()));
    view! {
        <main class="page-ticket" id="main" data-pane=move || if side.get() { "side" } else { "ticket" }>
            <h1 class="vh">{move || format!("Ticket {}", opened.number.get().unwrap_or_default())}</h1>
            <TicketPane opened=opened back=back aside=aside home=here/>
        </main>
    }
}
