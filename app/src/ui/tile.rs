//! Figures in a ruled strip: the number, its change, its course, how it is computed.
use leptos::prelude::*;

use super::{
    chart::Spark,
    icon::{Glyph, Icon},
};

/// Which way a figure went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// More than before.
    Up,
    /// Less than before.
    Down,
    /// As before.
    Flat,
}

/// The change against the period before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// In words: `2.1 points lower`.
    pub words: String,
    /// The arrow.
    pub trend: Trend,
    /// Whether that is welcome; `None` where it is neither.
    pub good: Option<bool>,
}

impl Delta {
    const fn glyph(&self) -> Glyph {
        match self.trend {
            Trend::Up => Glyph::ArrowUp,
            Trend::Down => Glyph::ArrowDown,
            Trend::Flat => Glyph::Minus,
        }
    }
}

/// A strip of [`Tile`]s: six in a row, three on a small screen, two on a phone.
#[component]
pub fn Figures(
    /// What the figures are about, for screen readers.
    #[prop(into)]
    label: String,
    /// Four tiles rather than six.
    #[prop(optional)]
    four: bool,
    children: Children,
) -> impl IntoView {
    let class = if four { "figures figures-4" } else { "figures figures-6" };
    view! {
        <section class="figures-box" aria-label=label>
            <div class=class>{children()}</div>
        </section>
    }
}

/// One figure. It leads to the tickets behind it (`href`) and says how it is computed (`how`).
#[component]
pub fn Tile(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    /// Behind the number, small: `%`, `min`, `of 5`.
    #[prop(optional, into)]
    unit: Signal<String>,
    #[prop(into)] how: String,
    #[prop(optional, into)] href: Option<String>,
    #[prop(optional, into)] delta: Signal<Option<Delta>>,
    /// How many it was computed from: `4,790 of 5,063`.
    #[prop(optional, into)]
    note: Signal<String>,
    /// The course of the figure, oldest first.
    #[prop(optional, into)]
    points: Signal<Vec<f64>>,
    /// A glyph before the label where the figure is a warning.
    #[prop(optional, into)]
    alarm: Option<Glyph>,
) -> impl IntoView {
    let number = view! {
        {move || value.get()}
        {move || Some(unit.get()).filter(|u| !u.is_empty()).map(|u| view! { <span class="unit">{u}</span> })}
    };
    let name = label.clone();
    let number = match href {
        Some(href) => view! {
            <a class="value" href=href>
                <span class="vh">{name} ": "</span>
                {number}
            </a>
        }
        .into_any(),
        None => view! { <span class="value">{number}</span> }.into_any(),
    };
    let class = match alarm {
        Some(Glyph::PromiseLate) => "i c-late",
        Some(Glyph::PromiseRisk) => "i c-risk",
        _ => "i",
    };
    let mark = alarm.map(|glyph| {
        view! { <svg class=class aria-hidden="true" inner_html=glyph.drawing()></svg> }
    });
    view! {
        <div class="figure">
            <span class="label">{mark} {label.clone()} <How label=label text=how/></span>
            {number}
            {move || delta.get().map(|delta| change(&delta))}
            {move || {
                let points = points.get();
                (points.len() > 1).then(|| view! { <Spark points=points/> })
            }}
            <span class="n">{move || note.get()}</span>
        </div>
    }
}

fn change(delta: &Delta) -> impl IntoView + use<> {
    view! {
        <span
            class="delta"
            data-good=(delta.good == Some(true)).then_some("")
            data-bad=(delta.good == Some(false)).then_some("")
        >
            <Icon glyph=delta.glyph()/>
            <span>{delta.words.clone()}</span>
        </span>
    }
}

/// "How is this computed?": opens by mouse, finger and keyboard, without JavaScript.
#[component]
pub fn How(#[prop(into)] label: String, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <details class="how">
            <summary class="info-btn" aria-label=format!("How {label} is computed")>
                <Icon glyph=Glyph::Info/>
            </summary>
            <p class="tooltip">{text}</p>
        </details>
    }
}
