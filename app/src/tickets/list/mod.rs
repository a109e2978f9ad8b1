//! Lists of tickets: which rows, in which order, one page at a time. Server only.
//!
//! A page is one statement. Who sees only the tickets of their teams gets each team's page by its own
//! index, merged, so it costs the same however many tickets the other teams have.
//!
//! A limit is part of the statement's text and not bound to it: only so does Postgres know, when it decides
//! whether one plan fits all, how few rows are wanted. Planning anew takes longer than reading a page.
mod cursor;
mod reach;
mod row;
mod statement;
mod text;

pub(crate) use reach::Reach;
pub use row::TicketRow;
#[cfg(test)]
pub(crate) use text::NEAR;

use self::{
    cursor::Cursor,
    row::Row,
    statement::Statement,
    text::{Look, Text},
};
use super::query::{COUNTED, ListQuery};
use crate::core::{
    Error, Permission, Tx,
    page::{MAX_PAGE, Page},
};

/// One page of `query` as the actor may see it, `limit` rows and never more than [`MAX_PAGE`].
///
/// # Errors
/// [`Error::Forbidden`] for those who list no tickets (customers have their own page),
/// [`Error::Invalid`] at `after` for a cursor that is not of this list.
pub async fn page(tx: &mut Tx, query: &ListQuery, limit: u32) -> Result<Page<TicketRow>, Error> {
    tx.actor.require(Permission::ListTickets)?;
    let limit = limit.clamp(1, MAX_PAGE);
    let order = query.order();
    let after = query.after.as_deref().map(|raw| Cursor::parse(raw, order)).transpose()?;
    let wanted = limit as usize + 1;
    let mut rows = Vec::new();
    if matches!(query.filter.text.as_deref().map(Text::of), Some(Text::Words(_))) {
        rows = read(tx, query, after.as_ref(), wanted, Look::Near).await?;
    }
    if rows.len() < wanted {
        rows = read(tx, query, after.as_ref(), wanted, Look::Everywhere).await?;
    }
    let page = Page::cut(rows, limit as usize, |row| row.cursor(order).to_string());
    Ok(Page { rows: page.rows.into_iter().map(TicketRow::from).collect(), next: page.next })
}

/// How many tickets `query` lists for the actor, whatever page of them; [`COUNTED`] stands for as many and more.
///
/// # Errors
/// [`Error::Forbidden`] as [`page`].
pub async fn count(tx: &mut Tx, query: &ListQuery) -> Result<i64, Error> {
    tx.actor.require(Permission::ListTickets)?;
    let mut sql = Statement::new(tx, query, None, COUNTED as usize, Look::Everywhere);
    Ok(sql.count().build_query_scalar().fetch_one(&mut **tx).await?)
}

async fn read(
    tx: &mut Tx,
    query: &ListQuery,
    after: Option<&Cursor>,
    limit: usize,
    look: Look,
) -> Result<Vec<Row>, Error> {
    let mut sql = Statement::new(tx, query, after, limit, look);
    Ok(sql.build().build_query_as().fetch_all(&mut **tx).await?)
}
