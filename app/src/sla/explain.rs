//! Use case: why a ticket's promises stand as they do, told for one reader in their own time zone.

mod steps;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::calendar::Calendar;
use super::clock::{Clock, Segment, SegmentKind};
use super::course::{Course, course, in_words};
use super::facts::Fact;
use super::model::{ClockState, Condition, Terms};
use super::why::{Explained, Why};
use crate::core::id::TicketId;
use crate::core::{Error, Tx};
use crate::tickets::names::Names;
use crate::ui::figures::worked;
use crate::ui::promise::{ClockView, PromiseView};
use crate::ui::why::{WhySegment, WhyView};

/// More stretches than this make a picture that nobody can read: nights are left out then.
const MOST_PIECES: usize = 40;

/// Explains the promises of a ticket. Whoever calls has made sure that the actor may see it.
///
/// # Errors
/// [`Error::Internal`] if what is stored cannot be read.
pub async fn explain(tx: &mut Tx, ticket: TicketId) -> Result<Why, Error> {
    let course = course(tx, ticket).await?;
    let names = Names::of(tx, mentioned(&course)).await?;
    Ok(told(&course, &names, tx.actor.zone(), tx.now))
}

/// Whose names the explanation of a course takes.
#[must_use]
pub fn mentioned(course: &Course) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = course.calendars.keys().map(|version| version.uuid()).collect();
    for event in &course.events {
        ids.extend(event.actor.map(|actor| actor.uuid()));
        if let Fact::Terms(terms) = &event.fact {
            // What a condition asks for by its id; what is no id is a word already.
            let values = terms.passed.iter().flat_map(|passed| passed.wanted.values.iter().chain(&passed.found));
            ids.extend(values.filter_map(|value| value.parse::<Uuid>().ok()));
        }
    }
    ids
}

/// Explains a course on the clock of a reader in `zone`, who reads it `now`.
#[must_use]
pub fn told(course: &Course, names: &Names, zone: Tz, now: DateTime<Utc>) -> Why {
    Teller { course, names, zone, now }.why()
}

/// The promise of each metric as a page counts it down; what [`explain`] shows without the reasons.
#[must_use]
pub fn view(clock: &Clock, calendar: Option<&Calendar>, now: DateTime<Utc>, zone: Tz) -> PromiseView {
    let target = clock.allowance;
    let view = match (clock.state, target) {
        (ClockState::Met, _) => ClockView::Kept { took: clock.used },
        (ClockState::Missed, Some(_)) => {
            ClockView::Missed { by: late_for(clock, now).map_or(0, |late| late.num_seconds()) }
        }
        (ClockState::Paused, Some(target)) => ClockView::Paused { used: clock.used, target },
        (ClockState::Running, Some(target)) => {
            // One that never comes is counted on for a day.
            let end = clock.due_at.unwrap_or(now + TimeDelta::days(1));
            let hours = calendar.map(|calendar| calendar.intervals(now, end)).unwrap_or_default();
            let mut open: Vec<_> = hours.intervals().iter().map(|i| (i.from.timestamp(), i.to.timestamp())).collect();
            // Whoever waits for what is late waits by the wall, in lists as here.
            open.extend(clock.due_at.map(|due| (due.max(now).timestamp(), i64::MAX)));
            // Late from the first second on.
            let used = late_for(clock, now).map_or(clock.used, |late| target + late.num_seconds().max(1));
            let opens = hours.intervals().first().filter(|i| i.from > now).map(|i| time(i.from, now, zone));
            let due = clock.due_at.map(|due| time(due, now, zone)).unwrap_or_default();
            ClockView::Running { used, target, open, due, opens }
        }
        _ => ClockView::None,
    };
    PromiseView { metric: clock.metric.label().to_lowercase(), as_of: now.timestamp(), clock: view }
}

/// How long on the wall the due time of a promise has been over that is late, or was when it was fulfilled. None while it
/// stands still.
#[must_use]
pub fn late_for(clock: &Clock, now: DateTime<Utc>) -> Option<TimeDelta> {
    let due = clock.due_at.filter(|_| clock.is_late())?;
    let until = match clock.state {
        ClockState::Running => now,
        ClockState::Missed => clock.ended_at?,
        _ => return None,
    };
    Some((until - due).max(TimeDelta::zero()))
}

/// `15:50` today, `Fri 14:20` within a week, `20 Nov 14:20` otherwise.
pub(super) fn time(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (local, today) = (at.with_timezone(&zone), now.with_timezone(&zone).date_naive());
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    match (local.date_naive() - today).num_days() {
        0 => clock,
        -6..=6 => format!("{} {clock}", local.weekday()),
        _ => format!("{} {clock}", local.format("%-d %b")),
    }
}

/// A stretch of a clock's life, nights and shares told apart.
#[derive(Clone, Copy)]
struct Piece<'a> {
    kind: WhySegment,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    segment: Option<&'a Segment>,
}

struct Teller<'a> {
    course: &'a Course,
    names: &'a Names,
    zone: Tz,
    now: DateTime<Utc>,
}

impl Teller<'_> {
    fn why(&self) -> Why {
        let terms = self.course.events.iter().rev().find_map(|event| match &event.fact {
            Fact::Terms(terms) => Some(terms.as_ref()),
            _ => None,
        });
        let mut newest: Vec<&Clock> = Vec::new();
        for clock in &self.course.clocks {
            // Of promises that recur, the newest speaks.
            newest.retain(|other| other.metric != clock.metric);
            newest.push(clock);
        }
        let (promised, untimed): (Vec<&Clock>, Vec<&Clock>) =
            newest.into_iter().partition(|clock| clock.target.is_some());
        Why {
            terms: terms.map(|terms| format!("{}, {}", terms.policy.name, terms.priority.label())),
            promises: promised.into_iter().map(|clock| self.explained(clock)).collect(),
            trace: terms.map(|terms| self.trace(terms)).unwrap_or_default(),
            untimed: untimed.into_iter().map(|clock| clock.metric.label().to_owned()).collect(),
        }
    }

    fn trace(&self, terms: &Terms) -> Vec<String> {
        let (place, of) = terms.place;
        let mut said: Vec<_> = terms
            .passed
            .iter()
            .map(|passed| {
                let found = self.values(&passed.found);
                let found = if found.is_empty() { "it has none".to_owned() } else { format!("it is {found}") };
                format!("{} did not match: {}, but {found}.", passed.policy, self.condition(&passed.wanted))
            })
            .collect();
        let first = if place == of { "It matches every ticket." } else { "All its conditions hold." };
        said.push(format!("{} decided, number {place} of {of}. {first}", terms.policy.name));
        said
    }

    fn condition(&self, condition: &Condition) -> String {
        let verb = if condition.not { "must not be" } else { "must be" };
        format!("{} {verb} {}", condition.field.as_str(), self.values(&condition.values))
    }

    fn values(&self, values: &[String]) -> String {
        let name = |value: &String| value.parse().ok().and_then(|id| self.names.get(id)).unwrap_or(value).to_owned();
        values.iter().map(name).collect::<Vec<_>>().join(" or ")
    }

    fn at(&self, at: DateTime<Utc>) -> String {
        time(at, self.now, self.zone)
    }

    fn calendar(&self, clock: &Clock) -> Option<&Calendar> {
        let (target, _) = clock.target.as_ref()?;
        self.course.calendars.get(&target.calendar).map(AsRef::as_ref)
    }

    fn explained(&self, clock: &Clock) -> Explained {
        let pieces = self.pieces(clock);
        let due = clock.due_at.map(|due| self.at(due));
        let used = worked(clock.used);
        let target = clock.allowance.map(worked).unwrap_or_default();
        let detail = match clock.state {
            ClockState::Running => due.as_ref().map(|due| format!("due {due}")).unwrap_or_default(),
            ClockState::Cancelled => "not needed any more".to_owned(),
            _ => format!("of {target}"),
        };
        let question = match (&due, clock.state) {
            (Some(due), ClockState::Running) => format!("Why {due}?"),
            (_, ClockState::Paused) => "Why is it paused?".to_owned(),
            _ => "How it went".to_owned(),
        };
        let hours = self.calendar(clock).map(|calendar| {
            let name = clock.target.as_ref().and_then(|(target, _)| self.names.get(target.calendar.uuid()));
            format!("{}, {}", name.unwrap_or("Hours"), in_words(calendar.spec()))
        });
        Explained {
            metric: clock.metric,
            name: clock.metric.label().to_owned(),
            view: view(clock, self.calendar(clock), self.now, self.zone),
            detail,
            question,
            used: format!("{used} of {target} used"),
            picture: self.picture(clock, &pieces, due),
            steps: self.steps(clock, &pieces),
            hours: hours.unwrap_or_default(),
        }
    }

    /// What was counted, paused and closed, and what is still to go.
    fn pieces<'c>(&self, clock: &'c Clock) -> Vec<Piece<'c>> {
        let mut pieces = Vec::new();
        for segment in &clock.segments {
            let to = segment.to.unwrap_or(self.now);
            match segment.kind {
                SegmentKind::Running => self.worked_pieces(clock, Some(segment), segment.from, to, &mut pieces),
                SegmentKind::Paused(_) => {
                    pieces.push(Piece { kind: WhySegment::Pause, from: segment.from, to, segment: Some(segment) });
                }
                SegmentKind::Ended => {
                    pieces.push(Piece { kind: WhySegment::Off, from: segment.from, to, segment: Some(segment) });
                }
            }
        }
        // What is left of its time, or was when it was done.
        let to_come = match clock.state {
            ClockState::Running => Some(self.now),
            ClockState::Met => clock.ended_at,
            _ => None,
        };
        if let Some((from, due)) = to_come.zip(clock.due_at).filter(|(from, due)| from < due) {
            self.worked_pieces(clock, None, from, due, &mut pieces);
        }
        if pieces.len() > MOST_PIECES {
            pieces.retain(|piece| piece.kind != WhySegment::Off);
        }
        pieces.retain(|piece| piece.from < piece.to);
        pieces
    }

    /// A stretch in which it counted (or, without a segment, will count): hours and what lies between.
    fn worked_pieces<'c>(
        &self,
        clock: &Clock,
        segment: Option<&'c Segment>,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        pieces: &mut Vec<Piece<'c>>,
    ) {
        let version = segment.map_or_else(|| clock.target.as_ref().map(|(t, _)| t.calendar), |s| s.calendar);
        let Some(calendar) = version.and_then(|version| self.course.calendars.get(&version)) else { return };
        let mut at = from;
        let hours = calendar.intervals(from, to);
        for open in hours.intervals() {
            pieces.push(Piece { kind: WhySegment::Off, from: at, to: open.from, segment });
            // Where the share or the due time was passed, the colour changes.
            let mut start = open.from;
            let edges = [clock.risk_at, clock.breach.map(|breach| breach.at)];
            for edge in edges.into_iter().flatten().filter(|edge| *edge > open.from && *edge < open.to) {
                let kind = Self::kind(clock, segment, start);
                pieces.push(Piece { kind, from: start, to: edge, segment });
                start = edge;
            }
            pieces.push(Piece { kind: Self::kind(clock, segment, start), from: start, to: open.to, segment });
            at = open.to;
        }
        pieces.push(Piece { kind: WhySegment::Off, from: at, to, segment });
    }

    fn kind(clock: &Clock, segment: Option<&Segment>, at: DateTime<Utc>) -> WhySegment {
        let late = clock.breach.is_some_and(|breach| breach.at <= at);
        let risky = clock.risk_at.is_some_and(|risk| risk <= at);
        match (segment, clock.state) {
            (None, _) => WhySegment::Left,
            (_, ClockState::Met) => WhySegment::Kept,
            _ if late => WhySegment::Late,
            _ if risky => WhySegment::Risk,
            _ => WhySegment::Run,
        }
    }

    fn picture(&self, clock: &Clock, pieces: &[Piece<'_>], due: Option<String>) -> WhyView {
        let said: Vec<_> = pieces
            .iter()
            .filter(|piece| piece.kind != WhySegment::Off)
            .map(|piece| format!("{} {} to {}", word(piece.kind), self.at(piece.from), self.at(piece.to)))
            .collect();
        let mut days: Vec<(i64, String)> = Vec::new();
        let mut last = None;
        for piece in pieces.iter().filter(|piece| piece.kind != WhySegment::Off) {
            let local = piece.from.with_timezone(&self.zone);
            if last != Some(local.date_naive()) {
                days.push((piece.from.timestamp(), format!("{} {}", local.weekday(), local.day())));
                last = Some(local.date_naive());
            }
        }
        if days.len() > 5 {
            // Names would overlap: the first and the last day say enough.
            days = days.first().cloned().into_iter().chain(days.last().cloned()).collect();
        }
        WhyView {
            summary: format!("{}: {}.", clock.metric.label(), said.join(", ")),
            segments: pieces.iter().map(|p| (p.kind, p.from.timestamp(), p.to.timestamp())).collect(),
            now: clock.state.is_live().then(|| self.now.timestamp()),
            due: clock.due_at.zip(due).map(|(at, due)| (at.timestamp(), format!("due {due}"))),
            days,
        }
    }
}

const fn word(kind: WhySegment) -> &'static str {
    match kind {
        WhySegment::Run | WhySegment::Risk | WhySegment::Kept => "counted",
        WhySegment::Late => "late",
        WhySegment::Pause => "paused",
        WhySegment::Off => "closed",
        WhySegment::Left => "left",
    }
}
