//! A policy as it is typed.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::FieldError;
use crate::core::id::CalendarId;
use crate::sla::model::{Allowance, Cell, Condition, Deed, Field, Metric, Policy, Row, Step, Whom};
use crate::sla::views::{CalendarLine, Named, Overview, Typed};
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
        typed.insert(format!("conditions.{index}.field"), condition.field.as_str().to_owned());
        typed.insert(format!("conditions.{index}.not"), if condition.not { "not" } else { "is" }.to_owned());
        let values = condition.values.iter().map(|value| name_of(condition.field, value, &overview.named));
        typed.insert(format!("conditions.{index}"), values.collect::<Vec<_>>().join(", "));
    }
    for (priority, row) in &policy.rows {
        typed.insert(format!("{priority}.calendar"), row.calendar.to_string());
        for (metric, cell) in &row.cells {
            let own = cell.calendar.map(|id| format!(" {IN} {}", calendar_name(id, overview))).unwrap_or_default();
            typed.insert(format!("{priority}.{metric}"), format!("{}{own}", cell.allowance));
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

fn name_of(field: Field, value: &str, named: &[Named]) -> String {
    let is = |named: &&Named| named.field == field.as_str() && named.id.to_string() == value;
    named.iter().find(is).map_or_else(|| value.to_owned(), |named| named.name.clone())
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
    for priority in Priority::ALL {
        match row(typed, priority, overview) {
            Ok(Some(row)) => _ = rows.insert(priority, row),
            Ok(None) => {}
            Err(more) => wrong.extend(more),
        }
    }
    let conditions = collect(typed, "conditions", &mut wrong, |index| condition(typed, index, &overview.named));
    let ladder = collect(typed, "ladder", &mut wrong, |index| step(typed, index, &overview.named));
    if wrong.is_empty() {
        let name = text(typed, "name").to_owned();
        Ok(Policy { name, conditions, rows, ladder, pauses: pauses(typed) })
    } else {
        Err(wrong)
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

fn text<'a>(typed: &'a Typed, field: &str) -> &'a str {
    typed.get(field).map_or("", String::as_str).trim()
}

/// As many lines as the form says it has, at most as many as anybody needs.
fn collect<T>(
    typed: &Typed,
    kind: &str,
    wrong: &mut Vec<FieldError>,
    read: impl Fn(usize) -> Result<Option<T>, String>,
) -> Vec<T> {
    let lines = text(typed, kind).parse::<usize>().unwrap_or_default().min(50);
    let mut found = Vec::new();
    for index in 0..lines {
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
        if said.is_empty() || said.eq_ignore_ascii_case("no promise") {
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

fn condition(typed: &Typed, index: usize, named: &[Named]) -> Result<Option<Condition>, String> {
    let said = text(typed, &format!("conditions.{index}"));
    if said.is_empty() {
        return Ok(None);
    }
    let field = text(typed, &format!("conditions.{index}.field"));
    let field: Field = field.parse().map_err(|()| "Choose what is asked about".to_owned())?;
    let not = text(typed, &format!("conditions.{index}.not")) == "not";
    let values = said.split(',').map(str::trim).filter(|value| !value.is_empty());
    let values = values.map(|value| value_of(field, value, named)).collect::<Result<_, _>>()?;
    Ok(Some(Condition { field, not, values }))
}

/// What a condition keeps for a word: the id of what has one, the word otherwise.
fn value_of(field: Field, said: &str, named: &[Named]) -> Result<String, String> {
    match field {
        Field::Category | Field::Team | Field::Organisation => {
            let is = |named: &&Named| named.field == field.as_str() && named.name.to_lowercase() == said.to_lowercase();
            let found = named.iter().find(is).map(|named| named.id.to_string());
            found.ok_or_else(|| format!("There is no {} called “{said}”", field.as_str()))
        }
        Field::Priority => {
            let word = said.to_lowercase();
            let known = word.parse::<Priority>().map(|priority| priority.as_str().to_owned());
            known.map_err(|()| format!("“{said}” is not a priority: low, normal, high or urgent"))
        }
        _ => Ok(said.to_owned()),
    }
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
    use crate::sla::model::default_ladder;
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
        assert_eq!(fields, ["low.calendar", "high.first_reply", "conditions.1", "ladder.0", "ladder.1", "ladder.2"]);
    }
}
