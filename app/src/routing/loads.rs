//! Who of a team gets its next ticket.
//!
//! Counting what people hold would be the most of what filing a ticket costs the database. So it is counted a few
//! times a second at most, and what this server gave to somebody since is added. What other servers gave meanwhile, what
//! is not committed when it is counted, what somebody of two teams gets in the other, and that a ticket given was refused
//! in the end is seen with the next count.
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::store::{self, Agent};
use crate::core::{Error, Tx, id::TeamId};

/// How old a count may be. What other servers gave, and who went out of office, is seen after that.
const MAX_AGE: TimeDelta = TimeDelta::milliseconds(250);

/// What is known of each team's agents. Belongs into [`App::room`](crate::core::App::room).
#[derive(Default)]
pub struct Loads(Mutex<HashMap<TeamId, Counted>>);

struct Counted {
    at: DateTime<Utc>,
    agents: Vec<Agent>,
}

impl Counted {
    fn is_young(&self, now: DateTime<Utc>) -> bool {
        // Of acts that overlap, the one that began first may come here last.
        (now - self.at).abs() < MAX_AGE
    }

    /// The one with the fewest tickets who has room for another, as they were before they get it.
    fn give(&mut self) -> Option<Agent> {
        let has_room = |agent: &&mut Agent| agent.capacity.is_none_or(|capacity| agent.load < capacity.into());
        let least = self.agents.iter_mut().filter(has_room).min_by_key(|agent| agent.load)?;
        let before = least.clone();
        least.load += 1;
        Some(before)
    }
}

impl Loads {
    /// Gives a ticket of `team` to the agent with the fewest, of equal ones the first by name. `None`: nobody is in and
    /// has room.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the database cannot be reached.
    pub async fn give(&self, tx: &mut Tx, team: TeamId) -> Result<Option<Agent>, Error> {
        let now = tx.now;
        if let Some(known) = self.teams().get_mut(&team).filter(|known| known.is_young(now)) {
            return Ok(known.give());
        }
        let agents = store::agents(tx, team).await?;
        let mut teams = self.teams();
        // Another act may have counted meanwhile and given some: its count stays.
        if !teams.get(&team).is_some_and(|known| known.is_young(now)) {
            teams.insert(team, Counted { at: now, agents });
        }
        Ok(teams.get_mut(&team).and_then(Counted::give))
    }

    /// Has everybody counted again: for whoever changes teams.
    pub fn forget(&self) {
        self.teams().clear();
    }

    fn teams(&self) -> std::sync::MutexGuard<'_, HashMap<TeamId, Counted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::UserId;

    fn agent(name: &str, load: i64, capacity: Option<i32>) -> Agent {
        Agent { id: UserId::new(), name: name.to_owned(), load, capacity }
    }

    #[test]
    fn each_ticket_goes_to_whoever_then_has_the_fewest() {
        let agents = vec![agent("Ada", 3, None), agent("Bo", 1, Some(3)), agent("Cy", 1, None)];
        let mut counted = Counted { at: DateTime::UNIX_EPOCH, agents };
        let given: Vec<_> = (0..8).map(|_| counted.give().map(|a| (a.name, a.load))).collect();
        let names: Vec<_> = given.iter().flatten().map(|(name, load)| (name.as_str(), *load)).collect();
        // Bo is full at three; Ada and Cy go on by turns.
        let expected = [("Bo", 1), ("Cy", 1), ("Bo", 2), ("Cy", 2), ("Ada", 3), ("Cy", 3), ("Ada", 4), ("Cy", 4)];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_full_team_gets_nothing() {
        let mut counted = Counted { at: DateTime::UNIX_EPOCH, agents: vec![agent("Ada", 2, Some(2))] };
        assert!(counted.give().is_none());
    }
}
