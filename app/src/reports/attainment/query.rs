//! What the report is asked for, as it stands in its address. What is not understood is left out.
use std::str::FromStr;

use chrono::{Datelike as _, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    core::id::{PolicyId, TeamId},
    sla::model::Metric,
    tickets::{model::Priority, query::Days as Span},
};

/// Where the report is.
pub const REPORT: &str = "/reports/sla";
/// The same as a file.
pub const FILE: &str = "/reports/sla.csv";

/// The most days that it covers.
pub const MOST_DAYS: u64 = 731;

/// Days that have a name. All end today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stretch {
    Week,
    #[default]
    Month,
    Quarter,
    ThisMonth,
    ThisQuarter,
    ThisYear,
}

impl Stretch {
    pub const ALL: [Self; 6] =
        [Self::Week, Self::Month, Self::Quarter, Self::ThisMonth, Self::ThisQuarter, Self::ThisYear];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::ThisMonth => "month",
            Self::ThisQuarter => "quarter",
            Self::ThisYear => "year",
        }
    }

    /// The words people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Quarter => "90 days",
            Self::ThisMonth => "This month",
            Self::ThisQuarter => "This quarter",
            Self::ThisYear => "This year",
        }
    }

    fn begins(self, today: NaiveDate) -> NaiveDate {
        let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let first_of = |month| NaiveDate::from_ymd_opt(today.year(), month, 1).unwrap_or(today);
        match self {
            Self::Week => back(6),
            Self::Month => back(29),
            Self::Quarter => back(89),
            Self::ThisMonth => first_of(today.month()),
            Self::ThisQuarter => first_of(today.month0() / 3 * 3 + 1),
            Self::ThisYear => first_of(1),
        }
    }
}

impl FromStr for Stretch {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|stretch| stretch.as_str() == s).ok_or(())
    }
}

/// What its parameters are called.
pub const PARAMS: [&str; 7] = ["period", "from", "to", "team", "metric", "priority", "policy"];

/// What is reported on: which days, and of them what is not filtered away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlaQuery {
    pub stretch: Stretch,
    /// From a day to a day, rather than a stretch with a name.
    pub between: Option<Span>,
    pub team: Option<TeamId>,
    pub metric: Option<Metric>,
    pub priority: Option<Priority>,
    pub policy: Option<PolicyId>,
}

impl SlaQuery {
    /// Reads the parameters of an address. `get` gives the value of one.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        fn one<T: FromStr>(value: Option<String>) -> Option<T> {
            value.and_then(|v| v.trim().parse().ok())
        }
        // The fields of the form have one day each; they are read as a span is, which knows its years.
        let between = format!("{}..{}", get("from").unwrap_or_default().trim(), get("to").unwrap_or_default().trim());
        Self {
            stretch: one(get("period")).unwrap_or_default(),
            between: between.parse().ok(),
            team: one(get("team")),
            metric: one(get("metric")),
            priority: one(get("priority")),
            policy: one(get("policy")),
        }
    }

    /// Its parameters as they stand in an address. Days that have a name keep it; only days that somebody chose are dates.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let period =
            (self.between.is_none() && self.stretch != Stretch::default()).then(|| self.stretch.as_str().to_owned());
        [
            ("period", period),
            ("from", day(self.between.and_then(|span| span.from))),
            ("to", day(self.between.and_then(|span| span.to))),
            ("team", self.team.map(|v| v.to_string())),
            ("metric", self.metric.map(|v| v.to_string())),
            ("priority", self.priority.map(|v| v.to_string())),
            ("policy", self.policy.map(|v| v.to_string())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// Its address under `base`. No value needs an escape.
    pub fn href(&self, base: &str) -> String {
        let params: Vec<_> = self.params().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        if params.is_empty() { base.to_owned() } else { format!("{base}?{}", params.join("&")) }
    }

    /// Whether anything but the days narrows it.
    pub const fn is_filtered(&self) -> bool {
        self.team.is_some() || self.metric.is_some() || self.priority.is_some() || self.policy.is_some()
    }

    /// The same of all teams, kinds, priorities and policies.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { stretch: self.stretch, between: self.between, ..Self::default() }
    }

    /// The first and the last day, seen from `today`: never one after it, never the wrong way round, never more than
    /// [`MOST_DAYS`].
    pub fn days(&self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let Some(span) = self.between else { return (self.stretch.begins(today), today) };
        let to = span.to.unwrap_or(today).min(today);
        let earliest = to.checked_sub_days(Days::new(MOST_DAYS - 1)).unwrap_or(to);
        (span.from.unwrap_or(earliest).clamp(earliest, to), to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(params: &[(&str, &str)]) -> SlaQuery {
        SlaQuery::read(|name| params.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    fn day(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    #[test]
    fn an_address_written_and_read_again_is_the_same_report() {
        for params in [
            &[][..],
            &[("period", "quarter"), ("metric", "first_reply"), ("priority", "urgent")],
            &[("from", "2026-01-05"), ("team", "00000000-0000-0000-0000-000000000001")],
            &[("from", "2026-01-05"), ("to", "2026-02-05"), ("policy", "00000000-0000-0000-0000-000000000001")],
        ] {
            let query = read(params);
            assert_eq!(query.params().len(), params.len());
            let again = query.params();
            let again: Vec<(&str, &str)> = again.iter().map(|(n, v)| (*n, v.as_str())).collect();
            assert_eq!(read(&again), query);
        }
        assert_eq!(
            read(&[("period", "x"), ("team", "'"), ("metric", ""), ("from", "-1"), ("to", "0000-00-00")]),
            SlaQuery::default()
        );
    }

    #[test]
    fn named_days_end_today() {
        let today = day("2026-11-30");
        let from = |stretch| SlaQuery { stretch, ..SlaQuery::default() }.days(today).0;
        assert_eq!(from(Stretch::Week), day("2026-11-24"));
        assert_eq!(from(Stretch::Month), day("2026-11-01"));
        assert_eq!(from(Stretch::Quarter), day("2026-09-02"));
        assert_eq!(from(Stretch::ThisQuarter), day("2026-10-01"));
        assert_eq!(from(Stretch::ThisMonth), day("2026-11-01"));
        assert_eq!(from(Stretch::ThisYear), day("2026-01-01"));
    }

    #[test]
    fn named_days_stay_named_while_no_date_is_chosen() {
        // As the form sends what is not filled in.
        let form = |from, to| {
            read(&[("period", "month"), ("from", from), ("to", to), ("priority", "high"), ("policy", "")]).href(REPORT)
        };
        assert_eq!(form("", ""), "/reports/sla?period=month&priority=high");
        assert_eq!(form("2026-11-02", ""), "/reports/sla?from=2026-11-02&priority=high");
        assert_eq!(form("2026-11-02", "2026-11-08"), "/reports/sla?from=2026-11-02&to=2026-11-08&priority=high");
        for (name, _) in read(&[("from", "2026-11-02"), ("to", "2026-11-08"), ("metric", "first_reply")]).params() {
            assert!(PARAMS.contains(&name));
        }
    }

    #[test]
    fn chosen_days_are_never_to_come_never_the_wrong_way_round_and_never_too_many() {
        let today = day("2026-11-30");
        let days = |from, to| read(&[("from", from), ("to", to)]).days(today);
        assert_eq!(days("2026-11-02", "2026-11-08"), (day("2026-11-02"), day("2026-11-08")));
        assert_eq!(days("2026-11-02", "2027-11-08"), (day("2026-11-02"), today));
        assert_eq!(days("2026-11-09", "2026-11-08"), (day("2026-11-08"), day("2026-11-08")));
        assert_eq!(days("2026-11-09", ""), (day("2026-11-09"), today));
        assert_eq!(days("1970-01-01", "2026-11-30").0, day("2024-11-30"));
        assert_eq!(days("", "2026-11-08").0, day("2024-11-08"));
    }
}
