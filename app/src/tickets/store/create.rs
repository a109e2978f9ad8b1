//! A new row of `tickets`.
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    core::id::{CategoryId, OrganisationId, TeamId, TicketId, UserId},
    sla::{model::Metric, rows::Badge},
    tickets::model::{Channel, Priority, TicketType},
};

/// What [`insert`] needs.
pub struct NewRow<'a> {
    pub id: TicketId,
    pub subject: &'a str,
    pub priority: Priority,
    pub kind: TicketType,
    pub channel: Channel,
    pub category: Option<CategoryId>,
    pub team: TeamId,
    pub assignee: Option<UserId>,
    pub requester: UserId,
    pub organisation: Option<OrganisationId>,
    pub follow_up_of: Option<TicketId>,
    pub promised_reply_by: Option<DateTime<Utc>>,
    pub promised_solve_by: Option<DateTime<Utc>>,
    /// Whether the first message is the customer's own.
    pub from_customer: bool,
    pub badge: &'a Badge,
}

/// Stores a new open ticket; its number, and whether its organisation shares its tickets. `None`: nothing was stored, its
/// category is not offered (any more).
pub async fn insert(db: &mut PgConnection, row: &NewRow<'_>, at: DateTime<Utc>) -> sqlx::Result<Option<(i64, bool)>> {
    let done = sqlx::query!(
        r#"insert into tickets (id, subject, priority, type, channel, category_id, team_id, assignee_id, requester_id,
                                organisation_id, follow_up_of, promised_reply_by, promised_solve_by,
                                last_customer_message_at, created_at, updated_at, sla_state, sla_metric, sla_started_at,
                                sla_risk_at, sla_due_at, sla_remaining, sla_breached)
           select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, case when $15 then $14::timestamptz end, $14, $14,
                  $16, $17, $18, $19, $20, $21, $22
           where $6::uuid is null or exists (select from categories c where c.id = $6 and c.active)
           returning number, coalesce((select o.tickets_shared from organisations o where o.id = organisation_id), false) as "shared!""#,
        row.id as _,
        row.subject,
        row.priority as _,
        row.kind as _,
        row.channel as _,
        row.category as _,
        row.team as _,
        row.assignee as _,
        row.requester as _,
        row.organisation as _,
        row.follow_up_of as _,
        row.promised_reply_by,
        row.promised_solve_by,
        at,
        row.from_customer,
        row.badge.state as _,
        row.badge.metric.map(Metric::as_str),
        row.badge.started_at,
        row.badge.risk_at,
        row.badge.due_at,
        row.badge.remaining,
        row.badge.breached,
    )
    .fetch_optional(db)
    .await?;
    Ok(done.map(|row| (row.number, row.shared)))
}
