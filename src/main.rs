//! The program `kept`: its command line, and the server behind `kept serve`.
mod channels;
mod config;
mod http;
mod serve;
mod workers;

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
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Serve(options) => serve::run(options).await,
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("kept: {problem}");
            let mut cause = problem.source();
            while let Some(inner) = cause {
                eprintln!("  because: {inner}");
                cause = inner.source();
            }
            std::process::ExitCode::FAILURE
        }
    }
}
