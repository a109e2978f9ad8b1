//! One event of a calendar file.
use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use icalendar::parser::{Component, Property};

use super::{LONGEST_NAME, zones};
use crate::core::text;

/// What an event says of itself. Times are on the wall clock of its own zone.
#[derive(Debug)]
pub struct Event {
    pub name: Option<String>,
    pub uid: Option<String>,
    pub is_cancelled: bool,
    /// Where its wall clock is; `None`: wherever somebody reads it.
    pub zone: Option<Tz>,
    pub start: NaiveDateTime,
    pub length: TimeDelta,
    /// The date of another event of the same name tag that this one stands in for.
    pub instead_of: Option<NaiveDateTime>,
    /// Rules by which it repeats; more than one is more than we read.
    pub rules: Vec<String>,
    pub also_on: Vec<NaiveDateTime>,
    pub not_on: HashSet<NaiveDateTime>,
    /// Something about its dates that cannot be read.
    pub odd: Option<String>,
}

/// A time as it is written.
#[derive(Clone, Copy)]
struct Written {
    at: NaiveDateTime,
    zone: Option<Tz>,
    is_date: bool,
}

impl Event {
    /// `None`, with a note, if it does not say when it is.
    pub fn read(event: &Component<'_>, zone: Tz, notes: &mut Vec<String>) -> Option<Self> {
        let value = |name: &str| event.find_prop(name).map(|prop| prop.val.as_str().trim().to_owned());
        let name = value("SUMMARY").map(|name| one_line(&name)).filter(|name| !name.is_empty());
        let said = quoted(name.as_deref());
        let start_prop = event.find_prop("DTSTART");
        let Some(start) = start_prop.and_then(|prop| times(prop).next().flatten()) else {
            notes.push(format!("{said} has no date that we can read and was left out."));
            return None;
        };
        if let Some(unknown) = start_prop.and_then(unknown_zone) {
            notes.push(format!(
                "{said} is in the time zone “{unknown}”, which we do not know: its times are taken for times in {zone}."
            ));
        }
        let in_own_zone = |written: Written| match (written.zone, start.zone) {
            (Some(there), Some(here)) if there != here => local(written.at, there, here),
            _ => written.at,
        };
        let listed = |name: &str| {
            let props = event.properties.iter().filter(|prop| prop.name == name);
            props.flat_map(times).collect::<Vec<_>>()
        };
        let (also, not) = (listed("RDATE"), listed("EXDATE"));
        let is_odd = also.iter().chain(&not).any(Option::is_none);
        let end = event.find_prop("DTEND").and_then(|prop| times(prop).next().flatten());
        let length = match (end, value("DURATION")) {
            (Some(end), _) => in_own_zone(end) - start.at,
            (None, Some(words)) => duration(&words).unwrap_or_default(),
            (None, None) if start.is_date => TimeDelta::days(1),
            (None, None) => TimeDelta::zero(),
        };
        let instead = event.find_prop("RECURRENCE-ID");
        let instead_of = instead.and_then(|prop| times(prop).next().flatten());
        let rules = event.properties.iter().filter(|prop| prop.name == "RRULE");
        let rules: Vec<_> = rules.map(|prop| prop.val.as_str().trim().to_uppercase()).collect();
        let odd = if is_odd {
            Some("RDATE or EXDATE".to_owned())
        } else if rules.len() > 1 || event.find_prop("EXRULE").is_some() {
            Some("more than one rule".to_owned())
        } else if instead.is_some_and(|prop| parameter(prop, "RANGE").is_some()) {
            Some("a change of all later dates".to_owned())
        } else {
            None
        };
        Some(Self {
            name,
            uid: value("UID"),
            is_cancelled: value("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")),
            zone: start.zone,
            start: start.at,
            length,
            instead_of: instead_of.map(in_own_zone),
            rules,
            also_on: also.into_iter().flatten().map(in_own_zone).collect(),
            not_on: not.into_iter().flatten().map(in_own_zone).collect(),
            odd,
        })
    }

    /// How it is called in a sentence.
    pub fn name(&self) -> String {
        quoted(self.name.as_deref())
    }

    /// A time on its own wall clock as one in `zone`.
    pub fn in_zone(&self, at: NaiveDateTime, zone: Tz) -> NaiveDateTime {
        self.zone.filter(|own| *own != zone).map_or(at, |own| local(at, own, zone))
    }
}

/// A time on the wall clock of `from` as one of `to`. What a clock change skips is taken for an hour later.
fn local(at: NaiveDateTime, from: Tz, to: Tz) -> NaiveDateTime {
    let later = at.checked_add_signed(TimeDelta::hours(1)).unwrap_or(at);
    let instant = from.from_local_datetime(&at).earliest().or_else(|| from.from_local_datetime(&later).earliest());
    instant.map_or(at, |instant| instant.with_timezone(&to).naive_local())
}

fn quoted(name: Option<&str>) -> String {
    name.map_or_else(|| "An event without a name".to_owned(), |name| format!("“{name}”"))
}

/// A name as it fits into a line.
fn one_line(name: &str) -> String {
    text::one_line(name).chars().take(LONGEST_NAME).collect::<String>().trim_end().to_owned()
}

fn parameter<'a>(prop: &'a Property<'_>, key: &str) -> Option<&'a str> {
    let found = prop.params.iter().find(|param| param.key.as_str().eq_ignore_ascii_case(key))?;
    found.val.as_ref().map(|val| val.as_str().trim_matches('"'))
}

fn unknown_zone(prop: &Property<'_>) -> Option<String> {
    let name = parameter(prop, "TZID")?;
    zones::named(name).is_none().then(|| name.to_owned())
}

/// The times that a property lists; `None` for one that cannot be read.
fn times<'a>(prop: &'a Property<'_>) -> impl Iterator<Item = Option<Written>> + 'a {
    let zone = parameter(prop, "TZID").and_then(zones::named);
    prop.val.as_str().split(',').map(move |text| written(text.trim(), zone))
}

/// `20261225`, `20261225T090000`, `20261225T080000Z`.
fn written(text: &str, zone: Option<Tz>) -> Option<Written> {
    if !text.is_ascii() {
        return None;
    }
    let date = NaiveDate::parse_from_str(text.get(..8)?, "%Y%m%d").ok()?;
    let rest = &text[8..];
    if rest.is_empty() {
        return Some(Written { at: date.and_time(NaiveTime::MIN), zone: None, is_date: true });
    }
    let clock = rest.strip_prefix('T')?;
    let (clock, zone) = clock.strip_suffix('Z').map_or((clock, zone), |clock| (clock, Some(Tz::UTC)));
    let clock = NaiveTime::parse_from_str(clock, "%H%M%S").ok()?;
    Some(Written { at: date.and_time(clock), zone, is_date: false })
}

/// `P1D`, `P2W`, `PT1H30M`.
fn duration(text: &str) -> Option<TimeDelta> {
    let text = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
    let (mut sum, mut digits, mut in_time) = (TimeDelta::zero(), String::new(), false);
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if c == 'T' {
            in_time = true;
            continue;
        }
        let seconds: i64 = match (c, in_time) {
            ('W', false) => 7 * 86_400,
            ('D', false) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        let n: i64 = digits.parse().ok()?;
        sum = sum.checked_add(&TimeDelta::try_seconds(n.checked_mul(seconds)?)?)?;
        digits.clear();
    }
    digits.is_empty().then_some(sum)
}
