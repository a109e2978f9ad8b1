//! /my: what I asked for, what waits for me, and how the promises made to me were kept.
use leptos::prelude::*;
use leptos_meta::Title;

use super::{follow::following, frame::MyFrame, list::Rows};
use crate::{
    core::{
        Error,
        resource::{Resource, resource},
    },
    frame::Refusal,
    live::{LiveEvent, use_live},
    portal::{api::load_my_page, model},
    tickets::own::{OwnFigures, OwnMonth, View},
    ui::{
        BarChart, ButtonKind, Empty, Figures, Glyph, LinkButton, Loading, Point, SectionHead, Tile,
        figures::{percent, thousands},
        screen::{Screen, arrived},
    },
};

/// `/my`
pub struct MyPage {
    page: Resource<Result<model::MyPage, Error>>,
}

impl Screen for MyPage {
    fn data() -> Self {
        Self { page: resource(|| (), |()| load_my_page()) }
    }

    fn view(this: Self) -> AnyView {
        let MyPage { page } = this;
        view! {
            <Title text="My requests"/>
            <Suspense fallback=|| view! { <Loading what="your requests" rows=6/> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => arrived(move || view! { <Followed page=page/> }),
                        Err(error) => view! { <Refusal error=error/> }.into_any(),
                    }
                })}
            </Suspense>
        }
        .into_any()
    }
}

#[component]
fn Followed(page: model::MyPage) -> impl IntoView {
    let desk = page.desk.clone();
    let current = following(page, use_live().changes(LiveEvent::concerns_tickets), load_my_page);
    view! {
        <MyFrame desk=desk>
            {move || view! { <Mine page=current.get()/> }}
        </MyFrame>
    }
}

fn href(view: View) -> String {
    format!("/my/tickets?view={}", view.as_str())
}

#[component]
fn Mine(page: model::MyPage) -> impl IntoView {
    let model::MyPage { name, figures, months, to_act_on, recent, .. } = page;
    let first = name.split_whitespace().next().unwrap_or(&name).to_owned();
    let nothing = recent.is_empty() && to_act_on.is_empty();
    view! {
        <div class="page-head">
            <h1>{format!("Hello, {first}")}</h1>
            <LinkButton href="/submit".to_owned() kind=ButtonKind::Primary icon=Glyph::Plus>
                "New request"
            </LinkButton>
            <p class="sub">{greeting(&figures)}</p>
        </div>
        <Tiles figures=figures/>
        <div class="stack">
            <section>
                <SectionHead
                    title="Waiting for you"
                    sub="What we asked you, what we solved and what we answered since you last looked"
                />
                {if to_act_on.is_empty() {
                    view! { <Empty title="Nothing waits for you" text="When we need something from you, it stands here." good=true/> }
                        .into_any()
                } else {
                    view! { <Rows rows=to_act_on label="Requests that wait for you"/> }.into_any()
                }}
            </section>
            <section>
                <SectionHead
                    title="In progress"
                    link=href(View::Open)
                    link_text="All open requests"
                />
                {if recent.is_empty() {
                    view! {
                        <Empty title="No open requests" text="Ask us anything; a person answers.">
                            {nothing
                                .then(|| view! { <LinkButton href="/submit".to_owned()>"Ask for help"</LinkButton> })}
                        </Empty>
                    }
                        .into_any()
                } else {
                    view! { <Rows rows=recent label="Your open requests"/> }.into_any()
                }}
            </section>
            <Year months=months/>
        </div>
    }
}

fn greeting(figures: &OwnFigures) -> String {
    match (figures.waiting, figures.solved) {
        (0, 0) if figures.open == 0 => "You have no open requests.".to_owned(),
        (0, 0) => "Everything is in our hands at the moment.".to_owned(),
        (0, 1) => "We solved one request. Did it help?".to_owned(),
        (0, n) => format!("We solved {} requests. Did it help?", count(n)),
        (1, _) => "One request waits for a word from you.".to_owned(),
        (n, _) => format!("{} requests wait for a word from you.", count(n)),
    }
}

fn count(n: i64) -> String {
    thousands(n.unsigned_abs())
}

#[component]
fn Tiles(figures: OwnFigures) -> impl IntoView {
    let kept = percent(figures.kept.unsigned_abs(), figures.kept_of.unsigned_abs());
    let kept_words = kept.map_or_else(|| "–".to_owned(), |p| crate::ui::figures::decimal(p, 1));
    let note = if figures.kept_of == 0 {
        "nothing solved yet".to_owned()
    } else {
        format!("{} of {} in twelve months", count(figures.kept), count(figures.kept_of))
    };
    view! {
        <Figures label="Your requests in figures">
            <Tile
                label="Open"
                value=count(figures.open)
                href=href(View::Open)
                how="Your requests that are not solved yet."
            />
            <Tile
                label="Waiting for you"
                value=count(figures.waiting)
                href=href(View::Waiting)
                how="Requests on which we asked you something. Our clock stands still until you answer."
            />
            <Tile
                label="New answers"
                value=count(figures.unread)
                href=href(View::Unread)
                how="Requests, not closed, that we answered since you last opened them."
            />
            <Tile
                label="Solved"
                value=count(figures.solved)
                href=href(View::Solved)
                how="Requests that we think are solved. They close by themselves after a few days."
            />
            <Tile
                label="Promises kept"
                value=kept_words
                unit=if kept.is_some() { "%" } else { "" }
                note=note
                href=href(View::Year)
                how="Of your requests solved in the last twelve months: those on which every promised time was kept."
            />
            <Tile
                label="Promise missed"
                value=count(figures.late)
                note="ever"
                href=href(View::Late)
                how="All your requests on which we missed a promised time at least once."
            />
        </Figures>
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// What was filed month by month, and what became of it.
#[component]
fn Year(months: Vec<OwnMonth>) -> impl IntoView {
    let filed: i64 = months.iter().map(|m| m.filed).sum();
    let solved: i64 = months.iter().map(|m| m.solved).sum();
    let title = match filed {
        0 => "You sent no requests in the last twelve months".to_owned(),
        1 => "You sent one request in the last twelve months".to_owned(),
        n => format!("You sent {} requests in the last twelve months", count(n)),
    };
    let points = months
        .iter()
        .map(|m| {
            let month = m.month.rsplit('-').next().and_then(|n| n.parse::<usize>().ok()).unwrap_or(1);
            #[allow(clippy::cast_precision_loss)] // a person's requests in a month
            Point::new(MONTHS[(month + 11) % 12], m.filed as f64).of(m.solved.unsigned_abs())
        })
        .collect::<Vec<_>>();
    view! {
        <section>
            <BarChart
                id="year"
                title=title
                note=format!("Requests sent by month; {} were solved in the same time", count(solved))
                points=points
            />
        </section>
    }
}
