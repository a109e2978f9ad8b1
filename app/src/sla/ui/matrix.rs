//! What a policy promises: a table of priorities and metrics, written as people say it.
use leptos::prelude::*;

use crate::{
    sla::{
        model::Metric,
        views::{CalendarLine, Sheet, Typed},
    },
    tickets::model::Priority,
    ui::{Glyph, Icon, PrioBadge, PrioKind},
};

/// The four that most desks promise, and the four that some add.
const USUAL: [Metric; 4] = [Metric::FirstReply, Metric::NextReply, Metric::PeriodicUpdate, Metric::Resolution];
const MORE: [Metric; 4] = [Metric::PausableUpdate, Metric::RequesterWait, Metric::AgentWork, Metric::Ownership];

/// Urgent first, as people look for it.
fn priorities() -> impl Iterator<Item = Priority> {
    Priority::ALL.into_iter().rev()
}

const fn kind(priority: Priority) -> PrioKind {
    match priority {
        Priority::Low => PrioKind::Low,
        Priority::Normal => PrioKind::Normal,
        Priority::High => PrioKind::High,
        Priority::Urgent => PrioKind::Urgent,
    }
}

/// Both tables; the second one folded away unless it says something.
#[component]
pub fn Matrix(sheet: Sheet, published: Typed, calendars: Vec<CalendarLine>) -> impl IntoView {
    let said = |metric: &Metric| {
        priorities().any(|priority| {
            let field = format!("{priority}.{metric}");
            !sheet.value(&field).is_empty() || sheet.wrong(&field).is_some()
        })
    };
    let open = MORE.iter().any(said);
    view! {
        <Targets sheet=sheet.clone() published=published.clone() metrics=USUAL calendars=Some(calendars)/>
        <details open=open>
            <summary>"More promises: updates that pause, waiting, work, one team’s hands"</summary>
            <Targets sheet=sheet published=published metrics=MORE calendars=None/>
        </details>
    }
}

#[component]
fn Targets(
    sheet: Sheet,
    /// What is published, to be told from what is typed; empty for a new policy.
    published: Typed,
    metrics: [Metric; 4],
    calendars: Option<Vec<CalendarLine>>,
) -> impl IntoView {
    let heads = metrics.into_iter().map(|metric| view! { <th scope="col">{metric.label()}</th> }).collect_view();
    let counted = calendars.is_some().then(|| view! { <th scope="col">"Counted in"</th> });
    let rows = priorities()
        .map(|priority| {
            let cells = metrics.into_iter().map(|metric| cell(&sheet, &published, priority, metric)).collect_view();
            let hours = calendars.as_ref().map(|calendars| hours(&sheet, priority, calendars));
            view! {
                <tr>
                    <th scope="row"><PrioBadge kind=kind(priority)/></th>
                    {cells}
                    {hours}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table matrix">
            <thead><tr><th scope="col">"Priority"</th>{heads}{counted}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn cell(sheet: &Sheet, published: &Typed, priority: Priority, metric: Metric) -> impl IntoView + use<> {
    let field = format!("{priority}.{metric}");
    let value = sheet.value(&field);
    let wrong = sheet.wrong(&field);
    let label = format!("{}, {}", metric.label(), priority.label().to_lowercase());
    let was = (!published.is_empty()).then(|| published.get(&field).cloned().unwrap_or_default());
    let typed = RwSignal::new(value.clone());
    let changed = Memo::new(move |_| typed.with(|typed| was.clone().filter(|was| typed.trim() != was)));
    let was =
        move || changed.get().map(|was| if was.is_empty() { "was none".to_owned() } else { format!("was {was}") });
    let said = move || was().map_or_else(|| label.clone(), |was| format!("{label}, {was}"));
    let error_id = wrong.is_some().then(|| format!("{field}-error"));
    view! {
        <td data-label=metric.label()>
            <div class="cell" class:none=move || typed.with(|typed| typed.trim().is_empty()) data-changed=move || changed.with(Option::is_some).then_some("")>
                <input
                    class="input"
                    id=field.clone()
                    name=field
                    value=value
                    title=move || typed.get()
                    placeholder="no promise"
                    autocomplete="off"
                    aria-label=said
                    on:input=move |event| typed.set(event_target_value(&event))
                    aria-invalid=wrong.is_some().then_some("true")
                    aria-describedby=error_id.clone()
                />
                {move || was().map(|was| view! { <span class="was" aria-hidden="true">{was}</span> })}
                {wrong.map(|text| view! { <span class="error-text" id=error_id>{text}</span> })}
            </div>
        </td>
    }
}

fn hours(sheet: &Sheet, priority: Priority, calendars: &[CalendarLine]) -> impl IntoView + use<> {
    let field = format!("{priority}.calendar");
    let chosen = sheet.value(&field);
    let wrong = sheet.wrong(&field);
    let error_id = wrong.is_some().then(|| format!("{field}-error"));
    // Of an earlier version: it is not taken for another one.
    let gone = (!chosen.is_empty() && calendars.iter().all(|calendar| calendar.id.to_string() != chosen))
        .then(|| view! { <option value=chosen.clone() selected=true>"A calendar that is retired"</option> });
    let options = calendars
        .iter()
        .map(|calendar| {
            let id = calendar.id.to_string();
            view! { <option value=id.clone() selected={id == chosen}>{calendar.name.clone()}</option> }
        })
        .collect_view();
    view! {
        <td data-label="Counted in">
            <span class="select">
                <select
                    class="input"
                    id=field.clone()
                    name=field
                    aria-label=format!("Calendar, {}", priority.label().to_lowercase())
                    aria-invalid=wrong.is_some().then_some("true")
                    aria-describedby=error_id.clone()
                >
                    {gone}
                    {options}
                </select>
                <Icon glyph=Glyph::ChevronDown/>
            </span>
            {wrong.map(|text| view! { <span class="error-text" id=error_id>{text}</span> })}
        </td>
    }
}
