//! Plain forms that come back: what was typed, and what was wrong with it.
//!
//! A handler that refuses a form renders the page of the form again with a [`Refusal`] in context;
//! the page asks for it by [`use_refusal`] and starts its fields with it. So nothing typed is lost,
//! with JavaScript or without.
use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::Error;

/// A form that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which form of the page.
    pub form: String,
    pub error: Error,
    typed: BTreeMap<String, String>,
}

impl Refusal {
    pub fn new(form: &str, error: Error) -> Self {
        Self { form: form.to_owned(), error, typed: BTreeMap::new() }
    }

    /// Keeps what was typed into `field`. Never call it for a password.
    #[must_use]
    pub fn with(mut self, field: &str, typed: impl Into<String>) -> Self {
        self.typed.insert(field.to_owned(), typed.into());
        self
    }
}

/// What a form starts with: what was typed before it was refused, or what `Default` gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Retry(Option<Refusal>);

impl Retry {
    /// What was typed into `field`, if the form was refused.
    pub fn typed(&self, field: &str) -> Option<String> {
        self.0.as_ref().and_then(|refusal| refusal.typed.get(field).cloned())
    }

    /// What is wrong at `field`.
    pub fn at(&self, field: &str) -> Option<String> {
        self.0.as_ref().and_then(|refusal| refusal.error.at(field))
    }

    /// What is wrong with the form as a whole, where no field is to blame.
    pub fn whole(&self) -> Option<String> {
        let error = &self.0.as_ref()?.error;
        (!matches!(error, Error::Invalid(_))).then(|| error.to_string())
    }

    /// Every field's error, for the summary on top of the form.
    pub fn fields(&self) -> Vec<(String, String)> {
        match self.0.as_ref().map(|refusal| &refusal.error) {
            Some(Error::Invalid(all)) => all.iter().map(|e| (e.field.clone(), e.message.clone())).collect(),
            _ => Vec::new(),
        }
    }
}

/// What the form named `form` on this page starts with. Call it once a page and form.
pub fn use_refusal(form: &str) -> Retry {
    // The server's answer travels with the page, so that the browser builds the same fields.
    let refusal = SharedValue::new(use_context::<Refusal>).into_inner();
    Retry(refusal.filter(|refusal| refusal.form == form))
}
