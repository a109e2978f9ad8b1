//! What routing looks at and decides, and its rules as server and browser know them.
use serde::{Deserialize, Serialize};

use crate::{
    core::{
        error::{Error, FieldError},
        id::{CategoryId, RuleId, TeamId, UserId},
        text,
    },
    tickets::model::{Category, Priority, TeamRef},
};

/// What is known of a new ticket.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub subject: &'a str,
    pub body: &'a str,
    pub category: Option<CategoryId>,
    /// What the person who files it chose, where they may.
    pub priority: Option<Priority>,
    pub team: Option<TeamId>,
}

/// Where it goes, and the sentences that say why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub priority: Priority,
    pub team: TeamId,
    pub assignee: Option<UserId>,
    pub trace: Vec<String>,
}

/// The most rules a desk may have, keywords a rule, and characters a keyword. Together with the length of
/// the text that is looked at they bound what filing a ticket costs.
pub const MAX_RULES: usize = 200;
pub const MAX_KEYWORDS: usize = 30;
const MAX_KEYWORD_LENGTH: usize = 60;

/// A word or phrase to look for, lower case, words separated by one space; with a `*` at the end it
/// matches every word that begins so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Keyword(String);

impl Keyword {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Keyword {
    type Error = String;

    fn try_from(raw: String) -> Result<Self, String> {
        let open = raw.trim_end().ends_with('*');
        let folded = super::rules::fold(&raw);
        match folded.chars().count() {
            0 => Err(format!("“{}” has no letter or digit to look for.", raw.trim())),
            1..=MAX_KEYWORD_LENGTH => Ok(Self(if open { folded + "*" } else { folded })),
            _ => Err(format!("A keyword has at most {MAX_KEYWORD_LENGTH} characters.")),
        }
    }
}

impl From<Keyword> for String {
    fn from(keyword: Keyword) -> Self {
        keyword.0
    }
}

/// What a rule asks of a ticket, as it is stored. All that is given must hold; of the keywords, one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    #[serde(default)]
    pub category: Option<CategoryId>,
    #[serde(default)]
    pub keywords: Vec<Keyword>,
}

/// One rule, as the administrator sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoutingRule {
    pub id: RuleId,
    pub position: i32,
    pub name: String,
    pub category: Option<Category>,
    pub keywords: Vec<Keyword>,
    pub set_priority: Option<Priority>,
    pub set_team: Option<TeamRef>,
    pub active: bool,
}

/// What the page of the rules needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoutingPageData {
    pub rules: Vec<RoutingRule>,
    pub categories: Vec<Category>,
    pub teams: Vec<TeamRef>,
}

/// What the form for a rule sends, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleForm {
    pub name: String,
    /// An id, or empty for any.
    #[serde(default)]
    pub category: String,
    /// Separated by commas or line breaks.
    #[serde(default)]
    pub keywords: String,
    #[serde(default)]
    pub priority: String,
    #[serde(default)]
    pub team: String,
    #[serde(default)]
    pub active: Option<String>,
}

/// A rule that can be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDraft {
    pub name: String,
    pub conditions: Conditions,
    pub set_priority: Option<Priority>,
    pub set_team: Option<TeamId>,
    pub active: bool,
}

impl TryFrom<RuleForm> for RuleDraft {
    type Error = Error;

    fn try_from(form: RuleForm) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        let name = text::one_line(&form.name);
        if !(1..=120).contains(&name.chars().count()) {
            wrong.push(FieldError::new("name", "Give the rule a name of at most 120 characters."));
        }
        let keywords = keywords(&form.keywords).unwrap_or_else(|message| {
            wrong.push(FieldError::new("keywords", message));
            Vec::new()
        });
        let category = optional(&form.category, "category", &mut wrong);
        let set_team = optional(&form.team, "team", &mut wrong);
        let set_priority: Option<Priority> = optional(&form.priority, "priority", &mut wrong);
        if category.is_none() && keywords.is_empty() && wrong.is_empty() {
            wrong.push(FieldError::new(
                "keywords",
                "Choose a category or write a keyword; a rule for every ticket would hide the rules below it.",
            ));
        }
        if set_priority.is_none() && set_team.is_none() && wrong.is_empty() {
            wrong.push(FieldError::new("team", "Choose what the rule sets: a team, a priority or both."));
        }
        if wrong.is_empty() {
            let conditions = Conditions { category, keywords };
            Ok(Self { name, conditions, set_priority, set_team, active: form.active.is_some() })
        } else {
            Err(Error::Invalid(wrong))
        }
    }
}

/// Keywords as typed, separated by commas or line breaks; each once.
fn keywords(raw: &str) -> Result<Vec<Keyword>, String> {
    let mut all: Vec<Keyword> = Vec::new();
    for part in raw.split([',', '\n', ';']).filter(|part| !part.trim().is_empty()) {
        let keyword = Keyword::try_from(part.to_owned())?;
        if !all.contains(&keyword) {
            all.push(keyword);
        }
    }
    if all.len() > MAX_KEYWORDS {
        return Err(format!("A rule has at most {MAX_KEYWORDS} keywords; make two rules of it."));
    }
    Ok(all)
}

/// A choice that may be left open: empty is none, anything unknown is an error at `field`.
fn optional<T: std::str::FromStr>(raw: &str, field: &str, wrong: &mut Vec<FieldError>) -> Option<T> {
    if raw.is_empty() {
        return None;
    }
    let parsed = raw.parse().ok();
    if parsed.is_none() {
        wrong.push(FieldError::new(field, "Choose one of the list."));
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> RuleForm {
        RuleForm {
            name: "VPN".into(),
            keywords: "VPN, Cisco AnyConnect;\n vpn".into(),
            priority: "high".into(),
            ..RuleForm::default()
        }
    }

    #[test]
    fn keywords_are_folded_and_kept_once() {
        let draft = RuleDraft::try_from(form()).unwrap();
        let words: Vec<&str> = draft.conditions.keywords.iter().map(Keyword::as_str).collect();
        assert_eq!(words, ["vpn", "cisco anyconnect"]);
    }

    #[test]
    fn a_rule_that_asks_nothing_or_sets_nothing_is_refused_at_the_field() {
        let at = |form: RuleForm| match RuleDraft::try_from(form) {
            Err(Error::Invalid(all)) => all.into_iter().map(|e| e.field).collect(),
            _ => Vec::new(),
        };
        assert_eq!(at(RuleForm { keywords: String::new(), ..form() }), ["keywords"]);
        assert_eq!(at(RuleForm { priority: String::new(), ..form() }), ["team"]);
        assert_eq!(at(RuleForm { name: " ".into(), keywords: "!!!".into(), ..form() }), ["name", "keywords"]);
        assert_eq!(at(RuleForm { team: "nonsense".into(), ..form() }), ["team"]);
    }
}
