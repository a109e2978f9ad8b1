//! What a ticket list shows: a view, filters and an order, as they stand in the URL.
//!
//! Everything that reaches SQL from here is an enum or a bound value; a word that is not known is left
//! out, so an old or mistyped address shows a list instead of an error.
mod filter;
mod spans;
mod view;
mod words;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use filter::{Filter, Holder};
pub use spans::{Days, Ended, Hour};
pub use view::{Sort, View};

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

/// So far a filtered list is counted: beyond, nobody reads it to its end, and counting would cost more than it says.
pub const COUNTED: i64 = 1_000;

/// Where every list is, whatever its view.
pub const ALL_TICKETS: &str = "/tickets";

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
        let words = |name: &str| get(name).and_then(|v| filter::line(&v));
        let filter = Filter {
            status: many(get("status")),
            priority: many(get("priority")),
            team: many(get("team")),
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
            ended: one(get("ended")),
            left_out: one(get("left_out")),
            due: one(get("due")),
            promise: one(get("promise")),
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
        let set = self.all_params().into_iter().filter(|(name, _)| paged || *name != "after");
        set.filter_map(|(name, value)| value.map(|v| (name, v))).collect()
    }

    /// The names of all parameters, the view left out.
    pub fn names() -> [&'static str; 21] {
        Self::default().all_params().map(|(name, _)| name)
    }

    fn all_params(&self) -> [(&'static str, Option<String>); 21] {
        let f = &self.filter;
        fn joined<T: fmt::Display>(values: &[T]) -> Option<String> {
            (!values.is_empty()).then(|| values.iter().map(T::to_string).collect::<Vec<_>>().join(","))
        }
        [
            ("status", joined(&f.status)),
            ("priority", joined(&f.priority)),
            ("team", joined(&f.team)),
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
            ("ended", f.ended.map(|v| v.to_string())),
            ("left_out", f.left_out.map(|v| v.to_string())),
            ("due", f.due.map(|v| v.to_string())),
            ("promise", f.promise.map(|v| v.to_string())),
            ("sort", self.sort.map(|s| s.as_str().to_owned())),
            ("after", self.after.clone()),
        ]
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
    use crate::{sla::model::Stand, tickets::model::Status};

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
            ("team", "00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002"),
            ("ended", "first_reply:2026-01-01..2026-03-31"),
            ("left_out", "2026-01-01.."),
            ("due", "2026-01-01T15:00:00Z"),
            ("promise", "at-risk"),
        ]);
        let params = query.params(true);
        let again = ListQuery::read(View::Open, |name| params.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()));
        assert_eq!(again, query);
        assert_eq!((query.filter.status.len(), query.filter.team.len()), (2, 2));
        assert!(query.filter.ended.is_some() && query.filter.left_out.is_some() && query.filter.due.is_some());
        assert_eq!(query.filter.promise, Some(Stand::AtRisk));
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
        assert_eq!(query.filter, Filter { status: vec![Status::Open], ..Filter::default() });
        assert_eq!(query.sort, None);
        assert_eq!(query.order(), Sort::Due);
    }
}
