//! The ticket of the model: which clocks the rules want to be live, and what an event makes of that.

use super::watch::Fired;
use super::*;
use HoldReason::Customer;
use Metric::{AgentWork, FirstReply, NextReply, Ownership, PausableUpdate, PeriodicUpdate, RequesterWait, Resolution};

/// Where the first reply is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum First {
    #[default]
    Unasked,
    Asked,
    Over,
}

#[derive(Default)]
pub(super) struct Ticket<'a> {
    pub watches: Vec<Watch>,
    pub fired: Fired,
    terms: Option<(i32, &'a Terms)>,
    opened: bool,
    solved: bool,
    closed: bool,
    hold: Option<HoldReason>,
    team: Option<TeamId>,
    /// How many there were: they name cycles.
    messages: u32,
    replies: u32,
    turns: u32,
    first: First,
    /// The oldest message since the first reply that nobody answered, and the reply since which an update is owed.
    question: Option<u32>,
    update: Option<u32>,
}

impl<'a> Ticket<'a> {
    fn take(&mut self, event: &'a Event, scene: &'static Scene, now: usize) {
        if self.closed {
            return;
        }
        match &event.fact {
            Fact::Opened { team, .. } => {
                self.opened = true;
                self.hand_over(*team);
            }
            Fact::Team { team } if *team != self.team => self.hand_over(*team),
            Fact::Terms(terms) => self.promise(event.n, terms),
            Fact::CustomerMessage { .. } => {
                self.messages += 1;
                match self.first {
                    First::Unasked => self.first = First::Asked,
                    First::Asked => {}
                    First::Over => self.question = self.question.or(Some(self.messages)),
                }
            }
            Fact::Reply { automatic, .. } => {
                self.replies += 1;
                if !automatic {
                    self.nobody_asks();
                    self.update = (!self.solved).then_some(self.replies);
                }
            }
            Fact::NoReplyNeeded => self.question = None,
            Fact::Held { waits, .. } => (self.solved, self.hold) = (false, Some(*waits)),
            Fact::Resumed => (self.solved, self.hold) = (false, None),
            Fact::Solved | Fact::Closed => {
                self.nobody_asks();
                self.update = None;
                (self.solved, self.hold) = (true, None);
                self.closed = event.fact == Fact::Closed;
            }
            Fact::Team { .. } | Fact::Bounced { .. } => {}
        }
        self.settle(&event.fact, scene, now);
    }

    fn hand_over(&mut self, team: Option<TeamId>) {
        self.team = team;
        self.turns += 1;
    }

    fn promise(&mut self, number: i32, terms: &'a Terms) {
        self.terms = Some((number, terms));
        // Rule 6: a step that raises the priority leaves its own clock's target alone.
        for watch in &mut self.watches {
            if terms.cause == (Cause::Ladder { metric: watch.metric, cycle: watch.cycle }) {
                watch.told = Some(number);
            }
        }
    }

    fn nobody_asks(&mut self) {
        self.question = None;
        if self.first == First::Asked {
            self.first = First::Over;
        }
    }

    /// Rules 12 to 14 and 18: the cycle of a metric that ought to be live.
    fn wanted(&self, metric: Metric) -> Option<u32> {
        let open = self.opened && !self.solved;
        match metric {
            FirstReply => (self.first == First::Asked).then_some(1),
            NextReply => self.question,
            PeriodicUpdate | PausableUpdate => self.update,
            RequesterWait | AgentWork | Resolution => open.then_some(1),
            Ownership => self.team.filter(|_| open).map(|_| self.turns),
        }
    }

    /// Rule 17.
    fn stands_still(&self, metric: Metric) -> bool {
        let Some(hold) = self.hold else { return false };
        let said = self.terms.and_then(|(_, terms)| terms.pauses.get(&metric));
        match (metric, said) {
            (FirstReply | NextReply, _) => false,
            (_, Some(holds)) => holds.contains(&hold),
            (AgentWork, None) => true,
            (PausableUpdate | RequesterWait | Resolution, None) => hold == Customer,
            (PeriodicUpdate | Ownership, None) => false,
        }
    }

    /// Makes the clocks what they ought to be after an event.
    fn settle(&mut self, fact: &Fact, scene: &'static Scene, now: usize) {
        let mut watches = std::mem::take(&mut self.watches);
        for metric in Metric::ALL {
            let wanted = self.wanted(metric);
            // What waits for an answer is fulfilled by nothing else, the rest by whatever ends it.
            let cancelled = !metric.is_standing() && !matches!(fact, Fact::Reply { .. });
            for watch in watches.iter_mut().filter(|watch| watch.metric == metric && watch.state.is_live()) {
                if wanted != Some(watch.cycle) {
                    watch.end(cancelled, now);
                }
            }
            let Some(cycle) = wanted else { continue };
            match watches.iter().position(|watch| (watch.metric, watch.cycle) == (metric, cycle)) {
                None => watches.push(Watch::start(metric, cycle, now)),
                Some(known) if !watches[known].state.is_live() => watches[known].run(),
                Some(_) => {}
            }
        }
        for watch in watches.iter_mut().filter(|watch| watch.state.is_live()) {
            if let Some((number, terms)) = self.terms
                && watch.told != Some(number)
            {
                watch.tell(number, terms, scene, now);
            }
            watch.stand(self.stands_still(watch.metric));
        }
        // The reply that solves starts no update promise.
        watches.retain(|watch| {
            let update = matches!(watch.metric, PeriodicUpdate | PausableUpdate);
            !(update && watch.state == ClockState::Cancelled && watch.ended == Some(watch.started))
        });
        self.watches = watches;
    }
}

/// A history, second by second, up to and with an instant.
pub(super) fn live_through<'a>(scene: &'static Scene, events: &'a [Event], until: usize) -> Ticket<'a> {
    let mut ticket = Ticket::default();
    for now in 0..=until {
        let instant = scene.at(now);
        for event in events.iter().filter(|event| event.at == instant) {
            ticket.take(event, scene, now);
        }
        for watch in &mut ticket.watches {
            watch.look(now, &mut ticket.fired);
        }
        if now < until {
            ticket.watches.iter_mut().for_each(|watch| watch.live(now));
        }
    }
    ticket.watches.sort_by_key(|watch| (watch.metric, watch.cycle));
    ticket.fired.sort_unstable();
    ticket
}
