//! Clocks and events as the database keeps them, and what a ticket's list row shows of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::facts::{Event, Fact};
use super::model::{BreachCause, CalendarVersionId, Cause, ClockState, Metric, PolicyVersionId};
use crate::core::id::{PolicyId, TicketId, UserId};
use crate::tickets::model::SlaState;

/// A row of `sla_clocks`. Holds nothing that depends on when somebody looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRow {
    pub ticket_id: TicketId,
    pub metric: Metric,
    pub cycle: i32,
    pub state: ClockState,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub risk_at: Option<DateTime<Utc>>,
    pub policy_id: PolicyId,
    pub policy_version_id: PolicyVersionId,
    pub calendar_version_id: CalendarVersionId,
    pub allowance: Option<i32>,
    pub used: Option<i32>,
    pub breached_at: Option<DateTime<Utc>>,
    pub breach_cause: Option<BreachCause>,
    pub counts_since: Option<DateTime<Utc>>,
    pub next_fire_at: Option<DateTime<Utc>>,
}

impl ClockRow {
    /// The row of a clock; `None` for one without a target, which is counted on demand alone.
    #[must_use]
    pub fn of(ticket: TicketId, clock: &Clock) -> Option<Self> {
        let (target, policy) = clock.target.as_ref()?;
        Some(Self {
            ticket_id: ticket,
            metric: clock.metric,
            cycle: clock.cycle.cast_signed(),
            state: clock.state,
            started_at: clock.started_at,
            ended_at: clock.ended_at,
            due_at: clock.due_at,
            risk_at: clock.risk_at,
            policy_id: policy.id,
            policy_version_id: policy.version,
            calendar_version_id: target.calendar,
            allowance: clock.allowance.map(saturated),
            used: (clock.state != ClockState::Running).then(|| saturated(clock.used)),
            breached_at: clock.breach.map(|breach| breach.at),
            breach_cause: clock.breach.map(|breach| breach.cause),
            counts_since: clock.breach.and_then(|breach| breach.counts_since),
            next_fire_at: clock.next_at,
        })
    }

    /// What it is known by on its ticket.
    #[must_use]
    pub const fn key(&self) -> (Metric, i32) {
        (self.metric, self.cycle)
    }
}

/// Ten years of seconds fit; a clock that stood open for seventy is shown as that.
fn saturated(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(if seconds < 0 { i32::MIN } else { i32::MAX })
}

/// A row of `sla_events`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventRow {
    pub ticket_id: TicketId,
    pub n: i32,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub actor_id: Option<UserId>,
    pub cause: Option<String>,
    pub payload: Option<serde_json::Value>,
}

/// The two parts in which the database keeps a fact.
#[derive(Deserialize)]
struct Parts {
    kind: String,
    payload: Option<serde_json::Value>,
}

impl EventRow {
    /// The row of an event of a ticket.
    ///
    /// # Errors
    /// What serde says; no fact is known that it refuses.
    pub fn of(ticket: TicketId, event: &Event) -> serde_json::Result<Self> {
        let parts: Parts = serde_json::from_value(serde_json::to_value(&event.fact)?)?;
        let cause = match &event.fact {
            Fact::Terms(terms) => Some(cause_word(terms.cause).to_owned()),
            _ => None,
        };
        let Parts { kind, payload } = parts;
        Ok(Self { ticket_id: ticket, n: event.n, at: event.at, kind, actor_id: event.actor, cause, payload })
    }

    /// The event of the row.
    ///
    /// # Errors
    /// What serde says of a row that no version of this program wrote.
    pub fn event(self) -> serde_json::Result<Event> {
        // Put together by hand: by serde, each payload would be copied once more, and histories are long.
        let mut parts = serde_json::Map::from_iter([("kind".to_owned(), self.kind.into())]);
        parts.extend(self.payload.map(|payload| ("payload".to_owned(), payload)));
        let fact = serde_json::from_value(parts.into())?;
        Ok(Event { n: self.n, at: self.at, actor: self.actor_id, fact })
    }
}

const fn cause_word(cause: Cause) -> &'static str {
    match cause {
        Cause::Created => "created",
        Cause::Priority => "priority",
        Cause::Fields => "fields",
        Cause::Policy => "policy",
        Cause::Calendar => "calendar",
        Cause::Ladder { .. } => "ladder",
    }
}

/// The most urgent promise of a ticket, as its list row shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    pub state: SlaState,
    pub metric: Option<Metric>,
    pub started_at: Option<DateTime<Utc>>,
    pub risk_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub remaining: Option<i32>,
    /// Some promise was missed and counts.
    pub breached: bool,
}

impl Badge {
    /// What is due first; else what is paused with least left; else how it all ended.
    #[must_use]
    pub fn of(rows: &[ClockRow]) -> Self {
        let breached = rows.iter().any(|row| row.counts_since.is_some());
        let running = rows.iter().filter(|row| row.state == ClockState::Running && row.due_at.is_some());
        if let Some(row) = running.min_by_key(|row| row.due_at) {
            return Self { risk_at: row.risk_at, due_at: row.due_at, breached, ..Self::at(row, SlaState::Running) };
        }
        let left = |row: &&ClockRow| Some(row.allowance? - row.used?);
        let paused = rows.iter().filter(|row| row.state == ClockState::Paused);
        if let Some(row) = paused.min_by_key(left) {
            return Self { remaining: left(&row), breached, ..Self::at(row, SlaState::Paused) };
        }
        // The solution speaks for a ticket that is done; without a promise of one, the last to end.
        let ended = rows.iter().filter(|row| matches!(row.state, ClockState::Met | ClockState::Missed));
        let Some(row) = ended.max_by_key(|row| (row.metric == Metric::Resolution, row.ended_at)) else {
            return Self { breached, ..Self::default() };
        };
        let state = if breached { SlaState::Missed } else { SlaState::Met };
        Self { breached, ..Self::at(row, state) }
    }

    fn at(row: &ClockRow, state: SlaState) -> Self {
        Self { state, metric: Some(row.metric), started_at: Some(row.started_at), ..Self::default() }
    }
}
