//! What is done with a form of the administrator's pages that was sent.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::calendar::ical;
use super::plan::{Change, plan};
use super::publish::Mentioned;
use super::views::{Concerns, Meaning, NAMED, Overview, Typed};
use super::{forms, meaning, publish};
use crate::core::id::{CalendarId, PolicyId};
use crate::core::{Error, Permission, Tx};

/// What the buttons beside a form ask for, by the field that says it.
pub(super) const APART: [&str; 2] = ["order", "retire"];

/// What became of a form.
pub enum Sent {
    /// It comes back with what it would change.
    Look,
    /// It is published: the id of what was changed, and for which tickets.
    Published(Uuid, Concerns),
}

/// Carries out what was sent from the policies' page, once the person has seen what it would change.
///
/// # Errors
/// As [`publish::publish`]; what cannot be read, at its field.
pub async fn send_policy(tx: &mut Tx, id: Option<PolicyId>, typed: &Typed) -> Result<Sent, Error> {
    let change = policy_change(tx, id, typed, None).await?;
    send(tx, change, typed).await
}

/// The same from the calendars' page.
///
/// # Errors
/// As [`send_policy`].
pub async fn send_calendar(tx: &mut Tx, id: Option<CalendarId>, typed: &Typed) -> Result<Sent, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let change = calendar_change(id, typed)?;
    send(tx, change.clone(), typed).await.map_err(|error| match (error, change) {
        (Error::Invalid(problems), Change::Calendar { spec, .. }) => {
            Error::Invalid(forms::calendar::at_fields(problems, &spec))
        }
        (other, _) => other,
    })
}

/// What the hours that were typed mean. Nothing is saved.
///
/// # Errors
/// [`Error::Forbidden`]; what cannot be read, at its field.
pub fn probe_calendar(tx: &Tx, typed: &Typed) -> Result<Meaning, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    only(typed, |field| forms::calendar::has(field) || is_common(field))?;
    meaning::of(typed, tx.now).map_err(Error::Invalid)
}

/// Adds the holidays of a calendar file to those that were typed; what there is to know of that. Nothing is saved.
///
/// # Errors
/// [`Error::Forbidden`]; why nothing comes of the file, at its field.
pub async fn import_holidays(tx: &Tx, typed: &mut Typed, file: Vec<u8>) -> Result<Vec<String>, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    only(typed, |field| forms::calendar::has(field) || is_common(field))?;
    let zone = forms::calendar::zone(typed.get("zone").map_or("", String::as_str).trim()).parse();
    let zone =
        zone.map_err(|_| Error::invalid("zone", "Say in which time zone first: the file’s hours are read in it"))?;
    if file.is_empty() {
        return Err(Error::invalid(forms::calendar::FILE, "Choose a calendar file (.ics) first"));
    }
    let now = tx.now;
    // A large file takes its time, and others wait for this thread.
    let read = tokio::task::spawn_blocking(move || ical::read(&file, zone, now)).await.map_err(Error::internal)?;
    let imported = read.map_err(|cause| Error::invalid(forms::calendar::FILE, cause.to_string()))?;
    let known = forms::calendar::add_holidays(typed, &imported.holidays);
    let added = match imported.holidays.len() - known {
        0 => "No holiday is new.".to_owned(),
        1 => "1 holiday was added below. Look at it, then publish.".to_owned(),
        many => format!("{many} holidays were added below. Look through them, then publish."),
    };
    let known = match known {
        0 => None,
        1 => Some("1 was there already.".to_owned()),
        many => Some(format!("{many} were there already.")),
    };
    Ok([Some(added), known].into_iter().flatten().chain(imported.notes).collect())
}

async fn send(tx: &mut Tx, change: Change, typed: &Typed) -> Result<Sent, Error> {
    // Typed on after looking: that is looked at first.
    let stale = typed.get("mark").is_some_and(|seen| !seen.is_empty() && *seen != mark(typed));
    if typed.get("do").is_none_or(|act| act != "publish") || stale {
        plan(tx, change, seen(typed)).await?;
        return Ok(Sent::Look);
    }
    let concerns = concerns(typed);
    let id = publish::publish(tx, change, seen(typed), concerns).await?;
    Ok(Sent::Published(id, concerns))
}

/// What every form of the two pages has beside its own fields.
fn is_common(field: &str) -> bool {
    ["seen", "do", "mark", "concerns", NAMED].contains(&field)
}

/// What is asked for on the policies' page. `overview`: where it is known already, with all that is typed.
pub(super) async fn policy_change(
    tx: &mut Tx,
    id: Option<PolicyId>,
    typed: &Typed,
    overview: Option<&Overview>,
) -> Result<Change, Error> {
    if let Some(order) = typed.get("order") {
        only(typed, |field| field == "order" || is_common(field))?;
        let order = order.split(',').map(str::parse).collect::<Result<_, _>>();
        return Ok(Change::Order(order.map_err(|_| Error::garbled())?));
    }
    if typed.contains_key("retire") {
        only(typed, |field| field == "retire" || is_common(field))?;
        return Ok(Change::RetirePolicy(id.ok_or(Error::NotFound)?));
    }
    only(typed, |field| forms::policy::has(field) || is_common(field))?;
    let policy = match overview {
        Some(overview) => forms::policy::read(typed, overview),
        None => forms::policy::read(typed, &publish::overview(tx, Mentioned::of(typed)).await?),
    };
    let policy = policy.map_err(Error::Invalid)?;
    Ok(Change::Policy { id, policy })
}

pub(super) fn calendar_change(id: Option<CalendarId>, typed: &Typed) -> Result<Change, Error> {
    if typed.contains_key("retire") {
        only(typed, |field| field == "retire" || is_common(field))?;
        return Ok(Change::RetireCalendar(id.ok_or(Error::NotFound)?));
    }
    only(typed, |field| forms::calendar::has(field) || is_common(field))?;
    if typed.get(forms::calendar::FILE).is_some_and(|file| !file.is_empty()) {
        return Err(Error::invalid(forms::calendar::FILE, "Add this file’s holidays first, or take it out"));
    }
    let spec = forms::calendar::read(typed).map_err(Error::Invalid)?;
    Ok(Change::Calendar { id, name: typed.get("name").cloned().unwrap_or_default(), spec })
}

pub(super) fn concerns(typed: &Typed) -> Concerns {
    let is_open = typed.get("concerns").is_some_and(|said| said == Concerns::Open.as_str());
    if is_open { Concerns::Open } else { Concerns::New }
}

/// A mark of what a form says and of the publication that it is based on. What only asks about it is no part of it.
pub(super) fn mark(typed: &Typed) -> String {
    let mut hash = Sha256::new();
    let says = |field: &str| (field == "seen" || !is_common(field)) && !field.starts_with("probe.");
    for (field, text) in typed.iter().filter(|(field, text)| says(field) && !text.is_empty()) {
        hash.update(field);
        hash.update([0]);
        hash.update(text);
        hash.update([0]);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Refuses a form with fields that ours does not have.
fn only(typed: &Typed, has: impl Fn(&str) -> bool) -> Result<(), Error> {
    if typed.keys().all(|field| has(field)) { Ok(()) } else { Err(Error::garbled()) }
}

/// The publication that a form was filled in on; one that names none is never up to date.
pub(super) fn seen(typed: &Typed) -> i32 {
    typed.get("seen").and_then(|number| number.parse().ok()).unwrap_or(-1)
}
