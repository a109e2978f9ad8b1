//! Stretches of time as they stand in the address of a list.
use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::sla::model::Metric;

/// A span of days, both ends in it; written `2026-01-01..2026-03-31`, either end may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
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
        let days = Self { from: day(from)?, to: day(to)? };
        if days == Self::default() { Err(()) } else { Ok(days) }
    }
}

/// Promises of one kind that ended in some days, in time or late; written `first_reply:2026-01-01..2026-03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// An hour by the instant at which it begins; written `2026-01-01T15:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour(pub DateTime<Utc>);

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
        s.parse().map(Self).map_err(|_| ())
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
}
