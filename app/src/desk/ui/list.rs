//! A ticket list: head, filters, rows, and more of them. The desk's second pane, and the page `/tickets`.
use leptos::{html, prelude::*};

use super::{
    filters::Filters,
    rows::{Rows, is_near_end},
    state::Answer,
};
use crate::{
    core::{Error, resource::Resource},
    desk::model::{Counts, Line, Listing},
    tickets::query::{COUNTED, ListQuery},
    ui::{
        Empty, Failed, Glyph, Icon, IconSize, Loading, Tag,
        figures::thousands,
        screen::{arrived, still},
    },
};

/// What a list is given by its page.
#[derive(Clone, Copy)]
pub struct Source {
    pub query: Memo<ListQuery>,
    /// Where the list lives, without parameters.
    pub base: Signal<String>,
    pub first: Resource<Answer<Listing>>,
    pub counts: Resource<Answer<Counts>>,
    /// The number of the open ticket.
    pub open: Signal<Option<i64>>,
    /// The address that opens a ticket.
    pub href: Callback<i64, String>,
    pub near: Callback<i64>,
    /// To the views, on a small screen.
    pub views: Option<Signal<String>>,
    /// The rows that are there, for whoever listens to keys.
    pub shown: StoredValue<Vec<Line>>,
}

#[component]
pub fn TicketList(source: Source) -> impl IntoView {
    let Source { query, base, first, counts, views, .. } = source;
    // What only a link can ask for is told in words; fields that show nothing of it would be in the way.
    let by_fields = query.with_untracked(|q| q.is_filtered() && q.filter.in_words().is_empty());
    let filtering = RwSignal::new(by_fields);
    // Of the list that was asked for; one that does not come anew leaves it as it was.
    let found = move |before: Option<&Option<i64>>| {
        first.with(|first| match first {
            Some(Ok(listing)) if query.with(|query| *query == listing.query) => listing.count,
            Some(Err(error)) if error.is_passing() => before.copied().flatten(),
            _ => None,
        })
    };
    let sub = move |found: Memo<Option<i64>>| {
        let order = query.with(|q| q.order().label());
        let number = |n: i64| thousands(u64::try_from(n).unwrap_or_default());
        let count = if query.with(ListQuery::is_filtered) {
            found.get().map(|n| if n < COUNTED { number(n) } else { format!("{} and more", number(COUNTED)) })
        } else {
            counts.get().and_then(Result::ok).and_then(|c| c.of(query.with(|q| q.view))).map(number)
        };
        count.map_or_else(|| order.to_owned(), |count| format!("{count}, {order}"))
    };
    let reached = RwSignal::new(0_u32);
    // Another list begins at its top.
    let pane = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<ListQuery>| {
        let now = query.get();
        if let (Some(before), Some(pane)) = (before, pane.get_untracked())
            && before != now
        {
            pane.set_scroll_top(0);
        }
        now
    });
    let narrowed = move || {
        let words = query.with(|q| q.filter.in_words());
        (!words.is_empty()).then(|| {
            let all = query.with(|q| q.unfiltered().href(&base.get(), false, &[]));
            let words = words.into_iter().map(|words| view! { <Tag>{words}</Tag> }).collect_view();
            view! {
                <p class="list-narrowed">
                    <span class="vh">"Only tickets of which is true: "</span>
                    {words}
                    <a class="small" href=all>"Show all"</a>
                </p>
            }
        })
    };
    view! {
        <div class="pane-head">
            {views.map(|href| view! {
                <a class="btn btn-quiet btn-icon back" href=move || href.get() aria-label="Views">
                    <Icon glyph=Glyph::Menu size=IconSize::Large/>
                </a>
            })}
            <h2>{move || query.with(|q| q.view.label())}</h2>
            <span class="small muted">
                <Transition>
                    {
                        let found = Memo::new(found);
                        move || sub(found)
                    }
                </Transition>
            </span>
            <span class="push row">
                <button
                    type="button"
                    class="btn btn-quiet btn-icon"
                    aria-label="Filter and order"
                    title="Filter and order"
                    aria-expanded=move || filtering.get().to_string()
                    on:click=move |_| filtering.update(|f| *f = !*f)
                >
                    <Icon glyph=Glyph::ListFilter/>
                </button>
            </span>
        </div>
        {narrowed}
        {move || filtering.get().then(|| view! { <Filters query=query base=base/> })}
        <div class="pane-scroll" node_ref=pane on:scroll=move |event| {
            if is_near_end(&event_target(&event)) {
                reached.update(|n| *n = n.wrapping_add(1));
            }
        }>
            <Transition fallback=|| view! { <Loading what="tickets" rows=8/> }>
                {
                    let shown = Memo::new(move |before| {
                        still(first.get(), before, |known| query.with(|query| *query == known.query))
                    });
                    let rows = Memo::new(move |before: Option<&Listing>| {
                        shown.with(|now| match (now, before) {
                            (Some(Ok(listing)), _) | (_, Some(listing)) => listing.clone(),
                            _ => Listing::default(),
                        })
                    });
                    // Changes with the list that is shown, not with its rows: they come and go one by one.
                    let list = Memo::new(move |_| {
                        shown.with(|now| {
                            let of = |listing: &Listing| (listing.query.clone(), listing.rows.is_empty());
                            now.as_ref().map(|answer| answer.as_ref().map(of).map_err(Clone::clone))
                        })
                    });
                    move || list.get().map(|answer| match answer {
                        Ok((query, true)) => empty(&query, &base.get_untracked()).into_any(),
                        Ok(_) => arrived(move || view! { <Rows first=rows source=source reached=reached/> }),
                        Err(error) => {
                            crate::frame::answer_with(&error);
                            failed(&error, first).into_any()
                        }
                    })
                }
            </Transition>
        </div>
    }
}

fn failed(error: &Error, first: Resource<Answer<Listing>>) -> impl IntoView + use<> {
    let retry = Callback::new(move |()| first.refetch());
    view! { <Failed title="The list did not arrive" text=error.to_string() retry=retry/> }
}

/// Nothing here: because of the filters, or because all is done.
fn empty(query: &ListQuery, base: &str) -> impl IntoView + use<> {
    if query.is_filtered() {
        let all = query.unfiltered().href(base, false, &[]);
        return view! {
            <Empty title="Nothing matches" text="No ticket of this view passes all the filters.">
                <a class="btn" href=all>"Remove the filters"</a>
            </Empty>
        }
        .into_any();
    }
    use crate::tickets::query::View;
    let (title, text) = match query.view {
        View::Mine => ("Nothing waits for you", "Take a ticket from Unassigned, or help where promises are at risk."),
        View::Unassigned => ("Everything has somebody", "New tickets appear here by themselves."),
        View::AtRisk => ("No promise is at risk", "A ticket comes here when four fifths of its time are used."),
        View::Late => ("No promise is late", "That is how it should be."),
        View::OnHold => ("Nothing is on hold", "Tickets that wait for a customer or a third party stand here."),
        View::DueSoon => ("Nothing is due in the next 24 hours", "Later promises are under All open."),
        View::Open => ("Nothing is open", "New tickets appear here by themselves."),
        View::All => ("No tickets yet", "They appear here when somebody files one."),
    };
    view! { <Empty title=title text=text good=query.view.is_unsolved()/> }.into_any()
}
