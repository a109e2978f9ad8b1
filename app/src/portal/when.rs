//! Instants as people say them.
//!
//! The server says them in one zone (the browser's; where that says none, the desk's or the person's own); once the wasm is
//! there, the browser says them again in the reader's. Both read a wall clock ([`Wall`]) and share the words.
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use chrono::{DateTime, Datelike as _, Timelike as _, Utc};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// What a clock and a calendar on the wall show at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wall {
    /// Days since some fixed day: two instants with the same number are on the same date.
    pub day_number: i64,
    pub year: i32,
    /// 0 is January.
    pub month: u8,
    /// Of the month.
    pub day: u8,
    /// 0 is Monday.
    pub weekday: u8,
    pub hour: u8,
    pub minute: u8,
}

/// An instant, with its wall clock and that of the moment in which the server said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// Unix seconds.
    pub at: i64,
    pub said_at: i64,
    there: Wall,
    here: Wall,
}

impl Wall {
    fn time(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    fn weekday_name(self) -> &'static str {
        DAYS[usize::from(self.weekday) % 7]
    }

    fn month_name(self) -> &'static str {
        MONTHS[usize::from(self.month) % 12]
    }

    fn date(self, here: Self) -> String {
        if self.year == here.year {
            format!("{} {}", self.day, self.month_name())
        } else {
            format!("{} {} {}", self.day, self.month_name(), self.year)
        }
    }

    /// For the middle of a sentence: "17:08 today", "09:00 tomorrow", "Monday, 12:00", "the end of Monday",
    /// "24 November, 12:00".
    pub fn by(self, here: Self) -> String {
        let time = self.time();
        // Midnight is the end of a day to whoever waits for it.
        if (self.hour, self.minute) == (0, 0) {
            match self.day_number - here.day_number {
                1 => return "the end of today".to_owned(),
                2 => return "the end of tomorrow".to_owned(),
                3..=6 => return format!("the end of {}", DAYS[usize::from(self.weekday + 6) % 7]),
                _ => {}
            }
        }
        match self.day_number - here.day_number {
            0 => format!("{time} today"),
            1 => format!("{time} tomorrow"),
            -1 => format!("{time} yesterday"),
            2..=6 => format!("{}, {time}", self.weekday_name()),
            _ => format!("{}, {time}", self.date(here)),
        }
    }

    /// At the head of something: "Today, 15:40", "Yesterday, 15:40", "Wednesday, 15:40", "3 November, 15:40".
    pub fn stamp(self, here: Self) -> String {
        let time = self.time();
        match here.day_number - self.day_number {
            0 => format!("Today, {time}"),
            1 => format!("Yesterday, {time}"),
            2..=6 => format!("{}, {time}", self.weekday_name()),
            _ => format!("{}, {time}", self.date(here)),
        }
    }

    /// "Wednesday 18 November"; another year is named.
    pub fn full_day(self, here: Self) -> String {
        format!("{} {}", self.weekday_name(), self.date(here))
    }

    /// Beside a line: "17:08", "Mon 12:00", "24 Nov".
    pub fn short(self, here: Self) -> String {
        match (self.day_number - here.day_number).abs() {
            0 => self.time(),
            1..=6 => format!("{} {}", &self.weekday_name()[..3], self.time()),
            _ => format!("{} {}", self.day, &self.month_name()[..3]),
        }
    }
}

/// How a [`When`] is put into words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    By,
    Stamp,
    FullDay,
    Short,
}

impl When {
    /// In the zone in which the server looked at it.
    pub fn say(&self, form: Form) -> String {
        words(self.there, self.here, form)
    }

    /// In the browser's own zone; the server's words where there is no browser.
    pub fn say_here(&self, form: Form) -> String {
        #[cfg(feature = "hydrate")]
        {
            words(browser(self.at), browser(self.said_at), form)
        }
        #[cfg(not(feature = "hydrate"))]
        {
            self.say(form)
        }
    }
}

fn words(there: Wall, here: Wall, form: Form) -> String {
    match form {
        Form::By => there.by(here),
        Form::Stamp => there.stamp(here),
        Form::FullDay => there.full_day(here),
        Form::Short => there.short(here),
    }
}

/// The wall clock of the browser's zone.
#[cfg(feature = "hydrate")]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small numbers
fn browser(at: i64) -> Wall {
    let date = js_sys::Date::new(&((at * 1_000) as f64).into());
    let local_seconds = at - date.get_timezone_offset() as i64 * 60;
    Wall {
        day_number: local_seconds.div_euclid(86_400),
        year: date.get_full_year() as i32,
        month: date.get_month() as u8,
        day: date.get_date() as u8,
        // JavaScript's week begins on Sunday.
        weekday: ((date.get_day() + 6) % 7) as u8,
        hour: date.get_hours() as u8,
        minute: date.get_minutes() as u8,
    }
}

/// The zone with this IANA name; UTC for a name nobody knows.
#[cfg(feature = "ssr")]
pub fn zone(name: &str) -> chrono_tz::Tz {
    name.parse().unwrap_or(chrono_tz::Tz::UTC)
}

#[cfg(feature = "ssr")]
impl When {
    /// `at` as seen at `now` in `zone`.
    pub fn new(at: DateTime<Utc>, now: DateTime<Utc>, zone: chrono_tz::Tz) -> Self {
        Self { at: at.timestamp(), said_at: now.timestamp(), there: wall(at, zone), here: wall(now, zone) }
    }
}

#[cfg(feature = "ssr")]
#[allow(clippy::cast_possible_truncation)] // parts of a date and a time of day
fn wall(at: DateTime<Utc>, zone: chrono_tz::Tz) -> Wall {
    let local = at.with_timezone(&zone);
    Wall {
        day_number: local.num_days_from_ce().into(),
        year: local.year(),
        month: local.month0() as u8,
        day: local.day() as u8,
        weekday: local.weekday().num_days_from_monday() as u8,
        hour: local.hour() as u8,
        minute: local.minute() as u8,
    }
}

/// A stretch of time in at most two units: "38 minutes", "2 h 40", "3 days".
pub fn stretch(seconds: i64) -> String {
    let minutes = seconds.abs() / 60;
    match minutes {
        0 => "less than a minute".to_owned(),
        1 => "1 minute".to_owned(),
        2..60 => format!("{minutes} minutes"),
        60 => "1 hour".to_owned(),
        61..1_440 if minutes % 60 == 0 => format!("{} hours", minutes / 60),
        61..1_440 => format!("{} h {:02}", minutes / 60, minutes % 60),
        1_440..2_880 => "1 day".to_owned(),
        _ => format!("{} days", minutes / 1_440),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn said(text: &str, zone_name: &str, form: Form) -> String {
        When::new(at(text), at("2026-11-19T15:08:00Z"), zone(zone_name)).say(form)
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let lisbon = |text| said(text, "Europe/Lisbon", Form::By);
        assert_eq!(lisbon("2026-11-19T17:08:00Z"), "17:08 today");
        // In Tokyo it is eight minutes past midnight, so that is still today.
        assert_eq!(said("2026-11-19T17:08:00Z", "Asia/Tokyo", Form::By), "02:08 today");
        assert_eq!(lisbon("2026-11-20T09:00:00Z"), "09:00 tomorrow");
        assert_eq!(lisbon("2026-11-23T12:00:00Z"), "Monday, 12:00");
        assert_eq!(lisbon("2026-11-20T00:00:00Z"), "the end of today");
        assert_eq!(lisbon("2026-11-24T00:00:00Z"), "the end of Monday");
        assert_eq!(lisbon("2026-12-24T12:00:00Z"), "24 December, 12:00");
        assert_eq!(lisbon("2027-01-04T12:00:00Z"), "4 January 2027, 12:00");
        assert_eq!(said("2026-11-18T15:40:00Z", "Europe/Lisbon", Form::Stamp), "Yesterday, 15:40");
        assert_eq!(said("2026-11-18T15:40:00Z", "Europe/Lisbon", Form::FullDay), "Wednesday 18 November");
        assert_eq!(said("2026-11-23T12:00:00Z", "Europe/Lisbon", Form::Short), "Mon 12:00");
    }

    #[test]
    fn a_zone_nobody_knows_is_utc() {
        assert_eq!(zone("Mars/Olympus"), chrono_tz::Tz::UTC);
    }

    #[test]
    fn stretches_are_said_in_two_units_at_most() {
        for (seconds, words) in [
            (20, "less than a minute"),
            (38 * 60, "38 minutes"),
            (9_600, "2 h 40"),
            (7_200, "2 hours"),
            (100_000, "1 day"),
            (300_000, "3 days"),
        ] {
            assert_eq!(stretch(seconds), words);
        }
    }
}
