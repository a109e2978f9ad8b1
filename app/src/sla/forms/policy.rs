//! A policy as it is typed.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::Said;
use super::{condition, lines, text};
use crate::core::FieldError;
use crate::core::id::CalendarId;
use crate::sla::model::{Allowance, Cell, Deed, Field, Metric, Policy, Row, Step, Whom};
use crate::sla::views::{CalendarLine, Named, Overview, Typed, in_short};
use crate::tickets::model::{HoldReason, Priority};

/// Empty lines for conditions and steps that a form offers beside those that there are.
const SPARE: usize = 2;
/// Before the calendar of a cell that has its own.
const IN: &str = "in";

/// The fields of a policy.
#[must_use]
pub fn typed(policy: &Policy, overview: &Overview) -> Typed {
    let mut typed = Typed::from([("name".to_owned(), policy.name.clone())]);
    let conditions = policy.conditions.len() + if policy.conditions.is_empty() { 0 } else { SPARE };
    typed.insert("conditions".to_owned(), conditions.to_string());
    for (index, condition) in policy.conditions.iter().enumerate() {
        condition::type_in(&mut typed, index, condition, &overview.named);
    }
    for (priority, row) in &policy.rows {
        typed.insert(format!("{priority}.calendar"), row.calendar.to_string());
        for (metric, cell) in &row.cells {
            typed.insert(format!("{priority}.{metric}"), cell_text(cell, overview));
        }
    }
    typed.insert("pauses".to_owned(), "shown".to_owned());
    for (metric, hold) in pausable() {
        if policy.pauses.get(&metric).map_or_else(|| metric.pauses_on(hold), |holds| holds.contains(&hold)) {
            typed.insert(format!("pauses.{metric}.{}", hold.as_str()), "true".to_owned());
        }
    }
    typed.insert("ladder".to_owned(), (policy.ladder.len() + 1).to_string());
    for (index, step) in policy.ladder.iter().enumerate() {
        typed.insert(format!("ladder.{index}"), step.percent.to_string());
        for whom in &step.notify {
            typed.insert(format!("ladder.{index}.{}", whom.as_str()), "true".to_owned());
        }
        if let Some(deed) = step.also {
            typed.insert(format!("ladder.{index}.also"), deed.to_string());
        }
    }
    typed
}

/// The fields of a policy that does not exist yet: the promises of the one for everyone, for
/// some tickets.
#[must_use]
pub fn blank(everyone: Option<&Policy>, overview: &Overview) -> Typed {
    let mut fields = everyone.map(|policy| typed(policy, overview)).unwrap_or_default();
    fields.insert("name".to_owned(), String::new());
    fields.insert("conditions".to_owned(), (1 + SPARE).to_string());
    fields
}

fn calendar_name(id: CalendarId, overview: &Overview) -> String {
    let found = overview.calendars.iter().find(|calendar| calendar.id == id);
    found.map_or_else(|| id.to_string(), |calendar| calendar.name.clone())
}

/// Every metric that may stand still, with every hold on which it may.
fn pausable() -> impl Iterator<Item = (Metric, HoldReason)> {
    let metrics = Metric::ALL.into_iter().filter(|metric| metric.may_pause());
    metrics.flat_map(|metric| HoldReason::ALL.map(|hold| (metric, hold)))
}

/// When metrics stand still, where that differs from what is usual. A form that does not ask says nothing.
fn pauses(typed: &Typed) -> BTreeMap<Metric, Vec<HoldReason>> {
    let mut said: BTreeMap<Metric, Vec<HoldReason>> = BTreeMap::new();
    if text(typed, "pauses").is_empty() {
        return said;
    }
    for (metric, hold) in pausable() {
        let holds = said.entry(metric).or_default();
        if !text(typed, &format!("pauses.{metric}.{}", hold.as_str())).is_empty() {
            holds.push(hold);
        }
    }
    said.retain(|metric, holds| HoldReason::ALL.iter().any(|hold| metric.pauses_on(*hold) != holds.contains(hold)));
    said
}

/// The policy that was typed.
///
/// # Errors
/// What cannot be read, at its field.
pub fn read(typed: &Typed, overview: &Overview) -> Result<Policy, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut rows = BTreeMap::new();
    // Urgent first, as in the form.
    for priority in Priority::ALL.into_iter().rev() {
        match row(typed, priority, overview) {
            Ok(Some(row)) => _ = rows.insert(priority, row),
            Ok(None) => {}
            Err(more) => wrong.extend(more),
        }
    }
    let conditions = collect(typed, "conditions", &mut wrong, |index| condition::read(typed, index, &overview.named));
    let ladder = collect(typed, "ladder", &mut wrong, |index| step(typed, index, &overview.named));
    if wrong.is_empty() {
        let name = text(typed, "name").to_owned();
        Ok(Policy { name, conditions, rows, ladder, pauses: pauses(typed) })
    } else {
        Err(wrong)
    }
}

/// What the form says, thing by thing.
#[must_use]
pub fn says(typed: &Typed, overview: &Overview) -> Vec<Said> {
    let mut said = vec![Said::new("name", "Name", text(typed, "name"))];
    said.push(Said::new("conditions", "Whom it concerns", condition::lines(typed).join("\n")));
    for priority in Priority::ALL.into_iter().rev() {
        let word = priority.label().to_lowercase();
        let promises = Metric::ALL.map(|metric| {
            let field = format!("{priority}.{metric}");
            let promise = text(typed, &field);
            let promise = match cell(promise, overview) {
                _ if is_none(promise) => String::new(),
                Ok(cell) => cell_text(&cell, overview),
                Err(_) => promise.to_owned(),
            };
            Said::new(field, format!("{}, {word}", metric.label()), promise)
        });
        let is_empty = promises.iter().all(|said| said.text.is_empty());
        said.extend(promises);
        let field = format!("{priority}.calendar");
        let hours = text(typed, &field).parse().map(|id| calendar_name(id, overview)).unwrap_or_default();
        let hours = if is_empty { String::new() } else { hours };
        said.push(Said::new(field, format!("Counted in, {word}"), hours));
    }
    for metric in Metric::ALL.into_iter().filter(|metric| metric.may_pause()) {
        let group = format!("pauses.{metric}");
        let is_checked = |hold: &HoldReason| !text(typed, &format!("{group}.{}", hold.as_str())).is_empty();
        let holds: Vec<_> = HoldReason::ALL.into_iter().filter(is_checked).map(HoldReason::label).collect();
        said.push(Said::new(group, format!("{} stands still", metric.label()), holds.join("\n")));
    }
    said.push(Said::new("ladder", "Who hears about it", rungs(typed, &overview.named).join("\n")));
    said
}

/// The steps in words, in their order: `80 %: assignee, team lead, priority up`.
fn rungs(typed: &Typed, named: &[Named]) -> Vec<String> {
    let mut rungs: Vec<_> = (0..lines(typed, "ladder"))
        .filter_map(|index| {
            let field = format!("ladder.{index}");
            let percent = text(typed, &field).trim_end_matches('%').trim_end();
            let is_told = |whom: &Whom| !text(typed, &format!("{field}.{}", whom.as_str())).is_empty();
            let told = Whom::ALL.into_iter().filter(is_told).map(|whom| whom.label().to_owned());
            let also = text(typed, &format!("{field}.also")).parse().ok().map(|deed| in_short(deed, named));
            let said = told.chain(also).collect::<Vec<_>>().join(", ");
            (!percent.is_empty()).then(|| (percent.parse::<u32>().ok(), format!("{percent} %: {said}")))
        })
        .collect();
    rungs.sort_by_key(|(percent, _)| *percent);
    rungs.into_iter().map(|(_, said)| said).collect()
}

/// To which of what the form says a field belongs.
#[must_use]
pub fn group(field: &str) -> String {
    match field.split('.').collect::<Vec<_>>()[..] {
        [list @ ("conditions" | "ladder"), ..] => list.to_owned(),
        ["pauses", metric, _] => format!("pauses.{metric}"),
        _ => field.to_owned(),
    }
}

/// Whether the form has a field of this name.
#[must_use]
pub fn has(field: &str) -> bool {
    let is_line = |index: &str| index.parse::<usize>().is_ok();
    match field.split('.').collect::<Vec<_>>()[..] {
        ["name" | "conditions" | "ladder" | "pauses"] => true,
        ["pauses", metric, hold] => {
            metric.parse::<Metric>().is_ok() && HoldReason::ALL.iter().any(|known| known.as_str() == hold)
        }
        ["conditions" | "ladder", index] | ["conditions", index, "field" | "not"] => is_line(index),
        ["ladder", index, "also"] => is_line(index),
        ["ladder", index, told] => is_line(index) && Whom::ALL.iter().any(|whom| whom.as_str() == told),
        [priority, "calendar"] => priority.parse::<Priority>().is_ok(),
        [priority, metric] => priority.parse::<Priority>().is_ok() && metric.parse::<Metric>().is_ok(),
        _ => false,
    }
}

/// What the lines of a kind say.
fn collect<T>(
    typed: &Typed,
    kind: &str,
    wrong: &mut Vec<FieldError>,
    read: impl Fn(usize) -> Result<Option<T>, String>,
) -> Vec<T> {
    let mut found = Vec::new();
    for index in 0..lines(typed, kind) {
        match read(index) {
            Ok(line) => found.extend(line),
            Err(message) => wrong.push(FieldError::new(&format!("{kind}.{index}"), message)),
        }
    }
    found
}

fn row(typed: &Typed, priority: Priority, overview: &Overview) -> Result<Option<Row>, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut cells = BTreeMap::new();
    for metric in Metric::ALL {
        let field = format!("{priority}.{metric}");
        let said = text(typed, &field);
        if is_none(said) {
            continue;
        }
        match cell(said, overview) {
            Ok(cell) => _ = cells.insert(metric, cell),
            Err(message) => wrong.push(FieldError::new(&field, message)),
        }
    }
    let field = format!("{priority}.calendar");
    let chosen = overview.calendars.iter().find(|calendar| calendar.id.to_string() == text(typed, &field));
    match chosen {
        _ if !wrong.is_empty() => Err(wrong),
        _ if cells.is_empty() => Ok(None),
        Some(calendar) => Ok(Some(Row { calendar: calendar.id, cells })),
        None => Err(vec![FieldError::new(&field, "Choose the hours that this is counted in")]),
    }
}

/// A cell as it is shown.
fn cell_text(cell: &Cell, overview: &Overview) -> String {
    let own = cell.calendar.map(|id| format!(" {IN} {}", calendar_name(id, overview))).unwrap_or_default();
    format!("{}{own}", cell.allowance)
}

/// Whether a cell promises nothing.
fn is_none(said: &str) -> bool {
    said.is_empty() || said.eq_ignore_ascii_case("no promise")
}

/// `4 h`, or `4 h in Office hours` where it is counted in other hours than its row.
fn cell(said: &str, overview: &Overview) -> Result<Cell, String> {
    let (allowance, calendar) = match said.rsplit_once(&format!(" {IN} ")) {
        None => (said, None),
        Some((allowance, name)) => {
            let is = |calendar: &&CalendarLine| calendar.name.to_lowercase() == name.trim().to_lowercase();
            let found = overview.calendars.iter().find(is);
            let found = found.ok_or_else(|| format!("There is no calendar called “{}”", name.trim()))?;
            (allowance, Some(found.id))
        }
    };
    Ok(Cell { allowance: Allowance::try_from(allowance.trim().to_owned())?, calendar })
}

fn step(typed: &Typed, index: usize, named: &[Named]) -> Result<Option<Step>, String> {
    let said = text(typed, &format!("ladder.{index}")).trim_end_matches('%').trim_end();
    if said.is_empty() {
        return Ok(None);
    }
    let percent = said.parse().map_err(|_| format!("“{said}” is not a percentage, such as 80"))?;
    let told = |whom: &Whom| !text(typed, &format!("ladder.{index}.{}", whom.as_str())).is_empty();
    let notify: BTreeSet<_> = Whom::ALL.into_iter().filter(told).collect();
    let also = match text(typed, &format!("ladder.{index}.also")) {
        "" => None,
        said => Some(said.parse().map_err(|()| "Choose from the list what is done".to_owned())?),
    };
    if let Some(Deed::MoveToTeam { team }) = also
        && !named.iter().any(|named| named.field == Field::Team.as_str() && named.id == team.uuid())
    {
        return Err("Choose a team that there is".to_owned());
    }
    Ok(Some(Step { percent, notify, also }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::TeamId;
    use crate::sla::model::{Condition, default_ladder};
    use crate::sla::spec::CalendarSpec;

    fn overview() -> Overview {
        let calendar = CalendarLine {
            id: CalendarId::new(),
            name: "Office".into(),
            version: 1,
            since: chrono::DateTime::UNIX_EPOCH,
            spec: CalendarSpec::always(),
            used_by: Vec::new(),
        };
        let named =
            |field: &str, name: &str| Named { field: field.into(), id: crate::core::id::fresh(), name: name.into() };
        let named = vec![named("category", "Invoices"), named("team", "Night shift")];
        Overview { number: 1, policies: Vec::new(), calendars: vec![calendar], named }
    }

    /// The usual one, each step of which does something else.
    fn ladder(team: TeamId) -> Vec<Step> {
        let deeds = [
            Deed::RaisePriority { to: None },
            Deed::RaisePriority { to: Some(Priority::Urgent) },
            Deed::MoveToTeam { team },
            Deed::Unassign,
        ];
        default_ladder().into_iter().zip(deeds).map(|(step, deed)| Step { also: Some(deed), ..step }).collect()
    }

    fn policy(overview: &Overview) -> Policy {
        let calendar = overview.calendars[0].id;
        let cells = [
            (Metric::FirstReply, Cell { allowance: Allowance::Seconds(1_800), calendar: None }),
            (Metric::Resolution, Cell { allowance: Allowance::WorkingDay(5), calendar: Some(calendar) }),
        ];
        Policy {
            name: "Priority plan".into(),
            conditions: vec![
                Condition { field: Field::Plan, not: false, values: vec!["Priority".into(), "Gold".into()] },
                Condition { field: Field::Category, not: true, values: vec![overview.named[0].id.to_string()] },
            ],
            rows: [(Priority::High, Row { calendar, cells: cells.into() })].into(),
            ladder: ladder(overview.named[1].id.into()),
            pauses: [(Metric::Resolution, vec![])].into(),
        }
    }

    #[test]
    fn what_is_shown_can_be_saved_again() {
        let overview = overview();
        let policy = policy(&overview);
        let typed = typed(&policy, &overview);
        assert!(typed.keys().all(|field| has(field)));
        assert_eq!(typed["conditions.1"], "Invoices");
        assert_eq!(typed["high.resolution"], "end of 5th day in Office");
        assert_eq!(read(&typed, &overview), Ok(policy));
    }

    #[test]
    fn what_cannot_be_read_is_said_at_its_field() {
        let overview = overview();
        let mut typed = typed(&policy(&overview), &overview);
        for (field, value) in [
            ("conditions.1", "Nonsense"),
            ("high.first_reply", "soon"),
            ("low.resolution", "4 h"),
            ("ladder.0", "half"),
            ("ladder.1.also", "explode"),
            ("ladder.2.also", "move_to_team:00000000-0000-0000-0000-000000000000"),
        ] {
            typed.insert(field.to_owned(), value.to_owned());
        }
        let fields: Vec<_> = read(&typed, &overview).unwrap_err().into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["high.first_reply", "low.calendar", "conditions.1", "ladder.0", "ladder.1", "ladder.2"]);
    }
}
