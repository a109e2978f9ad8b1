//! How promises are counted: one ticket for each rule.
use super::*;
use crate::{
    conversations::model::MessageKind,
    core::{Error, Role, id::TicketId},
    reports::{
        company::company,
        days::{By, sums},
        model::Period,
    },
    sla::publish,
    testing::{body, new_ticket},
    tickets::{
        model::{Channel, Priority},
        service::{self, Move, StaffMessage},
    },
};

/// Tickets that begin some days ago, told hour by hour.
pub(super) struct Told {
    pub desk: Desk,
    pub ada: Actor,
    pub cleo: Actor,
    pub start: DateTime<Utc>,
}

impl Told {
    pub async fn begin(db: PgPool) -> Self {
        let desk = Desk::open(db).await;
        let mut tx = desk.act(&Actor::System).await;
        tx.now -= TimeDelta::days(30);
        publish::lay_down(&mut tx, "UTC").await.expect("promises");
        tx.commit().await.expect("committed");
        let (ada, cleo) = (desk.agent("Ada").await, desk.person("Cleo", Role::Ceo, &[]).await);
        // At noon, so that a few hours more are the same day.
        let noon = desk.app.now().date_naive().and_hms_opt(12, 0, 0).expect("noon").and_utc();
        Self { desk, ada, cleo, start: noon - TimeDelta::days(12) }
    }

    /// An hour of the story.
    pub fn instant(&self, hour: f64) -> DateTime<Utc> {
        #[allow(clippy::cast_possible_truncation)] // some days
        let minutes = (hour * 60.0) as i64;
        self.start + TimeDelta::minutes(minutes)
    }

    /// What `actor` does at an hour.
    pub async fn at<T>(&self, actor: &Actor, hour: f64, act: impl AsyncFnOnce(&mut Tx) -> Result<T, Error>) -> T {
        let mut tx = self.desk.act(actor).await;
        tx.now = self.instant(hour);
        let done = act(&mut tx).await.expect("done");
        tx.commit().await.expect("committed");
        done
    }

    /// Marta files one at hour 0, and Ada takes it at once. Promised: a reply in 4 hours, the solution in 48.
    pub async fn filed(&self) -> TicketId {
        let new = new_ticket("VPN is down", "Since this morning.");
        let id = self.at(&Actor::Guest, 0.0, async |tx| service::create(tx, &new).await).await.id;
        self.at(&self.ada, 0.0, async |tx| service::take(tx, id).await).await;
        id
    }

    pub async fn replied(&self, ticket: TicketId, hour: f64) {
        let message = StaffMessage { kind: MessageKind::Public, body: body("Try again."), uploads: None };
        self.at(&self.ada, hour, async |tx| service::write_as_staff(tx, ticket, &message).await).await;
    }

    pub async fn wrote(&self, ticket: TicketId, hour: f64) {
        let requester = Ledger::of(&self.desk.app.db).await.ticket(ticket).requester;
        let marta = Actor::LinkHolder { ticket, requester };
        let said = body("No.");
        let write = async |tx: &mut Tx| service::write_as_customer(tx, ticket, &said, Channel::Portal, None).await;
        self.at(&marta, hour, write).await;
    }

    pub async fn solved(&self, ticket: TicketId, hour: f64) {
        let seen = self.version(ticket).await;
        self.at(&self.ada, hour, async |tx| service::set_status(tx, ticket, &Move::Resolve, seen).await).await;
    }

    pub async fn hastened(&self, ticket: TicketId, hour: f64) {
        let seen = self.version(ticket).await;
        self.at(&self.ada, hour, async |tx| service::set_priority(tx, ticket, Priority::Urgent, seen).await).await;
    }

    pub async fn waved_off(&self, ticket: TicketId, hour: f64) {
        let seen = self.version(ticket).await;
        self.at(&self.ada, hour, async |tx| service::no_reply_needed(tx, ticket, seen).await).await;
    }

    pub async fn version(&self, ticket: TicketId) -> i32 {
        sqlx::query_scalar!("select version from tickets where id = $1", ticket as _)
            .fetch_one(&self.desk.app.db)
            .await
            .expect("a ticket")
    }

    /// Kept and missed promises of each day after the first, and those left out, as the company's page has them.
    async fn counted(&self) -> (Vec<(i64, i64)>, Option<String>) {
        let mut tx = self.desk.restarted().look(&self.cleo).await;
        let company = company(&mut tx, Period::Month).await.expect("the company");
        let mut days = Vec::new();
        for day in 0..4 {
            let day = (self.start + TimeDelta::days(day)).date_naive();
            let sums = sums(&mut tx, By::Day, day, day, None).await.expect("sums").pop().unwrap_or_default();
            days.push((sums.met, sums.missed));
        }
        let (met, missed) = days.iter().fold((0, 0), |(a, b), (met, missed)| (a + met, b + missed));
        let figure = figure(&company.figures, "Promises kept");
        assert_eq!(figure.note, format!("{met} of {}", met + missed));
        (days, company.left_out.map(|left_out| left_out.words))
    }
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn kept_promises_count_on_the_day_they_are_kept_and_missed_ones_when_they_were_due(db: PgPool) {
    let told = Told::begin(db).await;
    let kept = told.filed().await;
    told.replied(kept, 1.0).await;
    told.solved(kept, 30.0).await;
    assert_eq!(told.counted().await, (vec![(1, 0), (1, 0), (0, 0), (0, 0)], None));
    let late = told.filed().await;
    told.replied(late, 6.0).await;
    told.solved(late, 80.0).await;
    assert_eq!(told.counted().await, (vec![(1, 1), (1, 0), (0, 1), (0, 0)], None));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_promise_that_is_late_and_still_runs_is_missed_already_and_only_once(db: PgPool) {
    let told = Told::begin(db).await;
    let ticket = told.filed().await;
    assert_eq!(told.counted().await, (vec![(0, 1), (0, 0), (0, 1), (0, 0)], None));
    told.replied(ticket, 100.0).await;
    told.solved(ticket, 100.0).await;
    assert_eq!(told.counted().await, (vec![(0, 1), (0, 0), (0, 1), (0, 0)], None));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn cancelled_promises_are_left_out_and_listed(db: PgPool) {
    let told = Told::begin(db).await;
    let ticket = told.filed().await;
    told.replied(ticket, 1.0).await;
    told.wrote(ticket, 2.0).await;
    told.waved_off(ticket, 3.0).await;
    told.solved(ticket, 4.0).await;
    let left_out = Some("one promise was left out".to_owned());
    assert_eq!(told.counted().await, (vec![(2, 0), (0, 0), (0, 0), (0, 0)], left_out));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_miss_by_a_tighter_promise_is_left_out_unless_the_old_due_time_passes_too(db: PgPool) {
    let told = Told::begin(db).await;
    let excused = told.filed().await;
    told.replied(excused, 0.2).await;
    // Urgent ones are solved in 4 hours; this one is 5 hours old.
    told.hastened(excused, 5.0).await;
    told.solved(excused, 47.0).await;
    let left_out = || Some("one promise was left out".to_owned());
    assert_eq!(told.counted().await, (vec![(1, 0), (0, 0), (0, 0), (0, 0)], left_out()));
    let missed = told.filed().await;
    told.replied(missed, 0.2).await;
    told.hastened(missed, 5.0).await;
    told.solved(missed, 49.0).await;
    // It was due at hour 4 by the promise that it missed.
    assert_eq!(told.counted().await, (vec![(2, 1), (0, 0), (0, 0), (0, 0)], left_out()));
}

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn a_reopened_ticket_takes_its_kept_promise_back_until_it_is_solved_again(db: PgPool) {
    let told = Told::begin(db).await;
    let ticket = told.filed().await;
    told.replied(ticket, 1.0).await;
    told.solved(ticket, 2.0).await;
    assert_eq!(told.counted().await.0, [(2, 0), (0, 0), (0, 0), (0, 0)]);
    told.wrote(ticket, 3.0).await;
    // The answer is due 8 hours later, the solution when 46 more hours are used; nobody does anything.
    assert_eq!(told.counted().await.0, [(1, 1), (0, 0), (0, 1), (0, 0)]);
    told.replied(ticket, 4.0).await;
    told.solved(ticket, 5.0).await;
    assert_eq!(told.counted().await.0, [(3, 0), (0, 0), (0, 0), (0, 0)]);
}
