//! What narrows a list, in words: for what no field of the filters shows.
use chrono::{Datelike as _, NaiveDate};

use super::{Days, Ended, Filter, Hour};
use crate::ui::{figures::thousands, time};

impl Filter {
    /// One phrase for each part that comes by a link alone, such as that behind a figure.
    pub fn in_words(&self) -> Vec<String> {
        let in_days = |what: &str, days: Option<Days>| days.map(|days| format!("{what} {}", span(days)));
        let missed = self.missed.map(|missed| if missed { "a promise was missed" } else { "no promise was missed" });
        let stars = self.rated.map(|stars| match stars {
            1 => "rated 1 star".to_owned(),
            stars => format!("rated {} stars or fewer", thousands(stars.unsigned_abs().into())),
        });
        [
            self.channel.map(|channel| format!("came by {}", channel.label().to_lowercase())),
            self.requester.map(|_| "of one person".to_owned()),
            missed.map(str::to_owned),
            stars,
            in_days("filed", self.created),
            in_days("solved", self.resolved),
            in_days("a promise missed", self.missed_in),
            in_days("rated", self.rated_in),
            self.ended.map(|Ended { metric, days }| format!("{} ended {}", metric.label().to_lowercase(), span(days))),
            in_days("left out of attainment", self.left_out),
            self.due.map(|Hour(from)| format!("due from {} on for an hour", time::utc_words(from))),
            self.promise.map(|stand| format!("with a promise that is {}", stand.label().to_lowercase())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn span(days: Days) -> String {
    let day = |day: NaiveDate| {
        let at = day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc();
        format!("{} {}", time::day_words(at), day.year())
    };
    match (days.from, days.to) {
        (Some(from), Some(to)) if from == to => format!("on {}", day(from)),
        (Some(from), Some(to)) => format!("from {} to {}", day(from), day(to)),
        (Some(from), None) => format!("since {}", day(from)),
        (None, Some(to)) => format!("until {}", day(to)),
        (None, None) => "at any time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_behind_a_figure_says_what_it_is_of() {
        let filter = Filter {
            created: "2026-10-29..2026-11-27".parse().ok(),
            ended: "first_reply:2026-11-01..".parse().ok(),
            missed: Some(true),
            rated: Some(2),
            ..Filter::default()
        };
        assert_eq!(
            filter.in_words(),
            [
                "a promise was missed",
                "rated 2 stars or fewer",
                "filed from 29 Oct 2026 to 27 Nov 2026",
                "first reply ended since 1 Nov 2026"
            ]
        );
        assert!(Filter { tag: Some("vip".into()), ..Filter::default() }.in_words().is_empty());
    }
}
