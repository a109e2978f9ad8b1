//! Decides where a new ticket goes.
use super::model::{Decision, Facts};
use crate::core::{Error, Tx, id::TeamId};

/// The team, priority and, where the team wants that, the least loaded agent for a ticket with `facts`.
///
/// # Errors
/// [`Error::Refused`] if the desk has no active team yet.
pub async fn route(tx: &mut Tx, facts: &Facts<'_>) -> Result<Decision, Error> {
    let team = match facts.team {
        Some(team) => team,
        None => {
            sqlx::query_scalar!(r#"select id as "id: TeamId" from teams where active order by created_at, id limit 1"#)
                .fetch_optional(&mut **tx)
                .await?
                .ok_or_else(|| {
                    Error::Refused("There is no team yet that could answer. Please try again later.".to_owned())
                })?
        }
    };
    Ok(Decision {
        priority: facts.priority.unwrap_or_default(),
        team,
        assignee: None,
        trace: vec!["No rule matched: the first team takes it.".to_owned()],
    })
}
