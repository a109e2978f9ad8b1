//! Who acts.
use serde::{Deserialize, Serialize};

use super::{
    error::Error,
    id::{OrganisationId, TeamId, TicketId, UserId},
    permission::{Permission, Role, Scope, scope},
};

/// Somebody signed in, as every page and service needs to know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub organisation: Option<OrganisationId>,
    /// The teams they work in.
    pub teams: Vec<TeamId>,
    /// IANA name of their time zone: in a request that of the browser that asks, where it says one.
    pub time_zone: String,
}

/// Who does something. The doors (pages, server functions, mail, jobs) find out; services ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody we know.
    Guest,
    /// Holds the signed link of one ticket and acts on it as its requester.
    LinkHolder {
        ticket: TicketId,
        requester: UserId,
    },
    Person(Person),
    /// The server itself: timers, routing, closing what was resolved long ago.
    System,
}

/// What of a ticket decides who may do what with it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub ticket: TicketId,
    pub team: TeamId,
    pub requester: UserId,
    /// The organisation the ticket belongs to, where it shares its tickets among its people.
    pub shared_with: Option<OrganisationId>,
    /// The actor watches the ticket or is mentioned in it.
    pub watched: bool,
}

impl Actor {
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(p) => Some(p),
            _ => None,
        }
    }

    /// The zone they read times in; UTC for who has none, or one that nobody knows.
    #[cfg(feature = "ssr")]
    pub fn zone(&self) -> chrono_tz::Tz {
        self.person().and_then(|person| person.time_zone.parse().ok()).unwrap_or(chrono_tz::Tz::UTC)
    }

    /// The id that events and messages are written under.
    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Person(p) => Some(p.id),
            Self::LinkHolder { requester, .. } => Some(*requester),
            Self::Guest | Self::System => None,
        }
    }

    /// How far `permission` reaches for this actor.
    pub fn scope(&self, permission: Permission) -> Scope {
        match self {
            Self::System => Scope::Everything,
            Self::Person(p) => scope(p.role, permission),
            Self::LinkHolder { .. } => match permission {
                Permission::ReadTicketAsCustomer | Permission::WriteAsCustomer | Permission::RateTicket => Scope::Own,
                Permission::CreateTicket => Scope::Everything,
                _ => Scope::Nothing,
            },
            Self::Guest => match permission {
                Permission::CreateTicket => Scope::Everything,
                _ => Scope::Nothing,
            },
        }
    }

    /// Whether the actor holds `permission` on anything at all.
    pub fn may(&self, permission: Permission) -> bool {
        self.scope(permission) > Scope::Nothing
    }

    /// Whether the actor holds `permission` on the ticket described by `standing`.
    pub fn may_on(&self, permission: Permission, standing: &Standing) -> bool {
        match self.scope(permission) {
            Scope::Nothing => false,
            Scope::Everything => true,
            Scope::Teams => self.person().is_some_and(|p| standing.watched || p.teams.contains(&standing.team)),
            Scope::Own => match self {
                Self::LinkHolder { ticket, .. } => *ticket == standing.ticket,
                Self::Person(p) => {
                    p.id == standing.requester
                        || (standing.shared_with.is_some() && standing.shared_with == p.organisation)
                }
                Self::Guest | Self::System => false,
            },
        }
    }

    /// For what concerns no single thing: a page, a list, a setting.
    ///
    /// # Errors
    /// [`Error::SignIn`] for a guest, [`Error::Forbidden`] for everybody else without it.
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.may(permission) {
            Ok(())
        } else if matches!(self, Self::Guest) {
            Err(Error::SignIn)
        } else {
            Err(Error::Forbidden)
        }
    }

    /// The teams in which the actor holds `permission`; `None`: in all. For lists and figures that are about teams alone,
    /// whatever the actor watches elsewhere.
    ///
    /// # Errors
    /// As [`Actor::require`].
    pub fn teams_of(&self, permission: Permission) -> Result<Option<Vec<TeamId>>, Error> {
        self.require(permission)?;
        Ok(match self.scope(permission) {
            Scope::Everything => None,
            Scope::Teams => Some(self.signed_in()?.teams.clone()),
            Scope::Own | Scope::Nothing => Some(Vec::new()),
        })
    }

    /// The person, or [`Error::SignIn`].
    pub fn signed_in(&self) -> Result<&Person, Error> {
        self.person().ok_or(Error::SignIn)
    }
}
