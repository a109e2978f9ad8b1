//! `kept bench`: the figures that Kept is to reach, measured and printed as a table.
//!
//! For each size there is a private database, filled by COPY ([`desk`]), with a server on it ([`server`]): a
//! process of this same program, loaded over the loopback ([`load`]). Everything below [`measure`] measures one
//! thing and names the figure to reach ([`table`]). Loads are short, go to this machine only and end by themselves.
mod bulk;
mod client;
mod desk;
mod load;
mod measure;
mod server;
mod table;

use std::{error::Error, time::Duration};

use clap::Args;
use kept_app::core::Role;
use tokio::time::{sleep, timeout};

use client::{Ask, Client};
use desk::{Desk, Filled};
use measure::What;
use server::Server;
use table::{Line, Reached, Table};

use crate::serve;

/// What comes of a measurement. Where one fails nothing was measured, and the sentence says why.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// `kept bench`
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// How many tickets the desks hold that are measured, one after the other.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
    tickets: Vec<usize>,
    /// Measure only these, separated by commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<What>,
    /// How long each load lasts, in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many requests are under way at once.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=512))]
    connections: u16,
    /// How many live streams are opened. Each takes a file here and one in the server: see `ulimit -n`.
    #[arg(long, default_value_t = 2_000)]
    streams: usize,
    /// The same seed makes the same desk.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON document instead of tables.
    #[arg(long)]
    json: bool,
}

impl Options {
    fn seconds(&self) -> Duration {
        Duration::from_secs(self.seconds.max(1))
    }

    fn connections(&self) -> usize {
        self.connections.into()
    }

    fn wants(&self, what: What) -> bool {
        self.only.is_empty() || self.only.contains(&what)
    }
}

/// A filled desk with a server on it.
struct Bench<'a> {
    options: &'a Options,
    desk: &'a Desk,
    filled: Filled,
    first: Server,
}

impl Bench<'_> {
    /// Another server on the same desk. Only while it is needed: it follows all that happens, and takes its share of the
    /// machine.
    async fn another(&self) -> Outcome<Server> {
        let server = Server::start(&self.desk.url, &self.desk.data, "second").await?;
        // It answers before it has read where the desk stands, from where on it tells what happens.
        let told = async {
            let agent = Client::open(server.address).await?.sign_in(Role::Agent).await?;
            let ask = Ask::get("/live/poll").of(&agent);
            while Client::open(server.address).await?.send(&ask).await.is_err() {
                sleep(Duration::from_millis(20)).await;
            }
            Outcome::Ok(())
        };
        timeout(Duration::from_secs(10), told).await.map_err(|_| "the second server tells nothing")??;
        Ok(server)
    }
}

/// Measures each size and prints what came out.
pub async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    if cfg!(debug_assertions) {
        eprintln!("This program was not built for speed: its figures say nothing.");
    }
    let mut tables: Vec<Table> = Vec::new();
    for tickets in &options.tickets {
        let table = one_size(&options, *tickets, tables.first()).await.map_err(|error| -> Box<dyn Error> { error })?;
        if !options.json {
            println!("\n{table}");
        }
        tables.push(table);
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&tables)?);
    }
    let failed = tables.iter().flat_map(|table| &table.lines).filter(|line| line.reached == Some(Reached::Failed));
    match failed.count() {
        0 => Ok(()),
        _ => Err("some of it could not be measured; the table says why".into()),
    }
}

/// Measures one size; `smallest` is the first that was measured. Interrupted, it cleans up all the same.
async fn one_size(options: &Options, tickets: usize, smallest: Option<&Table>) -> Outcome<Table> {
    let desk = Desk::open(tickets).await?;
    let measured = tokio::select! {
        lines = measured(options, &desk, tickets, smallest) => lines,
        () = serve::stop_signal() => Err("interrupted".into()),
    };
    desk.close().await;
    Ok(Table { tickets, lines: measured? })
}

async fn measured(options: &Options, desk: &Desk, tickets: usize, smallest: Option<&Table>) -> Outcome<Vec<Line>> {
    progress(&format!("filling a desk with {tickets} tickets"));
    let filled = desk.fill(tickets, options.seed).await?;
    let first = Server::start(&desk.url, &desk.data, "first").await?;
    let bench = Bench { options, desk, filled, first };
    let lines = measure::all(&bench, smallest).await;
    bench.first.stop().await;
    lines
}

/// What is being done, for whoever waits.
fn progress(what: &str) {
    eprintln!("… {what}");
}
