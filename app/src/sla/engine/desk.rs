//! A ticket being replayed: which facts start, pause, fulfil and end which clocks.

use chrono::{DateTime, Utc};

use super::goal::Goal;
use super::track::{Limit, Track};
use super::{Decided, Outcome, UnknownCalendar};
use crate::core::id::{MessageId, TeamId};
use crate::sla::clock::Firing;
use crate::sla::facts::{Calendars, Event, Fact};
use crate::sla::model::{Cause, Metric, Terms};
use crate::tickets::model::HoldReason;

/// See the [module](self).
pub(super) struct Desk<'a> {
    calendars: &'a Calendars,
    /// What is promised, and the number of the event that said so.
    terms: Option<(i32, &'a Terms)>,
    tracks: Vec<Track<'a>>,
    fired: Vec<Firing>,
    /// Nothing is timed: before it was opened, for ever if it was imported.
    untimed: bool,
    hold: Option<HoldReason>,
    solved: bool,
    closed: bool,
    /// Ordinals that name cycles.
    messages: u32,
    replies: u32,
    holders: u32,
    team: Option<TeamId>,
    /// Replies by people that counted, and those known to have come back.
    counted: Vec<MessageId>,
    returned: Vec<MessageId>,
    corrected: Option<DateTime<Utc>>,
    decided: Decided,
}

impl<'a> Desk<'a> {
    pub fn new(calendars: &'a Calendars) -> Self {
        Self {
            calendars,
            terms: None,
            tracks: Vec::new(),
            fired: Vec::new(),
            untimed: true,
            hold: None,
            solved: false,
            closed: false,
            messages: 0,
            replies: 0,
            holders: 0,
            team: None,
            counted: Vec::new(),
            returned: Vec::new(),
            corrected: None,
            decided: Decided::new(),
        }
    }

    /// Begins again without the replies that came back, as was learnt at an instant.
    pub fn again(self, calendars: &'a Calendars, returned: &[MessageId], at: DateTime<Utc>) -> Self {
        let mut decided = self.decided;
        decided.extend(self.tracks.into_iter().map(|track| ((track.metric, track.cycle), track.decided)));
        Self { fired: self.fired, returned: returned.to_vec(), corrected: Some(at), decided, ..Self::new(calendars) }
    }

    /// Whether a reply counted that is now said to have come back. Closed is for ever.
    pub fn took_back(&self, message: MessageId) -> bool {
        !self.closed && self.counted.contains(&message)
    }

    pub fn timers_before(&mut self, at: DateTime<Utc>) {
        self.run_timers(Limit::Before(at));
    }

    pub fn timers_until(&mut self, at: DateTime<Utc>) {
        self.run_timers(Limit::Until(at));
    }

    fn run_timers(&mut self, limit: Limit) {
        for track in self.tracks.iter_mut().filter(|track| track.state.is_live()) {
            track.run_timers(limit, &mut self.fired);
        }
    }

    /// Takes one event in.
    pub fn take(&mut self, event: &'a Event) -> Result<(), UnknownCalendar> {
        if self.closed {
            return Ok(());
        }
        let at = event.at;
        match &event.fact {
            Fact::Opened { team, imported } => {
                self.untimed = *imported;
                for metric in [Metric::Resolution, Metric::RequesterWait, Metric::AgentWork] {
                    self.start(metric, 1, event)?;
                }
                self.hand_over(*team, event)?;
            }
            Fact::Terms(terms) => self.promise(terms, event)?,
            Fact::CustomerMessage { .. } => self.customer_wrote(event)?,
            Fact::Reply { message, automatic } => {
                self.replies += 1;
                if !automatic && !self.returned.contains(message) {
                    self.counted.push(*message);
                    self.answered(event)?;
                }
            }
            Fact::NoReplyNeeded => self.each_live(|track| {
                if track.metric == Metric::NextReply {
                    track.cancel(at);
                }
            }),
            Fact::Held { waits, .. } => {
                self.reopen(event)?;
                self.hold = Some(*waits);
            }
            Fact::Resumed => {
                self.reopen(event)?;
                self.hold = None;
            }
            Fact::Solved => self.solve(at),
            Fact::Closed => {
                self.solve(at);
                self.closed = true;
            }
            Fact::Team { team } if *team != self.team => self.hand_over(*team, event)?,
            Fact::Team { .. } | Fact::Bounced { .. } => {}
        }
        self.settle_pauses(event);
        self.tracks.retain(|track| !track.is_void());
        Ok(())
    }

    fn start(&mut self, metric: Metric, cycle: u32, event: &'a Event) -> Result<(), UnknownCalendar> {
        if self.untimed {
            return Ok(());
        }
        let decided = self.decided.remove(&(metric, cycle)).unwrap_or_default();
        let mut track = Track::start(metric, cycle, event.at, event.n).corrected(decided, self.corrected);
        self.aim(&mut track, event)?;
        self.tracks.push(track);
        Ok(())
    }

    /// Gives a clock the target that the terms in force have for it, unless it has it.
    fn aim(&self, track: &mut Track<'a>, event: &Event) -> Result<(), UnknownCalendar> {
        let Some((number, terms)) = self.terms.filter(|(number, _)| track.terms != Some(*number)) else {
            return Ok(());
        };
        track.terms = Some(number);
        let goal = match terms.targets.get(&track.metric) {
            None => None,
            Some(target) => {
                let known = self.calendars.get(&target.calendar);
                let calendar = known.ok_or(UnknownCalendar(target.calendar))?;
                Some(Goal::new(*target, &terms.policy, calendar, track.started_at()))
            }
        };
        track.aim(goal, &terms.ladder, event.at, event.n);
        Ok(())
    }

    fn each_live(&mut self, act: impl FnMut(&mut Track<'a>)) {
        self.tracks.iter_mut().filter(|track| track.state.is_live()).for_each(act);
    }

    /// New terms: what lives gets its new target now, what was solved when it is reopened.
    fn promise(&mut self, terms: &'a Terms, event: &Event) -> Result<(), UnknownCalendar> {
        self.terms = Some((event.n, terms));
        let mut tracks = std::mem::take(&mut self.tracks);
        for track in &mut tracks {
            if terms.cause == (Cause::Ladder { metric: track.metric, cycle: track.cycle }) {
                track.terms = Some(event.n);
            } else if track.state.is_live() {
                self.aim(track, event)?;
            }
        }
        self.tracks = tracks;
        Ok(())
    }

    fn customer_wrote(&mut self, event: &'a Event) -> Result<(), UnknownCalendar> {
        self.messages += 1;
        let first = self.tracks.iter().find(|track| track.metric == Metric::FirstReply);
        match first.map(|track| track.state.is_live()) {
            None => self.start(Metric::FirstReply, 1, event),
            // The first reply will answer this message too.
            Some(true) => Ok(()),
            Some(false) => {
                let waits = self.tracks.iter().any(|t| t.metric == Metric::NextReply && t.state.is_live());
                if waits { Ok(()) } else { self.start(Metric::NextReply, self.messages, event) }
            }
        }
    }

    fn answered(&mut self, event: &'a Event) -> Result<(), UnknownCalendar> {
        self.each_live(|track| {
            if !track.metric.is_standing() {
                track.fulfil(event.at);
            }
        });
        if !self.solved {
            self.start(Metric::PeriodicUpdate, self.replies, event)?;
            self.start(Metric::PausableUpdate, self.replies, event)?;
        }
        Ok(())
    }

    fn solve(&mut self, at: DateTime<Utc>) {
        self.each_live(|track| if track.metric.is_standing() { track.fulfil(at) } else { track.cancel(at) });
        self.solved = true;
        self.hold = None;
    }

    fn reopen(&mut self, event: &'a Event) -> Result<(), UnknownCalendar> {
        if !std::mem::take(&mut self.solved) {
            return Ok(());
        }
        let holders = self.holders;
        let takes_up = |track: &&mut Track<'a>| {
            track.metric.is_standing() && (track.metric != Metric::Ownership || track.cycle == holders)
        };
        let mut tracks = std::mem::take(&mut self.tracks);
        for track in tracks.iter_mut().filter(takes_up) {
            track.resume(event.at, event.n);
            self.aim(track, event)?;
        }
        self.tracks = tracks;
        let held = self.tracks.iter().any(|track| track.metric == Metric::Ownership && track.cycle == holders);
        if self.team.is_some() && !held { self.start(Metric::Ownership, holders, event) } else { Ok(()) }
    }

    fn hand_over(&mut self, team: Option<TeamId>, event: &'a Event) -> Result<(), UnknownCalendar> {
        self.each_live(|track| {
            if track.metric == Metric::Ownership {
                track.fulfil(event.at);
            }
        });
        self.team = team;
        self.holders += 1;
        if team.is_some() && !self.solved { self.start(Metric::Ownership, self.holders, event) } else { Ok(()) }
    }

    /// Pauses and resumes what the hold and the terms say.
    fn settle_pauses(&mut self, event: &Event) {
        let (hold, terms) = (self.hold, self.terms);
        self.each_live(|track| {
            let metric = track.metric;
            let pauses = |hold| terms.map_or_else(|| metric.pauses_on(hold), |(_, terms)| terms.pauses(metric, hold));
            let wanted = hold.filter(|hold| pauses(*hold));
            match (track.paused_on(), wanted) {
                (is, wanted) if is == wanted => {}
                (_, Some(hold)) => track.pause(hold, event.at, event.n),
                (_, None) => track.resume(event.at, event.n),
            }
        });
    }

    /// Everything as it stands at an instant up to which timers have run.
    pub fn outcome(mut self, now: DateTime<Utc>) -> Outcome {
        self.tracks.sort_by_key(|track| (track.metric, track.cycle));
        self.fired.sort_by_key(|firing| (firing.at, firing.metric, firing.cycle, firing.step.percent));
        let clocks = self.tracks.into_iter().map(|track| track.clock(now)).collect();
        Outcome { clocks, firings: self.fired }
    }
}
