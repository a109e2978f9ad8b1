//! What the administrator's pages hold, filled in from what is published or from a form that was refused.

use chrono::TimeDelta;

use super::calendar::Calendar;
use super::forms;
use super::model::Policy;
use super::publish;
use super::spec::{CalendarSpec, Shift, WallTime, Week};
use super::views::{CalendarPage, PolicyPage, Refused, Sheet, Typed};
use crate::core::id::{CalendarId, PolicyId};
use crate::core::{Error, Permission, Tx};

/// The policies' page with `id` open; without, the first; with `new`, an empty form.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`].
pub async fn policies(
    tx: &mut Tx,
    id: Option<PolicyId>,
    new: bool,
    refused: Option<Refused>,
) -> Result<PolicyPage, Error> {
    let overview = publish::overview(tx).await?;
    let id = id.or_else(|| overview.policies.first().map(|line| line.id).filter(|_| !new));
    let open = id.map(|id| overview.policies.iter().find(|line| line.id == id).cloned().ok_or(Error::NotFound));
    let open = open.transpose()?;
    let (typed, error) = refused.map_or((None, None), Refused::parts);
    let mut sheet = match (typed, &open) {
        (Some(typed), _) => Sheet { typed, error },
        (None, Some(line)) => {
            let draft = publish::policy(tx, line.id).await?;
            Sheet { typed: forms::policy::typed(&draft.policy, &overview), error }
        }
        (None, None) => {
            let everyone = match overview.policies.last() {
                Some(last) => Some(publish::policy(tx, last.id).await?.policy),
                None => None,
            };
            Sheet { typed: forms::policy::blank(everyone.as_ref(), &overview), error }
        }
    };
    remember(&mut sheet, overview.number);
    Ok(PolicyPage { overview, open, sheet })
}

/// The calendars' page with `id` open; without, the first; with `new`, an empty form.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`].
pub async fn calendars(
    tx: &mut Tx,
    id: Option<CalendarId>,
    new: bool,
    refused: Option<Refused>,
) -> Result<CalendarPage, Error> {
    let overview = publish::overview(tx).await?;
    let id = id.or_else(|| overview.calendars.first().map(|line| line.id).filter(|_| !new));
    let open = id.map(|id| overview.calendars.iter().find(|line| line.id == id).cloned().ok_or(Error::NotFound));
    let open = open.transpose()?;
    let (typed, error) = refused.map_or((None, None), Refused::parts);
    let mut sheet = match (typed, &open) {
        (Some(typed), _) => Sheet { typed, error },
        (None, Some(line)) => Sheet { typed: forms::calendar::typed(&line.name, &line.spec), error },
        (None, None) => {
            let zone = tx.actor.person().map_or("UTC", |person| person.time_zone.as_str());
            Sheet { typed: forms::calendar::typed("", &usual_week(zone)), error }
        }
    };
    remember(&mut sheet, overview.number);
    let probe = open.as_ref().and_then(|line| probe(&line.spec, tx.now));
    Ok(CalendarPage { overview, open, sheet, probe })
}

/// The form names the publication that it is filled in on. One that comes back with errors keeps its own,
/// so that nobody overwrites unseen what was published meanwhile; whoever was told of that goes on from there.
fn remember(sheet: &mut Sheet, number: i32) {
    let told = matches!(sheet.error, Some(Error::Changed { .. }));
    if told || !sheet.typed.contains_key("seen") {
        sheet.typed.insert("seen".to_owned(), number.to_string());
    }
}

fn usual_week(zone: &str) -> CalendarSpec {
    let nine_to_five = WallTime::from_minutes(9 * 60).zip(WallTime::from_minutes(17 * 60));
    let shifts: Vec<_> = nine_to_five.map(|(from, to)| Shift { from, to }).into_iter().collect();
    CalendarSpec { zone: zone.to_owned(), weekly: Week::weekdays(&shifts), ..CalendarSpec::always() }
}

/// Whether it is open now and when eight working hours from now are over.
fn probe(spec: &CalendarSpec, now: chrono::DateTime<chrono::Utc>) -> Option<String> {
    let calendar = Calendar::new(spec.clone()).ok()?;
    let state = if calendar.is_working(now) { "open" } else { "closed" };
    let due = calendar.due(now, TimeDelta::hours(8)).ok()?.with_timezone(&calendar.zone());
    let (now, due) = (now.with_timezone(&calendar.zone()).format("%H:%M"), due.format("%A %-d %B, %H:%M"));
    Some(format!("It is {now} there now: {state}. Eight working hours from now is {due}."))
}

/// Saves what was typed as a policy.
///
/// # Errors
/// As [`publish::save_policy`]; what cannot be read, at its field.
pub async fn save_policy(tx: &mut Tx, id: Option<PolicyId>, typed: &Typed) -> Result<PolicyId, Error> {
    let overview = publish::overview(tx).await?;
    let old: Option<Policy> = match id {
        Some(id) => Some(publish::policy(tx, id).await?.policy),
        None => None,
    };
    only(typed, forms::policy::has)?;
    let policy = forms::policy::read(typed, old.as_ref(), &overview).map_err(Error::Invalid)?;
    publish::save_policy(tx, id, &policy, seen(typed)).await
}

/// Saves what was typed as a calendar.
///
/// # Errors
/// As [`publish::save_calendar`]; what cannot be read, at its field.
pub async fn save_calendar(tx: &mut Tx, id: Option<CalendarId>, typed: &Typed) -> Result<CalendarId, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    only(typed, forms::calendar::has)?;
    let spec = forms::calendar::read(typed).map_err(Error::Invalid)?;
    let name = typed.get("name").map_or("", String::as_str);
    publish::save_calendar(tx, id, name, &spec, seen(typed)).await
}

/// The publication that a button was pressed on.
///
/// # Errors
/// [`Error::garbled`] for a form with fields that the buttons do not have.
pub fn pressed(typed: &Typed) -> Result<i32, Error> {
    only(typed, |field| ["seen", "to"].contains(&field))?;
    Ok(seen(typed))
}

/// Refuses a form with fields that ours does not have.
fn only(typed: &Typed, has: impl Fn(&str) -> bool) -> Result<(), Error> {
    if typed.keys().all(|field| has(field)) { Ok(()) } else { Err(Error::garbled()) }
}

/// The publication that a form was filled in on; one that names none is never up to date.
fn seen(typed: &Typed) -> i32 {
    typed.get("seen").and_then(|number| number.parse().ok()).unwrap_or(-1)
}
