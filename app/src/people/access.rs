//! Whether what was opened a while ago may stay open: asked for many at once, several times a second.
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::core::{
    Error, Person, Role,
    id::{OrganisationId, TeamId, UserId},
};

/// All of a person that decides what they may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub role: Role,
    pub organisation: Option<OrganisationId>,
    /// In order.
    pub teams: Vec<TeamId>,
    /// Grows when password, role or standing change.
    pub generation: i32,
}

impl Access {
    /// Whether `person`, as somebody was let in, still is who they were.
    pub fn matches(&self, person: &Person) -> bool {
        let mut teams = person.teams.clone();
        teams.sort_unstable();
        self.role == person.role && self.organisation == person.organisation && self.teams == teams
    }
}

/// The access of each of `people` who has any: switched-off accounts are left out.
pub async fn of(db: &mut PgConnection, people: &[UserId]) -> Result<HashMap<UserId, Access>, Error> {
    let rows = sqlx::query!(
        r#"select u.id as "id: UserId", u.role as "role: Role", u.organisation_id as "organisation: OrganisationId",
                  u.generation,
                  array(select m.team_id from team_members m where m.user_id = u.id order by m.team_id)
                      as "teams!: Vec<TeamId>"
           from users u where u.id = any($1) and u.active"#,
        people as _
    )
    .fetch_all(db)
    .await?;
    let access = |role, organisation, teams, generation| Access { role, organisation, teams, generation };
    Ok(rows.into_iter().map(|r| (r.id, access(r.role, r.organisation, r.teams, r.generation))).collect())
}

/// Those of `sessions` (by the hash of their id) that still hold, as a request would find them: neither ended
/// nor expired, nor opened before the person's password, role or standing last changed.
pub async fn open_sessions(
    db: &mut PgConnection,
    sessions: &[Vec<u8>],
    now: DateTime<Utc>,
) -> Result<HashSet<Vec<u8>>, Error> {
    let open = sqlx::query_scalar!(
        "select s.id_hash from user_sessions s
         join users u on u.id = s.user_id and u.active and u.generation = s.generation
         where s.id_hash = any($1) and s.expires_at > $2",
        sessions,
        now
    )
    .fetch_all(db)
    .await?;
    Ok(open.into_iter().collect())
}
