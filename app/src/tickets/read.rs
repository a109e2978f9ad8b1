//! One ticket, whole, for those who may see it. Server only.
use chrono::{DateTime, Utc};

use super::model::{
    Category, Channel, HoldReason, PersonRef, Priority, SlaBadge, SlaState, Status, TeamRef, Ticket, TicketType,
};
use crate::core::{
    Error, Permission, Tx,
    actor::Standing,
    id::{CategoryId, OrganisationId, TeamId, TicketId, UserId},
};

/// A ticket with what of it decides who may do what.
#[derive(Clone, Debug)]
pub struct Read {
    pub ticket: Ticket,
    pub standing: Standing,
    /// What routing looked at when the ticket came in, rule by rule.
    pub trace: Vec<String>,
}

/// The ticket with this number.
///
/// # Errors
/// [`Error::NotFound`] both for what does not exist and for what may not be seen.
pub async fn by_number(tx: &mut Tx, number: i64) -> Result<Read, Error> {
    let viewer = tx.actor.user_id();
    // Watchers are joined: with `exists`, as elsewhere, Postgres planned this statement anew each time.
    let row = sqlx::query_as!(
        Row,
        r#"select t.id as "id: _", t.number, t.version, t.subject, t.status as "status: _", t.hold_reason as "hold: _",
                  t.wake_at, t.priority as "priority: _", t.type as "kind: _", t.channel as "channel: _",
                  t.category_id as "category_id: _", c.name as "category?", c.help as "category_help?",
                  t.team_id as "team_id: _", m.name as team, t.assignee_id as "assignee_id: _", a.name as "assignee?",
                  t.requester_id as "requester_id: _", r.name as requester, r.email as requester_email,
                  r.phone as requester_phone, t.organisation_id as "organisation_id: _", o.name as "organisation?",
                  coalesce(o.tickets_shared, false) as "shared!", t.tags, f.number as "follow_up_of?",
                  t.promised_reply_by, t.promised_solve_by, t.csat, t.csat_comment, t.sla_state as "sla_state: _",
                  t.sla_metric, t.sla_started_at, t.sla_risk_at, t.sla_due_at, t.sla_remaining, t.sla_breached,
                  t.created_at, t.updated_at, t.resolved_at, t.closed_at,
                  w.user_id is not null as "watched!",
                  (select e.payload -> 'trace' from events e where e.ticket_id = t.id and e.kind = 'routed'
                   order by e.seq desc limit 1) as trace
           from tickets t
           join teams m on m.id = t.team_id
           join users r on r.id = t.requester_id
           left join users a on a.id = t.assignee_id
           left join categories c on c.id = t.category_id
           left join organisations o on o.id = t.organisation_id
           left join tickets f on f.id = t.follow_up_of
           left join ticket_watchers w on w.ticket_id = t.id and w.user_id = $2
           where t.number = $1"#,
        number,
        viewer as _
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    let read = Read::from(row);
    let sees = tx.actor.may_on(Permission::ReadTicketAsStaff, &read.standing)
        || tx.actor.may_on(Permission::ReadTicketAsCustomer, &read.standing);
    if sees { Ok(read) } else { Err(Error::NotFound) }
}

struct Row {
    id: TicketId,
    number: i64,
    version: i32,
    subject: String,
    status: Status,
    hold: Option<HoldReason>,
    wake_at: Option<DateTime<Utc>>,
    priority: Priority,
    kind: TicketType,
    channel: Channel,
    category_id: Option<CategoryId>,
    category: Option<String>,
    category_help: Option<String>,
    team_id: TeamId,
    team: String,
    assignee_id: Option<UserId>,
    assignee: Option<String>,
    requester_id: UserId,
    requester: String,
    requester_email: String,
    requester_phone: Option<String>,
    organisation_id: Option<OrganisationId>,
    organisation: Option<String>,
    shared: bool,
    tags: Vec<String>,
    follow_up_of: Option<i64>,
    promised_reply_by: Option<DateTime<Utc>>,
    promised_solve_by: Option<DateTime<Utc>>,
    csat: Option<i16>,
    csat_comment: Option<String>,
    sla_state: SlaState,
    sla_metric: Option<String>,
    sla_started_at: Option<DateTime<Utc>>,
    sla_risk_at: Option<DateTime<Utc>>,
    sla_due_at: Option<DateTime<Utc>>,
    sla_remaining: Option<i32>,
    sla_breached: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    resolved_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    watched: bool,
    trace: Option<serde_json::Value>,
}

impl From<Row> for Read {
    fn from(row: Row) -> Self {
        let standing = Standing {
            ticket: row.id,
            team: row.team_id,
            requester: row.requester_id,
            shared_with: row.organisation_id.filter(|_| row.shared),
            watched: row.watched,
        };
        let category = match (row.category_id, row.category) {
            (Some(id), Some(name)) => Some(Category { id, name, help: row.category_help.unwrap_or_default() }),
            _ => None,
        };
        let ticket = Ticket {
            id: row.id,
            number: row.number,
            version: row.version,
            subject: row.subject,
            status: row.status,
            hold: row.hold,
            wake_at: row.wake_at,
            priority: row.priority,
            kind: row.kind,
            channel: row.channel,
            category,
            team: TeamRef { id: row.team_id, name: row.team },
            assignee: row.assignee_id.zip(row.assignee).map(|(id, name)| PersonRef { id, name }),
            requester: PersonRef { id: row.requester_id, name: row.requester },
            requester_email: row.requester_email,
            requester_phone: row.requester_phone,
            organisation: row.organisation,
            tags: row.tags,
            follow_up_of: row.follow_up_of,
            promised_reply_by: row.promised_reply_by,
            promised_solve_by: row.promised_solve_by,
            csat: row.csat,
            csat_comment: row.csat_comment,
            sla: SlaBadge {
                state: row.sla_state,
                metric: row.sla_metric,
                started_at: row.sla_started_at,
                risk_at: row.sla_risk_at,
                due_at: row.sla_due_at,
                remaining: row.sla_remaining,
                breached: row.sla_breached,
            },
            created_at: row.created_at,
            updated_at: row.updated_at,
            resolved_at: row.resolved_at,
            closed_at: row.closed_at,
        };
        let trace = row.trace.and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default();
        Self { ticket, standing, trace }
    }
}
