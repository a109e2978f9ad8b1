//! One ticket as it is told: each step changes its state and leaves messages, events and SLA facts behind,
//! as the ticket room would have. A step that lies in the future is not told, and ends the story.
use chrono::{DateTime, Utc};

use super::chance::Chance;
use crate::{
    conversations::model::{MessageKind, Side},
    core::id::{CategoryId, MessageId, OrganisationId, TeamId, TicketId, UserId},
    events::Event,
    sla::{
        self,
        model::{Cause, Terms},
        policy::{Book, TicketFacts},
    },
    tickets::model::{Channel, HoldReason, Priority, Status, TicketType},
};

/// A message as told.
pub struct Said {
    pub id: MessageId,
    pub kind: MessageKind,
    pub side: Side,
    pub author: UserId,
    pub body: String,
    pub channel: Channel,
    pub at: DateTime<Utc>,
}

/// An event as told, with the team that held the ticket then.
#[derive(Clone)]
pub struct Happened {
    pub at: DateTime<Utc>,
    pub actor: Option<UserId>,
    pub team: TeamId,
    pub event: Event,
}

/// See the [module](self).
pub struct Story<'a> {
    book: &'a Book,
    now: DateTime<Utc>,
    chance: Chance,
    pub id: TicketId,
    /// Given in the order of creation, when all stories are known.
    pub number: i64,
    pub subject: String,
    pub status: Status,
    pub hold: Option<HoldReason>,
    pub wake_at: Option<DateTime<Utc>>,
    pub priority: Priority,
    pub kind: TicketType,
    pub channel: Channel,
    pub category: CategoryId,
    pub team: TeamId,
    pub assignee: Option<UserId>,
    pub requester: UserId,
    pub organisation: OrganisationId,
    pub plan: Option<&'static str>,
    pub tags: Vec<&'static str>,
    pub version: i32,
    pub csat: Option<(i16, &'static str, DateTime<Utc>)>,
    pub customer_wrote: Option<DateTime<Utc>>,
    pub replied: Option<DateTime<Utc>>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub resolved: Option<DateTime<Utc>>,
    pub closed: Option<DateTime<Utc>>,
    pub said: Vec<Said>,
    pub happened: Vec<Happened>,
    pub facts: Vec<sla::facts::Event>,
}

/// How a story begins.
pub struct Opening<'a> {
    pub subject: String,
    pub body: String,
    pub priority: Priority,
    pub kind: TicketType,
    pub channel: Channel,
    pub category: CategoryId,
    pub team: TeamId,
    pub requester: UserId,
    pub organisation: OrganisationId,
    pub plan: Option<&'static str>,
    pub tags: Vec<&'static str>,
    pub trace: Vec<String>,
    pub at: DateTime<Utc>,
    pub book: &'a Book,
    pub now: DateTime<Utc>,
}

impl<'a> Story<'a> {
    pub fn open(mut chance: Chance, opening: Opening<'a>) -> Self {
        let at = opening.at;
        let mut story = Self {
            id: chance.id(at),
            number: 0,
            book: opening.book,
            now: opening.now,
            chance,
            subject: opening.subject,
            status: Status::Open,
            hold: None,
            wake_at: None,
            priority: opening.priority,
            kind: opening.kind,
            channel: opening.channel,
            category: opening.category,
            team: opening.team,
            assignee: None,
            requester: opening.requester,
            organisation: opening.organisation,
            plan: opening.plan,
            tags: opening.tags,
            version: 1,
            csat: None,
            customer_wrote: None,
            replied: None,
            created: at,
            updated: at,
            resolved: None,
            closed: None,
            said: Vec::with_capacity(6),
            happened: Vec::with_capacity(14),
            facts: Vec::with_capacity(10),
        };
        let customer = Some(story.requester);
        story.tell(at, customer, Event::TicketCreated { number: 0, channel: opening.channel });
        story.fact(at, customer, sla::facts::Fact::Opened { team: Some(opening.team), imported: false });
        if let Some(terms) = story.terms(Cause::Created) {
            story.fact(at, customer, sla::facts::Fact::Terms(Box::new(terms)));
        }
        story.say(at, MessageKind::Public, Side::Customer, opening.requester, opening.body, opening.channel);
        story.tell(at, customer, Event::Routed { trace: opening.trace });
        story
    }

    /// What is promised on it now.
    pub fn terms(&self, cause: Cause) -> Option<Terms> {
        let facts = TicketFacts {
            category: Some(self.category),
            team: Some(self.team),
            customer: Some(self.requester),
            organisation: Some(self.organisation),
            plan: self.plan.map(str::to_owned),
            tags: self.tags.iter().map(|t| (*t).to_owned()).collect(),
            ..TicketFacts::new(self.priority, self.channel)
        };
        self.book.terms(&facts, cause).ok()
    }

    /// `None`: the step lies in the future.
    fn step(&mut self, at: DateTime<Utc>) -> Option<()> {
        if at > self.now {
            return None;
        }
        self.updated = self.updated.max(at);
        self.version += 1;
        Some(())
    }

    fn tell(&mut self, at: DateTime<Utc>, actor: Option<UserId>, event: Event) {
        self.happened.push(Happened { at, actor, team: self.team, event });
    }

    fn fact(&mut self, at: DateTime<Utc>, actor: Option<UserId>, fact: sla::facts::Fact) {
        let n = i32::try_from(self.facts.len()).unwrap_or(i32::MAX - 1) + 1;
        self.facts.push(sla::facts::Event { n, at, actor, fact });
    }

    fn say(
        &mut self,
        at: DateTime<Utc>,
        kind: MessageKind,
        side: Side,
        author: UserId,
        body: String,
        channel: Channel,
    ) {
        let id: MessageId = self.chance.id(at);
        self.tell(at, Some(author), Event::MessageAdded { message: id, visibility: kind, side });
        match (kind, side) {
            (MessageKind::Public, Side::Customer) => {
                self.customer_wrote = Some(at);
                self.fact(at, Some(author), sla::facts::Fact::CustomerMessage { message: id });
            }
            (MessageKind::Public, Side::Staff) => {
                self.replied = Some(at);
                self.fact(at, Some(author), sla::facts::Fact::Reply { message: id, automatic: false });
            }
            _ => {}
        }
        self.said.push(Said { id, kind, side, author, body, channel, at });
    }

    fn turn(
        &mut self,
        at: DateTime<Utc>,
        actor: Option<UserId>,
        to: Status,
        hold: Option<HoldReason>,
        reason: Option<String>,
    ) {
        let from = std::mem::replace(&mut self.status, to);
        self.hold = hold;
        self.wake_at = None;
        self.resolved = match to {
            Status::Resolved => Some(at),
            Status::Closed => self.resolved,
            _ => None,
        };
        self.closed = (to == Status::Closed).then_some(at);
        self.tell(at, actor, Event::StatusChanged { from, to, hold, wake_at: None, reason: reason.clone() });
        let fact = match to {
            Status::OnHold => hold.map(|waits| sla::facts::Fact::Held { waits, reason }),
            Status::Resolved => Some(sla::facts::Fact::Solved),
            Status::Closed => Some(sla::facts::Fact::Closed),
            Status::Open | Status::InProgress if matches!(from, Status::OnHold | Status::Resolved) => {
                Some(sla::facts::Fact::Resumed)
            }
            Status::Open | Status::InProgress => None,
        };
        if let Some(fact) = fact {
            self.fact(at, actor, fact);
        }
    }

    /// Given to `agent` when it came in.
    pub fn hand_out(&mut self, agent: UserId) {
        self.assignee = Some(agent);
        let (at, customer) = (self.created, Some(self.requester));
        self.tell(at, customer, Event::Assigned { to: agent, by_routing: true });
    }

    pub fn take(&mut self, at: DateTime<Utc>, agent: UserId) -> Option<()> {
        self.step(at)?;
        self.assignee = Some(agent);
        self.tell(at, Some(agent), Event::Assigned { to: agent, by_routing: false });
        if self.status == Status::Open {
            self.turn(at, Some(agent), Status::InProgress, None, None);
        }
        Some(())
    }

    pub fn reply(&mut self, at: DateTime<Utc>, body: String) -> Option<()> {
        let agent = self.assignee?;
        self.step(at)?;
        self.say(at, MessageKind::Public, Side::Staff, agent, body, Channel::Desk);
        if self.status == Status::Open {
            self.turn(at, Some(agent), Status::InProgress, None, None);
        }
        Some(())
    }

    pub fn note(&mut self, at: DateTime<Utc>, author: UserId, body: String) -> Option<()> {
        self.step(at)?;
        self.say(at, MessageKind::Internal, Side::Staff, author, body, Channel::Desk);
        Some(())
    }

    pub fn customer_writes(&mut self, at: DateTime<Utc>, body: String) -> Option<()> {
        let next = self.status.after_customer_message(self.assignee.is_some())?;
        self.step(at)?;
        let (customer, channel) = (self.requester, self.channel);
        self.say(at, MessageKind::Public, Side::Customer, customer, body, channel);
        if next != self.status {
            self.turn(at, Some(customer), next, None, None);
        }
        Some(())
    }

    pub fn hold(&mut self, at: DateTime<Utc>, waits: HoldReason, reason: Option<&str>) -> Option<()> {
        self.step(at)?;
        self.turn(at, self.assignee, Status::OnHold, Some(waits), reason.map(str::to_owned));
        Some(())
    }

    pub fn go_on(&mut self, at: DateTime<Utc>) -> Option<()> {
        self.step(at)?;
        self.turn(at, self.assignee, Status::InProgress, None, None);
        Some(())
    }

    /// To a colleague of another team, who holds it from now on.
    pub fn transfer(&mut self, at: DateTime<Utc>, team: TeamId, agent: UserId, reason: &str) -> Option<()> {
        self.step(at)?;
        let (from, from_team) = (self.assignee.replace(agent), self.team);
        let reason = reason.to_owned();
        self.tell(at, from, Event::Transferred { from_team, to_team: team, from, to: Some(agent), reason, step: None });
        self.team = team;
        self.fact(at, from, sla::facts::Fact::Team { team: Some(team) });
        Some(())
    }

    pub fn resolve(&mut self, at: DateTime<Utc>) -> Option<()> {
        let agent = self.assignee?;
        self.step(at)?;
        self.turn(at, Some(agent), Status::Resolved, None, None);
        Some(())
    }

    /// By the server, days later.
    pub fn close(&mut self, at: DateTime<Utc>) -> Option<()> {
        self.step(at)?;
        self.turn(at, None, Status::Closed, None, None);
        Some(())
    }

    pub fn rate(&mut self, at: DateTime<Utc>, score: i16, comment: &'static str) -> Option<()> {
        self.step(at)?;
        self.csat = Some((score, comment, at));
        let customer = Some(self.requester);
        self.tell(at, customer, Event::Rated { score });
        Some(())
    }

    /// Whether any promise was missed so far, by the clock of the first reply alone: enough for a mood.
    pub fn is_slow(&self, calendars: &sla::facts::Calendars) -> bool {
        let first = self.said.iter().find(|m| m.side == Side::Staff && m.kind == MessageKind::Public);
        let (Some(first), Some(terms)) = (first, self.terms(Cause::Created)) else { return false };
        let Some(target) = terms.targets.get(&sla::model::Metric::FirstReply) else { return false };
        let sla::model::Allowance::Seconds(seconds) = target.allowance else { return false };
        calendars
            .get(&target.calendar)
            .is_some_and(|c| c.elapsed(self.created, first.at).num_seconds() > i64::from(seconds))
    }
}
