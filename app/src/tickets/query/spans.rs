//! Stretches of time as they stand in the address of a list.
use std::{fmt, ops::RangeInclusive, str::FromStr};

use chrono::{DateTime, Datelike as _, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::sla::model::Metric;

/// The years that an address may name: neither the clock nor the database ends near them.
const YEARS: RangeInclusive<i32> = 1970..=9999;
const NO_SUCH_YEAR: &str = "the year is to be 1970 to 9999";

/// A span of days, both ends in it; written `2026-01-01..2026-03-31`, either end may be left out. Read, its years are
/// 1970 to 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Sent")]
pub struct Days {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// [`Days`] as somebody sent them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl TryFrom<Sent> for Days {
    type Error = &'static str;
    fn try_from(Sent { from, to }: Sent) -> Result<Self, &'static str> {
        let known = [from, to].into_iter().flatten().all(|day| YEARS.contains(&day.year()));
        if known { Ok(Self { from, to }) } else { Err(NO_SUCH_YEAR) }
    }
}

impl Days {
    /// The instant at which the first day begins, UTC.
    pub fn start(self) -> Option<DateTime<Utc>> {
        self.from.and_then(|d| d.and_hms_opt(0, 0, 0)).map(|t| t.and_utc())
    }

    /// The instant at which the last day is over, UTC.
    pub fn end(self) -> Option<DateTime<Utc>> {
        self.to.and_then(|d| d.succ_opt()).and_then(|d| d.and_hms_opt(0, 0, 0)).map(|t| t.and_utc())
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = self.from {
            write!(f, "{from}")?;
        }
        f.write_str("..")?;
        self.to.map_or(Ok(()), |to| write!(f, "{to}"))
    }
}

impl FromStr for Days {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        let (from, to) = s.split_once("..").ok_or(())?;
        let day = |s: &str| if s.is_empty() { Ok(None) } else { s.parse().map(Some).map_err(|_| ()) };
        let days = Self::try_from(Sent { from: day(from)?, to: day(to)? }).map_err(|_| ())?;
        if days == Self::default() { Err(()) } else { Ok(days) }
    }
}

/// Promises of one kind that ended in some days, in time or late; written `first_reply:2026-01-01..2026-03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    pub metric: Metric,
    pub days: Days,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.metric, self.days)
    }
}

impl FromStr for Ended {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        let (metric, days) = s.split_once(':').ok_or(())?;
        Ok(Self { metric: metric.parse()?, days: days.parse()? })
    }
}

/// An hour by the instant at which it begins; written `2026-01-01T15:00:00Z`. Read, its year is 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DateTime<Utc>")]
pub struct Hour(pub DateTime<Utc>);

impl TryFrom<DateTime<Utc>> for Hour {
    type Error = &'static str;
    fn try_from(begins: DateTime<Utc>) -> Result<Self, &'static str> {
        if YEARS.contains(&begins.year()) { Ok(Self(begins)) } else { Err(NO_SUCH_YEAR) }
    }
}

impl Hour {
    /// The instant at which it is over.
    pub fn end(self) -> DateTime<Utc> {
        self.0 + TimeDelta::hours(1)
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl FromStr for Hour {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        let begins: DateTime<Utc> = s.parse().map_err(|_| ())?;
        Self::try_from(begins).map_err(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_include_both_ends() {
        let days: Days = "2026-02-28..2026-02-28".parse().unwrap();
        assert_eq!(days.end().unwrap() - days.start().unwrap(), chrono::TimeDelta::days(1));
    }

    #[test]
    fn an_hour_ends_where_the_next_begins() {
        let hour: Hour = "2026-11-19T15:00:00Z".parse().unwrap();
        assert_eq!(Hour(hour.end()).to_string(), "2026-11-19T16:00:00Z");
        assert!("15:00".parse::<Hour>().is_err());
    }

    #[test]
    fn years_far_from_ours_are_not_read_from_addresses_nor_from_json() {
        for far in ["+262142-12-31", "+10000-01-01", "1969-12-31", "0000-01-01", "-9999-01-01"] {
            for days in [format!("{far}.."), format!("..{far}"), format!("2026-01-01..{far}")] {
                assert!(days.parse::<Days>().is_err(), "{days}");
                assert!(format!("resolution:{days}").parse::<Ended>().is_err(), "{days}");
            }
            assert!(format!("{far}T23:30:00Z").parse::<Hour>().is_err(), "{far}");
            assert!(serde_json::from_str::<Hour>(&format!("\"{far}T23:30:00Z\"")).is_err(), "{far}");
            assert!(serde_json::from_str::<Days>(&format!("{{\"from\":\"{far}\",\"to\":null}}")).is_err(), "{far}");
        }
        // The last ones of all still have an end.
        let last: Days = "9999-12-31..9999-12-31".parse().unwrap();
        assert!(last.end() > last.start());
        let last: Hour = "9999-12-31T23:00:00Z".parse().unwrap();
        assert!(last.end() > last.0);
        let again: Hour = serde_json::from_str(&serde_json::to_string(&last).unwrap()).unwrap();
        assert_eq!(again, last);
    }

    #[test]
    fn what_was_not_asked_for_is_refused_within_spans() {
        let ended = r#"{"metric":"resolution","days":{"from":"2026-01-01","to":null}}"#;
        assert!(serde_json::from_str::<Ended>(ended).is_ok());
        for place in [",\"days\"", "}}"] {
            let more = ended.replacen(place, &format!(",\"role\":true{place}"), 1);
            assert!(serde_json::from_str::<Ended>(&more).is_err(), "{more}");
        }
    }
}
