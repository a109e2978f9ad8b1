//! The promise line of the tracking page, laid out: time that counts to scale, nights cut short.
use chrono::{DateTime, Utc};

use super::{story::paused, when::When};
use crate::{
    sla::{
        clock::Clock,
        model::{ClockState, Metric},
    },
    tickets::own::OwnTicket,
    ui::figures::worked,
};

/// The whole line, in the unit of its parts.
const WHOLE: i64 = 1_000;
/// What a closed stretch takes of it, however long it lasted.
const GAP: i64 = 40;
/// With more closed stretches than this the line shows plain time instead.
const MOST_GAPS: usize = 5;

/// What the line is drawn from.
pub struct Course<'a> {
    pub clocks: &'a [Clock],
    /// When we work, in order, over the whole of the line.
    pub open: &'a [(DateTime<Utc>, DateTime<Utc>)],
    pub now: DateTime<Utc>,
}

/// The promise line of the tracking page: from sending to the solution.
#[derive(Clone, Debug)]
pub struct Line {
    /// In words, for those who do not see it.
    pub label: String,
    pub parts: Vec<LinePart>,
    pub marks: Vec<LineMark>,
    /// Where now is, per mille; none once all is over.
    pub now: Option<u16>,
}

/// A stretch of the line, in per mille of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinePart {
    pub kind: PartKind,
    pub from: u16,
    pub to: u16,
}

/// How a stretch is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Counted until the first answer, which was in time.
    Kept,
    /// Counted.
    Run,
    /// Counted, past a due time.
    Late,
    /// Waited for the customer.
    Pause,
    /// Outside working hours.
    Off,
    /// Still to come.
    Next,
}

/// A place on the line and what it says.
#[derive(Clone, Debug)]
pub struct LineMark {
    pub x: u16,
    pub kind: MarkKind,
    /// "Answered in 38 min", "Answer by", "Solved by".
    pub text: String,
    pub when: Option<When>,
}

/// What stands at a place of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The beginning.
    Sent,
    /// Something done: its text stands above.
    Done,
    /// A due time: its text stands below.
    Due,
}

type Span = (DateTime<Utc>, DateTime<Utc>);

/// The line of `ticket`; none where nothing was promised.
pub fn draw(ticket: &OwnTicket, course: &Course<'_>, when: &impl Fn(DateTime<Utc>) -> When) -> Option<Line> {
    let start = ticket.created_at;
    let answered = course.clocks.iter().find(|c| c.metric == Metric::FirstReply);
    let solve = course.clocks.iter().rev().find(|c| c.metric == Metric::Resolution);
    let next = course
        .clocks
        .iter()
        .rev()
        .find(|c| matches!(c.metric, Metric::NextReply | Metric::FirstReply) && c.state == ClockState::Running);
    let over = ticket.resolved_at.or(ticket.closed_at);
    let dues = [next.and_then(|c| c.due_at), solve.filter(|c| c.state.is_live()).and_then(|c| c.due_at)];
    let end = over.unwrap_or_else(|| dues.iter().flatten().copied().fold(course.now, DateTime::max));
    if answered.is_none() && solve.is_none() || end <= start {
        return None;
    }
    let closed = closed(course.open, start, end);
    let closed = if closed.len() > MOST_GAPS { Vec::new() } else { closed };
    let waits: Vec<Span> = solve.map(|c| paused(c, course.now).collect()).unwrap_or_default();
    let kept_until = answered.filter(|c| c.state == ClockState::Met).and_then(|c| c.ended_at);
    let late_from = next.or(solve).filter(|c| c.is_late() && over.is_none()).and_then(|c| c.due_at);

    let scale = Scale::new(start, end, &closed);
    let mut edges = vec![start, end, course.now];
    edges.extend(kept_until);
    edges.extend(late_from);
    edges.extend(closed.iter().chain(&waits).flat_map(|(from, to)| [*from, *to]));
    edges.retain(|at| (start..=end).contains(at));
    edges.sort_unstable();
    edges.dedup();
    let within = |spans: &[Span], at: DateTime<Utc>| spans.iter().any(|(from, to)| (*from..*to).contains(&at));
    let mut parts: Vec<LinePart> = Vec::new();
    for pair in edges.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let kind = if within(&closed, from) {
            PartKind::Off
        } else if from >= course.now {
            PartKind::Next
        } else if within(&waits, from) {
            PartKind::Pause
        } else if kept_until.is_some_and(|until| from < until) {
            PartKind::Kept
        } else if late_from.is_some_and(|late| from >= late) {
            PartKind::Late
        } else {
            PartKind::Run
        };
        let (from, to) = (scale.x(from), scale.x(to));
        match parts.last_mut() {
            Some(last) if last.kind == kind && kind != PartKind::Off => last.to = to,
            _ => parts.push(LinePart { kind, from, to }),
        }
    }

    let mut marks = vec![LineMark { x: 0, kind: MarkKind::Sent, text: "Sent".to_owned(), when: Some(when(start)) }];
    if let Some((clock, at)) = answered.and_then(|c| Some((c, c.ended_at?)))
        && matches!(clock.state, ClockState::Met | ClockState::Missed)
    {
        let text = format!("Answered in {}", worked(clock.used));
        marks.push(LineMark { x: scale.x(at), kind: MarkKind::Done, text, when: None });
    }
    if let Some(due) = dues[0].filter(|_| over.is_none()) {
        marks.push(LineMark {
            x: scale.x(due),
            kind: MarkKind::Due,
            text: "Answer by".to_owned(),
            when: Some(when(due)),
        });
    }
    match (over, dues[1]) {
        (Some(at), _) => marks.push(LineMark {
            x: scale.x(at),
            kind: MarkKind::Due,
            text: "Solved".to_owned(),
            when: Some(when(at)),
        }),
        (None, Some(due)) => {
            marks.push(LineMark {
                x: scale.x(due),
                kind: MarkKind::Due,
                text: "Solved by".to_owned(),
                when: Some(when(due)),
            });
        }
        (None, None) => {}
    }
    let label = marks
        .iter()
        .map(|m| m.when.map_or_else(|| m.text.clone(), |w| format!("{} {}", m.text, w.say(super::when::Form::By))))
        .collect::<Vec<_>>()
        .join(". ");
    let now = over.is_none().then(|| scale.x(course.now));
    Some(Line { label, parts, marks, now })
}

/// What lies between the working intervals from `start` to `end`.
fn closed(open: &[Span], start: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Span> {
    let mut gaps = Vec::new();
    let mut at = start;
    for (from, to) in open.iter().filter(|(from, to)| *to > start && *from < end) {
        if *from > at {
            gaps.push((at, *from));
        }
        at = at.max(*to);
    }
    if at < end {
        gaps.push((at, end));
    }
    // A line without a single interval is one of a desk that never closes, as far as we were told.
    if open.is_empty() { Vec::new() } else { gaps }
}

/// Maps instants to places.
struct Scale {
    knots: Vec<(DateTime<Utc>, i64)>,
}

impl Scale {
    fn new(start: DateTime<Utc>, end: DateTime<Utc>, closed: &[Span]) -> Self {
        let shut: i64 = closed.iter().map(|(from, to)| (*to - *from).num_seconds()).sum();
        let counted = ((end - start).num_seconds() - shut).max(1);
        let gaps = i64::try_from(closed.len()).unwrap_or(0) * GAP;
        let room = WHOLE - gaps;
        let mut knots = vec![(start, 0)];
        let (mut at, mut used, mut passed) = (start, 0_i64, 0_i64);
        for (from, to) in closed {
            used += (*from - at).num_seconds();
            knots.push((*from, passed + used * room / counted));
            passed += GAP;
            knots.push((*to, passed + used * room / counted));
            at = *to;
        }
        knots.push((end, WHOLE));
        Self { knots }
    }

    fn x(&self, instant: DateTime<Utc>) -> u16 {
        let place = self.knots.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&instant)).map_or(
            if instant < self.knots[0].0 { 0 } else { WHOLE },
            |pair| {
                let ((from, x), (to, end)) = (pair[0], pair[1]);
                x + (end - x) * (instant - from).num_seconds() / (to - from).num_seconds().max(1)
            },
        );
        u16::try_from(place.clamp(0, WHOLE)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour)
    }

    #[test]
    fn a_night_takes_the_same_room_however_long_it_is() {
        let closed = closed(&[(at(8), at(18)), (at(32), at(42))], at(10), at(34));
        assert_eq!(closed, [(at(18), at(32))]);
        let scale = Scale::new(at(10), at(34), &closed);
        assert_eq!([scale.x(at(10)), scale.x(at(18)), scale.x(at(32)), scale.x(at(34))], [0, 768, 808, 1_000]);
        assert_eq!((scale.x(at(0)), scale.x(at(99))), (0, 1_000));
    }

    #[test]
    fn a_desk_that_never_closes_has_no_gaps() {
        assert_eq!(closed(&[], at(0), at(9)), []);
        assert_eq!(closed(&[(at(-100), at(100))], at(0), at(9)), []);
    }
}
