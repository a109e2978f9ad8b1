//! /my/tickets: the person's requests, narrowed by what stands in the URL, page by page.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{follow::following, frame::MyFrame, when::Said};
use crate::{
    core::{
        Error,
        resource::{Resource, resource},
    },
    frame::Refusal,
    live::{LiveEvent, use_live},
    portal::{
        api::load_my_tickets,
        model::{MyList, MyRow},
        when::Form,
    },
    tickets::{
        model::{HoldReason, SlaState, Status},
        own::View,
    },
    ui::{
        Button, ButtonKind, Column, Empty, Glyph, Icon, LinkButton, Loading, Pager, Segment, SegmentedLinks,
        StatusBadge, StatusKind, Table, Tag,
        screen::{Screen, arrived},
    },
};

/// What the URL says.
#[derive(Clone, Debug, Default, PartialEq)]
struct Query {
    view: View,
    shared: bool,
    text: String,
    after: String,
}

impl Query {
    fn href(&self, after: Option<&str>) -> String {
        let mut href = format!("/my/tickets?view={}", self.view.as_str());
        if self.shared {
            href.push_str("&whose=shared");
        }
        if !self.text.is_empty() {
            href.push_str("&q=");
            href.push_str(&encoded(&self.text));
        }
        if let Some(after) = after {
            href.push_str("&after=");
            href.push_str(&encoded(after));
        }
        href
    }
}

/// Letters, digits and a few marks as themselves, the rest as `%XX`.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte.into());
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// `/my/tickets`
pub struct MyTicketsPage {
    query: Memo<Query>,
    page: Resource<Result<MyList, Error>>,
}

impl Screen for MyTicketsPage {
    fn data() -> Self {
        let map = use_query_map();
        let query = Memo::new(move |_| {
            map.with(|q| Query {
                view: q.get("view").and_then(|v| v.parse().ok()).unwrap_or_default(),
                shared: q.get("whose").as_deref() == Some("shared"),
                text: q.get("q").unwrap_or_default(),
                after: q.get("after").unwrap_or_default(),
            })
        });
        let page = resource(
            move || query.get(),
            |Query { view, shared, text, after }| load_my_tickets(view, shared, text, after),
        );
        Self { query, page }
    }

    fn view(this: Self) -> AnyView {
        let MyTicketsPage { query, page } = this;
        view! {
            <Title text="My requests"/>
            <Transition fallback=|| view! { <Loading what="your requests" rows=8/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(list) => arrived(move || view! { <Mine query=query.get_untracked() list=list/> }),
                        Err(error) => view! { <Refusal error=error/> }.into_any(),
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

#[component]
fn Mine(query: Query, list: MyList) -> impl IntoView {
    let (desk, shares) = (list.desk.clone(), list.shares);
    let asked = query.clone();
    let current = following(list, use_live().changes(LiveEvent::concerns_tickets), move || {
        let Query { view, shared, text, after } = asked.clone();
        load_my_tickets(view, shared, text, after)
    });
    view! {
        <MyFrame desk=desk>
            <Head query=query.clone() shares=shares/>
            {move || current.with(|list| found(&query, list))}
        </MyFrame>
    }
}

/// The rows, or a word on why there are none, and the way to older ones.
fn found(query: &Query, list: &MyList) -> impl IntoView + use<> {
    let first = (!query.after.is_empty()).then(|| Query { after: String::new(), ..query.clone() }.href(None));
    let next = list.next.as_deref().map(|after| query.href(Some(after)));
    let paged = first.is_some() || next.is_some();
    let rows = if list.rows.is_empty() {
        view! { <Nothing query=query.clone()/> }.into_any()
    } else {
        view! { <Rows rows=list.rows.clone() label="Requests"/> }.into_any()
    };
    view! {
        {rows}
        {paged.then(|| view! { <Pager newer=Signal::stored(first) older=Signal::stored(next)/> })}
    }
}

/// The title and what narrows the list.
#[component]
fn Head(query: Query, shares: bool) -> impl IntoView {
    // A year's solved ones are reached from their figure alone.
    let views = View::ALL
        .into_iter()
        .filter(|view| *view != View::Year || query.view == View::Year)
        .map(|view| Segment::new(Query { view, after: String::new(), ..query.clone() }.href(None), view.label()))
        .collect::<Vec<_>>();
    let current = Query { after: String::new(), ..query.clone() }.href(None);
    let whose = shares.then(|| {
        let of = |shared| Query { shared, after: String::new(), ..query.clone() }.href(None);
        let parts = vec![Segment::new(of(false), "Mine"), Segment::new(of(true), "Others of my organisation")];
        view! { <SegmentedLinks label="Whose" segments=parts current=of(query.shared)/> }
    });
    view! {
        <div class="page-head">
            <h1>{if query.shared { "Requests of my organisation" } else { "My requests" }}</h1>
            <LinkButton href="/submit".to_owned() kind=ButtonKind::Primary icon=Glyph::Plus>
                "New request"
            </LinkButton>
        </div>
        <div class="my-filter">
            <SegmentedLinks label="Which" segments=views current=current/>
            {whose}
            <form class="row" method="get" action="/my/tickets" role="search">
                <input type="hidden" name="view" value=query.view.as_str()/>
                {query.shared.then(|| view! { <input type="hidden" name="whose" value="shared"/> })}
                <input
                    class="input"
                    type="search"
                    name="q"
                    aria-label="Number or words of the subject"
                    placeholder="Number or subject"
                    value=query.text.clone()
                />
                <Button submit=true icon=Glyph::Search>"Find"</Button>
            </form>
        </div>
    }
}

#[component]
fn Nothing(query: Query) -> impl IntoView {
    let (title, text) = match (query.text.is_empty(), query.view) {
        (false, _) => ("Nothing found", "Try fewer words, or look among all requests."),
        (true, View::Open) => ("No open requests", "Ask us anything; a person answers."),
        (true, View::Waiting) => ("Nothing waits for you", "When we need something from you, it stands here."),
        (true, View::Unread) => ("No new answers", "You have read everything we wrote."),
        (true, View::Solved) => ("Nothing to confirm", "What we solve stands here until it is closed."),
        (true, View::Closed) => {
            ("No closed requests", "Requests close by themselves a few days after they are solved.")
        }
        (true, View::Late) => ("No promise was missed", "So far we have answered and solved everything in time."),
        (true, View::Year) => ("Nothing was solved yet", "What we solve stands here for twelve months."),
        (true, View::All) => ("No requests yet", "Ask us anything; a person answers."),
    };
    let good = query.text.is_empty() && matches!(query.view, View::Late | View::Waiting | View::Unread);
    view! {
        <Empty title=title text=text good=good>
            <LinkButton href="/submit".to_owned()>"New request"</LinkButton>
        </Empty>
    }
}

/// Requests as rows; each leads to its story.
#[component]
pub fn Rows(rows: Vec<MyRow>, label: &'static str) -> impl IntoView {
    let lines = rows
        .into_iter()
        .map(|MyRow { row, updated, due }| {
            let word = match (row.status, row.hold) {
                (Status::OnHold, Some(HoldReason::Customer)) => Some("waiting for you"),
                (Status::Resolved, _) => Some("did it help?"),
                _ => None,
            };
            let promise = due.filter(|_| row.sla.state == SlaState::Running).map(|due| {
                let name = if row.sla.metric.as_deref() == Some("resolution") { "Solved by " } else { "Answer by " };
                if due.at > due.said_at {
                    return view! { {name} <Said when=due/> }.into_any();
                }
                view! {
                    <span class="promise" data-state="late">
                        <Icon glyph=Glyph::PromiseLate/>
                        <span>"We are late"</span>
                    </span>
                    <br/>
                    <small class="muted">"Due by " <Said when=due/></small>
                }
                .into_any()
            });
            view! {
                <tr>
                    <th scope="row">
                        <a class="my-row" href=format!("/my/tickets/{}", row.number)>
                            <span class="row wrap">
                                <b dir="auto">{row.subject}</b>
                                {row.unread.then(|| view! { " " <Tag accent=true>"New answer"</Tag> })}
                            </span>
                            <small class="muted">
                                {format!("#{}", row.number)} {row.category.map(|c| format!(", {c}"))}
                            </small>
                        </a>
                    </th>
                    <td data-label="Status">
                        <StatusBadge kind=StatusKind::from(row.status)/>
                        {word.map(|word| view! { <br/> <small class="muted">{word}</small> })}
                    </td>
                    <td data-label="Promised">
                        {match promise {
                            Some(promise) => promise,
                            None => view! { <span class="muted">"–"</span> }.into_any(),
                        }}
                    </td>
                    <td data-label="Last change">
                        <Said when=updated form=Form::Stamp/>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let columns = ["Request", "Status", "Promised", "Last change"].into_iter().map(Column::new).collect::<Vec<_>>();
    view! {
        <Table label=label columns=columns>
            {lines}
        </Table>
    }
}
