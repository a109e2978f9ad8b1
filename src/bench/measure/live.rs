//! A customer answers on one server; an agent's page that is connected to the other hears of it.
use std::time::{Duration, Instant};

use kept_app::{core::Role, live::model::LiveKind, portal::link};
use tokio::time::{sleep, timeout};

use super::Bench;
use crate::bench::{
    Outcome,
    client::{Ask, Client},
    load::Times,
    table::{Line, Unit},
};

/// So many answers are sent, one after the other.
const ANSWERS: u32 = 200;
const PATIENCE: Duration = Duration::from_secs(10);

/// From the customer's request to the event in the agent's hands: a little more than from the commit.
pub async fn update(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let (app, long) = (&bench.desk.app, bench.filled.long);
    let other = bench.another().await?;
    let mut there = Client::open(other.address).await?;
    let agent = there.sign_in(Role::Agent).await?;
    let mut stream = there.listen(&agent).await?;
    let mut customer = Client::open(bench.first.address).await?;
    let ask = Ask::form(format!("/track/{}/reply", link::token(&app.secret, long.id)), &[("text", "Any news?")]);
    let mut times = Vec::new();
    for _ in 0..ANSWERS {
        let sent = Instant::now();
        let heard = async {
            loop {
                let event = stream.next().await?;
                if event.number == Some(long.number) && event.kind == LiveKind::Message {
                    return Outcome::Ok(sent.elapsed());
                }
            }
        };
        let (answered, heard) = tokio::join!(customer.send(&ask), timeout(PATIENCE, heard));
        answered?;
        times.push(heard.map_err(|_| "the other server told nothing of the answer")??);
        sleep(Duration::from_millis(10)).await;
    }
    other.stop().await;
    let times = Times::of(times, Duration::ZERO);
    let note = format!("half within {:.1} ms, of {}", times.within(0.5), times.count());
    let what = "change here to event there, 99 of 100 within";
    Ok(vec![Line::new(what, times.within(0.99), Unit::Milliseconds).at_most(250.0).note(note)])
}
