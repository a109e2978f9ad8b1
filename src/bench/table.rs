//! What was measured, beside what is to be reached.
use std::fmt;

use serde::Serialize;

/// One measured figure.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub what: String,
    pub value: f64,
    pub unit: Unit,
    pub goal: Option<Goal>,
    pub reached: Option<Reached>,
    /// What it is made of, where that says something.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// How near a figure comes to its goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    Yes,
    /// At least half the rate, at most twice the time, memory or bytes.
    WithinTwice,
    No,
    /// It could not be measured.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    PerSecond,
    Microseconds,
    Milliseconds,
    Seconds,
    Kilobytes,
    Megabytes,
    /// Of another figure.
    Times,
    Count,
}

impl Line {
    pub fn new(what: impl Into<String>, value: f64, unit: Unit) -> Self {
        Self { what: what.into(), value, unit, goal: None, reached: None, note: String::new() }
    }

    /// Stands for what could not be measured, and why.
    pub fn failed(what: impl Into<String>, why: String) -> Self {
        Self { reached: Some(Reached::Failed), ..Self::new(what, f64::NAN, Unit::Count) }.note(why)
    }

    /// The figure to reach.
    fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self.reached = Some(goal.reached(self.value));
        self
    }

    pub fn at_least(self, value: f64) -> Self {
        self.goal(Goal::AtLeast(value))
    }

    pub fn at_most(self, value: f64) -> Self {
        self.goal(Goal::AtMost(value))
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

impl Goal {
    fn reached(self, value: f64) -> Reached {
        // How many times better than the goal.
        let share = match self {
            Self::AtLeast(goal) => value / goal,
            Self::AtMost(goal) => goal / value,
        };
        match share {
            1.0.. => Reached::Yes,
            0.5.. => Reached::WithinTwice,
            _ => Reached::No,
        }
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::WithinTwice => "within twice",
            Self::No => "NO",
            Self::Failed => "FAILED",
        })
    }
}

impl Unit {
    /// `1,234/s`, `4.25 ms`.
    fn say(self, value: f64) -> String {
        let number = number(value);
        match self {
            Self::PerSecond => format!("{number}/s"),
            Self::Microseconds => format!("{number} µs"),
            Self::Milliseconds => format!("{number} ms"),
            Self::Seconds => format!("{number} s"),
            Self::Kilobytes => format!("{number} KB"),
            Self::Megabytes => format!("{number} MB"),
            Self::Times => format!("{number} x"),
            Self::Count => number,
        }
    }
}

/// Three digits that count, thousands told apart.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::with_capacity(text.len() + 4);
    for (place, digit) in whole.char_indices() {
        if place > 0 && digit.is_ascii_digit() && (whole.len() - place) % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// All figures of a desk of one size.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    pub tickets: usize,
    pub lines: Vec<Line>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells: Vec<[String; 4]> = self.lines.iter().map(cells).collect();
        let head = [
            format!("{} tickets", number(self.tickets as f64)),
            "measured".into(),
            "to reach".into(),
            "reached".into(),
        ];
        let wide = |column: usize| {
            cells.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or_default()
        };
        let width = [wide(0), wide(1), wide(2), wide(3)];
        for (at, row) in [&head].into_iter().chain(&cells).enumerate() {
            let note = at.checked_sub(1).map_or("", |line| self.lines[line].note.as_str());
            let text = format!(
                "{:w0$}  {:>w1$}  {:>w2$}  {:w3$}  {note}",
                row[0],
                row[1],
                row[2],
                row[3],
                w0 = width[0],
                w1 = width[1],
                w2 = width[2],
                w3 = width[3]
            );
            writeln!(f, "{}", text.trim_end())?;
            if at == 0 {
                writeln!(f, "{}", "-".repeat(width.iter().sum::<usize>() + 6))?;
            }
        }
        Ok(())
    }
}

fn cells(line: &Line) -> [String; 4] {
    let goal = match line.goal {
        Some(Goal::AtLeast(value)) => format!(">= {}", line.unit.say(value)),
        Some(Goal::AtMost(value)) => format!("<= {}", line.unit.say(value)),
        None => String::new(),
    };
    let reached = line.reached.map(|reached| reached.to_string()).unwrap_or_default();
    let measured = if line.value.is_finite() { line.unit.say(line.value) } else { String::new() };
    [line.what.clone(), measured, goal, reached]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_rate_and_twice_a_time_are_still_within_twice() {
        let rate = |value| Goal::AtLeast(1_500.0).reached(value);
        assert_eq!([rate(1_500.0), rate(750.0), rate(749.0)], [Reached::Yes, Reached::WithinTwice, Reached::No]);
        let time = |value| Goal::AtMost(10.0).reached(value);
        assert_eq!([time(10.0), time(20.0), time(20.1)], [Reached::Yes, Reached::WithinTwice, Reached::No]);
        // Too short to be measured is fast enough.
        assert_eq!(time(0.0), Reached::Yes);
    }

    #[test]
    fn numbers_are_told_with_the_digits_that_count() {
        let told = [0.0, 0.127, 9.994, 12.34, 123.4, 1_234.0, 1_234_567.0].map(number);
        assert_eq!(told, ["0.00", "0.13", "9.99", "12.3", "123", "1,234", "1,234,567"]);
    }

    #[test]
    fn columns_stand_below_each_other() {
        let table = Table {
            tickets: 10_000,
            lines: vec![
                Line::new("list page", 1_234.0, Unit::PerSecond).at_least(1_500.0),
                Line::new("p50", 8.0, Unit::Milliseconds).note("of 6,170"),
            ],
        };
        let text = table.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "10,000 tickets  measured    to reach  reached");
        assert_eq!(lines[2], "list page        1,234/s  >= 1,500/s  within twice");
        assert_eq!(lines[3], "p50              8.00 ms                            of 6,170");
    }
}
