//! The promise line over the whole page: solid is counted, hatched is waiting, dotted is closed, hollow is
//! still to come, a notch is a due time.
use maud::{Markup, html};

use super::{
    line::{Line, LineMark, LinePart, MarkKind, PartKind},
    when::Form,
};

/// The line, drawn once for wide pages and once for phones; the style sheet shows one of them.
pub fn pictures(line: &Line) -> Markup {
    html! { (picture(line, &WIDE)) (picture(line, &PHONE)) }
}

/// Measures of one drawing.
struct Plate {
    class: &'static str,
    width: i32,
    height: i32,
    /// Where the line lies.
    y: i32,
    /// Of one letter, so that words keep clear of each other.
    letter: i32,
    short: bool,
}

const WIDE: Plate = Plate { class: "why wide-only", width: 984, height: 92, y: 38, letter: 8, short: false };
const PHONE: Plate = Plate { class: "why phone-only", width: 358, height: 74, y: 26, letter: 8, short: true };

impl Plate {
    fn x(&self, per_mille: u16) -> i32 {
        1 + (self.width - 3) * i32::from(per_mille) / 1_000
    }

    /// How wide `words` are, roughly; a little more rather than less.
    fn breadth(&self, words: &str) -> i32 {
        i32::try_from(words.chars().count()).unwrap_or(0) * self.letter
    }

    /// Where words at `x` begin and end, and how they are anchored so that they stay on the drawing.
    fn room(&self, x: i32, words: &str) -> (i32, i32, &'static str) {
        let half = self.breadth(words) / 2;
        if x - half < 0 {
            (x.min(2), x.min(2) + 2 * half, "start")
        } else if x + half > self.width {
            (self.width - 2 * half, self.width, "end")
        } else {
            (x - half, x + half, "middle")
        }
    }

    fn words(&self, mark: &LineMark) -> String {
        match (mark.when, self.short) {
            (Some(when), true) => when.say(Form::Short),
            (Some(when), false) => format!("{} {}", mark.text, when.say(Form::Short)),
            (None, true) => "answered".to_owned(),
            (None, false) => mark.text.clone(),
        }
    }
}

fn picture(line: &Line, plate: &Plate) -> Markup {
    let y = plate.y;
    let notches: Vec<_> = line
        .marks
        .iter()
        .filter(|mark| mark.kind != MarkKind::Sent)
        .map(|mark| format!("M{} {}v22", plate.x(mark.x).clamp(1, plate.width - 2), y - 6))
        .collect();
    html! {
        svg class=(plate.class) viewBox=(format!("0 0 {} {}", plate.width, plate.height)) role="img"
            aria-label=(line.label)
        {
            @for part in &line.parts { (shape(part, plate)) }
            path.notch d=(notches.concat()) {}
            @if let Some(now) = line.now {
                @let x = plate.x(now);
                path.now-line d=(format!("M{x} {}v26", y - 8)) {}
                path.now d=(format!("M{} {}h10l-5 7z", x - 5, y - 13)) {}
            }
            (words(line, plate))
        }
    }
}

fn shape(part: &LinePart, plate: &Plate) -> Markup {
    let (from, to, y) = (plate.x(part.from), plate.x(part.to), plate.y);
    let (class, width) = (class(part.kind), (to - from).max(1));
    match part.kind {
        PartKind::Off => html! { path class=(class) d=(format!("M{} {}H{}", from + 3, y + 5, to - 3)) {} },
        PartKind::Pause | PartKind::Next => html! {
            rect class=(class) x=(format!("{from}.5")) y=(format!("{y}.5")) width=((width - 1).max(1)) height="9" {}
        },
        _ => html! { rect class=(class) x=(from) y=(y) width=(width) height="10" {} },
    }
}

const fn class(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Kept => "seg-kept",
        PartKind::Run => "seg-run",
        PartKind::Late => "seg-late",
        PartKind::Pause => "seg-pause",
        PartKind::Off => "seg-off",
        PartKind::Next => "seg-next",
    }
}

/// The words at the marks. Those of the last due time always stand; others give way where they would touch.
fn words(line: &Line, plate: &Plate) -> Markup {
    let mut above: Vec<(i32, i32)> = Vec::new();
    let mut below: Vec<(i32, i32)> = Vec::new();
    let mut placed = Vec::new();
    for mark in line.marks.iter().rev() {
        let text = plate.words(mark);
        let x = plate.x(mark.x);
        let (from, to, anchor) = plate.room(x, &text);
        // On a phone everything stands below; there is a line above for "now" alone.
        let (row, y) = match mark.kind {
            MarkKind::Done if !plate.short => (&mut above, plate.y - 18),
            _ => (&mut below, plate.height - 12),
        };
        if row.iter().any(|(other_from, other_to)| from < *other_to + 10 && to + 10 > *other_from) {
            continue;
        }
        row.push((from, to));
        let strong =
            if mark.kind == MarkKind::Sent || plate.short && mark.kind == MarkKind::Done { "" } else { "t-strong" };
        let at = match anchor {
            "start" => from,
            "end" => to,
            _ => x,
        };
        placed.push(html! { text class=(strong) x=(at) y=(y) text-anchor=(anchor) { (text) } });
    }
    let now = line.now.map(|now| {
        let (from, to, anchor) = plate.room(plate.x(now), "now");
        let free = !above.iter().any(|(other_from, other_to)| from < *other_to + 10 && to + 10 > *other_from);
        let at = match anchor {
            "start" => from,
            "end" => to,
            _ => plate.x(now),
        };
        free.then(|| html! { text x=(at) y=(plate.y - 17) text-anchor=(anchor) { "now" } })
    });
    html! { @for text in placed { (text) } @if let Some(now) = now.flatten() { (now) } }
}
