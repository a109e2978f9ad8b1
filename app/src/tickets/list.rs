//! Lists of tickets: which rows, in which order, one page at a time. Server only.
//!
//! A page is one statement. Who sees only the tickets of their teams gets each team's page by its own
//! index, merged, so it costs the same however many tickets the other teams have.
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{
    model::{PersonRef, Priority, SlaBadge, SlaState, Status, TicketRow},
    query::{Days, Ended, Holder, ListQuery, Sort, View},
};
use crate::core::{
    Actor, Error, Permission, Scope, Tx,
    id::{TeamId, TicketId, UserId},
    page::{MAX_PAGE, Page},
};

/// One page of `query` as the actor may see it, `limit` rows and never more than [`MAX_PAGE`].
///
/// # Errors
/// [`Error::Forbidden`] for those who list no tickets (customers have their own page),
/// [`Error::Invalid`] at `after` for a cursor that is not of this list.
pub async fn page(tx: &mut Tx, query: &ListQuery, limit: u32) -> Result<Page<TicketRow>, Error> {
    tx.actor.require(Permission::ListTickets)?;
    let limit = limit.clamp(1, MAX_PAGE);
    let order = query.order();
    let after = query.after.as_deref().map(|raw| Cursor::parse(raw, order)).transpose()?;
    let mut sql = Statement::new(tx, query, after.as_ref(), i64::from(limit) + 1);
    let rows: Vec<Row> = sql.build().build_query_as().fetch_all(&mut **tx).await?;
    let page = Page::cut(rows, limit as usize, |row| row.cursor(order).to_string());
    Ok(Page { rows: page.rows.into_iter().map(TicketRow::from).collect(), next: page.next })
}

/// How far a person's eyes reach, as SQL needs it.
pub(crate) enum Reach {
    Everything,
    /// These teams, and what `viewer` watches or is mentioned in.
    Teams {
        teams: Vec<TeamId>,
        viewer: UserId,
    },
}

impl Reach {
    /// The tickets that `actor` may list.
    pub(crate) fn of(actor: &Actor) -> Result<Self, Error> {
        match (actor.scope(Permission::ListTickets), actor.person()) {
            (Scope::Everything, _) => Ok(Self::Everything),
            (Scope::Teams, Some(person)) => Ok(Self::Teams { teams: person.teams.clone(), viewer: person.id }),
            _ => Err(Error::Forbidden),
        }
    }

    /// The teams it ends at; `None`: it does not end.
    pub(crate) fn teams(&self) -> Option<&[TeamId]> {
        match self {
            Self::Everything => None,
            Self::Teams { teams, .. } => Some(teams),
        }
    }
}

/// `tickets` columns that a row is made of; the order of [`Row`].
const COLUMNS: &str = "t.id, t.number, t.version, t.subject, t.status, t.priority, t.requester_id, t.organisation_id, \
    t.assignee_id, t.team_id, t.sla_state, t.sla_metric, t.sla_started_at, t.sla_risk_at, t.sla_due_at, t.sla_remaining, \
    t.sla_breached, t.last_customer_message_at, t.last_public_reply_at, t.updated_at, t.created_at";

const UNSOLVED: &str = "t.status in ('open', 'in_progress', 'on_hold')";

/// The statement of one page, as it is put together.
struct Statement<'a> {
    sql: QueryBuilder<Postgres>,
    query: &'a ListQuery,
    after: Option<&'a Cursor>,
    reach: Reach,
    viewer: Option<UserId>,
    now: DateTime<Utc>,
    limit: i64,
}

impl<'a> Statement<'a> {
    fn new(tx: &Tx, query: &'a ListQuery, after: Option<&'a Cursor>, limit: i64) -> Self {
        Self {
            sql: QueryBuilder::new(""),
            query,
            after,
            // Checked by the caller; nobody sees nothing.
            reach: Reach::of(&tx.actor)
                .unwrap_or(Reach::Teams { teams: Vec::new(), viewer: UserId::from_uuid(Uuid::nil()) }),
            viewer: tx.actor.user_id(),
            now: tx.now,
            limit,
        }
    }

    /// The page itself, then the names that go with it: so only rows that are shown look any up.
    fn build(&mut self) -> &mut QueryBuilder<Postgres> {
        self.sql.push(
            "select t.*, r.name as requester, o.name as organisation, a.name as assignee, m.name as team,
                    (t.status in ('open', 'in_progress', 'on_hold') and t.last_customer_message_at is not null
                     and t.last_customer_message_at > coalesce(t.last_public_reply_at, '-infinity')
                     and not exists (select from ticket_reads s where s.ticket_id = t.id
                                     and s.read_at >= t.last_customer_message_at and s.user_id = ",
        );
        self.sql.push_bind(self.viewer);
        self.sql.push(")) as unread from (");
        self.rows();
        self.sql.push(
            ") t join users r on r.id = t.requester_id join teams m on m.id = t.team_id
             left join organisations o on o.id = t.organisation_id left join users a on a.id = t.assignee_id",
        );
        self.order();
        &mut self.sql
    }

    fn rows(&mut self) {
        match std::mem::replace(&mut self.reach, Reach::Everything) {
            Reach::Everything => self.plain(None),
            Reach::Teams { teams, viewer } if self.by_team() => self.each_team(&teams, viewer),
            Reach::Teams { teams, viewer } => self.plain(Some((&teams, viewer))),
        }
    }

    /// Whether an index gives the page of one team in order. What one person holds is few anyway.
    fn by_team(&self) -> bool {
        let held = matches!(self.query.filter.assignee, Some(Holder::Me | Holder::Person(_)));
        let order = self.query.order();
        let indexed = order == Sort::Updated || (order == Sort::Due && self.query.view.is_unsolved());
        indexed
            && !held
            && self.query.view != View::Mine
            && self.query.view != View::AtRisk
            && self.query.filter.text.is_none()
    }

    fn plain(&mut self, within: Option<(&[TeamId], UserId)>) {
        self.sql.push("select ").push(COLUMNS).push(" from tickets t where ");
        if let Some((teams, viewer)) = within {
            self.sql.push("(t.team_id = any(").push_bind(teams.to_vec());
            self.sql.push(") or exists (select from ticket_watchers w where w.ticket_id = t.id and w.user_id = ");
            self.sql.push_bind(viewer).push(")) and ");
        }
        self.conditions();
        self.order();
        self.limit();
    }

    fn each_team(&mut self, teams: &[TeamId], viewer: UserId) {
        self.sql.push("select t.* from ((select t.* from (values (null::uuid)");
        // One by one: Postgres then knows how many there are and plans once for all of them.
        for team in teams {
            self.sql.push(", (").push_bind(*team).push(")");
        }
        self.sql.push(") as mine (team) cross join lateral (select ").push(COLUMNS);
        self.sql.push(" from tickets t where t.team_id = mine.team and ");
        self.conditions();
        self.order();
        self.limit();
        self.sql.push(") t) union all (select ").push(COLUMNS);
        self.sql
            .push(" from ticket_watchers w join tickets t on t.id = w.ticket_id where w.user_id = ")
            .push_bind(viewer);
        self.sql.push(" and t.team_id <> all(").push_bind(teams.to_vec()).push(") and ");
        self.conditions();
        self.order();
        self.limit();
        self.sql.push(")) t");
        self.order();
        self.limit();
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
        let (f, viewer) = (&self.query.filter, self.viewer);
        let sql = &mut self.sql;
        if !f.status.is_empty() {
            sql.push(" and t.status = any(").push_bind(words(&f.status, |s| s.as_str())).push("::ticket_status[])");
        }
        if !f.priority.is_empty() {
            sql.push(" and t.priority = any(")
                .push_bind(words(&f.priority, |p| p.as_str()))
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
        for (column, days) in [("t.created_at", f.created), ("t.resolved_at", f.resolved), ("t.rated_at", f.rated_in)] {
            between(sql, column, days.unwrap_or_default());
        }
        if let Some(text) = &f.text {
            if let Ok(number) = text.trim_start_matches('#').parse::<i64>() {
                sql.push(" and t.number = ").push_bind(number);
            } else if let Some(terms) = terms(text) {
                sql.push(" and to_tsvector('simple', t.subject) @@ to_tsquery('simple', ").push_bind(terms).push(")");
            } else {
                sql.push(" and false");
            }
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

    fn limit(&mut self) {
        self.sql.push(" limit ").push_bind(self.limit);
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

/// Clocks that attainment leaves out, as the index has it.
const LEFT_OUT: &str = "(c.state = 'cancelled' or (c.breached_at is not null and c.counts_since is null))";

/// As the indexes have it.
const DUE: &str = "coalesce(t.sla_due_at, 'infinity')";
/// Urgent first.
const RANK: &str = "(case t.priority when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end)";

fn words<T: Copy>(values: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    values.iter().map(|v| word(*v)).collect()
}

/// `vpn down` as `'vpn':* & 'down':*`. Quoted, so nothing in it is an operator. `None`: no word in it.
fn terms(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(8)
        .map(|word| format!("'{word}':*"))
        .collect();
    (!words.is_empty()).then(|| words.join(" & "))
}

/// The last row of a page: where the next one starts.
#[derive(Clone, Debug, PartialEq)]
struct Cursor {
    order: Sort,
    rank: i32,
    at: Option<DateTime<Utc>>,
    id: TicketId,
}

impl Cursor {
    fn parse(raw: &str, order: Sort) -> Result<Self, Error> {
        let wrong = || Error::invalid("after", "This page of the list is gone. Start again from its first page.");
        let bytes = URL_SAFE_NO_PAD.decode(raw).map_err(|_| wrong())?;
        let text = String::from_utf8(bytes).map_err(|_| wrong())?;
        let mut parts = text.split('~');
        let mut next = || parts.next().ok_or_else(wrong);
        if next()? != order.as_str() {
            return Err(wrong());
        }
        let rank = next()?.parse().map_err(|_| wrong())?;
        let at = match next()? {
            "" => None,
            micros => Some(micros.parse().ok().and_then(DateTime::from_timestamp_micros).ok_or_else(wrong)?),
        };
        let id = next()?.parse().map_err(|_| wrong())?;
        Ok(Self { order, rank, at, id })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = self.at.map(|at| at.timestamp_micros().to_string()).unwrap_or_default();
        let text = format!("{}~{}~{at}~{}", self.order.as_str(), self.rank, self.id);
        f.write_str(&URL_SAFE_NO_PAD.encode(text))
    }
}

/// A row as Postgres returns it.
#[derive(sqlx::FromRow)]
struct Row {
    id: TicketId,
    number: i64,
    version: i32,
    subject: String,
    status: Status,
    priority: Priority,
    assignee_id: Option<UserId>,
    sla_state: SlaState,
    sla_metric: Option<String>,
    sla_started_at: Option<DateTime<Utc>>,
    sla_risk_at: Option<DateTime<Utc>>,
    sla_due_at: Option<DateTime<Utc>>,
    sla_remaining: Option<i32>,
    sla_breached: bool,
    updated_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    requester: String,
    organisation: Option<String>,
    assignee: Option<String>,
    team: String,
    unread: bool,
}

impl Row {
    fn cursor(&self, order: Sort) -> Cursor {
        let at = match order {
            Sort::Due | Sort::Priority => self.sla_due_at,
            Sort::Updated => Some(self.updated_at),
            Sort::Created => Some(self.created_at),
        };
        Cursor { order, rank: 3 - self.priority as i32, at, id: self.id }
    }
}

impl From<Row> for TicketRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            number: row.number,
            version: row.version,
            subject: row.subject,
            status: row.status,
            priority: row.priority,
            requester: row.requester,
            organisation: row.organisation,
            assignee: row.assignee_id.zip(row.assignee).map(|(id, name)| PersonRef { id, name }),
            team: row.team,
            sla: SlaBadge {
                state: row.sla_state,
                metric: row.sla_metric,
                started_at: row.sla_started_at,
                risk_at: row.sla_risk_at,
                due_at: row.sla_due_at,
                remaining: row.sla_remaining,
                breached: row.sla_breached,
            },
            unread: row.unread,
            updated_at: row.updated_at,
        }
    }
}
