//! The tables as they are, read whole, for counting by hand what services count in SQL; and the lists that
//! figures lead to, read to their end.
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;

use crate::{
    core::{
        Actor, App, Tx,
        id::{CategoryId, TeamId, TicketId, UserId},
    },
    events::{Event, besides_messages},
    sla::model::Metric,
    tickets::{
        list,
        model::{HoldReason, Status},
        query::{ListQuery, View},
    },
};

#[derive(Clone, Debug)]
pub struct Ticket {
    pub id: TicketId,
    pub number: i64,
    pub status: Status,
    pub hold: Option<HoldReason>,
    pub team: TeamId,
    pub category: Option<CategoryId>,
    pub assignee: Option<UserId>,
    pub requester: UserId,
    pub csat: Option<i16>,
    pub rated_at: Option<DateTime<Utc>>,
    pub replied_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
}

impl Ticket {
    pub const fn is_open(&self) -> bool {
        self.status.is_unsolved()
    }
}

#[derive(Clone, Debug)]
pub struct Clock {
    pub ticket: TicketId,
    pub metric: String,
    pub state: String,
    pub ended_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub risk_at: Option<DateTime<Utc>>,
    pub used: Option<i32>,
    pub breached_at: Option<DateTime<Utc>>,
    pub counts_since: Option<DateTime<Utc>>,
}

impl Clock {
    /// The instant by which a kept promise counts.
    pub fn met_at(&self) -> Option<DateTime<Utc>> {
        self.ended_at.filter(|_| self.state == "met")
    }

    /// The instant by which a missed promise counts.
    pub fn missed_at(&self) -> Option<DateTime<Utc>> {
        self.due_at.filter(|_| self.counts_since.is_some())
    }

    /// The instant by which a promise is left out of attainment.
    pub fn left_out_at(&self) -> Option<DateTime<Utc>> {
        let excused = self.breached_at.is_some() && self.counts_since.is_none();
        self.ended_at.or(self.breached_at).filter(|_| self.state == "cancelled" || excused)
    }

    /// How long a promise of `metric` took, if it ended in `days`.
    pub fn took(&self, metric: Metric, days: &Days) -> Option<i64> {
        let ended = self.metric == metric.as_str() && (self.state == "met" || self.state == "missed");
        self.used.filter(|_| ended && days.has(self.ended_at)).map(i64::from)
    }
}

/// A span of whole days of UTC.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Days {
    /// The last `days` until and with `to`.
    pub fn until(to: NaiveDate, days: u64) -> Self {
        Self { from: to - chrono::Days::new(days - 1), to }
    }

    /// As many days before.
    #[must_use]
    pub fn before(self) -> Self {
        let days = u64::try_from((self.to - self.from).num_days()).expect("a span") + 1;
        Self::until(self.from - chrono::Days::new(1), days)
    }

    pub fn has(&self, at: Option<DateTime<Utc>>) -> bool {
        at.is_some_and(|at| (self.from..=self.to).contains(&at.date_naive()))
    }
}

/// Where a ticket was in its life, and since when.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    pub since: DateTime<Utc>,
    pub open: bool,
    pub team: TeamId,
    pub category: Option<CategoryId>,
}

/// See the [module](self).
pub struct Ledger {
    pub tickets: Vec<Ticket>,
    pub clocks: Vec<Clock>,
    pub members: Vec<(TeamId, UserId)>,
    watchers: HashSet<(TicketId, UserId)>,
    reads: HashMap<(TicketId, UserId), DateTime<Utc>>,
    stretches: HashMap<TicketId, Vec<Stretch>>,
}

impl Ledger {
    pub async fn of(db: &PgPool) -> Self {
        let mut db = db.acquire().await.expect("a connection");
        let tickets = sqlx::query_as!(
            Ticket,
            r#"select id as "id: _", number, status as "status: _", hold_reason as "hold: _", team_id as "team: _",
                      category_id as "category: _", assignee_id as "assignee: _", requester_id as "requester: _", csat,
                      rated_at, last_public_reply_at as replied_at, created_at, updated_at, resolved_at from tickets"#
        )
        .fetch_all(&mut *db)
        .await
        .expect("tickets");
        let clocks = sqlx::query_as!(
            Clock,
            r#"select ticket_id as "ticket: _", metric, state, ended_at, due_at, risk_at, used, breached_at, counts_since
               from sla_clocks"#
        )
        .fetch_all(&mut *db)
        .await
        .expect("clocks");
        let members = sqlx::query!(r#"select team_id as "team: TeamId", user_id as "user: UserId" from team_members"#)
            .fetch_all(&mut *db)
            .await
            .expect("members");
        let watchers =
            sqlx::query!(r#"select ticket_id as "ticket: TicketId", user_id as "user: UserId" from ticket_watchers"#)
                .fetch_all(&mut *db)
                .await
                .expect("watchers");
        let reads = sqlx::query!(
            r#"select ticket_id as "ticket: TicketId", user_id as "user: UserId", read_at from ticket_reads"#
        )
        .fetch_all(&mut *db)
        .await
        .expect("reads");
        let mut stretches = HashMap::new();
        for ticket in &tickets {
            let happened = besides_messages(&mut db, ticket.id, 10_000).await.expect("events");
            stretches.insert(ticket.id, life(ticket, happened.iter().map(|e| (e.at, &e.event))));
        }
        Self {
            tickets,
            clocks,
            members: members.into_iter().map(|m| (m.team, m.user)).collect(),
            watchers: watchers.into_iter().map(|w| (w.ticket, w.user)).collect(),
            reads: reads.into_iter().map(|r| ((r.ticket, r.user), r.read_at)).collect(),
            stretches,
        }
    }

    pub fn ticket(&self, id: TicketId) -> &Ticket {
        self.tickets.iter().find(|t| t.id == id).expect("a ticket")
    }

    pub fn clocks_of(&self, id: TicketId) -> impl Iterator<Item = &Clock> {
        self.clocks.iter().filter(move |c| c.ticket == id)
    }

    /// The running promise that is due next: when it is at risk, and when it is due.
    pub fn next_due(&self, ticket: &Ticket) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let running = self.clocks_of(ticket.id).filter(|c| c.state == "running");
        running
            .filter_map(|c| Some((c.due_at?, c.risk_at?)))
            .min()
            .map(|(due, risk)| (risk, due))
            .filter(|_| ticket.is_open())
    }

    pub fn is_late(&self, ticket: &Ticket, now: DateTime<Utc>) -> bool {
        self.next_due(ticket).is_some_and(|(_, due)| due <= now)
    }

    pub fn is_at_risk(&self, ticket: &Ticket, now: DateTime<Utc>) -> bool {
        self.next_due(ticket).is_some_and(|(risk, due)| risk <= now && due > now)
    }

    pub fn is_due_soon(&self, ticket: &Ticket, now: DateTime<Utc>) -> bool {
        self.next_due(ticket).is_some_and(|(_, due)| due > now && due <= now + chrono::TimeDelta::hours(24))
    }

    /// Some promise of it was missed, and that counts.
    pub fn is_breached(&self, ticket: &Ticket) -> bool {
        self.clocks_of(ticket.id).any(|c| c.counts_since.is_some())
    }

    /// Answered since `person` looked, and not closed.
    pub fn is_unread(&self, ticket: &Ticket, person: UserId) -> bool {
        let read = self.reads.get(&(ticket.id, person));
        ticket.status != Status::Closed && ticket.replied_at.is_some_and(|at| read.is_none_or(|read| at > *read))
    }

    /// Whether `person`, a member of `teams`, sees it: as their teams' or because they watch it.
    pub fn is_seen(&self, ticket: &Ticket, person: UserId, teams: &[TeamId]) -> bool {
        teams.contains(&ticket.team) || self.watchers.contains(&(ticket.id, person))
    }

    /// What a ticket went through, oldest first.
    pub fn life(&self, ticket: &Ticket) -> &[Stretch] {
        &self.stretches[&ticket.id]
    }

    /// How many tickets were not solved at an instant.
    pub fn open_at(&self, at: DateTime<Utc>) -> usize {
        let was_open = |t: &&Ticket| self.life(t).iter().rev().find(|s| s.since < at).is_some_and(|s| s.open);
        self.tickets.iter().filter(was_open).count()
    }

    /// Of the tickets that `which` lets through, the numbers.
    pub fn numbers(&self, which: impl Fn(&Ticket) -> bool) -> BTreeSet<i64> {
        self.tickets.iter().filter(|t| which(t)).map(|t| t.number).collect()
    }
}

/// What happened to a ticket that changed whether it is solved or where it is.
fn life<'a>(
    ticket: &Ticket,
    happened: impl DoubleEndedIterator<Item = (DateTime<Utc>, &'a Event)> + Clone,
) -> Vec<Stretch> {
    // Backwards from where it is to where it began.
    let (mut team, mut category) = (ticket.team, ticket.category);
    for (_, event) in happened.clone().rev() {
        match event {
            Event::Transferred { from_team, .. } => team = *from_team,
            Event::CategoryChanged { from, .. } => category = *from,
            _ => {}
        }
    }
    let mut now = Stretch { since: ticket.created_at, open: true, team, category };
    let mut all = vec![now];
    for (at, event) in happened {
        let before = (now.open, now.team, now.category);
        match event {
            Event::StatusChanged { to, .. } => now.open = to.is_unsolved(),
            // Told to both teams, so it comes twice; the second changes nothing.
            Event::Transferred { to_team, .. } => now.team = *to_team,
            Event::CategoryChanged { to, .. } => now.category = *to,
            _ => {}
        }
        if (now.open, now.team, now.category) != before {
            now.since = at;
            all.push(now);
        }
    }
    all
}

/// The list that an address of ours shows.
pub fn query_of(href: &str) -> ListQuery {
    let (path, params) = href.split_once('?').unwrap_or((href, ""));
    assert!(!params.contains('%'), "nothing in it needs an escape: {href}");
    let params: HashMap<_, _> = params.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let view = path.strip_prefix("/desk/").or(params.get("view").copied());
    assert!(path == "/tickets" || view.is_some(), "{href} is a list");
    let view = view.map_or(View::All, |view| view.parse().expect("a view"));
    let query = ListQuery::read(view, |name| params.get(name).map(|value| (*value).to_owned()));
    let known = query.params(false).len() + usize::from(params.contains_key("view"));
    assert_eq!(known, params.len(), "each word of {href} is understood");
    query
}

/// The numbers of all tickets on the list at `href`, as `actor` sees it at `now`.
pub async fn listed(app: &App, actor: &Actor, now: DateTime<Utc>, href: &str) -> BTreeSet<i64> {
    let mut query = query_of(href);
    let mut numbers = BTreeSet::new();
    loop {
        let mut tx = Tx::read(app, actor.clone()).await.expect("a connection");
        tx.now = now;
        let page = list::page(&mut tx, &query, 40).await.expect("a page");
        for row in page.rows {
            assert!(numbers.insert(row.number), "#{} is on two pages of {href}", row.number);
        }
        query.after = page.next;
        if query.after.is_none() {
            return numbers;
        }
    }
}
