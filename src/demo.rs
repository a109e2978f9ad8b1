//! `kept demo`: fills an empty desk with a believable company and its history.
use clap::Args;
use kept_app::{
    core::{App, Error},
    demo::fill::{Outcome, Plan, fill},
};

use crate::{config::Data, database::Database, serve};

/// `kept demo`
#[derive(Args, Clone, Debug)]
pub struct Options {
    #[command(flatten)]
    data: Data,
    /// How many tickets.
    #[arg(long, default_value_t = 2_000)]
    tickets: usize,
    /// The same seed at the same instant makes the same desk.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Fills the desk and says what was done and how long it took.
pub async fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let database = Database::join(&options.data).await?;
    let app = serve::assemble_offline(&options.data.data, database.pool.clone()).await?;
    let start = std::time::Instant::now();
    let done = fill(&app, Plan { tickets: options.tickets, seed: options.seed }).await;
    database.close().await;
    match done? {
        Outcome::Filled { tickets, messages, events } => {
            let took = start.elapsed().as_secs_f64();
            println!("{tickets} tickets with {messages} messages and {events} events in {took:.1} s");
        }
        Outcome::AlreadyThere => println!("The demo is already there; nothing was done."),
    }
    Ok(())
}

/// Before `kept serve --demo` serves: fills an empty desk, and leaves every other as it is.
pub async fn prepare(app: &App, tickets: usize) -> Result<(), Error> {
    match fill(app, Plan { tickets, seed: 1 }).await {
        Ok(Outcome::Filled { tickets, .. }) => println!("The demo begins with {tickets} tickets."),
        Ok(Outcome::AlreadyThere) => {}
        Err(Error::Refused(why)) => tracing::warn!("no demo data: {why}"),
        Err(other) => return Err(other),
    }
    Ok(())
}
