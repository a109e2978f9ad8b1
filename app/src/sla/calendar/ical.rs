//! Holidays from a calendar file (iCalendar, RFC 5545), as Google, Outlook, Nextcloud and public offices give them out.
//!
//! Each day or part of a day that an event takes is a holiday in the calendar's zone; one of every year stays one. What
//! hours cannot say is told in a note, never dropped in silence. Nothing is fetched and nothing saved here.
mod event;
mod recur;
mod zones;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use icalendar::parser::{Component, read_calendar_simple};

use self::event::Event;
use self::recur::Repeats;
use crate::sla::spec::{Holiday, MonthDay, WallTime};

/// The largest file that is read: public holidays of a country are some ten kilobytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most holidays that come of a file.
pub const MAX_HOLIDAYS: usize = 1_000;
/// How far ahead an event without end is written out that is not simply one of every year.
const YEARS: i32 = 10;
/// Such events that are written out of one file: each may take some milliseconds.
const MAX_RULES: usize = 100;
/// The longest holiday.
const LONGEST: TimeDelta = TimeDelta::days(366);
/// Parts in parts: an event lies in a calendar, an alarm in the event.
const MAX_DEPTH: usize = 6;
/// Notes that are told one by one.
const MAX_NOTES: usize = 12;
/// The longest name of a holiday, in characters.
const LONGEST_NAME: usize = 80;

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// By day, those of every year first.
    pub holidays: Vec<Holiday>,
    /// What was left out, or is not as the file has it; a sentence each.
    pub notes: Vec<String>,
}

/// Why nothing comes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Larger than [`MAX_BYTES`].
    #[error("This file is larger than 1 MB. Export only the holidays")]
    TooLarge,
    /// Not UTF-8.
    #[error("This is no calendar file (.ics): it is not text in UTF-8")]
    NoText,
    /// The number of the line where it stops making sense.
    #[error("This is no calendar file (.ics), or not a whole one: it cannot be read from line {0} on")]
    Line(usize),
    /// A calendar without a single event.
    #[error("There is no event in this file")]
    Empty,
    /// More than [`MAX_HOLIDAYS`].
    #[error("More than 1,000 holidays would come of this file. Export only the holidays, or fewer years")]
    TooMany,
}

/// The holidays of a calendar file, for a calendar of working time in `zone`.
///
/// # Errors
/// [`Unreadable`] if it is no calendar file, or none that fits.
pub fn read(file: &[u8], zone: Tz, now: DateTime<Utc>) -> Result<Imported, Unreadable> {
    if file.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let text = std::str::from_utf8(file).map_err(|_| Unreadable::NoText)?;
    let lines = Lines::of(text)?;
    let components = read_calendar_simple(&lines.text)
        .map_err(|at| Unreadable::Line(lines.number_at(lines.text.len().saturating_sub(at.input.len()))))?;
    let mut found = Found::new(zone, ten_years_after(now));
    found.calendars(&components)?;
    Ok(found.imported())
}

fn ten_years_after(now: DateTime<Utc>) -> NaiveDateTime {
    let last = NaiveDate::from_ymd_opt(now.year() + YEARS, 12, 31).unwrap_or(NaiveDate::MAX);
    last.and_time(NaiveTime::MIN)
}

/// The lines of a file that say something about holidays, unfolded, and where they stood in it. What other programs put
/// beside them (descriptions, alarms, addresses, now and then badly folded) need not even make sense.
struct Lines {
    text: String,
    /// Where each begins in the text, and its number in the file.
    starts: Vec<(usize, usize)>,
}

impl Lines {
    const READ: [&str; 13] = [
        "BEGIN",
        "END",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "EXRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "SUMMARY",
        "STATUS",
        "UID",
    ];

    fn of(text: &str) -> Result<Self, Unreadable> {
        let mut unfolded: Vec<(usize, String)> = Vec::new();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            match (line.strip_prefix([' ', '\t']), unfolded.last_mut()) {
                (Some(rest), Some((_, last))) => last.push_str(rest),
                _ => unfolded.push((index + 1, line.to_owned())),
            }
        }
        let mut lines = Self { text: String::with_capacity(text.len()), starts: Vec::new() };
        let mut depth = 0_usize;
        for (number, line) in unfolded {
            let end = line.find([';', ':']).unwrap_or(line.len());
            let (name, rest) = (line[..end].trim().to_uppercase(), &line[end..]);
            let rest = match name.as_str() {
                "BEGIN" => {
                    depth += 1;
                    rest.trim_end().to_uppercase()
                }
                "END" => {
                    depth = depth.saturating_sub(1);
                    rest.trim_end().to_uppercase()
                }
                _ if Self::READ.contains(&name.as_str()) => rest.to_owned(),
                _ => continue,
            };
            // One calendar after the other is one to us.
            let end = "END:VCALENDAR\r\n";
            if name == "BEGIN" && rest == ":VCALENDAR" && lines.text.ends_with(end) {
                lines.text.truncate(lines.text.len() - end.len());
                lines.starts.pop();
                continue;
            }
            // Whoever reads this goes as deep as it is nested.
            if depth > MAX_DEPTH {
                return Err(Unreadable::Line(number));
            }
            lines.starts.push((lines.text.len(), number));
            lines.text.extend([name.as_str(), &rest, "\r\n"]);
        }
        if lines.text.starts_with("BEGIN:VCALENDAR") { Ok(lines) } else { Err(Unreadable::Line(1)) }
    }

    /// The number in the file of the line at this place of the text.
    fn number_at(&self, place: usize) -> usize {
        let after = self.starts.partition_point(|(start, _)| *start <= place);
        self.starts.get(after.saturating_sub(1)).map_or(1, |(_, number)| *number)
    }
}

/// What was found so far.
struct Found {
    zone: Tz,
    until: NaiveDateTime,
    yearly: BTreeMap<(u32, u32), Vec<Holiday>>,
    dated: BTreeMap<NaiveDate, Vec<Holiday>>,
    count: usize,
    rules: usize,
    cancelled: usize,
    others: usize,
    notes: Vec<String>,
}

impl Found {
    const fn new(zone: Tz, until: NaiveDateTime) -> Self {
        Self {
            zone,
            until,
            yearly: BTreeMap::new(),
            dated: BTreeMap::new(),
            count: 0,
            rules: 0,
            cancelled: 0,
            others: 0,
            notes: Vec::new(),
        }
    }

    fn calendars(&mut self, components: &[Component<'_>]) -> Result<(), Unreadable> {
        let parts = || components.iter().filter(|part| part.name == "VCALENDAR").flat_map(|part| &part.components);
        let events: Vec<_> = parts().filter(|part| part.name == "VEVENT").collect();
        self.others += parts().filter(|part| !["VEVENT", "VTIMEZONE"].contains(&part.name.as_str())).count();
        if events.is_empty() {
            return Err(Unreadable::Empty);
        }
        let events: Vec<Event> =
            events.into_iter().filter_map(|event| Event::read(event, self.zone, &mut self.notes)).collect();
        // An event that stands in for one date of another: that date is not to be told twice.
        let mut moved: HashMap<String, HashSet<NaiveDateTime>> = HashMap::new();
        for event in &events {
            if let (Some(uid), Some(instead_of)) = (&event.uid, event.instead_of) {
                moved.entry(uid.clone()).or_default().insert(instead_of);
            }
        }
        for mut event in events {
            if event.is_cancelled {
                self.cancelled += 1;
                continue;
            }
            if let Some(moved) =
                event.uid.as_ref().filter(|_| event.instead_of.is_none()).and_then(|uid| moved.get(uid))
            {
                event.not_on.extend(moved);
            }
            self.event(&event)?;
        }
        Ok(())
    }

    fn event(&mut self, event: &Event) -> Result<(), Unreadable> {
        let name = event.name();
        if event.length <= TimeDelta::zero() {
            self.notes.push(format!("{name} takes no time and was left out."));
            return Ok(());
        }
        if event.length > LONGEST {
            self.notes.push(format!("{name} is longer than a year and was left out."));
            return Ok(());
        }
        let repeats = recur::of(event, self.zone, self.until, self.rules < MAX_RULES);
        self.rules += usize::from(!matches!(repeats, Repeats::Never | Repeats::Yearly));
        match repeats {
            Repeats::Never => self.at(event, event.start, false),
            Repeats::Yearly => self.at(event, event.start, true),
            Repeats::On { starts, is_endless } => {
                if is_endless {
                    self.notes.push(format!(
                        "{name} repeats by a rule of its own: its dates until the end of {} are written out.",
                        self.until.year()
                    ));
                }
                starts.into_iter().try_for_each(|start| self.at(event, start, false))
            }
            Repeats::Unknown(rule) => {
                self.notes.push(format!(
                    "{name} repeats in a way that we do not understand ({rule}): only its first date was taken."
                ));
                self.at(event, event.start, false)
            }
        }
    }

    /// The event as it begins at `start` by its own zone's wall clock, each date that it touches by itself.
    fn at(&mut self, event: &Event, start: NaiveDateTime, is_yearly: bool) -> Result<(), Unreadable> {
        let Some(end) = start.checked_add_signed(event.length) else { return Ok(()) };
        let (from, to) = (event.in_zone(start, self.zone), event.in_zone(end, self.zone));
        if from >= to {
            self.notes.push(format!("{} lies in the hour that a clock change repeats and was left out.", event.name()));
            return Ok(());
        }
        let mut date = from.date();
        while date.and_time(NaiveTime::MIN) < to {
            let begin = if date == from.date() { floor(from.time()) } else { WallTime::MIDNIGHT };
            let end = if date == to.date() { ceil(to.time()) } else { WallTime::END };
            let is_whole = (begin, end) == (WallTime::MIDNIGHT, WallTime::END);
            let part = |time| Some(time).filter(|_| !is_whole);
            let day = (date.month(), date.day());
            let recurs = MonthDay::try_from(format!("{:02}-{:02}", day.0, day.1)).ok().filter(|_| is_yearly);
            let holiday = Holiday {
                date: Some(date).filter(|_| recurs.is_none()),
                month_day: recurs,
                from: part(begin),
                to: part(end),
                name: event.name.clone(),
            };
            let there = if recurs.is_some() {
                self.yearly.entry(day).or_default()
            } else {
                self.dated.entry(date).or_default()
            };
            if !there.contains(&holiday) {
                there.push(holiday);
                self.count += 1;
            }
            if self.count > MAX_HOLIDAYS {
                return Err(Unreadable::TooMany);
            }
            let Some(next) = date.checked_add_days(Days::new(1)) else { break };
            date = next;
        }
        Ok(())
    }

    fn imported(mut self) -> Imported {
        let said = |n: usize, one: &str, many: &str| match n {
            0 => None,
            1 => Some(format!("1 {one} was left out.")),
            n => Some(format!("{n} {many} were left out.")),
        };
        self.notes.dedup();
        if let Some(more) = self.notes.len().checked_sub(MAX_NOTES + 1) {
            self.notes.truncate(MAX_NOTES);
            self.notes.push(format!("There is something like this with {} more events.", more + 1));
        }
        self.notes.extend(said(self.cancelled, "cancelled event", "cancelled events"));
        self.notes.extend(said(self.others, "task or other entry", "tasks and other entries"));
        Imported {
            holidays: self.yearly.into_values().chain(self.dated.into_values()).flatten().collect(),
            notes: self.notes,
        }
    }
}

/// The minute in which it is.
fn floor(time: NaiveTime) -> WallTime {
    minutes(time.num_seconds_from_midnight() / 60)
}

/// The end of the minute in which it is, unless that has only begun.
fn ceil(time: NaiveTime) -> WallTime {
    minutes(time.num_seconds_from_midnight().div_ceil(60))
}

fn minutes(minutes: u32) -> WallTime {
    u16::try_from(minutes).ok().and_then(WallTime::from_minutes).unwrap_or(WallTime::END)
}

#[cfg(test)]
mod tests;
