//! `/reports/sla`: how promises were kept.
use std::sync::Arc;

use leptos::{html, prelude::*, wasm_bindgen::JsCast as _, web_sys};
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};

use super::parts::{lead_nav, points, tile};
use crate::{
    core::{Permission, id::PolicyId, resource::resource},
    frame::{Answer, StaffFrame, followed},
    reports::{
        api,
        attainment::{
            model::{By, Group, GroupLine, LeftOut, LeftOutBy, Listed, Promise, SlaReport},
            query::{FILE, PARAMS, REPORT, SlaQuery, Stretch},
        },
    },
    sla::model::Metric,
    tickets::model::{Priority, TeamRef},
    ui::{
        At, Button, Choice, Column, DotPlot, Empty, Figures, Glyph, LinkButton, Page, PrioKind, SectionHead,
        SelectField, Table, TextField, TrendChart,
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
                    {followed(report, "the report", |_| true, body)}
                </Page>
            </StaffFrame>
        }
        .into_any()
    }
}

/// Days that have a name. Each link keeps what else was chosen, and stays the same link: whoever follows it by keyboard
/// stays on it.
fn stretches(query: Memo<SlaQuery>) -> impl IntoView {
    let links = Stretch::ALL.map(|stretch| {
        let href = move || SlaQuery { stretch, between: None, ..query.get() }.href(REPORT);
        let here = move || query.with(|q| q.between.is_none() && q.stretch == stretch).then_some("true");
        view! { <a href=href aria-current=here>{stretch.label()}</a> }
    });
    view! { <nav class="segmented" aria-label="Days">{links.into_iter().collect_view()}</nav> }
}

/// The form is built once, the figures for each answer.
fn body(report: Memo<SlaReport>) -> AnyView {
    view! {
        {filters(report)}
        {move || figures(report.get())}
    }
    .into_any()
}

fn figures(report: SlaReport) -> AnyView {
    let (weeks, target) = (points(&report.weeks), report.target);
    let file = report.query.href(FILE);
    let narrowed = if report.query.is_filtered() { ", narrowed as chosen above" } else { "" };
    let span = format!("{}{narrowed}", report.span);
    let groups = report.groups.into_iter().map(|group| section(group, target)).collect_view();
    view! {
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

/// A plain form that writes the report's address. Days that have a name stay named: its dates are empty until somebody
/// chooses some.
fn filters(report: Memo<SlaReport>) -> AnyView {
    let query = Memo::new(move |_| report.with(|report| report.query));
    let value = move |name: &'static str| {
        let find = move |query: &SlaQuery| query.params().into_iter().find(|(n, _)| *n == name).map(|(_, value)| value);
        Signal::derive(move || query.with(find).unwrap_or_default())
    };
    let or_any = |any: &str, each: Vec<Choice>| std::iter::once(Choice::new("", any)).chain(each).collect::<Vec<_>>();
    let policies = Memo::new(move |_| {
        let choice = |(id, name): &(PolicyId, String)| Choice::new(id.to_string(), name);
        or_any("Any policy", report.with(|report| report.policies.iter().map(choice).collect()))
    });
    let metrics = Metric::ALL.map(|metric| Choice::new(metric.as_str(), metric.label())).to_vec();
    let metrics = or_any("Any promise", metrics);
    let teams = Memo::new(move |_| {
        let choice = |team: &TeamRef| Choice::new(team.id.to_string(), &team.name);
        or_any("Any team", report.with(|report| report.teams.iter().map(choice).collect()))
    });
    let priorities = Priority::ALL.into_iter().rev().map(|priority| Choice::new(priority.as_str(), priority.label()));
    let priorities = or_any("Any priority", priorities.collect());
    let period = value("period");
    let clear = move || {
        let unfiltered = query.with(|query| query.is_filtered().then(|| query.unfiltered().href(REPORT)));
        unfiltered.map(|href| view! { <LinkButton href=href>"Clear"</LinkButton> })
    };
    // What another report was asked for is shown, too, in fields that somebody had changed.
    let place = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<()>| {
        query.track();
        if before.is_some() {
            request_animation_frame(move || show_again(place));
        }
    });
    view! {
        <div node_ref=place>
            <Form
                method="get"
                action=REPORT
                attr:class="row wrap filter-bar"
                attr:aria-label="What the report is about"
                on_form_data=Arc::new(tidy)
            >
                {move || Some(period.get()).filter(|period| !period.is_empty()).map(|period| {
                    view! { <input type="hidden" name="period" value=period/> }
                })}
                <TextField name="from" label="From" kind="date" optional=true value=value("from")/>
                <TextField name="to" label="To" kind="date" optional=true value=value("to")/>
                <SelectField name="policy" label="Policy" options=policies value=value("policy")/>
                <SelectField name="metric" label="Promise" options=metrics value=value("metric")/>
                <SelectField name="team" label="Team" options=teams value=value("team")/>
                <SelectField name="priority" label="Priority" options=priorities value=value("priority")/>
                <Button submit=true icon=Glyph::ListFilter>"Show"</Button>
                {clear}
            </Form>
        </div>
    }
    .into_any()
}

/// Brings the fields of the form back to what it was made with.
fn show_again(place: NodeRef<html::Div>) {
    let form = place.try_get_untracked().flatten().and_then(|place| place.query_selector("form").ok().flatten());
    if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
        form.reset();
    }
}

/// Leaves of what the form sends only what the address needs.
fn tidy(sent: &web_sys::FormData) {
    let query = SlaQuery::read(|name| sent.get(name).as_string());
    // The button comes along, and has no name.
    PARAMS.iter().chain([&""]).for_each(|name| sent.delete(name));
    for (name, value) in query.params() {
        // Refused only for files.
        let _ = sent.append_with_str(name, &value);
    }
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
    let GroupLine { name, tally, href, missed, .. } = line;
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

/// `One promise was missed`, `1,204 promises were missed`, `Nothing was missed`.
fn so_many(n: i64, became: &str) -> String {
    match n {
        0 => format!("Nothing was {became}"),
        1 => format!("One promise was {became}"),
        n => format!("{} promises were {became}", thousands(n.unsigned_abs())),
    }
}

/// What is said where there are more than are shown.
fn newest(shown: usize, all: i64) -> Option<String> {
    let shown = i64::try_from(shown).unwrap_or(all);
    (shown < all).then(|| format!("The newest {} are shown", thousands(shown.unsigned_abs())))
}

fn head(title: String, sub: String, tickets: Option<String>) -> AnyView {
    match tickets {
        Some(href) => view! { <SectionHead title=title sub=sub link=href link_text="Their tickets"/> }.into_any(),
        None => view! { <SectionHead title=title sub=sub/> }.into_any(),
    }
}

fn missed(missed: Listed) -> AnyView {
    let Listed { all, rows, href } = missed;
    let sub = newest(rows.len(), all).unwrap_or_default();
    let table = (!rows.is_empty()).then(|| promises("Missed promises", "Due", Some("How late"), rows));
    view! {
        <section id="missed">
            {head(so_many(all, "missed"), sub, href.filter(|_| all > 0))}
            {table}
        </section>
    }
    .into_any()
}

/// For each reason how many there are; opened, they are told one by one.
fn left_out(left_out: LeftOut) -> AnyView {
    let LeftOut { all, reasons, href } = left_out;
    let sub = "They count neither as kept nor as missed: cancelled, or late only by a change of what was promised";
    view! {
        <section id="left-out">
            {head(so_many(all, "left out"), sub.to_owned(), href.filter(|_| all > 0))}
            {reasons.into_iter().map(for_reason).collect_view()}
        </section>
    }
    .into_any()
}

fn for_reason(by: LeftOutBy) -> AnyView {
    let LeftOutBy { reason, all, rows } = by;
    let number = thousands(all.unsigned_abs());
    let more = newest(rows.len(), all).map(|words| view! { <p class="small muted">{words}</p> });
    let label = format!("Promises left out: {}", reason.label());
    view! {
        <details class="by-reason" data-reason=reason.as_str()>
            <summary><b class="num">{number}</b> " " {reason.label()}</summary>
            {more}
            {promises(label, "Ended", None, rows)}
        </details>
    }
    .into_any()
}

/// Promises one by one: `when` they were due or ended, and what there is to say of each.
fn promises(label: impl Into<String>, when: &'static str, says: Option<&'static str>, rows: Vec<Promise>) -> AnyView {
    let columns = ["Ticket", "Promise", "Policy", "Team", "Priority", when];
    let columns = columns.into_iter().chain(says).map(Column::new).collect::<Vec<_>>();
    let rows = rows.into_iter().map(|promise| promise_row(promise, when, says)).collect_view();
    view! { <Table label=label.into() columns=columns>{rows}</Table> }.into_any()
}

fn promise_row(promise: Promise, when: &'static str, says: Option<&'static str>) -> AnyView {
    let number = promise.number;
    let said = says.zip(promise.says).map(|(column, words)| view! { <td data-label=column>{words}</td> });
    view! {
        <tr>
            <th scope="row">
                <span class="two">
                    <a class="plain" href=format!("/tickets/{number}") dir="auto">{promise.subject}</a>
                    <span class="small muted">{format!("#{number}")}</span>
                </span>
            </th>
            <td data-label="Promise">{promise.metric}</td>
            <td data-label="Policy" dir="auto">{promise.policy}</td>
            <td data-label="Team" dir="auto">{promise.team}</td>
            <td data-label="Priority"><span inner_html=PrioKind::from(promise.priority).markup().into_string()></span></td>
            <td data-label=when><At at=promise.at/></td>
            {said}
        </tr>
    }
    .into_any()
}
