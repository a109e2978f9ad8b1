//! What other rooms may know of many tickets at once: readers of events ask for a whole batch.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::model::Status;
use crate::core::{
    Error,
    actor::Standing,
    id::{OrganisationId, TeamId, TicketId, UserId},
};

/// A ticket in a few words, and all that decides who may see it.
#[derive(Clone, Debug)]
pub struct Digest {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    pub status: Status,
    pub team: TeamId,
    pub assignee: Option<UserId>,
    pub requester: UserId,
    /// The ticket's organisation, where its people share their tickets.
    pub shared_with: Option<OrganisationId>,
    pub watchers: Vec<UserId>,
    pub created_at: DateTime<Utc>,
}

impl Digest {
    /// What decides who may do what with it, for `reader`.
    pub fn standing(&self, reader: Option<UserId>) -> Standing {
        Standing {
            ticket: self.id,
            team: self.team,
            requester: self.requester,
            shared_with: self.shared_with,
            watched: reader.is_some_and(|user| self.watchers.contains(&user)),
        }
    }
}

/// The digests of `tickets`, as they stand now.
pub async fn of(db: &mut PgConnection, tickets: &[TicketId]) -> Result<HashMap<TicketId, Digest>, Error> {
    if tickets.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select t.id as "id: TicketId", t.number, t.subject, t.status as "status: Status", t.created_at,
                  t.team_id as "team: TeamId", t.assignee_id as "assignee: UserId",
                  t.requester_id as "requester: UserId", 
                  (select o.id from organisations o where o.id = t.organisation_id and o.tickets_shared)
                      as "shared_with: OrganisationId",
                  array(select w.user_id from ticket_watchers w where w.ticket_id = t.id) as "watchers!: Vec<UserId>"
           from tickets t
           where t.id = any($1)"#,
        tickets as _
    )
    .fetch_all(db)
    .await?;
    let digests = rows.into_iter().map(|r| Digest {
        id: r.id,
        number: r.number,
        subject: r.subject,
        status: r.status,
        team: r.team,
        assignee: r.assignee,
        requester: r.requester,
        shared_with: r.shared_with,
        watchers: r.watchers,
        created_at: r.created_at,
    });
    Ok(digests.map(|d| (d.id, d)).collect())
}
