//! `/dev/components`: every component in every state, for the eye, for screenshots and
//! for the accessibility audit. Only development servers show it.
mod people;
mod promises;
mod words;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    button::LinkButton,
    chart::{BarChart, BoardMark, DotPlot, DueBoard, Lane, Point, ShareBar, TrendChart, Unit},
    icon::{Defs, Glyph, Icon, IconSize, Mark},
    shell::Lost,
    theme::ThemeSwitch,
    tile::{Delta, Figures, Tile, Trend},
    toast::{ToastRegion, use_toasts},
};
use crate::ui::screen::Screen;

/// A fixed instant, so that two screenshots are the same.
fn then() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_102_800, 0).unwrap_or_default()
}

/// `/dev/components`
pub struct GalleryPage;

impl Screen for GalleryPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        for_development(|| view! { <Gallery/> }.into_any())
    }
}

/// `page` where this server shows its development pages; else there is nothing at its address.
pub fn for_development(page: impl FnOnce() -> AnyView) -> AnyView {
    if shown() {
        return page();
    }
    view! {
        <Lost code=404 title="This page is not here" text="The address may be old, or mistyped.">
            <LinkButton href="/">"Go to the start"</LinkButton>
        </Lost>
    }
    .into_any()
}

/// Whether this server shows its development pages; the browser was already let in.
#[cfg(feature = "ssr")]
pub fn shown() -> bool {
    let demo = use_context::<crate::core::App>().is_some_and(|app| app.config.demo);
    if !demo && let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    demo
}

#[cfg(not(feature = "ssr"))]
const fn shown() -> bool {
    true
}

/// The page.
#[component]
pub fn Gallery() -> impl IntoView {
    view! {
        <Title text="Components"/>
        <a class="skip" href="#main">"Skip to content"</a>
        <Defs/>
        <header class="public-head">
            <div class="wide">
                <a class="logo" href="/">
                    <Mark/>
                    "Kept"
                </a>
                <span class="muted t2 phone-hide">"Components"</span>
                <span class="push">
                    <ThemeSwitch/>
                </span>
            </div>
        </header>
        <main class="sheet" id="main">
            <h1 class="vh">"Components"</h1>
            <promises::Promises/>
            <words::Buttons/>
            <words::Fields/>
            <words::Choosing/>
            <words::Statuses/>
            <people::Rows/>
            <people::Messages/>
            <words::Overlays/>
            <words::States/>
            <FigureStrip/>
            <Charts/>
            <Icons/>
        </main>
        <ToastRegion/>
    }
}

/// One part of the page.
#[component]
fn Part(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section>
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

/// A caption above a row of examples.
#[component]
fn Cap(text: &'static str) -> impl IntoView {
    view! { <p class="cap">{text}</p> }
}

#[component]
fn FigureStrip() -> impl IntoView {
    let course = vec![97.1, 97.3, 96.6, 96.2, 94.0, 90.8, 91.2, 93.0, 95.1, 96.4, 97.0, 97.2];
    let lower = Delta { words: "2.1 points lower".into(), trend: Trend::Down, good: Some(false) };
    let faster = Delta { words: "22 min faster".into(), trend: Trend::Down, good: Some(true) };
    let same = Delta { words: "no change".into(), trend: Trend::Flat, good: None };
    view! {
        <Part title="Figures">
            <Figures label="Key figures">
                <Tile
                    label="Promises kept"
                    value="94.6"
                    unit="%"
                    how="Met divided by met and missed; cancelled and merged ones are left out."
                    href="#kept"
                    delta=Some(lower)
                    note="4,790 of 5,063"
                    points=course.clone()
                />
                <Tile
                    label="Solved in"
                    value="6 h 12"
                    how="Median working time from opening to solved."
                    href="#solved"
                    delta=Some(faster)
                    note="median, n = 2,204"
                    points=vec![8.0, 7.4, 7.9, 7.0, 6.8, 6.9, 6.5, 6.2]
                />
                <Tile
                    label="Satisfaction"
                    value="4.6"
                    unit="of 5"
                    how="Mean of the ratings given in the period."
                    href="#csat"
                    delta=Some(same)
                    note="714 ratings"
                    points=vec![4.5, 4.6, 4.5, 4.6, 4.4, 4.6]
                />
                <Tile label="Late" value="2" how="Promises past their due time now." href="#late" note="oldest 1 h 10" alarm=Glyph::PromiseLate/>
                <Tile label="At risk" value="7" how="80 % of the target used, not late." href="#risk" note="next in 12 min" alarm=Glyph::PromiseRisk/>
                <Tile label="Unassigned" value="11" how="Open tickets that nobody holds." href="#free" note="oldest 34 min"/>
            </Figures>
        </Part>
    }
}

#[component]
fn Charts() -> impl IntoView {
    const WEEKS: [(&str, f64); 13] = [
        ("24 Aug", 96.8),
        ("31 Aug", 97.1),
        ("7 Sep", 96.4),
        ("14 Sep", 96.9),
        ("21 Sep", 97.3),
        ("28 Sep", 96.7),
        ("5 Oct", 97.0),
        ("12 Oct", 96.5),
        ("19 Oct", 94.2),
        ("26 Oct", 90.8),
        ("2 Nov", 93.9),
        ("9 Nov", 96.6),
        ("16 Nov", 97.2),
    ];
    let kept = WEEKS.map(|(week, value)| Point::new(week, value).of(1_326)).to_vec();
    let teams =
        [("Field support", 188.0), ("Cloud", 131.0), ("Orders", 84.0), ("Calibration", 52.0), ("Accounts", 31.0)];
    let open = teams.map(|(team, value)| Point::new(team, value).to("#team")).to_vec();
    let mark = |minutes, at_risk, label: &str| BoardMark {
        minutes,
        at_risk,
        label: label.into(),
        says: format!("{label}, due in {minutes} min"),
        href: "#ticket".into(),
    };
    let lanes = vec![
        Lane {
            name: "Field support".into(),
            note: "1 late, 2 at risk".into(),
            marks: vec![
                mark(-25, true, "#48198"),
                mark(12, true, "#48221"),
                mark(42, true, "#48213"),
                mark(78, false, "#48230"),
            ],
        },
        Lane {
            name: "Cloud".into(),
            note: "1 at risk".into(),
            marks: vec![mark(24, true, "#48209"), mark(125, false, "#48211")],
        },
    ];
    view! {
        <Part title="Charts">
            <TrendChart
                id="g-trend"
                title="Firmware 4.2 cost us six points in late October. Promises are back above target since last week."
                note="Promises kept, percent by week, all metrics, n = 5,063"
                points=kept
                unit=Unit::PERCENT
                target=Some(95.0)
            />
            <BarChart id="g-bars" title="Field support holds four in ten open tickets" note="Open tickets by team, n = 486" points=open/>
            <DueBoard lanes=lanes hours=vec![(52, "16:00".into()), (112, "17:00".into()), (172, "18:00".into())] now="15:08"/>
            <div class="flow">
                <DotPlot value=92.5 target=95.0 low=88.0 high=100.0/>
                <DotPlot value=98.3 target=95.0 low=88.0 high=100.0/>
            </div>
            <ShareBar part=188.0 whole=486.0/>
        </Part>
    }
}

#[component]
fn Icons() -> impl IntoView {
    let toasts = use_toasts();
    let icons = Glyph::ALL.iter().map(|glyph| view! { <Icon glyph=*glyph size=IconSize::Large/> }).collect_view();
    view! {
        <Part title="Icons">
            <p class="small muted">"One family, 24 px grid, stroke 1.75, round ends. Drawn at 14, 16 and 20."</p>
            <div class="flow icons">{icons}</div>
            <p>
                <button type="button" class="btn" on:click=move |_| toasts.say("A toast says what happened")>
                    "Show a toast"
                </button>
            </p>
        </Part>
    }
}
