//! What the desk's address says, and the data that follows from it.
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    act::{Act, provide_act},
    ticket::Opened,
};
use crate::{
    core::{
        Error,
        resource::{Resource, resource},
    },
    desk::{
        api,
        model::{Counts, Home, Line, Listing},
    },
    tickets::query::{ListQuery, View},
};

/// Data, or why there is none.
pub type Answer<T> = Result<T, Error>;

/// Which pane has the floor on a small screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    Home,
    Views,
    List,
    Ticket,
    Side,
}

impl Pane {
    pub const fn attr(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Views => "views",
            Self::List => "list",
            Self::Ticket => "ticket",
            Self::Side => "side",
        }
    }
}

/// The desk as its address describes it; copy it freely.
#[derive(Clone, Copy)]
pub struct Desk {
    pub act: Act,
    /// The list: view, filters, order.
    pub query: Memo<ListQuery>,
    /// Where the list lives: `/desk/mine`.
    pub base: Memo<String>,
    /// The number of the open ticket.
    pub open: Memo<Option<i64>>,
    pub pane: Memo<Pane>,
    pub list: Resource<Answer<Listing>>,
    /// The rows that the list shows.
    pub shown: StoredValue<Vec<Line>>,
    pub counts: Resource<Answer<Counts>>,
    pub home: Resource<Option<Answer<Home>>>,
    pub ticket: Opened,
}

impl Desk {
    /// Reads the address and starts loading.
    pub fn new() -> Self {
        let (params, search) = (use_params_map(), use_query_map());
        let act = provide_act();
        let live = super::live_tickets();
        let named = Memo::new(move |_| params.with(|p| p.get("view")).and_then(|v| v.parse::<View>().ok()));
        let query =
            Memo::new(move |_| search.with(|s| ListQuery::read(named.get().unwrap_or(View::Open), |name| s.get(name))));
        let base =
            Memo::new(move |_| named.get().map_or_else(|| "/desk".to_owned(), |v| format!("/desk/{}", v.as_str())));
        let open = Memo::new(move |_| search.with(|s| s.get("ticket")).and_then(|n| n.parse().ok()));
        let pane = Memo::new(move |_| {
            let asked = search.with(|s| s.get("pane"));
            match (asked.as_deref(), open.get(), named.get()) {
                (Some("views"), ..) => Pane::Views,
                (Some("list"), None, _) | (_, None, Some(_)) => Pane::List,
                (Some("side"), Some(_), _) => Pane::Side,
                (_, Some(_), _) => Pane::Ticket,
                (_, None, None) => Pane::Home,
            }
        });
        let done = act.done();
        let ticket = Opened::new(open.into(), act);
        let list = resource(
            move || (query.get(), done.get(), live.get(), ticket.read.get()),
            |(query, ..)| async move { api::list_tickets(query).await },
        );
        let counts = resource(move || (done.get(), live.get()), |_| api::view_counts());
        let at_home = Memo::new(move |_| named.get().is_none() && open.get().is_none());
        let home = resource(
            move || (at_home.get(), done.get(), live.get()),
            |(here, ..)| async move { if here { Some(api::desk_home().await) } else { None } },
        );
        Self { act, query, base, open, pane, list, shown: StoredValue::default(), counts, home, ticket }
    }

    /// The address of the same list with `number` open.
    pub fn href(self, number: i64) -> String {
        self.query.with(|q| q.href(&self.base.get(), true, &[("ticket", number.to_string())]))
    }

    /// The address of the list alone, with `pane` shown on a small screen.
    pub fn list_href(self, pane: Option<&str>) -> String {
        let more: Vec<_> = pane.iter().map(|p| ("pane", (*p).to_owned())).collect();
        self.query.with(|q| q.href(&self.base.get(), true, &more))
    }
}
