//! What the desk's pages ask for. Every question is answered for the actor alone.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use super::{
    model::{Choices, Counts, DueHour, Home, Line, Listing, May, TeamChoice, TicketPage},
    store,
};
use crate::{
    core::{
        Error, Permission, Tx,
        id::{TicketId, UserId},
        page::MAX_PAGE,
    },
    sla,
    tickets::{
        list::{self, Reach, TicketRow},
        model::{PersonRef, TeamRef},
        names::Names,
        query::{ALL_TICKETS, Days, Filter, Holder, Hour, ListQuery, View},
        read, service as tickets, timeline,
        wall::WallClock,
    },
};

/// Rows of one page of a list: more than a screen shows. The next ones are fetched as their reader comes near.
pub const PAGE: u32 = 30;

/// One page of a list.
pub async fn listing(tx: &mut Tx, query: &ListQuery, limit: u32) -> Result<Listing, Error> {
    let page = list::page(tx, query, limit.min(MAX_PAGE)).await?;
    let clock = WallClock::of(tx);
    let rows = page.rows.into_iter().map(|ticket| line(ticket, &clock)).collect();
    let count = match query.is_filtered() && query.after.is_none() {
        true => Some(list::count(tx, query).await?),
        false => None,
    };
    Ok(Listing { query: query.clone(), rows, count, next: page.next })
}

fn line(ticket: TicketRow, clock: &WallClock) -> Line {
    Line {
        promise: clock.promise(&ticket.sla),
        id: ticket.id,
        number: ticket.number,
        version: ticket.version,
        subject: ticket.subject,
        status: ticket.status,
        priority: ticket.priority,
        requester: ticket.requester,
        organisation: ticket.organisation,
        assignee: ticket.assignee,
        unread: ticket.unread,
    }
}

/// How long counts may be old. Whoever finds them older counts again; the others take the old ones
/// meanwhile, so that a busy desk counts once a second and not once a page.
const FRESH: TimeDelta = TimeDelta::seconds(1);

/// The counts last given to each member of staff.
#[derive(Default)]
struct Counted(Mutex<HashMap<UserId, (DateTime<Utc>, Option<Counts>)>>);

/// How many tickets each view holds for the actor.
pub async fn counts(tx: &mut Tx) -> Result<Counts, Error> {
    tx.actor.require(Permission::ListTickets)?;
    let me = tx.actor.signed_in()?.id;
    let cache = tx.app.room::<Counted>();
    {
        let mut all = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = all.entry(me).or_insert((DateTime::<Utc>::MIN_UTC, None));
        match slot {
            (at, Some(counts)) if tx.now - *at < FRESH => return Ok(*counts),
            (at, Some(_)) => *at = tx.now,
            _ => {}
        }
    }
    let fresh = count(tx).await?;
    let mut all = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
    all.insert(me, (tx.now, Some(fresh)));
    Ok(fresh)
}

async fn count(tx: &mut Tx) -> Result<Counts, Error> {
    let (me, now) = (tx.actor.signed_in()?.id, tx.now);
    let reach = Reach::of(&tx.actor)?;
    Ok(store::counts(tx, me, reach.teams(), now).await?)
}

/// How many hours ahead the start page looks.
const HOURS: i32 = 12;

/// The agent's start page.
pub async fn home(tx: &mut Tx) -> Result<Home, Error> {
    tx.actor.require(Permission::OpenDesk)?;
    let (me, name, now) = (tx.actor.signed_in()?.id, tx.actor.signed_in()?.name.clone(), tx.now);
    let reach = Reach::of(&tx.actor)?;
    let clock = WallClock::of(tx);
    let counts = counts(tx).await?;
    let days = Days { from: now.date_naive().checked_sub_days(chrono::Days::new(6)), to: Some(now.date_naive()) };
    let (solved, solved_in_time) = store::solved(tx, me, reach.teams(), days.start().unwrap_or(now)).await?;
    let filter = Filter { assignee: Some(Holder::Me), resolved: Some(days), ..Filter::default() };
    let solved_list = ListQuery { filter, ..ListQuery::of(View::All) }.href(ALL_TICKETS, false, &[]);
    let from = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    let to = from + TimeDelta::hours(i64::from(HOURS));
    let by_hour = store::due_by_hour(tx, me, reach.teams(), now, from, to).await?;
    let due = (0..HOURS)
        .map(|ahead| {
            let hour = Hour(from + TimeDelta::hours(i64::from(ahead)));
            let filter = Filter { due: Some(hour), ..Filter::default() };
            DueHour {
                label: clock.hour(hour.0),
                count: by_hour.iter().find(|(h, _)| *h == ahead).map_or(0, |(_, n)| *n),
                list: ListQuery { filter, ..ListQuery::of(View::DueSoon) }.href("/desk/due-soon", false, &[]),
            }
        })
        .collect();
    let mut act = list::page(tx, &ListQuery::of(View::Mine), 5).await?.rows;
    if act.len() < 5 {
        let rest = list::page(tx, &ListQuery::of(View::Unassigned), 5).await?.rows;
        act.extend(rest.into_iter().take(5 - act.len()));
    }
    let act = act.into_iter().map(|ticket| line(ticket, &clock)).collect();
    Ok(Home { name, counts, solved, solved_in_time, solved_list, due, act })
}

/// A ticket with everything its page shows. Staff only: customers have their own page.
///
/// # Errors
/// [`Error::NotFound`] for what they may not see.
pub async fn ticket(tx: &mut Tx, number: i64, before: Option<DateTime<Utc>>) -> Result<TicketPage, Error> {
    tx.actor.require(Permission::ReadTicketAsStaff)?;
    let mut read = read::by_number(tx, number).await?;
    let mut found = timeline::find(tx, &read.standing, before).await?;
    // Each look sees what is committed by then: somebody wrote between the two, and what the reader does next would
    // be refused for a version that is older than what they saw.
    if found.written_after(read.ticket.updated_at) {
        read = read::by_number(tx, number).await?;
        found = timeline::find(tx, &read.standing, before).await?;
    }
    let course = sla::course::course(tx, read.ticket.id).await?;
    let mentioned = found.mentioned().into_iter().chain(sla::explain::mentioned(&course));
    let names = Names::of(tx, mentioned.collect()).await?;
    let zone = tx.actor.zone();
    let timeline = found.told(&names, zone, tx.now);
    let why = Arc::new(sla::explain::told(&course, &names, zone, tx.now));
    let may = |permission| tx.actor.may_on(permission, &read.standing);
    Ok(TicketPage {
        why,
        may: May {
            write: may(Permission::WriteAsStaff),
            assign: may(Permission::AssignTicket),
            change: may(Permission::ChangeTicket),
        },
        watching: read.standing.watched,
        ticket: read.ticket,
        timeline,
        trace: read.trace,
        me: tx.actor.signed_in()?.id,
        as_of: tx.now,
    })
}

/// What forms on a ticket offer: teams with who may hold their tickets, and categories.
pub async fn choices(tx: &mut Tx) -> Result<Choices, Error> {
    tx.actor.require(Permission::ListTickets)?;
    let mut teams: Vec<TeamChoice> = Vec::new();
    for row in store::members(tx).await? {
        if teams.last().is_none_or(|last| last.team.id != row.team) {
            teams.push(TeamChoice { team: TeamRef { id: row.team, name: row.team_name }, members: Vec::new() });
        }
        if let (Some(last), Some((id, name))) = (teams.last_mut(), row.person.zip(row.person_name)) {
            last.members.push(PersonRef { id, name });
        }
    }
    Ok(Choices { teams, categories: store::categories(tx).await? })
}

/// The actor has read the ticket as it stood at `at` (never later than now).
///
/// # Errors
/// [`Error::NotFound`] for what they may not see.
pub async fn mark_read(tx: &mut Tx, id: TicketId, at: DateTime<Utc>) -> Result<(), Error> {
    tx.actor.require(Permission::ReadTicketAsStaff)?;
    let standing = tickets::standing(tx, id).await?;
    tx.require(Permission::ReadTicketAsStaff, &standing)?;
    let (me, at) = (tx.actor.signed_in()?.id, at.min(tx.now));
    Ok(store::mark_read(tx, id, me, at).await?)
}
