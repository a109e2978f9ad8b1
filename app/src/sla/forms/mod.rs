//! The administrator's forms: what is typed, and what it means.
//!
//! People write as they speak: `30 min`, `09:00-13:00, 14:00-18:00`, `12-25 Christmas`.
//! Each form knows both ways, so that a saved one is shown as it would be typed.
pub mod calendar;
pub mod changes;
pub mod condition;
pub mod policy;

use super::views::Typed;

/// What a field holds, without the space around it.
fn text<'a>(typed: &'a Typed, field: &str) -> &'a str {
    typed.get(field).map_or("", String::as_str).trim()
}

/// How many lines of a kind the form says it has, at most as many as anybody needs.
fn lines(typed: &Typed, kind: &str) -> usize {
    text(typed, kind).parse::<usize>().unwrap_or_default().min(50)
}
