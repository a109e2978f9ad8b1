//! How much time is promised, as people say it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::CalendarVersionId;

/// How much time a promise allows, in the working time of its calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Allowance {
    /// So many seconds, at least one.
    Seconds(u32),
    /// By the end of the n-th working day after the day of the start, at least the first.
    WorkingDay(u16),
}

impl Allowance {
    /// The longest that can be promised: ten years.
    pub const MOST_SECONDS: u32 = 10 * 366 * 86_400;
    /// As many working days as can be promised.
    pub const MOST_DAYS: u16 = 3_660;
}

impl TryFrom<String> for Allowance {
    type Error = String;

    /// As people say it: `30 min`, `4 h`, `1 h 30 min`, `2h30`, `1.5 h`, `2 days`, `end of 5th day`.
    fn try_from(text: String) -> Result<Self, String> {
        let words = text.trim().to_lowercase();
        let refusal =
            || format!("“{}” is not a length of time, such as 30 min, 4 h, 3 days or end of 5th day", text.trim());
        if let Some(day) = words.strip_prefix("end of") {
            let day = day.trim().trim_end_matches("working day").trim_end_matches("day").trim();
            let n = match day {
                "next" => 1,
                _ => day.trim_end_matches(char::is_alphabetic).parse().map_err(|_| refusal())?,
            };
            return match n {
                1..=Self::MOST_DAYS => Ok(Self::WorkingDay(n)),
                0 => Err("Days are counted from 1, the day after the start".to_owned()),
                _ => Err(format!("At most {} days can be promised", Self::MOST_DAYS)),
            };
        }
        let (mut seconds, mut last) = (0_u64, 0);
        let mut rest = words.as_str();
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let number = &rest[..digits];
            rest = rest[digits..].trim_start();
            let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let unit = match &rest[..letters] {
                // Of hours that are followed by a number alone, that number is minutes.
                "" if last == 3_600 && rest.is_empty() => 60,
                "s" | "sec" | "second" | "seconds" => 1,
                "m" | "min" | "minute" | "minutes" => 60,
                "h" | "hour" | "hours" => 3_600,
                "d" | "day" | "days" => 86_400,
                _ => return Err(refusal()),
            };
            seconds = seconds.saturating_add(times(number, unit).ok_or_else(refusal)?);
            (last, rest) = (unit, rest[letters..].trim_start());
        }
        match u32::try_from(seconds) {
            _ if words.is_empty() => Err(refusal()),
            Ok(0) => Err("A promise of no time cannot be kept; leave it empty for none".to_owned()),
            Ok(n) if n <= Self::MOST_SECONDS => Ok(Self::Seconds(n)),
            _ => Err("At most ten years can be promised".to_owned()),
        }
    }
}

/// So many units, of which three digits after the point are heard: `1.5`. None where that is no whole number of seconds.
fn times(number: &str, unit: u64) -> Option<u64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    if part.is_empty() || part.len() > 3 {
        return None;
    }
    let thousandths = part.parse::<u64>().ok()? * 10_u64.pow(3 - u32::try_from(part.len()).ok()?);
    let part = thousandths * unit;
    let whole = whole.parse::<u64>().ok()?.saturating_mul(unit);
    part.is_multiple_of(1_000).then(|| whole.saturating_add(part / 1_000))
}

impl From<Allowance> for String {
    fn from(allowance: Allowance) -> Self {
        allowance.to_string()
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::WorkingDay(1) => f.write_str("end of next day"),
            Self::WorkingDay(n) => {
                let ending = match (n % 10, n % 100) {
                    (_, 11..=13) => "th",
                    (1, _) => "st",
                    (2, _) => "nd",
                    (3, _) => "rd",
                    _ => "th",
                };
                write!(f, "end of {n}{ending} day")
            }
            Self::Seconds(seconds) => {
                let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
                let said: Vec<_> =
                    parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
                f.write_str(&said.join(" "))
            }
        }
    }
}

/// An allowance and the calendar version whose working time it is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// How much.
    pub allowance: Allowance,
    /// Counted in this.
    pub calendar: CalendarVersionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Allowance, String> {
        Allowance::try_from(text.to_owned())
    }

    #[test]
    fn promises_are_read_as_people_say_them() {
        for (text, seconds) in [
            ("30 min", 1_800),
            ("4h", 14_400),
            ("1 h 30 min", 5_400),
            ("3 days", 259_200),
            ("45 s", 45),
            (" 2 Hours ", 7_200),
            ("1.5 h", 5_400),
            ("0.25 days", 21_600),
            ("2h30", 9_000),
        ] {
            assert_eq!(read(text), Ok(Allowance::Seconds(seconds)), "{text}");
        }
        assert_eq!(read("end of 5th day"), Ok(Allowance::WorkingDay(5)));
        assert_eq!(read("End of next working day"), Ok(Allowance::WorkingDay(1)));
        for wrong in [
            "",
            "0 min",
            "soon",
            "5",
            "4 weeks",
            "end of 0th day",
            "end of day",
            "-3 h",
            "99999999999999999999 h",
            "12 years",
            "1. h",
            "1.5 s",
            "1.2.3 h",
            "30 min 5",
            ".5 h",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_shown_can_be_read_again() {
        for days in (1..130).chain([Allowance::MOST_DAYS]) {
            assert_eq!(read(&Allowance::WorkingDay(days).to_string()), Ok(Allowance::WorkingDay(days)));
        }
        for seconds in (1..4_000).chain([86_399, 86_401, Allowance::MOST_SECONDS]) {
            assert_eq!(read(&Allowance::Seconds(seconds).to_string()), Ok(Allowance::Seconds(seconds)));
        }
    }
}
