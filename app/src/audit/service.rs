//! Reading the log.
use super::{
    model::{AuditFilter, AuditRow, Verdict},
    store::{self, Listed},
    verify, words,
};
use crate::core::{Error, Permission, Tx, page::Page, text::one_line};

/// A page of the log, newest first.
pub async fn list(tx: &mut Tx, filter: &AuditFilter) -> Result<Page<AuditRow>, Error> {
    const ROWS: usize = 50;
    tx.actor.require(Permission::ReadAudit)?;
    let before = filter.after.as_ref().map(|text| text.parse::<i64>().map_err(|_| Error::NotFound)).transpose()?;
    let filter = AuditFilter { person: one_line(&filter.person), ..filter.clone() };
    let rows = store::list(tx, &filter, before, ROWS as i64 + 1).await?;
    let page = Page::cut(rows, ROWS, |row| row.seq.to_string());
    Ok(Page { rows: page.rows.into_iter().map(shown).collect(), next: page.next })
}

fn shown(row: Listed) -> AuditRow {
    let who = match (row.actor_name, row.actor_email) {
        (Some(name), Some(email)) => format!("{name} ({email})"),
        _ => "The server".to_owned(),
    };
    let what = words::sentence(&row.kind, &row.payload, row.subject_name.as_deref());
    AuditRow { seq: row.seq, at: row.at, who, what, ticket: row.ticket_number, position: row.position }
}

/// Walks along the whole chain.
pub async fn verify(tx: &mut Tx) -> Result<Verdict, Error> {
    tx.actor.require(Permission::ReadAudit)?;
    verify::run(tx).await
}
