//! What is promised before a ticket is filed, and how often that was kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// By when a person answers and by when it is solved, if it were filed now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The first reply; none if none is promised.
    pub reply_by: Option<DateTime<Utc>>,
    /// The solution; none if none is promised.
    pub solve_by: Option<DateTime<Utc>>,
    /// How often first replies were in time.
    pub replies: Kept,
}

/// How often a promise was kept in the last 90 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Kept ones.
    pub met: i64,
    /// All that count: kept and missed.
    pub of: i64,
}

impl Kept {
    /// Hundredths of all that were kept; none while there were none.
    #[must_use]
    pub const fn percent(self) -> Option<i64> {
        if self.of > 0 { Some(self.met * 100 / self.of) } else { None }
    }
}

/// This server's memory of [`Kept`] figures and when they were counted.
#[cfg(feature = "ssr")]
#[derive(Default)]
pub struct Memory(pub(super) std::sync::RwLock<std::collections::HashMap<super::model::Metric, (Kept, DateTime<Utc>)>>);
