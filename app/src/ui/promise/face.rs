//! What is shown of a promise at any second.
use serde::{Deserialize, Serialize};

use crate::{
    sla::interval::worked_between,
    ui::{
        figures::{ticking, worked},
        icon::Glyph,
    },
};

/// The share of the target from which a promise is at risk.
const RISK: f64 = 0.8;

/// One promise as the server sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseView {
    /// What it is for: `next reply`.
    pub metric: String,
    /// When the server looked, in unix seconds.
    pub as_of: i64,
    /// The clock behind it.
    pub clock: ClockView,
}

/// A clock as the server sends it; spans are working seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockView {
    /// Nothing is promised; the words say why, if there is a reason worth telling.
    #[default]
    None,
    /// Met.
    Kept {
        /// How long it took.
        took: i64,
    },
    /// Fulfilled, but late.
    Missed {
        /// How late.
        by: i64,
    },
    /// Stands still, with a remainder.
    Paused {
        /// Used so far.
        used: i64,
        /// Promised.
        target: i64,
    },
    /// Counts.
    Running {
        /// Used at [`PromiseView::as_of`].
        used: i64,
        /// Promised.
        target: i64,
        /// Working intervals from `as_of` on, in order, at least up to the due time.
        open: Vec<(i64, i64)>,
        /// The due time as a reader of this page writes it: `Fri 14:20`.
        due: String,
        /// When work begins again, if it rests at `as_of`: `08:00`.
        opens: Option<String>,
    },
}

/// The look of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromiseState {
    /// Circle, solid line.
    Run,
    /// Triangle: 80 % used.
    Risk,
    /// Octagon, the line runs past the notch.
    Late,
    /// Two bars, dashed line.
    Paused,
    /// Moon: outside working hours, still running.
    Closed,
    /// Tick.
    Kept,
    /// Fulfilled late.
    Missed,
    /// Dash.
    None,
}

impl PromiseState {
    /// The value of `data-state`.
    #[must_use]
    pub const fn attr(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Risk => "risk",
            Self::Late => "late",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Kept => "kept",
            Self::Missed => "missed",
            Self::None => "none",
        }
    }

    /// The shape.
    #[must_use]
    pub const fn glyph(self) -> Glyph {
        match self {
            Self::Run => Glyph::PromiseRun,
            Self::Risk => Glyph::PromiseRisk,
            Self::Late => Glyph::PromiseLate,
            Self::Paused => Glyph::PromisePause,
            Self::Closed => Glyph::Moon,
            Self::Kept => Glyph::PromiseKept,
            Self::Missed => Glyph::X,
            Self::None => Glyph::Minus,
        }
    }
}

/// What is shown of a promise at one second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// Shape and colour.
    pub state: PromiseState,
    /// Alone in a chip: `42 min left`.
    pub words: String,
    /// In a narrow row: `1 h 18`, `Fri 14:20`.
    pub short: String,
    /// Percent of the line that is used; for a late promise where the notch stands.
    pub percent: u8,
}

impl PromiseView {
    /// Working seconds left at `now` (unix seconds on the server's clock), negative once it is late; `None` where nothing is
    /// counted.
    #[must_use]
    pub fn left(&self, now: i64) -> Option<i64> {
        match &self.clock {
            ClockView::Running { used, target, open, .. } => {
                Some(target - used - worked_between(open, self.as_of, now))
            }
            ClockView::Paused { used, target } => Some(target - used),
            ClockView::Kept { .. } | ClockView::Missed { .. } | ClockView::None => None,
        }
    }

    /// What is shown at `now` (unix seconds on the server's clock).
    #[must_use]
    pub fn at(&self, now: i64) -> Face {
        match &self.clock {
            ClockView::None => Face::of(PromiseState::None, "No promise", "None"),
            ClockView::Kept { took } => Face::of(PromiseState::Kept, &format!("Kept in {}", worked(*took)), "Kept"),
            // A list knows only that it was.
            ClockView::Missed { by: ..1 } => Face::of(PromiseState::Missed, "Done late", "Late"),
            ClockView::Missed { by } => {
                let by = worked(*by);
                Face::of(PromiseState::Missed, &format!("Done {by} late"), &format!("{by} late"))
            }
            ClockView::Paused { used, target } if used > target => {
                let late = format!("{} late", worked(used - target));
                let percent = share(*target, *used).clamp(20, 92);
                Face { percent, ..Face::of(PromiseState::Late, &format!("Paused, {late}"), &late) }
            }
            ClockView::Paused { used, target } => {
                let left = worked(rounded(target - used));
                let percent = share(*used, *target);
                Face { percent, ..Face::of(PromiseState::Paused, &format!("Paused, {left} left"), &left) }
            }
            ClockView::Running { target, open, due, opens, .. } => {
                let used = target - self.left(now).unwrap_or_default();
                running(used, *target, resting(open, now), due, opens.as_deref())
            }
        }
    }

    /// The same to the second, for whoever watches it: `12:05 left`, `3:20 late`, `1:18:05 left from 08:00`.
    #[must_use]
    pub fn to_the_second(&self, now: i64) -> Face {
        let face = self.at(now);
        let Some(left) = self.left(now) else { return face };
        let from = match &self.clock {
            ClockView::Running { open, opens: Some(opens), .. } if resting(open, now) => format!(" from {opens}"),
            _ => String::new(),
        };
        let words = if left < 0 { format!("{} late", ticking(-left)) } else { format!("{} left{from}", ticking(left)) };
        Face { words, ..face }
    }

    /// Of a promise that counts on the wall, as those of lists do, what stays the same while it counts: when it is due. Of a
    /// paused one what is left.
    #[must_use]
    pub const fn on_the_wall(&self) -> Option<i64> {
        match &self.clock {
            ClockView::Running { used, target, .. } => Some(self.as_of - *used + *target),
            ClockView::Paused { used, target } => Some(*target - *used),
            ClockView::Kept { .. } | ClockView::Missed { .. } | ClockView::None => None,
        }
    }

    /// For the hover: what it is and when it is due.
    #[must_use]
    pub fn hint(&self) -> String {
        match &self.clock {
            ClockView::Running { due, .. } if !due.is_empty() => format!("{}, due {due}", self.metric),
            _ => self.metric.clone(),
        }
    }
}

impl Face {
    fn of(state: PromiseState, words: &str, short: &str) -> Self {
        Self { state, words: words.to_owned(), short: short.to_owned(), percent: 0 }
    }

    /// The strokes of the line, as what is inside of its `svg` element: track, used, dashes or dots, and the notch where
    /// the promise is due.
    pub(super) fn strokes(&self) -> String {
        const WHOLE: &str = r#"d="M0 3H100""#;
        const NOTCH: &str = r#"<path class="due" d="M99 0V6"/>"#;
        let p = self.percent;
        match self.state {
            PromiseState::Run | PromiseState::Risk => {
                format!(r#"<path class="track" {WHOLE}/><path class="used" d="M0 3H{p}"/>{NOTCH}"#)
            }
            PromiseState::Late => format!(r#"<path class="used" {WHOLE}/><path class="due" d="M{p} 0V6"/>"#),
            PromiseState::Paused => {
                format!(r#"<path class="track" d="M{p} 3H100"/><path class="dash" d="M0 3H{p}"/>{NOTCH}"#)
            }
            PromiseState::Closed => {
                let rest = (p + 3).min(98);
                format!(r#"<path class="used" d="M0 3H{p}"/><path class="dots" d="M{rest} 3H98"/>{NOTCH}"#)
            }
            PromiseState::Kept | PromiseState::Missed | PromiseState::None => String::new(),
        }
    }
}

fn running(used: i64, target: i64, rests: bool, due: &str, opens: Option<&str>) -> Face {
    let left = target - used;
    if left < 0 {
        let late = format!("{} late", worked(-left));
        // The notch moves left as the line runs on, but both stay readable.
        let percent = share(target, used).clamp(20, 92);
        return Face { percent, ..Face::of(PromiseState::Late, &late, &late) };
    }
    let percent = share(used, target);
    let left_words = worked(rounded(left));
    #[allow(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
    let at_risk = used as f64 >= target as f64 * RISK;
    let from = opens.filter(|_| rests).map(|opens| format!(" from {opens}")).unwrap_or_default();
    let (state, words, short) = match (at_risk, rests) {
        (true, _) if left >= FAR && !due.is_empty() => {
            (PromiseState::Risk, format!("{left_words} left{from}"), due.to_owned())
        }
        (true, _) => (PromiseState::Risk, format!("{left_words} left{from}"), format!("{left_words} left")),
        (false, true) => (PromiseState::Closed, format!("Closed, {left_words} left{from}"), left_words),
        (false, false) if left >= FAR && !due.is_empty() => {
            (PromiseState::Run, format!("{left_words} left"), due.to_owned())
        }
        (false, false) => (PromiseState::Run, format!("{left_words} left"), left_words),
    };
    Face { percent, ..Face::of(state, &words, &short) }
}

/// From here on a row says when it is due rather than how long is left.
const FAR: i64 = 6 * 3_600;

/// Minutes are rounded up while more than one is left: a promise of an hour starts at
/// "1 h", not at "59 min".
#[must_use]
pub const fn rounded(left: i64) -> i64 {
    if left > 60 { (left + 59) / 60 * 60 } else { left }
}

/// The whole percentage that `part` is of `whole`.
fn share(part: i64, whole: i64) -> u8 {
    u8::try_from((part.max(0) * 100).checked_div(whole.max(1)).unwrap_or(100).clamp(0, 97)).unwrap_or(97)
}

/// Whether nobody works at `now`.
fn resting(open: &[(i64, i64)], now: i64) -> bool {
    !open.iter().any(|(start, end)| (*start..*end).contains(&now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(used: i64, target: i64, open: &[(i64, i64)]) -> PromiseView {
        PromiseView {
            metric: "next reply".into(),
            as_of: 0,
            clock: ClockView::Running {
                used,
                target,
                open: open.to_vec(),
                due: "Fri 14:20".into(),
                opens: Some("08:00".into()),
            },
        }
    }

    #[test]
    fn a_promise_counts_down_and_then_up() {
        let view = running(0, 3_600, &[(0, 36_000)]);
        assert_eq!(view.at(0).words, "1 h left");
        assert_eq!(view.at(1_080).words, "42 min left");
        assert_eq!(view.at(3_570).words, "30 s left");
        assert_eq!(view.at(5_100).words, "25 min late");
        assert_eq!(view.at(5_100).state, PromiseState::Late);
    }

    #[test]
    fn it_is_at_risk_from_eighty_percent() {
        let view = running(0, 1_000, &[(0, 36_000)]);
        assert_eq!(view.at(799).state, PromiseState::Run);
        assert_eq!(view.at(800).state, PromiseState::Risk);
        assert_eq!(view.at(1_000).state, PromiseState::Risk);
        assert_eq!(view.at(1_001).state, PromiseState::Late);
    }

    #[test]
    fn to_the_second_it_never_rounds() {
        let view = running(0, 3_600, &[(0, 36_000)]);
        assert_eq!(view.to_the_second(0).words, "1:00:00 left");
        assert_eq!(view.to_the_second(1).words, "59:59 left");
        assert_eq!(view.to_the_second(3_600).words, "0:00 left");
        assert_eq!(view.to_the_second(3_661).words, "1:01 late");
        assert_eq!(view.to_the_second(3_661).state, PromiseState::Late);
        let night = running(0, 7_200, &[(36_000, 72_000)]);
        assert_eq!(night.to_the_second(1_000).words, "2:00:00 left from 08:00");
        let paused = PromiseView { clock: ClockView::Paused { used: 60, target: 3_600 }, ..PromiseView::default() };
        assert_eq!(paused.to_the_second(9).words, "59:00 left");
    }

    #[test]
    fn nothing_is_used_outside_working_hours() {
        let view = running(0, 7_200, &[(36_000, 72_000)]);
        let night = view.at(1_000);
        assert_eq!(night.state, PromiseState::Closed);
        assert_eq!(night.words, "Closed, 2 h left from 08:00");
        assert_eq!(view.at(36_000 + 600).words, "1 h 50 left");
    }

    #[test]
    fn a_row_says_when_it_is_due_if_that_is_far() {
        let view = running(0, 16 * 3_600, &[(0, 200_000)]);
        assert_eq!(view.at(0).short, "Fri 14:20");
        assert_eq!(view.at(11 * 3_600).short, "5 h");
    }

    #[test]
    fn what_is_over_does_not_move() {
        let view = PromiseView { clock: ClockView::Kept { took: 2_280 }, ..PromiseView::default() };
        assert_eq!(view.at(0), view.at(1_000_000));
        assert_eq!(view.at(0).words, "Kept in 38 min");
    }

    #[test]
    fn what_is_late_and_paused_says_both() {
        let view = |used| PromiseView { clock: ClockView::Paused { used, target: 3_600 }, ..PromiseView::default() };
        assert_eq!(
            (view(7_200).at(9).state, view(7_200).at(9).words.as_str()),
            (PromiseState::Late, "Paused, 1 h late")
        );
        assert_eq!(view(3_600).at(9).state, PromiseState::Paused);
    }

    #[test]
    fn the_notch_of_a_late_promise_stays_on_the_line() {
        let view = running(0, 60, &[(0, 1_000_000)]);
        assert_eq!(view.at(900_000).percent, 20);
        assert_eq!(view.at(61).percent, 92);
    }
}
