//! The rows of a list: its first page, which follows what happens, and those after it as their reader comes near.
use std::{collections::HashSet, time::Duration};

use leptos::{prelude::*, task::spawn_local, web_sys};

use super::{list::Source, row::Row};
use crate::{
    core::{Error, id::TicketId},
    desk::{
        api,
        model::{Line, Listing},
    },
    tickets::query::ListQuery,
};

/// From here on, in pixels, the rows after the last one are fetched.
const NEAR_END: i32 = 600;
/// How often the rows after the first page follow what happens.
const FOLLOW: Duration = Duration::from_secs(2);

/// Whether the end of what `pane` scrolls is near.
pub fn is_near_end(pane: &web_sys::Element) -> bool {
    pane.scroll_height() - pane.scroll_top() - pane.client_height() < NEAR_END
}

/// The rows after the first page, and the cursor of those after them.
#[derive(Clone, Default)]
struct Further {
    rows: Vec<Line>,
    next: Option<String>,
}

/// What is after the first page, and who fetches it; copy it freely.
#[derive(Clone, Copy)]
struct Pages {
    first: Memo<Listing>,
    query: Memo<ListQuery>,
    further: RwSignal<Option<Further>>,
    /// How many rows after the first page are wanted.
    wanted: StoredValue<usize>,
    /// What is there is older than the first page, and may begin elsewhere than it ends.
    old: StoredValue<bool>,
    waits: StoredValue<bool>,
    busy: RwSignal<bool>,
    trouble: RwSignal<Option<Error>>,
}

impl Pages {
    fn after(first: Memo<Listing>, query: Memo<ListQuery>) -> Self {
        let pages = Self {
            first,
            query,
            further: RwSignal::new(None),
            wanted: StoredValue::new(0),
            old: StoredValue::new(false),
            waits: StoredValue::new(false),
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
        };
        Effect::new(move |before: Option<Option<String>>| {
            let end = first.with(|first| first.next.clone());
            if let Some(before) = before
                && pages.further.with_untracked(Option::is_some)
            {
                pages.old.set_value(true);
                // Where the first page ends elsewhere, a row may be on neither side.
                if before == end { pages.fetch_soon() } else { pages.fetch() }
            }
            end
        });
        pages
    }

    /// The cursor of what is not there yet.
    fn next(self) -> Option<String> {
        self.further.with(|further| match further {
            Some(further) => further.next.clone(),
            None => self.first.with(|first| first.next.clone()),
        })
    }

    /// Wants one page more than there is.
    fn more(self) {
        let have = self.further.with_untracked(|further| further.as_ref().map_or(0, |further| further.rows.len()));
        self.wanted.set_value(have + 1);
        self.fetch();
    }

    fn fetch_soon(self) {
        if !self.waits.get_value() {
            self.waits.set_value(true);
            set_timeout(
                move || {
                    if self.waits.try_set_value(false).is_none() {
                        self.fetch();
                    }
                },
                FOLLOW,
            );
        }
    }

    /// Fetches what is wanted. Whoever is at it already looks again before it ends.
    fn fetch(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let query = self.query.get_untracked();
        spawn_local(async move {
            let mut failed = None;
            while failed.is_none()
                && let Some((mut found, wanted)) = self.lacks()
            {
                while found.rows.len() < wanted
                    && let Some(cursor) = found.next.take()
                {
                    match api::list_tickets(ListQuery { after: Some(cursor), ..query.clone() }).await {
                        Ok(page) => {
                            found.rows.extend(page.rows);
                            found.next = page.next;
                        }
                        Err(error) => failed = Some(error),
                    }
                }
                if failed.is_none() {
                    let _ = self.further.try_set(Some(found));
                }
            }
            if failed.is_some() {
                // Begun anew when it is tried again.
                let _ = self.old.try_set_value(true);
            }
            let _ = self.trouble.try_set(failed);
            let _ = self.busy.try_set(false);
        });
    }

    /// From what to go on, and up to how many rows; `None` when all that is wanted is there, or the list is gone.
    fn lacks(self) -> Option<(Further, usize)> {
        let wanted = self.wanted.try_get_value()?;
        let start = Further { rows: Vec::new(), next: self.first.try_with_untracked(|first| first.next.clone())? };
        if self.old.try_get_value()? {
            self.old.try_set_value(false).is_none().then_some((start, wanted))
        } else {
            let known = self.further.try_get_untracked()?.unwrap_or(start);
            (known.rows.len() < wanted && known.next.is_some()).then_some((known, wanted))
        }
    }
}

/// The rows of a list. `reached` grows as the end of them comes near.
#[component]
pub fn Rows(first: Memo<Listing>, source: Source, reached: RwSignal<u32>) -> impl IntoView {
    let Source { query, base, open, href, near, shown, .. } = source;
    let pages = Pages::after(first, query);
    Effect::new(move |before: Option<u32>| {
        let now = reached.get();
        // What failed is tried again by hand.
        if before.is_some_and(|before| before != now) && pages.trouble.with_untracked(Option::is_none) {
            pages.more();
        }
        now
    });
    let rows = move || {
        let mut all = first.with(|first| first.rows.clone());
        pages.further.with(|further| all.extend(further.iter().flat_map(|further| &further.rows).cloned()));
        // One that moved between two pages while they were fetched is on both.
        let mut known = HashSet::with_capacity(all.len());
        all.retain(|line| known.insert(line.id));
        all
    };
    Effect::new(move |_| shown.set_value(rows()));
    let row = move |line: Line| {
        let number = line.number;
        let here = Signal::derive(move || open.get() == Some(number));
        let to = Signal::derive(move || href.run(number));
        view! { <Row line=line href=to open=here near=near/> }
    };
    let onwards = move || {
        pages.next().map(|cursor| {
            let page = ListQuery { after: Some(cursor), ..query.get_untracked() };
            view! {
                <p class="list-more">
                    <a
                        class="btn"
                        href=page.href(&base.get_untracked(), true, &[])
                        aria-busy=move || pages.busy.get().then_some("true")
                        on:click=move |event| {
                            event.prevent_default();
                            pages.more();
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
        {move || pages.trouble.get().map(|error| view! { <p class="error-text" role="alert">{error.to_string()}</p> })}
        {onwards}
    }
}

/// Changes with what a row shows, so that one that stays the same keeps its place and the focus. Of a promise that counts
/// only what stands still: the rest is worked out anew for each answer, and in the browser each second.
fn key(line: &Line) -> (TicketId, i32, bool, Option<i64>, &'static str, String) {
    let promise = &line.promise;
    let state = promise.at(promise.as_of).state.attr();
    (line.id, line.version, line.unread, promise.on_the_wall(), state, promise.metric.clone())
}
