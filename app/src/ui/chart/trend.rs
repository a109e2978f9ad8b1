//! A course over time: a line, a target, the period before.
use leptos::prelude::*;

use super::{
    Extras, Frame, Plate, Point, Unit, num,
    scale::{Axis, every},
};
use crate::ui::figures::decimal;

/// A line over time. With `target` the stretch below it is tinted; `previous` is the
/// same series one period earlier, drawn pale.
#[component]
pub fn TrendChart(
    #[prop(into)] id: String,
    /// What the reader should see: the finding.
    #[prop(into)]
    title: Signal<String>,
    /// What is drawn, its unit and of how many: `Promises kept, percent by week, n = 5,063`.
    #[prop(into)]
    note: Signal<String>,
    #[prop(into)] points: Signal<Vec<Point>>,
    #[prop(default = Unit::COUNT)] unit: Unit,
    #[prop(optional, into)] target: Signal<Option<f64>>,
    #[prop(optional, into)] previous: Signal<Vec<Option<f64>>>,
    /// Starts the axis at zero and fills below the line: for volumes.
    #[prop(optional)]
    area: bool,
) -> impl IntoView {
    let extras = Signal::derive(move || Extras { target: target.get(), previous: previous.get(), from_zero: area });
    view! {
        <Frame
            id=id
            title=title
            note=note
            unit=unit
            points=points
            draw=draw
            place=Plate::x
            extras=extras
        />
    }
}

fn draw(plate: Plate, points: &[Point], unit: Unit, extras: &Extras) -> AnyView {
    let values = points.iter().filter_map(|point| point.value);
    let others = extras.previous.iter().copied().flatten().chain(extras.target);
    let mut axis = Axis::around(values.chain(others), extras.from_zero, unit.places == 0);
    if unit.suffix == Unit::PERCENT.suffix {
        axis.high = axis.high.min(100.0);
    }
    let y = move |value: f64| axis.y(value, plate.floor(), plate.top);
    let place = |series: &[Option<f64>]| -> Vec<Option<(f64, f64)>> {
        let n = series.len();
        series.iter().enumerate().map(|(i, v)| v.map(|v| (plate.x(i, n), y(v)))).collect()
    };
    let own = place(&points.iter().map(|point| point.value).collect::<Vec<_>>());
    let before = place(&extras.previous);
    let last = own.iter().rposition(Option::is_some);
    let lowest = extras.target.and_then(|target| lowest_below(points, target)).filter(|i| Some(*i) != last);
    view! {
        {super::bars::grid(plate, axis, unit)}
        {labels(plate, points)}
        {extras.from_zero.then(|| view! { <path class="area" d=area(&own, plate.floor())></path> })}
        {extras.target.map(|target| below(&own, y(target)))}
        {(!before.is_empty()).then(|| view! { <path class="prev" d=line(&before)></path> })}
        {extras.target.map(|target| target_line(plate, y(target), last.and_then(|i| own[i]).map(|at| at.1), target, unit))}
        <path class="l" d=line(&own)></path>
        {lowest.and_then(|i| own[i].map(|at| worst(plate, at, &points[i], unit)))}
        {last.and_then(|i| own[i].map(|at| latest(plate, at, &points[i], unit)))}
    }
    .into_any()
}

fn lowest_below(points: &[Point], target: f64) -> Option<usize> {
    points
        .iter()
        .enumerate()
        .filter_map(|(i, point)| point.value.filter(|value| *value < target).map(|value| (i, value)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(i, _)| i)
}

/// A path through what is there; a gap starts a new stroke.
fn line(places: &[Option<(f64, f64)>]) -> String {
    let mut pen_down = false;
    let strokes = places.iter().filter_map(|place| {
        let down = std::mem::replace(&mut pen_down, place.is_some());
        place.map(|(x, y)| format!("{}{x:.1} {y:.1}", if down { 'L' } else { 'M' }))
    });
    strokes.collect::<Vec<_>>().concat()
}

/// The line closed down to `base`, stretch by stretch.
fn area(places: &[Option<(f64, f64)>], base: f64) -> String {
    places
        .split(Option::is_none)
        .filter_map(|run| {
            let first = run.first().copied().flatten()?;
            let last = run.last().copied().flatten()?;
            Some(format!("{}L{:.1} {base:.1}L{:.1} {base:.1}Z", line(run), last.0, first.0))
        })
        .collect()
}

/// Tint between the target and whatever falls below it.
fn below(places: &[Option<(f64, f64)>], target: f64) -> impl IntoView + use<> {
    let mut dipped = Vec::new();
    for pair in places.windows(2) {
        let (Some(a), Some(b)) = (pair[0], pair[1]) else { continue };
        // Larger y is lower on the page.
        let dips = |p: (f64, f64)| p.1 > target;
        if !dips(a) && !dips(b) {
            continue;
        }
        let crossing = (a.0 + (b.0 - a.0) * (target - a.1) / (b.1 - a.1), target);
        let (from, to) = (if dips(a) { a } else { crossing }, if dips(b) { b } else { crossing });
        dipped.push(format!(
            "M{:.1} {target:.1}L{:.1} {:.1}L{:.1} {:.1}L{:.1} {target:.1}Z",
            from.0, from.0, from.1, to.0, to.1, to.0
        ));
    }
    view! { <path class="bad" d=dipped.concat()></path> }
}

/// `latest`: the height of the last point, whose label stands beside the target's.
fn target_line(plate: Plate, y: f64, latest: Option<f64>, target: f64, unit: Unit) -> impl IntoView + use<> {
    let words = format!("target {}{}", decimal(target, unit.places), unit.suffix);
    let beside = match latest.map(|latest| latest - y) {
        Some(above) if -16.0 < above && above < 0.0 => 18.0,
        Some(below) if (0.0..16.0).contains(&below) => -10.0,
        _ => 4.0,
    };
    let (x, dy) = if plate.is_phone() { (plate.left + 4.0, 15.0) } else { (plate.end() + 12.0, beside) };
    view! {
        <path class="target" d=format!("M{} {y:.1}H{}", plate.left, plate.end())></path>
        <text class="t-soft" x=num(x) y=num(y + dy)>{words}</text>
    }
}

fn latest(plate: Plate, (x, y): (f64, f64), point: &Point, unit: Unit) -> impl IntoView + use<> {
    let words = point.value.map(|value| unit.words(value));
    let (tx, ty, anchor) = if plate.is_phone() { (x, y - 12.0, "end") } else { (x + 12.0, y + 4.0, "start") };
    view! {
        <circle class="pt" cx=num(x) cy=num(y) r="5"></circle>
        <text class="t-strong halo" x=num(tx) y=num(ty) text-anchor=anchor>{words}</text>
    }
}

fn worst(plate: Plate, (x, y): (f64, f64), point: &Point, unit: Unit) -> impl IntoView + use<> {
    let value = point.value.map(|value| unit.words(value)).unwrap_or_default();
    // The label stands on the side where there is room.
    let right = x < f64::midpoint(plate.left, plate.end());
    let (tx, anchor) = if right { (x + 12.0, "start") } else { (x - 12.0, "end") };
    view! {
        <circle class="pt-bad" cx=num(x) cy=num(y) r="5"></circle>
        <text class="t-strong halo" x=num(tx) y=num(y + 4.0) text-anchor=anchor>
            {format!("{value}, {}", point.label)}
        </text>
    }
}

/// A few labels along the bottom, the last one always.
fn labels(plate: Plate, points: &[Point]) -> impl IntoView + use<> {
    let n = points.len();
    let step = every(n, if plate.is_phone() { 4 } else { 7 });
    let last = n.saturating_sub(1);
    points
        .iter()
        .enumerate()
        .filter(|(i, _)| (last - i).is_multiple_of(step))
        .map(|(i, point)| {
            let anchor = if plate.is_phone() && i == last { "end" } else { "middle" };
            view! {
                <text x=num(plate.x(i, n)) y=num(plate.height - 8.0) text-anchor=anchor>
                    {point.label.clone()}
                </text>
            }
        })
        .collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_lifts_the_pen() {
        let places = [Some((0.0, 1.0)), Some((1.0, 2.0)), None, Some((3.0, 4.0))];
        assert_eq!(line(&places), "M0.0 1.0L1.0 2.0M3.0 4.0");
        assert!(area(&places, 9.0).matches('Z').count() == 2);
    }

    #[test]
    fn the_lowest_is_named_only_if_it_misses_the_target() {
        let points = [Point::new("a", 96.0), Point::new("b", 91.0), Point::new("c", None)];
        assert_eq!(lowest_below(&points, 95.0), Some(1));
        assert_eq!(lowest_below(&points, 90.0), None);
    }
}
