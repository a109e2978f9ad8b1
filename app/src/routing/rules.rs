//! The rules themselves. Pure: no clock, no I/O.
//!
//! In order; the first that matches decides, and what it leaves open stays as the desk has it by default.
//! A rule looks for whole words: nothing a person types is a pattern, so each look costs time linear in
//! the text whatever anybody writes.
use super::model::Keyword;
use crate::{
    core::id::{CategoryId, RuleId, TeamId},
    tickets::model::Priority,
};

/// How much of a description is looked at. Who needs more to say what it is about has not said it.
const LOOKED_AT: usize = 4_000;

/// A rule ready to be tried.
#[derive(Clone, Debug)]
pub struct Rule {
    pub id: RuleId,
    pub name: String,
    pub category: Option<CategoryId>,
    pub keywords: Vec<Keyword>,
    pub set_priority: Option<Priority>,
    pub set_team: Option<TeamId>,
}

/// What the rules say about a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub rule: Option<RuleId>,
    pub priority: Option<Priority>,
    pub team: Option<TeamId>,
    /// One sentence: which rule decided and why.
    pub because: String,
}

/// Lower case, letters and digits only, one space between words.
pub fn fold(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        if c.is_alphanumeric() {
            // A capital may fold into a letter and a mark; the mark is no letter.
            out.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
        } else if !out.is_empty() && !out.ends_with(' ') && c != '\'' && c != '’' {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The words of a ticket, folded once for all rules.
#[derive(Debug)]
pub struct Words(String);

impl Words {
    pub fn of(subject: &str, description: &str) -> Self {
        let start: String = description.chars().take(LOOKED_AT).collect();
        // The bar keeps a phrase from beginning in the subject and ending in the description.
        Self(format!(" {} | {} ", fold(subject), fold(&start)))
    }

    /// Whether `keyword` occurs, at a word's beginning and, unless it ends in `*`, to a word's end.
    pub fn contain(&self, keyword: &Keyword) -> bool {
        match keyword.as_str().strip_suffix('*') {
            Some(beginning) => self.0.contains(&format!(" {beginning}")),
            None => self.0.contains(&format!(" {} ", keyword.as_str())),
        }
    }
}

/// Tries `rules` in their order on a ticket of `category` that says `words`.
pub fn decide(rules: &[Rule], category: Option<CategoryId>, words: &Words) -> Verdict {
    for rule in rules {
        if rule.category.is_some() && rule.category != category {
            continue;
        }
        let found = rule.keywords.iter().find(|keyword| words.contain(keyword));
        if found.is_none() && !rule.keywords.is_empty() {
            continue;
        }
        let because = match found {
            Some(keyword) => format!("Rule “{}” matched: the text says “{}”.", rule.name, keyword.as_str()),
            None => format!("Rule “{}” matched by category.", rule.name),
        };
        return Verdict { rule: Some(rule.id), priority: rule.set_priority, team: rule.set_team, because };
    }
    let because = match rules.len() {
        0 => "There are no routing rules.".to_owned(),
        1 => "The one routing rule did not match.".to_owned(),
        n => format!("None of the {n} routing rules matched."),
    };
    Verdict { because, ..Verdict::default() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn rule(n: u128, keywords: &[&str]) -> Rule {
        Rule {
            id: RuleId::from_uuid(Uuid::from_u128(n)),
            name: format!("rule {n}"),
            category: None,
            keywords: keywords.iter().map(|k| Keyword::try_from((*k).to_owned()).unwrap()).collect(),
            set_priority: Some(Priority::High),
            set_team: None,
        }
    }

    fn says(subject: &str, keyword: &str) -> bool {
        Words::of(subject, "").contain(&Keyword::try_from(keyword.to_owned()).unwrap())
    }

    #[test]
    fn a_keyword_is_a_whole_word_in_any_case() {
        assert!(says("My VPN is down!", "vpn"));
        assert!(says("vpn", "VPN"));
        assert!(!says("The vpns are fine", "vpn"));
        assert!(says("The vpns are fine", "vpn*"));
        assert!(says("Please re-calibrate: it’s off", "re-calibrate"));
        assert!(says("Größe unklar", "GRÖSSE") || says("Größe unklar", "größe"));
    }

    #[test]
    fn a_phrase_does_not_reach_from_the_subject_into_the_description() {
        let words = Words::of("It is out of", "stock photos");
        assert!(!words.contain(&Keyword::try_from("out of stock".to_owned()).unwrap()));
    }

    #[test]
    fn what_no_rule_matches_is_said_so() {
        let verdict = decide(&[rule(1, &["vpn"])], None, &Words::of("Hello", ""));
        assert_eq!(verdict.rule, None);
        assert_eq!(verdict.because, "The one routing rule did not match.");
    }

    #[test]
    fn a_category_and_a_keyword_must_both_hold() {
        let category = CategoryId::from_uuid(Uuid::from_u128(7));
        let both = [Rule { category: Some(category), ..rule(1, &["vpn"]) }];
        let words = Words::of("vpn", "");
        assert!(decide(&both, Some(category), &words).rule.is_some());
        assert!(decide(&both, None, &words).rule.is_none());
        assert!(decide(&both, Some(category), &Words::of("mail", "")).rule.is_none());
    }

    proptest! {
        #[test]
        fn the_first_that_matches_decides_whatever_comes_after(
            words in prop::collection::vec("[a-c]{1,2}", 1..6),
            rules in prop::collection::vec(prop::collection::vec("[a-c]{1,2}", 1..3), 0..6),
        ) {
            let text = Words::of(&words.join(" "), "");
            let rules: Vec<Rule> = rules.iter().enumerate()
                .map(|(n, keys)| rule(n as u128, &keys.iter().map(String::as_str).collect::<Vec<_>>()))
                .collect();
            let first = rules.iter().find(|r| r.keywords.iter().any(|k| words.iter().any(|w| w == k.as_str())));
            prop_assert_eq!(decide(&rules, None, &text).rule, first.map(|r| r.id));
        }

        #[test]
        fn folding_twice_changes_nothing(raw in ".{0,80}") {
            let once = fold(&raw);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn any_text_is_found_in_itself(raw in "[\\PC]{1,50}") {
            if let Ok(keyword) = Keyword::try_from(raw.trim_end_matches('*').to_owned()) {
                prop_assert!(Words::of(&raw, "").contain(&keyword));
                let body = format!("before {raw} after");
                prop_assert!(Words::of("", &body).contain(&keyword));
            }
        }
    }
}
