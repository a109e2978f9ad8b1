//! Keyset pagination: a page starts after the last row of the one before, so the thousandth costs what
//! the first does and nothing is shown twice when rows arrive meanwhile.
use serde::{Deserialize, Serialize};

/// The most rows one page may hold, whatever is asked for.
pub const MAX_PAGE: u32 = 100;

/// One page of `T` and where the next one starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Opaque; goes into the URL as `after`. `None`: this is the last page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts `rows`, fetched with one more than `limit`, to `limit`; `cursor` names the last row kept.
    pub fn cut(mut rows: Vec<T>, limit: usize, cursor: impl FnOnce(&T) -> String) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { rows, next }
    }
}
