//! The program `kept`: its command line, and the server behind `kept serve`.
// Helpers of tests may fail loudly; clippy.toml excuses only the tests themselves.
#![cfg_attr(test, allow(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

mod bench;
mod calendar;
mod channels;
mod config;
mod database;
mod demo;
mod doctor;
mod http;
mod postgres;
mod serve;
mod sla;
mod telemetry;
#[cfg(test)]
mod testing;
mod workers;
mod written;

use std::process::ExitCode;

// A page is thousands of small strings: with the system's allocator, nearly half of the time that it takes to render.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use clap::{Parser, Subcommand};

/// A self-hosted service desk that keeps its promises.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(config::Serve),
    /// Bring the database up to date, without serving.
    Migrate(config::Data),
    /// The audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Look whether everything that Kept needs is there, and say what to do where not.
    Doctor(config::Serve),
    /// Fill an empty desk with a believable company and its history.
    Demo(demo::Options),
    /// Measure how fast this program is on this machine, on a database of its own that is gone afterwards.
    Bench(bench::Options),
    /// Look into the promises: replay them, explain them.
    #[command(subcommand)]
    Sla(sla::Command),
    /// Reckon with the working hours of a calendar in a file.
    #[command(subcommand)]
    Calendar(calendar::Command),
}

#[derive(Subcommand)]
enum Audit {
    /// Recompute the chain of hashes over everything that happened; fails where it does not hold.
    Verify(config::Data),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(problem) = telemetry::start() {
        eprintln!("kept: {problem}");
        return ExitCode::FAILURE;
    }
    let done = match cli.command {
        Command::Serve(options) => serve::run(options).await,
        Command::Migrate(options) => migrate(&options).await,
        Command::Audit(Audit::Verify(options)) => verify_audit(&options).await,
        Command::Doctor(options) => {
            return if doctor::run(&options).await { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Command::Demo(options) => demo::run(options).await,
        Command::Bench(options) => bench::run(options).await,
        Command::Sla(command) => sla::run(command).await,
        Command::Calendar(command) => calendar::run(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("kept: {problem}");
            let mut cause = problem.source();
            while let Some(inner) = cause {
                eprintln!("  because: {inner}");
                cause = inner.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn migrate(options: &config::Data) -> Result<(), Box<dyn std::error::Error>> {
    database::Database::join(options).await?.close().await;
    println!("The database is up to date.");
    Ok(())
}

async fn verify_audit(options: &config::Data) -> Result<(), Box<dyn std::error::Error>> {
    let database = database::Database::join(options).await?;
    let verdict = async {
        let mut db = database.pool.acquire().await?;
        kept_app::audit::verify::run(&mut db).await
    };
    let verdict = verdict.await;
    database.close().await;
    let verdict = verdict?;
    if verdict.broken.is_some() {
        return Err(verdict.to_string().into());
    }
    println!("{verdict}");
    Ok(())
}
