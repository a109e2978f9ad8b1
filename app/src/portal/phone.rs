//! Phone numbers as people write them, made into E.164. On the server only: the numbering plans of the
//! world weigh too much for a browser, which asks instead.
use std::sync::LazyLock;

use maud::{Markup, html};
use rlibphonenumber::{PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat, Region, ValidationError};

use super::{
    countries::{self, COUNTRIES},
    model::Phone,
};

/// A country that can be called: ISO 3166-1 code, name and calling code.
type Country = (&'static str, &'static str, i32);

/// All of them, by name.
static ALL: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let known = COUNTRIES.iter().filter_map(|(code, name)| {
        let calling = PHONE_NUMBER_UTIL.get_country_code_for_region(code.parse::<Region>().ok()?)?;
        Some((*code, *name, calling))
    });
    known.collect()
});

/// What the country picker offers, as markup: hundreds of options that never change.
pub fn options(chosen: &str) -> Markup {
    html! {
        option value="" { "Country" }
        @for (code, name, calling) in &*ALL {
            option value=(code) selected[*code == chosen] { (name) " +" (calling) }
        }
    }
}

/// Reads `typed`, written as in the country `code`, or with any country's code in front (`+44 …`).
/// `Ok(None)`: nothing was typed.
///
/// # Errors
/// What is wrong with it, in words for the field.
pub fn check(code: &str, typed: &str) -> Result<Option<Phone>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    // The longest number with every separator people use stays under this; the parser need not see more.
    if typed.chars().count() > 40 {
        return Err("This is too long for a phone number.".to_owned());
    }
    let region = code.parse::<Region>().ok();
    if region.is_none() && !typed.starts_with('+') {
        return Err("Choose the country of this number, or begin it with + and the country's code.".to_owned());
    }
    let number = PHONE_NUMBER_UTIL.parse(typed, region).map_err(|cause| match cause {
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => "This phone number is too short.".to_owned(),
        ParseError::TooLongNsn => "This phone number is too long.".to_owned(),
        ParseError::InvalidCountryCode => "No country has the code that this number begins with.".to_owned(),
        ParseError::NotANumber(_) => "Write a phone number, for example 912 345 678.".to_owned(),
    })?;
    let named =
        |prefix: &str| countries::name(code).map_or_else(|| prefix.to_owned(), |name| format!("{prefix} in {name}"));
    if !number.is_valid() {
        return Err(match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
            Err(ValidationError::TooShort) => "This phone number is too short.".to_owned(),
            Err(ValidationError::TooLong) => "This phone number is too long.".to_owned(),
            _ => format!("{}. Check its digits.", named("This is not a phone number")),
        });
    }
    let country = number.get_region_code().map(|region| region.as_region_str().to_string());
    Ok(Some(Phone {
        e164: number.format_as(PhoneNumberFormat::E164).into_owned(),
        country: country.as_deref().and_then(countries::name).map(str::to_owned),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e164(code: &str, typed: &str) -> Option<String> {
        check(code, typed).expect("a number").map(|phone| phone.e164)
    }

    #[test]
    fn a_number_is_stored_the_same_however_it_is_written() {
        for (code, typed) in
            [("PT", "912 345 678"), ("PT", "+351 912345678"), ("GB", "+351 912-345-678"), ("", "+351912345678")]
        {
            assert_eq!(e164(code, typed).as_deref(), Some("+351912345678"), "{code} {typed}");
        }
        assert_eq!(e164("GB", "0113 496 0142").as_deref(), Some("+441134960142"));
        assert_eq!(check("PT", "  "), Ok(None));
    }

    #[test]
    fn what_is_wrong_is_said_in_words() {
        let wrong = |code, typed: &str| check(code, typed).expect_err(typed);
        assert_eq!(wrong("PT", "912 345 67"), "This phone number is too short.");
        assert_eq!(wrong("PT", "912 345 678 999 111"), "This phone number is too long.");
        assert!(wrong("", "912 345 678").starts_with("Choose the country"));
        assert!(wrong("PT", "call me").starts_with("Write a phone number"));
        assert!(wrong("PT", &"9".repeat(5_000)).contains("too long"));
        assert!(wrong("PT", "000 000 000").contains("Portugal"));
    }

    #[test]
    fn every_country_offered_has_a_calling_code() {
        assert_eq!(ALL.len(), COUNTRIES.len());
    }

    #[test]
    fn the_chosen_country_is_selected() {
        let options = options("PT").into_string();
        assert_eq!(options.matches("<option").count(), COUNTRIES.len() + 1);
        assert!(options.contains(r#"<option value="PT" selected>Portugal +351</option>"#), "{options}");
        assert_eq!(options.matches("selected").count(), 1);
    }
}
