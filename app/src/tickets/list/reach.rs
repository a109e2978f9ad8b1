//! How far the eyes of an actor reach.
use crate::core::{
    Actor, Error, Permission, Scope,
    id::{TeamId, UserId},
};

/// How far a person's eyes reach, as SQL needs it.
pub(crate) enum Reach {
    Everything,
    /// These teams, and what `viewer` watches or is mentioned in.
    Teams {
        teams: Vec<TeamId>,
        viewer: UserId,
    },
}

impl Reach {
    /// The tickets that `actor` may list.
    pub(crate) fn of(actor: &Actor) -> Result<Self, Error> {
        match (actor.scope(Permission::ListTickets), actor.person()) {
            (Scope::Everything, _) => Ok(Self::Everything),
            (Scope::Teams, Some(person)) => Ok(Self::Teams { teams: person.teams.clone(), viewer: person.id }),
            _ => Err(Error::Forbidden),
        }
    }

    /// The teams it ends at; `None`: it does not end.
    pub(crate) fn teams(&self) -> Option<&[TeamId]> {
        match self {
            Self::Everything => None,
            Self::Teams { teams, .. } => Some(teams),
        }
    }
}
