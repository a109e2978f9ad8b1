//! Which teams a report is about: those that its reader answers for, or the one of them that they chose.
use super::store;
use crate::{
    core::{Error, Permission, Tx, id::TeamId},
    tickets::{model::TeamRef, query::Filter},
};

/// What may be chosen, and what a report is about.
pub struct Reach {
    /// All teams that the reader answers for.
    pub names: Vec<(TeamId, String)>,
    /// Those that the report is about; `None`: all there are.
    pub teams: Option<Vec<TeamId>>,
}

impl Reach {
    /// # Errors
    /// [`Error::SignIn`], [`Error::Forbidden`]; [`Error::NotFound`] for a team that they do not answer for.
    pub async fn of(tx: &mut Tx, permission: Permission, chosen: Option<TeamId>) -> Result<Self, Error> {
        let mine = tx.actor.teams_of(permission)?;
        let names = store::team_names(tx, mine.as_deref()).await?;
        if chosen.is_some_and(|team| names.iter().all(|(id, _)| *id != team)) {
            return Err(Error::NotFound);
        }
        Ok(Self { names, teams: chosen.map_or(mine, |team| Some(vec![team])) })
    }

    pub fn teams(&self) -> Option<&[TeamId]> {
        self.teams.as_deref()
    }

    /// Leaves the tickets that the report is about. `None` where it is about no team: a list without one would be
    /// everybody's.
    pub fn filter(&self) -> Option<Filter> {
        let none = self.teams.as_ref().is_some_and(Vec::is_empty);
        (!none).then(|| Filter { team: self.teams.clone().unwrap_or_default(), ..Filter::default() })
    }

    /// The teams that it shows one by one.
    pub fn shown(&self) -> impl Iterator<Item = &(TeamId, String)> {
        self.names.iter().filter(|(id, _)| self.teams.as_ref().is_none_or(|teams| teams.contains(id)))
    }

    /// What may be chosen, as pages have it.
    pub fn choices(&self) -> Vec<TeamRef> {
        self.names.iter().map(|(id, name)| TeamRef { id: *id, name: name.clone() }).collect()
    }
}
