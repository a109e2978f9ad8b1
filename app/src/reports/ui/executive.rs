//! `/executive`: the company.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::parts::{act_list, lead_nav, live, loaded, points, tile};
use crate::{
    core::{Permission, resource::resource},
    frame::{Answer, StaffFrame},
    reports::{
        api,
        model::{Company, GroupLine, Period, Rated},
    },
    ui::{
        Avatar, AvatarSize, BarChart, Column, DotPlot, Figures, Page, SectionHead, Segment, SegmentedLinks, Table,
        TrendChart,
        chart::Unit,
        figures::{decimal, thousands},
        screen::Screen,
    },
};

/// The page and what it loads before its code is there.
pub struct ExecutivePage {
    period: Memo<Period>,
    company: Answer<Company>,
}

impl Screen for ExecutivePage {
    fn data() -> Self {
        let query = use_query_map();
        let period =
            Memo::new(move |_| query.with(|q| q.get("period").and_then(|p| p.parse().ok()).unwrap_or_default()));
        let live = live();
        let company = resource(move || (period.get(), live.get()), |(period, _)| api::company_report(period));
        Self { period, company }
    }

    fn view(this: Self) -> AnyView {
        let (period, company) = (this.period, this.company);
        let span = move || company.get().and_then(Result::ok).map(|c| c.span).unwrap_or_default();
        let periods = move || {
            let segments =
                Period::ALL.map(|p| Segment::new(format!("/executive?period={}", p.as_str()), p.label())).to_vec();
            let current = Signal::derive(move || format!("/executive?period={}", period.get().as_str()));
            view! { <SegmentedLinks label="Period" segments=segments current=current/> }
        };
        view! {
            <Title text="Company"/>
            <StaffFrame permission=Permission::OpenExecutive>
                <Page title="Company" actions=periods>
                    <div class="row wrap">
                        <Transition><p class="sub">{span}</p></Transition>
                        <span class="push">{lead_nav("/executive")}</span>
                    </div>
                    {loaded(company, "the company", body)}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

fn body(company: Company) -> AnyView {
    let (trend, volume) = (points(&company.trend), points(&company.volume));
    let target = company.target;
    let left_out = company.left_out.map(|left_out| {
        view! {
            <p class="small muted">
                <a href=left_out.href>{left_out.words}</a>
                ": cancelled, or late only by a change of what was promised."
            </p>
        }
    });
    view! {
        <Figures label="Key figures">{company.figures.into_iter().map(tile).collect_view()}</Figures>
        {left_out}
        <div class="split">
            <TrendChart
                id="kept"
                title=company.trend.title
                note=company.trend.note
                points=trend
                unit=Unit::PERCENT
                target=Some(target)
            />
            <section>
                <SectionHead title=company.act_title sub="Soonest first, worth a call" link="/tickets?view=late" link_text="All late"/>
                {act_list(company.act, "Nothing is late or at risk")}
            </section>
        </div>
        <section>
            <SectionHead
                title=finding(&company.teams, target)
                sub=format!("Promises kept by team. The upright mark is the {} % target.", decimal(target, 1))
                link="/reports/sla" link_text="By policy, promise and week"
            />
            {groups("Team", company.teams, target)}
        </section>
        <section>
            <SectionHead title="By category" sub="What people ask for, and how it went"/>
            {groups("Category", company.categories, target)}
        </section>
        <div class="split">
            <BarChart id="volume" title=company.volume.title note=company.volume.note points=volume/>
            <section>
                <SectionHead title="Managers" sub="Rate each once a month"/>
                {managers(company.managers)}
            </section>
        </div>
    }
    .into_any()
}

/// Which teams pull the figure down.
fn finding(teams: &[GroupLine], target: f64) -> String {
    let below: Vec<&str> =
        teams.iter().filter(|t| t.kept.is_some_and(|k| k < target)).map(|t| t.name.as_str()).collect();
    match below[..] {
        [] if teams.iter().all(|t| t.kept.is_none()) => "No team has a promise that came due".to_owned(),
        [] => "Every team is above target".to_owned(),
        [one] => format!("{one} is below target"),
        [first, second] => format!("{first} and {second} are below target"),
        _ => format!("{} of {} teams are below target", below.len(), teams.len()),
    }
}

fn groups(kind: &'static str, groups: Vec<GroupLine>, target: f64) -> AnyView {
    let n = |n: i64| thousands(n.unsigned_abs());
    let low = groups.iter().filter_map(|g| g.kept).fold(target - 7.0, f64::min).floor().max(0.0);
    let columns = vec![
        Column::new(kind),
        Column::number("Kept"),
        Column::new(format!("{} to 100 %", decimal(low, 0))),
        Column::number("Of promises"),
        Column::number("New"),
        Column::number("Late"),
        Column::number("At risk"),
        Column::number("Open"),
        Column::number("Satisfaction"),
    ];
    let rows = groups
        .into_iter()
        .map(|group| {
            let lists = group.lists;
            // Nothing to see behind a zero.
            let counted = |count: i64, href: String| match count {
                0 => view! { <span class="muted">"0"</span> }.into_any(),
                _ => view! { <a class="plain" href=href>{n(count)}</a> }.into_any(),
            };
            let valued = |value: Option<String>, href: String| match value {
                None => "–".into_any(),
                Some(value) => view! { <a class="plain" href=href>{value}</a> }.into_any(),
            };
            let kept = match group.kept.map(|k| (k, format!("{} %", decimal(k, 1)))) {
                // It leads to what was missed.
                Some((k, words)) if k >= 100.0 => words.into_any(),
                kept => valued(kept.map(|(_, words)| words), lists.missed),
            };
            let stars = valued(group.stars.map(|s| decimal(s, 1)), lists.rated);
            let plot = group.kept.map(|k| view! { <DotPlot value=k target=target low=low high=100.0/> });
            view! {
                <tr>
                    <th scope="row"><a class="plain" href=lists.open.clone()>{group.name}</a></th>
                    <td class="end" data-label="Kept"><b>{kept}</b></td>
                    <td class="barcell phone-hide">{plot}</td>
                    <td class="end muted" data-label="Of">{n(group.promises)}</td>
                    <td class="end" data-label="New">{counted(group.created, lists.created)}</td>
                    <td class="end" data-label="Late">{counted(group.late, lists.late)}</td>
                    <td class="end" data-label="At risk">{counted(group.at_risk, lists.at_risk)}</td>
                    <td class="end" data-label="Open">{counted(group.open, lists.open)}</td>
                    <td class="end" data-label="Satisfaction">{stars}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=format!("Figures by {}", kind.to_lowercase()) columns=columns>{rows}</Table> }.into_any()
}

fn managers(managers: Vec<Rated>) -> AnyView {
    let rows = managers
        .into_iter()
        .map(|rated| {
            let last = rated.last.map_or_else(
                || "not rated yet".to_owned(),
                |r| format!("{} of 5 for {}", r.score, r.month.format("%B %Y")),
            );
            view! {
                <li>
                    <span class="person">
                        <Avatar name=rated.person.name.clone() size=AvatarSize::Large silent=true/>
                        <span class="two">
                            <a class="plain" href=format!("/executive/people/{}", rated.person.id)>{rated.person.name.clone()}</a>
                            <span class="small muted">{last}</span>
                        </span>
                    </span>
                    <a class="btn" href=format!("/executive/people/{}#rate", rated.person.id)>
                        "Rate" <span class="vh">" " {rated.person.name.clone()}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="risk-list">{rows}</ul> }.into_any()
}
