//! Every promise due soon, by team and time: late on the left, now a line, later to the right.
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::num;
use crate::ui::promise::PromiseState;

/// One team's row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    /// The team.
    pub name: String,
    /// `1 late, 2 at risk`.
    pub note: String,
    /// Its promises.
    pub marks: Vec<BoardMark>,
}

/// One promise on the board.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BoardMark {
    /// Minutes until it is due; negative when late.
    pub minutes: i32,
    /// 80 % used.
    pub at_risk: bool,
    /// `#48213`.
    pub label: String,
    /// `#48213, 42 min left, Field support`.
    pub says: String,
    /// The ticket.
    pub href: String,
}

impl BoardMark {
    const fn state(&self) -> PromiseState {
        match (self.minutes < 0, self.at_risk) {
            (true, _) => PromiseState::Late,
            (false, true) => PromiseState::Risk,
            (false, false) => PromiseState::Run,
        }
    }
}

const NOW: f64 = 272.0;
const END: f64 = 1112.0;
const LANE: f64 = 44.0;
const TOP: f64 = 34.0;

/// The board. `minutes` is how far it looks ahead; `hours` are the full hours within, as
/// minutes from now with their label (`16:00`); `now` is the label of the present.
#[component]
pub fn DueBoard(
    lanes: Vec<Lane>,
    #[prop(default = 180)] minutes: u16,
    hours: Vec<(i32, String)>,
    #[prop(into)] now: String,
) -> impl IntoView {
    let span = f64::from(minutes);
    let x = move |at: f64| {
        if at < 0.0 {
            (at / 60.0).mul_add(52.0, NOW).clamp(190.0, NOW - 12.0)
        } else {
            (NOW + at / span * (END - NOW)).min(END)
        }
    };
    #[allow(clippy::cast_precision_loss, reason = "a company has a few dozen teams")]
    let bottom = (lanes.len() as f64).mul_add(LANE, TOP);
    let ticks = hours
        .into_iter()
        .filter(|(at, _)| x(f64::from(*at)) > NOW + 70.0)
        .map(|(at, label)| {
            let x = x(f64::from(at));
            view! {
                <text x=num(x) y="22" text-anchor="middle">{label}</text>
                <path class="grid" d=format!("M{x:.1} {TOP}V{bottom}")></path>
            }
        })
        .collect_view();
    let says = lanes.iter().map(|lane| format!("{}: {}", lane.name, lane.note)).collect::<Vec<_>>().join("; ");
    let rows = lanes
        .into_iter()
        .enumerate()
        .map(|(i, lane)| {
            #[allow(clippy::cast_precision_loss, reason = "a company has a few dozen teams")]
            let y = (i as f64).mul_add(LANE, TOP);
            // Late ones stand beside each other, as far as there is room: what is under another cannot be reached.
            let mut free = 0.0_f64;
            let marks = lane
                .marks
                .into_iter()
                .map(|mark| {
                    let mut at = x(f64::from(mark.minutes));
                    if mark.minutes < 0 {
                        at = at.max(free).min(NOW - 12.0);
                        free = at + 17.0;
                    }
                    draw(mark, at, y + LANE / 2.0)
                })
                .collect_view();
            view! {
                <path class="lane" d=format!("M0 {y}H1120")></path>
                <text class="lane-name" x="0" y=num(y + 20.0)>{lane.name}</text>
                <text x="0" y=num(y + 36.0)>{lane.note}</text>
                {marks}
            }
        })
        .collect_view();
    view! {
        <div class="scroll-x board-wide" tabindex="0" role="region" aria-label="Promises by team and time">
            <svg
                class="chart board"
                viewBox=format!("0 0 1120 {}", bottom + 6.0)
                role="group"
                aria-label=format!("Promises due in the next {} hours. {says}", minutes / 60)
            >
                <rect class="late-zone" x="168" y=num(TOP) width="104" height=num(bottom - TOP)></rect>
                <text x="220" y="22" text-anchor="middle">"late"</text>
                <text x=num(NOW) y="22" text-anchor="middle" class="t-strong">{format!("now {now}")}</text>
                {ticks}
                {rows}
                <path class="lane" d=format!("M0 {bottom}H1120")></path>
                <path class="nowline" d=format!("M{NOW} 30V{bottom}")></path>
            </svg>
        </div>
    }
}

fn draw(mark: BoardMark, at: f64, y: f64) -> impl IntoView {
    let (shape, label) = match mark.state() {
        PromiseState::Late => (
            view! { <path class="g-late" d=format!("M{:.1} {:.1}h8l5 5v6l-5 5h-8l-5 -5v-6z", at - 4.0, y - 8.0)></path> }.into_any(),
            Some((at - 14.0, "end", "t-strong")),
        ),
        PromiseState::Risk => (
            view! { <path class="g-risk" d=format!("M{at:.1} {:.1}l8 14h-16z", y - 8.0)></path> }.into_any(),
            Some((at + 13.0, "start", "t-soft halo")),
        ),
        _ => (view! { <circle class="g-run" cx=num(at) cy=num(y) r="5.5"></circle> }.into_any(), None),
    };
    let label = label.map(|(x, anchor, class)| {
        view! { <text x=num(x) y=num(y + 4.0) text-anchor=anchor class=class>{mark.label.clone()}</text> }
    });
    view! {
        // Under `<g>` the macro knows `<a>` and `<title>` for those of SVG; HTML's would not be drawn.
        <g>
            <a attr:href=mark.href>
                <title>{mark.says}</title>
                <rect class="hit-box" x=num(at - 14.0) y=num(y - 20.0) width="28" height="40"></rect>
                {shape}
                {label}
            </a>
        </g>
    }
}
