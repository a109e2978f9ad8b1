//! The inbox. It is put together once and kept up to date in its places, so that what somebody types stays.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{
    focus::{self, Held},
    parts::{Entry, past},
};
use crate::{
    core::{Error, Permission, id::TicketId, resource::resource},
    escalations::{
        api::{self, AcknowledgeEscalation},
        model::{Inbox, Pages},
    },
    frame::{Answer, StaffFrame, followed},
    live::{LiveEvent, use_live},
    ui::{Banner, BannerKind, Empty, LinkButton, Page, SectionHead, figures::thousands, screen::Screen},
};

/// The page and what it loads before its code is there.
pub struct EscalationsPage {
    pages: Memo<Pages>,
    inbox: Answer<Inbox>,
    acknowledge: ServerAction<AcknowledgeEscalation>,
}

/// The address of those pages of the two lists, at the one called `list`.
fn address(pages: Pages, list: &str) -> String {
    let mut query = ParamsMap::new();
    for (name, cursor) in [("after", pages.after), ("past", pages.past)] {
        if let Some(cursor) = cursor {
            query.insert(name, cursor);
        }
    }
    format!("/team/escalations{}#{list}", query.to_query_string())
}

impl Screen for EscalationsPage {
    fn data() -> Self {
        let query = use_query_map();
        let pages = Memo::new(move |_| query.with(|q| Pages { after: q.get("after"), past: q.get("past") }));
        let (live, acknowledge) = (use_live().changes(LiveEvent::concerns_tickets), ServerAction::new());
        let inbox = resource(
            move || (pages.get(), live.get(), acknowledge.version().get()),
            |(pages, ..)| api::read_escalations(pages),
        );
        Self { pages, inbox, acknowledge }
    }

    fn view(this: Self) -> AnyView {
        let Self { pages, inbox, acknowledge } = this;
        view! {
            <Title text="Escalations"/>
            <StaffFrame permission=Permission::ReadEscalations>
                <Page title="Escalations" sub="Tickets whose time is up, and those that a colleague asks you to look at">
                    {body(pages, inbox, acknowledge)}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn body(pages: Memo<Pages>, inbox: Answer<Inbox>, acknowledge: ServerAction<AcknowledgeEscalation>) -> AnyView {
    let is_it = move |known: &Inbox| pages.with(|pages| *pages == known.pages);
    followed(inbox, "what is escalated", is_it, move |latest| lists(latest, acknowledge))
}

/// What became of the last acknowledgement, and of which ticket it was where the browser knows.
fn said(answer: Result<(), Error>, number: Option<i64>) -> AnyView {
    match answer {
        Ok(()) => {
            let which = number.map_or_else(|| "Acknowledged".to_owned(), |number| format!("#{number} is acknowledged"));
            view! { <Banner kind=BannerKind::Ok>{which} ". It stands below now, under Before."</Banner> }.into_any()
        }
        Err(error) => view! { <Banner kind=BannerKind::Danger>{error.to_string()}</Banner> }.into_any(),
    }
}

/// The rows as they are to be shown. The focus is kept while they come and go: `done` is the ticket that the reader
/// acknowledged last.
fn rows(inbox: Memo<Inbox>, done: RwSignal<Option<i64>>) -> RwSignal<Vec<TicketId>> {
    let tickets = move || inbox.with(|inbox| inbox.waiting.iter().map(|it| it.ticket).collect::<Vec<_>>());
    let rows = RwSignal::new(untrack(tickets));
    Effect::new(move |before: Option<Pages>| {
        let (now, pages) = (tickets(), inbox.with(|inbox| inbox.pages.clone()));
        if rows.with_untracked(|rows| *rows != now) {
            let held = Held::now();
            rows.set(now);
            if let Some(held) = held {
                request_animation_frame(move || held.give_back(done.try_get_untracked().flatten()));
            }
        }
        // On another page reading begins at the head of its list, not at the link that led there.
        match before {
            Some(before) if before.after != pages.after => focus::focus_head("waiting"),
            Some(before) if before.past != pages.past => focus::focus_head("past"),
            _ => {}
        }
        pages
    });
    rows
}

/// The ways from a page of a list: to the first, and to the next.
fn ways(label: &'static str, first: Option<String>, next: Option<String>) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=label>
                {first.map(|href| view! { <LinkButton href=href>"Back to the newest"</LinkButton> })}
                {next.map(|href| view! { <LinkButton href=href>"Show more"</LinkButton> })}
            </nav>
        }
    })
}

fn lists(inbox: Memo<Inbox>, acknowledge: ServerAction<AcknowledgeEscalation>) -> AnyView {
    let done = RwSignal::new(None::<i64>);
    Effect::new(move |_| {
        if let Some(sent) = acknowledge.input().get() {
            let number = |inbox: &Inbox| inbox.waiting.iter().find(|it| it.ticket == sent.id).map(|it| it.number);
            done.set(inbox.with_untracked(number));
        }
    });
    // Changes with the answer alone: while the next one is on its way, what is said is still of this one.
    let answer = Memo::new(move |_| acknowledge.value().get().map(|answer| (answer, done.get_untracked())));
    let rows = rows(inbox, done);
    let pages = Memo::new(move |_| inbox.with(|inbox| inbox.pages.clone()));
    let count = Signal::derive(move || match inbox.with(|inbox| inbox.count) {
        0 => "Nothing waits".to_owned(),
        1 => "1 waits".to_owned(),
        n => format!("{} wait", thousands(n.unsigned_abs())),
    });
    let none = move || {
        let (title, text) = match pages.with(|pages| pages.after.is_some()) {
            true => ("Nothing more waits", "What stood here has left meanwhile."),
            false => ("Nothing is escalated", "What needs you appears here by itself."),
        };
        rows.with(Vec::is_empty).then(|| view! { <Empty title=title text=text good=true/> })
    };
    let more = Memo::new(move |_| inbox.with(|inbox| inbox.more.clone()));
    let ways_on = move || {
        let (here, more) = (pages.get(), more.get());
        let first = here.after.is_some().then(|| address(Pages { after: None, ..here.clone() }, "waiting"));
        ways("What else waits", first, more.map(|more| address(Pages { after: Some(more), ..here }, "waiting")))
    };
    let past = Memo::new(move |_| inbox.with(|inbox| inbox.past.clone()));
    let more_past = Memo::new(move |_| inbox.with(|inbox| inbox.more_past.clone()));
    let ways_back = move || {
        let (here, more) = (pages.get(), more_past.get());
        let first = here.past.is_some().then(|| address(Pages { past: None, ..here.clone() }, "past"));
        ways("What else is over", first, more.map(|more| address(Pages { past: Some(more), ..here }, "past")))
    };
    view! {
        <section class="escalations" id="waiting">
            <SectionHead title=count sub="Newest first. It leaves when somebody acknowledges it, or the ticket is solved"/>
            <div role="status">{move || answer.get().map(|(answer, number)| said(answer, number))}</div>
            {none}
            <ul class="listframe">
                <For
                    each=move || rows.get()
                    key=|ticket| *ticket
                    children=move |ticket| view! { <Entry ticket=ticket inbox=inbox acknowledge=acknowledge/> }
                />
            </ul>
            {ways_on}
        </section>
        <section class="escalations" id="past">
            <SectionHead title="Before" sub="What was looked at or solved, newest first"/>
            {move || self::past(past.get())}
            {ways_back}
        </section>
    }
    .into_any()
}
