//! What a form says, thing by thing and as people read it: to tell what it would change, and to bring together what two
//! people changed at once.

use std::collections::BTreeMap;

use crate::sla::views::{Difference, Typed};

/// How many lines of a long text are told.
const LINES: usize = 5;

/// One thing that a form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The fields that say it, by what their names have in common.
    pub group: String,
    /// What it is about: `First reply, urgent`.
    pub what: String,
    /// `30 min`; of a list, a line for each.
    pub text: String,
}

impl Said {
    /// Something that is said in `group` about `what`.
    pub fn new(group: impl Into<String>, what: impl Into<String>, text: impl Into<String>) -> Self {
        Self { group: group.into(), what: what.into(), text: text.into() }
    }
}

/// What `after` says otherwise than `before`. Both are of the same form.
#[must_use]
pub fn differences(before: &[Said], after: &[Said]) -> Vec<Difference> {
    let texts = texts(before);
    let differs = |said: &&Said| texts.get(said.group.as_str()).is_none_or(|text| *text != said.text);
    let told = after.iter().filter(differs).map(|said| {
        let was = texts.get(said.group.as_str()).copied().unwrap_or_default();
        let stays = said.text.lines().any(|line| was.lines().any(|known| known == line));
        Difference { what: said.what.clone(), was: without(was, &said.text), becomes: without(&said.text, was), stays }
    });
    told.collect()
}

fn texts(said: &[Said]) -> BTreeMap<&str, &str> {
    said.iter().map(|said| (said.group.as_str(), said.text.as_str())).collect()
}

/// The lines of `text` that are not in `other`.
fn without(text: &str, other: &str) -> String {
    let lines: Vec<_> = text.lines().filter(|line| other.lines().all(|known| known != *line)).collect();
    let told = lines.iter().take(LINES).copied().collect::<Vec<_>>().join("; ");
    if lines.len() > LINES { format!("{told}; and {} more", lines.len() - LINES) } else { told }
}

/// What two people made of the same form: `mine`, with what they published where I had left it as it was in `base`. What
/// both changed stays mine.
///
/// `says` tells what a form says; `group` to which of it a field belongs.
#[must_use]
pub fn merge(
    base: &Typed,
    mine: Typed,
    theirs: &Typed,
    says: impl Fn(&Typed) -> Vec<Said>,
    group: impl Fn(&str) -> String,
) -> Typed {
    let (before, now) = (says(base), says(&mine));
    let before = texts(&before);
    let untouched = now.iter().filter(|said| before.get(said.group.as_str()) == Some(&said.text.as_str()));
    let untouched: Vec<_> = untouched.map(|said| said.group.clone()).collect();
    let is_theirs = |field: &str| untouched.contains(&group(field));
    let mut merged = mine;
    merged.retain(|field, _| !is_theirs(field));
    let taken = theirs.iter().filter(|(field, _)| is_theirs(field));
    merged.extend(taken.map(|(field, text)| (field.clone(), text.clone())));
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Typed {
        fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect()
    }

    /// Of a form with `name`, and a list whose fields are `step.0`, `step.1` and so on.
    fn says(typed: &Typed) -> Vec<Said> {
        let steps: Vec<_> =
            typed.iter().filter(|(field, _)| field.starts_with("step")).map(|(_, text)| text.as_str()).collect();
        vec![Said::new("name", "Name", typed["name"].clone()), Said::new("step", "Steps", steps.join("\n"))]
    }

    fn group(field: &str) -> String {
        field.split('.').next().unwrap_or_default().to_owned()
    }

    #[test]
    fn what_i_left_alone_is_taken_from_whoever_was_faster_and_what_both_changed_stays_mine() {
        let base = form(&[("name", "Gold"), ("step.0", "50"), ("step.1", "80")]);
        let theirs = form(&[("name", "Golden"), ("step.0", "80")]);
        let mine = form(&[("name", "Gold"), ("step.0", "50"), ("step.1", "90"), ("seen", "4")]);
        let merged = merge(&base, mine, &theirs, says, group);
        assert_eq!(merged, form(&[("name", "Golden"), ("step.0", "50"), ("step.1", "90"), ("seen", "4")]));
        let merged =
            merge(&base, form(&[("name", "Silver"), ("step.0", "50"), ("step.1", "80")]), &theirs, says, group);
        assert_eq!(merged, form(&[("name", "Silver"), ("step.0", "80")]));
    }

    #[test]
    fn a_difference_tells_the_lines_that_differ() {
        let said = |lines: &[&str]| vec![Said::new("days", "Days", lines.join("\n"))];
        let days: Vec<_> = (1..=8).map(|day| format!("day {day}")).collect();
        let days: Vec<_> = days.iter().map(String::as_str).collect();
        assert_eq!(differences(&said(&days), &said(&days)), []);
        let told = differences(&said(&["day 1", "old"]), &said(&days));
        assert_eq!(
            (told[0].was.as_str(), told[0].becomes.as_str()),
            ("old", "day 2; day 3; day 4; day 5; day 6; and 2 more")
        );
        assert!(told[0].stays && differences(&said(&["old"]), &said(&["new"])).iter().all(|told| !told.stays));
    }
}
