//! One file for each thing that is measured.
mod calendar;
mod create;
mod live;
mod pages;
mod rest;
mod streams;
mod timers;
mod transfer;

use std::time::Duration;

use clap::ValueEnum;
use kept_app::{core::App, sla::rebuild};
use tokio::time::{Instant, sleep};

use super::{
    Bench, Filled, Outcome, progress,
    table::{Line, Table, Unit},
};

/// What can be measured, in the order in which it is: what leaves most behind comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// From the start of the program to its first page, and its memory at rest.
    Start,
    /// The agents' list page.
    List,
    /// The page of a ticket with 50 messages.
    Ticket,
    /// A list as data, against a bare handler with the same SQL.
    Rest,
    /// Words in the subjects of all tickets.
    Search,
    /// The executive's page.
    Executive,
    /// Bytes that a browser fetches for a page.
    Transfer,
    /// From a change on one server to a stream of the other.
    Live,
    /// Memory that open streams take.
    Streams,
    /// Working time over ten years of a calendar.
    Calendar,
    /// Deriving all clocks from their events anew.
    Replay,
    /// Tickets filed by the public form.
    Create,
    /// Memory after all that.
    Memory,
    /// Ten thousand promises that are missed in the same second.
    Timers,
}

/// Measures all that is wanted. What fails is told, leaves its lines out, and makes the whole fail.
pub async fn all(bench: &Bench<'_>, smallest: Option<&Table>) -> Outcome<Vec<Line>> {
    let mut lines = vec![filled(&bench.filled)];
    quiet(&bench.desk.app).await?;
    for what in What::value_variants().iter().filter(|what| bench.options.wants(**what)) {
        progress(&format!("measuring {}", format!("{what:?}").to_lowercase()));
        let measured = match what {
            What::Start => start(bench).await,
            What::List => pages::list(bench, smallest).await,
            What::Ticket => pages::ticket(bench).await,
            What::Rest => rest::list(bench).await,
            What::Search => pages::search(bench).await,
            What::Executive => pages::executive(bench).await,
            What::Transfer => transfer::pages(bench).await,
            What::Live => live::update(bench).await,
            What::Streams => streams::open(bench).await,
            What::Calendar => calendar::ten_years(),
            What::Replay => replay(bench).await,
            What::Create => create::tickets(bench).await,
            What::Memory => memory(bench),
            What::Timers => timers::due_at_once(bench).await,
        };
        match measured {
            Ok(measured) => lines.extend(measured),
            Err(error) => lines.push(Line::failed(format!("{what:?}").to_lowercase(), error.to_string())),
        }
    }
    Ok(lines)
}

fn filled(filled: &Filled) -> Line {
    let rate = filled.tickets as f64 / filled.took.as_secs_f64();
    let note = format!("{} tickets in {:.1} s", filled.tickets, filled.took.as_secs_f64());
    // A million in five minutes.
    Line::new("filling by COPY, tickets", rate, Unit::PerSecond).at_least(1_000_000.0 / 300.0).note(note)
}

async fn start(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    sleep(Duration::from_secs(3)).await;
    let first = bench.first.first_answer.as_secs_f64();
    Ok(vec![
        Line::new("start of the program to its first page", first, Unit::Seconds).at_most(1.0),
        Line::new("memory at rest", megabytes(bench.first.memory()?.now), Unit::Megabytes).at_most(60.0),
    ])
}

fn memory(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let most = megabytes(bench.first.memory()?.most);
    Ok(vec![Line::new("most memory under load", most, Unit::Megabytes).at_most(200.0)])
}

async fn replay(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let begun = Instant::now();
    let report = rebuild::rebuild(&bench.desk.app, false).await?;
    let took = begun.elapsed().as_secs_f64();
    if let Some((ticket, metric, _)) = report.different.first() {
        return Err(format!("the {metric} of ticket {ticket} is not what its events say").into());
    }
    let million = took * 1e6 / report.events as f64;
    let note = format!("{} events of {} tickets in {took:.1} s", report.events, report.tickets);
    Ok(vec![Line::new("replay, for each 1,000,000 events", million, Unit::Seconds).at_most(10.0).note(note)])
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Waits until the server has caught up with everything that was committed: readers of events, mails, figures
/// by day.
async fn quiet(app: &App) -> Outcome<()> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(3) {
        let busy = sqlx::query_scalar!(
            r#"select exists (select from event_readers r join events e on (e.xid, e.seq) > (r.xid, r.seq))
                   or exists (select from deliveries where state in ('pending', 'sending'))
                   or exists (select from report_deltas) as "busy!""#
        )
        .fetch_one(&app.db)
        .await?;
        if !busy {
            return Ok(());
        }
        sleep(Duration::from_millis(100)).await;
    }
    Err("the server did not catch up within three minutes".into())
}
