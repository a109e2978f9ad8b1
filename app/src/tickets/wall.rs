//! What a list shows of a ticket's promise: on the wall clock of whoever reads it.
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::model::{SlaBadge, SlaState};
use crate::{
    core::Tx,
    ui::promise::{ClockView, PromiseView},
};

/// The person's wall clock, at one instant.
pub struct WallClock {
    zone: Tz,
    now: DateTime<Utc>,
}

impl WallClock {
    /// The clock of whoever acts, as it stands in this act.
    pub fn of(tx: &Tx) -> Self {
        Self { zone: tx.actor.zone(), now: tx.now }
    }

    /// `15:50`
    pub fn hour(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%H:%M").to_string()
    }

    /// `15:50` today, `Fri 14:20` within a week, `20 Nov` else.
    fn due(&self, at: DateTime<Utc>) -> String {
        let (local, today) = (at.with_timezone(&self.zone), self.now.with_timezone(&self.zone));
        let format = match (local.date_naive() - today.date_naive()).num_days() {
            0 => "%H:%M",
            1..=6 => "%a %H:%M",
            _ => "%-d %b",
        };
        local.format(format).to_string()
    }

    /// The promise of a row, counted on the wall: a list shows what is next, the ticket's page why.
    pub fn promise(&self, badge: &SlaBadge) -> PromiseView {
        let metric = badge.metric.as_deref().map(|m| match m {
            "resolution" => "solve".to_owned(),
            other => other.replace('_', " "),
        });
        PromiseView { metric: metric.unwrap_or_default(), as_of: self.now.timestamp(), clock: self.clock(badge) }
    }

    fn clock(&self, badge: &SlaBadge) -> ClockView {
        let now = self.now.timestamp();
        match (badge.state, badge.started_at, badge.due_at) {
            (SlaState::Running, Some(started), Some(due)) => {
                let (used, target) =
                    spent(started.timestamp(), badge.risk_at.map(|at| at.timestamp()), due.timestamp(), now);
                let open = vec![(now, i64::MAX)];
                ClockView::Running { used, target, open, due: self.due(due), opens: None }
            }
            (SlaState::Paused, ..) => {
                let left = i64::from(badge.remaining.unwrap_or_default());
                ClockView::Paused { used: 0, target: left }
            }
            (SlaState::Met, ..) => ClockView::Kept { took: 0 },
            (SlaState::Missed, ..) => ClockView::Missed { by: 0 },
            _ => ClockView::None,
        }
    }
}

/// Used and promised seconds such that what is left is the time to `due`, and four fifths are used
/// exactly from `risk` on: nights and pauses before today are in neither.
fn spent(started: i64, risk: Option<i64>, due: i64, now: i64) -> (i64, i64) {
    let whole = (due - started).max(1);
    let left = due - now;
    if left <= 0 {
        return (whole - left, whole);
    }
    let risk = risk.unwrap_or(started + whole * 4 / 5).clamp(started, due);
    #[allow(clippy::cast_precision_loss)] // seconds within years
    let part = |from: i64, to: i64| (now - from).max(0) as f64 / (to - from).max(1) as f64;
    let share = if now >= risk { 0.2f64.mul_add(part(risk, due), 0.8) } else { 0.8 * part(started, risk) };
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // likewise
    let target = (left as f64 / (1.0 - share.min(0.995))).ceil() as i64;
    (target - left, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_that_counts_keeps_its_place_at_any_second() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("an instant");
        let badge = SlaBadge {
            state: SlaState::Running,
            started_at: Some(at(0)),
            risk_at: Some(at(80)),
            due_at: Some(at(100)),
            ..SlaBadge::default()
        };
        for now in [0, 33, 79, 80, 99, 100, 160] {
            let view = WallClock { zone: Tz::UTC, now: at(now) }.promise(&badge);
            assert_eq!(view.on_the_wall(), Some(100), "at {now}");
        }
    }

    #[test]
    fn what_is_left_is_the_time_to_the_due_time() {
        let (used, target) = spent(0, Some(80), 100, 50);
        assert_eq!(target - used, 50);
        assert!(used * 5 < target * 4);
    }

    #[test]
    fn at_risk_is_from_the_instant_the_engine_says() {
        for now in [70, 85, 99] {
            let (used, target) = spent(0, Some(70), 100, now);
            assert!(used * 5 >= target * 4, "at {now}: {used} of {target}");
        }
    }

    #[test]
    fn late_counts_on() {
        assert_eq!(spent(0, Some(80), 100, 160), (160, 100));
    }
}
