//! What other rooms may know of many people at once: readers of events ask for a whole batch.
use std::collections::HashMap;

use sqlx::PgConnection;

use crate::core::{
    Error, Role,
    id::{TeamId, UserId},
};

/// How to reach somebody.
#[derive(Clone, Debug)]
pub struct Contact {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Switched-off accounts are told nothing.
    pub active: bool,
    /// Can sign in: chose a password once, or showed by a link that the address is theirs (as everybody of a demo,
    /// who signs in without a password).
    pub has_account: bool,
}

/// How to reach `people`.
pub async fn contacts(db: &mut PgConnection, people: &[UserId]) -> Result<HashMap<UserId, Contact>, Error> {
    let rows = sqlx::query_as!(
        Contact,
        r#"select id as "id: UserId", name, email, role as "role: Role", active,
                  password_hash is not null or email_verified_at is not null as "has_account!"
           from users where id = any($1)"#,
        people as _
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|c| (c.id, c)).collect())
}

/// Who answers for a team.
#[derive(Clone, Debug, Default)]
pub struct Leadership {
    pub leads: Vec<UserId>,
    pub managers: Vec<UserId>,
}

/// Who answers for each of `teams`: its leads, and the managers among its members.
pub async fn leadership(db: &mut PgConnection, teams: &[TeamId]) -> Result<HashMap<TeamId, Leadership>, Error> {
    let rows = sqlx::query!(
        r#"select m.team_id as "team: TeamId", m.user_id as "user: UserId", m.is_lead, u.role as "role: Role"
           from team_members m join users u on u.id = m.user_id and u.active
           where m.team_id = any($1) and (m.is_lead or u.role = 'manager')
           order by m.team_id, m.user_id"#,
        teams as _
    )
    .fetch_all(db)
    .await?;
    let mut found: HashMap<TeamId, Leadership> = HashMap::new();
    for row in rows {
        let team = found.entry(row.team).or_default();
        if row.is_lead {
            team.leads.push(row.user);
        }
        if row.role == Role::Manager {
            team.managers.push(row.user);
        }
    }
    Ok(found)
}

/// Those above all teams.
#[derive(Clone, Debug, Default)]
pub struct Above {
    /// They are told when a promise is far beyond its time, and where nobody manages a team.
    pub executives: Vec<UserId>,
    /// The last to stand in: administrators, superadmins among them.
    pub administrators: Vec<UserId>,
}

/// Who there is above all teams.
pub async fn above(db: &mut PgConnection) -> Result<Above, Error> {
    let rows = sqlx::query!(
        r#"select id as "id: UserId", role = 'ceo' as "executive!" from users
           where role in ('ceo', 'admin', 'superadmin') and active order by id"#
    )
    .fetch_all(db)
    .await?;
    let of = |executive| rows.iter().filter(move |row| row.executive == executive).map(|row| row.id).collect();
    Ok(Above { executives: of(true), administrators: of(false) })
}
