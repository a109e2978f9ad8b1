//! What the administrator's pages hold, filled in from what is published or from a form that came back.

use super::dry_run::dry_run;
use super::forms::changes::{self, Said};
use super::model::Policy;
use super::plan::{Change, plan};
use super::publish::Mentioned;
use super::spec::{CalendarSpec, Shift, WallTime, Week};
use super::submit::{self, APART, calendar_change, policy_change};
use super::views::{CalendarPage, NAMED, Overview, PolicyPage, Returned, Review, Sheet, Typed, VersionLine};
use super::{forms, meaning, publish, shelf};
use crate::core::id::{CalendarId, PolicyId};
use crate::core::{Error, Tx};

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

/// Versions of one policy or calendar that are offered to be published again.
const VERSIONS: i64 = 50;

/// The policies' page. `returned`: a form that comes back, with what is wrong with it or with what it would change.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`].
pub async fn policies(
    tx: &mut Tx,
    asked: Asked<PolicyId>,
    mut returned: Option<Returned>,
) -> Result<PolicyPage, Error> {
    let earlier = match (asked.id, asked.version) {
        (Some(id), Some(version)) => Some(shelf::policy_at(tx, id, version).await?.ok_or(Error::NotFound)?),
        _ => None,
    };
    let mut mentioned = returned.as_ref().map(|returned| Mentioned::of(&returned.typed)).unwrap_or_default();
    mentioned.extend(earlier.as_ref());
    let overview = publish::overview(tx, mentioned).await?;
    let first = || overview.policies.first().map(|line| line.id).filter(|_| !asked.new);
    let id = asked.id.or_else(first);
    let open = id.and_then(|id| overview.policies.iter().find(|line| line.id == id).cloned());
    if id.is_some() && open.is_none() {
        let known = match id.zip(returned.as_ref()) {
            Some((id, returned)) => shelf::policy_in(tx, id, submit::seen(&returned.typed)).await?.is_some(),
            None => false,
        };
        gone_meanwhile(known, "policy", &mut returned)?;
    }
    let id = open.as_ref().map(|line| line.id);
    let fill = |policy: &Policy| forms::policy::typed(policy, &overview);
    let published = match &open {
        Some(line) => fill(&publish::policy(tx, line.id).await?.policy),
        None => Typed::new(),
    };
    let mut sheet = Sheet { typed: published.clone(), ..Sheet::default() };
    if open.is_none() {
        let everyone = match overview.policies.last() {
            Some(last) => Some(publish::policy(tx, last.id).await?.policy),
            None => None,
        };
        sheet.typed = forms::policy::blank(everyone.as_ref(), &overview);
    }
    if let Some(earlier) = &earlier {
        sheet.typed = fill(earlier);
    }
    let mut review = None;
    if let Some(mut returned) = returned {
        if returned.look {
            let change = policy_change(tx, id, &returned.typed, Some(&overview)).await;
            review = look(tx, change, &mut returned).await;
        }
        if let Some((id, seen)) = id.zip(overtaken(&returned)) {
            let base = shelf::policy_in(tx, id, seen).await?;
            sheet.merged = take_over(&mut returned, base.as_ref().map(fill), &published, Kind::Policy(&overview));
        }
        back(&mut sheet, returned, &published, Kind::Policy(&overview));
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
    mut returned: Option<Returned>,
) -> Result<CalendarPage, Error> {
    let overview = publish::overview(tx, Mentioned::default()).await?;
    let first = || overview.calendars.first().map(|line| line.id).filter(|_| !asked.new);
    let id = asked.id.or_else(first);
    let open = id.and_then(|id| overview.calendars.iter().find(|line| line.id == id).cloned());
    if id.is_some() && open.is_none() {
        let known = match id.zip(returned.as_ref()) {
            Some((id, returned)) => shelf::calendar_in(tx, id, submit::seen(&returned.typed)).await?.is_some(),
            None => false,
        };
        gone_meanwhile(known, "calendar", &mut returned)?;
    }
    let id = open.as_ref().map(|line| line.id);
    let name = open.as_ref().map_or("", |line| line.name.as_str());
    let fill = |spec: &CalendarSpec| forms::calendar::typed(name, spec);
    let published = open.as_ref().map(|line| fill(&line.spec)).unwrap_or_default();
    let mut sheet = Sheet { typed: published.clone(), ..Sheet::default() };
    match (&open, asked.version) {
        (Some(line), Some(version)) => {
            sheet.typed = fill(&shelf::calendar_at(tx, line.id, version).await?.ok_or(Error::NotFound)?);
        }
        (Some(_), None) => {}
        (None, _) => {
            sheet.typed = fill(&usual_week(tx.actor.person().map_or("UTC", |person| person.time_zone.as_str())));
        }
    }
    let notes = returned.as_ref().map(|returned| returned.notes.clone()).unwrap_or_default();
    let mut review = None;
    if let Some(mut returned) = returned {
        if returned.look {
            let change = calendar_change(id, &returned.typed);
            review = look(tx, change, &mut returned).await;
        }
        if let Some((id, seen)) = id.zip(overtaken(&returned)) {
            let named = returned.typed.get(NAMED).map_or(name, String::as_str);
            let base = shelf::calendar_in(tx, id, seen).await?.map(|spec| forms::calendar::typed(named, &spec));
            sheet.merged = take_over(&mut returned, base, &published, Kind::Calendar);
        }
        back(&mut sheet, returned, &published, Kind::Calendar);
    }
    remember(&mut sheet, overview.number);
    sheet.typed.insert(NAMED.to_owned(), name.to_owned());
    meaning::ask(&mut sheet.typed, tx.now);
    let meaning = meaning::of(&sheet.typed, tx.now).ok();
    let versions = match &open {
        Some(line) => version_lines(shelf::calendar_versions(tx, line.id, VERSIONS).await?),
        None => Vec::new(),
    };
    Ok(CalendarPage { overview, open, sheet, meaning, notes, versions, review })
}

/// What the fields of a form mean.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Policy(&'a Overview),
    Calendar,
}

impl Kind<'_> {
    fn says(self, typed: &Typed) -> Vec<Said> {
        match self {
            Self::Policy(overview) => forms::policy::says(typed, overview),
            Self::Calendar => forms::calendar::says(typed),
        }
    }

    fn group(self, field: &str) -> String {
        match self {
            Self::Policy(_) => forms::policy::group(field),
            Self::Calendar => field.to_owned(),
        }
    }
}

/// What is not there cannot be shown; but a form about what was there when it was filled in comes back as that of a new
/// one, with all that was typed.
fn gone_meanwhile(known: bool, kind: &str, returned: &mut Option<Returned>) -> Result<(), Error> {
    let is_form = |returned: &&mut Returned| known && !is_apart(&returned.typed);
    let returned = returned.as_mut().filter(is_form).ok_or(Error::NotFound)?;
    let told = format!("This {kind} was retired meanwhile. What you typed is still here: published, it is a new one.");
    returned.error = Some(Error::Refused(told));
    returned.look = false;
    returned.typed.remove("seen");
    Ok(())
}

/// The publication on which a form was filled in that comes back because of a newer one.
fn overtaken(returned: &Returned) -> Option<i32> {
    let is_overtaken = matches!(returned.error, Some(Error::Changed { .. })) && !is_apart(&returned.typed);
    is_overtaken.then(|| submit::seen(&returned.typed))
}

/// What others published is taken over wherever the form was left as it was; `false` if nobody knows how it was.
fn take_over(returned: &mut Returned, base: Option<Typed>, published: &Typed, kind: Kind<'_>) -> bool {
    let Some(base) = base else { return false };
    let typed = std::mem::take(&mut returned.typed);
    returned.typed = changes::merge(&base, typed, published, |typed| kind.says(typed), |field| kind.group(field));
    true
}

fn is_apart(typed: &Typed) -> bool {
    APART.iter().any(|field| typed.contains_key(*field))
}

fn version_lines(rows: Vec<shelf::VersionRow>) -> Vec<VersionLine> {
    rows.into_iter().map(|row| VersionLine { version: row.version, at: row.at, by: row.by }).collect()
}

/// What a form that came back would change. Where it cannot be told any more, because somebody
/// published since it was sent, the form says so.
async fn look(tx: &mut Tx, change: Result<Change, Error>, returned: &mut Returned) -> Option<Review> {
    let review = match change {
        Ok(change) => review(tx, change, &returned.typed).await,
        Err(error) => Err(error),
    };
    review.map_err(|error| returned.error = Some(error)).ok()
}

async fn review(tx: &mut Tx, change: Change, typed: &Typed) -> Result<Review, Error> {
    let plan = plan(tx, change, submit::seen(typed)).await?;
    let asks = APART.iter().find_map(|field| typed.get_key_value(*field));
    Ok(Review {
        run: dry_run(tx, &plan).await?,
        along: shelf::not_for_open(tx).await?,
        title: plan.title(),
        mark: submit::mark(typed),
        concerns: submit::concerns(typed),
        apart: asks.map(|(field, text)| (field.clone(), text.clone())),
    })
}

/// Puts a form that came back where it is filled in. A button alone leaves the fields as they are.
fn back(sheet: &mut Sheet, returned: Returned, published: &Typed, kind: Kind<'_>) {
    sheet.error = returned.error;
    if is_apart(&returned.typed) || returned.typed.is_empty() {
        return;
    }
    (sheet.typed, sheet.returned) = (returned.typed, true);
    if !published.is_empty() {
        sheet.changes = changes::differences(&kind.says(published), &kind.says(&sheet.typed));
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
