//! What a ticket list shows: a view, filters and an order, as they stand in the URL.
//!
//! Everything that reaches SQL from here is an enum or a bound value; a word that is not known is left
//! out, so an old or mistyped address shows a list instead of an error.
use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::model::{Channel, Priority, Status};
use crate::core::id::{CategoryId, TeamId, UserId};

/// A list that everybody knows by name. What it holds depends on who looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Unsolved and held by the person.
    Mine,
    /// Unsolved and held by nobody.
    Unassigned,
    /// Everything unsolved.
    Open,
    /// A promise has used 80 % of its time and is not yet late.
    AtRisk,
    /// A promise is past its due time and still waits.
    Late,
    /// Waiting for the customer or a third party.
    OnHold,
    /// Due before the next 24 hours are over, late ones left out.
    DueSoon,
    /// Solved ones too.
    #[default]
    All,
}

impl View {
    pub const ALL: [Self; 8] =
        [Self::Mine, Self::Unassigned, Self::Open, Self::AtRisk, Self::Late, Self::OnHold, Self::DueSoon, Self::All];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Open => "open",
            Self::AtRisk => "at-risk",
            Self::Late => "late",
            Self::OnHold => "on-hold",
            Self::DueSoon => "due-soon",
            Self::All => "all",
        }
    }

    /// The words people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Unassigned => "Unassigned",
            Self::Open => "All open",
            Self::AtRisk => "At risk",
            Self::Late => "Late",
            Self::OnHold => "On hold",
            Self::DueSoon => "Due in 24 hours",
            Self::All => "All tickets",
        }
    }

    /// Only tickets that still need somebody.
    pub const fn is_unsolved(self) -> bool {
        !matches!(self, Self::All)
    }

    /// The order it has before the person chooses one.
    pub const fn natural_sort(self) -> Sort {
        if self.is_unsolved() { Sort::Due } else { Sort::Updated }
    }
}

impl FromStr for View {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        // The words the desk's addresses may also use.
        match s {
            "team" => Ok(Self::Open),
            "breached" => Ok(Self::Late),
            _ => Self::ALL.into_iter().find(|v| v.as_str() == s).ok_or(()),
        }
    }
}

/// The order of a list. Ties are broken by id, so that no ticket is on two pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Next due first; what has no running promise last.
    Due,
    /// The most urgent first, next due among equals. Only of unsolved tickets.
    Priority,
    /// What changed last first.
    Updated,
    /// The newest first.
    Created,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Due, Self::Priority, Self::Updated, Self::Created];

    /// The word in the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Priority => "priority",
            Self::Updated => "updated",
            Self::Created => "created",
        }
    }

    /// The words people read, after a count: "128, next due first".
    pub const fn label(self) -> &'static str {
        match self {
            Self::Due => "next due first",
            Self::Priority => "most urgent first",
            Self::Updated => "last changed first",
            Self::Created => "newest first",
        }
    }
}

impl FromStr for Sort {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|x| x.as_str() == s).ok_or(())
    }
}

/// Whose tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    Me,
    Nobody,
    Person(UserId),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => f.write_str("me"),
            Self::Nobody => f.write_str("none"),
            Self::Person(id) => id.fmt(f),
        }
    }
}

impl FromStr for Holder {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        match s {
            "me" => Ok(Self::Me),
            "none" => Ok(Self::Nobody),
            _ => s.parse().map(Self::Person).map_err(|_| ()),
        }
    }
}

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

/// What of a view is shown. Empty: all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub status: Vec<Status>,
    pub priority: Vec<Priority>,
    pub team: Option<TeamId>,
    pub category: Option<CategoryId>,
    pub assignee: Option<Holder>,
    pub channel: Option<Channel>,
    pub requester: Option<UserId>,
    pub tag: Option<String>,
    /// Words of the subject (each may be the beginning of one), or a number.
    pub text: Option<String>,
    /// Whether some promise of it was missed.
    pub missed: Option<bool>,
    /// Rated at most so many stars.
    pub rated: Option<i16>,
    pub created: Option<Days>,
    pub resolved: Option<Days>,
    /// Some promise of it came due in these days and was missed.
    pub missed_in: Option<Days>,
    /// Its customer rated it in these days.
    pub rated_in: Option<Days>,
}

/// One ticket list, as its address says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    pub view: View,
    pub filter: Filter,
    /// `None`: the view's own order.
    pub sort: Option<Sort>,
    /// The cursor after which the page starts.
    pub after: Option<String>,
}

/// Where every list is, whatever its view.
pub const ALL_TICKETS: &str = "/tickets";

/// The longest text that is searched for; the rest is cut.
const TEXT_MAX: usize = 200;

impl ListQuery {
    /// The first page of `view`, nothing filtered.
    pub fn of(view: View) -> Self {
        Self { view, ..Self::default() }
    }

    /// Reads the parameters of an address. `get` gives the value of one; several values stand in one,
    /// separated by commas.
    pub fn read(view: View, get: impl Fn(&str) -> Option<String>) -> Self {
        fn one<T: FromStr>(value: Option<String>) -> Option<T> {
            value.and_then(|v| v.parse().ok())
        }
        fn many<T: FromStr>(value: Option<String>) -> Vec<T> {
            value.iter().flat_map(|v| v.split(',')).filter_map(|v| v.parse().ok()).take(16).collect()
        }
        let words = |name: &str| {
            get(name)
                .map(|v| v.trim().chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect::<String>())
                .filter(|v| !v.is_empty())
        };
        let filter = Filter {
            status: many(get("status")),
            priority: many(get("priority")),
            team: one(get("team")),
            category: one(get("category")),
            assignee: one(get("assignee")),
            channel: one(get("channel")),
            requester: one(get("requester")),
            tag: words("tag"),
            text: words("q"),
            missed: one(get("missed")),
            rated: one(get("rated")),
            created: one(get("created")),
            resolved: one(get("resolved")),
            missed_in: one(get("missed_in")),
            rated_in: one(get("rated_in")),
        };
        Self { view, filter, sort: one(get("sort")), after: words("after") }
    }

    /// The order in effect. By priority only unsolved tickets can be ordered.
    pub fn order(&self) -> Sort {
        match self.sort {
            Some(Sort::Priority) if !self.view.is_unsolved() => self.view.natural_sort(),
            Some(sort) => sort,
            None => self.view.natural_sort(),
        }
    }

    /// The parameters as they stand in an address, the view left out. The cursor only if `paged`.
    pub fn params(&self, paged: bool) -> Vec<(&'static str, String)> {
        let f = &self.filter;
        let joined = |words: Vec<&'static str>| (!words.is_empty()).then(|| words.join(","));
        [
            ("status", joined(f.status.iter().map(|s| s.as_str()).collect())),
            ("priority", joined(f.priority.iter().map(|p| p.as_str()).collect())),
            ("team", f.team.map(|v| v.to_string())),
            ("category", f.category.map(|v| v.to_string())),
            ("assignee", f.assignee.map(|v| v.to_string())),
            ("channel", f.channel.map(|v| v.to_string())),
            ("requester", f.requester.map(|v| v.to_string())),
            ("tag", f.tag.clone()),
            ("q", f.text.clone()),
            ("missed", f.missed.map(|v| v.to_string())),
            ("rated", f.rated.map(|v| v.to_string())),
            ("created", f.created.map(|v| v.to_string())),
            ("resolved", f.resolved.map(|v| v.to_string())),
            ("missed_in", f.missed_in.map(|v| v.to_string())),
            ("rated_in", f.rated_in.map(|v| v.to_string())),
            ("sort", self.sort.map(|s| s.as_str().to_owned())),
            ("after", self.after.clone().filter(|_| paged)),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|v| (name, v)))
        .collect()
    }

    /// The address of this list under `base` (`/desk/mine`, `/tickets`), with `more` parameters. On the
    /// desk the view is part of the path.
    pub fn href(&self, base: &str, paged: bool, more: &[(&str, String)]) -> String {
        let view = (base == ALL_TICKETS && self.view != View::All).then(|| ("view", self.view.as_str().to_owned()));
        let own: Vec<_> = view.into_iter().chain(self.params(paged)).collect();
        let all = own.iter().map(|(n, v)| (*n, v)).chain(more.iter().map(|(n, v)| (*n, v)));
        let mut out = base.to_owned();
        for (i, (name, value)) in all.enumerate() {
            out.push(if i == 0 { '?' } else { '&' });
            out.push_str(name);
            out.push('=');
            escape(value, &mut out);
        }
        out
    }

    /// The same list narrowed to nothing in particular.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { view: self.view, sort: self.sort, ..Self::default() }
    }

    pub fn is_filtered(&self) -> bool {
        self.filter != Filter::default()
    }
}

/// Percent-encodes a value of a query string (RFC 3986, unreserved characters stay).
fn escape(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,:".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(params: &[(&str, &str)]) -> ListQuery {
        ListQuery::read(View::Open, |name| params.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn an_address_written_and_read_again_is_the_same_list() {
        let query = read(&[
            ("status", "open,on_hold"),
            ("priority", "urgent"),
            ("assignee", "none"),
            ("tag", "água & co"),
            ("q", "vpn 50%"),
            ("created", "2026-01-01..2026-03-31"),
            ("sort", "updated"),
            ("missed", "true"),
        ]);
        let params = query.params(true);
        let again = ListQuery::read(View::Open, |name| params.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()));
        assert_eq!(again, query);
        assert_eq!(query.filter.status.len(), 2);
        assert_eq!(query.filter.assignee, Some(Holder::Nobody));
    }

    #[test]
    fn values_are_escaped_in_addresses() {
        let mut query = ListQuery::of(View::All);
        query.filter.text = Some("a&b=c #ü".to_owned());
        assert_eq!(query.href("/tickets", false, &[]), "/tickets?q=a%26b%3Dc%20%23%C3%BC");
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let query = read(&[("status", "open,drop table"), ("sort", "id; --"), ("team", "x"), ("created", "..")]);
        assert_eq!(query.filter.status, [Status::Open]);
        assert_eq!((query.sort, query.filter.team, query.filter.created), (None, None, None));
        assert_eq!(query.order(), Sort::Due);
    }

    #[test]
    fn days_include_both_ends() {
        let days: Days = "2026-02-28..2026-02-28".parse().unwrap();
        assert_eq!(days.end().unwrap() - days.start().unwrap(), chrono::TimeDelta::days(1));
    }
}
