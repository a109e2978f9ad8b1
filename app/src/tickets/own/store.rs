//! What is read of `tickets` for those who asked.
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder, Row as _, postgres::PgRow};

use super::{Behind, Filter, OwnFigures, OwnMonth, OwnRow, OwnTicket, View};
use crate::{
    core::id::{OrganisationId, TicketId, UserId},
    tickets::model::{HoldReason, SlaBadge, SlaState, Status},
};

pub async fn behind_link(db: &mut PgConnection, id: TicketId) -> sqlx::Result<Option<Behind>> {
    sqlx::query_as!(Behind, r#"select requester_id as "requester: _", closed_at from tickets where id = $1"#, id as _)
        .fetch_optional(db)
        .await
}

pub async fn ticket(db: &mut PgConnection, id: TicketId) -> sqlx::Result<Option<OwnTicket>> {
    let row = sqlx::query!(
        r#"select t.number, t.subject, t.status as "status: Status", t.hold_reason as "hold: HoldReason",
                  c.name as "category?", a.name as "assignee?", t.requester_id as "requester: UserId",
                  t.promised_reply_by, t.promised_solve_by, t.csat, t.csat_comment,
                  t.sla_state as "sla_state: SlaState", t.sla_metric, t.sla_started_at, t.sla_risk_at, t.sla_due_at,
                  t.sla_remaining, t.sla_breached, t.last_customer_message_at, t.last_public_reply_at,
                  t.created_at, t.resolved_at, t.closed_at
           from tickets t
           left join categories c on c.id = t.category_id
           left join users a on a.id = t.assignee_id
           where t.id = $1"#,
        id as _
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| OwnTicket {
        id,
        number: r.number,
        subject: r.subject,
        status: r.status,
        hold: r.hold,
        category: r.category,
        assignee: r.assignee,
        requester: r.requester,
        promised_reply_by: r.promised_reply_by,
        promised_solve_by: r.promised_solve_by,
        csat: r.csat,
        csat_comment: r.csat_comment,
        sla: SlaBadge {
            state: r.sla_state,
            metric: r.sla_metric,
            started_at: r.sla_started_at,
            risk_at: r.sla_risk_at,
            due_at: r.sla_due_at,
            remaining: r.sla_remaining,
            breached: r.sla_breached,
        },
        last_customer_message_at: r.last_customer_message_at,
        last_public_reply_at: r.last_public_reply_at,
        created_at: r.created_at,
        resolved_at: r.resolved_at,
        closed_at: r.closed_at,
    }))
}

pub async fn mark_read(db: &mut PgConnection, id: TicketId, reader: UserId, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into ticket_reads (ticket_id, user_id, read_at) values ($1, $2, $3)
         on conflict (user_id, ticket_id) do update set read_at = greatest(ticket_reads.read_at, excluded.read_at)",
        id as _,
        reader as _,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn shares(db: &mut PgConnection, organisation: OrganisationId) -> sqlx::Result<bool> {
    let shared = sqlx::query_scalar!("select tickets_shared from organisations where id = $1", organisation as _)
        .fetch_optional(db)
        .await?;
    Ok(shared.unwrap_or(false))
}

/// A place in the list: the last row of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    at: DateTime<Utc>,
    id: TicketId,
}

impl Cursor {
    /// As it stands in the URL.
    pub fn of(row: &OwnRow) -> String {
        format!("{}~{}", row.updated_at.timestamp_micros(), row.id)
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('~')?;
        Some(Self { at: DateTime::from_timestamp_micros(at.parse().ok()?)?, id: id.parse().ok()? })
    }
}

/// Answered since the person `r.user_id` last looked, and still worth looking at.
const UNREAD: &str = "t.status <> 'closed' and t.last_public_reply_at > coalesce(r.read_at, '-infinity')";

const COLUMNS: &str = "select t.id, t.number, t.subject, t.status, t.hold_reason, u.name as requester, c.name as category,
       t.sla_state, t.sla_metric, t.sla_started_at, t.sla_risk_at, t.sla_due_at, t.sla_remaining, t.sla_breached,
       t.updated_at, coalesce(t.status <> 'closed' and t.last_public_reply_at > coalesce(r.read_at, '-infinity'), false) as unread
  from tickets t
  join users u on u.id = t.requester_id
  left join categories c on c.id = t.category_id
  left join ticket_reads r on r.ticket_id = t.id and r.user_id = ";

fn row(row: &PgRow) -> sqlx::Result<OwnRow> {
    Ok(OwnRow {
        id: row.try_get("id")?,
        number: row.try_get("number")?,
        subject: row.try_get("subject")?,
        status: row.try_get("status")?,
        hold: row.try_get("hold_reason")?,
        requester: row.try_get("requester")?,
        category: row.try_get("category")?,
        sla: SlaBadge {
            state: row.try_get("sla_state")?,
            metric: row.try_get("sla_metric")?,
            started_at: row.try_get("sla_started_at")?,
            risk_at: row.try_get("sla_risk_at")?,
            due_at: row.try_get("sla_due_at")?,
            remaining: row.try_get("sla_remaining")?,
            breached: row.try_get("sla_breached")?,
        },
        unread: row.try_get("unread")?,
        updated_at: row.try_get("updated_at")?,
    })
}

/// The person's tickets, or with `filter.shared` those of others in an organisation that shares them.
pub async fn list(
    db: &mut PgConnection,
    user: UserId,
    organisation: Option<OrganisationId>,
    filter: &Filter,
    now: DateTime<Utc>,
    after: Option<Cursor>,
    limit: usize,
) -> sqlx::Result<Vec<OwnRow>> {
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push_bind(user);
    if filter.shared {
        query.push(" where t.organisation_id = ").push_bind(organisation);
        query.push(" and t.requester_id <> ").push_bind(user);
        query.push(" and exists (select from organisations o where o.id = t.organisation_id and o.tickets_shared)");
    } else {
        query.push(" where t.requester_id = ").push_bind(user);
    }
    match filter.view {
        View::Open => query.push(" and t.status in ('open', 'in_progress', 'on_hold')"),
        View::Waiting => query.push(" and t.status = 'on_hold' and t.hold_reason = 'customer'"),
        View::Unread => query.push(" and ").push(UNREAD),
        View::Solved => query.push(" and t.status = 'resolved'"),
        View::Closed => query.push(" and t.status = 'closed'"),
        View::Late => query.push(" and t.sla_breached"),
        View::Year => query.push(" and t.resolved_at > ").push_bind(now).push("::timestamptz - interval '12 months'"),
        View::All => &mut query,
    };
    let text = filter.text.as_str();
    if !text.is_empty() {
        let number = text.trim_start_matches('#').parse::<i64>().ok();
        query.push(" and (t.number = ").push_bind(number);
        query.push(" or t.subject ilike ").push_bind(format!("%{}%", escape_like(text))).push(")");
    }
    if let Some(after) = after {
        query.push(" and (t.updated_at, t.id) < (").push_bind(after.at);
        query.push(", ").push_bind(after.id).push(")");
    }
    query.push(" order by t.updated_at desc, t.id desc limit ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    query.build().try_map(|r: PgRow| row(&r)).fetch_all(db).await
}

/// `%`, `_` and `\` as themselves.
fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

pub async fn to_act_on(db: &mut PgConnection, user: UserId, limit: i64) -> sqlx::Result<Vec<OwnRow>> {
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push_bind(user);
    query.push(" where t.requester_id = ").push_bind(user);
    query
        .push(" and (t.status = 'resolved' or t.status = 'on_hold' and t.hold_reason = 'customer' or ")
        .push(UNREAD)
        .push(")");
    query.push(" order by (t.status = 'on_hold') desc, (t.status = 'resolved') desc, t.updated_at desc, t.id limit ");
    query.push_bind(limit);
    query.build().try_map(|r: PgRow| row(&r)).fetch_all(db).await
}

pub async fn figures(db: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<OwnFigures> {
    sqlx::query_as!(
        OwnFigures,
        r#"select count(*) filter (where t.status in ('open', 'in_progress', 'on_hold')) as "open!",
                  count(*) filter (where t.status = 'on_hold' and t.hold_reason = 'customer') as "waiting!",
                  count(*) filter (where t.status <> 'closed'
                                     and t.last_public_reply_at > coalesce(r.read_at, '-infinity')) as "unread!",
                  count(*) filter (where t.status = 'resolved') as "solved!",
                  count(*) filter (where t.resolved_at > $2::timestamptz - interval '12 months' and not t.sla_breached) as "kept!",
                  count(*) filter (where t.resolved_at > $2::timestamptz - interval '12 months') as "kept_of!",
                  count(*) filter (where t.sla_breached) as "late!"
           from tickets t
           left join ticket_reads r on r.ticket_id = t.id and r.user_id = $1
           where t.requester_id = $1"#,
        user as _,
        now
    )
    .fetch_one(db)
    .await
}

pub async fn months(
    db: &mut PgConnection,
    user: UserId,
    zone: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<OwnMonth>> {
    sqlx::query_as!(
        OwnMonth,
        r#"with months as (
               select generate_series(date_trunc('month', $3::timestamptz at time zone $2) - interval '11 months',
                                      date_trunc('month', $3::timestamptz at time zone $2), interval '1 month') as month
           ), mine as (
               select date_trunc('month', created_at at time zone $2) as filed,
                      date_trunc('month', resolved_at at time zone $2) as solved
               from tickets where requester_id = $1
           )
           select to_char(m.month, 'YYYY-MM') as "month!",
                  (select count(*) from mine where filed = m.month) as "filed!",
                  (select count(*) from mine where solved = m.month) as "solved!"
           from months m order by m.month"#,
        user as _,
        zone,
        now
    )
    .fetch_all(db)
    .await
}
