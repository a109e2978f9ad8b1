//! The coming week at a glance: seven lines of twenty-four hours, what is worked, what is struck out, and now.
use leptos::prelude::*;

use crate::sla::views::{DayPicture, Meaning};

/// The height of a day's line.
const HEIGHT: &str = "12";

/// The picture of what the hours mean.
pub fn week(meaning: &Meaning) -> AnyView {
    let days = meaning.days.iter().enumerate().map(|(place, day)| {
        let now = (place == 0).then_some(meaning.now);
        line(day, now)
    });
    let days = days.collect_view();
    let hours = ["00", "06", "12", "18", "24"].map(|hour| view! { <span>{hour}</span> }).collect_view();
    view! {
        <div class="coming">
            <div class="axis" aria-hidden="true"><span></span><div>{hours}</div></div>
            <ol aria-label="The coming week">{days}</ol>
        </div>
    }
    .into_any()
}

fn line(day: &DayPicture, now: Option<u16>) -> impl IntoView + use<> {
    let bar = |class: &'static str, (from, to): (u16, u16)| {
        let (x, width) = (from.to_string(), (to - from).to_string());
        view! { <rect class=class x=x y="0" width=width height=HEIGHT></rect> }
    };
    let open = day.open.iter().map(|span| bar("open", *span)).collect_view();
    let off = day
        .off
        .iter()
        .map(|(from, to)| {
            let through = format!("M{from} 6H{to}");
            view! { {bar("off", (*from, *to))} <path class="through" d=through></path> }
        })
        .collect_view();
    let now_line = now.map(|now| view! { <path class="now-line" d=format!("M{now} -4V16")></path> });
    let notes = (!day.notes.is_empty()).then(|| view! { <b>{day.notes.join(", ")}</b> });
    let today = now.map(|_| "Today, ");
    view! {
        <li data-today=now.map(|_| "")>
            <span class="name">{today}{day.name.clone()}</span>
            <svg viewBox="0 0 1440 12" preserveAspectRatio="none" aria-hidden="true">
                <rect class="shut" x="0" y="5" width="1440" height="2"></rect>
                {open}
                {off}
                {now_line}
            </svg>
            <span class="said">{day.hours.clone()} " " {notes}</span>
        </li>
    }
}
