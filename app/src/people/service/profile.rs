//! What we know of a person, as they see and change it.
use std::str::FromStr as _;

use crate::{
    core::{Error, FieldError, Permission, Tx, text::PersonName},
    events::{self, About, Event},
    people::{
        model::Account,
        sessions,
        store::{self, users::Profile},
    },
    settings,
};

/// What the profile form sends.
#[derive(Debug)]
pub struct ProfileForm {
    pub name: String,
    pub phone: String,
    pub time_zone: String,
}

/// The account of the actor. `current` is the key of the session that asks.
pub async fn account(tx: &mut Tx, current: Option<&[u8]>) -> Result<Account, Error> {
    tx.actor.require(Permission::ManageSelf)?;
    let person = tx.actor.signed_in()?.clone();
    let profile = store::users::profile(tx, person.id).await?.ok_or(Error::SignIn)?;
    let has_password =
        store::users::credentials(tx, person.id).await?.is_some_and(|account| account.password_hash.is_some());
    let desk = settings::service::in_force(tx).await?.organisation_name.clone();
    Ok(Account {
        desk,
        name: profile.name,
        email: person.email,
        role: person.role,
        phone: profile.phone.unwrap_or_default(),
        locale: profile.locale,
        time_zone: profile.time_zone,
        has_password,
        sessions: sessions::of(tx, person.id, current).await?,
    })
}

/// Somebody changes what we know of them.
///
/// # Errors
/// [`Error::Invalid`] at each wrong field.
pub async fn change_profile(tx: &mut Tx, form: ProfileForm) -> Result<(), Error> {
    tx.actor.require(Permission::ManageSelf)?;
    let (id, now) = (tx.actor.signed_in()?.id, tx.now);
    let mut wrong = Vec::new();
    let name = PersonName::try_from(form.name).map_or_else(|e| refuse(&mut wrong, "name", e), String::from);
    let phone = phone_number(&form.phone).unwrap_or_else(|e| Some(refuse(&mut wrong, "phone", e)));
    let time_zone = time_zone(&form.time_zone).unwrap_or_else(|e| refuse(&mut wrong, "time_zone", e));
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let old = store::users::profile(tx, id).await?.ok_or(Error::SignIn)?;
    let new = Profile { name, phone, locale: old.locale.clone(), time_zone };
    let mut changes = Vec::new();
    if new.name != old.name {
        changes.push(format!("name: {} -> {}", old.name, new.name));
    }
    if new.phone != old.phone {
        changes.push("phone".to_owned());
    }
    if new.time_zone != old.time_zone {
        changes.push(format!("time zone: {} -> {}", old.time_zone, new.time_zone));
    }
    if changes.is_empty() {
        return Ok(());
    }
    store::users::set_profile(tx, id, &new, now).await?;
    events::append(tx, About::Subject(id.uuid()), &[Event::AccountChanged { changes }]).await
}

fn refuse(wrong: &mut Vec<FieldError>, field: &str, message: String) -> String {
    wrong.push(FieldError::new(field, message));
    String::new()
}

/// The IANA name of a zone, as chosen.
pub(in crate::people) fn time_zone(raw: &str) -> Result<String, String> {
    chrono_tz::Tz::from_str(raw.trim())
        .map(|zone| zone.name().to_owned())
        .map_err(|_| "Choose a zone of the list, such as Europe/Lisbon.".to_owned())
}

/// The zones that people choose from: those named after a place, and UTC.
pub fn time_zones() -> Vec<String> {
    const CONTINENTS: [&str; 10] =
        ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
    let placed = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| name.split_once('/').is_some_and(|(continent, _)| CONTINENTS.contains(&continent)));
    std::iter::once("UTC").chain(placed).map(str::to_owned).collect()
}

/// A number as people write it, in E.164; none if there is none.
fn phone_number(raw: &str) -> Result<Option<String>, String> {
    let number: String = raw.chars().filter(|c| !c.is_whitespace() && !"-().·/".contains(*c)).collect();
    if number.is_empty() {
        return Ok(None);
    }
    let digits = number.strip_prefix('+').or_else(|| number.strip_prefix("00")).unwrap_or("");
    let ok = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if ok {
        Ok(Some(format!("+{digits}")))
    } else {
        Err("Write the number with its country, such as +351 912 345 678.".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_kept_in_e164() {
        assert_eq!(phone_number("+351 912-345 678"), Ok(Some("+351912345678".to_owned())));
        assert_eq!(phone_number("0044 (20) 7946 0018"), Ok(Some("+442079460018".to_owned())));
        assert_eq!(phone_number("  "), Ok(None));
        for wrong in ["912345678", "+12", "+0123456789", "call me", "+1234567890123456"] {
            assert!(phone_number(wrong).is_err(), "{wrong}");
        }
    }
}
