//! `/reports/sla`: how promises were kept.
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};

use super::parts::{Answer, lead_nav, loaded, points, tile};
use crate::{
    core::{Permission, resource::resource},
    frame::StaffFrame,
    reports::{
        api,
        attainment::{
            model::{By, Group, GroupLine, LeftOut, Listed, Promise, SlaReport},
            query::{FILE, REPORT, SlaQuery, Stretch},
        },
    },
    sla::model::Metric,
    tickets::model::Priority,
    ui::{
        At, Button, Choice, Column, DotPlot, Empty, Figures, Glyph, LinkButton, Page, PrioKind, SectionHead, Segment,
        SegmentedLinks, SelectField, Table, TextField, TrendChart,
        chart::Unit,
        figures::{decimal, thousands},
        screen::Screen,
    },
};

/// The page and what it loads before its code is there.
pub struct AttainmentPage {
    query: Memo<SlaQuery>,
    report: Answer<SlaReport>,
}

impl Screen for AttainmentPage {
    fn data() -> Self {
        let params = use_query_map();
        let query = Memo::new(move |_| params.with(|params| SlaQuery::read(|name| params.get(name))));
        // Days past do not move while one reads about them: it follows nothing.
        let report = resource(move || query.get(), api::read_attainment);
        Self { query, report }
    }

    fn view(this: Self) -> AnyView {
        let (query, report) = (this.query, this.report);
        view! {
            <Title text="Promises kept"/>
            <StaffFrame permission=Permission::ReadPromises>
                <Page title="Promises kept" actions=move || lead_nav(REPORT)>
                    {stretches(query)}
                    {loaded(report, "the report", body)}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

/// Days that have a name.
fn stretches(query: Memo<SlaQuery>) -> impl IntoView {
    let href = |query: SlaQuery, stretch| SlaQuery { stretch, between: None, ..query }.href(REPORT);
    let current = Signal::derive(move || query.get().href(REPORT));
    // Each keeps what else was chosen.
    move || {
        let segments = Stretch::ALL.map(|stretch| Segment::new(href(query.get(), stretch), stretch.label())).to_vec();
        view! { <SegmentedLinks label="Days" segments=segments current=current/> }
    }
}

fn body(report: SlaReport) -> AnyView {
    let (weeks, target) = (points(&report.weeks), report.target);
    let file = report.query.href(FILE);
    let filters = filters(&report);
    let narrowed = if report.query.is_filtered() { ", narrowed as chosen above" } else { "" };
    let span = format!("{}{narrowed}", report.span);
    let groups = report.groups.into_iter().map(|group| section(group, target)).collect_view();
    view! {
        {filters}
        <div class="row wrap">
            <p class="sub">{span}</p>
            <span class="push">
                <a class="btn" href=file download="" rel="external">"Download as CSV"</a>
            </span>
        </div>
        <Figures label="Promises kept" four=true>{report.figures.into_iter().map(tile).collect_view()}</Figures>
        <TrendChart
            id="weeks"
            title=report.weeks.title
            note=report.weeks.note
            points=weeks
            unit=Unit::PERCENT
            target=Some(target)
        />
        <div class="halves">{groups}</div>
        {missed(report.missed)}
        {left_out(report.left_out)}
    }
    .into_any()
}

/// A plain form that writes the report's address.
fn filters(report: &SlaReport) -> AnyView {
    let query = report.query;
    let or_any = |any: &str, each: Vec<Choice>| std::iter::once(Choice::new("", any)).chain(each).collect::<Vec<_>>();
    let policies = report.policies.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    let policies = or_any("Any policy", policies);
    let metrics = Metric::ALL.map(|metric| Choice::new(metric.as_str(), metric.label())).to_vec();
    let metrics = or_any("Any promise", metrics);
    let teams = report.teams.iter().map(|team| Choice::new(team.id.to_string(), &team.name)).collect();
    let teams = or_any("Any team", teams);
    let priorities = Priority::ALL.into_iter().rev().map(|priority| Choice::new(priority.as_str(), priority.label()));
    let priorities = or_any("Any priority", priorities.collect());
    let chosen = |id: Option<String>| id.unwrap_or_default();
    let (from, to) = (report.from.to_string(), report.to.to_string());
    let clear = query.is_filtered().then(|| query.unfiltered().href(REPORT));
    view! {
        <Form method="get" action=REPORT attr:class="row wrap filter-bar" attr:aria-label="What the report is about">
            <TextField name="from" label="From" kind="date" optional=true value=from/>
            <TextField name="to" label="To" kind="date" optional=true value=to/>
            <SelectField
                name="policy"
                label="Policy"
                options=policies
                value=chosen(query.policy.map(|v| v.to_string()))
            />
            <SelectField
                name="metric"
                label="Promise"
                options=metrics
                value=chosen(query.metric.map(|v| v.to_string()))
            />
            <SelectField
                name="team"
                label="Team"
                options=teams
                value=chosen(query.team.map(|v| v.to_string()))
            />
            <SelectField
                name="priority"
                label="Priority"
                options=priorities
                value=chosen(query.priority.map(|v| v.to_string()))
            />
            <Button submit=true icon=Glyph::ListFilter>"Show"</Button>
            {clear.map(|href| view! { <LinkButton href=href>"Clear"</LinkButton> })}
        </Form>
    }
    .into_any()
}

fn section(group: Group, target: f64) -> AnyView {
    let (title, sub) = match group.by {
        By::Policy => ("By policy", "The policy that made the promise"),
        By::Metric => ("By promise", "What was promised"),
        By::Team => ("By team", "The team that the ticket is with now"),
        By::Priority => ("By priority", "The priority that the ticket has now"),
        By::Week => ("By week", "Monday to Sunday, the newest first"),
    };
    view! {
        <section>
            <SectionHead title=title sub=sub/>
            {table(group, target)}
        </section>
    }
    .into_any()
}

fn table(group: Group, target: f64) -> AnyView {
    let Group { by, lines } = group;
    if lines.is_empty() {
        return view! { <Empty title="Nothing came due" text="Choose more days, or fewer conditions."/> }.into_any();
    }
    let low = lines.iter().filter_map(|line| line.tally.kept()).fold(target - 7.0, f64::min).floor().max(0.0);
    let columns = vec![
        Column::new(by.label()),
        Column::number("Kept"),
        Column::new(format!("{} to 100 %", decimal(low, 0))),
        Column::number("Of"),
        Column::number("Missed"),
    ];
    let rows = lines.into_iter().map(|line| row(line, target, low)).collect_view();
    view! { <Table label=format!("Promises kept by {}", by.label().to_lowercase()) columns=columns dense=true>{rows}</Table> }
        .into_any()
}

fn row(line: GroupLine, target: f64, low: f64) -> AnyView {
    let GroupLine { name, tally, href, missed } = line;
    let kept = tally.kept();
    let words = kept.map_or_else(|| "–".to_owned(), |kept| format!("{} %", decimal(kept, 1)));
    let plot = kept.map(|kept| view! { <DotPlot value=kept target=target low=low high=100.0/> });
    let number = thousands(tally.missed.unsigned_abs());
    let missed = match missed {
        Some(href) => view! { <a class="plain" href=href>{number}</a> }.into_any(),
        None => view! { <span class=(tally.missed == 0).then_some("muted")>{number}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a class="plain" href=href dir="auto">{name}</a></th>
            <td class="end" data-label="Kept"><b>{words}</b></td>
            <td class="barcell phone-hide">{plot}</td>
            <td class="end muted" data-label="Of">{thousands(tally.n().unsigned_abs())}</td>
            <td class="end" data-label="Missed">{missed}</td>
        </tr>
    }
    .into_any()
}

fn missed(missed: Listed) -> AnyView {
    let title = match missed.all {
        0 => "Nothing was missed".to_owned(),
        1 => "One promise was missed".to_owned(),
        n => format!("{} promises were missed", thousands(n.unsigned_abs())),
    };
    listed("missed", title, String::new(), "Due", "How late", missed)
}

fn left_out(left_out: LeftOut) -> AnyView {
    let LeftOut { cancelled, excused, list } = left_out;
    let n = |n: i64| thousands(n.unsigned_abs());
    let title = match list.all {
        0 => "Nothing was left out".to_owned(),
        1 => "One promise was left out".to_owned(),
        all => format!("{} promises were left out", n(all)),
    };
    let sub = format!(
        "They count neither as kept nor as missed: {} cancelled, {} late only by a change of what was promised",
        n(cancelled),
        n(excused)
    );
    listed("left-out", title, sub, "Ended", "Why", list)
}

fn listed(
    id: &'static str,
    title: String,
    sub: String,
    when: &'static str,
    says: &'static str,
    list: Listed,
) -> AnyView {
    let Listed { all, rows, href } = list;
    let shown = i64::try_from(rows.len()).unwrap_or(all);
    let newest = (shown < all).then(|| format!("the newest {} are shown", thousands(shown.unsigned_abs())));
    let sub =
        [sub, newest.unwrap_or_default()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    let head = match href.filter(|_| all > 0) {
        Some(href) => view! { <SectionHead title=title sub=sub link=href link_text="Their tickets"/> }.into_any(),
        None => view! { <SectionHead title=title sub=sub/> }.into_any(),
    };
    let columns = vec![
        Column::new("Ticket"),
        Column::new("Promise"),
        Column::new("Policy"),
        Column::new("Team"),
        Column::new("Priority"),
        Column::new(when),
        Column::new(says),
    ];
    let label = if id == "missed" { "Missed promises" } else { "Promises left out" };
    let table = (!rows.is_empty()).then(|| {
        let rows = rows.into_iter().map(|promise| promise_row(promise, when, says)).collect_view();
        view! { <Table label=label columns=columns>{rows}</Table> }
    });
    view! { <section id=id>{head} {table}</section> }.into_any()
}

fn promise_row(promise: Promise, when: &'static str, says: &'static str) -> AnyView {
    let number = promise.number;
    view! {
        <tr>
            <th scope="row">
                <span class="two">
                    <a class="plain" href=format!("/tickets/{number}") dir="auto">{promise.subject}</a>
                    <span class="small muted">{format!("#{number}")}</span>
                </span>
            </th>
            <td data-label="Promise">{promise.metric}</td>
            <td data-label="Policy">{promise.policy}</td>
            <td data-label="Team">{promise.team}</td>
            <td data-label="Priority"><span inner_html=PrioKind::from(promise.priority).markup().into_string()></span></td>
            <td data-label=when><At at=promise.at/></td>
            <td data-label=says>{promise.says}</td>
        </tr>
    }
    .into_any()
}
