//! Promises by name: what was missed, and what is left out and why.
use super::{
    model::{LeftOut, LeftOutBy, Listed, Promise, Reason},
    store::{self, Narrow},
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
    let late = |row: &store::Row| match row.ended_at {
        Some(ended) => format!("{} late", worked((ended - row.at).num_seconds())),
        None => "still waits".to_owned(),
    };
    let promise = |row: store::Row| Promise {
        says: Some(late(&row)),
        number: row.number,
        subject: row.subject,
        metric: metric(row.metric),
        team: row.team,
        priority: row.priority,
        policy: row.policy,
        at: row.at,
    };
    Ok(Listed { all, rows: rows.into_iter().map(promise).collect(), href })
}

/// What counts neither way: for each reason how many, and the newest of them. `href` leads to their tickets.
pub async fn left_out(tx: &mut Tx, narrow: &Narrow<'_>, href: Option<String>) -> Result<LeftOut, Error> {
    let mut rows = store::left_out(tx, narrow, SHOWN).await?;
    let mut reasons = Vec::new();
    for reason in Reason::ALL {
        let of_it: Vec<_> = rows.extract_if(.., |row| row.reason == reason.as_str()).collect();
        let Some(all) = of_it.first().map(|row| row.all) else { continue };
        let promise = |row: store::LeftOut| Promise {
            says: None,
            number: row.number,
            subject: row.subject,
            metric: metric(row.metric),
            team: row.team,
            priority: row.priority,
            policy: row.policy,
            at: row.at,
        };
        reasons.push(LeftOutBy { reason, all, rows: of_it.into_iter().map(promise).collect() });
    }
    Ok(LeftOut { all: reasons.iter().map(|by| by.all).sum(), reasons, href })
}

fn metric(word: String) -> String {
    word.parse().map_or(word, |metric: Metric| metric.label().to_owned())
}
