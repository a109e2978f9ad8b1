//! The rows of a list: its first page, which follows what happens, and those after it as their reader comes near.
use std::collections::HashSet;

use leptos::{prelude::*, task::spawn_local, web_sys};

use super::{list::Source, row::Row};
use crate::{
    core::{Error, id::TicketId},
    desk::{
        api,
        model::{Line, Listing},
    },
    tickets::query::ListQuery,
    ui::ClockView,
};

/// From here on, in pixels, the rows after the last one are fetched.
const NEAR_END: i32 = 600;

/// Whether the end of what `pane` scrolls is near.
pub fn is_near_end(pane: &web_sys::Element) -> bool {
    pane.scroll_height() - pane.scroll_top() - pane.client_height() < NEAR_END
}

/// What was fetched after the first page.
#[derive(Clone, Default)]
struct Further {
    rows: Vec<Line>,
    next: Option<String>,
}

/// The rows of a list. `reached` grows as the end of them comes near.
#[component]
pub fn Rows(first: Memo<Listing>, source: Source, reached: RwSignal<u32>) -> impl IntoView {
    let Source { query, base, open, href, near, .. } = source;
    let further = RwSignal::new(None::<Further>);
    let trouble = RwSignal::new(None::<Error>);
    let busy = RwSignal::new(false);
    let start = move || Further { rows: Vec::new(), next: first.with_untracked(|first| first.next.clone()) };
    // Page after page, until there are `enough` rows after the first page.
    let fetch = move |mut found: Further, enough: usize| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let query = query.get_untracked();
        spawn_local(async move {
            let mut failed = None;
            while found.rows.len() < enough
                && let Some(cursor) = found.next.take()
            {
                match api::list_tickets(ListQuery { after: Some(cursor), ..query.clone() }).await {
                    Ok(page) => {
                        found.rows.extend(page.rows);
                        found.next = page.next;
                    }
                    Err(error) => {
                        failed = Some(error);
                        break;
                    }
                }
            }
            if failed.is_none() {
                let _ = further.try_set(Some(found));
            }
            let _ = trouble.try_set(failed);
            let _ = busy.try_set(false);
        });
    };
    let next = Memo::new(move |_| match further.get() {
        Some(further) => further.next,
        None => first.with(|first| first.next.clone()),
    });
    let load = move || {
        if next.with_untracked(Option::is_some) {
            let known = further.get_untracked().unwrap_or_else(start);
            let enough = known.rows.len() + 1;
            fetch(known, enough);
        }
    };
    Effect::new(move |before: Option<u32>| {
        let now = reached.get();
        // What failed is tried again by hand.
        if before.is_some_and(|before| before != now) && trouble.with_untracked(Option::is_none) {
            load();
        }
        now
    });
    // The first page came anew, perhaps without what is now after it: so those after it come anew, too.
    Effect::new(move |before: Option<()>| {
        first.track();
        let many = further.with_untracked(|further| further.as_ref().map(|further| further.rows.len()));
        if let (Some(()), Some(many)) = (before, many) {
            fetch(start(), many);
        }
    });
    let rows = move || {
        let mut all = first.with(|first| first.rows.clone());
        let known: HashSet<_> = all.iter().map(|line| line.ticket.id).collect();
        further.with(|further| {
            let after = further.iter().flat_map(|further| &further.rows);
            all.extend(after.filter(|line| !known.contains(&line.ticket.id)).cloned());
        });
        all
    };
    let row = move |line: Line| {
        let number = line.ticket.number;
        let here = Signal::derive(move || open.get() == Some(number));
        let to = Signal::derive(move || href.run(number));
        view! { <Row line=line href=to open=here near=near/> }
    };
    let onwards = move || {
        next.get().map(|cursor| {
            let page = ListQuery { after: Some(cursor), ..query.get_untracked() };
            view! {
                <p class="list-more">
                    <a
                        class="btn"
                        href=page.href(&base.get_untracked(), true, &[])
                        aria-busy=move || busy.get().then_some("true")
                        on:click=move |event| {
                            event.prevent_default();
                            load();
                        }
                    >
                        "Show more"
                    </a>
                </p>
            }
        })
    };
    view! {
        <ul class="tlist" aria-label=query.with_untracked(|q| q.view.label())>
            <For each=rows key=key children=row/>
        </ul>
        {move || trouble.get().map(|error| view! { <p class="error-text" role="alert">{error.to_string()}</p> })}
        {onwards}
    }
}

/// Changes with what a row shows, so that one that stays the same keeps its place and the focus. What a running promise
/// counts is worked out in the browser: only when it is due and what it began with tells one from another.
fn key(line: &Line) -> (TicketId, i32, bool, Option<(String, i64)>, std::mem::Discriminant<ClockView>) {
    let running = match &line.promise.clock {
        ClockView::Running { due, target, .. } => Some((due.clone(), *target)),
        _ => None,
    };
    (line.ticket.id, line.ticket.version, line.ticket.unread, running, std::mem::discriminant(&line.promise.clock))
}
