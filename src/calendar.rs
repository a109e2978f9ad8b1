//! `kept calendar`: working time by a calendar in a file, counted by the engine that keeps the promises.
//!
//! The file's form is documented in `docs/sla/README.md`; what is printed is for programs and does not change.
use std::{
    error::Error,
    path::{Path, PathBuf},
};

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};
use clap::{Args, Subcommand};
use kept_app::sla::calendar::{Calendar, ical};

use crate::written;

/// `kept calendar`
#[derive(Subcommand)]
pub enum Command {
    /// Print how many seconds are worked between two instants.
    Elapsed {
        #[command(flatten)]
        stretch: Stretch,
    },
    /// Print the instant at which so many seconds have been worked.
    Due {
        /// The calendar, as JSON.
        #[arg(long)]
        calendar: PathBuf,
        /// An instant (RFC 3339).
        #[arg(long)]
        from: DateTime<FixedOffset>,
        /// Working seconds.
        #[arg(long)]
        seconds: u32,
    },
    /// Print the holidays of a calendar file (.ics), as JSON for the calendar's `holidays`.
    Import {
        /// The file, as Google, Outlook, Nextcloud or a public office gives it out.
        file: PathBuf,
        /// The calendar's time zone: hours in the file are read in it.
        #[arg(long)]
        zone: String,
    },
    /// Print what is worked between two instants: the start and the end of each interval, one a line.
    Intervals {
        #[command(flatten)]
        stretch: Stretch,
    },
}

/// A stretch of time, looked at by a calendar.
#[derive(Args)]
pub struct Stretch {
    /// The calendar, as JSON.
    #[arg(long)]
    calendar: PathBuf,
    /// Its first instant (RFC 3339).
    #[arg(long)]
    from: DateTime<FixedOffset>,
    /// The first instant after it (RFC 3339).
    #[arg(long)]
    to: DateTime<FixedOffset>,
}

/// Does what the command says.
pub fn run(command: &Command) -> Result<(), Box<dyn Error>> {
    #[allow(clippy::disallowed_methods)] // for rules without end, which are written out for the years to come
    let (answer, notes) = answer(command, Utc::now())?;
    for note in notes {
        eprintln!("{note}");
    }
    print!("{answer}");
    Ok(())
}

/// What is printed, and what to know of it.
fn answer(command: &Command, now: DateTime<Utc>) -> Result<(String, Vec<String>), Box<dyn Error>> {
    if let Command::Import { file, zone } = command {
        return import(file, zone, now);
    }
    Ok((reckon(command)?, Vec::new()))
}

fn import(file: &Path, zone: &str, now: DateTime<Utc>) -> Result<(String, Vec<String>), Box<dyn Error>> {
    let at_file = |cause: &dyn Error| format!("{}: {cause}", file.display());
    let zone = zone.parse().map_err(|_| format!("“{zone}” is not a time zone, such as Europe/Madrid"))?;
    let bytes = std::fs::read(file).map_err(|cause| at_file(&cause))?;
    let imported = ical::read(&bytes, zone, now).map_err(|cause| at_file(&cause))?;
    Ok((format!("{}\n", serde_json::to_string_pretty(&imported.holidays)?), imported.notes))
}

fn reckon(command: &Command) -> Result<String, Box<dyn Error>> {
    Ok(match command {
        Command::Import { .. } => String::new(),
        Command::Elapsed { stretch: Stretch { calendar, from, to } } => {
            format!("{}\n", read(calendar)?.elapsed(from.to_utc(), to.to_utc()).num_seconds())
        }
        Command::Due { calendar, from, seconds } => {
            let calendar = read(calendar)?;
            let due = calendar.due(from.to_utc(), TimeDelta::seconds((*seconds).into()))?;
            format!("{}\n", local(&calendar, due))
        }
        Command::Intervals { stretch: Stretch { calendar, from, to } } => {
            let calendar = read(calendar)?;
            let hours = calendar.intervals(from.to_utc(), to.to_utc());
            let line = |(from, to)| format!("{} {}\n", local(&calendar, from), local(&calendar, to));
            hours.intervals().iter().map(|interval| line((interval.from, interval.to))).collect()
        }
    })
}

/// RFC 3339, with the offset that the calendar's zone has then.
fn local(calendar: &Calendar, at: DateTime<Utc>) -> String {
    at.with_timezone(&calendar.zone()).to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// The calendar in a file.
fn read(file: &Path) -> Result<Calendar, Box<dyn Error>> {
    written::read(file, Calendar::new)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(subcommand)]
        command: Command,
    }

    /// What is printed for the words after `kept calendar`, with the calendar `json`; or what is said instead.
    fn said(json: &str, words: &[&str]) -> Result<String, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(json.as_bytes()).unwrap();
        let path = file.path().to_str().unwrap();
        let words = ["kept"].iter().chain(words).copied().chain(["--calendar", path]);
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        reckon(&cli.command).map_err(|error| error.to_string().replace(path, "FILE"))
    }

    /// The documented example.
    const MADRID: &str = r#"{"zone":"Europe/Madrid",
        "weekly":{"mon":[["09:00","13:00"],["14:00","18:00"]],"thu":[["09:00","18:00"]],"fri":[["22:00","06:00"]]},
        "holidays":[{"date":"2026-12-25"},{"date":"2026-12-24","from":"14:00","to":"24:00"},{"month_day":"01-01"}],
        "overrides":{"2026-11-28":[["10:00","14:00"]]}}"#;

    #[test]
    fn seconds_that_are_worked_are_counted() {
        let day = ["elapsed", "--from", "2026-11-30T00:00:00+01:00", "--to", "2026-12-01T00:00:00+01:00"];
        assert_eq!(said(MADRID, &day), Ok("28800\n".into()));
        let eve = ["elapsed", "--from", "2026-12-24T00:00:00Z", "--to", "2026-12-26T12:00:00Z"];
        assert_eq!(
            said(MADRID, &eve),
            Ok("39600\n".into()),
            "until 14:00, and of the holiday’s night the next day’s part"
        );
        let back = ["elapsed", "--from", "2026-12-01T00:00:00Z", "--to", "2026-11-30T00:00:00Z"];
        assert_eq!(said(MADRID, &back), Ok("0\n".into()));
    }

    #[test]
    fn a_due_time_has_the_offset_of_its_season() {
        let due = |from, seconds| said(MADRID, &["due", "--from", from, "--seconds", seconds]);
        assert_eq!(due("2026-11-30T08:30:00Z", "14400"), Ok("2026-11-30T14:30:00+01:00\n".into()), "over lunch");
        assert_eq!(
            due("2026-07-20T08:30:00Z", "9000"),
            Ok("2026-07-20T13:00:00+02:00\n".into()),
            "the end, not the next start"
        );
        assert_eq!(due("2026-11-29T12:00:00+02:00", "0"), Ok("2026-11-29T11:00:00+01:00\n".into()));
    }

    #[test]
    fn intervals_are_clipped_to_the_question() {
        let words = ["intervals", "--from", "2026-11-27T22:30:00Z", "--to", "2026-11-30T09:00:00Z"];
        let lines = "2026-11-27T23:30:00+01:00 2026-11-28T06:00:00+01:00\n\
                     2026-11-28T10:00:00+01:00 2026-11-28T14:00:00+01:00\n\
                     2026-11-30T09:00:00+01:00 2026-11-30T10:00:00+01:00\n";
        assert_eq!(said(MADRID, &words), Ok(lines.into()));
    }

    #[test]
    fn holidays_of_a_calendar_file_are_those_of_the_calendars_form() {
        let ics = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY\nSUMMARY:Christmas\nEND:VEVENT\n\
                   BEGIN:VEVENT\nDTSTART:20261224T130000Z\nDTEND:20261224T230000Z\nEND:VEVENT\n\
                   BEGIN:VEVENT\nSUMMARY:Some day\nEND:VEVENT\nEND:VCALENDAR\n";
        let imported = |text: &str, zone: &str| {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let cli = Cli::try_parse_from(["kept", "import", file.path().to_str().unwrap(), "--zone", zone]).unwrap();
            let now = "2026-11-30T12:00:00Z".parse().unwrap();
            answer(&cli.command, now).map_err(|error| error.to_string())
        };
        let (json, notes) = imported(ics, "Europe/Madrid").unwrap();
        let calendar =
            format!(r#"{{"zone":"Europe/Madrid","weekly":{{"thu":[["09:00","18:00"]]}},"holidays":{json}}}"#);
        let day = ["elapsed", "--from", "2026-12-24T00:00:00+01:00", "--to", "2026-12-26T00:00:00+01:00"];
        assert_eq!(said(&calendar, &day), Ok("18000\n".into()), "until 14:00");
        assert_eq!(notes, ["“Some day” has no date that we can read and was left out."]);
        assert!(imported(ics, "Mars").unwrap_err().contains("“Mars” is not a time zone"));
        assert!(imported("no calendar", "UTC").unwrap_err().contains("cannot be read from line 1 on"));
    }

    #[test]
    fn what_is_wrong_with_a_calendar_is_said_at_its_place() {
        let elapsed = ["elapsed", "--from", "2026-11-30T00:00:00Z", "--to", "2026-12-01T00:00:00Z"];
        let wrong = |json| said(json, &elapsed).unwrap_err();
        let zone = wrong(r#"{"zone":"Mars","weekly":{"mon":[["09:00","09:00"]]}}"#);
        assert!(zone.starts_with("FILE: zone: “Mars” is not a time zone"), "{zone}");
        assert!(zone.contains("\nFILE: weekly.mon: 09:00 to 09:00 has no length"), "{zone}");
        assert!(wrong("{").starts_with("FILE: EOF while parsing"));
        assert!(wrong(r#"{"zone":"UTC","weekly":{},"wekly":{}}"#).contains("unknown field `wekly`"));
        let never = said(
            r#"{"zone":"UTC","weekly":{"mon":[["09:00","10:00"]]}}"#,
            &["due", "--from", "soon", "--seconds", "1"],
        );
        assert!(never.unwrap_err().contains("invalid value 'soon' for '--from"));
    }
}
