//! Contacts: people who wrote to us and may never have signed in.
use crate::core::{
    Error, Tx,
    id::{OrganisationId, UserId},
    text::{Email, PersonName},
};

/// Somebody who asks, and on whose behalf.
#[derive(Clone, Debug)]
pub struct Contact {
    pub id: UserId,
    pub organisation: Option<OrganisationId>,
}

/// The person with this address, made now if there is none. What a guest claims about somebody we know
/// changes nothing of what we know: name and phone count for a new contact only.
pub async fn find_or_create(
    tx: &mut Tx,
    email: &Email,
    name: &PersonName,
    phone: Option<&str>,
) -> Result<Contact, Error> {
    let (id, now) = (UserId::new(), tx.now);
    let found = sqlx::query_as!(
        Contact,
        r#"with known as (
               select id, organisation_id from users where email = $2
           ), made as (
               insert into users (id, email, name, phone, role, created_at, updated_at)
               select $1, $2, $3, $4, 'user', $5, $5 where not exists (select from known)
               on conflict (email) do nothing returning id, organisation_id
           )
           select id as "id!: _", organisation_id as "organisation: _" from known
           union all select id, organisation_id from made"#,
        id as _,
        email.as_str(),
        name.as_str(),
        phone,
        now
    );
    if let Some(contact) = found.fetch_optional(&mut **tx).await? {
        return Ok(contact);
    }
    // Another transaction made the contact a moment ago: it is visible to the next statement.
    let made = sqlx::query_as!(
        Contact,
        r#"select id as "id: _", organisation_id as "organisation: _" from users where email = $1"#,
        email.as_str()
    );
    made.fetch_optional(&mut **tx).await?.ok_or(Error::NotFound)
}

/// The person with this id.
///
/// # Errors
/// [`Error::NotFound`] if there is none.
pub async fn find(tx: &mut Tx, id: UserId) -> Result<Contact, Error> {
    let found = sqlx::query_as!(
        Contact,
        r#"select id as "id: _", organisation_id as "organisation: _" from users where id = $1"#,
        id as _
    );
    found.fetch_optional(&mut **tx).await?.ok_or(Error::NotFound)
}

/// The support plan of an organisation, which decides what it is promised.
pub async fn plan_of(tx: &mut Tx, organisation: OrganisationId) -> Result<Option<String>, Error> {
    let plan = sqlx::query_scalar!("select support_plan from organisations where id = $1", organisation as _)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(plan.flatten())
}
