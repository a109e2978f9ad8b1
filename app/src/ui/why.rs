//! The picture behind "why": how the time of a promise was spent.
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

/// How a stretch of time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhySegment {
    /// Counted.
    Run,
    /// Counted, 80 % used.
    Risk,
    /// Counted, past the due time.
    Late,
    /// Counted, of a promise that was kept.
    Kept,
    /// Paused.
    Pause,
    /// Outside working hours.
    Off,
    /// Still to go.
    Left,
}

impl WhySegment {
    const fn class(self) -> &'static str {
        match self {
            Self::Run => "seg-run",
            Self::Risk => "seg-risk",
            Self::Late => "seg-late",
            Self::Kept => "seg-kept",
            Self::Pause => "seg-pause",
            Self::Off => "seg-off",
            Self::Left => "seg-next",
        }
    }
}

/// The history of one promise, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyView {
    /// What is drawn, in one sentence for those who cannot see it.
    pub summary: String,
    /// Stretches in order: kind, from, to (unix seconds).
    pub segments: Vec<(WhySegment, i64, i64)>,
    /// The present, unless the promise is over.
    pub now: Option<i64>,
    /// The due time and its label (`due 14:20`).
    pub due: Option<(i64, String)>,
    /// Days along the top: when they begin, and their name (`Thu 19`).
    pub days: Vec<(i64, String)>,
}

/// Time outside hours is cut to this many units, whatever its length.
const GAP: f64 = 15.0;

/// Maps instants to places: counted time to scale, nights cut short.
struct Scale {
    knots: Vec<(i64, f64)>,
}

impl Scale {
    #[allow(clippy::cast_precision_loss, reason = "a picture has a few hundred units")]
    fn new(segments: &[(WhySegment, i64, i64)], width: f64) -> Self {
        let span =
            |kind: WhySegment| segments.iter().filter(move |s| (s.0 == WhySegment::Off) == (kind == WhySegment::Off));
        let gaps = span(WhySegment::Off).count() as f64 * GAP;
        let counted = span(WhySegment::Run).map(|(_, from, to)| (to - from).max(0)).sum::<i64>().max(1);
        let unit = (width - gaps).max(width / 4.0) / counted as f64;
        let mut at = 0.0;
        let mut knots = Vec::with_capacity(segments.len() * 2);
        for (kind, from, to) in segments {
            knots.push((*from, at));
            at += if *kind == WhySegment::Off { GAP } else { (to - from).max(0) as f64 * unit };
            knots.push((*to, at));
        }
        Self { knots }
    }

    #[allow(clippy::cast_precision_loss, reason = "a picture has a few hundred units")]
    fn x(&self, instant: i64) -> f64 {
        let (Some(first), Some(last)) = (self.knots.first(), self.knots.last()) else { return 0.0 };
        if instant <= first.0 {
            return first.1;
        }
        let pair = self.knots.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&instant));
        pair.map_or(last.1, |pair| {
            let ((from, x), (to, end)) = (pair[0], pair[1]);
            x + (end - x) * (instant - from) as f64 / (to - from).max(1) as f64
        })
    }
}

/// Units of width: the side panel's.
const WIDTH: f64 = 272.0;

/// Solid is counted, hatched is paused, dotted is closed, hollow is left, the notch is due. As markup: a picture has
/// dozens of shapes.
pub fn why_picture(view: &WhyView) -> Markup {
    let scale = Scale::new(&view.segments, WIDTH - 2.0);
    let now = view.now.map(|now| scale.x(now));
    let due = view.due.as_ref().map(|(due, label)| (scale.x(*due), label));
    let far = |x: f64| now.is_none_or(|now| (now - x).abs() > 60.0);
    html! {
        svg.why viewBox=(format!("0 0 {WIDTH} 60")) role="img" aria-label=(view.summary) {
            @for (at, name) in &view.days { text x=(place(scale.x(*at))) y="10" { (name) } }
            @for (kind, from, to) in &view.segments { (shape(*kind, scale.x(*from), scale.x(*to))) }
            @if let Some(x) = now {
                path.now-line d=(format!("M{x:.1} 20v20")) {}
                path.now d=(format!("M{:.1} 17h8l-4 5z", x - 4.0)) {}
                text.t-strong x=(place(x)) y="54" text-anchor=(anchor(x)) { "now" }
            }
            @if let Some((x, label)) = due {
                path.notch d=(format!("M{x:.1} 18v24")) {}
                // Beside "now" there is no room for a second label: it moves to the top.
                text.t-strong x=(place(x)) y=(if far(x) { "54" } else { "10" }) text-anchor=(anchor(x)) { (label) }
            }
        }
    }
}

fn place(x: f64) -> String {
    format!("{x:.1}")
}

/// Labels near an edge grow inwards.
fn anchor(x: f64) -> &'static str {
    if x < 30.0 {
        "start"
    } else if x > WIDTH - 44.0 {
        "end"
    } else {
        "middle"
    }
}

fn shape(kind: WhySegment, from: f64, to: f64) -> Markup {
    let class = kind.class();
    match kind {
        WhySegment::Off => html! { path class=(class) d=(format!("M{:.1} 30H{:.1}", from + 2.0, to - 2.0)) {} },
        // A stroke is drawn on the edge; half a unit inwards keeps the bars level.
        WhySegment::Pause | WhySegment::Left => {
            let width = place((to - from - 1.0).max(0.5));
            html! { rect class=(class) x=(place(from + 0.5)) y="24.5" width=(width) height="11" {} }
        }
        _ => html! {
            rect class=(class) x=(place(from)) y="24" width=(place((to - from).max(1.0))) height="12" {}
        },
    }
}

/// One line of the explanation under the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyStep {
    /// How it counted.
    pub kind: WhySegment,
    /// What happened: `Paused, on hold`.
    pub what: String,
    /// More about it, on a second line.
    pub detail: Option<String>,
    /// How long it lasted: `2 h 40`.
    pub length: String,
}

/// The stretches of a promise in words, as markup.
pub fn why_steps(steps: &[WhyStep]) -> Markup {
    html! {
        ol.why-steps {
            @for step in steps {
                li {
                    svg class="sw why" viewBox="0 0 12 8" aria-hidden="true" { (swatch(step.kind)) }
                    span {
                        b { (step.what) }
                        @if let Some(detail) = &step.detail { br; (detail) }
                    }
                    span.len { (step.length) }
                }
            }
        }
    }
}

fn swatch(kind: WhySegment) -> Markup {
    let class = kind.class();
    match kind {
        WhySegment::Off => html! { path class=(class) d="M1 4h10" {} },
        WhySegment::Pause | WhySegment::Left => {
            html! { rect class=(class) x=".5" y=".5" width="11" height="7" {} }
        }
        _ => html! { rect class=(class) width="12" height="8" {} },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_are_cut_short_and_work_is_to_scale() {
        let segments =
            [(WhySegment::Run, 0, 3_600), (WhySegment::Off, 3_600, 100_000), (WhySegment::Left, 100_000, 103_600)];
        let scale = Scale::new(&segments, 215.0);
        assert!((scale.x(3_600) - 100.0).abs() < 0.01);
        assert!((scale.x(100_000) - 115.0).abs() < 0.01);
        assert!((scale.x(103_600) - 215.0).abs() < 0.01);
        assert!((scale.x(1_800) - 50.0).abs() < 0.01);
    }

    #[test]
    fn instants_outside_the_picture_are_put_on_its_edge() {
        let scale = Scale::new(&[(WhySegment::Run, 10, 20)], 100.0);
        assert!(scale.x(0).abs() < 0.01);
        assert!((scale.x(99) - 100.0).abs() < 0.01);
    }
}
