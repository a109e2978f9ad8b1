//! Who is told of an event, and as what. Pure: the reader looks up, this decides.
//!
//! Nobody is told of what they did themselves. Whoever is named twice is told once, by the first rule.
use super::model::Kind;
use crate::{
    conversations::model::{MessageKind, Side},
    core::id::UserId,
    events::{Event, reader::Stored},
    people::directory::{Above, Leadership},
    sla::model::Whom,
    tickets::{
        digest::Digest,
        model::{Channel, Status},
    },
};

/// Everybody to be told of `event` on `ticket`, in order of importance.
pub fn told(event: &Stored, ticket: &Digest, team: &Leadership, above: &Above) -> Vec<(UserId, Kind)> {
    let assignee = || ticket.assignee.into_iter();
    let watchers = || ticket.watchers.iter().map(|w| (*w, Kind::Watched));
    let mut told: Vec<(UserId, Kind)> = match &event.event {
        Event::TicketCreated { channel: Channel::Import, .. } => Vec::new(),
        Event::TicketCreated { .. } => vec![(ticket.requester, Kind::Received)],
        // The first message came with the ticket, which is told as such.
        Event::MessageAdded { .. } if event.at == ticket.created_at => Vec::new(),
        Event::MessageAdded { visibility: MessageKind::Internal, .. } => watchers().collect(),
        Event::MessageAdded { side: Side::Customer, .. } => {
            assignee().map(|a| (a, Kind::CustomerReplied)).chain(watchers()).collect()
        }
        Event::MessageAdded { .. } => [(ticket.requester, Kind::Replied)].into_iter().chain(watchers()).collect(),
        Event::StatusChanged { to: Status::Resolved, .. } => vec![(ticket.requester, Kind::Resolved)],
        Event::Assigned { to, .. } | Event::Transferred { to: Some(to), .. } => vec![(*to, Kind::Assigned)],
        // By a step of the ladder: a colleague who hands it on says so.
        Event::Transferred { from: Some(from), step: Some(step), .. } | Event::Unassigned { from, step } => {
            let kind = if step.catch_up { Kind::PromiseDigest } else { Kind::TakenAway };
            vec![(*from, kind)]
        }
        Event::Watched { user, mentioned: true } => vec![(*user, Kind::Mentioned)],
        Event::Escalated { .. } => {
            let heard = step_people(Whom::Manager, ticket, team, above);
            heard.into_iter().map(|person| (person, Kind::Escalated)).collect()
        }
        Event::SlaStep { percent, catch_up, notify, .. } => {
            let kind = if *catch_up { Kind::PromiseDigest } else { step_kind(*percent) };
            let people = notify.iter().flat_map(|whom| step_people(*whom, ticket, team, above));
            people.map(|person| (person, kind)).collect()
        }
        _ => Vec::new(),
    };
    // A receipt is for whoever filed it, above all when they did so themselves.
    told.retain(|(user, kind)| *kind == Kind::Received || event.actor != Some(*user));
    let mut seen = Vec::with_capacity(told.len());
    told.retain(|(user, _)| {
        let first = !seen.contains(user);
        seen.push(*user);
        first
    });
    told
}

/// What a step of the ladder is called, by how much of the time is used.
const fn step_kind(percent: i32) -> Kind {
    match percent {
        ..80 => Kind::PromiseHalf,
        80..100 => Kind::PromiseAtRisk,
        100..120 => Kind::PromiseLate,
        120.. => Kind::PromiseEscalated,
    }
}

/// Whom a step of the ladder means on this ticket. Where nobody holds it, or nobody leads the team, the next above stand
/// in. What those who manage are to look at goes up as far as it must, so that it does not go unheard; whoever hears of
/// it may acknowledge it.
fn step_people(whom: Whom, ticket: &Digest, team: &Leadership, above: &Above) -> Vec<UserId> {
    let leads = || first_of([&team.leads, &team.managers, &[]]);
    match whom {
        Whom::Assignee => ticket.assignee.map_or_else(leads, |assignee| vec![assignee]),
        Whom::TeamLead => leads(),
        Whom::Manager => first_of([&team.managers, &above.executives, &above.administrators]),
        Whom::Executive => first_of([&above.executives, &team.managers, &above.administrators]),
    }
}

/// Those on the lowest of these rungs where there is anybody.
fn first_of(rungs: [&[UserId]; 3]) -> Vec<UserId> {
    rungs.into_iter().find(|rung| !rung.is_empty()).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::{
        core::id::{Id, MessageId, TeamId},
        events::model::LadderStep,
        sla::model::default_ladder,
    };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn ticket() -> Digest {
        Digest {
            id: Id::new(),
            number: 1042,
            subject: "VPN is down".to_owned(),
            status: Status::InProgress,
            team: TeamId::new(),
            assignee: Some(UserId::new()),
            requester: UserId::new(),
            shared_with: None,
            watchers: Vec::new(),
            created_at: at(0),
        }
    }

    fn by(actor: Option<UserId>, event: Event) -> Stored {
        Stored {
            seq: 1,
            xid: 1,
            at: at(60),
            actor,
            ticket: None,
            team: None,
            requester: None,
            subject: None,
            public: event.is_public(),
            event,
        }
    }

    fn message(visibility: MessageKind, side: Side) -> Event {
        Event::MessageAdded { message: MessageId::new(), visibility, side }
    }

    fn step(percent: i32, catch_up: bool) -> Event {
        let ladder = default_ladder();
        let step = ladder.iter().find(|step| i32::from(step.percent) == percent).expect("a step");
        Event::SlaStep {
            notify: step.notify.iter().copied().collect(),
            metric: "first_reply".to_owned(),
            cycle: 1,
            percent,
            due_at: None,
            reached_at: at(0),
            catch_up,
        }
    }

    #[test]
    fn nobody_is_told_of_what_they_did_themselves() {
        let mut t = ticket();
        let agent = t.assignee.unwrap();
        t.watchers.push(agent);
        let team = Leadership::default();
        let none = Vec::<(UserId, Kind)>::new();
        assert_eq!(
            told(&by(Some(agent), Event::Assigned { to: agent, by_routing: false }), &t, &team, &Above::default()),
            none
        );
        assert_eq!(
            told(&by(Some(agent), message(MessageKind::Internal, Side::Staff)), &t, &team, &Above::default()),
            none
        );
        let reply = by(Some(t.requester), message(MessageKind::Public, Side::Staff));
        assert_eq!(told(&reply, &t, &team, &Above::default()), vec![(agent, Kind::Watched)]);
    }

    #[test]
    fn who_files_a_request_gets_a_receipt_and_nothing_for_its_first_message() {
        let t = ticket();
        let created = by(Some(t.requester), Event::TicketCreated { number: 1042, channel: Channel::Form });
        assert_eq!(told(&created, &t, &Leadership::default(), &Above::default()), vec![(t.requester, Kind::Received)]);
        let mut first = by(Some(t.requester), message(MessageKind::Public, Side::Customer));
        first.at = t.created_at;
        assert_eq!(told(&first, &t, &Leadership::default(), &Above::default()), vec![]);
    }

    #[test]
    fn imported_tickets_are_not_confirmed() {
        let t = ticket();
        let created = by(None, Event::TicketCreated { number: 1042, channel: Channel::Import });
        assert_eq!(told(&created, &t, &Leadership::default(), &Above::default()), vec![]);
    }

    #[test]
    fn a_note_never_reaches_the_customer() {
        let t = ticket();
        let note = by(t.assignee, message(MessageKind::Internal, Side::Staff));
        assert!(
            told(&note, &t, &Leadership::default(), &Above::default()).iter().all(|(user, _)| *user != t.requester)
        );
    }

    #[test]
    fn each_step_of_the_ladder_is_heard_by_those_it_names() {
        let t = ticket();
        let (agent, lead, manager, chief) = (t.assignee.unwrap(), UserId::new(), UserId::new(), UserId::new());
        let team = Leadership { leads: vec![lead], managers: vec![manager] };
        let above = Above { executives: vec![chief], administrators: vec![UserId::new()] };
        let heard = |percent| told(&by(None, step(percent, false)), &t, &team, &above);
        assert_eq!(heard(50), vec![(agent, Kind::PromiseHalf)]);
        assert_eq!(heard(80), vec![(agent, Kind::PromiseAtRisk), (lead, Kind::PromiseAtRisk)]);
        assert_eq!(heard(100).iter().map(|h| h.0).collect::<Vec<_>>(), vec![agent, lead, manager]);
        assert_eq!(heard(120), vec![(chief, Kind::PromiseEscalated)]);
    }

    #[test]
    fn an_unassigned_ticket_without_a_lead_still_warns_somebody() {
        let mut t = ticket();
        t.assignee = None;
        let manager = UserId::new();
        let team = Leadership { leads: vec![], managers: vec![manager] };
        for percent in [50, 80, 100, 120] {
            assert_eq!(told(&by(None, step(percent, false)), &t, &team, &Above::default()).len(), 1, "{percent}");
        }
    }

    #[test]
    fn who_loses_a_ticket_to_the_ladder_hears_of_it_and_after_an_outage_in_the_digest() {
        let (t, holder) = (ticket(), UserId::new());
        let heard = |actor, event| told(&by(actor, event), &t, &Leadership::default(), &Above::default());
        let moved = |step| Event::Transferred {
            from_team: t.team,
            to_team: TeamId::new(),
            from: Some(holder),
            to: None,
            reason: "Theirs.".to_owned(),
            step,
        };
        for (catch_up, kind) in [(false, Kind::TakenAway), (true, Kind::PromiseDigest)] {
            let step = LadderStep { metric: "resolution".to_owned(), cycle: 1, percent: 100, catch_up };
            assert_eq!(heard(None, moved(Some(step.clone()))), vec![(holder, kind)]);
            assert_eq!(heard(None, Event::Unassigned { from: holder, step }), vec![(holder, kind)]);
        }
        assert_eq!(heard(t.assignee, moved(None)), vec![], "a colleague who hands it on says so");
    }

    #[test]
    fn an_escalation_is_heard_by_the_managers_or_where_there_is_none_by_the_next_above() {
        let (t, manager, chief, admin) = (ticket(), UserId::new(), UserId::new(), UserId::new());
        let escalated = by(t.assignee, Event::Escalated { reason: "Angry.".to_owned(), again: false });
        let lead = t.assignee.unwrap();
        // Who there is, who hears of what a colleague escalates, and who of those above of the steps at 100 and 120 %.
        for (managers, executives, heard, at_120) in [
            (vec![manager], vec![chief], manager, chief),
            (vec![manager], vec![], manager, manager),
            (vec![], vec![chief], chief, chief),
            (vec![], vec![], admin, admin),
        ] {
            let team = Leadership { leads: vec![lead], managers };
            let above = Above { executives, administrators: vec![admin] };
            assert_eq!(told(&escalated, &t, &team, &above), vec![(heard, Kind::Escalated)]);
            let of_step = |percent| told(&by(None, step(percent, false)), &t, &team, &above);
            assert_eq!(of_step(100), vec![(lead, Kind::PromiseLate), (heard, Kind::PromiseLate)]);
            assert_eq!(of_step(120), vec![(at_120, Kind::PromiseEscalated)]);
        }
    }

    #[test]
    fn steps_made_up_after_an_outage_become_a_digest() {
        let t = ticket();
        let heard = told(&by(None, step(80, true)), &t, &Leadership::default(), &Above::default());
        assert_eq!(heard, vec![(t.assignee.unwrap(), Kind::PromiseDigest)]);
    }
}
