//! Who is told of an event, and what of it. Pure; the permission table decides.
use std::sync::Arc;

use uuid::Uuid;

use super::model::{LiveEvent, LiveKind};
use crate::{
    core::{
        Actor, Permission,
        id::{TeamId, UserId},
    },
    events::{
        Event,
        reader::{Cursor, Stored},
    },
    tickets::digest::Digest,
};

/// An event as the hub keeps it: what of it decides who hears, and nothing that anybody wrote.
#[derive(Clone, Debug)]
pub struct Happening {
    pub cursor: Cursor,
    pub kind: LiveKind,
    /// Whether the customer of the ticket may know.
    pub public: bool,
    /// The ticket as it stood when the event was read.
    pub ticket: Option<Arc<Digest>>,
    /// The team, or the watcher, that has just lost sight of the ticket.
    pub left: Option<Left>,
    /// The person, policy or setting it is about where that is no ticket.
    pub subject: Option<Uuid>,
}

/// Who may have lost sight of a ticket by an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    Team(TeamId),
    Watcher(UserId),
}

impl Happening {
    /// What the hub keeps of `event`, given the ticket it is about.
    pub fn of(event: &Stored, ticket: Option<Arc<Digest>>) -> Self {
        let left = match &event.event {
            Event::Transferred { from_team, to_team, .. } if from_team != to_team => Some(Left::Team(*from_team)),
            Event::Unwatched { user } => Some(Left::Watcher(*user)),
            _ => None,
        };
        let subject = match &event.event {
            Event::PerformanceRated { rated, .. } => Some((*rated).into()),
            _ => event.subject,
        };
        Self { cursor: event.cursor(), kind: kind_of(&event.event), public: event.public, ticket, left, subject }
    }

    /// The copy for `actor`, given how the ticket stands `now`; `None` where it is none of their business.
    pub fn copy_for(&self, actor: &Actor, now: Option<&Digest>) -> Option<LiveEvent> {
        match now {
            Some(ticket) => self.ticket_copy(actor, ticket),
            None => self.desk_copy(actor),
        }
    }

    fn ticket_copy(&self, actor: &Actor, ticket: &Digest) -> Option<LiveEvent> {
        let person = actor.person();
        let standing = ticket.standing(actor.user_id());
        let number = Some(ticket.number);
        if actor.may_on(Permission::ReadTicketAsStaff, &standing) {
            return Some(LiveEvent { kind: self.kind, ticket: Some(ticket.id), number });
        }
        if self.public && actor.may_on(Permission::ReadTicketAsCustomer, &standing) {
            return Some(LiveEvent { kind: self.kind, ticket: None, number });
        }
        let lost = actor.may(Permission::ReadTicketAsStaff)
            && match self.left? {
                Left::Team(team) => person.is_some_and(|p| p.teams.contains(&team)),
                Left::Watcher(user) => person.is_some_and(|p| p.id == user),
            };
        lost.then_some(LiveEvent { kind: LiveKind::Left, ticket: Some(ticket.id), number })
    }

    fn desk_copy(&self, actor: &Actor) -> Option<LiveEvent> {
        let own = self.subject.is_some() && self.subject == actor.user_id().map(Uuid::from);
        let told = match self.kind {
            LiveKind::Bell => own,
            LiveKind::People => own || actor.may(Permission::ManageUsers) || actor.may(Permission::ReadAudit),
            LiveKind::Desk => actor.may(Permission::ConfigureDesk) || actor.may(Permission::ManageSettings),
            LiveKind::Ratings => own || actor.may(Permission::ReadTeamFigures) || actor.may(Permission::ReadAudit),
            LiveKind::Resync => true,
            // Everything else is about a ticket; of one that is gone nobody hears.
            _ => false,
        };
        told.then_some(LiveEvent::of(self.kind))
    }
}

/// The word for an event on the wire.
const fn kind_of(event: &Event) -> LiveKind {
    use crate::conversations::model::MessageKind;
    match event {
        Event::TicketCreated { .. } => LiveKind::Created,
        Event::MessageAdded { visibility: MessageKind::Public, .. } => LiveKind::Message,
        Event::MessageAdded { visibility: MessageKind::Internal, .. } => LiveKind::Note,
        Event::StatusChanged { .. } => LiveKind::Status,
        Event::Assigned { .. } | Event::Transferred { .. } | Event::Unassigned { .. } => LiveKind::Assigned,
        Event::PriorityChanged { .. }
        | Event::CategoryChanged { .. }
        | Event::TagsChanged { .. }
        | Event::Watched { .. }
        | Event::Unwatched { .. }
        | Event::Escalated { .. }
        | Event::EscalationAcknowledged { .. }
        | Event::Routed { .. } => LiveKind::Changed,
        Event::SlaStep { .. } | Event::SlaMissed { .. } | Event::ReplyNotNeeded | Event::PromisesChanged { .. } => {
            LiveKind::Promise
        }
        Event::Rated { .. } | Event::SolutionConfirmed | Event::SolutionRefused => LiveKind::Rated,
        Event::SignedIn { .. }
        | Event::SignInFailed { .. }
        | Event::LockedOut { .. }
        | Event::SignedOut
        | Event::PasswordChanged
        | Event::AccountCreated { .. }
        | Event::AccountChanged { .. }
        | Event::SessionsEnded { .. } => LiveKind::People,
        Event::Configured { .. } => LiveKind::Desk,
        Event::PerformanceRated { .. } => LiveKind::Ratings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        core::{Person, Role, id::Id},
        tickets::model::Status,
    };

    fn person(role: Role, teams: Vec<TeamId>) -> Actor {
        let id = UserId::new();
        let (name, email) = ("Ada".to_owned(), "ada@example.org".to_owned());
        Actor::Person(Person { id, name, email, role, organisation: None, teams, time_zone: "UTC".to_owned() })
    }

    fn ticket(team: TeamId, requester: UserId) -> Digest {
        Digest {
            id: Id::new(),
            number: 1042,
            subject: "canary".to_owned(),
            status: Status::Open,
            team,
            assignee: None,
            requester,
            shared_with: None,
            watchers: Vec::new(),
            created_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn happening(kind: LiveKind, public: bool) -> Happening {
        Happening { cursor: Cursor::default(), kind, public, ticket: None, left: None, subject: None }
    }

    #[test]
    fn threat_35_each_reader_gets_a_copy_made_by_his_permissions() {
        let (ours, theirs) = (TeamId::new(), TeamId::new());
        let customer = person(Role::User, vec![]);
        let about = ticket(ours, customer.user_id().unwrap());
        let (note, reply) = (happening(LiveKind::Note, false), happening(LiveKind::Message, true));

        // The team's agent hears of both, with the id.
        let agent = person(Role::Agent, vec![ours]);
        for h in [&note, &reply] {
            assert_eq!(h.copy_for(&agent, Some(&about)).unwrap().ticket, Some(about.id));
        }
        // The customer, and the holder of the link, hear of the reply, without the id, and not of the note.
        let holder = Actor::LinkHolder { ticket: about.id, requester: about.requester };
        for reader in [&customer, &holder] {
            assert_eq!(note.copy_for(reader, Some(&about)), None);
            let copy = LiveEvent { kind: LiveKind::Message, ticket: None, number: Some(1042) };
            assert_eq!(reply.copy_for(reader, Some(&about)), Some(copy));
        }
        // Nobody else hears anything.
        let another = Actor::LinkHolder { ticket: Id::new(), requester: about.requester };
        for reader in [person(Role::User, vec![]), person(Role::Agent, vec![theirs]), another, Actor::Guest] {
            assert_eq!(note.copy_for(&reader, Some(&about)), None, "{reader:?}");
            assert_eq!(reply.copy_for(&reader, Some(&about)), None, "{reader:?}");
        }
    }

    #[test]
    fn who_watches_a_ticket_of_another_team_hears_of_it() {
        let agent = person(Role::Agent, vec![]);
        let mut about = ticket(TeamId::new(), UserId::new());
        assert_eq!(happening(LiveKind::Note, false).copy_for(&agent, Some(&about)), None);
        about.watchers.push(agent.user_id().unwrap());
        assert!(happening(LiveKind::Note, false).copy_for(&agent, Some(&about)).is_some());
    }

    #[test]
    fn a_team_that_gives_a_ticket_away_learns_that_it_left_and_nothing_after() {
        let (ours, theirs) = (TeamId::new(), TeamId::new());
        let agent = person(Role::Agent, vec![ours]);
        let about = ticket(theirs, UserId::new());
        let mut transfer = happening(LiveKind::Assigned, false);
        transfer.left = Some(Left::Team(ours));
        assert_eq!(transfer.copy_for(&agent, Some(&about)).unwrap().kind, LiveKind::Left);
        assert_eq!(happening(LiveKind::Note, false).copy_for(&agent, Some(&about)), None);
    }

    #[test]
    fn the_bell_rings_for_its_owner_alone() {
        let (ada, bo) = (person(Role::Superadmin, vec![]), person(Role::Superadmin, vec![]));
        let mut bell = happening(LiveKind::Bell, false);
        bell.subject = ada.user_id().map(Uuid::from);
        assert!(bell.copy_for(&ada, None).is_some());
        assert_eq!(bell.copy_for(&bo, None), None);
    }

    #[test]
    fn sign_ins_of_others_are_for_those_who_manage_accounts() {
        let mut sign_in = happening(LiveKind::People, false);
        sign_in.subject = Some(crate::core::id::fresh());
        for role in Role::ALL {
            let told = sign_in.copy_for(&person(role, vec![]), None).is_some();
            assert_eq!(told, role == Role::Superadmin, "{role}");
        }
    }
}
