//! Counts side by side, from zero.
use leptos::prelude::*;

use super::{
    Extras, Frame, Plate, Point, Unit, num,
    scale::{Axis, every},
};
use crate::ui::figures::decimal;

/// Upright bars from zero; each leads to its tickets where it has an address.
#[component]
pub fn BarChart(
    #[prop(into)] id: String,
    /// What the reader should see: the finding.
    #[prop(into)]
    title: Signal<String>,
    /// What is drawn, its unit and of how many.
    #[prop(into)]
    note: Signal<String>,
    #[prop(into)] points: Signal<Vec<Point>>,
    #[prop(default = Unit::COUNT)] unit: Unit,
) -> impl IntoView {
    view! {
        <Frame
            id=id
            title=title
            note=note
            unit=unit
            points=points
            draw=draw
            place=middle
            extras=Signal::stored(Extras { from_zero: true, ..Extras::default() })
        />
    }
}

/// The middle of the `i`-th of `n` bars.
#[allow(clippy::cast_precision_loss, reason = "a chart has a few hundred bars")]
fn middle(plate: Plate, i: usize, n: usize) -> f64 {
    plate.left + (plate.end() - plate.left) * (i as f64 + 0.5) / n.max(1) as f64
}

/// Lines and numbers of the vertical axis, the unit at the highest.
pub(super) fn grid(plate: Plate, axis: Axis, unit: Unit) -> impl IntoView + use<> {
    let places = axis.places().min(unit.places.max(axis.places()));
    axis.ticks()
        .filter(|tick| *tick <= axis.high + 1e-9)
        .map(|tick| {
            let y = axis.y(tick, plate.floor(), plate.top);
            let top = (tick - axis.high).abs() < axis.step / 2.0;
            let suffix = if top && !plate.is_phone() { unit.suffix } else { "" };
            view! {
                <path class="grid" d=format!("M{} {y:.1}H{}", plate.left, plate.end())></path>
                <text x=num(plate.left - 8.0) y=num(y + 4.0) text-anchor="end">
                    {format!("{}{suffix}", decimal(tick, places))}
                </text>
            }
        })
        .collect_view()
}

fn draw(plate: Plate, points: &[Point], unit: Unit, _: &Extras) -> AnyView {
    // Bars need no room for a label behind the last one.
    let plate = Plate { right: 8.0, ..plate };
    let axis = Axis::around(points.iter().filter_map(|point| point.value), true, unit.places == 0);
    let n = points.len();
    #[allow(clippy::cast_precision_loss, reason = "a chart has a few hundred bars")]
    let width = ((plate.end() - plate.left) / n.max(1) as f64 * 0.7).min(48.0);
    let step = every(n, if plate.is_phone() { 4 } else { 13 });
    let bars = points
        .iter()
        .enumerate()
        .map(|(i, point)| {
            let x = middle(plate, i, n);
            let y = axis.y(point.value.unwrap_or_default(), plate.floor(), plate.top);
            let height = (plate.floor() - y).max(0.0);
            let named = (n - 1 - i).is_multiple_of(step);
            let bar = view! {
                <rect class="fg" x=num(x - width / 2.0) y=num(y) width=num(width) height=num(height)></rect>
            };
            view! {
                {bar}
                {named
                    .then(|| {
                        view! {
                            <text x=num(x) y=num(plate.height - 8.0) text-anchor="middle">
                                {point.label.clone()}
                            </text>
                        }
                    })}
            }
        })
        .collect_view();
    view! { {grid(plate, axis, unit)} {bars} }.into_any()
}
