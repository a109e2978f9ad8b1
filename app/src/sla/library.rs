//! What was published, kept in memory: published things never change, so they are read once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::calendar::Calendar;
use super::facts::{Calendars, Event, Fact};
use super::model::{CalendarVersionId, Policy, PolicyVersionId, Terms};
use super::policy::{Book, Published};
use super::spec::CalendarSpec;
use crate::core::Error;
use crate::core::id::{CalendarId, PolicyId};

/// A published row that this program cannot read: damage, or a newer program wrote it.
#[derive(Debug, thiserror::Error)]
#[error("{what} {id} is missing or makes no sense")]
struct Unreadable {
    what: &'static str,
    id: Uuid,
}

/// This server's memory of publications and calendars; lives in [`crate::core::App::room`].
#[derive(Default)]
pub struct Library {
    books: RwLock<HashMap<Uuid, Arc<Book>>>,
    calendars: RwLock<Calendars>,
}

impl Library {
    /// What a publication holds.
    ///
    /// # Errors
    /// [`Error::Internal`] if it is not there or cannot be read.
    pub async fn book(&self, db: &mut PgConnection, publication: Uuid) -> Result<Arc<Book>, Error> {
        let known = self.books.read().unwrap_or_else(PoisonError::into_inner).get(&publication).cloned();
        if let Some(book) = known {
            return Ok(book);
        }
        let book = Arc::new(read_book(db, publication).await?);
        self.books.write().unwrap_or_else(PoisonError::into_inner).insert(publication, Arc::clone(&book));
        Ok(book)
    }

    /// The calendars that some histories run under.
    ///
    /// # Errors
    /// [`Error::Internal`] if one is not there or cannot be read.
    pub async fn calendars_of<'a>(
        &self,
        db: &mut PgConnection,
        events: impl Iterator<Item = &'a Event>,
    ) -> Result<Calendars, Error> {
        let of_terms = |terms: &'a Terms| terms.targets.values().map(|target| target.calendar);
        // Gathered before the wait: an iterator with closures in it would keep the future from being Send.
        let ids: Vec<_> = events
            .filter_map(|event| match &event.fact {
                Fact::Terms(terms) => Some(of_terms(terms)),
                _ => None,
            })
            .flatten()
            .collect();
        self.calendars(db, ids.into_iter()).await
    }

    /// Some calendar versions.
    ///
    /// # Errors
    /// As [`Library::calendars_of`].
    pub async fn calendars(
        &self,
        db: &mut PgConnection,
        ids: impl Iterator<Item = CalendarVersionId>,
    ) -> Result<Calendars, Error> {
        let mut found = Calendars::new();
        let mut missing = Vec::new();
        {
            let known = self.calendars.read().unwrap_or_else(PoisonError::into_inner);
            for id in ids {
                match known.get(&id) {
                    Some(calendar) => _ = found.insert(id, Arc::clone(calendar)),
                    None => missing.push(id),
                }
            }
        }
        for id in missing {
            if let std::collections::hash_map::Entry::Vacant(e) = found.entry(id) {
                let calendar = Arc::new(read_calendar(db, id).await?);
                self.calendars.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&calendar));
                e.insert(calendar);
            }
        }
        Ok(found)
    }
}

async fn read_calendar(db: &mut PgConnection, id: CalendarVersionId) -> Result<Calendar, Error> {
    let spec = sqlx::query_scalar!(
        r#"select spec as "spec: Json<CalendarSpec>" from sla_calendar_versions where id = $1"#,
        id as _
    )
    .fetch_optional(db)
    .await?;
    let unreadable = || Error::internal(Unreadable { what: "calendar version", id: id.uuid() });
    Calendar::new(spec.ok_or_else(unreadable)?.0).map_err(|_| unreadable())
}

async fn read_book(db: &mut PgConnection, publication: Uuid) -> Result<Book, Error> {
    let policies = sqlx::query!(
        r#"select v.id as "version: PolicyVersionId", v.policy_id as "id: PolicyId", v.body as "policy: Json<Policy>"
           from sla_publications p, unnest(p.policy_versions) with ordinality as o (version, place)
           join sla_policy_versions v on v.id = o.version
           where p.id = $1 order by o.place"#,
        publication
    )
    .fetch_all(&mut *db)
    .await?;
    let calendars = sqlx::query!(
        r#"select v.calendar_id as "id: CalendarId", v.id as "version: CalendarVersionId"
           from sla_publications p join sla_calendar_versions v on v.id = any(p.calendar_versions)
           where p.id = $1"#,
        publication
    )
    .fetch_all(db)
    .await?;
    let book = Book {
        policies: policies
            .into_iter()
            .map(|row| Published { id: row.id, version: row.version, policy: row.policy.0 })
            .collect(),
        calendars: calendars.into_iter().map(|row| (row.id, row.version)).collect(),
    };
    book.check().map_err(Error::internal)?;
    Ok(book)
}
