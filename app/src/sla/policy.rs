//! Which policy concerns a ticket: the first whose conditions all hold.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    Allowance, CalendarVersionId, Cause, Condition, Field, Passed, Policy, PolicyRef, PolicyVersionId, Step, Target,
    Terms,
};
use crate::core::FieldError;
use crate::core::id::{CalendarId, CategoryId, OrganisationId, PolicyId, TeamId, UserId};
use crate::tickets::model::{Channel, Priority};

/// What policies may ask of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TicketFacts {
    pub priority: Priority,
    pub channel: Channel,
    pub category: Option<CategoryId>,
    pub service: Option<String>,
    pub team: Option<TeamId>,
    pub location: Option<String>,
    pub customer: Option<UserId>,
    pub organisation: Option<OrganisationId>,
    pub plan: Option<String>,
    pub tags: Vec<String>,
}

impl TicketFacts {
    /// A ticket of which nothing else is known yet.
    #[must_use]
    pub fn new(priority: Priority, channel: Channel) -> Self {
        Self {
            priority,
            channel,
            category: None,
            service: None,
            team: None,
            location: None,
            customer: None,
            organisation: None,
            plan: None,
            tags: Vec::new(),
        }
    }

    /// The ticket's values of a field, as conditions write them.
    #[must_use]
    pub fn values(&self, field: Field) -> Vec<String> {
        let one = |value: Option<String>| value.into_iter().collect();
        match field {
            Field::Priority => vec![self.priority.as_str().to_owned()],
            Field::Channel => vec![self.channel.as_str().to_owned()],
            Field::Category => one(self.category.map(|id| id.to_string())),
            Field::Service => one(self.service.clone()),
            Field::Team => one(self.team.map(|id| id.to_string())),
            Field::Location => one(self.location.clone()),
            Field::Customer => one(self.customer.map(|id| id.to_string())),
            Field::Organisation => one(self.organisation.map(|id| id.to_string())),
            Field::Plan => one(self.plan.clone()),
            Field::Tag => self.tags.clone(),
        }
    }
}

impl Condition {
    /// Whether a ticket with these values satisfies it.
    #[must_use]
    pub fn holds(&self, found: &[String]) -> bool {
        let same = |value: &String| found.iter().any(|other| other.eq_ignore_ascii_case(value));
        self.values.iter().any(same) != self.not
    }
}

/// A policy as published.
#[derive(Clone, Debug)]
pub struct Published {
    /// Which policy.
    pub id: PolicyId,
    /// Which version of it.
    pub version: PolicyVersionId,
    /// What it says.
    pub policy: Policy,
}

/// Everything that was published together: the policies in the order in which they are
/// tried, and the version of every calendar.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// The last one matches every ticket.
    pub policies: Vec<Published>,
    /// What a policy's calendars mean.
    pub calendars: BTreeMap<CalendarId, CalendarVersionId>,
}

/// A book that must not be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// No policy matches, or the catch-all is not last.
    #[error("The last policy must match every ticket.")]
    NoCatchAll,
    /// A row names a calendar that was not published.
    #[error("The policy “{policy}” counts in a calendar that is not published.")]
    NoCalendar {
        /// The policy's name.
        policy: String,
    },
}

impl Book {
    /// What is promised on a ticket: the terms of the first policy that matches.
    ///
    /// # Errors
    /// [`BookError`] if the book should never have been published.
    pub fn terms(&self, ticket: &TicketFacts, cause: Cause) -> Result<Terms, BookError> {
        let mut passed = Vec::new();
        for (index, published) in self.policies.iter().enumerate() {
            let refusal = published.policy.conditions.iter().find_map(|condition| {
                let found = ticket.values(condition.field);
                (!condition.holds(&found)).then_some((condition, found))
            });
            match refusal {
                None => {
                    let place = (short(index + 1), short(self.policies.len()));
                    return self.terms_of(published, place, ticket.priority, cause, passed);
                }
                Some((wanted, found)) => {
                    let policy = published.policy.name.clone();
                    passed.push(Passed { policy, wanted: wanted.clone(), found });
                }
            }
        }
        Err(BookError::NoCatchAll)
    }

    fn terms_of(
        &self,
        published: &Published,
        place: (u16, u16),
        priority: Priority,
        cause: Cause,
        passed: Vec<Passed>,
    ) -> Result<Terms, BookError> {
        let policy = &published.policy;
        let mut targets = BTreeMap::new();
        if let Some(row) = policy.rows.get(&priority) {
            for (metric, cell) in &row.cells {
                let calendar = self.calendars.get(&cell.calendar.unwrap_or(row.calendar));
                let calendar = *calendar.ok_or_else(|| BookError::NoCalendar { policy: policy.name.clone() })?;
                targets.insert(*metric, Target { allowance: cell.allowance, calendar });
            }
        }
        let mut ladder: Vec<Step> = policy.ladder.clone();
        ladder.sort_by_key(|step| step.percent);
        let policy_ref = PolicyRef { id: published.id, version: published.version, name: policy.name.clone() };
        let pauses = policy.pauses.clone();
        Ok(Terms { cause, policy: policy_ref, place, priority, targets, ladder, pauses, passed })
    }

    /// Whether it may be published: the last policy, and no other, matches every ticket,
    /// and every calendar that is named is there.
    ///
    /// # Errors
    /// The first [`BookError`] found.
    pub fn check(&self) -> Result<(), BookError> {
        let is_catch_all = |published: &Published| published.policy.conditions.is_empty();
        let Some((last, others)) = self.policies.split_last() else { return Err(BookError::NoCatchAll) };
        if !is_catch_all(last) || others.iter().any(is_catch_all) {
            return Err(BookError::NoCatchAll);
        }
        for published in &self.policies {
            let named = published.policy.calendars();
            if !named.iter().all(|calendar| self.calendars.contains_key(calendar)) {
                return Err(BookError::NoCalendar { policy: published.policy.name.clone() });
            }
        }
        Ok(())
    }
}

/// Far more policies than anybody has still have a place.
fn short(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

impl Policy {
    /// Every calendar that its rows and cells name.
    #[must_use]
    pub fn calendars(&self) -> BTreeSet<CalendarId> {
        let of_row = |row: &super::model::Row| {
            let cells = row.cells.values().filter_map(|cell| cell.calendar);
            cells.chain([row.calendar]).collect::<Vec<_>>()
        };
        self.rows.values().flat_map(of_row).collect()
    }

    /// Everything that must be mended before it can be saved, at the fields of its form.
    #[must_use]
    pub fn problems(&self) -> Vec<FieldError> {
        let mut found = Vec::new();
        match self.name.trim().chars().count() {
            0 => found.push(FieldError::new("name", "Give the policy a name")),
            1..=80 => {}
            _ => found.push(FieldError::new("name", "Use at most 80 characters")),
        }
        for (index, condition) in self.conditions.iter().enumerate() {
            if condition.values.iter().all(|value| value.trim().is_empty()) {
                let field = format!("conditions.{index}");
                found.push(FieldError::new(&field, "Choose at least one value, or remove the condition"));
            }
        }
        let mut seen = BTreeSet::new();
        for (index, step) in self.ladder.iter().enumerate() {
            let field = format!("ladder.{index}");
            if !(1..=1_000).contains(&step.percent) {
                found.push(FieldError::new(&field, "A step lies between 1 % and 1,000 % of the time"));
            } else if !seen.insert(step.percent) {
                found.push(FieldError::new(&field, format!("There is a step at {} % already", step.percent)));
            } else if step.notify.is_empty() && step.also.is_none() {
                found.push(FieldError::new(&field, "Say who is told, or what is done"));
            }
        }
        for (priority, row) in &self.rows {
            for (metric, cell) in &row.cells {
                // Text is checked where it is read; what comes as data is checked here.
                if matches!(cell.allowance, Allowance::Seconds(0) | Allowance::WorkingDay(0)) {
                    let field = format!("{}.{metric}", priority.as_str());
                    found.push(FieldError::new(&field, "A promise of no time cannot be kept"));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sla::model::{Cell, Metric, Row, default_ladder};

    fn policy(name: &str, conditions: Vec<Condition>, minutes: u32, calendar: CalendarId) -> Published {
        let allowance = Allowance::Seconds(minutes * 60);
        let cells = [(Metric::FirstReply, Cell { allowance, calendar: None })].into();
        let rows = [(Priority::High, Row { calendar, cells })].into();
        let policy = Policy { name: name.into(), conditions, rows, ladder: default_ladder(), pauses: BTreeMap::new() };
        Published { id: PolicyId::new(), version: PolicyVersionId::new(), policy }
    }

    fn tag(value: &str, not: bool) -> Condition {
        Condition { field: Field::Tag, not, values: vec![value.into()] }
    }

    fn book() -> Book {
        let calendar = CalendarId::new();
        Book {
            policies: vec![
                policy("Major", vec![tag("major", false)], 10, calendar),
                policy(
                    "Gold",
                    vec![Condition { field: Field::Plan, not: false, values: vec!["Gold".into()] }],
                    30,
                    calendar,
                ),
                policy("Not spam", vec![tag("spam", true), tag("vip", false)], 40, calendar),
                policy("Everyone else", vec![], 60, calendar),
            ],
            calendars: [(calendar, CalendarVersionId::new())].into(),
        }
    }

    fn matched(ticket: &TicketFacts) -> Terms {
        book().terms(ticket, Cause::Created).unwrap()
    }

    #[test]
    fn the_first_policy_whose_conditions_all_hold_decides_and_says_why_the_others_did_not() {
        let mut ticket = TicketFacts::new(Priority::High, Channel::Form);
        ticket.plan = Some("gold".into());
        ticket.tags = vec!["printer".into()];
        let terms = matched(&ticket);
        assert_eq!((terms.policy.name.as_str(), terms.place), ("Gold", (2, 4)));
        assert_eq!(terms.passed.len(), 1);
        assert_eq!((terms.passed[0].policy.as_str(), &terms.passed[0].found), ("Major", &ticket.tags));
        assert_eq!(terms.targets[&Metric::FirstReply].allowance, Allowance::Seconds(1800));
        ticket.tags.push("Major".into());
        assert_eq!(matched(&ticket).policy.name, "Major");
    }

    #[test]
    fn a_negated_condition_holds_where_there_is_no_value() {
        let mut ticket = TicketFacts::new(Priority::High, Channel::Form);
        ticket.tags = vec!["vip".into()];
        assert_eq!(matched(&ticket).policy.name, "Not spam");
        ticket.tags.push("spam".into());
        assert_eq!(matched(&ticket).policy.name, "Everyone else");
    }

    #[test]
    fn a_priority_without_a_row_is_matched_but_promised_nothing() {
        let terms = matched(&TicketFacts::new(Priority::Low, Channel::Form));
        assert_eq!(terms.policy.name, "Everyone else");
        assert!(terms.targets.is_empty());
    }

    #[test]
    fn a_book_needs_its_catch_all_last_and_its_calendars() {
        let mut book = book();
        assert_eq!(book.check(), Ok(()));
        book.policies.swap(0, 3);
        assert_eq!(book.check(), Err(BookError::NoCatchAll));
        book.policies.swap(0, 3);
        book.calendars.clear();
        assert_eq!(book.check(), Err(BookError::NoCalendar { policy: "Major".into() }));
        assert_eq!(Book::default().check(), Err(BookError::NoCatchAll));
    }

    #[test]
    fn senseless_policies_are_refused_at_their_fields() {
        let mut wrong = policy(" ", vec![tag(" ", false)], 0, CalendarId::new()).policy;
        wrong.ladder = vec![
            Step { percent: 0, notify: BTreeSet::new(), also: None },
            Step { percent: 50, notify: BTreeSet::new(), also: None },
            Step { percent: 50, notify: BTreeSet::new(), also: None },
        ];
        let fields: Vec<_> = wrong.problems().into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["name", "conditions.0", "ladder.0", "ladder.1", "ladder.2", "high.first_reply"]);
    }
}
