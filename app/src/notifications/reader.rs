//! Reads committed events and decides who is told: the decision, its mails and the reader's own position are
//! one transaction, so that each is taken exactly once, however often the reader runs or is killed.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};

use super::{
    facts::Facts,
    letters, mailing,
    model::Kind,
    rules,
    service::{Recipient, desk_name},
    store::{self, NewDelivery, NewNotice},
};
use crate::{
    conversations::{extract, extract::Extract},
    core::{
        App, Error, Tx,
        id::{MessageId, TicketId, UserId},
    },
    events::{
        Event,
        follow::{self, Left},
        reader::Stored,
    },
    people::directory::{Contact, Leadership},
    portal::link,
    tickets::digest::Digest,
};

/// The reader's name in `event_readers`.
pub const NAME: &str = "notifications";
const BATCH: i64 = 200;
/// Receipts that an address gets in an hour for what somebody filed who did not show that it is theirs.
const RECEIPTS_AN_HOUR: i64 = 5;
/// One digest in this time, however many sweeps it takes to catch up.
const DIGEST_WINDOW: Duration = Duration::minutes(10);

/// Decides about the next batch of events.
pub async fn step(app: &App) -> Result<Left, Error> {
    follow::step(app, NAME, BATCH, async |tx, events| decide(tx, &events).await).await
}

/// What is decided in one run; stored at its end.
struct Decisions {
    now: DateTime<Utc>,
    /// What stands under every mail.
    desk: String,
    notices: Vec<NewNotice>,
    mails: Vec<NewDelivery>,
    /// The mails about a ticket to one person, so far.
    threads: HashMap<(TicketId, String), Vec<String>>,
    receipts: HashMap<String, i64>,
    /// Who gets a digest, of how many tickets, with which event as the last.
    digests: BTreeMap<UserId, (HashSet<TicketId>, i64)>,
    carried: Vec<(MessageId, String)>,
}

pub(super) async fn decide(tx: &mut Tx, events: &[Stored]) -> Result<(), Error> {
    let facts = Facts::of(tx, events).await?;
    let tickets: Vec<TicketId> = facts.tickets.keys().copied().collect();
    let claimed = events.iter().filter(|e| e.actor.is_none()).filter_map(|e| facts.tickets.get(&e.ticket?));
    let claimed: HashSet<UserId> = claimed.map(|ticket| ticket.requester).collect();
    let claimed: Vec<String> =
        facts.people.values().filter(|p| claimed.contains(&p.id)).map(|p| p.email.clone()).collect();
    let now = tx.now;
    let mut decisions = Decisions {
        now,
        desk: desk_name(tx).await?,
        notices: Vec::new(),
        mails: Vec::new(),
        threads: store::threads(tx, &tickets).await?,
        receipts: store::receipts_since(tx, &claimed, now - Duration::hours(1)).await?,
        digests: BTreeMap::new(),
        carried: Vec::new(),
    };
    let mentioned = mentions(events);
    for event in events {
        if let Event::PerformanceRated { rated, .. } = event.event {
            decisions.rated(&facts, event, rated);
        }
        let Some(ticket) = event.ticket.and_then(|id| facts.tickets.get(&id)) else { continue };
        let nobody = Leadership::default();
        let team = match event.event {
            Event::SlaStep { .. } => event.team.unwrap_or(ticket.team),
            _ => ticket.team,
        };
        let team = facts.teams.get(&team).unwrap_or(&nobody);
        for (user, kind) in rules::told(event, ticket, team, &facts.above) {
            let Some(person) = facts.people.get(&user) else { continue };
            // Who is mentioned in a message is told that, not also that somebody wrote.
            let is_double = kind == Kind::Watched && mentioned.contains(&(ticket.id, event.at, user));
            let may_know = kind.is_for_customers() || person.role.is_staff();
            if person.active && may_know && !is_double {
                decisions.tell(&tx.app, &facts, event, ticket, person, kind)?;
            }
        }
    }
    let caught_up: Vec<UserId> = decisions.digests.keys().copied().collect();
    let told = store::digested_since(tx, &caught_up, now - DIGEST_WINDOW).await?;
    decisions.close_digests(&tx.app, &facts, &told)?;
    decisions.store(tx).await
}

/// Who was mentioned, on what, when.
fn mentions(events: &[Stored]) -> HashSet<(TicketId, DateTime<Utc>, UserId)> {
    let mention = |e: &Stored| match e.event {
        Event::Watched { user, mentioned: true } => e.ticket.map(|ticket| (ticket, e.at, user)),
        _ => None,
    };
    events.iter().filter_map(mention).collect()
}

impl Decisions {
    fn tell(
        &mut self,
        app: &App,
        facts: &Facts,
        event: &Stored,
        ticket: &Digest,
        person: &Contact,
        kind: Kind,
    ) -> Result<(), Error> {
        if kind == Kind::PromiseDigest {
            let digest = self.digests.entry(person.id).or_default();
            digest.0.insert(ticket.id);
            digest.1 = event.seq;
            return Ok(());
        }
        let choice = facts.choice(person.id, kind);
        let promise = match &event.event {
            Event::SlaStep { metric, .. } => Some(letters::promise_name(metric)),
            _ => None,
        };
        let escalation = match &event.event {
            Event::Escalated { reason, .. } => {
                let by = event.actor.and_then(|by| facts.people.get(&by)).map_or("A colleague", |by| by.name.as_str());
                Some(letters::Escalation { by, reason })
            }
            _ => None,
        };
        // Whoever never signed in has no bell.
        if choice.in_app && person.has_account {
            let (title, body) = letters::line(kind, ticket, promise.as_deref(), escalation);
            let (user, ticket) = (person.id, Some(ticket.id));
            self.notices.push(NewNotice { user, ticket, event_seq: event.seq, kind, title, body });
        }
        if !choice.email || (kind == Kind::Received && !self.may_confirm(event, person)) {
            return Ok(());
        }
        let message = match event.event {
            Event::MessageAdded { message, .. } => facts.messages.get(&message),
            _ => None,
        };
        let address = if kind.is_for_customers() {
            link::address(app, ticket.id)
        } else {
            app.config.link(&format!("/tickets/{}", ticket.number))
        };
        let about = letters::Subject { ticket, link: &address, message, promise: promise.as_deref(), escalation };
        let recipient = Recipient { user: Some(person.id), email: &person.email, ticket: Some(ticket.id) };
        let key = format!("event:{}:{kind}:{}", event.seq, person.id);
        self.mail(app, recipient, key, letters::letter(kind, &about), message)
    }

    /// Whether nobody's mailbox is being filled through our form: a guest may type any address, also one of
    /// somebody with an account.
    fn may_confirm(&mut self, event: &Stored, person: &Contact) -> bool {
        if event.actor.is_some() {
            return true;
        }
        let sent = self.receipts.entry(person.email.clone()).or_default();
        *sent += 1;
        let may = *sent <= RECEIPTS_AN_HOUR;
        if !may {
            tracing::warn!(user = %person.id, "no receipt to somebody who had {RECEIPTS_AN_HOUR} within the hour");
        }
        may
    }

    fn mail(
        &mut self,
        app: &App,
        to: Recipient<'_>,
        key: String,
        letter: super::letter::Letter,
        message: Option<&Extract>,
    ) -> Result<(), Error> {
        let thread = to.ticket.map(|ticket| (ticket, to.email.to_owned()));
        let earlier = thread.as_ref().and_then(|t| self.threads.get(t)).map_or(&[][..], Vec::as_slice);
        let mut mail = mailing::compose(app, &to, key, &letter, &self.desk, earlier)?;
        if let Some(message) = message {
            mail.message = Some(message.id);
            if letter.template == Kind::Replied.as_str() {
                self.carried.push((message.id, mail.message_id.clone()));
            }
        }
        if let Some(thread) = thread {
            self.threads.entry(thread).or_default().push(mail.message_id.clone());
        }
        self.mails.push(mail);
        Ok(())
    }

    fn rated(&mut self, facts: &Facts, event: &Stored, rated: UserId) {
        let Some(person) = facts.people.get(&rated).filter(|p| p.active) else { return };
        if facts.choice(rated, Kind::Rated).in_app {
            self.notices.push(NewNotice {
                user: person.id,
                ticket: None,
                event_seq: event.seq,
                kind: Kind::Rated,
                title: "Your work was rated".to_owned(),
                body: String::new(),
            });
        }
    }

    /// One line and one mail for everything that came due while no server ran; no second line for those who were
    /// `told` a moment ago, when the first of it was read.
    fn close_digests(&mut self, app: &App, facts: &Facts, told: &HashSet<UserId>) -> Result<(), Error> {
        for (user, (tickets, event_seq)) in std::mem::take(&mut self.digests) {
            let Some(person) = facts.people.get(&user) else { continue };
            let choice = facts.choice(user, Kind::PromiseDigest);
            if choice.in_app && person.has_account && !told.contains(&user) {
                self.notices.push(NewNotice {
                    user,
                    ticket: None,
                    event_seq,
                    kind: Kind::PromiseDigest,
                    title: format!("{} came due while the desk was down", letters::promises(tickets.len())),
                    body: String::new(),
                });
            }
            if choice.email {
                let window = self.now.timestamp() / DIGEST_WINDOW.num_seconds();
                let address = app.config.link("/tickets?view=late");
                let recipient = Recipient { user: Some(user), email: &person.email, ticket: None };
                let letter = letters::digest(tickets.len(), &address);
                self.mail(app, recipient, format!("digest:{window}:{user}"), letter, None)?;
            }
        }
        Ok(())
    }

    async fn store(self, tx: &mut Tx) -> Result<(), Error> {
        if !self.notices.is_empty() {
            let mut rung = store::insert_notices(tx, &self.notices, self.now).await?;
            rung.sort_unstable();
            rung.dedup();
            store::ring(tx, &rung).await?;
        }
        if !self.mails.is_empty() {
            store::insert_deliveries(tx, &self.mails, self.now).await?;
        }
        if !self.carried.is_empty() {
            let (messages, ids): (Vec<_>, Vec<_>) = self.carried.into_iter().unzip();
            extract::carried(tx, &messages, &ids).await?;
        }
        Ok(())
    }
}
