//! The `categories` table.
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::model::{CategoryDraft, CategoryLine};
use crate::{
    core::{Error, id::CategoryId},
    tickets::model::Category,
};

pub async fn offered(db: &mut PgConnection) -> Result<Vec<Category>, Error> {
    let rows = sqlx::query_as!(
        Category,
        r#"select id as "id: _", name, help from categories where active order by position, name"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

pub async fn list(db: &mut PgConnection) -> Result<Vec<CategoryLine>, Error> {
    let rows = sqlx::query_as!(
        CategoryLine,
        r#"select c.id as "id: _", c.name, c.help, c.active, coalesce(held.n, 0) as "open!"
           from categories c
           left join (
               select category_id, count(*) as n from tickets
               where status in ('open', 'in_progress', 'on_hold') group by category_id
           ) held on held.category_id = c.id
           order by c.position, c.name"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Whether another category than `except` already has the name.
pub async fn is_taken(db: &mut PgConnection, name: &str, except: Option<CategoryId>) -> Result<bool, Error> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from categories where lower(name) = lower($1) and id is distinct from $2) as "is!""#,
        name,
        except as _
    )
    .fetch_one(db)
    .await?)
}

/// Stores a category as the last.
pub async fn insert(
    db: &mut PgConnection,
    id: CategoryId,
    draft: &CategoryDraft,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into categories (id, name, help, position, active, created_at)
         select $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5 from categories",
        id as _,
        draft.name,
        draft.help,
        draft.active,
        at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// `false`: there is none with this id.
pub async fn update(db: &mut PgConnection, id: CategoryId, draft: &CategoryDraft) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update categories set name = $2, help = $3, active = $4 where id = $1",
        id as _,
        draft.name,
        draft.help,
        draft.active
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
