//! Charts, drawn as SVG on the server: geometry in attributes, colour in classes.
//!
//! The title is the finding, `note` says what is shown and of how many; every chart has
//! a table behind it. A reader moves along the points with the mouse or the arrow keys.
mod bars;
mod board;
mod scale;
mod small;
mod trend;

pub use bars::BarChart;
pub use board::{BoardMark, DueBoard, Lane};
pub use small::{DotPlot, ShareBar, Spark, Tally};
pub use trend::TrendChart;

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use serde::{Deserialize, Serialize};

use super::{
    figures::{decimal, thousands},
    icon::{Glyph, Icon},
};

/// One value of a series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Its place on the horizontal axis: `24 Aug`, `Field support`.
    pub label: String,
    /// `None` leaves a gap: nothing happened, so there is nothing to measure.
    pub value: Option<f64>,
    /// How many it was computed from.
    pub n: Option<u64>,
    /// The tickets behind it.
    pub href: Option<String>,
}

impl Point {
    /// A value with its label.
    pub fn new(label: impl Into<String>, value: impl Into<Option<f64>>) -> Self {
        Self { label: label.into(), value: value.into(), ..Self::default() }
    }

    /// The same, computed from `n`.
    #[must_use]
    pub fn of(self, n: u64) -> Self {
        Self { n: Some(n), ..self }
    }

    /// The same, leading to the tickets behind it.
    #[must_use]
    pub fn to(self, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..self }
    }
}

/// What the values are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Behind a value: ` %`, ` h`, or nothing for counts.
    pub suffix: &'static str,
    /// Decimals shown.
    pub places: usize,
}

impl Unit {
    /// A count.
    pub const COUNT: Self = Self { suffix: "", places: 0 };
    /// Percent with one decimal.
    pub const PERCENT: Self = Self { suffix: " %", places: 1 };
    /// Hours with one decimal.
    pub const HOURS: Self = Self { suffix: " h", places: 1 };
    /// Minutes.
    pub const MINUTES: Self = Self { suffix: " min", places: 0 };
    /// Marks from one to five.
    pub const MARKS: Self = Self { suffix: "", places: 2 };

    /// A value as it is read.
    #[must_use]
    pub fn words(self, value: f64) -> String {
        format!("{}{}", decimal(value, self.places), self.suffix)
    }
}

/// Size and margins of a drawing.
#[derive(Clone, Copy)]
struct Plate {
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Plate {
    /// Beside a list, on a desktop.
    const WIDE: Self = Self { width: 776.0, height: 318.0, left: 44.0, right: 86.0, top: 18.0, bottom: 30.0 };
    /// On a phone.
    const PHONE: Self = Self { width: 358.0, height: 240.0, left: 44.0, right: 8.0, top: 24.0, bottom: 30.0 };

    const fn is_phone(self) -> bool {
        self.width < 500.0
    }

    fn view_box(self) -> String {
        format!("0 0 {} {}", self.width, self.height)
    }

    const fn floor(self) -> f64 {
        self.height - self.bottom
    }

    const fn end(self) -> f64 {
        self.width - self.right
    }

    /// The horizontal place of the `i`-th of `n` points.
    #[allow(clippy::cast_precision_loss, reason = "a chart has a few hundred points")]
    fn x(self, i: usize, n: usize) -> f64 {
        if n < 2 {
            f64::midpoint(self.left, self.end())
        } else {
            self.left + (self.end() - self.left) * i as f64 / (n - 1) as f64
        }
    }
}

/// Title, readout, drawing and table, around what a kind of chart draws.
///
/// `draw` is called for the wide and the phone plate.
#[component]
fn Frame(
    id: String,
    title: Signal<String>,
    note: Signal<String>,
    unit: Unit,
    points: Signal<Vec<Point>>,
    draw: fn(Plate, &[Point], Unit, &Extras) -> AnyView,
    place: fn(Plate, usize, usize) -> f64,
    extras: Signal<Extras>,
) -> impl IntoView {
    let at = RwSignal::new(None::<usize>);
    let count = Memo::new(move |_| points.with(Vec::len));
    let on_key = move |event: ev::KeyboardEvent| {
        let last = count.get().saturating_sub(1);
        let next = match (event.key().as_str(), at.get()) {
            ("ArrowRight", Some(i)) => (i + 1).min(last),
            ("ArrowLeft", Some(i)) => i.saturating_sub(1),
            ("ArrowRight" | "Home", _) => 0,
            ("ArrowLeft" | "End", _) => last,
            _ => return,
        };
        event.prevent_default();
        at.set(Some(next));
    };
    let leads = Memo::new(move |_| points.with(|points| points.iter().any(|point| point.href.is_some())));
    // The table below has the same links for the keyboard and for screen readers.
    let follow = {
        let go = use_navigate();
        move |_: ev::MouseEvent| {
            let href = at.get().and_then(|i| points.with(|points| points.get(i)?.href.clone()));
            if let Some(href) = href {
                go(&href, NavigateOptions::default());
            }
        }
    };
    let plate = move |plate: Plate, class: &'static str| {
        let drawing = move || points.with(|points| extras.with(|extras| draw(plate, points, unit, extras)));
        let cursor = move || {
            at.get().map(|i| {
                let x = place(plate, i, count.get());
                view! { <path class="cursor" d=format!("M{x:.1} {}V{}", plate.top, plate.floor())></path> }
            })
        };
        let on_move = move |event: ev::PointerEvent| at.set(nearest(&event, plate, place, count.get()));
        view! {
            <svg
                class=class
                viewBox=plate.view_box()
                role="img"
                aria-label=move || describe(&title.get(), &points.get(), unit)
                on:pointermove=on_move
                on:pointerleave=move |_| at.set(None)
            >
                {drawing}
                {cursor}
            </svg>
        }
    };
    let readout = move || at.get().and_then(|i| points.with(|points| points.get(i).map(|point| read(point, unit))));
    let heading = format!("{id}-title");
    view! {
        <section class="chart-box" aria-labelledby=heading>
            <div class="section-head">
                <h2 class="finding" id=heading.clone()>{move || title.get()}</h2>
                <p class="sub">{move || note.get()}</p>
            </div>
            <div
                class="chart-plot"
                tabindex="0"
                role="group"
                aria-label="Chart; the arrow keys read its values"
                data-leads=move || leads.get().then_some("")
                on:keydown=on_key
                on:click=follow
                on:blur=move |_| at.set(None)
            >
                {plate(Plate::WIDE, "chart phone-hide")}
                {plate(Plate::PHONE, "chart phone-show")}
                <output class="chart-readout">{readout}</output>
            </div>
            <DataTable unit=unit points=points/>
        </section>
    }
}

/// The point under the pointer, by the share of the drawing's width.
fn nearest(
    event: &ev::PointerEvent,
    plate: Plate,
    place: fn(Plate, usize, usize) -> f64,
    count: usize,
) -> Option<usize> {
    use leptos::wasm_bindgen::JsCast as _;
    let svg = event.current_target()?.dyn_into::<leptos::web_sys::Element>().ok()?;
    let width = Some(svg.client_width()).filter(|width| *width > 0)?;
    let x = f64::from(event.offset_x()) / f64::from(width) * plate.width;
    (0..count).min_by(|a, b| {
        let off = |i: usize| (place(plate, i, count) - x).abs();
        off(*a).total_cmp(&off(*b))
    })
}

/// What a chart needs beside its points.
#[derive(Clone, Debug, Default, PartialEq)]
struct Extras {
    target: Option<f64>,
    previous: Vec<Option<f64>>,
    from_zero: bool,
}

/// The same numbers as a table.
#[component]
fn DataTable(unit: Unit, points: Signal<Vec<Point>>) -> impl IntoView {
    let counted = move || points.with(|points| points.iter().any(|point| point.n.is_some()));
    let rows = move || {
        points
            .get()
            .into_iter()
            .map(|point| {
                let words = point.value.map_or_else(|| "none".to_owned(), |value| unit.words(value));
                let value = match point.href {
                    Some(href) => view! { <a href=href>{words}</a> }.into_any(),
                    None => words.into_any(),
                };
                view! {
                    <tr>
                        <th scope="row">{point.label}</th>
                        <td class="end">{value}</td>
                        {counted().then(|| view! { <td class="end">{point.n.map(thousands)}</td> })}
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <details class="chart-table">
            <summary>
                <Icon glyph=Glyph::Table/>
                "As table"
            </summary>
            <div class="scroll-x" tabindex="0" role="region" aria-label="The chart as a table">
                <table class="table dense">
                    <thead>
                        <tr>
                            <th scope="col">"When or what"</th>
                            <th scope="col" class="end">"Value"</th>
                            {move || counted().then(|| view! { <th scope="col" class="end">"Of"</th> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

fn read(point: &Point, unit: Unit) -> String {
    let value = point.value.map_or_else(|| "nothing to measure".to_owned(), |value| unit.words(value));
    match point.n {
        Some(n) => format!("{}: {value}, n = {}", point.label, thousands(n)),
        None => format!("{}: {value}", point.label),
    }
}

/// The whole picture in one sentence.
fn describe(title: &str, points: &[Point], unit: Unit) -> String {
    let values = || points.iter().filter_map(|point| point.value);
    let Some(last) = values().next_back() else { return format!("{title}. No values yet.") };
    let (low, high) = values().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    format!(
        "{title}. {} values between {} and {}; the last is {}.",
        points.len(),
        unit.words(low),
        unit.words(high),
        unit.words(last)
    )
}

fn num(value: f64) -> String {
    format!("{value:.1}")
}
