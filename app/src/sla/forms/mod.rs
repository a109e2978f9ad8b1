//! The administrator's forms: what is typed, and what it means.
//!
//! People write as they speak: `30 min`, `09:00-13:00, 14:00-18:00`, `12-25 Christmas`.
//! Each form knows both ways, so that a saved one is shown as it would be typed.
pub mod calendar;
pub mod policy;
