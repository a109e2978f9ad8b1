//! A calendar as it is typed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::changes::Said;
use super::text;
use crate::core::FieldError;
use crate::sla::meaning::{FROM, HOURS};
use crate::sla::spec::{CalendarSpec, Holiday, MonthDay, Shift, WallTime, Week};
use crate::sla::views::Typed;

/// The field for a calendar file. Without its own encoding a form sends the file's name alone.
pub const FILE: &str = "ics";
/// The most holidays, and the most dates with hours of their own.
const MOST: usize = 2_000;

/// The fields of a calendar.
#[must_use]
pub fn typed(name: &str, spec: &CalendarSpec) -> Typed {
    let mut typed = Typed::from([
        ("name".to_owned(), name.to_owned()),
        ("zone".to_owned(), spec.zone.clone()),
        ("holidays".to_owned(), spec.holidays.iter().map(holiday_line).collect::<Vec<_>>().join("\n")),
    ]);
    for (day, shifts) in spec.weekly.days() {
        typed.insert(format!("weekly.{day}"), shifts_line(shifts));
    }
    let overrides: Vec<_> = spec
        .overrides
        .iter()
        .map(|(date, shifts)| {
            format!("{date} {}", if shifts.is_empty() { "closed".to_owned() } else { shifts_line(shifts) })
        })
        .collect();
    typed.insert("overrides".to_owned(), overrides.join("\n"));
    typed
}

fn shifts_line(shifts: &[Shift]) -> String {
    shifts.iter().map(|shift| format!("{}-{}", shift.from, shift.to)).collect::<Vec<_>>().join(", ")
}

/// A holiday as it is typed.
#[must_use]
pub fn holiday_line(holiday: &Holiday) -> String {
    let day = match (holiday.date, holiday.month_day) {
        (Some(date), _) => date.to_string(),
        (None, Some(day)) => String::from(day),
        (None, None) => String::new(),
    };
    // A name that begins like hours would be read as such, were the hours not before it.
    let is_like_hours = holiday.name.as_deref().is_some_and(begins_with_hours);
    let part = (holiday.from.is_some() || holiday.to.is_some() || is_like_hours).then(|| {
        let (from, to) = (holiday.from.unwrap_or(WallTime::MIDNIGHT), holiday.to.unwrap_or(WallTime::END));
        format!("{from}-{to}")
    });
    [Some(day), part, holiday.name.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The calendar that was typed, but for its name.
///
/// # Errors
/// What cannot be read, at its field.
pub fn read(typed: &Typed) -> Result<CalendarSpec, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut days: BTreeMap<&str, Vec<Shift>> = BTreeMap::new();
    for day in Week::DAYS {
        let field = format!("weekly.{day}");
        match shifts(text(typed, &field)) {
            Ok(shifts) => _ = days.insert(day, shifts),
            Err(message) => wrong.push(FieldError::new(&field, message)),
        }
    }
    let mut day = |name: &str| days.remove(name).unwrap_or_default();
    let weekly = Week {
        mon: day("mon"),
        tue: day("tue"),
        wed: day("wed"),
        thu: day("thu"),
        fri: day("fri"),
        sat: day("sat"),
        sun: day("sun"),
    };
    let holidays = lines(text(typed, "holidays"), holiday).unwrap_or_else(|message| {
        wrong.push(FieldError::new("holidays", message));
        Vec::new()
    });
    let overrides = lines(text(typed, "overrides"), exception).and_then(each_date_once).unwrap_or_else(|message| {
        wrong.push(FieldError::new("overrides", message));
        BTreeMap::new()
    });
    if wrong.is_empty() {
        Ok(CalendarSpec { zone: zone(text(typed, "zone")).to_owned(), weekly, holidays, overrides })
    } else {
        Err(wrong)
    }
}

/// The name of a zone as it is written, however it was typed.
pub(in crate::sla) fn zone(said: &str) -> &str {
    let known = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).find(|name| name.eq_ignore_ascii_case(said));
    known.unwrap_or(said)
}

/// What the form says, thing by thing.
#[must_use]
pub fn says(typed: &Typed) -> Vec<Said> {
    let days = Week::DAYS.into_iter().zip(Week::NAMES).map(|(day, name)| (format!("weekly.{day}"), name));
    let lists = [("holidays", "Holidays"), ("overrides", "Other hours")];
    let lists = lists.into_iter().map(|(field, what)| (field.to_owned(), what));
    let fields = [("name".to_owned(), "Name"), ("zone".to_owned(), "Time zone")].into_iter().chain(days).chain(lists);
    let said = fields.map(|(field, what)| {
        let text = text(typed, &field);
        let text = if field == "zone" { zone(text) } else { text };
        let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        Said::new(field, what, lines.join("\n"))
    });
    said.collect()
}

/// Whether the form has a field of this name.
#[must_use]
pub fn has(field: &str) -> bool {
    match field.split_once('.') {
        Some((group, day)) => group == "weekly" && Week::DAYS.contains(&day) || [FROM, HOURS].contains(&field),
        None => ["name", "zone", "holidays", "overrides", FILE].contains(&field),
    }
}

/// Adds holidays to those that are typed; how many were there already.
pub fn add_holidays(typed: &mut Typed, more: &[Holiday]) -> usize {
    let there = typed.get("holidays").cloned().unwrap_or_default();
    let known: BTreeSet<&str> = there.lines().map(str::trim).collect();
    let lines: Vec<_> = more.iter().map(holiday_line).collect();
    let fresh: Vec<_> = lines.iter().map(String::as_str).filter(|line| !known.contains(line)).collect();
    let text = [there.trim_end()].into_iter().chain(fresh.iter().copied()).filter(|line| !line.is_empty());
    typed.insert("holidays".to_owned(), text.collect::<Vec<_>>().join("\n"));
    lines.len() - fresh.len()
}

/// What is wrong with a calendar, at the fields in which it is typed.
#[must_use]
pub fn at_fields(problems: Vec<FieldError>, spec: &CalendarSpec) -> Vec<FieldError> {
    let placed = problems.into_iter().map(|problem| match problem.field.split_once('.') {
        Some(("holidays", index)) => {
            let holiday = index.parse().ok().and_then(|index: usize| spec.holidays.get(index));
            let line = holiday.map(holiday_line).unwrap_or_default();
            FieldError::new("holidays", format!("{line}: {}", problem.message))
        }
        Some(("overrides", date)) => FieldError::new("overrides", format!("{date}: {}", problem.message)),
        _ => problem,
    });
    placed.collect()
}

fn lines<T>(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    if lines.clone().count() > MOST {
        return Err(format!("At most {MOST} lines fit"));
    }
    lines.map(|(index, line)| read(line).map_err(|message| format!("Line {}: {message}", index + 1))).collect()
}

/// `09:00-13:00, 14:00-18:00`; nothing, `closed` and `off` mean a day without hours.
fn shifts(text: &str) -> Result<Vec<Shift>, String> {
    if text.is_empty() || ["closed", "off", "-"].contains(&text.to_lowercase().as_str()) {
        return Ok(Vec::new());
    }
    text.split(',').map(|part| span(part.trim())).collect()
}

fn span(text: &str) -> Result<Shift, String> {
    let parts = text.split_once(['-', '–']);
    let (from, to) = parts.ok_or_else(|| format!("“{text}” is not a span of hours, such as 09:00-17:00"))?;
    let time = |text: &str| WallTime::try_from(text.trim().to_owned());
    Ok(Shift { from: time(from)?, to: time(to)? })
}

/// `2026-12-25 Christmas`, `12-24 14:00-24:00 Christmas Eve`.
fn holiday(line: &str) -> Result<Holiday, String> {
    let (day, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let mut holiday = match day.parse::<NaiveDate>() {
        Ok(date) => Holiday::on(date),
        Err(_) => {
            let recurs = MonthDay::try_from(day.to_owned());
            let recurs =
                recurs.map_err(|_| format!("“{day}” is not a day, such as 2026-12-25, or 12-25 for every year"))?;
            Holiday { date: None, month_day: Some(recurs), from: None, to: None, name: None }
        }
    };
    let rest = rest.trim();
    let (first, others) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let name = if begins_with_hours(rest) {
        let part = span(first)?;
        (holiday.from, holiday.to) = (Some(part.from), Some(part.to));
        others.trim()
    } else {
        rest
    };
    holiday.name = Some(name.to_owned()).filter(|name| !name.is_empty());
    Ok(holiday)
}

/// Whether the first word is meant as a span of hours.
fn begins_with_hours(text: &str) -> bool {
    let first = text.split(char::is_whitespace).next().unwrap_or_default();
    first.starts_with(|c: char| c.is_ascii_digit()) && first.contains(':')
}

/// `2026-11-28 10:00-14:00`, `2026-11-28 closed`.
fn exception(line: &str) -> Result<(NaiveDate, Vec<Shift>), String> {
    let (day, hours) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let date = day.parse().map_err(|_| format!("“{day}” is not a date, such as 2026-11-28"))?;
    if hours.trim().is_empty() {
        return Err("Write the hours of that date, or “closed”".to_owned());
    }
    Ok((date, shifts(hours.trim())?))
}

/// The same date twice would leave one of the two unheard.
fn each_date_once(dates: Vec<(NaiveDate, Vec<Shift>)>) -> Result<BTreeMap<NaiveDate, Vec<Shift>>, String> {
    let mut found = BTreeMap::new();
    for (date, shifts) in dates {
        if found.insert(date, shifts).is_some() {
            return Err(format!("{date} is there twice: write all hours of a date in one line, with commas between"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_saved_again() {
        let json = r#"{"zone":"Europe/Madrid","weekly":{"mon":[["09:00","13:00"],["14:00","18:00"]],"fri":[["22:00","06:00"]]},
            "holidays":[{"date":"2026-12-25","name":"Christmas Day"},{"date":"2026-12-24","from":"14:00","to":"24:00"},
            {"month_day":"01-01"},{"month_day":"05-01","from":"12:00","to":"24:00","name":"May Day"}],
            "overrides":{"2026-11-28":[["10:00","14:00"]],"2026-11-30":[]}}"#;
        let spec: CalendarSpec = serde_json::from_str(json).unwrap();
        let typed = typed("Office", &spec);
        assert!(typed.keys().all(|field| has(field)));
        assert_eq!(read(&typed), Ok(spec));
    }

    #[test]
    fn what_cannot_be_read_is_said_at_its_field() {
        let typed = Typed::from([
            ("zone".to_owned(), "UTC".to_owned()),
            ("weekly.mon".to_owned(), "9 to 5".to_owned()),
            ("holidays".to_owned(), "2026-12-25\n\nChristmas".to_owned()),
            ("overrides".to_owned(), "2026-11-28".to_owned()),
        ]);
        let wrong = read(&typed).unwrap_err();
        let fields: Vec<_> = wrong.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["weekly.mon", "holidays", "overrides"]);
        assert!(wrong[1].message.starts_with("Line 3:"), "{}", wrong[1].message);
    }

    #[test]
    fn a_date_with_hours_of_its_own_is_there_once() {
        let typed = |overrides: &str| Typed::from([("overrides".to_owned(), overrides.to_owned())]);
        let twice = read(&typed("2026-11-28 10:00-14:00\n2026-11-29 closed\n2026-11-28 closed")).unwrap_err();
        assert!(twice[0].field == "overrides" && twice[0].message.starts_with("2026-11-28"), "{twice:?}");
        assert_eq!(read(&typed("2026-11-28 10:00-12:00, 13:00-15:00")).unwrap().overrides.len(), 1);
    }
}
