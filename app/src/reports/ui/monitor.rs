//! `/team/live`: promises as they are being timed, to the second.
use std::time::Duration;

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use super::parts::{lead_nav, live, live_tile};
use crate::{
    core::{Error, Permission, id::TeamId, resource::resource},
    frame::{Answer, StaffFrame, followed},
    reports::{
        api,
        model::Figure,
        monitor::model::{ClockLine, Load, Monitor, StandList},
    },
    sla::model::Stand,
    tickets::model::TeamRef,
    ui::{
        Column, Empty, Figures, Glyph, Icon, Page, PromiseTick, SectionHead, Segment, SegmentedLinks, Table,
        figures::thousands, screen::Screen,
    },
};

/// Seconds. However far the next turn is, the page asks again so often.
const AT_LEAST: u32 = 600;
/// And not more often than this, however much turns: the promises themselves count every second.
const AT_MOST: u32 = 3;

/// The page and what it loads before its code is there.
pub struct MonitorPage {
    chosen: Memo<Option<String>>,
    monitor: Answer<Monitor>,
}

impl Screen for MonitorPage {
    fn data() -> Self {
        let query = use_query_map();
        let chosen = Memo::new(move |_| query.with(|q| q.get("team")).filter(|team| !team.is_empty()));
        let (live, turned) = (live(), RwSignal::new(0_u32));
        let monitor = resource(
            move || (chosen.get(), live.get(), turned.get()),
            |(chosen, ..)| async move {
                let team: Option<TeamId> = chosen.map(|id| id.parse().map_err(|_| Error::NotFound)).transpose()?;
                api::read_monitor(team).await
            },
        );
        // Time alone moves a promise from one list to the next: no event tells of it.
        Effect::new(move |_| {
            let turns_in = monitor.get().and_then(Result::ok).map(|monitor| monitor.turns_in.unwrap_or(AT_LEAST));
            let wait = Duration::from_secs(turns_in.unwrap_or(AT_LEAST).clamp(AT_MOST, AT_LEAST).into());
            let again = move || turned.update(|n| *n = n.wrapping_add(1));
            if let Ok(timer) = set_timeout_with_handle(again, wait) {
                on_cleanup(move || timer.clear());
            }
        });
        Self { chosen, monitor }
    }

    fn view(this: Self) -> AnyView {
        let (chosen, monitor) = (this.chosen, this.monitor);
        view! {
            <Title text="Live"/>
            <StaffFrame permission=Permission::ReadPromises>
                <Page
                    title="Live"
                    sub="Every promise that is being timed: what is left in working time, what is late on the wall. A ticket with two promises is here twice."
                    actions=move || lead_nav("/team/live")
                >
                    {followed(monitor, "the promises", |_| true, move |monitor| body(monitor, chosen))}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn teams(teams: &[TeamRef], chosen: Memo<Option<String>>) -> AnyView {
    let href = |id: Option<&str>| id.map_or_else(|| "/team/live".to_owned(), |id| format!("/team/live?team={id}"));
    let mut segments = vec![Segment::new(href(None), "All teams")];
    segments.extend(teams.iter().map(|team| Segment::new(href(Some(&team.id.to_string())), team.name.clone())));
    let current = Signal::derive(move || chosen.with(|c| href(c.as_deref())));
    view! { <SegmentedLinks label="Team" segments=segments current=current/> }.into_any()
}

/// Built once; what is in it follows the newest answer, each row by itself.
fn body(monitor: Memo<Monitor>, chosen: Memo<Option<String>>) -> AnyView {
    let choices = Memo::new(move |_| monitor.with(|monitor| monitor.teams.clone()));
    let by_person = Signal::derive(move || match monitor.with(|monitor| monitor.more_people) {
        0 => "Who holds the tickets, the most late first".to_owned(),
        n => {
            let n = thousands(n.try_into().unwrap_or_default());
            format!("Who holds the tickets, the most late first; {n} more have less to worry about")
        }
    });
    let lists = [Stand::Late, Stand::AtRisk, Stand::Paused].map(|stand| list(stand, monitor));
    view! {
        {move || choices.with(|choices| (choices.len() > 1).then(|| teams(choices, chosen)))}
        <Figures label="Promises now" four=true>{figures(monitor)}</Figures>
        <div class="live-lists">{lists.into_iter().collect_view()}</div>
        <section>
            <SectionHead title="By team" sub="Promises, not tickets; each number leads to their tickets"/>
            {loads("Team", Memo::new(move |_| monitor.with(|monitor| monitor.by_team.clone())))}
        </section>
        <section>
            <SectionHead title="By person" sub=by_person/>
            {loads("Person", Memo::new(move |_| monitor.with(|monitor| monitor.by_person.clone())))}
        </section>
    }
    .into_any()
}

fn figures(monitor: Memo<Monitor>) -> AnyView {
    // Made anew where it leads elsewhere or begins to warn.
    let look = |figure: &Figure| (figure.label.clone(), figure.href.clone(), figure.alarm.is_some());
    let looks = move || monitor.with(|monitor| monitor.figures.iter().map(look).collect::<Vec<_>>());
    let tile = move |(label, ..): (String, Option<String>, bool)| {
        let find = move |monitor: &Monitor| monitor.figures.iter().find(|figure| figure.label == label).cloned();
        let figure = Memo::new(move |before: Option<&Figure>| {
            monitor.with(&find).or_else(|| before.cloned()).unwrap_or_default()
        });
        live_tile(figure.into())
    };
    view! { <For each=looks key=Clone::clone children=tile/> }.into_any()
}

/// The order of rows as they come in `now`. While the focus is in `place`, each stays where it was `before`, and what is
/// new comes last: a row that moves in the document loses the focus.
fn steady<K: Clone + PartialEq>(place: NodeRef<html::Div>, before: Option<&Vec<K>>, now: Vec<K>) -> Vec<K> {
    let held = place.get_untracked().is_some_and(|place| place.matches(":focus-within").unwrap_or_default());
    match before.filter(|_| held) {
        Some(before) => in_their_places(before, now),
        None => now,
    }
}

fn in_their_places<K: Clone + PartialEq>(before: &[K], now: Vec<K>) -> Vec<K> {
    let mut rows: Vec<K> = before.iter().filter(|row| now.contains(row)).cloned().collect();
    let new: Vec<K> = now.into_iter().filter(|row| !rows.contains(row)).collect();
    rows.extend(new);
    rows
}

/// What a list of promises that stand so says under its title, when it has some and when it has none.
const fn about(stand: Stand) -> (&'static str, &'static str) {
    match stand {
        Stand::Late => ("Most overdue first", "What passes its due time appears here by itself."),
        Stand::AtRisk => ("Next due first", "What has used 80 % of its time appears here by itself."),
        Stand::Paused | Stand::InTime => {
            ("Least time left first", "What waits for somebody else appears here by itself.")
        }
    }
}

fn list(stand: Stand, monitor: Memo<Monitor>) -> AnyView {
    let list = Memo::new(move |_| {
        let found = monitor.with(|monitor| monitor.lists.iter().find(|list| list.stand == stand).cloned());
        found.unwrap_or_else(|| StandList { stand, title: String::new(), rows: Vec::new(), all: 0, href: None })
    });
    let place = NodeRef::<html::Div>::new();
    let keys = Memo::new(move |before| {
        let now = list.with(|list| list.rows.iter().map(ClockLine::key).collect());
        steady(place, before, now)
    });
    let none = Memo::new(move |_| keys.with(Vec::is_empty));
    let title = Signal::derive(move || list.with(|list| list.title.clone()));
    let sub = Signal::derive(move || if none.get() { about(stand).1 } else { about(stand).0 }.to_owned());
    let tickets = Memo::new(move |_| list.with(|list| list.href.clone().filter(|_| list.all > 0)));
    let head = move || match tickets.get() {
        Some(href) => view! { <SectionHead title=title sub=sub link=href link_text="Their tickets"/> }.into_any(),
        None => view! { <SectionHead title=title sub=sub/> }.into_any(),
    };
    let left = Memo::new(move |_| list.with(|list| list.all - i64::try_from(list.rows.len()).unwrap_or(list.all)));
    let more = move || {
        (left.get() > 0).then(|| {
            let words = move || format!("and {} more", thousands(left.get().unsigned_abs()));
            view! { <p class="small muted">{words}</p> }
        })
    };
    let rows = move || {
        (!none.get()).then(|| {
            view! {
                <ul class="risk-list live-list" data-stand=stand.as_str()>
                    <For each=move || keys.get() key=Clone::clone children=move |key| row(key, list)/>
                </ul>
            }
        })
    };
    view! { <section>{head} <div node_ref=place>{rows}</div> {more}</section> }.into_any()
}

/// A clock, for as long as it stands in its list.
fn row(key: (i64, String, i32), list: Memo<StandList>) -> AnyView {
    let number = key.0;
    let find = move || list.with(|list| list.rows.iter().find(|line| line.key() == key).cloned());
    let Some(first) = untrack(&find) else { return ().into_any() };
    let line = Memo::new(move |before: Option<&ClockLine>| {
        find().or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    });
    let subject = move || line.with(|line| line.subject.clone());
    let which = move || line.with(which);
    let whose = move || line.with(whose);
    let promise = Signal::derive(move || line.with(|line| line.promise.clone()));
    view! {
        <li data-number=number.to_string()>
            <span class="truncate">
                <a href=format!("/tickets/{number}") dir="auto">{subject}</a>
                <span class="meta truncate">{which}</span>
                <span class="meta truncate">{whose}</span>
            </span>
            <PromiseTick view=promise/>
        </li>
    }
    .into_any()
}

/// `#1279, first reply, nobody yet`.
fn which(line: &ClockLine) -> String {
    let holder = line.assignee.as_deref().unwrap_or("nobody yet");
    format!("#{}, {}, {holder}", line.number, line.promise.metric)
}

/// `waiting for the customer, high, Cloud, Águas do Douro`.
fn whose(line: &ClockLine) -> String {
    let waits = line.waits.map(|waits| waits.label().to_lowercase());
    let facts = [line.priority.label().to_lowercase(), line.team.clone(), line.customer.clone()];
    waits.into_iter().chain(facts).collect::<Vec<_>>().join(", ")
}

fn loads(kind: &'static str, all: Memo<Vec<Load>>) -> AnyView {
    let place = NodeRef::<html::Div>::new();
    let keys = Memo::new(move |before| steady(place, before, all.with(|all| all.iter().map(|load| load.id).collect())));
    let none = Memo::new(move |_| keys.with(Vec::is_empty));
    let counted = Stand::ALL.map(|stand| Column::number(stand.label()));
    let columns: Vec<_> = std::iter::once(Column::new(kind)).chain(counted).collect();
    let table = move || {
        if none.get() {
            return view! { <Empty title="No promise is being timed" text="Each new ticket with a promise appears here by itself."/> }
                .into_any();
        }
        let label = format!("Promises by {}", kind.to_lowercase());
        view! {
            <Table label=label columns=columns.clone() class="standings">
                <For each=move || keys.get() key=Clone::clone children=move |id| load(id, all)/>
            </Table>
        }
        .into_any()
    };
    view! { <div node_ref=place>{table}</div> }.into_any()
}

/// What a team or somebody has, for as long as they stand in the table.
fn load(id: Option<Uuid>, all: Memo<Vec<Load>>) -> AnyView {
    let find = move || all.with(|all| all.iter().find(|load| load.id == id).cloned());
    let Some(first) = untrack(find) else { return ().into_any() };
    let load =
        Memo::new(move |before: Option<&Load>| find().or_else(|| before.cloned()).unwrap_or_else(|| first.clone()));
    let cells = Stand::ALL.into_iter().enumerate().map(|(place, stand)| {
        let n = Memo::new(move |_| load.with(|load| load.counts.of(stand)));
        let href = Memo::new(move |_| load.with(|load| load.lists.get(place).cloned()));
        view! { <td class="end" data-label=stand.label()>{count(stand, n, href)}</td> }
    });
    view! {
        <tr>
            <th scope="row" dir="auto">{move || load.with(|load| load.name.clone())}</th>
            {cells.collect_view()}
        </tr>
    }
    .into_any()
}

/// Nothing to see behind a zero.
fn count(stand: Stand, n: Memo<i64>, href: Memo<Option<String>>) -> AnyView {
    let (class, glyph) = match stand {
        Stand::Late => ("txt-late", Some(Glyph::PromiseLate)),
        Stand::AtRisk => ("txt-risk", Some(Glyph::PromiseRisk)),
        Stand::Paused | Stand::InTime => ("plain", None),
    };
    let some = Memo::new(move |_| n.get() > 0);
    let number = move || thousands(n.get().unsigned_abs());
    let shown = move || {
        if some.get() {
            let glyph = glyph.map(|glyph| view! { <Icon glyph=glyph/> });
            view! { <a class=class href=move || href.get()>{glyph}{number}</a> }.into_any()
        } else {
            view! { <span class="muted">"0"</span> }.into_any()
        }
    };
    shown.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_places_what_is_gone_leaves_and_what_is_new_comes_last() {
        assert_eq!(in_their_places(&[1, 2, 3, 4], vec![5, 4, 1, 6, 3]), [1, 3, 4, 5, 6]);
        assert_eq!(in_their_places(&[1, 2], vec![]), [0_u8; 0]);
    }
}
