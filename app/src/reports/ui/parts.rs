//! What the start pages and those of the set-up share.
use std::fmt::Debug;

use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    core::{Error, Permission},
    desk::{model::Line, ui::row::Row},
    frame::{Answer, failed, use_who},
    live::{LiveEvent, use_live},
    reports::model::{Alarm, Area, Change, Course, Figure},
    ui::{
        Banner, BannerKind, Delta, Empty, Glyph, Icon, Loading, Point, Segment, SegmentedLinks, Tile, Trend,
        screen::{arrived, still},
    },
};

/// Grows when a ticket that the person may see changes; the browser asks again at most a few times a second.
pub fn live() -> Signal<u32> {
    use_live().changes(LiveEvent::concerns_tickets)
}

/// What `answer` brings, as `body` shows it; the old stays while the new is on its way.
pub fn loaded<T, B>(answer: Answer<T>, what: &'static str, body: B) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + Serialize + DeserializeOwned + 'static,
    B: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    view! {
        <Transition fallback=move || view! { <Loading what=what rows=8/> }>
            {
                let body = body.clone();
                // What has not changed is not built anew: what somebody typed into its forms stays.
                let shown = Memo::new(move |before| still(answer.get(), before, |_| true));
                move || {
                    let body = body.clone();
                    shown.get().map(|answer_now| match answer_now {
                        Ok(it) => arrived(move || body(it)),
                        Err(error) => failed(&error, answer),
                    })
                }
            }
        </Transition>
    }
    .into_any()
}

fn delta(change: Change) -> Delta {
    let trend = match change.up {
        Some(true) => Trend::Up,
        Some(false) => Trend::Down,
        None => Trend::Flat,
    };
    Delta { words: change.words, trend, good: change.good }
}

/// A figure as a tile.
pub fn tile(figure: Figure) -> AnyView {
    live_tile(Signal::stored(figure))
}

/// A figure that follows what happens, as a tile. What it is, where it leads and whether it warns stay as they are now.
pub fn live_tile(figure: Signal<Figure>) -> AnyView {
    let Figure { label, how, href, alarm, .. } = figure.get_untracked();
    let value = Signal::derive(move || figure.with(|figure| figure.value.clone()));
    let unit = Signal::derive(move || figure.with(|figure| figure.unit.clone()));
    let note = Signal::derive(move || figure.with(|figure| figure.note.clone()));
    let delta = Signal::derive(move || figure.with(|figure| figure.change.clone().map(delta)));
    let points = Signal::derive(move || figure.with(|figure| figure.points.clone()));
    let glyph = alarm.map(|alarm| match alarm {
        Alarm::Late => Glyph::PromiseLate,
        Alarm::Risk => Glyph::PromiseRisk,
    });
    match (href, glyph) {
        (Some(href), Some(glyph)) => view! {
            <Tile label=label value=value unit=unit how=how href=href alarm=glyph delta=delta note=note points=points/>
        }
        .into_any(),
        (Some(href), None) => {
            view! { <Tile label=label value=value unit=unit how=how href=href delta=delta note=note points=points/> }
                .into_any()
        }
        (None, _) => {
            view! { <Tile label=label value=value unit=unit how=how delta=delta note=note points=points/> }.into_any()
        }
    }
}

/// The course of a chart as its points.
pub fn points(course: &Course) -> Vec<Point> {
    course
        .marks
        .iter()
        .map(|mark| Point { label: mark.label.clone(), value: mark.value, n: mark.n, href: mark.href.clone() })
        .collect()
}

/// Tickets to act on, or that there are none.
pub fn act_list(lines: Vec<Line>, none: &'static str) -> AnyView {
    if lines.is_empty() {
        return view! { <Empty title=none text="New ones appear here by themselves." good=true/> }.into_any();
    }
    let rows = lines
        .into_iter()
        .map(|line| {
            let href = format!("/tickets/{}", line.number);
            view! { <Row line=line href=Signal::stored(href)/> }
        })
        .collect_view();
    view! { <ul class="tlist listframe">{rows}</ul> }.into_any()
}

/// Links to the pages behind a start page, each with what stands there.
pub fn areas(areas: Vec<Area>) -> AnyView {
    let rows = areas
        .into_iter()
        .map(|area| {
            view! {
                <li>
                    <span class="truncate">
                        <a href=area.href>{area.name}</a>
                        <span class="meta truncate">{area.note}</span>
                    </span>
                    <Icon glyph=Glyph::ChevronRight/>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="risk-list">{rows}</ul> }.into_any()
}

/// The pages of the administrator.
pub fn admin_nav(current: &'static str) -> AnyView {
    let segments = [
        ("/admin", "Overview"),
        ("/admin/routing", "Routing"),
        ("/admin/categories", "Categories"),
        ("/admin/teams", "Teams"),
        ("/admin/sla", "Promises"),
    ]
    .map(|(href, label)| Segment::new(href, label))
    .to_vec();
    view! { <SegmentedLinks label="Set-up" segments=segments current=current.to_owned()/> }.into_any()
}

/// The pages of those who watch over promises, as far as whoever looks may open them.
pub fn lead_nav(current: &'static str) -> AnyView {
    let segments = [
        (Permission::OpenTeam, "/team", "Today"),
        (Permission::ReadPromises, "/team/live", "Live"),
        (Permission::ReadEscalations, "/team/escalations", "Escalations"),
        (Permission::ReadPromises, "/reports/sla", "Promises kept"),
    ]
    .into_iter()
    .filter(|(permission, ..)| use_who().is_some_and(|who| who.may(*permission)))
    .map(|(_, href, label)| Segment::new(href, label))
    .collect();
    view! { <SegmentedLinks label="Promises" segments=segments current=current.to_owned()/> }.into_any()
}

/// Makes a form anew for each thing that it is about, and again once what was typed is saved: nothing that was typed for
/// one thing may be saved as another, and no complaint about one stays when another is opened.
#[derive(Clone, Copy)]
pub struct Afresh {
    saved: Memo<u32>,
}

impl Afresh {
    /// `chosen`: which thing is open; `save`: what the form does.
    pub fn on<K, S>(chosen: Memo<K>, save: ServerAction<S>) -> Self
    where
        K: Clone + PartialEq + Send + Sync + 'static,
        S: ServerFn<Output = (), Error = Error> + Clone + Send + Sync + 'static,
    {
        Effect::new(move |before: Option<K>| {
            let now = chosen.get();
            if before.is_some_and(|before| before != now) {
                save.clear();
            }
            now
        });
        let saved = Memo::new(move |before: Option<&u32>| {
            let worked = save.value().with(|said| matches!(said, Some(Ok(()))));
            before.copied().unwrap_or_default() + u32::from(worked)
        });
        Self { saved }
    }

    /// The form about `thing`, which is told by its content: what somebody else saved of it is seen, too.
    pub fn form<T>(self, thing: T, form: impl Fn(&T) -> AnyView + Clone + Send + 'static) -> AnyView
    where
        T: Debug + Clone + Send + 'static,
    {
        let content = format!("{thing:?}");
        let made = move || [(self.saved.get(), content.clone())];
        view! { <For each=made key=Clone::clone children=move |_| form(&thing)/> }.into_any()
    }
}

/// The answer of a form: what it says at each field, and as a whole.
#[derive(Clone, Copy)]
pub struct Said(Signal<Option<Result<(), Error>>>);

impl Said {
    pub fn new(value: impl Fn() -> Option<Result<(), Error>> + Send + Sync + 'static) -> Self {
        Self(Signal::derive(value))
    }

    /// The error at `field`.
    pub fn at(self, field: &'static str) -> Signal<Option<String>> {
        let answer = self.0;
        Signal::derive(move || answer.with(|said| said.as_ref()?.as_ref().err()?.at(field)))
    }

    /// What belongs to no field, and that it worked.
    pub fn whole(self, done: &'static str) -> impl IntoView {
        let answer = self.0;
        move || {
            answer.get().and_then(|said| match said {
                Ok(()) => Some(view! { <Banner kind=BannerKind::Ok>{done}</Banner> }.into_any()),
                Err(Error::Invalid(_)) => None,
                Err(error) => Some(view! { <Banner kind=BannerKind::Danger>{error.to_string()}</Banner> }.into_any()),
            })
        }
    }
}
