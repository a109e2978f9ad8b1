//! `/team/live`: promises as they are being timed, to the second.
use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::parts::{Answer, lead_nav, live, loaded, tile};
use crate::{
    core::{Error, Permission, id::TeamId, resource::resource},
    frame::StaffFrame,
    reports::{
        api,
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
                    sub="Every promise that is being timed, to the second of working time. A ticket with two promises is here twice."
                    actions=move || lead_nav("/team/live")
                >
                    {loaded(monitor, "the promises", move |monitor| body(monitor, chosen))}
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

fn body(monitor: Monitor, chosen: Memo<Option<String>>) -> AnyView {
    let choose = (monitor.teams.len() > 1).then(|| teams(&monitor.teams, chosen));
    let more = match monitor.more_people {
        0 => String::new(),
        n => format!("; {} more have less to worry about", thousands(n.try_into().unwrap_or_default())),
    };
    view! {
        {choose}
        <Figures label="Promises now" four=true>{monitor.figures.into_iter().map(tile).collect_view()}</Figures>
        <div class="live-lists">{monitor.lists.into_iter().map(list).collect_view()}</div>
        <section>
            <SectionHead title="By team" sub="Promises, not tickets; each number leads to their tickets"/>
            {loads("Team", monitor.by_team)}
        </section>
        <section>
            <SectionHead title="By person" sub=format!("Who holds the tickets, the most late first{more}")/>
            {loads("Person", monitor.by_person)}
        </section>
    }
    .into_any()
}

fn list(list: StandList) -> AnyView {
    let StandList { stand, title, rows, all, href } = list;
    let sub = match stand {
        Stand::Late => "Longest late first",
        Stand::AtRisk => "Due soonest first",
        Stand::Paused | Stand::InTime => "Least time left first",
    };
    let head = match href.filter(|_| all > 0) {
        Some(href) => view! { <SectionHead title=title sub=sub link=href link_text="Their tickets"/> }.into_any(),
        None => view! { <SectionHead title=title sub=sub/> }.into_any(),
    };
    let left = all - i64::try_from(rows.len()).unwrap_or(all);
    let more = (left > 0).then(|| {
        view! { <p class="small muted">{format!("and {} more", thousands(left.unsigned_abs()))}</p> }
    });
    let content = if rows.is_empty() {
        let (title, text) = match stand {
            Stand::Late => ("Nothing is late", "What passes its due time appears here by itself."),
            Stand::AtRisk => ("Nothing is at risk", "What has used 80 % of its time appears here by itself."),
            Stand::Paused | Stand::InTime => {
                ("Nothing is paused", "What waits for somebody else appears here by itself.")
            }
        };
        view! { <Empty title=title text=text good=true/> }.into_any()
    } else {
        let rows = rows.into_iter().map(row).collect_view();
        view! { <ul class="risk-list live-list" data-stand=stand.as_str()>{rows}</ul> }.into_any()
    };
    view! { <section>{head} {content} {more}</section> }.into_any()
}

fn row(line: ClockLine) -> AnyView {
    let waits = line.waits.map(|waits| waits.label().to_lowercase());
    let facts = [
        format!("#{}", line.number),
        line.promise.metric.clone(),
        line.priority.label().to_lowercase(),
        line.team,
        line.assignee.unwrap_or_else(|| "nobody holds it".to_owned()),
    ]
    .join(", ");
    view! {
        <li data-number=line.number.to_string()>
            <span class="truncate">
                <a href=format!("/tickets/{}", line.number) dir="auto">{line.subject}</a>
                <span class="meta truncate">{facts}</span>
                {waits.map(|waits| view! { <span class="meta truncate">{waits}</span> })}
            </span>
            <PromiseTick view=line.promise/>
        </li>
    }
    .into_any()
}

fn loads(kind: &'static str, all: Vec<Load>) -> AnyView {
    if all.is_empty() {
        return view! { <Empty title="No promise is being timed" text="Each new ticket with a promise appears here by itself."/> }
            .into_any();
    }
    let counted = Stand::ALL.map(|stand| Column::number(stand.label()));
    let columns: Vec<_> = std::iter::once(Column::new(kind)).chain(counted).collect();
    let rows = all
        .into_iter()
        .map(|load| {
            let cells = Stand::ALL.into_iter().zip(load.lists).map(|(stand, href)| {
                let n = load.counts.of(stand);
                view! { <td class="end" data-label=stand.label()>{count(stand, n, href)}</td> }
            });
            view! {
                <tr>
                    <th scope="row">{load.name}</th>
                    {cells.collect_view()}
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=format!("Promises by {}", kind.to_lowercase()) columns=columns>{rows}</Table> }.into_any()
}

/// Nothing to see behind a zero.
fn count(stand: Stand, n: i64, href: String) -> AnyView {
    let number = thousands(n.unsigned_abs());
    let (class, glyph) = match stand {
        _ if n == 0 => return view! { <span class="muted">"0"</span> }.into_any(),
        Stand::Late => ("txt-late", Some(Glyph::PromiseLate)),
        Stand::AtRisk => ("txt-risk", Some(Glyph::PromiseRisk)),
        Stand::Paused | Stand::InTime => ("plain", None),
    };
    view! { <a class=class href=href>{glyph.map(|glyph| view! { <Icon glyph=glyph/> })}{number}</a> }.into_any()
}
