//! Promises by name: what was missed, and what is left out and why.
use super::{
    model::{LeftOut, Listed, Promise},
    store::{self, Narrow, Row},
};
use crate::{
    core::{Error, Tx},
    sla::model::Metric,
    ui::figures::worked,
};

/// So many are shown of each list.
const SHOWN: i64 = 50;

/// The newest of `all` misses; `href` leads to their tickets.
pub async fn missed(tx: &mut Tx, narrow: &Narrow<'_>, all: i64, href: Option<String>) -> Result<Listed, Error> {
    let rows = store::missed(tx, narrow, SHOWN).await?;
    let late = |row: &Row| match (row.used, row.allowance) {
        (Some(used), Some(allowance)) => format!("{} late", worked(i64::from(used) - i64::from(allowance))),
        _ => "still waits".to_owned(),
    };
    Ok(Listed { all, rows: rows.into_iter().map(|row| promise(row, late)).collect(), href })
}

/// What counts neither way, and the newest of them.
pub async fn left_out(tx: &mut Tx, narrow: &Narrow<'_>, href: Option<String>) -> Result<LeftOut, Error> {
    let (cancelled, excused) = store::left_out_counts(tx, narrow).await?;
    let rows = store::left_out(tx, narrow, SHOWN).await?;
    let why = |row: &Row| {
        let words = match (row.cancelled, row.ended_by.as_deref()) {
            (false, _) => "late only by a change of what was promised",
            (true, Some("no_reply_needed")) => "no reply was needed",
            (true, Some("solved")) => "the ticket was solved first",
            (true, _) => "not needed any more",
        };
        words.to_owned()
    };
    let rows = rows.into_iter().map(|row| promise(row, why)).collect();
    Ok(LeftOut { cancelled, excused, list: Listed { all: cancelled + excused, rows, href } })
}

fn promise(row: Row, says: impl Fn(&Row) -> String) -> Promise {
    let says = says(&row);
    let metric = row.metric.parse().map_or(row.metric, |metric: Metric| metric.label().to_owned());
    Promise {
        number: row.number,
        subject: row.subject,
        metric,
        team: row.team,
        priority: row.priority,
        policy: row.policy,
        at: row.at,
        says,
    }
}
