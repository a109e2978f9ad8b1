//! Settles the company in an empty desk: people, teams, categories, routing rules, settings, promises.
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    chance::named,
    company::{self, CATEGORIES, CUSTOMERS, MANAGERS, OUT_OF_OFFICE, RULES, TEAMS},
    logins::{self, LOGINS},
    promises,
};
use crate::{
    core::{
        Actor, Error, Role, Tx,
        id::{CategoryId, OrganisationId, RuleId, TeamId, UserId},
    },
    routing::model::{Conditions, Keyword},
    settings::{self, model::Settings},
};

const DOMAIN: &str = "larkfield.example";

/// The id that a team, category or person of the demo has in every demo.
pub(super) fn team_id(name: &str) -> TeamId {
    named(&format!("team {name}"))
}
pub(super) fn category_id(name: &str) -> CategoryId {
    named(&format!("category {name}"))
}
pub(super) fn user_id(email: &str) -> UserId {
    named(&format!("user {email}"))
}
pub(super) fn agent_id(name: &str) -> UserId {
    user_id(&company::address(name, DOMAIN))
}
pub(super) fn organisation_id(name: &str) -> OrganisationId {
    named(&format!("organisation {name}"))
}

/// Makes the company, unless it is there already: then nothing happens. As [`Actor::System`].
pub async fn settle(tx: &mut Tx) -> Result<(), Error> {
    if tx.actor != Actor::System {
        return Err(Error::Forbidden);
    }
    let email = logins::of(Role::Superadmin).email;
    let there = sqlx::query_scalar!(r#"select exists (select from users where email = $1) as "is!""#, email)
        .fetch_one(&mut **tx)
        .await?;
    if there {
        return Ok(());
    }
    // They have been here since before the first ticket.
    let since = tx.now - TimeDelta::days(600);
    organisations(tx, since).await?;
    customers(tx, since).await?;
    staff(tx, since).await?;
    teams(tx, since).await?;
    categories(tx, since).await?;
    rules(tx, since).await?;
    let desk = Settings {
        organisation_name: "Larkfield Instruments".into(),
        contact_email: Some(format!("help@{DOMAIN}")),
        default_team: Some(team_id(TEAMS[0].name)),
        ..Settings::default()
    };
    settings::service::change(tx, desk).await?;
    promises::publish(tx, since).await
}

async fn organisations(tx: &mut Tx, since: DateTime<Utc>) -> Result<(), Error> {
    for customer in &CUSTOMERS {
        sqlx::query!(
            "insert into organisations (id, name, tickets_shared, support_plan, created_at) values ($1, $2, $3, $4, $5)",
            organisation_id(customer.name) as _,
            customer.name,
            customer.shared,
            customer.plan,
            since
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn customers(tx: &mut Tx, since: DateTime<Utc>) -> Result<(), Error> {
    for customer in &CUSTOMERS {
        for name in customer.people {
            let email = company::address(name, customer.domain);
            person(tx, name, &email, Role::User, Some(organisation_id(customer.name)), customer.zone, None, since)
                .await?;
        }
    }
    Ok(())
}

async fn staff(tx: &mut Tx, since: DateTime<Utc>) -> Result<(), Error> {
    const ZONE: &str = "Europe/London";
    for (name, capacity) in TEAMS.iter().flat_map(|t| t.agents) {
        person(tx, name, &company::address(name, DOMAIN), Role::Agent, None, ZONE, Some(*capacity), since).await?;
    }
    for (name, _) in MANAGERS {
        person(tx, name, &company::address(name, DOMAIN), Role::Manager, None, ZONE, None, since).await?;
    }
    for login in LOGINS.iter().filter(|l| matches!(l.role, Role::Admin | Role::Ceo | Role::Superadmin)) {
        person(tx, login.name, login.email, login.role, None, ZONE, None, since).await?;
    }
    Ok(())
}

#[allow(clippy::too_many_arguments)] // a row
async fn person(
    tx: &mut Tx,
    name: &str,
    email: &str,
    role: Role,
    organisation: Option<OrganisationId>,
    zone: &str,
    capacity: Option<i32>,
    since: DateTime<Utc>,
) -> Result<(), Error> {
    // Those one can sign in as came first: they stand for their role.
    let first = LOGINS.iter().any(|login| login.email == email);
    let since = if first { since - TimeDelta::days(1) } else { since };
    sqlx::query!(
        "insert into users (id, email, name, role, organisation_id, email_verified_at, time_zone, capacity, out_of_office, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $6, $6)",
        user_id(email) as _,
        email,
        name,
        role as Role,
        organisation as _,
        since,
        zone,
        capacity,
        OUT_OF_OFFICE.contains(&name)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn teams(tx: &mut Tx, since: DateTime<Utc>) -> Result<(), Error> {
    for team in &TEAMS {
        sqlx::query!(
            "insert into teams (id, name, auto_assign, created_at) values ($1, $2, $3, $4)",
            team_id(team.name) as _,
            team.name,
            team.auto_assign,
            since
        )
        .execute(&mut **tx)
        .await?;
        for (place, (name, _)) in team.agents.iter().enumerate() {
            member(tx, team.name, agent_id(name), place == 0).await?;
        }
    }
    for (name, answers_for) in MANAGERS {
        for team in answers_for {
            member(tx, team, agent_id(name), false).await?;
        }
    }
    Ok(())
}

async fn member(tx: &mut Tx, team: &str, user: UserId, is_lead: bool) -> Result<(), Error> {
    sqlx::query!(
        "insert into team_members (team_id, user_id, is_lead) values ($1, $2, $3)",
        team_id(team) as _,
        user as _,
        is_lead
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn categories(tx: &mut Tx, since: DateTime<Utc>) -> Result<(), Error> {
    for (position, category) in (1..).zip(&CATEGORIES) {
        sqlx::query!(
            "insert into categories (id, name, help, position, created_at) values ($1, $2, $3, $4, $5)",
            category_id(category.name) as _,
            category.name,
            category.help,
            position,
            since
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn rules(tx: &mut Tx, since: DateTime<Utc>) -> Result<(), Error> {
    for (position, rule) in (1..).zip(&RULES) {
        let conditions = Conditions {
            category: rule.category.map(|index| category_id(CATEGORIES[index].name)),
            keywords: rule.keywords.iter().filter_map(|k| Keyword::try_from((*k).to_owned()).ok()).collect(),
        };
        let id: RuleId = named(&format!("rule {}", rule.name));
        sqlx::query!(
            "insert into routing_rules (id, position, name, conditions, set_priority, set_team_id, created_at, updated_at)
             values ($1, $2, $3, $4, $5::text::ticket_priority, $6, $7, $7)",
            id as _,
            position,
            rule.name,
            sqlx::types::Json(&conditions) as _,
            rule.priority,
            rule.team.map(|index| team_id(TEAMS[index].name)) as _,
            since
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
