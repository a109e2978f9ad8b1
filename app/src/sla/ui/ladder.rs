//! Who hears about a promise, and when: the steps as a picture and as fields.
use leptos::prelude::*;

use crate::{
    sla::{model::Whom, views::Sheet},
    ui::{Check, TextField},
};

/// A step as it is typed.
struct Rung {
    percent: u32,
    told: Vec<&'static str>,
}

fn rungs(sheet: &Sheet) -> Vec<Rung> {
    let count = sheet.value("ladder").parse::<usize>().unwrap_or_default().min(50);
    let mut rungs: Vec<_> = (0..count)
        .filter_map(|index| {
            let percent = sheet.value(&format!("ladder.{index}")).trim().trim_end_matches('%').trim().parse().ok()?;
            let is_told = |whom: &Whom| !sheet.value(&format!("ladder.{index}.{}", whom.as_str())).is_empty();
            Some(Rung {
                percent,
                told: Whom::ALL.iter().filter(|whom| is_told(whom)).map(|whom| whom.label()).collect(),
            })
        })
        .collect();
    rungs.sort_by_key(|rung| rung.percent);
    rungs
}

/// The steps on the promise line: in time, at risk, late.
#[component]
pub fn LadderPicture(sheet: Sheet) -> impl IntoView {
    let rungs = rungs(&sheet);
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
                    view! { <text x=at.clone() y=(70 + 16 * line).to_string() text-anchor="middle">{*whom}</text> }
                })
                .collect_view();
            view! {
                <text x=at.clone() y="18" text-anchor="middle" class="t-strong">{heading}</text>
                {told}
            }
        })
        .collect_view();
    let width = |from: u32, to: u32| (x(to) - x(from)).to_string();
    let end = rungs.last().map_or(100, |rung| rung.percent).max(100);
    view! {
        <svg class="why phone-hide" viewBox="0 0 848 124" role="img" aria-label=label>
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
pub fn LadderFields(sheet: Sheet) -> impl IntoView {
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
            let label = format!("Step {}, percent of the time", index + 1);
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
                        <legend class="label">"Tell"</legend>
                        {told}
                    </fieldset>
                </li>
            }
        })
        .collect_view();
    view! {
        <input type="hidden" name="ladder" value=count.to_string()/>
        <ol class="stack-4">{rows}</ol>
    }
}
