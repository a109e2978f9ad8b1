//! What the administrator's pages hold, filled in from what is published or from a form that was refused.

use super::calendar::ical;
use super::forms;
use super::meaning;
use super::model::Policy;
use super::publish;
use super::spec::{CalendarSpec, Shift, WallTime, Week};
use super::views::{CalendarPage, Meaning, PolicyPage, Refused, Sheet, Typed};
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
    let notes = refused.as_ref().map(|refused| refused.notes.clone()).unwrap_or_default();
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
    meaning::ask(&mut sheet.typed, tx.now);
    let meaning = meaning::of(&sheet.typed, tx.now).ok();
    Ok(CalendarPage { overview, open, sheet, meaning, notes })
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
    if typed.get(forms::calendar::FILE).is_some_and(|file| !file.is_empty()) {
        return Err(Error::invalid(forms::calendar::FILE, "Add this file’s holidays first, or take it out"));
    }
    let spec = forms::calendar::read(typed).map_err(Error::Invalid)?;
    let name = typed.get("name").map_or("", String::as_str);
    let saved = publish::save_calendar(tx, id, name, &spec, seen(typed)).await;
    saved.map_err(|error| match error {
        Error::Invalid(problems) => Error::Invalid(forms::calendar::at_fields(problems, &spec)),
        other => other,
    })
}

/// What the hours that were typed mean. Nothing is saved.
///
/// # Errors
/// [`Error::Forbidden`]; what cannot be read, at its field.
pub fn probe_calendar(tx: &Tx, typed: &Typed) -> Result<Meaning, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    only(typed, forms::calendar::has)?;
    meaning::of(typed, tx.now).map_err(Error::Invalid)
}

/// Adds the holidays of a calendar file to those that were typed; what there is to know of that. Nothing is saved.
///
/// # Errors
/// [`Error::Forbidden`]; why nothing comes of the file, at its field.
pub async fn import_holidays(tx: &Tx, typed: &mut Typed, file: Vec<u8>) -> Result<Vec<String>, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    only(typed, forms::calendar::has)?;
    let zone = typed.get("zone").map_or("", String::as_str).trim().parse();
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
