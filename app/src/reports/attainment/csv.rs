//! The report as a file for spreadsheets: the tables of the page under each other.
use std::fmt::Write as _;

use super::model::{SlaReport, Tally};
use crate::ui::figures::decimal;

/// Commas between values, a line feed after each row; the first names the columns.
pub fn csv(report: &SlaReport) -> String {
    let mut file = "by,name,from,to,kept,missed,of,percent\n".to_owned();
    let mut row = |by: &str, name: &str, tally: Tally| {
        let percent = tally.kept().map(|kept| decimal(kept, 1)).unwrap_or_default();
        let (by, name) = (cell(by), cell(name));
        let (from, to, Tally { met, missed }) = (report.from, report.to, tally);
        // Writing to a String cannot fail.
        let _ = writeln!(file, "{by},{name},{from},{to},{met},{missed},{},{percent}", tally.n());
    };
    row("All", "", report.all);
    for group in &report.groups {
        for line in &group.lines {
            row(group.by.label(), &line.name, line.tally);
        }
    }
    file
}

/// In quotes where it needs them. What a spreadsheet would take for a formula becomes a text.
fn cell(text: &str) -> String {
    let guarded = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_typed_are_neither_columns_nor_formulas() {
        assert_eq!(cell("Cloud"), "Cloud");
        assert_eq!(cell("Gold, \"fast\""), "\"Gold, \"\"fast\"\"\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@cmd,x"), "\"'@cmd,x\"");
    }
}
