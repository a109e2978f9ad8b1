//! A target, ready to reckon with.

use chrono::{DateTime, TimeDelta, Utc};

use crate::sla::calendar::Calendar;
use crate::sla::model::{Allowance, PolicyRef, Target};

/// A target, ready to reckon with.
#[derive(Clone, Debug)]
pub(super) struct Goal<'a> {
    pub target: Target,
    pub policy: &'a PolicyRef,
    pub calendar: &'a Calendar,
    /// The allowance in the calendar's working time; none if the calendar never gets there.
    pub amount: Option<TimeDelta>,
}

impl<'a> Goal<'a> {
    /// The goal of a clock that started at `start`; "the n-th working day" becomes an
    /// amount here, once, so that pauses move it like any other.
    pub fn new(target: Target, policy: &'a PolicyRef, calendar: &'a Calendar, start: DateTime<Utc>) -> Self {
        let amount = match target.allowance {
            Allowance::Seconds(seconds) => Some(TimeDelta::seconds(seconds.into())),
            Allowance::WorkingDay(n) => {
                let end = calendar.end_of_working_day(start, n).ok();
                end.map(|end| calendar.elapsed(start, end))
            }
        };
        Self { target, policy, calendar, amount }
    }

    /// So much of a hundred of it.
    pub fn share(&self, percent: u16) -> Option<TimeDelta> {
        let micros = self.amount?.num_microseconds()?;
        Some(TimeDelta::microseconds(micros / 100 * i64::from(percent) + micros % 100 * i64::from(percent) / 100))
    }
}
