//! `kept sla`: looks into the promises of a desk with the same engine that keeps them.
use clap::Subcommand;
use kept_app::{
    core::{Actor, App, Tx},
    sla::{rebuild, service, why::Why},
    tickets,
};

use crate::{config::Data, database::Database, serve};

/// `kept sla`
#[derive(Subcommand)]
pub enum Command {
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
    let data = match &command {
        Command::Rebuild { data, .. } | Command::Explain { data, .. } => data.clone(),
    };
    let database = Database::join(&data).await?;
    let app = serve::assemble_offline(&data.data, database.pool.clone()).await?;
    let done = match command {
        Command::Rebuild { check, .. } => replay_all(&app, check).await,
        Command::Explain { number, .. } => explain(&app, number).await,
    };
    database.close().await;
    done
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
