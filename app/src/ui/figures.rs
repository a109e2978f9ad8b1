//! Numbers and spans of time as people read them.

/// `2318` as `2,318`.
#[must_use]
pub fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// At most `places` decimals, thousands separated, the sign a real minus.
#[must_use]
pub fn decimal(value: f64, places: usize) -> String {
    let text = format!("{:.places$}", value.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), thousands);
    let rest = rest.trim_end_matches('0');
    let sign = if value < 0.0 && (whole != "0" || !rest.is_empty()) { "\u{2212}" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// A part of a whole in percent, one decimal; `None` of nothing.
#[must_use]
pub fn percent(part: u64, whole: u64) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "counts of tickets are far below 2^52")]
    (whole > 0).then(|| (part as f64 * 1000.0 / whole as f64).round() / 10.0)
}

/// Working time in words: `45 s`, `42 min`, `1 h 18`, `26 h`. Days are left out on
/// purpose: how long a working day is, only its calendar knows.
#[must_use]
pub fn worked(seconds: i64) -> String {
    let seconds = seconds.max(0);
    if seconds < 60 {
        return format!("{seconds} s");
    }
    let minutes = seconds / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, _) if hours >= 100 => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02}"),
    }
}

/// Wall-clock time since or until, rounded down to one unit: `3 min`, `2 h`, `4 days`.
#[must_use]
pub fn passed(seconds: i64) -> String {
    let (count, unit) = match seconds.max(0) {
        s @ 0..60 => (s, "s"),
        s @ 60..3_600 => (s / 60, "min"),
        s @ 3_600..86_400 => (s / 3_600, "h"),
        s @ 86_400..2_592_000 => (s / 86_400, "day"),
        s @ 2_592_000..31_536_000 => (s / 2_592_000, "month"),
        s => (s / 31_536_000, "year"),
    };
    let plural = if count > 1 && matches!(unit, "day" | "month" | "year") { "s" } else { "" };
    format!("{count} {unit}{plural}")
}

/// Working time to the second: `4:05`, `1:18:05`, `26:00:00`.
#[must_use]
pub fn ticking(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// A file's size: `840 kB`, `1.2 MB`.
#[must_use]
pub fn bytes(size: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let size = size as f64;
    match size {
        s if s < 1_000.0 => format!("{s} B"),
        s if s < 1_000_000.0 => format!("{} kB", decimal(s / 1e3, 0)),
        s if s < 1e9 => format!("{} MB", decimal(s / 1e6, 1)),
        s => format!("{} GB", decimal(s / 1e9, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_separated_by_thousands() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(2_318), "2,318");
        assert_eq!(thousands(1_000_000), "1,000,000");
        assert_eq!(decimal(94.60, 1), "94.6");
        assert_eq!(decimal(-1_204.0, 1), "\u{2212}1,204");
        assert_eq!(decimal(-0.01, 1), "0");
    }

    #[test]
    fn nothing_of_nothing_has_no_percentage() {
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(4_790, 5_063), Some(94.6));
    }

    #[test]
    fn spans_use_the_largest_unit_that_fits() {
        assert_eq!(worked(45), "45 s");
        assert_eq!(worked(60), "1 min");
        assert_eq!(worked(4_680), "1 h 18");
        assert_eq!(worked(7_500), "2 h 05");
        assert_eq!(worked(7_200), "2 h");
        assert_eq!(passed(86_400), "1 day");
        assert_eq!(passed(200_000), "2 days");
        assert_eq!(bytes(1_200_000), "1.2 MB");
    }

    #[test]
    fn a_countdown_shows_every_second() {
        assert_eq!((ticking(-3), ticking(9), ticking(245)), ("0:00".into(), "0:09".into(), "4:05".into()));
        assert_eq!((ticking(4_685), ticking(93_600)), ("1:18:05".into(), "26:00:00".into()));
    }
}
