//! Pictures the size of a word: sparkline, dot plot, tally, share.
use leptos::prelude::*;

use super::num;

/// The course of a figure, oldest first, the last value marked.
#[component]
pub fn Spark(points: Vec<f64>) -> impl IntoView {
    let low = points.iter().copied().fold(f64::MAX, f64::min);
    let high = points.iter().copied().fold(f64::MIN, f64::max);
    let span = if (high - low).abs() < f64::EPSILON { 1.0 } else { high - low };
    let step = 156.0 / (points.len().max(2) - 1) as f64;
    let places: Vec<_> =
        points.iter().enumerate().map(|(i, value)| (i as f64 * step, 29.0 - (value - low) / span * 26.0)).collect();
    let stroke = |(i, (x, y)): (usize, &(f64, f64))| format!("{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
    let path = places.iter().enumerate().map(stroke).collect::<Vec<_>>().concat();
    let (x, y) = places.last().copied().unwrap_or((0.0, 29.0));
    view! {
        <svg class="spark" viewBox="0 0 160 32" preserveAspectRatio="none" aria-hidden="true">
            <path class="l" d=path></path>
            <path class="d" d=format!("M{x:.1} {y:.1}h0")></path>
        </svg>
    }
}

/// A value on a scale that does not start at zero, with an arm to its target.
#[component]
pub fn DotPlot(
    value: f64,
    target: f64,
    /// The ends of the scale.
    low: f64,
    high: f64,
) -> impl IntoView {
    let x = move |v: f64| 2.0 + (v.clamp(low, high) - low) / (high - low).max(f64::EPSILON) * 296.0;
    let (at, goal) = (x(value), x(target));
    let good = value >= target;
    let dot = if good {
        view! { <circle class="d" cx=num(at) cy="8" r="5"></circle> }.into_any()
    } else {
        view! { <path class="d-bad" d=format!("M{at:.1} 2l6 6-6 6-6-6z")></path> }.into_any()
    };
    view! {
        <svg class="dot-plot" viewBox="0 0 300 16" aria-hidden="true">
            <path class="rule" d="M0 8H300"></path>
            <path class=if good { "arm" } else { "arm-bad" } d=format!("M{goal:.1} 8H{at:.1}")></path>
            <path class="t" d=format!("M{goal:.1} 1V15")></path>
            {dot}
        </svg>
    }
}

/// A person's load: one stroke for each open ticket, pale ones for the room left. Its words are for screen readers;
/// whoever shows it puts the number beside it.
#[component]
pub fn Tally(open: u32, capacity: u32, #[prop(optional)] risk: u32, #[prop(optional)] late: u32) -> impl IntoView {
    const SHOWN: u32 = 20;
    let strokes = (0..open.max(capacity).min(SHOWN))
        .map(|i| {
            // Groups of five, a wider space between them.
            let x = f64::from(i % 5).mul_add(5.6, f64::from(i / 5).mul_add(33.0, 3.0));
            match i {
                i if i < late => view! { <path class="late" d=format!("M{x:.1} 1V17")></path> }.into_any(),
                i if i < late + risk => {
                    view! { <path class="risk-h" d=format!("M{:.1} 15L{x:.1} 3l3 12z", x - 3.0)></path> }.into_any()
                }
                i if i < open.min(capacity) => view! { <path class="t" d=format!("M{x:.1} 4V15")></path> }.into_any(),
                i if i < open => view! { <path class="over" d=format!("M{x:.1} 4V15")></path> }.into_any(),
                _ => view! { <path class="o" d=format!("M{x:.1} 9V15")></path> }.into_any(),
            }
        })
        .collect_view();
    view! {
        <svg
            class="tally"
            viewBox="0 0 132 18"
            role="img"
            aria-label=format!("{open} open of {capacity}, {risk} at risk, {late} late")
        >
            {strokes}
        </svg>
    }
}

/// A part of a whole as a bar, in a table.
#[component]
pub fn ShareBar(
    part: f64,
    whole: f64,
    /// Red rather than petrol.
    #[prop(optional)]
    bad: bool,
) -> impl IntoView {
    let width = if whole > 0.0 { (part / whole).clamp(0.0, 1.0) * 100.0 } else { 0.0 };
    view! {
        <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="bg" width="100" height="8"></rect>
            <rect class=if bad { "fg-bad" } else { "fg" } width=num(width) height="8"></rect>
        </svg>
    }
}
