//! `/desk` and `/desk/VIEW`: views, list, ticket.
use leptos::prelude::*;

use super::{
    home::DeskHome,
    keyboard,
    list::{Source, TicketList},
    state::{Desk, Pane},
    ticket::TicketPane,
    views::Views,
};
use crate::{
    core::Permission,
    frame::StaffFrame,
    ui::{
        PaneEdge, keys,
        screen::{Screen, titled},
    },
};

/// The page and what it loads before its code is there.
pub struct DeskPage {
    desk: Desk,
}

impl Screen for DeskPage {
    fn data() -> Self {
        Self { desk: Desk::new() }
    }

    fn view(this: Self) -> AnyView {
        view! {
            <StaffFrame permission=Permission::OpenDesk narrow=true keys=keys::DESK>
                <Panes desk=this.desk/>
            </StaffFrame>
        }
        .into_any()
    }
}

#[component]
fn Panes(desk: Desk) -> impl IntoView {
    keyboard::listen_on_desk(desk);
    let open = desk.open;
    let title = move || match open.get() {
        Some(number) => format!("#{number}"),
        None if desk.base.get() == "/desk" => "Desk".to_owned(),
        None => desk.query.with(|q| q.view.label().to_owned()),
    };
    let views = Signal::derive(move || desk.list_href(Some("views")));
    let source = Source {
        query: desk.query,
        base: desk.base.into(),
        first: desk.list,
        counts: desk.counts,
        open: open.into(),
        href: Callback::new(move |number| desk.href(number)),
        near: desk.ticket.near(),
        views: Some(views),
        shown: desk.shown,
    };
    let back = Signal::derive(move || desk.list_href(Some("list")));
    let ticket_home = Signal::derive(move || open.get().map(|n| desk.href(n)).unwrap_or_default());
    let aside = Signal::derive(move || {
        let more = [("ticket", open.get().unwrap_or_default().to_string()), ("pane", "side".to_owned())];
        desk.query.with(|q| q.href(&desk.base.get(), true, &more))
    });
    // The start page has the third pane while no ticket is open and no view was asked for.
    let third = Memo::new(move |_| match (open.get(), desk.base.get() == "/desk") {
        (Some(_), _) => Some(Pane::Ticket),
        (None, true) => Some(Pane::Home),
        (None, false) => None,
    });
    view! {
        {titled(title)}
        <main class="desk" id="main" data-pane=move || desk.pane.get().attr()>
            <h1 class="vh">"Desk"</h1>
            <Views desk=desk/>
            <section class="pane pane-list" id="list" aria-label="Tickets">
                <TicketList source=source/>
                <PaneEdge property="--list-width" label="Width of the list" width=408 min=300 max=680/>
            </section>
            {move || third.get().map(|pane| match pane {
                Pane::Home => view! {
                    <section class="pane pane-ticket pane-home" aria-label="Today">
                        <DeskHome desk=desk/>
                    </section>
                }.into_any(),
                _ => view! {
                    <section class="pane pane-ticket" id="ticket" aria-label="Ticket">
                        <TicketPane opened=desk.ticket back=back aside=aside home=ticket_home/>
                    </section>
                }.into_any(),
            })}
        </main>
    }
}
