//! What was typed to be sought in a list.

/// Where words are looked for. What many tickets have fills a page from the first rows of the list, where the
/// index of words would bring up all of them only to have them sorted; of rarer words it knows the few.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// In the first [`NEAR`] rows that the list would have without them.
    Near,
    Everywhere,
}

/// Taking the words of a subject apart costs 10 µs, so that looking in vain takes 10 ms; and of 100,000 tickets a word
/// that is too rare to fill a page here brings up at most 5,000 by the index.
pub const NEAR: usize = 1_000;

pub enum Text {
    Number(i64),
    /// As `to_tsquery` takes them.
    Words(String),
    /// Signs alone: nothing has them.
    Nothing,
}

impl Text {
    /// `vpn down` as `'vpn':* & 'down':*`. Quoted, so nothing in it is an operator.
    pub fn of(text: &str) -> Self {
        if let Ok(number) = text.trim_start_matches('#').parse() {
            return Self::Number(number);
        }
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(8)
            .map(|word| format!("'{word}':*"))
            .collect();
        if words.is_empty() { Self::Nothing } else { Self::Words(words.join(" & ")) }
    }
}
