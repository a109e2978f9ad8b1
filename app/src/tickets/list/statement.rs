//! The SQL of one page or of a count, put together from what the list asks for. All that people typed is bound.
use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{
    cursor::Cursor,
    reach::Reach,
    text::{Look, NEAR, Text},
};
use crate::{
    core::{
        Tx,
        id::{TeamId, UserId},
    },
    sla::model::Stand,
    tickets::{
        model::{Priority, Status},
        query::{Days, Ended, Holder, ListQuery, Sort, View},
    },
};

/// `tickets` columns that a row is made of; the order of [`Row`].
const COLUMNS: &str = "t.id, t.number, t.version, t.subject, t.status, t.priority, t.requester_id, t.organisation_id, \
    t.assignee_id, t.team_id, t.sla_state, t.sla_metric, t.sla_started_at, t.sla_risk_at, t.sla_due_at, t.sla_remaining, \
    t.sla_breached, t.last_customer_message_at, t.last_public_reply_at, t.updated_at, t.created_at";

const UNSOLVED: &str = "t.status in ('open', 'in_progress', 'on_hold')";

/// The statement, as it is put together.
pub(super) struct Statement<'a> {
    sql: QueryBuilder<Postgres>,
    query: &'a ListQuery,
    after: Option<&'a Cursor>,
    reach: Reach,
    viewer: Option<UserId>,
    now: DateTime<Utc>,
    text: Option<Text>,
    limit: usize,
    look: Look,
}

impl<'a> Statement<'a> {
    pub fn new(tx: &Tx, query: &'a ListQuery, after: Option<&'a Cursor>, limit: usize, look: Look) -> Self {
        Self {
            sql: QueryBuilder::new(""),
            query,
            after,
            // Checked by the caller; nobody sees nothing.
            reach: Reach::of(&tx.actor)
                .unwrap_or(Reach::Teams { teams: Vec::new(), viewer: UserId::from_uuid(Uuid::nil()) }),
            viewer: tx.actor.user_id(),
            now: tx.now,
            text: query.filter.text.as_deref().map(Text::of),
            limit,
            look,
        }
    }

    /// The page itself, then the names that go with it: so only rows that are shown look any up.
    pub fn build(&mut self) -> &mut QueryBuilder<Postgres> {
        self.sql.push(
            "select t.*, r.name as requester, o.name as organisation, a.name as assignee,
                    (t.status in ('open', 'in_progress', 'on_hold') and t.last_customer_message_at is not null
                     and t.last_customer_message_at > coalesce(t.last_public_reply_at, '-infinity')
                     and not exists (select from ticket_reads s where s.ticket_id = t.id
                                     and s.read_at >= t.last_customer_message_at and s.user_id = ",
        );
        self.sql.push_bind(self.viewer);
        self.sql.push(")) as unread from (");
        self.rows();
        self.sql.push(
            ") t join users r on r.id = t.requester_id
             left join organisations o on o.id = t.organisation_id left join users a on a.id = t.assignee_id",
        );
        self.order();
        &mut self.sql
    }

    /// How many the list holds, counted up to `limit`.
    pub fn count(&mut self) -> &mut QueryBuilder<Postgres> {
        self.sql.push("select count(*) from (select");
        match std::mem::replace(&mut self.reach, Reach::Everything) {
            Reach::Everything => self.from(None),
            Reach::Teams { teams, viewer } => self.from(Some((&teams, viewer))),
        }
        self.limit(self.limit);
        self.sql.push(") t");
        &mut self.sql
    }

    fn rows(&mut self) {
        if self.look == Look::Everywhere {
            return self.reached(self.limit);
        }
        self.sql.push("select ").push(COLUMNS).push(" from (");
        self.reached(NEAR);
        self.sql.push(") t where ");
        self.words();
        self.order();
        self.limit(self.limit);
    }

    /// The first `limit` rows that the person may see.
    fn reached(&mut self, limit: usize) {
        match std::mem::replace(&mut self.reach, Reach::Everything) {
            Reach::Everything => self.plain(None, limit),
            Reach::Teams { teams, viewer } if self.by_team() => self.each_team(&teams, viewer, limit),
            Reach::Teams { teams, viewer } => self.plain(Some((&teams, viewer)), limit),
        }
    }

    /// Whether an index gives the page of one team in order. What one person holds is few anyway.
    fn by_team(&self) -> bool {
        let held = matches!(self.query.filter.assignee, Some(Holder::Me | Holder::Person(_)));
        let order = self.query.order();
        let indexed = order == Sort::Updated || (order == Sort::Due && self.query.view.is_unsolved());
        let sought = self.look == Look::Everywhere && self.text.is_some();
        indexed && !held && !sought && self.query.view != View::Mine && self.query.view != View::AtRisk
    }

    fn plain(&mut self, within: Option<(&[TeamId], UserId)>, limit: usize) {
        self.columns();
        self.from(within);
        self.order();
        self.limit(limit);
    }

    /// All tickets that the list holds, of those `within` reach.
    fn from(&mut self, within: Option<(&[TeamId], UserId)>) {
        if self.look == Look::Everywhere && matches!(self.text, Some(Text::Words(_))) {
            // Apart, so that the index of words is used: Postgres cannot know how rare they are.
            self.sql.push(" from (select * from tickets t where ");
            self.words();
            self.sql.push(" offset 0) t where ");
        } else {
            self.sql.push(" from tickets t where ");
        }
        if let Some((teams, viewer)) = within {
            self.sql.push("(t.team_id = any(").push_bind(teams.to_vec());
            self.sql.push(") or exists (select from ticket_watchers w where w.ticket_id = t.id and w.user_id = ");
            self.sql.push_bind(viewer).push(")) and ");
        }
        self.conditions();
    }

    fn each_team(&mut self, teams: &[TeamId], viewer: UserId, limit: usize) {
        self.sql.push("select t.* from ((select t.* from (values (null::uuid)");
        // One by one: Postgres then knows how many there are and plans once for all of them.
        for team in teams {
            self.sql.push(", (").push_bind(*team).push(")");
        }
        self.sql.push(") as mine (team) cross join lateral (");
        self.columns();
        self.sql.push(" from tickets t where t.team_id = mine.team and ");
        self.conditions();
        self.order();
        self.limit(limit);
        self.sql.push(") t) union all (");
        self.columns();
        self.sql
            .push(" from ticket_watchers w join tickets t on t.id = w.ticket_id where w.user_id = ")
            .push_bind(viewer);
        self.sql.push(" and t.team_id <> all(").push_bind(teams.to_vec()).push(") and ");
        self.conditions();
        self.order();
        self.limit(limit);
        self.sql.push(")) t");
        self.order();
        self.limit(limit);
    }

    fn columns(&mut self) {
        self.sql.push("select ").push(COLUMNS);
    }

    /// That a ticket has the words.
    fn words(&mut self) {
        if let Some(Text::Words(words)) = &self.text {
            // As the index of words has it.
            self.sql.push("to_tsvector('simple', t.subject) @@ to_tsquery('simple', ");
            self.sql.push_bind(words.clone()).push(")");
        }
    }

    /// Everything that narrows the list, and where the page starts.
    fn conditions(&mut self) {
        let (now, viewer) = (self.now, self.viewer);
        let sql = &mut self.sql;
        sql.push(if self.query.view.is_unsolved() { UNSOLVED } else { "true" });
        match self.query.view {
            View::Mine => {
                sql.push(" and t.assignee_id = ").push_bind(viewer);
            }
            View::Unassigned => {
                sql.push(" and t.assignee_id is null");
            }
            View::AtRisk => {
                sql.push(" and t.sla_state = 'running' and t.sla_risk_at <= ").push_bind(now);
                sql.push(" and t.sla_due_at > ").push_bind(now);
            }
            View::Late => {
                sql.push(" and t.sla_state = 'running' and coalesce(t.sla_due_at, 'infinity') <= ").push_bind(now);
            }
            View::OnHold => {
                sql.push(" and t.status = 'on_hold'");
            }
            View::DueSoon => {
                sql.push(" and t.sla_state = 'running' and coalesce(t.sla_due_at, 'infinity') > ").push_bind(now);
                sql.push(" and coalesce(t.sla_due_at, 'infinity') <= ").push_bind(now + chrono::TimeDelta::hours(24));
            }
            View::Open | View::All => {}
        }
        self.filters();
        self.start();
    }

    fn filters(&mut self) {
        let (f, viewer, now) = (&self.query.filter, self.viewer, self.now);
        let sql = &mut self.sql;
        if !f.status.is_empty() {
            sql.push(" and t.status = any(").push_bind(words(&f.status, Status::as_str)).push("::ticket_status[])");
        }
        if !f.priority.is_empty() {
            sql.push(" and t.priority = any(")
                .push_bind(words(&f.priority, Priority::as_str))
                .push("::ticket_priority[])");
        }
        if !f.team.is_empty() {
            sql.push(" and t.team_id = any(").push_bind(f.team.clone()).push(")");
        }
        if let Some(category) = f.category {
            sql.push(" and t.category_id = ").push_bind(category);
        }
        match f.assignee {
            Some(Holder::Me) => {
                sql.push(" and t.assignee_id = ").push_bind(viewer);
            }
            Some(Holder::Nobody) => {
                sql.push(" and t.assignee_id is null");
            }
            Some(Holder::Person(id)) => {
                sql.push(" and t.assignee_id = ").push_bind(id);
            }
            None => {}
        }
        if let Some(channel) = f.channel {
            sql.push(" and t.channel = ").push_bind(channel);
        }
        if let Some(requester) = f.requester {
            sql.push(" and t.requester_id = ").push_bind(requester);
        }
        if let Some(tag) = &f.tag {
            sql.push(" and t.tags @> array[").push_bind(tag.clone()).push("]");
        }
        if let Some(missed) = f.missed {
            sql.push(" and t.sla_breached = ").push_bind(missed);
        }
        if let Some(stars) = f.rated {
            sql.push(" and t.csat <= ").push_bind(stars);
        }
        if f.rated_in.is_some() {
            sql.push(" and t.csat is not null");
        }
        if let Some(days) = f.missed_in {
            // As attainment counts: misses that count, by the day of the due time.
            sql.push(" and t.id in (select c.ticket_id from sla_clocks c where c.counts_since is not null");
            between(sql, "c.due_at", days);
            sql.push(")");
        }
        if let Some(Ended { metric, days }) = f.ended {
            sql.push(
                " and t.id in (select c.ticket_id from sla_clocks c where c.state in ('met', 'missed') and c.metric = ",
            );
            sql.push_bind(metric.as_str());
            between(sql, "c.ended_at", days);
            sql.push(")");
        }
        if let Some(days) = f.left_out {
            sql.push(" and t.id in (select c.ticket_id from sla_clocks c where ").push(LEFT_OUT);
            between(sql, "coalesce(c.ended_at, c.breached_at)", days);
            sql.push(")");
        }
        if let Some(hour) = f.due {
            sql.push(" and t.sla_state = 'running' and coalesce(t.sla_due_at, 'infinity') >= ").push_bind(hour.0);
            sql.push(" and coalesce(t.sla_due_at, 'infinity') < ").push_bind(hour.end());
        }
        if let Some(stand) = f.promise {
            sql.push(" and t.id in (select c.ticket_id from sla_clocks c where ");
            stands(sql, stand, now);
            sql.push(")");
        }
        for (column, days) in [("t.created_at", f.created), ("t.resolved_at", f.resolved), ("t.rated_at", f.rated_in)] {
            between(sql, column, days.unwrap_or_default());
        }
        match self.text {
            Some(Text::Number(number)) => {
                sql.push(" and t.number = ").push_bind(number);
            }
            Some(Text::Nothing) => {
                sql.push(" and false");
            }
            // `rows` and `from` put these around the conditions.
            Some(Text::Words(_)) | None => {}
        }
    }

    /// Where the page starts: behind the last row of the one before.
    fn start(&mut self) {
        let Some(cursor) = self.after else { return };
        let sql = &mut self.sql;
        sql.push(" and (");
        match cursor.order {
            Sort::Due => {
                sql.push(DUE).push(", t.id) > (coalesce(").push_bind(cursor.at).push("::timestamptz, 'infinity'), ");
            }
            Sort::Priority => {
                sql.push(RANK).push(", ").push(DUE).push(", t.id) > (").push_bind(cursor.rank);
                sql.push(", coalesce(").push_bind(cursor.at).push("::timestamptz, 'infinity'), ");
            }
            Sort::Updated => {
                sql.push("t.updated_at, t.id) < (").push_bind(cursor.at).push(", ");
            }
            Sort::Created => {
                sql.push("t.created_at, t.id) < (").push_bind(cursor.at).push(", ");
            }
        }
        sql.push_bind(cursor.id).push(")");
    }

    fn order(&mut self) {
        self.sql.push(" order by ");
        match self.query.order() {
            Sort::Due => self.sql.push(DUE).push(", t.id"),
            Sort::Priority => self.sql.push(RANK).push(", ").push(DUE).push(", t.id"),
            Sort::Updated => self.sql.push("t.updated_at desc, t.id desc"),
            Sort::Created => self.sql.push("t.created_at desc, t.id desc"),
        };
    }

    fn limit(&mut self, limit: usize) {
        self.sql.push(" limit ").push(limit);
    }
}

/// Narrows to rows whose `column` lies in `days`.
fn between(sql: &mut QueryBuilder<Postgres>, column: &'static str, days: Days) {
    if let Some(from) = days.start() {
        sql.push(" and ").push(column).push(" >= ").push_bind(from);
    }
    if let Some(to) = days.end() {
        sql.push(" and ").push(column).push(" < ").push_bind(to);
    }
}

/// That a clock stands so at `now`; as `reports/monitor/store.rs` counts and lists them.
fn stands(sql: &mut QueryBuilder<Postgres>, stand: Stand, now: DateTime<Utc>) {
    match stand {
        Stand::Late => sql.push("c.state = 'running' and c.due_at <= ").push_bind(now),
        Stand::AtRisk => {
            sql.push("c.state = 'running' and c.risk_at <= ").push_bind(now).push(" and c.due_at > ").push_bind(now)
        }
        Stand::Paused => sql.push("c.state = 'paused'"),
        Stand::InTime => {
            sql.push("c.state = 'running' and (c.due_at is null or (c.due_at > ").push_bind(now);
            sql.push(" and coalesce(c.risk_at, 'infinity') > ").push_bind(now).push("))")
        }
    };
}

/// Clocks that attainment leaves out; as `left_out` in `reports/store.rs` counts them, and as the
/// index of migration 0061 has them.
const LEFT_OUT: &str = "(c.state = 'cancelled' or (c.breached_at is not null and c.counts_since is null))";

/// As the indexes have it.
const DUE: &str = "coalesce(t.sla_due_at, 'infinity')";
/// Urgent first.
const RANK: &str = "(case t.priority when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end)";

fn words<T: Copy>(values: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    values.iter().map(|v| word(*v)).collect()
}
