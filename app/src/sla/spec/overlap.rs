//! Hours that do not count as they are written.
use super::{CalendarSpec, DAY, Holiday, Shift, Week};

/// The most overlaps that are told.
const MAX_TOLD: usize = 6;

impl CalendarSpec {
    /// A sentence for each two shifts that overlap. They count once, which whoever wrote them may not have meant.
    #[must_use]
    pub fn overlaps(&self) -> Vec<String> {
        let week = self.weekly.days().into_iter().zip(Week::NAMES).enumerate();
        let week = week.flat_map(|(day, ((_, shifts), name))| on(day as i64 * DAY, name, shifts));
        let mut spans: Vec<_> = week.collect();
        // A night from Sunday to Monday runs into the week's first day.
        let over_the_end: Vec<_> = spans.iter().filter(|span| span.to > 7 * DAY).cloned().collect();
        spans.extend(over_the_end.into_iter().map(|span| Span {
            from: span.from - 7 * DAY,
            to: span.to - 7 * DAY,
            ..span
        }));
        let own = self.overrides.iter().flat_map(|(date, shifts)| told(on(0, &date.to_string(), shifts).collect()));
        let mut found = told(spans);
        found.extend(own);
        found.truncate(MAX_TOLD);
        found
    }

    /// A sentence for each date of whose own hours a holiday takes some away.
    #[must_use]
    pub fn hidden(&self) -> Vec<String> {
        let hidden = self.overrides.iter().filter_map(|(date, shifts)| {
            let takes = |holiday: &&Holiday| {
                let (from, to) = holiday.seconds();
                holiday.is_on(*date) && shifts.iter().any(|shift| shift.seconds().0 < to && from < shift.seconds().1)
            };
            let holiday = self.holidays.iter().find(takes)?;
            let name = holiday.name.as_deref().unwrap_or("a holiday");
            Some(format!("{date} is also {name}. Holidays are taken away last: only hours outside of it count."))
        });
        hidden.take(MAX_TOLD).collect()
    }
}

#[derive(Clone)]
struct Span {
    from: i64,
    to: i64,
    day: String,
    shift: Shift,
}

fn on<'a>(midnight: i64, day: &'a str, shifts: &'a [Shift]) -> impl Iterator<Item = Span> + 'a {
    shifts.iter().map(move |shift| {
        let (from, to) = shift.seconds();
        Span { from: midnight + from, to: midnight + to, day: day.to_owned(), shift: *shift }
    })
}

/// Each span that begins before an earlier one is over, with the one that lasts longest of those.
fn told(mut spans: Vec<Span>) -> Vec<String> {
    spans.sort_by_key(|span| (span.from, span.to));
    let mut sentences = Vec::new();
    let mut longest: Option<Span> = None;
    for span in spans {
        if let Some(before) = longest.as_ref().filter(|before| span.from < before.to) {
            let hours = |span: &Span| format!("{}-{}", span.shift.from, span.shift.to);
            let second = if span.day == before.day { hours(&span) } else { format!("{} {}", span.day, hours(&span)) };
            sentences.push(format!("{} {} and {second} overlap: counted once.", before.day, hours(before)));
        }
        if longest.as_ref().is_none_or(|before| span.to > before.to) {
            longest = Some(span);
        }
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlaps(json: &str) -> Vec<String> {
        serde_json::from_str::<CalendarSpec>(json).unwrap().overlaps()
    }

    #[test]
    fn what_is_written_twice_is_said_with_its_day() {
        let week = r#"{"zone":"UTC","weekly":{"mon":[["12:00","18:00"],["09:00","13:00"]],"wed":[["22:00","06:00"]],
            "thu":[["05:00","09:00"],["10:00","11:00"]],"sun":[["20:00","08:00"]]},
            "overrides":{"2026-11-28":[["10:00","14:00"],["10:00","14:00"]]}}"#;
        assert_eq!(
            overlaps(week),
            [
                "Monday 09:00-13:00 and 12:00-18:00 overlap: counted once.",
                "Wednesday 22:00-06:00 and Thursday 05:00-09:00 overlap: counted once.",
                "2026-11-28 10:00-14:00 and 10:00-14:00 overlap: counted once.",
            ]
        );
        let into_monday = r#"{"zone":"UTC","weekly":{"mon":[["07:00","09:00"]],"sun":[["20:00","08:00"]]}}"#;
        assert_eq!(overlaps(into_monday), ["Sunday 20:00-08:00 and Monday 07:00-09:00 overlap: counted once."]);
    }

    #[test]
    fn hours_that_a_holiday_hides_are_told() {
        let json = r#"{"zone":"UTC","weekly":{},"holidays":[{"date":"2026-12-03"},{"month_day":"12-25","name":"Christmas"},{"date":"2026-12-28","from":"12:00"}],
            "overrides":{"2026-12-03":[["10:00","11:00"]],"2026-12-25":[["10:00","11:00"]],"2026-12-28":[["10:00","11:00"]]}}"#;
        let hidden = serde_json::from_str::<CalendarSpec>(json).unwrap().hidden();
        assert_eq!(hidden.len(), 2);
        assert!(
            hidden[0].starts_with("2026-12-03 is also a holiday")
                && hidden[1].starts_with("2026-12-25 is also Christmas")
        );
    }

    #[test]
    fn what_only_touches_is_fine() {
        let week = r#"{"zone":"UTC","weekly":{"mon":[["09:00","13:00"],["13:00","18:00"]],"tue":[["22:00","06:00"]],
            "wed":[["06:00","09:00"]],"sun":[["20:00","00:00"]]}}"#;
        assert_eq!(overlaps(week), Vec::<String>::new());
        assert_eq!(CalendarSpec::always().overlaps(), Vec::<String>::new());
    }
}
