//! The settings as server and browser know them.
use serde::{Deserialize, Serialize};

use crate::core::{
    error::{Error, FieldError},
    id::TeamId,
    text::{self, Email},
};

/// Every setting with a value that can be worked with. Missing ones have their default, so a setting may
/// be added without a migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Who runs the desk, as customers read it.
    pub organisation_name: String,
    /// Where customers write to when all else fails; shown on public pages and in mails.
    pub contact_email: Option<String>,
    /// How many tickets one address may file in a minute.
    pub spam_limit_per_minute: u32,
    /// Days until what is resolved counts as closed.
    pub close_after_days: u32,
    /// Who gets what no rule gave to a team. `None`: the oldest active team.
    pub default_team: Option<TeamId>,
    /// The share of promises the desk means to keep, percent; the mark in every chart.
    pub attainment_target: f64,
    /// Whether customers may open an account by themselves.
    pub self_registration: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            organisation_name: "Our service desk".to_owned(),
            contact_email: None,
            spam_limit_per_minute: 30,
            close_after_days: 5,
            default_team: None,
            attainment_target: 95.0,
            self_registration: true,
        }
    }
}

/// The settings as the form sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsForm {
    pub organisation_name: String,
    #[serde(default)]
    pub contact_email: String,
    pub spam_limit_per_minute: String,
    pub close_after_days: String,
    #[serde(default)]
    pub default_team: String,
    pub attainment_target: String,
    #[serde(default)]
    pub self_registration: Option<String>,
}

impl From<&Settings> for SettingsForm {
    fn from(s: &Settings) -> Self {
        Self {
            organisation_name: s.organisation_name.clone(),
            contact_email: s.contact_email.clone().unwrap_or_default(),
            spam_limit_per_minute: s.spam_limit_per_minute.to_string(),
            close_after_days: s.close_after_days.to_string(),
            default_team: s.default_team.map(|id| id.to_string()).unwrap_or_default(),
            attainment_target: s.attainment_target.to_string(),
            self_registration: s.self_registration.then(|| "on".to_owned()),
        }
    }
}

impl TryFrom<SettingsForm> for Settings {
    type Error = Error;

    fn try_from(form: SettingsForm) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        let organisation_name = text::one_line(&form.organisation_name);
        if !(1..=120).contains(&organisation_name.chars().count()) {
            wrong.push(FieldError::new("organisation_name", "Write a name of at most 120 characters."));
        }
        let contact_email = match form.contact_email.trim() {
            "" => None,
            raw => match Email::try_from(raw.to_owned()) {
                Ok(email) => Some(email.into()),
                Err(message) => {
                    wrong.push(FieldError::new("contact_email", message));
                    None
                }
            },
        };
        let default_team = match form.default_team.as_str() {
            "" => None,
            raw => {
                let team = raw.parse().ok();
                if team.is_none() {
                    wrong.push(FieldError::new("default_team", "Choose one of the teams."));
                }
                team
            }
        };
        let mut number = |field: &str, raw: &str, range: std::ops::RangeInclusive<u32>| {
            raw.trim().parse().ok().filter(|n| range.contains(n)).unwrap_or_else(|| {
                let message = format!("Write a whole number from {} to {}.", range.start(), range.end());
                wrong.push(FieldError::new(field, message));
                *range.start()
            })
        };
        let spam_limit_per_minute = number("spam_limit_per_minute", &form.spam_limit_per_minute, 1..=10_000);
        let close_after_days = number("close_after_days", &form.close_after_days, 1..=365);
        let attainment_target = match form.attainment_target.trim().replace(',', ".").parse::<f64>() {
            Ok(percent) if (50.0..100.0).contains(&percent) => percent,
            _ => {
                wrong.push(FieldError::new("attainment_target", "Write a percentage from 50 to below 100."));
                95.0
            }
        };
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        Ok(Self {
            organisation_name,
            contact_email,
            spam_limit_per_minute,
            close_after_days,
            default_team,
            attainment_target,
            self_registration: form.self_registration.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_saved_unchanged() {
        let settings = Settings { contact_email: Some("help@larkfield.example".into()), ..Settings::default() };
        assert_eq!(Settings::try_from(SettingsForm::from(&settings)), Ok(settings));
    }

    #[test]
    fn every_field_answers_for_itself() {
        let form = SettingsForm {
            organisation_name: " ".into(),
            contact_email: "nobody".into(),
            spam_limit_per_minute: "0".into(),
            close_after_days: "soon".into(),
            default_team: "x".into(),
            attainment_target: "100".into(),
            self_registration: None,
        };
        let Err(Error::Invalid(wrong)) = Settings::try_from(form) else { panic!("accepted") };
        let mut fields: Vec<_> = wrong.into_iter().map(|e| e.field).collect();
        fields.sort();
        let all = [
            "attainment_target",
            "close_after_days",
            "contact_email",
            "default_team",
            "organisation_name",
            "spam_limit_per_minute",
        ];
        assert_eq!(fields, all);
    }

    #[test]
    fn a_document_of_an_older_server_is_read_with_defaults() {
        let old: Settings = serde_json::from_str(r#"{"organisation_name":"Larkfield"}"#).unwrap();
        assert_eq!(old, Settings { organisation_name: "Larkfield".into(), ..Settings::default() });
    }
}
