//! What a superadmin does with the accounts of others. Every change is an event, so the audit log has it.
use super::{
    model::{Membership, NewUser, TokenPurpose, UserChange, UserDetail, UserFilter, UserRow},
    service::mail_link,
    sessions, store,
    tokens::Addressee,
};
use crate::{
    core::{
        Error, FieldError, Permission, Role, Tx,
        id::{TeamId, UserId},
        page::Page,
        text::{Email, PersonName, one_line},
    },
    events::{self, About, Event},
    routing,
};

/// Rows on a page of the list.
const ROWS: usize = 50;

/// The accounts of `filter`, by name.
pub async fn list(tx: &mut Tx, filter: &UserFilter) -> Result<Page<UserRow>, Error> {
    tx.actor.require(Permission::ManageUsers)?;
    let after = filter.after.as_deref().and_then(cursor);
    let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
    let q: String = one_line(&filter.q).chars().take(200).collect();
    let rows = store::users::list(tx, &q, filter.role, !filter.off, after, ROWS as i64 + 1).await?;
    let rows = rows.into_iter().map(row).collect();
    Ok(Page::cut(rows, ROWS, |last: &UserRow| format!("{}~{}", last.id, last.name)))
}

/// The last row of the page before, as its `next` names it.
fn cursor(after: &str) -> Option<(String, UserId)> {
    let (id, name) = after.split_once('~')?;
    Some((name.to_owned(), id.parse().ok()?))
}

fn row(listed: store::users::Listed) -> UserRow {
    UserRow {
        id: listed.id,
        name: listed.name,
        email: listed.email,
        role: listed.role,
        teams: listed.teams,
        active: listed.active,
        has_password: listed.has_password,
        last_seen_at: listed.last_seen_at,
    }
}

/// How many active people each role has; superadmins read it on their home.
pub async fn count_by_role(tx: &mut Tx) -> Result<Vec<(Role, i64)>, Error> {
    tx.actor.require(Permission::ManageUsers)?;
    Ok(store::users::count_by_role(tx).await?)
}

/// The teams an account can be put into; of `user`, where there is one yet.
pub async fn memberships(tx: &mut Tx, user: Option<UserId>) -> Result<Vec<Membership>, Error> {
    tx.actor.require(Permission::ManageUsers)?;
    let teams = store::users::memberships(tx, user).await?;
    Ok(teams.into_iter().map(|(team, name, member)| Membership { team, name, member }).collect())
}

/// One account. `current` is the key of the session that asks.
pub async fn detail(tx: &mut Tx, id: UserId, current: Option<&[u8]>) -> Result<UserDetail, Error> {
    tx.actor.require(Permission::ManageUsers)?;
    let listed = store::users::listed(tx, id).await?.ok_or(Error::NotFound)?;
    Ok(UserDetail {
        created_at: listed.created_at,
        row: row(listed),
        teams: memberships(tx, Some(id)).await?,
        sessions: sessions::of(tx, id, current).await?,
    })
}

/// Opens an account and mails its owner a link to choose a password.
///
/// # Errors
/// [`Error::Invalid`] at each wrong field; at `email`, too, where the address has an account.
pub async fn invite(tx: &mut Tx, new: NewUser) -> Result<UserId, Error> {
    tx.actor.require(Permission::ManageUsers)?;
    let (name, email) = match (PersonName::try_from(new.name), Email::try_from(new.email)) {
        (Ok(name), Ok(email)) => (name, email),
        (name, email) => {
            let name = name.err().map(|e| FieldError::new("name", e));
            let email = email.err().map(|e| FieldError::new("email", e));
            return Err(Error::Invalid(name.into_iter().chain(email).collect()));
        }
    };
    let (id, now) = (UserId::new(), tx.now);
    let account = store::users::New {
        id,
        name: name.as_str(),
        email: email.as_str(),
        role: new.role,
        password_hash: None,
        verified: false,
        time_zone: "UTC",
    };
    if !store::users::insert(tx, &account, now).await? {
        return Err(Error::invalid("email", "This address has an account already: look for it in the list."));
    }
    store::users::set_teams(tx, id, &new.teams).await?;
    let created = Event::AccountCreated { role: new.role.to_string() };
    events::append(tx, About::Subject(id.uuid()), &[created]).await?;
    mail_invitation(tx, id, name.as_str(), email.as_str()).await?;
    Ok(id)
}

/// Mails the invitation again, to somebody who has not chosen a password yet.
///
/// # Errors
/// [`Error::Refused`] where there is nothing to invite to.
pub async fn invite_again(tx: &mut Tx, id: UserId) -> Result<(), Error> {
    tx.actor.require(Permission::ManageUsers)?;
    let account = store::users::credentials(tx, id).await?.ok_or(Error::NotFound)?;
    if !account.active || account.password_hash.is_some() {
        return Err(Error::Refused(
            "This account has a password or is switched off, so there is nothing to accept.".to_owned(),
        ));
    }
    mail_invitation(tx, id, &account.name, &account.email).await
}

async fn mail_invitation(tx: &mut Tx, id: UserId, name: &str, email: &str) -> Result<(), Error> {
    let addressee = Addressee { name: name.to_owned(), email: email.to_owned() };
    mail_link(tx, TokenPurpose::Invitation, Some(id), &addressee).await
}

/// Changes name, role, teams and whether the account is on. A new role, or switching off, ends the
/// person's sessions; new teams count within a second.
///
/// # Errors
/// [`Error::Refused`] where nobody would be left who may do this.
pub async fn change(tx: &mut Tx, change: UserChange) -> Result<(), Error> {
    tx.actor.require(Permission::ManageUsers)?;
    let (id, now) = (change.id, tx.now);
    let name = PersonName::try_from(change.name).map_err(|e| Error::invalid("name", e))?;
    // In this order, everywhere: the superadmins, then the account.
    let superadmins = store::users::lock_superadmins(tx).await?;
    let old = store::users::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let stays = change.active && change.role == Role::Superadmin;
    if superadmins == [id] && !stays {
        return Err(Error::Refused("This is the last superadmin. Give somebody else the role first.".to_owned()));
    }
    let memberships = store::users::memberships(tx, Some(id)).await?;
    let mut changes = Vec::new();
    if old.name != name.as_str() {
        changes.push(format!("name: {} -> {}", old.name, name.as_str()));
    }
    if old.role != change.role {
        changes.push(format!("role: {} -> {}", old.role, change.role));
    }
    if old.active != change.active {
        changes.push(if change.active { "switched on" } else { "switched off" }.to_owned());
    }
    let ends = old.role != change.role || old.active != change.active;
    changes.extend(team_changes(&memberships, &change.teams));
    if changes.is_empty() {
        return Ok(());
    }
    store::users::set_standing(tx, id, name.as_str(), change.role, change.active, ends, now).await?;
    store::users::set_teams(tx, id, &change.teams).await?;
    let mut happened = vec![Event::AccountChanged { changes }];
    if ends {
        store::tokens::void(tx, id, now).await?;
        let count = store::sessions::end_all(tx, id, None).await?;
        happened.extend((count > 0).then_some(Event::SessionsEnded { count }));
    }
    events::append(tx, About::Subject(id.uuid()), &happened).await?;
    sessions::forget(&tx.app);
    routing::service::forget(tx);
    Ok(())
}

fn team_changes(old: &[(TeamId, String, bool)], new: &[TeamId]) -> Vec<String> {
    let word = |(id, name, was): &(TeamId, String, bool)| match (*was, new.contains(id)) {
        (false, true) => Some(format!("joins {name}")),
        (true, false) => Some(format!("leaves {name}")),
        _ => None,
    };
    old.iter().filter_map(word).collect()
}

/// Ends every session of a person; `kept` is the one that asks. How many.
pub async fn end_sessions(tx: &mut Tx, id: UserId, kept: Option<&[u8]>) -> Result<i64, Error> {
    tx.actor.require(Permission::ManageUsers)?;
    store::users::credentials(tx, id).await?.ok_or(Error::NotFound)?;
    let count = store::sessions::end_all(tx, id, kept).await?;
    if count > 0 {
        sessions::forget(&tx.app);
        events::append(tx, About::Subject(id.uuid()), &[Event::SessionsEnded { count }]).await?;
    }
    Ok(count)
}
