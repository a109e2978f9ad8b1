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
    if let Some(known) = with_address(tx, email).await? {
        return Ok(known);
    }
    let (id, now) = (UserId::new(), tx.now);
    let made = sqlx::query!(
        "insert into users (id, email, name, phone, role, created_at, updated_at) values ($1, $2, $3, $4, 'user', $5, $5)
         on conflict (email) do nothing",
        id as _,
        email.as_str(),
        name.as_str(),
        phone,
        now
    )
    .execute(&mut **tx)
    .await?;
    if made.rows_affected() == 1 {
        return Ok(Contact { id, organisation: None });
    }
    // Another transaction made the contact a moment ago: it is visible to the next statement.
    with_address(tx, email).await?.ok_or(Error::NotFound)
}

async fn with_address(tx: &mut Tx, email: &Email) -> Result<Option<Contact>, Error> {
    let found = sqlx::query_as!(
        Contact,
        r#"select id as "id: _", organisation_id as "organisation: _" from users where email = $1"#,
        email.as_str()
    );
    Ok(found.fetch_optional(&mut **tx).await?)
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
