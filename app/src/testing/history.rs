//! A desk with a past: several teams, people of every role, and what chance makes of their tickets through the
//! real use cases. The same seed gives the same acts at the same distance from the end.
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::{Desk, body, new_ticket};
use crate::{
    conversations::model::MessageKind,
    core::{
        Actor, Error, Role, Tx,
        id::{CategoryId, TeamId, TicketId, UserId},
    },
    demo::chance::Chance,
    people::{self, model::UserChange},
    sla::{
        model::{Allowance, Cell, Condition, Field, Metric, Policy},
        plan::Change,
        publish, sweep,
        views::Concerns,
    },
    teams,
    tickets::{
        model::{Channel, HoldReason, Priority, Status},
        own,
        service::{self, Move, Requester, StaffMessage},
    },
};

/// See the [module](self).
pub struct History {
    pub desk: Desk,
    /// The desk's own team, two more that work, and one that nobody is in and that gets nothing.
    pub teams: [TeamId; 4],
    pub categories: [CategoryId; 3],
    /// One for each team that works, one for the first two teams, and one who is switched off on the way.
    pub agents: [Actor; 5],
    /// Of the first two teams, of the third, and of none.
    pub managers: [Actor; 3],
    pub admin: Actor,
    pub ceo: Actor,
    pub root: Actor,
    /// The last one is switched off on the way.
    pub customers: [Actor; 3],
    /// How often each kind of act worked.
    pub done: BTreeMap<Act, usize>,
    chance: Chance,
}

/// A ticket that something may happen to.
struct Candidate {
    id: TicketId,
    version: i32,
    requester: UserId,
    status: Status,
    held: bool,
}

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    File,
    Take,
    Reply,
    Note,
    Write,
    Hold,
    Start,
    Resolve,
    Close,
    Rate,
    Transfer,
    SetPriority,
    SetCategory,
    NoReplyNeeded,
    Watch,
    Refuse,
    Read,
    Confirm,
}

/// What may happen next, and how often it is tried.
const ACTS: [(Act, f64); 18] = [
    (Act::File, 22.0),
    (Act::Take, 18.0),
    (Act::Reply, 16.0),
    (Act::Note, 3.0),
    (Act::Write, 10.0),
    (Act::Hold, 6.0),
    (Act::Start, 4.0),
    (Act::Resolve, 16.0),
    (Act::Close, 5.0),
    (Act::Rate, 8.0),
    (Act::Transfer, 7.0),
    (Act::SetPriority, 7.0),
    (Act::SetCategory, 6.0),
    (Act::NoReplyNeeded, 3.0),
    (Act::Watch, 3.0),
    (Act::Refuse, 2.0),
    (Act::Read, 3.0),
    (Act::Confirm, 2.0),
];

impl History {
    /// The desk on its first day, which is `days` before now. Nothing has happened yet.
    pub async fn begin(db: PgPool, seed: u64, days: i64) -> Self {
        let desk = Desk::open(db).await;
        let teams = [
            desk.team,
            desk.team_named("Field support").await,
            desk.team_named("Cloud").await,
            desk.team_named("Night shift").await,
        ];
        let [own, field, cloud, _] = teams;
        let categories =
            [desk.category, desk.category_named("Devices", 2).await, desk.category_named("Chatter", 3).await];
        let agents = [
            desk.person("Ada", Role::Agent, &[own]).await,
            desk.person("Cy", Role::Agent, &[field]).await,
            desk.person("Dee", Role::Agent, &[cloud]).await,
            desk.person("Bo", Role::Agent, &[own, field]).await,
            desk.person("Otto", Role::Agent, &[cloud]).await,
        ];
        let managers = [
            desk.person("Mia", Role::Manager, &[own, field]).await,
            desk.person("Max", Role::Manager, &[cloud]).await,
            desk.person("Noa", Role::Manager, &[]).await,
        ];
        let customers = [desk.customer("Kim").await, desk.customer("Lou").await, desk.customer("Lee").await];
        let history = Self {
            admin: desk.person("Adam", Role::Admin, &[]).await,
            ceo: desk.person("Cleo", Role::Ceo, &[]).await,
            root: desk.person("Root", Role::Superadmin, &[]).await,
            teams,
            categories,
            agents,
            managers,
            customers,
            desk,
            done: BTreeMap::new(),
            chance: Chance::new(seed),
        };
        history.promise(TimeDelta::days(days + 1)).await;
        history
    }

    /// Promises of every kind, and a category with none but for the first reply, so that changing it ends others.
    async fn promise(&self, ago: TimeDelta) {
        let mut tx = self.desk.act(&Actor::System).await;
        tx.now -= ago;
        publish::lay_down(&mut tx, "Europe/Madrid").await.expect("promises");
        tx.commit().await.expect("committed");
        let mut tx = self.desk.act(&self.admin).await;
        tx.now -= ago;
        let overview = publish::overview(&mut tx, publish::Mentioned::default()).await.expect("an overview");
        let draft = publish::policy(&mut tx, overview.policies[0].id).await.expect("a policy");
        let mut everyone = draft.policy;
        for row in everyone.rows.values_mut() {
            for (metric, hours) in [
                (Metric::PeriodicUpdate, 30),
                (Metric::PausableUpdate, 60),
                (Metric::RequesterWait, 90),
                (Metric::AgentWork, 50),
                (Metric::Ownership, 40),
            ] {
                row.cells.insert(metric, Cell { allowance: Allowance::Seconds(hours * 3_600), calendar: None });
            }
        }
        let change = Change::Policy { id: Some(draft.id), policy: everyone.clone() };
        publish::publish(&mut tx, change, draft.number, Concerns::New).await.expect("a policy for everyone");
        let chatter = Condition { field: Field::Category, not: false, values: vec![self.categories[2].to_string()] };
        let mut little = Policy { name: "Chatter".into(), conditions: vec![chatter], ..everyone };
        for row in little.rows.values_mut() {
            row.cells.retain(|metric, _| *metric == Metric::FirstReply);
        }
        let change = Change::Policy { id: None, policy: little };
        publish::publish(&mut tx, change, draft.number + 1, Concerns::New).await.expect("a policy for chatter");
        tx.commit().await.expect("committed");
    }

    /// Lets about `acts` things happen between two instants, the more the nearer to the end.
    pub async fn live(&mut self, from: DateTime<Utc>, to: DateTime<Utc>, acts: usize) {
        let span = (to - from).num_seconds();
        let mut times: Vec<_> = (0..acts)
            .map(|_| {
                let back = self.chance.unit().powi(3);
                #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // seconds of some weeks
                let back = (span as f64 * back) as i64;
                to - TimeDelta::seconds(back)
            })
            .collect();
        times.sort_unstable();
        for at in times {
            self.step(at).await;
        }
        sweep::sweep(&self.desk.app).await.expect("swept");
    }

    /// Switches one agent and one customer off, and takes the agent of two teams out of the second.
    pub async fn part(&mut self) {
        for gone in [&self.agents[4], &self.customers[2]] {
            let person = gone.signed_in().expect("a person").clone();
            let mut tx = self.desk.act(&self.root).await;
            let change =
                UserChange { id: person.id, name: person.name, role: person.role, teams: person.teams, active: false };
            people::admin::change(&mut tx, change).await.expect("switched off");
            tx.commit().await.expect("committed");
        }
        let mut tx = self.desk.act(&self.admin).await;
        let bo = self.agents[3].user_id().expect("a person");
        teams::service::drop_member(&mut tx, self.teams[1], bo).await.expect("left");
        tx.commit().await.expect("committed");
        if let Actor::Person(bo) = &mut self.agents[3] {
            bo.teams = vec![self.teams[0]];
        }
    }

    /// Tries one act. What the desk's rules refuse did not happen; anything else that fails is a defect.
    async fn step(&mut self, at: DateTime<Utc>) {
        let weights = ACTS.map(|(_, weight)| weight);
        let (act, _) = ACTS[self.chance.weighed(&weights)];
        let done = if act == Act::File {
            self.file(at).await
        } else if let Some(candidate) = self.candidate(act).await {
            self.on_ticket(act, candidate, at).await
        } else {
            return;
        };
        match done {
            Ok(()) => *self.done.entry(act).or_default() += 1,
            Err(Error::Internal { .. } | Error::Unavailable | Error::Transport(_)) => panic!("{act:?}: {done:?}"),
            Err(_) => {}
        }
    }

    async fn begin_at(&self, actor: &Actor, at: DateTime<Utc>) -> Tx {
        let mut tx = self.desk.act(actor).await;
        tx.now = at;
        tx
    }

    async fn file(&mut self, at: DateTime<Utc>) -> Result<(), Error> {
        let mut new = new_ticket("VPN is down", "Nothing works since this morning.");
        new.category =
            [None, Some(0), Some(1), Some(1), Some(2)][self.chance.below(5)].map(|n: usize| self.categories[n]);
        new.priority = Some(*self.chance.pick(&Priority::ALL));
        let actor = match self.chance.below(6) {
            0 => Actor::Guest,
            // On behalf of Marta, who has not written yet.
            1 => self.agents[0].clone(),
            // Staff have requests of their own.
            2 => {
                new.requester = Requester::Myself;
                self.agents[1].clone()
            }
            _ => {
                new.requester = Requester::Myself;
                self.chance.pick(&self.customers).clone()
            }
        };
        let mut tx = self.begin_at(&actor, at).await;
        service::create(&mut tx, &new).await?;
        tx.commit().await
    }

    /// One of the tickets on which an act makes sense, if there is one.
    async fn candidate(&mut self, act: Act) -> Option<Candidate> {
        let all = sqlx::query_as!(
            Candidate,
            r#"select id as "id: _", version, requester_id as "requester: _", status as "status: _",
                      assignee_id is not null as "held!" from tickets order by number"#
        )
        .fetch_all(&self.desk.app.db)
        .await
        .expect("tickets");
        let fits = |ticket: &Candidate| match act {
            Act::Take => ticket.status.is_unsolved() && !ticket.held,
            Act::Resolve => ticket.status.is_unsolved() && ticket.held,
            Act::Hold => matches!(ticket.status, Status::Open | Status::InProgress),
            Act::Start => matches!(ticket.status, Status::OnHold | Status::Resolved),
            Act::Close | Act::Confirm | Act::Refuse => ticket.status == Status::Resolved,
            Act::Rate => !ticket.status.is_unsolved(),
            Act::Read => self.customers.iter().any(|customer| customer.user_id() == Some(ticket.requester)),
            Act::File
            | Act::Reply
            | Act::Note
            | Act::Write
            | Act::Transfer
            | Act::SetPriority
            | Act::SetCategory
            | Act::NoReplyNeeded
            | Act::Watch => true,
        };
        let mut fitting: Vec<_> = all.into_iter().filter(fits).collect();
        if fitting.is_empty() { None } else { Some(fitting.swap_remove(self.chance.below(fitting.len()))) }
    }

    async fn on_ticket(&mut self, act: Act, candidate: Candidate, at: DateTime<Utc>) -> Result<(), Error> {
        let Candidate { id: ticket, version: seen, requester, .. } = candidate;
        let is_requester = |customer: &&Actor| customer.user_id() == Some(requester);
        let actor = match act {
            Act::Write | Act::Rate | Act::Refuse | Act::Confirm => Actor::LinkHolder { ticket, requester },
            Act::Read => self.customers.iter().find(is_requester).ok_or(Error::NotFound)?.clone(),
            Act::Take => self.chance.pick(&self.agents).clone(),
            _ => self.admin.clone(),
        };
        let mut tx = self.begin_at(&actor, at).await;
        match act {
            // On no ticket: there is none yet.
            Act::File => return Ok(()),
            Act::Take => service::take(&mut tx, ticket).await?,
            Act::Reply | Act::Note => {
                let kind = if act == Act::Reply { MessageKind::Public } else { MessageKind::Internal };
                let message = StaffMessage { kind, body: body("Please try again."), uploads: None };
                service::write_as_staff(&mut tx, ticket, &message).await.map(drop)?;
            }
            Act::Write => {
                let text = body("It still does not work.");
                service::write_as_customer(&mut tx, ticket, &text, Channel::Portal, None).await.map(drop)?;
            }
            Act::Hold => {
                let waits_for = *self.chance.pick(&HoldReason::ALL);
                let hold = Move::Hold { waits_for, wake_at: None, reason: Some("We wait for parts.".into()) };
                service::set_status(&mut tx, ticket, &hold, seen).await?;
            }
            Act::Start => service::set_status(&mut tx, ticket, &Move::Start, seen).await?,
            Act::Resolve => service::set_status(&mut tx, ticket, &Move::Resolve, seen).await?,
            Act::Close => service::set_status(&mut tx, ticket, &Move::Close, seen).await?,
            Act::Rate => {
                let score = i16::try_from(self.chance.below(5)).unwrap_or_default() + 1;
                service::rate(&mut tx, ticket, score, "").await?;
            }
            Act::Transfer => {
                let team = self.teams[self.chance.below(3)];
                let to = self.chance.in_hundred(50.0).then(|| self.chance.pick(&self.agents).user_id()).flatten();
                service::transfer(&mut tx, ticket, team, to, "They know it best.", seen).await?;
            }
            Act::SetPriority => service::set_priority(&mut tx, ticket, *self.chance.pick(&Priority::ALL), seen).await?,
            Act::SetCategory => {
                let category =
                    [None, Some(0), Some(1), Some(2)][self.chance.below(4)].map(|n: usize| self.categories[n]);
                service::set_category(&mut tx, ticket, category, seen).await?;
            }
            Act::NoReplyNeeded => service::no_reply_needed(&mut tx, ticket, seen).await?,
            Act::Watch => {
                let staff = [&self.agents[0], &self.agents[2], &self.managers[0], &self.managers[1], &self.managers[2]];
                let who = self.chance.pick(&staff).user_id().ok_or(Error::SignIn)?;
                service::watch(&mut tx, ticket, who, true).await?;
            }
            Act::Refuse => service::refuse_solution(&mut tx, ticket, &body("No, it is back."), Channel::Portal).await?,
            Act::Read => own::mark_read(&mut tx, ticket).await?,
            Act::Confirm => service::confirm_solution(&mut tx, ticket).await?,
        }
        tx.commit().await
    }

    /// That chance left nothing out: a history in which nobody ever reopened a ticket proves nothing about it.
    pub fn assert_full(&self) {
        for (act, _) in ACTS {
            assert!(self.done.contains_key(&act), "nobody ever did {act:?}: {:?}", self.done);
        }
    }
}
