//! Where a page ends and the next one starts.
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};

use crate::{
    core::{Error, id::TicketId},
    tickets::query::Sort,
};

/// The last row of a page: where the next one starts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cursor {
    pub order: Sort,
    pub rank: i32,
    pub at: Option<DateTime<Utc>>,
    pub id: TicketId,
}

impl Cursor {
    pub fn parse(raw: &str, order: Sort) -> Result<Self, Error> {
        let wrong = || Error::invalid("after", "This page of the list is gone. Start again from its first page.");
        let bytes = URL_SAFE_NO_PAD.decode(raw).map_err(|_| wrong())?;
        let text = String::from_utf8(bytes).map_err(|_| wrong())?;
        let mut parts = text.split('~');
        let mut next = || parts.next().ok_or_else(wrong);
        if next()? != order.as_str() {
            return Err(wrong());
        }
        let rank = next()?.parse().map_err(|_| wrong())?;
        let at = match next()? {
            "" => None,
            micros => Some(micros.parse().ok().and_then(DateTime::from_timestamp_micros).ok_or_else(wrong)?),
        };
        let id = next()?.parse().map_err(|_| wrong())?;
        Ok(Self { order, rank, at, id })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = self.at.map(|at| at.timestamp_micros().to_string()).unwrap_or_default();
        let text = format!("{}~{}~{at}~{}", self.order.as_str(), self.rank, self.id);
        f.write_str(&URL_SAFE_NO_PAD.encode(text))
    }
}
