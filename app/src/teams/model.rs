//! Teams as the administrator sees them.
use serde::{Deserialize, Serialize};

use crate::core::{
    Role,
    error::Error,
    id::{TeamId, UserId},
    text,
};

/// A team with its people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub active: bool,
    /// New tickets go to the least loaded agent instead of waiting to be taken.
    pub auto_assign: bool,
    pub members: Vec<Member>,
    /// Unsolved tickets.
    pub open: i64,
}

/// Somebody of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user: UserId,
    pub name: String,
    pub role: Role,
    pub is_lead: bool,
    pub active: bool,
    pub out_of_office: bool,
    pub capacity: Option<i32>,
}

/// Somebody who could join a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// What the form for a team sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamForm {
    pub name: String,
    #[serde(default)]
    pub auto_assign: Option<String>,
    #[serde(default)]
    pub active: Option<String>,
}

/// A team that can be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamDraft {
    pub name: String,
    pub auto_assign: bool,
    pub active: bool,
}

impl TryFrom<TeamForm> for TeamDraft {
    type Error = Error;

    fn try_from(form: TeamForm) -> Result<Self, Error> {
        let name = text::one_line(&form.name);
        if !(1..=80).contains(&name.chars().count()) {
            return Err(Error::invalid("name", "Give the team a name of at most 80 characters."));
        }
        Ok(Self { name, auto_assign: form.auto_assign.is_some(), active: form.active.is_some() })
    }
}
