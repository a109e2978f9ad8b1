//! The `teams` and `team_members` tables.
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::model::{Candidate, Member, Team, TeamDraft};
use crate::{
    core::{
        Error, Role,
        id::{TeamId, UserId},
    },
    tickets::model::TeamRef,
};

pub async fn active(db: &mut PgConnection) -> Result<Vec<TeamRef>, Error> {
    let rows = sqlx::query_as!(TeamRef, r#"select id as "id: _", name from teams where active order by name"#)
        .fetch_all(db)
        .await?;
    Ok(rows)
}

/// Every team with its members, leads first.
pub async fn list(db: &mut PgConnection) -> Result<Vec<Team>, Error> {
    let teams = sqlx::query!(
        r#"select t.id as "id: TeamId", t.name, t.active, t.auto_assign, coalesce(held.n, 0) as "open!"
           from teams t
           left join (
               select team_id, count(*) as n from tickets
               where status in ('open', 'in_progress', 'on_hold') group by team_id
           ) held on held.team_id = t.id
           order by t.active desc, t.name"#
    )
    .fetch_all(&mut *db)
    .await?;
    let members = sqlx::query!(
        r#"select m.team_id as "team: TeamId", u.id as "user: UserId", u.name, u.role as "role: Role", m.is_lead,
                  u.active, u.out_of_office, u.capacity
           from team_members m join users u on u.id = m.user_id
           order by m.is_lead desc, u.name, u.id"#
    )
    .fetch_all(db)
    .await?;
    let mut all: Vec<Team> = teams
        .into_iter()
        .map(|t| Team {
            id: t.id,
            name: t.name,
            active: t.active,
            auto_assign: t.auto_assign,
            members: Vec::new(),
            open: t.open,
        })
        .collect();
    for m in members {
        if let Some(team) = all.iter_mut().find(|t| t.id == m.team) {
            team.members.push(Member {
                user: m.user,
                name: m.name,
                role: m.role,
                is_lead: m.is_lead,
                active: m.active,
                out_of_office: m.out_of_office,
                capacity: m.capacity,
            });
        }
    }
    Ok(all)
}

/// Active staff who work with tickets or lead those who do.
pub async fn candidates(db: &mut PgConnection) -> Result<Vec<Candidate>, Error> {
    let rows = sqlx::query_as!(
        Candidate,
        r#"select id as "user: _", name, email, role as "role: _" from users
           where active and role in ('agent', 'admin', 'manager') order by name, id"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

pub async fn name(db: &mut PgConnection, id: TeamId) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar!("select name from teams where id = $1", id as _).fetch_optional(db).await?)
}

/// Whether another team than `except` already has the name.
pub async fn is_taken(db: &mut PgConnection, name: &str, except: Option<TeamId>) -> Result<bool, Error> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from teams where lower(name) = lower($1) and id is distinct from $2) as "is!""#,
        name,
        except as _
    )
    .fetch_one(db)
    .await?)
}

/// How many active teams there are besides `id`.
pub async fn other_active(db: &mut PgConnection, id: TeamId) -> Result<i64, Error> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "n!" from teams where active and id <> $1"#, id as _)
        .fetch_one(db)
        .await?)
}

pub async fn insert(db: &mut PgConnection, id: TeamId, draft: &TeamDraft, at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into teams (id, name, active, auto_assign, created_at) values ($1, $2, $3, $4, $5)",
        id as _,
        draft.name,
        draft.active,
        draft.auto_assign,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// `false`: there is none with this id.
pub async fn update(db: &mut PgConnection, id: TeamId, draft: &TeamDraft) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update teams set name = $2, active = $3, auto_assign = $4 where id = $1",
        id as _,
        draft.name,
        draft.active,
        draft.auto_assign
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts somebody into a team, or makes them its lead or no longer so. The person's name, or `None` where
/// they may not be a member: customers, executives and who is switched off.
pub async fn put_member(
    db: &mut PgConnection,
    team: TeamId,
    user: UserId,
    is_lead: bool,
) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar!(
        r#"with person as (select id, name from users where id = $2 and active and role in ('agent', 'admin', 'manager')),
                put as (
                    insert into team_members (team_id, user_id, is_lead) select $1, id, $3 from person
                    on conflict (team_id, user_id) do update set is_lead = excluded.is_lead
                    returning user_id
                )
           select p.name as "name!" from person p join put on put.user_id = p.id"#,
        team as _,
        user as _,
        is_lead
    )
    .fetch_optional(db)
    .await?)
}

/// The name of who left the team.
pub async fn drop_member(db: &mut PgConnection, team: TeamId, user: UserId) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar!(
        r#"with gone as (delete from team_members where team_id = $1 and user_id = $2 returning user_id)
           select u.name as "name!" from users u join gone on gone.user_id = u.id"#,
        team as _,
        user as _
    )
    .fetch_optional(db)
    .await?)
}

/// Puts somebody into a team as its lead, whatever their role.
pub async fn seat(db: &mut PgConnection, team: TeamId, user: UserId) -> Result<(), Error> {
    sqlx::query!("insert into team_members (team_id, user_id, is_lead) values ($1, $2, true)", team as _, user as _)
        .execute(db)
        .await?;
    Ok(())
}
