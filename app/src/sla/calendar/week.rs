//! Dates as people see them: what is worked on each, what of its usual hours is not, and why.
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone as _};

use super::{Calendar, DAY, Span, naive_seconds, subtract, united};

/// A date on the wall clock of the calendar's zone. Spans are minutes from its midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: NaiveDate,
    /// When it is worked.
    pub open: Vec<(u16, u16)>,
    /// When it would be worked in an ordinary week, and is not.
    pub off: Vec<(u16, u16)>,
    /// Its holidays and other peculiarities, in words.
    pub notes: Vec<String>,
}

impl Calendar {
    /// So many dates from `first` on.
    #[must_use]
    pub fn days(&self, first: NaiveDate, count: usize) -> Vec<Day> {
        first.iter_days().take(count).map(|date| self.day(date)).collect()
    }

    fn day(&self, date: NaiveDate) -> Day {
        let yesterday = date.checked_sub_days(Days::new(1)).unwrap_or(date);
        let midnight = naive_seconds(date.and_time(NaiveTime::MIN));
        // The night before may reach into it.
        let open = within(&self.wall(yesterday, 2), midnight);
        let of_week = [yesterday, date].into_iter().flat_map(|day| {
            let start = naive_seconds(day.and_time(NaiveTime::MIN));
            let shifts = self.spec.weekly.on(chrono::Datelike::weekday(&day)).iter();
            shifts.map(move |shift| shift.seconds()).map(move |(from, to)| (start + from, start + to))
        });
        let usual = within(&united(of_week.collect()), midnight);
        let off = subtract(&usual, &open);
        let own = self.spec.overrides.contains_key(&date).then(|| "Hours of its own".to_owned());
        let holidays =
            self.spec.holidays_on(date).map(|holiday| holiday.name.clone().unwrap_or_else(|| "Holiday".into()));
        let notes = holidays.chain(own).chain(self.clock_changes(date)).collect();
        Day { date, open: minutes(&open), off: minutes(&off), notes }
    }

    /// What the clocks do on a date.
    fn clock_changes(&self, date: NaiveDate) -> Vec<String> {
        let midnight = date.and_time(NaiveTime::MIN);
        // Every zone’s midnight lies within a day of this one.
        let start = naive_seconds(midnight);
        let stretches = self.offsets(start - DAY, start + 2 * DAY);
        let changes = stretches.windows(2).filter_map(|pair| {
            let ((_, at, before), (_, _, after)) = (pair[0], pair[1]);
            let wall = DateTime::from_timestamp(at + before, 0)?.naive_utc();
            let way = if after > before { "forward" } else { "back" };
            (wall.date() == date).then(|| format!("Clocks go {way} at {}", wall.format("%H:%M")))
        });
        changes.collect()
    }

    /// The instant at which the wall clock shows `at`: the first of two, `None` for one that is skipped.
    #[must_use]
    pub fn instant(&self, at: chrono::NaiveDateTime) -> Option<DateTime<chrono::Utc>> {
        self.zone.from_local_datetime(&at).earliest().map(|at| at.to_utc())
    }
}

/// What lies on the date that begins at `midnight`, in seconds from there.
fn within(spans: &[Span], midnight: i64) -> Vec<Span> {
    let clipped = spans.iter().map(|(from, to)| ((from - midnight).max(0), (to - midnight).min(DAY)));
    clipped.filter(|(from, to)| from < to).collect()
}

fn minutes(spans: &[Span]) -> Vec<(u16, u16)> {
    spans.iter().map(|(from, to)| ((from / 60) as u16, (to / 60) as u16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sla::spec::CalendarSpec;

    fn calendar(json: &str) -> Calendar {
        Calendar::new(serde_json::from_str::<CalendarSpec>(json).unwrap()).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_holiday_and_hours_of_its_own_strike_out_what_is_usual() {
        let madrid = calendar(
            r#"{"zone":"Europe/Madrid","weekly":{"thu":[["09:00","13:00"],["14:00","18:00"]],"fri":[["22:00","06:00"]],
            "sat":[["10:00","12:00"]]},"holidays":[{"date":"2026-12-24","from":"12:00","to":"24:00","name":"Eve"}],
            "overrides":{"2026-12-26":[["08:00","11:00"]]}}"#,
        );
        let [thursday, friday, saturday] = &madrid.days(date("2026-12-24"), 3)[..] else { panic!("three days") };
        assert_eq!((&thursday.open[..], &thursday.off[..]), (&[(540, 720)][..], &[(720, 780), (840, 1080)][..]));
        assert_eq!(thursday.notes, ["Eve"]);
        assert_eq!((&friday.open[..], &friday.notes[..]), (&[(1320, 1440)][..], &[][..]));
        assert_eq!(saturday.open, [(0, 360), (480, 660)], "the night before, and its own");
        assert_eq!((&saturday.off[..], &saturday.notes[..]), (&[(660, 720)][..], &["Hours of its own".to_owned()][..]));
    }

    #[test]
    fn a_day_on_which_the_clocks_change_says_so() {
        let madrid = calendar(r#"{"zone":"Europe/Madrid","weekly":{"mon":[["09:00","17:00"]]}}"#);
        let notes = |text: &str| madrid.days(date(text), 1).remove(0).notes;
        assert_eq!(notes("2026-03-29"), ["Clocks go forward at 02:00"]);
        assert_eq!(notes("2026-10-25"), ["Clocks go back at 03:00"]);
        assert_eq!(notes("2026-10-26"), Vec::<String>::new());
        assert_eq!(madrid.instant(date("2026-03-29").and_hms_opt(2, 30, 0).unwrap()), None);
    }
}
