//! `/team`: who needs a hand.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::parts::{act_list, lead_nav, live, loaded, tile};
use crate::{
    core::{
        Error, Permission,
        id::{TeamId, UserId},
        resource::resource,
    },
    frame::{Answer, StaffFrame},
    reports::{
        api,
        model::{LaneOf, PersonLine, TeamToday},
    },
    tickets::{
        model::TeamRef,
        query::{Filter, Holder, ListQuery, View},
    },
    ui::{
        Avatar, AvatarSize, Column, Empty, Figures, Glyph, Icon, Page, Presence, SectionHead, Segment, SegmentedLinks,
        Table, Tally,
        chart::{BoardMark, DueBoard, Lane},
        figures::{decimal, worked},
        screen::Screen,
    },
};

/// The page and what it loads before its code is there.
pub struct TeamPage {
    chosen: Memo<Option<String>>,
    today: Answer<TeamToday>,
}

impl Screen for TeamPage {
    fn data() -> Self {
        let query = use_query_map();
        let chosen = Memo::new(move |_| query.with(|q| q.get("team")).filter(|team| !team.is_empty()));
        let live = live();
        let today = resource(
            move || (chosen.get(), live.get()),
            |(chosen, _)| async move {
                let team: Option<TeamId> = chosen.map(|id| id.parse().map_err(|_| Error::NotFound)).transpose()?;
                api::read_team(team).await
            },
        );
        Self { chosen, today }
    }

    fn view(this: Self) -> AnyView {
        let (chosen, today) = (this.chosen, this.today);
        view! {
            <Title text="Team today"/>
            <StaffFrame permission=Permission::OpenTeam>
                <Page title="Team today" actions=move || lead_nav("/team")>
                    {loaded(today, "the teams", move |today| body(today, chosen))}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn teams(teams: &[TeamRef], chosen: Memo<Option<String>>) -> AnyView {
    let href = |id: Option<&str>| id.map_or_else(|| "/team".to_owned(), |id| format!("/team?team={id}"));
    let mut segments = vec![Segment::new(href(None), "All teams")];
    segments.extend(teams.iter().map(|team| Segment::new(href(Some(&team.id.to_string())), team.name.clone())));
    let current = Signal::derive(move || chosen.with(|c| href(c.as_deref())));
    view! { <SegmentedLinks label="Team" segments=segments current=current/> }.into_any()
}

fn body(today: TeamToday, chosen: Memo<Option<String>>) -> AnyView {
    let lanes: Vec<Lane> = today.lanes.into_iter().map(lane).collect();
    let choose = (today.teams.len() > 1).then(|| teams(&today.teams, chosen));
    // Who leads no team has nothing to list, and a list without a team would be everybody's.
    let leads_none = today.about.as_ref().is_some_and(Vec::is_empty);
    let about = today.about.unwrap_or_default();
    let (title, sub) = (today.act_title, "Soonest first: call, reassign or help");
    let act_head = if leads_none {
        view! { <SectionHead title=title sub=sub/> }.into_any()
    } else {
        let all = list(View::AtRisk, None, &about);
        view! { <SectionHead title=title sub=sub link=all link_text="All at risk"/> }.into_any()
    };
    view! {
        <div class="row wrap">
            <p class="sub">{today.sub}</p>
            {escalated(today.escalated)}
            <span class="push">{choose}</span>
        </div>
        <Figures label="Right now">{today.figures.into_iter().map(tile).collect_view()}</Figures>
        <section>
            <SectionHead title=today.board_title sub="Every promise due in the next three hours, and what is late" action=legend/>
            <DueBoard lanes=lanes hours=today.hours now=today.now/>
        </section>
        <div class="split">
            <section>
                <SectionHead title="People and load" sub="One stroke is one open ticket; the pale ones are room left. Kept, first reply and CSAT: 30 days"/>
                {people(today.people, &about)}
            </section>
            <section>
                {act_head}
                {act_list(today.act, "Nothing is late or at risk")}
            </section>
        </div>
    }
    .into_any()
}

/// How many tickets are escalated and wait, where there are any.
fn escalated(n: i64) -> impl IntoView {
    (n > 0).then(|| {
        let words = if n == 1 { "1 escalation waits".to_owned() } else { format!("{n} escalations wait") };
        view! { <a class="txt-late" href="/team/escalations"><Icon glyph=Glyph::Flag/> {words}</a> }
    })
}

fn legend() -> impl IntoView {
    view! {
        <div class="legend">
            <span>
                <svg class="board" viewBox="0 0 16 16" aria-hidden="true"><path class="g-late" d="M5 0h6l5 5v6l-5 5h-6l-5-5v-6z"></path></svg>
                "Late"
            </span>
            <span>
                <svg class="board" viewBox="0 0 16 16" aria-hidden="true"><path class="g-risk" d="M8 1l7 13h-14z"></path></svg>
                "At risk, 80 % used"
            </span>
            <span>
                <svg class="board" viewBox="0 0 16 16" aria-hidden="true"><circle class="g-run" cx="8" cy="8" r="6"></circle></svg>
                "Running"
            </span>
        </div>
    }
}

fn lane(lane: LaneOf) -> Lane {
    let name = lane.name.clone();
    let marks = lane.marks.into_iter().map(|due| {
        let label = format!("#{}", due.number);
        let when = if due.minutes < 0 {
            format!("{} late", worked(i64::from(-due.minutes) * 60))
        } else {
            format!("{} left", worked(i64::from(due.minutes) * 60))
        };
        BoardMark {
            minutes: due.minutes,
            at_risk: due.at_risk,
            says: format!("{label}, {when}, {name}"),
            href: format!("/tickets/{}", due.number),
            label,
        }
    });
    Lane { marks: marks.collect(), name: lane.name, note: lane.note }
}

/// The list of `view`, of what some person holds, of some teams.
fn list(view: View, person: Option<UserId>, teams: &[TeamId]) -> String {
    let filter = Filter { assignee: person.map(Holder::Person), team: teams.to_vec(), ..Filter::default() };
    ListQuery { view, filter, ..ListQuery::default() }.href("/tickets", false, &[])
}

fn people(people: Vec<PersonLine>, teams: &[TeamId]) -> AnyView {
    if people.is_empty() {
        return view! { <Empty title="Nobody is in these teams yet" text="An administrator adds people under Set-up, Teams."/> }.into_any();
    }
    let columns = vec![
        Column::new("Person"),
        Column::new("Load"),
        Column::number("Late"),
        Column::number("At risk"),
        Column::number("Due in 24 h"),
        Column::number("First reply"),
        Column::number("Kept"),
        Column::number("CSAT"),
        Column::number("Rated"),
    ];
    let rows = people.into_iter().map(|p| person(p, teams)).collect_view();
    view! { <Table label="People and load" columns=columns class="people">{rows}</Table> }.into_any()
}

fn person(p: PersonLine, teams: &[TeamId]) -> AnyView {
    let count = |n: i64| u32::try_from(n).unwrap_or_default();
    let presence = match (p.out_of_office, p.here) {
        (true, _) => Presence::Off,
        (false, true) => Presence::Here,
        (false, false) => Presence::Away,
    };
    let list = |view: View| list(view, Some(p.id), teams);
    let warned = |n: i64, class: &'static str, glyph: Glyph, href: String| match n {
        0 => view! { <span class="muted">"0"</span> }.into_any(),
        n => view! { <a class=class href=href><Icon glyph=glyph/>{n}</a> }.into_any(),
    };
    let dash = || "–".to_owned();
    let capacity = p.capacity.and_then(|c| u32::try_from(c).ok()).unwrap_or(0);
    let load = match p.capacity {
        Some(capacity) => format!("{} of {capacity}", p.open),
        None => p.open.to_string(),
    };
    let due = match p.due_today {
        0 => view! { <span class="muted">"0"</span> }.into_any(),
        n => view! { <a class="plain" href=list(View::DueSoon)>{n}</a> }.into_any(),
    };
    let team = if p.out_of_office { format!("{}, out of office", p.team) } else { p.team.clone() };
    view! {
        <tr>
            <th scope="row">
                <span class="person">
                    <Avatar name=p.name.clone() size=AvatarSize::Large presence=presence/>
                    <span class="two">
                        <a class="plain hit" href=format!("/team/people/{}", p.id)>{p.name.clone()}</a>
                        <span class="small muted">{team}</span>
                    </span>
                </span>
            </th>
            <td data-wide="" data-label="Load">
                <span class="load">
                    <Tally open=count(p.open) capacity=capacity.max(count(p.open)) risk=count(p.at_risk) late=count(p.late)/>
                    <a class="num small soft nowrap plain" href=list(View::Open)>{load}</a>
                </span>
            </td>
            <td class="end" data-label="Late">{warned(p.late, "txt-late", Glyph::PromiseLate, list(View::Late))}</td>
            <td class="end" data-label="At risk">{warned(p.at_risk, "txt-risk", Glyph::PromiseRisk, list(View::AtRisk))}</td>
            <td class="end" data-label="Due in 24 h">{due}</td>
            <td class="end" data-label="First reply">{p.first_reply.map_or_else(dash, worked)}</td>
            <td class="end" data-label="Kept, 30 days">{p.kept.map_or_else(dash, |k| format!("{} %", decimal(k, 1)))}</td>
            <td class="end" data-label="Satisfaction">{p.stars.map_or_else(dash, |s| decimal(s, 1))}</td>
            <td class="end" data-label="Rated">{p.rated.map_or_else(dash, |r| format!("{r} of 5"))}</td>
        </tr>
    }
    .into_any()
}
