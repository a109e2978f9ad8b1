//! The report as a file for spreadsheets and programs: the tables of the page under each other.
use std::fmt::Write as _;

use chrono::NaiveDate;

use super::model::{By, SlaReport, Tally};

/// The columns: of what kind a row is; what programs know it by and what it is called; its first and last day; how many
/// promises were kept and missed, and of how many that is, as plain integers; and the share that was kept in percent,
/// with a point and one decimal as on the page, empty where none came due. Days are as in ISO 8601.
const COLUMNS: &str = "by,key,name,from,to,kept,missed,n,percent_kept";

/// Commas between values, a line feed after each row; the first names the columns.
pub fn csv(report: &SlaReport) -> String {
    let mut file = format!("{COLUMNS}\n");
    let mut row = |by: &str, key: &str, name: &str, (from, to): (NaiveDate, NaiveDate), tally: Tally| {
        let percent = tally.kept().map(|kept| format!("{kept:.1}")).unwrap_or_default();
        let (key, name, Tally { met, missed }) = (cell(key), cell(name), tally);
        // Writing to a String cannot fail.
        let _ = writeln!(file, "{by},{key},{name},{from},{to},{met},{missed},{},{percent}", tally.n());
    };
    row("all", "", "", (report.from, report.to), report.all);
    for group in &report.groups {
        for line in &group.lines {
            // A week is told by its Monday, as programs read it.
            let name = if group.by == By::Week { &line.key } else { &line.name };
            row(group.by.as_str(), &line.key, name, line.days, line.tally);
        }
    }
    file
}

/// In quotes where it needs them. What a spreadsheet would take for a formula becomes a text; some take the wide signs of
/// East Asian keyboards for the same.
fn cell(text: &str) -> String {
    const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    let guarded = if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() };
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
        for sign in ["+", "-", "\t", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}"] {
            assert_eq!(cell(&format!("{sign}1")), format!("'{sign}1"));
        }
        assert_eq!(cell("\n=1"), "\"'\n=1\"");
    }
}
