//! What the hours of a calendar mean, as they stand in its form: the coming week, and when working hours are over.

use chrono::{DateTime, Datelike as _, NaiveDateTime, TimeDelta, Timelike as _, Utc};

use super::calendar::{Calendar, week::Day};
use super::forms;
use super::views::{DayPicture, Meaning, Typed};
use crate::core::FieldError;

/// The field for the instant from which hours are counted, on the wall clock of the calendar's zone.
pub const FROM: &str = "probe.from";
/// The field for how many.
pub const HOURS: &str = "probe.hours";
/// The longest stretch that is asked about, in hours: a year of days and nights.
const MOST: f64 = 8_784.0;
/// As a browser writes a date and a time.
const WRITTEN: &str = "%Y-%m-%dT%H:%M";

/// What the calendar that was typed means at `now`.
///
/// # Errors
/// What cannot be read, or makes no sense, at its field.
pub fn of(typed: &Typed, now: DateTime<Utc>) -> Result<Meaning, Vec<FieldError>> {
    let hours = hours(typed);
    let with_hours = |mut wrong: Vec<FieldError>| {
        wrong.extend(hours.as_ref().err().cloned());
        wrong
    };
    let spec = forms::calendar::read(typed).map_err(with_hours)?;
    let notes = [spec.overlaps(), spec.hidden()].concat();
    let calendar = Calendar::new(spec.clone()).map_err(|wrong| with_hours(forms::calendar::at_fields(wrong, &spec)))?;
    let local = now.with_timezone(&calendar.zone());
    let question = match (from(typed, &calendar, now), hours.clone()) {
        (Ok(from), Ok(hours)) => Ok((from, hours)),
        (from, hours) => Err([from.err(), hours.err()].into_iter().flatten().collect::<Vec<_>>()),
    };
    let (from, hours) = question?;
    let is_open = if calendar.is_working(now) { "open" } else { "closed" };
    Ok(Meaning {
        days: calendar.days(local.date_naive(), 7).iter().map(picture).collect(),
        now: (local.num_seconds_from_midnight() / 60) as u16,
        state: format!("It is {} in {} now: {is_open}.", local.format("%H:%M"), zone_words(&calendar)),
        answer: answer(&calendar, from, hours),
        notes,
    })
}

/// Fills in the question that a form starts with: from now, eight hours.
pub fn ask(typed: &mut Typed, now: DateTime<Utc>) {
    if let Ok(zone) = typed.get("zone").map_or("", String::as_str).trim().parse::<chrono_tz::Tz>() {
        typed.entry(FROM.to_owned()).or_insert_with(|| now.with_timezone(&zone).format(WRITTEN).to_string());
    }
    typed.entry(HOURS.to_owned()).or_insert_with(|| "8".to_owned());
}

fn zone_words(calendar: &Calendar) -> String {
    calendar.zone().name().replace('_', " ")
}

/// From when: now if nothing was said.
fn from(typed: &Typed, calendar: &Calendar, now: DateTime<Utc>) -> Result<DateTime<Utc>, FieldError> {
    let text = typed.get(FROM).map_or("", String::as_str).trim();
    if text.is_empty() {
        return Ok(now);
    }
    let wrong = |message: String| FieldError::new(FROM, message);
    let written =
        NaiveDateTime::parse_from_str(text, WRITTEN).or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M"));
    let at = written.ok().filter(|at| (1900..=2200).contains(&at.year()));
    let at = at.ok_or_else(|| wrong("Write a date and a time, such as 2026-11-30 16:30".to_owned()))?;
    calendar.instant(at).ok_or_else(|| {
        wrong(format!("The clocks of {} go forward then: there is no {}", zone_words(calendar), at.format("%H:%M")))
    })
}

/// How many hours, with a comma or a point.
fn hours(typed: &Typed) -> Result<f64, FieldError> {
    let text = typed.get(HOURS).map_or("", String::as_str).trim().replace(',', ".");
    let hours = if text.is_empty() { Some(8.0) } else { text.parse().ok() };
    let sensible = hours.filter(|hours: &f64| *hours > 0.0 && *hours <= MOST);
    sensible.ok_or_else(|| FieldError::new(HOURS, "Write how many hours, such as 8 or 2.5; at most 8784"))
}

fn answer(calendar: &Calendar, from: DateTime<Utc>, hours: f64) -> String {
    let say = |at: DateTime<Utc>| at.with_timezone(&calendar.zone()).format("%A %-d %B %Y, %H:%M").to_string();
    let is_one = (hours - 1.0).abs() < f64::EPSILON;
    let (unit, are) = if is_one { ("working hour", "is") } else { ("working hours", "are") };
    let due = match calendar.due(from, TimeDelta::seconds((hours * 3_600.0).round() as i64)) {
        Ok(due) => due,
        Err(never) => return never.to_string(),
    };
    let intervals = calendar.intervals(from, due);
    let begins = intervals.intervals().first().map(|first| first.from).filter(|begins| *begins > from);
    let waits = begins.map(|begins| format!(" It is closed then: counting begins on {}.", say(begins)));
    format!("{hours} {unit} from {} {are} over on {}.{}", say(from), say(due), waits.unwrap_or_default())
}

fn picture(day: &Day) -> DayPicture {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let hours: Vec<_> = day.open.iter().map(|(from, to)| format!("{}–{}", clock(*from), clock(*to))).collect();
    DayPicture {
        name: day.date.format("%a %-d %b").to_string(),
        hours: if hours.is_empty() { "closed".to_owned() } else { hours.join(", ") },
        open: day.open.clone(),
        off: day.off.clone(),
        notes: day.notes.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        let week =
            [("zone", "Europe/Lisbon"), ("weekly.mon", "09:00-13:00, 12:00-17:00"), ("weekly.tue", "09:00-17:00")];
        week.iter().chain(fields).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    /// A Monday at 19:40 in Lisbon.
    fn now() -> DateTime<Utc> {
        "2026-11-30T19:40:00Z".parse().unwrap()
    }

    fn wrong(fields: &[(&str, &str)]) -> Vec<String> {
        of(&typed(fields), now()).unwrap_err().into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn the_answer_is_about_what_is_typed_and_says_what_is_counted_once() {
        let mut form = typed(&[]);
        ask(&mut form, now());
        assert_eq!((form[FROM].as_str(), form[HOURS].as_str()), ("2026-11-30T19:40", "8"));
        let meaning = of(&form, now()).unwrap();
        assert_eq!(meaning.state, "It is 19:40 in Europe/Lisbon now: closed.");
        assert_eq!(
            meaning.answer,
            "8 working hours from Monday 30 November 2026, 19:40 are over on Tuesday 1 December 2026, 17:00. \
             It is closed then: counting begins on Tuesday 1 December 2026, 09:00."
        );
        assert_eq!(meaning.notes, ["Monday 09:00-13:00 and 12:00-17:00 overlap: counted once."]);
        assert_eq!((meaning.now, meaning.days.len()), (1180, 7));
        assert_eq!((meaning.days[0].name.as_str(), meaning.days[0].hours.as_str()), ("Mon 30 Nov", "09:00–17:00"));
        assert_eq!(meaning.days[2].hours, "closed");
        let asked = of(&typed(&[(FROM, "2026-12-01T09:00"), (HOURS, "2,5")]), now()).unwrap();
        assert_eq!(
            asked.answer,
            "2.5 working hours from Tuesday 1 December 2026, 09:00 are over on Tuesday 1 December 2026, 11:30."
        );
    }

    #[test]
    fn what_makes_no_sense_is_said_at_its_field() {
        assert_eq!(wrong(&[(FROM, "tomorrow"), (HOURS, "0")]), [FROM, HOURS]);
        assert_eq!(wrong(&[(HOURS, "inf")]), [HOURS]);
        assert_eq!(wrong(&[(HOURS, "NaN")]), [HOURS]);
        assert_eq!(wrong(&[(FROM, "2026-03-29T01:30")]), [FROM], "skipped by the clock change");
        assert_eq!(wrong(&[("zone", "Lissabon"), (HOURS, "0")]), ["zone", HOURS]);
        assert_eq!(wrong(&[("weekly.mon", "9 to 5"), (HOURS, "0")]), ["weekly.mon", HOURS]);
        assert_eq!(wrong(&[("holidays", "2026-12-24 14:00-13:00")]), ["holidays"]);
        assert_eq!(wrong(&[("overrides", "2026-12-24 09:00-09:00")]), ["overrides"]);
    }
}
