//! Pages as an agent and an executive open them, rendered on the server.
use std::time::{Duration, Instant};

use kept_app::{
    core::Role,
    desk::api::ListTickets,
    tickets::query::{Filter, ListQuery, View},
};
use leptos::server_fn::ServerFn as _;
use tokio::time::sleep;

use super::Bench;
use crate::bench::{
    Outcome,
    client::{Ask, Client},
    load::{Times, load},
    table::{Line, Table, Unit},
};

/// The line by which sizes are compared.
const ALONE: &str = "list page alone";

/// `/desk/open`: a page of rows of the agent's teams, the views and their counts.
pub async fn list(bench: &Bench<'_>, smallest: Option<&Table>) -> Outcome<Vec<Line>> {
    let (server, many, seconds) = (bench.first.address, bench.options.connections(), bench.options.seconds());
    let agent = Client::open(server).await?.sign_in(Role::Agent).await?;
    let ask = Ask::get("/desk/open").of(&agent);
    let small = ask.clone().compressed();
    let (crowd, single) = (ask.clone(), ask);
    let together = load(server, many, seconds, move |_| crowd.clone()).await?;
    let alone = load(server, 1, seconds / 2, move |_| single.clone()).await?;
    let compressed = load(server, many, seconds / 2, move |_| small.clone()).await?;
    let mut lines = vec![
        Line::new(format!("list page, {many} at once"), together.rate(), Unit::PerSecond).at_least(1_500.0),
        Line::new("  half within", together.within(0.5), Unit::Milliseconds).at_most(10.0),
        Line::new("  99 of 100 within", together.within(0.99), Unit::Milliseconds).at_most(40.0),
        Line::new("  compressed, as browsers ask", compressed.rate(), Unit::PerSecond),
        Line::new(ALONE, alone.within(0.5), Unit::Milliseconds).at_most(4.0),
    ];
    if let Some(table) = smallest
        && let Some(before) = table.lines.iter().find(|line| line.what == ALONE)
    {
        let times = alone.within(0.5) / before.value;
        lines.push(Line::new(format!("  against {} tickets", table.tickets), times, Unit::Times).at_most(1.3));
    }
    Ok(lines)
}

/// The page of a ticket with fifty messages.
pub async fn ticket(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let (server, many, seconds) = (bench.first.address, bench.options.connections(), bench.options.seconds());
    let agent = Client::open(server).await?.sign_in(Role::Agent).await?;
    let ask = Ask::get(format!("/tickets/{}", bench.filled.long.number)).of(&agent);
    let single = ask.clone();
    let together = load(server, many, seconds, move |_| ask.clone()).await?;
    let alone = load(server, 1, seconds / 2, move |_| single.clone()).await?;
    Ok(vec![
        Line::new(format!("ticket page, {many} at once"), together.rate(), Unit::PerSecond)
            .at_least(1_200.0)
            .note(spread(&together)),
        Line::new("ticket page alone", alone.within(0.5), Unit::Milliseconds).at_most(5.0),
    ])
}

/// Words of subjects that there are, sought in all tickets the agent sees.
pub async fn search(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let server = bench.first.address;
    let agent = Client::open(server).await?.sign_in(Role::Agent).await?;
    let subjects = sqlx::query_scalar!("select subject from tickets where number % 97 = 3 order by number limit 300")
        .fetch_all(&bench.desk.app.db)
        .await?;
    let asks = subjects.iter().enumerate().map(|(n, subject)| {
        let mut words: Vec<&str> =
            subject.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3).collect();
        // Now one word, now two.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.truncate(1 + n % 2);
        let filter = Filter { text: Some(words.join(" ")), ..Filter::default() };
        list_as_data(&ListQuery { filter, ..ListQuery::of(View::All) }).map(|ask| ask.of(&agent))
    });
    let asks = asks.collect::<Outcome<Vec<Ask>>>()?;
    if asks.is_empty() {
        return Err("there are too few tickets to search in".into());
    }
    let times = load(server, 1, bench.options.seconds(), move |n| asks[n as usize % asks.len()].clone()).await?;
    let note = format!("half within {:.2} ms, of {}", times.within(0.5), times.count());
    Ok(vec![Line::new("search, 99 of 100 within", times.within(0.99), Unit::Milliseconds).at_most(50.0).note(note)])
}

/// The server function behind the list.
pub fn list_as_data(query: &ListQuery) -> Outcome<Ask> {
    let input = ListTickets { query: query.clone() };
    Ok(Ask::post(ListTickets::PATH, "application/json", serde_json::to_vec(&input)?))
}

/// The executive's page, worked out anew and from memory.
pub async fn executive(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    // Figures are remembered for two seconds.
    const FORGOTTEN: Duration = Duration::from_millis(2_300);
    let server = bench.first.address;
    let mut client = Client::open(server).await?;
    let ask = Ask::get("/executive").of(&client.sign_in(Role::Ceo).await?);
    let mut cold = Vec::new();
    for _ in 0..5 {
        sleep(FORGOTTEN).await;
        let sent = Instant::now();
        client.send(&ask).await?;
        cold.push(sent.elapsed());
    }
    let cold = Times::of(cold, Duration::ZERO);
    let warm = load(server, 1, bench.options.seconds() / 2, move |_| ask.clone()).await?;
    Ok(vec![
        Line::new("executive page, worked out", cold.within(1.0), Unit::Milliseconds).at_most(200.0).note(format!(
            "the slowest of {}; half within {:.1} ms",
            cold.count(),
            cold.within(0.5)
        )),
        Line::new("executive page, remembered", warm.within(0.5), Unit::Milliseconds).at_most(20.0).note(spread(&warm)),
    ])
}

fn spread(times: &Times) -> String {
    format!("half within {:.2} ms, 99 of 100 within {:.2} ms", times.within(0.5), times.within(0.99))
}
