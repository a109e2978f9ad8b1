//! What people do with their notifications, and how other rooms send a mail.
use super::{
    letter::Letter,
    mailing,
    model::{Bell, Choice, Delivery, Kind, Notice, NoticePage, Preference},
    store::{self, NoticeRow},
};
use crate::{
    core::{
        Error, Permission, Tx,
        actor::Standing,
        id::{NotificationId, TicketId, UserId},
        page::Page,
    },
    settings,
};

/// To whom a mail goes.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    pub user: Option<UserId>,
    pub email: &'a str,
    /// The ticket it is about: its mails make one thread.
    pub ticket: Option<TicketId>,
}

/// Decides, within the act of `tx`, that `letter` goes to `to`. `key` names the decision: taken again under
/// the same key, it changes nothing. A worker hands the mail over once the act is committed.
pub async fn send_mail(tx: &mut Tx, to: Recipient<'_>, key: &str, letter: Letter) -> Result<(), Error> {
    let earlier = match to.ticket {
        Some(ticket) => store::threads(tx, &[ticket]).await?.remove(&(ticket, to.email.to_owned())).unwrap_or_default(),
        None => Vec::new(),
    };
    let desk = desk_name(tx).await?;
    let mail = mailing::compose(&tx.app, &to, key.to_owned(), &letter, &desk, &earlier)?;
    let now = tx.now;
    Ok(store::insert_deliveries(tx, &[mail], now).await?)
}

/// What stands under every mail.
pub(super) async fn desk_name(tx: &mut Tx) -> Result<String, Error> {
    let settings = settings::service::in_force(tx).await?;
    Ok(format!("{}, {}", settings.organisation_name, tx.app.config.base_url))
}

/// The bell of the person who asks: how many unread, and the newest.
pub async fn bell(tx: &mut Tx) -> Result<Bell, Error> {
    const NEWEST: i64 = 8;
    let user = tx.actor.signed_in()?.id;
    let unread = store::unread(tx, user, Bell::MANY + 1).await?;
    let newest = store::notices(tx, user, false, None, NEWEST).await?;
    Ok(Bell { unread, newest: newest.into_iter().map(notice).collect() })
}

/// A page of the notifications of the person who asks, newest first.
pub async fn list(tx: &mut Tx, unread_only: bool, after: Option<&str>) -> Result<NoticePage, Error> {
    const ROWS: usize = 30;
    let user = tx.actor.signed_in()?.id;
    let before = after.map(parse_cursor).transpose()?;
    let rows = store::notices(tx, user, unread_only, before, ROWS as i64 + 1).await?;
    let page = Page::cut(rows, ROWS, |r| format!("{}_{}", r.created_at.timestamp_micros(), r.id));
    let desk = settings::service::in_force(tx).await?.organisation_name.clone();
    let page = Page { rows: page.rows.into_iter().map(notice).collect(), next: page.next };
    Ok(NoticePage { desk, page })
}

fn parse_cursor(text: &str) -> Result<(chrono::DateTime<chrono::Utc>, NotificationId), Error> {
    let parsed = text
        .split_once('_')
        .and_then(|(at, id)| Some((chrono::DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?)));
    parsed.ok_or(Error::NotFound)
}

fn notice(row: NoticeRow) -> Notice {
    // A kind of a newer server is still a line with a title.
    let kind = row.kind.parse().unwrap_or(Kind::Watched);
    let link = match (kind, row.number) {
        (Kind::PromiseDigest, _) => Some("/tickets?view=late".to_owned()),
        (Kind::Rated, _) => Some("/ratings".to_owned()),
        (kind, Some(number)) if kind.is_for_customers() => Some(format!("/my/tickets/{number}")),
        (_, Some(number)) => Some(format!("/tickets/{number}")),
        (_, None) => None,
    };
    let (title, body, at) = (row.title, row.body, row.created_at);
    Notice { id: row.id, kind, title, body, link, read: row.read_at.is_some(), at }
}

/// Marks one of the person's notifications, or all, as read; their other browsers follow.
pub async fn mark_read(tx: &mut Tx, which: Option<NotificationId>) -> Result<(), Error> {
    let (user, now) = (tx.actor.signed_in()?.id, tx.now);
    if store::mark_read(tx, user, which, now).await? {
        store::ring(tx, &[user]).await?;
    }
    Ok(())
}

/// Marks what the person was told about `ticket` as read: they are looking at it. Not for link holders,
/// who have no bell.
pub async fn seen(tx: &mut Tx, ticket: TicketId) -> Result<(), Error> {
    let Some(user) = tx.actor.person().map(|p| p.id) else { return Ok(()) };
    let now = tx.now;
    if store::mark_ticket_read(tx, user, ticket, now).await? {
        store::ring(tx, &[user]).await?;
    }
    Ok(())
}

/// What the person who asks may choose, and what they chose.
pub async fn preferences(tx: &mut Tx) -> Result<Vec<Preference>, Error> {
    let (user, role) = tx.actor.signed_in().map(|p| (p.id, p.role))?;
    let chosen = store::choices(tx, &[user]).await?;
    let kinds = Kind::ALL.into_iter().filter(|k| k.is_optional() && k.concerns(role));
    let choice = |kind: Kind| chosen.get(&(user, kind)).copied().unwrap_or_else(|| kind.default_choice());
    Ok(kinds.map(|kind| Preference { kind, choice: choice(kind) }).collect())
}

/// Remembers the whole form: `in_app` and `email` name the kinds that are ticked.
///
/// # Errors
/// [`Error::Refused`] for a kind that is unknown or not a thing to choose.
pub async fn set_preferences(tx: &mut Tx, in_app: &[String], email: &[String]) -> Result<(), Error> {
    tx.actor.require(Permission::ManageSelf)?;
    let (user, role) = tx.actor.signed_in().map(|p| (p.id, p.role))?;
    let offered: Vec<Kind> = Kind::ALL.into_iter().filter(|k| k.is_optional() && k.concerns(role)).collect();
    let is_offered = |word: &String| word.parse().is_ok_and(|kind| offered.contains(&kind));
    if !in_app.iter().chain(email).all(is_offered) {
        return Err(Error::Refused(
            "One of these notifications is not yours to choose. Load the page again.".to_owned(),
        ));
    }
    let ticked = |words: &[String], kind: Kind| words.iter().any(|w| w == kind.as_str());
    for kind in offered {
        store::choose(tx, user, kind, Choice { in_app: ticked(in_app, kind), email: ticked(email, kind) }).await?;
    }
    Ok(())
}

/// The mails about the ticket of `standing` and how their delivery went, for those who read it as staff.
pub async fn deliveries_of(tx: &mut Tx, standing: &Standing) -> Result<Vec<Delivery>, Error> {
    tx.require(Permission::ReadTicketAsStaff, standing)?;
    Ok(store::deliveries_of(tx, standing.ticket).await?)
}
