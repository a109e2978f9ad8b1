//! The conditions of a policy as they are typed: one line each, its values by name and with commas between.

use std::collections::BTreeSet;

use super::text;
use crate::sla::model::{Condition, Field};
use crate::sla::views::{Named, Typed};
use crate::tickets::model::{Channel, Priority};

/// The most commas that a name may have.
const COMMAS: usize = 4;

/// Fills in line `index`.
pub fn type_in(typed: &mut Typed, index: usize, condition: &Condition, named: &[Named]) {
    typed.insert(format!("conditions.{index}.field"), condition.field.as_str().to_owned());
    typed.insert(format!("conditions.{index}.not"), if condition.not { "not" } else { "is" }.to_owned());
    typed.insert(format!("conditions.{index}"), names(condition, named).join(", "));
}

/// The values as people read them.
#[must_use]
pub fn names(condition: &Condition, named: &[Named]) -> Vec<String> {
    let name = |value: &String| {
        let is = |named: &&Named| named.field == condition.field.as_str() && named.id.to_string() == *value;
        named.iter().find(is).map_or_else(|| value.clone(), |named| named.name.clone())
    };
    condition.values.iter().map(name).collect()
}

/// A list of conditions as people say it.
#[must_use]
pub fn sentence(conditions: &[Condition], named: &[Named]) -> String {
    let said = conditions.iter().map(|condition| {
        let verb = if condition.not { "is not" } else { "is" };
        format!("{} {verb} {}", condition.field.as_str(), names(condition, named).join(" or "))
    });
    let said: Vec<_> = said.collect();
    if said.is_empty() { "Always matches".to_owned() } else { said.join(" and ") }
}

/// Everything typed in conditions that may be a name, in lower case: what lies between two commas, and with some commas
/// in it.
#[must_use]
pub fn words(typed: &Typed) -> Vec<String> {
    let is_line = |field: &str| field.strip_prefix("conditions.").is_some_and(|rest| rest.parse::<usize>().is_ok());
    let mut words = BTreeSet::new();
    for (_, line) in typed.iter().filter(|(field, _)| is_line(field)) {
        let starts = starts(line);
        for from in 0..starts.len() {
            words.extend(spans(line, &starts, from).map(|(name, _)| name.to_lowercase()));
        }
    }
    // What no name can have is not asked for.
    words.retain(|word| !word.is_empty() && !word.contains(char::is_control));
    words.into_iter().collect()
}

/// Where a name may begin.
fn starts(line: &str) -> Vec<usize> {
    std::iter::once(0).chain(line.match_indices(',').map(|(comma, _)| comma + 1)).collect()
}

/// What may be a name from the start of that place on, the longest first, and the place after it.
fn spans<'a>(line: &'a str, starts: &[usize], from: usize) -> impl Iterator<Item = (&'a str, usize)> {
    let begins = starts[from];
    let ends: Vec<_> = (from + 1..=starts.len())
        .take(COMMAS + 1)
        .map(|next| (starts.get(next).map_or(line.len(), |start| start - 1), next))
        .collect();
    ends.into_iter().rev().map(move |(end, next)| (line[begins..end].trim(), next))
}

/// The values of a line: a name with a comma in it is one.
fn values(line: &str, is_name: impl Fn(&str) -> bool) -> Vec<&str> {
    let starts = starts(line);
    let (mut found, mut place) = (Vec::new(), 0);
    while place < starts.len() {
        let spans: Vec<_> = spans(line, &starts, place).collect();
        let known = spans.iter().find(|(name, _)| is_name(name)).or(spans.last());
        let (value, next) = known.copied().unwrap_or((line, starts.len()));
        found.extend(Some(value).filter(|value| !value.is_empty()));
        place = next;
    }
    found
}

/// What line `index` says; nothing where it is empty.
///
/// # Errors
/// What cannot be read.
pub fn read(typed: &Typed, index: usize, named: &[Named]) -> Result<Option<Condition>, String> {
    let said = text(typed, &format!("conditions.{index}"));
    if said.is_empty() {
        return Ok(None);
    }
    if said.contains(char::is_control) {
        return Err("Take out what cannot be seen, such as a tab".to_owned());
    }
    let field = text(typed, &format!("conditions.{index}.field"));
    let field: Field = field.parse().map_err(|()| "Choose what is asked about".to_owned())?;
    let not = text(typed, &format!("conditions.{index}.not")) == "not";
    let id_of = |said: &str| {
        let is = |named: &&Named| named.field == field.as_str() && named.name.to_lowercase() == said.to_lowercase();
        named.iter().find(is).map(|named| named.id.to_string())
    };
    let values = values(said, |said| id_of(said).is_some()).into_iter().map(|said| value_of(field, said, id_of));
    Ok(Some(Condition { field, not, values: values.collect::<Result<_, _>>()? }))
}

/// The lines that say something, as they were typed: `plan is Gold, Priority`.
#[must_use]
pub fn lines(typed: &Typed) -> Vec<String> {
    let line = |index: usize| {
        let name = format!("conditions.{index}");
        let (field, values) = (text(typed, &format!("{name}.field")), text(typed, &name));
        let verb = if text(typed, &format!("{name}.not")) == "not" { "is not" } else { "is" };
        (!values.is_empty()).then(|| format!("{field} {verb} {values}"))
    };
    (0..super::lines(typed, "conditions")).filter_map(line).collect()
}

/// What a condition keeps for a word: the id of what has one, the word otherwise.
fn value_of(field: Field, said: &str, id_of: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let word = said.to_lowercase();
    match field {
        Field::Category | Field::Team | Field::Organisation => {
            id_of(said).ok_or_else(|| format!("There is no {} called “{said}”", field.as_str()))
        }
        Field::Customer => id_of(said).ok_or_else(|| format!("Nobody is known by the address “{said}”")),
        Field::Priority => {
            let known = word.parse::<Priority>().map(|priority| priority.as_str().to_owned());
            known.map_err(|()| format!("“{said}” is not a priority: low, normal, high or urgent"))
        }
        Field::Channel => {
            let known = Channel::ALL
                .into_iter()
                .find(|channel| [channel.as_str().to_owned(), channel.label().to_lowercase()].contains(&word));
            let all = Channel::ALL.map(Channel::as_str).join(", ");
            known.map(|channel| channel.as_str().to_owned()).ok_or_else(|| format!("“{said}” is not a channel: {all}"))
        }
        Field::Service | Field::Location => Err(format!("Tickets do not have a {} yet", field.as_str())),
        Field::Plan | Field::Tag => Ok(said.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(field: &str, name: &str) -> Named {
        Named { field: field.into(), id: crate::core::id::fresh(), name: name.into() }
    }

    fn line(field: Field, values: &str) -> Typed {
        Typed::from([
            ("conditions.0".to_owned(), values.to_owned()),
            ("conditions.0.field".to_owned(), field.as_str().to_owned()),
        ])
    }

    fn read_line(field: Field, values: &str, named: &[Named]) -> Result<Vec<String>, String> {
        Ok(read(&line(field, values), 0, named)?.map(|condition| condition.values).unwrap_or_default())
    }

    #[test]
    fn a_name_with_commas_is_one_value() {
        let all = [named("organisation", "Acme, Inc."), named("organisation", "Acme"), named("organisation", "Delta")];
        let id = |index: usize| all[index].id.to_string();
        let read = |values| read_line(Field::Organisation, values, &all);
        assert_eq!(read("Delta, acme, inc., Acme"), Ok(vec![id(2), id(0), id(1)]));
        assert_eq!(read("Acme,Delta,"), Ok(vec![id(1), id(2)]));
        assert_eq!(read("Acme, Ltd."), Err("There is no organisation called “Ltd.”".to_owned()));
        let condition = Condition { field: Field::Organisation, not: true, values: vec![id(0), id(2)] };
        let mut typed = Typed::new();
        type_in(&mut typed, 0, &condition, &all);
        assert_eq!(super::read(&typed, 0, &all), Ok(Some(condition)));
        assert_eq!(words(&line(Field::Organisation, "Acme, Inc.")), ["acme", "acme, inc.", "inc."]);
    }

    #[test]
    fn what_no_ticket_can_have_is_refused() {
        assert!(read_line(Field::Channel, "fax", &[]).is_err_and(|why| why.contains("email")));
        assert_eq!(read_line(Field::Channel, "E-mail, phone", &[]), Ok(vec!["email".to_owned(), "phone".to_owned()]));
        assert!(read_line(Field::Customer, "nobody@example.com", &[]).is_err());
        let ada = [named("customer", "ada@example.com")];
        assert_eq!(read_line(Field::Customer, "Ada@example.com", &ada), Ok(vec![ada[0].id.to_string()]));
        assert!(read_line(Field::Service, "Printing", &[]).is_err());
        assert!(read_line(Field::Tag, "v\0ip", &[]).is_err() && words(&line(Field::Tag, "v\0ip")).is_empty());
        assert_eq!(read_line(Field::Tag, "vip, vvip", &[]), Ok(vec!["vip".to_owned(), "vvip".to_owned()]));
    }
}
