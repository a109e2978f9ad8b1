//! What is promised before a ticket is filed, and how often that was kept.
use std::sync::RwLock;

use chrono::{DateTime, Utc};

/// By when a person answers and by when it is solved, if it were filed now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The first reply; none if none is promised.
    pub reply_by: Option<DateTime<Utc>>,
    /// The solution; none if none is promised.
    pub solve_by: Option<DateTime<Utc>>,
}

/// How often a promise was kept in the last 90 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Kept ones.
    pub met: i64,
    /// All that count: kept and missed.
    pub of: i64,
}

/// This server's memory of how often first replies were in time, and when that was counted.
#[derive(Default)]
pub struct Memory(pub(super) RwLock<Option<(Kept, DateTime<Utc>)>>);
