//! Lists of tickets: which rows, in which order, one page at a time. Server only.
//!
//! A page is one statement. Who sees only the tickets of their teams gets each team's page by its own
//! index, merged, so it costs the same however many tickets the other teams have.
mod cursor;
mod reach;
mod row;
mod statement;

pub(crate) use reach::Reach;

use self::{cursor::Cursor, row::Row, statement::Statement};
use super::{model::TicketRow, query::ListQuery};
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
    let mut sql = Statement::new(tx, query, after.as_ref(), i64::from(limit) + 1);
    let rows: Vec<Row> = sql.build().build_query_as().fetch_all(&mut **tx).await?;
    let page = Page::cut(rows, limit as usize, |row| row.cursor(order).to_string());
    Ok(Page { rows: page.rows.into_iter().map(TicketRow::from).collect(), next: page.next })
}
