//! `kept sla`: looks into the promises of a desk with the same engine that keeps them.
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use clap::Subcommand;
use kept_app::{
    core::{Actor, App, Tx},
    sla::{
        rebuild, service,
        simulate::{Scenario, simulate},
        why::Why,
    },
    tickets,
};

use crate::{config::Data, database::Database, serve, written};

/// `kept sla`
#[derive(Subcommand)]
pub enum Command {
    /// Replay a history told in a file and print, as JSON, what becomes of its promises.
    Simulate {
        /// The scenario, as JSON; `docs/sla/README.md` has its form.
        scenario: PathBuf,
        /// Until this instant (RFC 3339), which is included; without it, until the last event.
        #[arg(long)]
        until: Option<DateTime<FixedOffset>>,
    },
    #[command(flatten)]
    OfDesk(OfDesk),
}

/// What looks into a desk's own promises.
#[derive(Subcommand)]
pub enum OfDesk {
    /// Replay every ticket's facts and write the clocks anew where they differ.
    Rebuild {
        #[command(flatten)]
        data: Data,
        /// Only report differences, change nothing; fails if there are any.
        #[arg(long)]
        check: bool,
    },
    /// Tell why the promises of a ticket are due when they are.
    Explain {
        #[command(flatten)]
        data: Data,
        /// The ticket's number.
        number: i64,
    },
}

/// Differences were found; they are listed above.
#[derive(Debug, thiserror::Error)]
#[error("{0} clocks are not what their events say")]
struct Different(usize);

/// Does what the command says.
pub async fn run(command: Command) -> Result<(), Box<dyn std::error::Error>> {
    match command {
        Command::Simulate { scenario, until } => replay_file(&scenario, until),
        Command::OfDesk(command) => of_desk(command).await,
    }
}

async fn of_desk(command: OfDesk) -> Result<(), Box<dyn std::error::Error>> {
    let data = match &command {
        OfDesk::Rebuild { data, .. } | OfDesk::Explain { data, .. } => data.clone(),
    };
    let database = Database::join(&data).await?;
    let app = serve::assemble_offline(&data.data, database.pool.clone()).await?;
    let done = match command {
        OfDesk::Rebuild { check, .. } => replay_all(&app, check).await,
        OfDesk::Explain { number, .. } => explain(&app, number).await,
    };
    database.close().await;
    done
}

fn replay_file(file: &Path, until: Option<DateTime<FixedOffset>>) -> Result<(), Box<dyn std::error::Error>> {
    let report = written::read(file, |scenario: Scenario| simulate(&scenario, until.map(|at| at.to_utc())))?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

async fn replay_all(app: &App, check: bool) -> Result<(), Box<dyn std::error::Error>> {
    let start = std::time::Instant::now();
    let report = rebuild::rebuild(app, !check).await?;
    let took = start.elapsed().as_secs_f64();
    println!("{} tickets with {} events replayed in {took:.1} s", report.tickets, report.events);
    for (ticket, metric, cycle) in &report.different {
        println!("ticket {ticket}: {metric} {cycle} {}", if check { "differs" } else { "was written anew" });
    }
    match report.different.len() {
        0 => {
            println!("No clock differs.");
            Ok(())
        }
        _ if !check => Ok(()),
        count => Err(Different(count).into()),
    }
}

async fn explain(app: &App, number: i64) -> Result<(), Box<dyn std::error::Error>> {
    let mut tx = Tx::read(app, Actor::System).await?;
    let ticket = tickets::service::find(&mut tx, number).await?;
    let why = service::explain(&mut tx, ticket.ticket).await?;
    print!("{}", told(&why, tx.now.timestamp()));
    Ok(())
}

/// The explanation as plain text.
fn told(why: &Why, now: i64) -> String {
    let mut lines = vec![why.terms.clone().unwrap_or_else(|| "Nothing is promised.".to_owned())];
    for promise in &why.promises {
        lines.push(String::new());
        lines.push(format!("{}: {} ({})", promise.name, promise.view.at(now).words, promise.detail));
        lines.push(format!("  {}; hours: {}", promise.used, promise.hours));
        for step in &promise.steps {
            let detail = step.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
            lines.push(format!("  {:>9}  {}{detail}", step.length, step.what));
        }
    }
    lines.push(String::new());
    lines.extend(why.trace.iter().cloned());
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use jsonschema::{Registry, Validator};
    use serde_json::Value;

    use super::*;

    fn json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    /// The documented forms, with what each says of the others.
    fn forms() -> [Value; 3] {
        [
            json(include_str!("../docs/sla/calendar.schema.json")),
            json(include_str!("../docs/sla/scenario.schema.json")),
            json(include_str!("../docs/sla/report.schema.json")),
        ]
    }

    fn complaints(form: &Value, document: &Value) -> Vec<String> {
        let known = forms();
        let mut registry = Registry::new();
        for form in &known {
            registry = registry.add(form["$id"].as_str().unwrap(), form).unwrap();
        }
        let registry = registry.prepare().unwrap();
        let validator: Validator = jsonschema::options().with_registry(&registry).build(form).unwrap();
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    /// Written anew by `kept sla simulate docs/sla/scenario.json > docs/sla/report.json`.
    #[test]
    fn the_documented_answer_is_what_is_printed() {
        let scenario: Scenario = serde_json::from_str(include_str!("../docs/sla/scenario.json")).unwrap();
        let report = serde_json::to_string_pretty(&simulate(&scenario, None).unwrap()).unwrap();
        assert_eq!(report, include_str!("../docs/sla/report.json").trim_end());
    }

    #[test]
    fn the_documented_forms_are_those_of_the_examples() {
        let [calendar, scenario, report] = forms();
        let example = json(include_str!("../docs/sla/scenario.json"));
        assert_eq!(complaints(&scenario, &example), Vec::<String>::new());
        assert_eq!(complaints(&report, &json(include_str!("../docs/sla/report.json"))), Vec::<String>::new());
        for named in example["calendars"].as_object().unwrap().values() {
            assert_eq!(complaints(&calendar, named), Vec::<String>::new());
        }
        let mut wrong = example;
        wrong["events"][0]["kind"] = json("\"exploded\"");
        assert!(!complaints(&scenario, &wrong).is_empty());
        assert!(!complaints(&calendar, &json(r#"{"zone":"UTC","weekly":{"mon":[["25:00","26:00"]]}}"#)).is_empty());
    }
}
