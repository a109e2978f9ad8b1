//! A row as Postgres returns it and as other rooms get it.
use chrono::{DateTime, Utc};

use super::cursor::Cursor;
use crate::{
    core::id::TicketId,
    tickets::{
        model::{Priority, SlaBadge, SlaState, Status},
        query::Sort,
    },
};

/// One row of a ticket list.
#[derive(Clone, Debug)]
pub struct TicketRow {
    pub id: TicketId,
    pub number: i64,
    pub version: i32,
    pub subject: String,
    pub status: Status,
    pub priority: Priority,
    pub requester: String,
    pub organisation: Option<String>,
    /// The name of whoever holds it.
    pub assignee: Option<String>,
    pub sla: SlaBadge,
    /// Somebody wrote since this person last looked.
    pub unread: bool,
}

/// A row as Postgres returns it.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: TicketId,
    number: i64,
    version: i32,
    subject: String,
    status: Status,
    priority: Priority,
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
    unread: bool,
}

impl Row {
    pub fn cursor(&self, order: Sort) -> Cursor {
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
            assignee: row.assignee,
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
        }
    }
}
