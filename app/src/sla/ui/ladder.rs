//! Who hears about a promise, and when: the steps as a picture and as fields.
use leptos::prelude::*;

use crate::{
    sla::{
        model::{Deed, Field, Whom},
        views::{Named, Sheet, in_short},
    },
    tickets::model::Priority,
    ui::{Check, Choice, SelectField, TextField},
};

/// A step as it is typed.
struct Rung {
    percent: u32,
    /// Who is told, and what else is done.
    told: Vec<String>,
}

fn rungs(sheet: &Sheet, named: &[Named]) -> Vec<Rung> {
    let count = sheet.value("ladder").parse::<usize>().unwrap_or_default().min(50);
    let mut rungs: Vec<_> = (0..count)
        .filter_map(|index| {
            let percent = sheet.value(&format!("ladder.{index}")).trim().trim_end_matches('%').trim().parse().ok()?;
            let is_told = |whom: &Whom| !sheet.value(&format!("ladder.{index}.{}", whom.as_str())).is_empty();
            let told = Whom::ALL.iter().filter(|whom| is_told(whom)).map(|whom| whom.label().to_owned());
            let also = sheet.value(&format!("ladder.{index}.also")).parse().ok().map(|deed| in_short(deed, named));
            Some(Rung { percent, told: told.chain(also).collect() })
        })
        .collect();
    rungs.sort_by_key(|rung| rung.percent);
    rungs
}

/// What a step may do, as the select offers it; what it does `now` stays on offer whatever became of it.
fn deeds(named: &[Named], now: &str) -> Vec<Choice> {
    let raise = |to| Deed::RaisePriority { to };
    let fixed = [
        Choice::new("", "Nothing else"),
        Choice::new(raise(None).to_string(), "Raise the priority by one"),
        Choice::new(raise(Some(Priority::High)).to_string(), "Raise the priority to high"),
        Choice::new(raise(Some(Priority::Urgent)).to_string(), "Raise the priority to urgent"),
        Choice::new(Deed::Unassign.to_string(), "Take it from its assignee"),
    ];
    let teams = named.iter().filter(|named| named.field == Field::Team.as_str()).map(|team| {
        Choice::new(Deed::MoveToTeam { team: team.id.into() }.to_string(), format!("Move it to {}", team.name))
    });
    let mut all: Vec<_> = fixed.into_iter().chain(teams).collect();
    if all.iter().all(|choice| choice.value != now) {
        all.push(Choice::new(now, "Move it to a team that is no longer there"));
    }
    all
}

/// The steps on the promise line: in time, at risk, late.
#[component]
pub fn LadderPicture(sheet: Sheet, named: Vec<Named>) -> impl IntoView {
    let rungs = rungs(&sheet, &named);
    // The line ends a little after the last step, and never before the due time.
    let last = rungs.last().map_or(100, |rung| rung.percent).max(110) + 13;
    let x = move |percent: u32| u64::from(percent) * 848 / u64::from(last);
    let said = rungs.iter().map(|rung| format!("at {} percent {}", rung.percent, rung.told.join(", ")));
    let label = format!("Steps: {}", said.collect::<Vec<_>>().join("; "));
    let notches = rungs.iter().map(|rung| format!("M{} 28v22", x(rung.percent))).collect::<Vec<_>>().concat();
    let marks = rungs
        .iter()
        .map(|rung| {
            let at = x(rung.percent).to_string();
            let heading = match rung.percent {
                80 => "80 %, at risk".to_owned(),
                100 => "due".to_owned(),
                percent => format!("{percent} %"),
            };
            let told = rung
                .told
                .iter()
                .enumerate()
                .map(|(line, whom)| {
                    view! { <text x=at.clone() y=(70 + 16 * line).to_string() text-anchor="middle">{whom.clone()}</text> }
                })
                .collect_view();
            view! {
                <text x=at.clone() y="18" text-anchor="middle" class="t-strong">{heading}</text>
                {told}
            }
        })
        .collect_view();
    let lines = rungs.iter().map(|rung| rung.told.len()).max().unwrap_or_default();
    let height = 124.max(60 + 16 * lines);
    let width = |from: u32, to: u32| (x(to) - x(from)).to_string();
    let end = rungs.last().map_or(100, |rung| rung.percent).max(100);
    view! {
        <svg class="why phone-hide" viewBox=format!("0 0 848 {height}") role="img" aria-label=label>
            <rect class="seg-run" x="0" y="34" width=width(0, 80) height="10"></rect>
            <rect class="seg-risk" x=x(80).to_string() y="34" width=width(80, 100) height="10"></rect>
            <rect class="seg-late" x=x(100).to_string() y="34" width=width(100, end) height="10"></rect>
            <path class="seg-off" d=format!("M{} 39H846", x(end) + 6)></path>
            <path class="notch" d=notches></path>
            {marks}
        </svg>
    }
}

/// The steps as fields, with an empty one to add another.
#[component]
pub fn LadderFields(sheet: Sheet, named: Vec<Named>) -> impl IntoView {
    let count = sheet.value("ladder").parse::<usize>().unwrap_or_default().min(50);
    let rows = (0..count)
        .map(|index| {
            let field = format!("ladder.{index}");
            let told = Whom::ALL
                .into_iter()
                .map(|whom| {
                    let name = format!("{field}.{}", whom.as_str());
                    let checked = !sheet.value(&name).is_empty();
                    view! { <Check name=name label=whom.label() checked=Signal::stored(checked)/> }
                })
                .collect_view();
            let label = format!("Step {}, % of the time", index + 1);
            let also = format!("{field}.also");
            let deed = sheet.value(&also);
            let deeds = deeds(&named, &deed);
            view! {
                <li class="flow">
                    <TextField
                        name=field.clone()
                        label=label
                        value=Signal::stored(sheet.value(&field))
                        error=Signal::stored(sheet.wrong(&field))
                        optional=true
                    />
                    <fieldset class="flow">
                        <legend class="label"><span class="vh">{format!("Step {}: ", index + 1)}</span>"Tell"</legend>
                        {told}
                    </fieldset>
                    <SelectField name=also label=format!("And at step {}", index + 1) options=deeds value=Signal::stored(deed)/>
                </li>
            }
        })
        .collect_view();
    view! {
        <input type="hidden" name="ladder" value=count.to_string()/>
        <ol class="stack-4">{rows}</ol>
    }
}
