//! The promise in all its states.
use leptos::prelude::*;
use maud::html;

use super::{Cap, Part};
use crate::ui::{
    promise::{ClockView, PromiseChip, PromiseLine, PromiseRow, PromiseView, PromiseWords},
    why::{WhySegment, WhyStep, WhyView, why_picture, why_steps},
};

fn clock(used: i64, target: i64, open: Vec<(i64, i64)>) -> ClockView {
    ClockView::Running { used, target, open, due: "Fri 14:20".into(), opens: Some("08:00".into()) }
}

fn all() -> Vec<(&'static str, PromiseView)> {
    const DAY: i64 = 86_400;
    // Working intervals that began long ago, so that the clock of whoever looks does not matter.
    let always = || vec![(0, i64::MAX)];
    let view = |metric: &str, clock| PromiseView { metric: metric.into(), as_of: DAY, clock };
    vec![
        ("Running", view("next reply", clock(2_520, 7_200, always()))),
        ("Running, far away", view("solve", clock(24_480, 57_600, always()))),
        ("At risk, from 80 %", view("next reply", clock(11_880, 14_400, always()))),
        ("Late", view("next reply", clock(8_700, 7_200, always()))),
        ("Paused", view("solve", ClockView::Paused { used: 7_800, target: 14_400 })),
        ("Outside hours", view("solve", clock(7_200, 14_400, vec![(i64::MAX - 1, i64::MAX)]))),
        ("Kept", view("first reply", ClockView::Kept { took: 2_280 })),
        ("Done late", view("first reply", ClockView::Missed { by: 1_500 })),
        ("None", view("solve", ClockView::None)),
    ]
}

#[component]
pub(super) fn Promises() -> impl IntoView {
    let story = html! { (why_picture(&why())) (why_steps(&steps())) };
    let chips = all()
        .into_iter()
        .map(|(name, view)| {
            view! {
                <div class="cell">
                    <PromiseChip view=view/>
                    <Cap text=name/>
                </div>
            }
        })
        .collect_view();
    let lines = all()
        .into_iter()
        .map(|(_, view)| view! { <div class="cell wline"><PromiseLine view=view/></div> })
        .collect_view();
    let words = all().into_iter().map(|(_, view)| view! { <PromiseWords view=view/> }).collect_view();
    view! {
        <Part title="The promise">
            <div class="cols-4">{chips}</div>
            <Cap text="In a list row: glyph, words, line to the notch"/>
            <div class="cols-4">{lines}</div>
            <Cap text="In a sentence"/>
            <div class="flow">{words}</div>
            <Cap text="In the side panel"/>
            <div class="cols-2">
                <div>
                    {all()
                        .into_iter()
                        .skip(2)
                        .map(|(name, view)| view! { <PromiseRow name=name view=view detail="due Fri 14:20"/> })
                        .collect_view()}
                </div>
                <div class="stack-4" inner_html=story.into_string()></div>
            </div>
        </Part>
    }
}

/// Hours since the first morning.
const fn hour(hours: i64) -> i64 {
    hours * 3_600
}

fn why() -> WhyView {
    WhyView {
        summary: "Ran on Wednesday, rested overnight, was paused on Thursday, runs now, due Friday 14:20.".into(),
        segments: vec![
            (WhySegment::Run, hour(8), hour(10)),
            (WhySegment::Off, hour(10), hour(24)),
            (WhySegment::Run, hour(24), hour(25)),
            (WhySegment::Pause, hour(25), hour(28)),
            (WhySegment::Run, hour(28), hour(31)),
            (WhySegment::Left, hour(31), hour(34)),
            (WhySegment::Off, hour(34), hour(48)),
            (WhySegment::Left, hour(48), hour(54)),
        ],
        now: Some(hour(31)),
        due: Some((hour(54), "due 14:20".into())),
        days: vec![(hour(8), "Wed 18".into()), (hour(24), "Thu 19".into()), (hour(48), "Fri 20".into())],
    }
}

fn steps() -> Vec<WhyStep> {
    let step = |kind, what: &str, detail: Option<&str>, length: &str| WhyStep {
        kind,
        what: what.into(),
        detail: detail.map(Into::into),
        length: length.into(),
    };
    vec![
        step(WhySegment::Run, "Started by Marta’s first message", Some("Wed 15:40 to closing time 18:00"), "2 h 20"),
        step(WhySegment::Off, "Outside working hours, not counted", None, "14 h"),
        step(WhySegment::Pause, "Paused, on hold", Some("Priya was waiting for the probe log"), "2 h 40"),
        step(WhySegment::Left, "Left until Fri 14:20", Some("The pause moved it from 11:40"), "9 h 12"),
    ]
}
