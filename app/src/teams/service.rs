//! Changing teams and who is in them.
use super::{
    model::{Candidate, Team, TeamDraft},
    store,
};
use crate::{
    core::{
        Actor, Error, Permission, Tx,
        id::{TeamId, UserId},
    },
    events::{self, About, Event},
    routing, settings,
    tickets::model::TeamRef,
};

/// Teams that may be given tickets. For all staff.
pub async fn active(tx: &mut Tx) -> Result<Vec<TeamRef>, Error> {
    tx.actor.require(Permission::ListTickets)?;
    store::active(tx).await
}

/// All teams with their people.
pub async fn list(tx: &mut Tx) -> Result<Vec<Team>, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    store::list(tx).await
}

/// Who could join a team.
pub async fn candidates(tx: &mut Tx) -> Result<Vec<Candidate>, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    store::candidates(tx).await
}

/// Adds a team without members.
///
/// # Errors
/// [`Error::Invalid`] at `name` if another has it.
pub async fn add(tx: &mut Tx, draft: &TeamDraft) -> Result<TeamId, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let (id, now) = (TeamId::new(), tx.now);
    refuse_taken(tx, draft, None).await?;
    store::insert(tx, id, draft, now).await?;
    configured(tx, id, &draft.name, "added".into()).await?;
    Ok(id)
}

/// Renames a team, switches it on or off, or changes how its tickets are handed out.
///
/// # Errors
/// As [`add`]; [`Error::NotFound`] if there is none with this id; [`Error::Refused`] for switching off the
/// last one or the one for everything else, since new tickets would have nowhere to go.
pub async fn change(tx: &mut Tx, id: TeamId, draft: &TeamDraft) -> Result<(), Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    refuse_taken(tx, draft, Some(id)).await?;
    if !draft.active && store::other_active(tx, id).await? == 0 {
        return Err(Error::Refused("This is the only active team; new tickets would have nowhere to go.".to_owned()));
    }
    if !draft.active && settings::service::in_force(tx).await?.default_team == Some(id) {
        let said =
            "What no rule claims goes to this team. Choose another team for everything else in the settings first.";
        return Err(Error::Refused(said.to_owned()));
    }
    if !store::update(tx, id, draft).await? {
        return Err(Error::NotFound);
    }
    configured(tx, id, &draft.name, if draft.active { "changed" } else { "switched off" }.into()).await
}

/// Puts somebody into a team, as its lead or not; who is in it already becomes so.
///
/// # Errors
/// [`Error::Invalid`] at `user` for who cannot be a member.
pub async fn put_member(tx: &mut Tx, team: TeamId, user: UserId, is_lead: bool) -> Result<(), Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let name = store::name(tx, team).await?.ok_or(Error::NotFound)?;
    let person = store::put_member(tx, team, user, is_lead)
        .await?
        .ok_or_else(|| Error::invalid("user", "Choose an active agent, administrator or manager."))?;
    let standing = if is_lead { "lead" } else { "member" };
    configured(tx, team, &name, format!("{person} is now a {standing}")).await
}

/// Makes the first superadmin, who may be no ordinary member, the lead of the first team. For the set-up only.
pub async fn seat_first(tx: &mut Tx, team: TeamId, user: UserId) -> Result<(), Error> {
    if tx.actor != Actor::System {
        return Err(Error::Forbidden);
    }
    store::seat(tx, team, user).await
}

/// Takes somebody out of a team. Tickets they hold stay with them until they are transferred.
pub async fn drop_member(tx: &mut Tx, team: TeamId, user: UserId) -> Result<(), Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let name = store::name(tx, team).await?.ok_or(Error::NotFound)?;
    let person = store::drop_member(tx, team, user).await?.ok_or(Error::NotFound)?;
    configured(tx, team, &name, format!("{person} left")).await
}

async fn refuse_taken(tx: &mut Tx, draft: &TeamDraft, except: Option<TeamId>) -> Result<(), Error> {
    if store::is_taken(tx, &draft.name, except).await? {
        return Err(Error::invalid("name", "There is a team of this name already."));
    }
    Ok(())
}

async fn configured(tx: &mut Tx, id: TeamId, name: &str, change: String) -> Result<(), Error> {
    let event = Event::Configured { area: "team".into(), name: name.to_owned(), change };
    events::append(tx, About::Subject(id.uuid()), &[event]).await?;
    routing::service::forget(tx);
    Ok(())
}
