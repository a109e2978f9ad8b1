//! When an event comes again.
use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use rrule::{RRule, RRuleSet, Unvalidated};

use super::MAX_HOLIDAYS;
use super::event::Event;

/// How an event repeats.
#[derive(Debug, PartialEq, Eq)]
pub enum Repeats {
    Never,
    /// On the same days of every year.
    Yearly,
    /// At these times by its own zone's wall clock; `is_endless` if there are more after them.
    On {
        starts: Vec<NaiveDateTime>,
        is_endless: bool,
    },
    /// Somehow else: what we do not understand of it.
    Unknown(String),
}

/// How `event` repeats until `until`, seen from `zone`. Its rule is only worked out if it `may` be: that takes its time.
pub fn of(event: &Event, zone: Tz, until: NaiveDateTime, may: bool) -> Repeats {
    if let Some(odd) = &event.odd {
        return Repeats::Unknown(odd.clone());
    }
    let has_dates = !event.also_on.is_empty() || !event.not_on.is_empty();
    let Some(rule) = event.rules.first() else {
        if !has_dates {
            return Repeats::Never;
        }
        return Repeats::On { starts: listed(event, vec![event.start]), is_endless: false };
    };
    let same_days = event.zone.is_none_or(|own| own == zone);
    if same_days && !has_dates && is_yearly(rule, event.start) {
        return Repeats::Yearly;
    }
    if !may {
        return Repeats::Unknown("too many rules in one file".to_owned());
    }
    by_rule(event, rule, until).unwrap_or_else(|| Repeats::Unknown(rule.clone()))
}

fn parts(rule: &str) -> BTreeMap<&str, &str> {
    rule.split(';').filter_map(|part| part.split_once('=')).collect()
}

/// Whether a rule says no more than that the day comes every year.
fn is_yearly(rule: &str, start: NaiveDateTime) -> bool {
    let is = |text: &str, number: u32| text.parse() == Ok(number);
    parts(rule).into_iter().all(|(part, value)| match part {
        "FREQ" => value == "YEARLY",
        "INTERVAL" => value == "1",
        "BYMONTH" => is(value, start.month()),
        "BYMONTHDAY" => is(value, start.day()),
        "WKST" => true,
        _ => false,
    }) && rule.contains("FREQ=YEARLY")
}

/// The dates of a rule, reckoned on the wall clock: the library is told that this is UTC.
fn by_rule(event: &Event, rule: &str, until: NaiveDateTime) -> Option<Repeats> {
    let parts = parts(rule);
    // Rules by hours and minutes are no holidays.
    if !["YEARLY", "MONTHLY", "WEEKLY", "DAILY"].contains(parts.get("FREQ")?) {
        return None;
    }
    let words: Vec<_> = parts
        .iter()
        .map(|(part, value)| match *part {
            "UNTIL" => ends_at(value, event).map(|end| format!("UNTIL={}", end.format("%Y%m%dT%H%M%SZ"))),
            part => Some(format!("{part}={value}")),
        })
        .collect::<Option<_>>()?;
    let on_wall = |at: NaiveDateTime| rrule::Tz::UTC.from_utc_datetime(&at);
    let rule: RRule<Unvalidated> = words.join(";").parse().ok()?;
    let rule = rule.validate(on_wall(event.start)).ok()?;
    let most = u16::try_from(MAX_HOLIDAYS + 1).ok()?;
    let found = RRuleSet::new(on_wall(event.start)).rrule(rule).before(on_wall(until)).all(most);
    let starts: Vec<_> = found.dates.into_iter().map(|at| at.naive_utc()).collect();
    if starts.is_empty() {
        return None;
    }
    let is_endless = !parts.contains_key("UNTIL") && !parts.contains_key("COUNT");
    Some(Repeats::On { starts: listed(event, starts), is_endless })
}

/// The last instant of a rule on the event's wall clock. A date means all of it.
fn ends_at(text: &str, event: &Event) -> Option<NaiveDateTime> {
    let clock = text.trim_end_matches('Z');
    if let Ok(date) = chrono::NaiveDate::parse_from_str(clock, "%Y%m%d") {
        return Some(date.and_time(NaiveTime::MIN) + TimeDelta::days(1) - TimeDelta::seconds(1));
    }
    let at = NaiveDateTime::parse_from_str(clock, "%Y%m%dT%H%M%S").ok()?;
    match event.zone {
        Some(own) if text.ends_with('Z') => Some(Tz::UTC.from_utc_datetime(&at).with_timezone(&own).naive_local()),
        _ => Some(at),
    }
}

/// With the dates that are named besides, without those that are taken out. A date without a time takes out all of it.
fn listed(event: &Event, mut starts: Vec<NaiveDateTime>) -> Vec<NaiveDateTime> {
    starts.extend(&event.also_on);
    let is_out = |start: &NaiveDateTime| {
        event.not_on.contains(start) || event.not_on.contains(&start.date().and_time(NaiveTime::MIN))
    };
    starts.retain(|start| !is_out(start));
    starts.sort_unstable();
    starts.dedup();
    starts
}
