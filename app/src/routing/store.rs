//! The `routing_rules` table, and what routing has to know of teams and their people.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use super::{
    model::{Conditions, RoutingRule, RuleDraft},
    rules::Rule,
};
use crate::{
    core::{
        Error,
        id::{CategoryId, RuleId, TeamId, UserId},
    },
    tickets::model::{Category, Priority, TeamRef},
};

/// All that routing decides by, except who is in.
#[derive(Debug, Default)]
pub struct Board {
    pub rules: Vec<Rule>,
    teams: HashMap<TeamId, TeamFacts>,
    oldest: Option<TeamId>,
}

#[derive(Debug)]
pub struct TeamFacts {
    pub name: String,
    pub auto_assign: bool,
}

impl Board {
    /// What is known of an active team.
    pub fn team(&self, id: TeamId) -> Option<&TeamFacts> {
        self.teams.get(&id)
    }

    /// The active team that was made first.
    pub const fn oldest(&self) -> Option<TeamId> {
        self.oldest
    }
}

/// The active rules in order and the active teams.
pub async fn board(db: &mut PgConnection) -> Result<Board, Error> {
    let rules = sqlx::query!(
        r#"select id as "id: RuleId", name, conditions as "conditions: Json<Conditions>",
                  set_priority as "set_priority: Priority", set_team_id as "set_team: TeamId"
           from routing_rules where active order by position, id"#
    )
    .fetch_all(&mut *db)
    .await?;
    let teams =
        sqlx::query!(r#"select id as "id: TeamId", name, auto_assign from teams where active order by created_at, id"#)
            .fetch_all(db)
            .await?;
    let rule = |r: (RuleId, String, Conditions, Option<Priority>, Option<TeamId>)| Rule {
        id: r.0,
        name: r.1,
        category: r.2.category,
        keywords: r.2.keywords,
        set_priority: r.3,
        set_team: r.4,
    };
    Ok(Board {
        rules: rules.into_iter().map(|r| rule((r.id, r.name, r.conditions.0, r.set_priority, r.set_team))).collect(),
        oldest: teams.first().map(|t| t.id),
        teams: teams.into_iter().map(|t| (t.id, TeamFacts { name: t.name, auto_assign: t.auto_assign })).collect(),
    })
}

/// Somebody who could get a ticket.
#[derive(Clone, Debug)]
pub struct Agent {
    pub id: UserId,
    pub name: String,
    /// Unsolved tickets they hold.
    pub load: i64,
    /// The most they are to hold by routing.
    pub capacity: Option<i32>,
}

/// The team's active agents who are not out of office, by name. An index serves each count, which stops at the capacity
/// (at 500 where there is none).
pub async fn agents(db: &mut PgConnection, team: TeamId) -> sqlx::Result<Vec<Agent>> {
    sqlx::query_as!(
        Agent,
        r#"select u.id as "id: _", u.name, u.capacity, busy.n as "load!"
           from team_members m
           join users u on u.id = m.user_id
           cross join lateral (
               select count(*) as n from (
                   select from tickets t
                   where t.assignee_id = u.id and t.status in ('open', 'in_progress', 'on_hold')
                   limit coalesce(u.capacity, 500)
               ) held
           ) busy
           where m.team_id = $1 and u.role = 'agent' and u.active and not u.out_of_office
           order by u.name, u.id"#,
        team as _
    )
    .fetch_all(db)
    .await
}

pub async fn list(db: &mut PgConnection) -> Result<Vec<RoutingRule>, Error> {
    let rows = sqlx::query!(
        r#"select r.id as "id: RuleId", r.position, r.name, r.conditions as "conditions: Json<Conditions>",
                  r.set_priority as "set_priority: Priority", r.active,
                  c.id as "category_id?: CategoryId", c.name as "category_name?", c.help as "category_help?",
                  t.id as "team_id?: TeamId", t.name as "team_name?"
           from routing_rules r
           left join categories c on c.id = (r.conditions ->> 'category')::uuid
           left join teams t on t.id = r.set_team_id
           order by r.position, r.id"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| RoutingRule {
            id: r.id,
            position: r.position,
            name: r.name,
            category: r.category_id.zip(r.category_name).map(|(id, name)| Category {
                id,
                name,
                help: r.category_help.unwrap_or_default(),
            }),
            keywords: r.conditions.0.keywords,
            set_priority: r.set_priority,
            set_team: r.team_id.zip(r.team_name).map(|(id, name)| TeamRef { id, name }),
            active: r.active,
        })
        .collect())
}

pub async fn count(db: &mut PgConnection) -> Result<usize, Error> {
    let n = sqlx::query_scalar!(r#"select count(*) as "n!" from routing_rules"#).fetch_one(db).await?;
    Ok(usize::try_from(n).unwrap_or(usize::MAX))
}

pub async fn name(db: &mut PgConnection, id: RuleId) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar!("select name from routing_rules where id = $1", id as _).fetch_optional(db).await?)
}

/// Stores a rule as the last.
pub async fn insert(db: &mut PgConnection, id: RuleId, draft: &RuleDraft, at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into routing_rules (id, position, name, conditions, set_priority, set_team_id, active, created_at, updated_at)
         select $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, $6, $7, $7 from routing_rules",
        id as _,
        draft.name,
        Json(&draft.conditions) as _,
        draft.set_priority as _,
        draft.set_team as _,
        draft.active,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// `false`: there is none with this id.
pub async fn update(db: &mut PgConnection, id: RuleId, draft: &RuleDraft, at: DateTime<Utc>) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update routing_rules set name = $2, conditions = $3, set_priority = $4, set_team_id = $5, active = $6, updated_at = $7
         where id = $1",
        id as _,
        draft.name,
        Json(&draft.conditions) as _,
        draft.set_priority as _,
        draft.set_team as _,
        draft.active,
        at
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The name of the rule that was deleted.
pub async fn delete(db: &mut PgConnection, id: RuleId) -> Result<Option<String>, Error> {
    Ok(sqlx::query_scalar!("delete from routing_rules where id = $1 returning name", id as _)
        .fetch_optional(db)
        .await?)
}

/// All rules in order, locked, so that two people moving rules wait for each other.
pub async fn lock_order(db: &mut PgConnection) -> Result<Vec<RuleId>, Error> {
    let ids = sqlx::query_scalar!(r#"select id as "id: RuleId" from routing_rules order by position, id for update"#)
        .fetch_all(db)
        .await?;
    Ok(ids)
}

pub async fn set_order(db: &mut PgConnection, order: &[RuleId]) -> Result<(), Error> {
    sqlx::query!(
        "update routing_rules r set position = o.place
         from unnest($1::uuid[]) with ordinality as o (id, place) where r.id = o.id",
        order as _
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn team_is_active(db: &mut PgConnection, team: TeamId) -> Result<bool, Error> {
    Ok(sqlx::query_scalar!(r#"select exists (select from teams where id = $1 and active) as "is!""#, team as _)
        .fetch_one(db)
        .await?)
}

pub async fn category_exists(db: &mut PgConnection, category: CategoryId) -> Result<bool, Error> {
    Ok(sqlx::query_scalar!(r#"select exists (select from categories where id = $1) as "is!""#, category as _)
        .fetch_one(db)
        .await?)
}
