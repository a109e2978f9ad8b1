//! Categories as the administrator sees them.
use serde::{Deserialize, Serialize};

use crate::core::{
    error::{Error, FieldError},
    id::CategoryId,
    text,
};

/// A category with what it is used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryLine {
    pub id: CategoryId,
    pub name: String,
    pub help: String,
    pub active: bool,
    /// Unsolved tickets that carry it.
    pub open: i64,
}

/// What the form for a category sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryForm {
    pub name: String,
    #[serde(default)]
    pub help: String,
    #[serde(default)]
    pub active: Option<String>,
}

/// A category that can be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryDraft {
    pub name: String,
    pub help: String,
    pub active: bool,
}

impl TryFrom<CategoryForm> for CategoryDraft {
    type Error = Error;

    fn try_from(form: CategoryForm) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        let (name, help) = (text::one_line(&form.name), text::one_line(&form.help));
        if !(1..=80).contains(&name.chars().count()) {
            wrong.push(FieldError::new("name", "Give it a name of at most 80 characters, in the customer's words."));
        }
        if help.chars().count() > 200 {
            wrong.push(FieldError::new("help", "At most 200 characters fit under the name."));
        }
        if wrong.is_empty() {
            Ok(Self { name, help, active: form.active.is_some() })
        } else {
            Err(Error::Invalid(wrong))
        }
    }
}
