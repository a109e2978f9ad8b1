//! Rows in the text form of Postgres' COPY: the fastest way in.
use std::fmt::{Display, Write as _};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::core::Error;

/// Rows of one table, waiting to be copied.
pub struct Rows {
    statement: String,
    text: String,
    fresh: bool,
}

impl Rows {
    /// For `table` with `columns`, both as SQL writes them; never from outside.
    pub fn of(table: &str, columns: &str) -> Self {
        Self { statement: format!("copy {table} ({columns}) from stdin"), text: String::new(), fresh: true }
    }

    fn field(&mut self) -> &mut String {
        if !self.fresh {
            self.text.push('\t');
        }
        self.fresh = false;
        &mut self.text
    }

    /// A value whose text needs no escaping: ids, numbers, words of an enum.
    pub fn value(&mut self, value: impl Display) -> &mut Self {
        // Writing to a String cannot fail.
        let _ = write!(self.field(), "{value}");
        self
    }

    pub fn option(&mut self, value: Option<impl Display>) -> &mut Self {
        match value {
            Some(value) => self.value(value),
            None => {
                self.field().push_str("\\N");
                self
            }
        }
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        let out = self.field();
        for c in text.chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                c => out.push(c),
            }
        }
        self
    }

    pub fn at(&mut self, at: DateTime<Utc>) -> &mut Self {
        self.value(at.format("%Y-%m-%d %H:%M:%S%.6f+00"))
    }

    pub fn maybe_at(&mut self, at: Option<DateTime<Utc>>) -> &mut Self {
        match at {
            Some(at) => self.at(at),
            None => self.option(None::<&str>),
        }
    }

    /// Ends the row.
    pub fn end(&mut self) {
        self.text.push('\n');
        self.fresh = true;
    }

    /// The rows so far; further ones begin anew.
    pub fn take(&mut self) -> Self {
        let further =
            Self { statement: self.statement.clone(), text: String::with_capacity(self.text.len()), fresh: true };
        std::mem::replace(self, further)
    }

    /// Hands all rows to Postgres.
    pub async fn send(self, db: &mut PgConnection) -> Result<(), Error> {
        if self.text.is_empty() {
            return Ok(());
        }
        let mut copy = db.copy_in_raw(&self.statement).await?;
        copy.send(self.text.as_bytes()).await?;
        copy.finish().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_arrives_as_it_was_whatever_is_in_it() {
        let mut rows = Rows::of("t", "a, b, c");
        rows.text("one\ttwo\n\\three").option(None::<i32>).value(4).end();
        assert_eq!(rows.text, "one\\ttwo\\n\\\\three\t\\N\t4\n");
    }
}
