//! What the administrator's pages hold, filled in from what is published or from a form that was refused.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::calendar::ical;
use super::dry_run::dry_run;
use super::plan::{Change, plan};
use super::spec::{CalendarSpec, Shift, WallTime, Week};
use super::views::{CalendarPage, Concerns, Meaning, PolicyPage, Returned, Review, Sheet, Typed, VersionLine};
use super::{forms, meaning, publish, shelf};
use crate::core::id::{CalendarId, PolicyId};
use crate::core::{Error, Permission, Tx};

/// What of an editor's page is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<I> {
    /// Which one is open; none for the first.
    pub id: Option<I>,
    /// An empty form.
    pub new: bool,
    /// The form as this version was.
    pub version: Option<i32>,
}

/// What the buttons beside a form ask for, by the field that says it.
const APART: [&str; 2] = ["order", "retire"];
/// Versions of one policy or calendar that are offered to be published again.
const VERSIONS: i64 = 50;

/// The policies' page. `returned`: a form that comes back, with what is wrong with it or with what it would change.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`].
pub async fn policies(tx: &mut Tx, asked: Asked<PolicyId>, returned: Option<Returned>) -> Result<PolicyPage, Error> {
    let overview = publish::overview(tx).await?;
    let first = || overview.policies.first().map(|line| line.id).filter(|_| !asked.new);
    let id = asked.id.or_else(first);
    let open = id.map(|id| overview.policies.iter().find(|line| line.id == id).cloned().ok_or(Error::NotFound));
    let open = open.transpose()?;
    let published = match &open {
        Some(line) => forms::policy::typed(&publish::policy(tx, line.id).await?.policy, &overview),
        None => Typed::new(),
    };
    let mut sheet = Sheet { typed: published.clone(), error: None };
    if open.is_none() {
        let everyone = match overview.policies.last() {
            Some(last) => Some(publish::policy(tx, last.id).await?.policy),
            None => None,
        };
        sheet.typed = forms::policy::blank(everyone.as_ref(), &overview);
    }
    if let (Some(line), Some(version)) = (&open, asked.version) {
        let body = shelf::policy_at(tx, line.id, version).await?.ok_or(Error::NotFound)?;
        sheet.typed = forms::policy::typed(&body, &overview);
    }
    let mut review = None;
    if let Some(mut returned) = returned {
        let change = policy_change(tx, id, &returned.typed).await;
        review = look(tx, change, &mut returned).await;
        back(&mut sheet, returned);
    }
    remember(&mut sheet, overview.number);
    let versions = match &open {
        Some(line) => version_lines(shelf::policy_versions(tx, line.id, VERSIONS).await?),
        None => Vec::new(),
    };
    Ok(PolicyPage { overview, open, sheet, published, versions, review })
}

/// The calendars' page; otherwise as [`policies`].
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`].
pub async fn calendars(
    tx: &mut Tx,
    asked: Asked<CalendarId>,
    returned: Option<Returned>,
) -> Result<CalendarPage, Error> {
    let overview = publish::overview(tx).await?;
    let first = || overview.calendars.first().map(|line| line.id).filter(|_| !asked.new);
    let id = asked.id.or_else(first);
    let open = id.map(|id| overview.calendars.iter().find(|line| line.id == id).cloned().ok_or(Error::NotFound));
    let open = open.transpose()?;
    let spec = match (&open, asked.version) {
        (Some(line), Some(version)) => shelf::calendar_at(tx, line.id, version).await?.ok_or(Error::NotFound)?,
        (Some(line), None) => line.spec.clone(),
        (None, _) => usual_week(tx.actor.person().map_or("UTC", |person| person.time_zone.as_str())),
    };
    let name = open.as_ref().map_or("", |line| line.name.as_str());
    let mut sheet = Sheet { typed: forms::calendar::typed(name, &spec), error: None };
    let notes = returned.as_ref().map(|returned| returned.notes.clone()).unwrap_or_default();
    let mut review = None;
    if let Some(mut returned) = returned {
        let change = calendar_change(id, &returned.typed);
        review = look(tx, change, &mut returned).await;
        back(&mut sheet, returned);
    }
    remember(&mut sheet, overview.number);
    meaning::ask(&mut sheet.typed, tx.now);
    let meaning = meaning::of(&sheet.typed, tx.now).ok();
    let versions = match &open {
        Some(line) => version_lines(shelf::calendar_versions(tx, line.id, VERSIONS).await?),
        None => Vec::new(),
    };
    Ok(CalendarPage { overview, open, sheet, meaning, notes, versions, review })
}

fn version_lines(rows: Vec<shelf::VersionRow>) -> Vec<VersionLine> {
    rows.into_iter().map(|row| VersionLine { version: row.version, at: row.at, by: row.by }).collect()
}

/// What a form that came back would change, if that is to be shown. Where it cannot be told any more, because somebody
/// published since it was sent, the form says so.
async fn look(tx: &mut Tx, change: Result<Change, Error>, returned: &mut Returned) -> Option<Review> {
    if !returned.look {
        return None;
    }
    let review = match change {
        Ok(change) => review(tx, change, &returned.typed).await,
        Err(error) => Err(error),
    };
    review.map_err(|error| returned.error = Some(error)).ok()
}

async fn review(tx: &mut Tx, change: Change, typed: &Typed) -> Result<Review, Error> {
    let plan = plan(tx, change, seen(typed)).await?;
    let asks = APART.iter().find_map(|field| typed.get_key_value(*field));
    Ok(Review {
        run: dry_run(tx, &plan).await?,
        title: plan.title(),
        mark: mark(typed),
        concerns: concerns(typed),
        apart: asks.map(|(field, text)| (field.clone(), text.clone())),
    })
}

/// Puts a form that came back where it is filled in. A button alone leaves the fields as they are.
fn back(sheet: &mut Sheet, returned: Returned) {
    sheet.error = returned.error;
    let is_apart = APART.iter().any(|field| returned.typed.contains_key(*field));
    if !is_apart && !returned.typed.is_empty() {
        sheet.typed = returned.typed;
    }
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
    let change = policy_change(tx, id, typed).await?;
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
    ["seen", "do", "mark", "concerns"].contains(&field)
}

async fn policy_change(tx: &mut Tx, id: Option<PolicyId>, typed: &Typed) -> Result<Change, Error> {
    if let Some(order) = typed.get("order") {
        only(typed, |field| field == "order" || is_common(field))?;
        let order = order.split(',').map(str::parse).collect::<Result<_, _>>();
        return Ok(Change::Order(order.map_err(|_| Error::garbled())?));
    }
    if typed.contains_key("retire") {
        only(typed, |field| field == "retire" || is_common(field))?;
        return Ok(Change::RetirePolicy(id.ok_or(Error::NotFound)?));
    }
    let overview = publish::overview(tx).await?;
    only(typed, |field| forms::policy::has(field) || is_common(field))?;
    let policy = forms::policy::read(typed, &overview).map_err(Error::Invalid)?;
    Ok(Change::Policy { id, policy })
}

fn calendar_change(id: Option<CalendarId>, typed: &Typed) -> Result<Change, Error> {
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

fn concerns(typed: &Typed) -> Concerns {
    let is_open = typed.get("concerns").is_some_and(|said| said == Concerns::Open.as_str());
    if is_open { Concerns::Open } else { Concerns::New }
}

/// A mark of what a form says and of the publication that it is based on. What only asks about it is no part of it.
fn mark(typed: &Typed) -> String {
    let mut hash = Sha256::new();
    let says = |field: &str| !["do", "mark", "concerns"].contains(&field) && !field.starts_with("probe.");
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
fn seen(typed: &Typed) -> i32 {
    typed.get("seen").and_then(|number| number.parse().ok()).unwrap_or(-1)
}
