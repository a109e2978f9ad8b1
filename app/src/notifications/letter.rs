//! What a mail says, whoever sends it: plain paragraphs, at most one thing to do, maybe a quotation.
//!
//! Every value in it is text. The two templates (HTML and plain) lay it out and escape it; nothing that
//! anybody typed is ever a template.
use askama::Template;

use crate::core::text::one_line;

/// See the [module](self). Built in reading order.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Names the sort of mail in lists and in the log.
    pub template: &'static str,
    pub subject: String,
    pub parts: Vec<Part>,
    /// Holds a link that opens an account: the text is wiped once it has been handed over.
    pub is_secret: bool,
    /// Written by a person, not by a rule: no `Auto-Submitted` header.
    pub is_personal: bool,
}

/// A piece of a letter.
#[derive(Clone, Debug)]
pub enum Part {
    Say(String),
    /// Somebody's message: Markdown as typed for the plain part, sanitised HTML for the other.
    Quote {
        text: String,
        html: String,
    },
    Action {
        label: String,
        link: String,
    },
}

impl Letter {
    /// An empty letter. `subject` is cut to one line, so that it can never start another header.
    pub fn new(template: &'static str, subject: impl AsRef<str>) -> Self {
        let subject = one_line(subject.as_ref());
        Self { template, subject, parts: Vec::new(), is_secret: false, is_personal: false }
    }

    /// A paragraph of plain text.
    #[must_use]
    pub fn say(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Say(text.into()));
        self
    }

    /// What somebody wrote; `html` has been sanitised.
    #[must_use]
    pub fn quote(mut self, text: impl Into<String>, html: impl Into<String>) -> Self {
        self.parts.push(Part::Quote { text: text.into(), html: html.into() });
        self
    }

    /// A button, in plain text the bare link.
    #[must_use]
    pub fn action(mut self, label: impl Into<String>, link: impl Into<String>) -> Self {
        self.parts.push(Part::Action { label: label.into(), link: link.into() });
        self
    }

    #[must_use]
    pub fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    #[must_use]
    pub fn personal(mut self) -> Self {
        self.is_personal = true;
        self
    }

    /// The plain part and the HTML part, with `desk` (the desk's own name) under both.
    ///
    /// # Errors
    /// Never in practice: the templates write to memory.
    pub fn render(&self, desk: &str) -> Result<(String, String), askama::Error> {
        let text = Plain { letter: self, desk }.render()?;
        let html = Html { letter: self, desk }.render()?;
        Ok((text, html))
    }
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none")]
struct Plain<'a> {
    letter: &'a Letter,
    desk: &'a str,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    desk: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_21_values_are_never_templates() {
        let attack = "{{ letter.subject }} {% include \"/etc/passwd\" %} {{7*7}}";
        let letter = Letter::new("test", attack).say(attack).action(attack, "https://desk.example/?a=1&b=2");
        let (text, html) = letter.render("Kept").unwrap();
        assert_eq!(letter.subject, attack);
        assert!(text.contains(attack));
        assert!(!text.contains("49") && !html.contains("49"));
        assert!(html.contains("{{7*7}}"));
    }

    #[test]
    fn threat_17_markup_in_a_paragraph_stays_text() {
        let (_, html) = Letter::new("test", "x").say("<script>alert(1)</script>").render("A & B").unwrap();
        assert!(!html.contains("<script"));
        assert!(html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;"));
        assert!(html.contains("A &amp; B") || html.contains("A &#38; B"));
    }

    #[test]
    fn threat_13_a_subject_never_starts_another_header() {
        let letter = Letter::new("test", "Hello\r\nBcc: victim@example.org\0\n\n<b>body</b>");
        assert!(!letter.subject.chars().any(char::is_control));
    }

    #[test]
    fn a_plain_letter_reads_like_one() {
        let letter = Letter::new("test", "Hello")
            .say("First.")
            .quote("> said\nso", "<p>said</p>")
            .action("Open", "https://x.example/a");
        let (text, _) = letter.render("Acme desk").unwrap();
        assert_eq!(text, "First.\n\n> said\nso\n\nOpen:\nhttps://x.example/a\n\n-- \nAcme desk");
    }
}
