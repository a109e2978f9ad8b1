//! What the form promises before it is sent: the engine's own dry run for what is filled in so far.
//!
//! A guest is promised what anybody would be, whoever he says he is: an address typed into the form must
//! not tell a stranger that its owner has a better contract.
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::use_context;

use super::{
    model::{Pledge, Record, Typed},
    when::{When, zone},
};
use crate::{
    core::{Error, Tx, client, id::CategoryId},
    routing,
    sla::{self, policy::TicketFacts, promise::Due, spec::CalendarSpec},
    tickets::model::Channel,
};

/// By when a person answers and by when it should be solved, with when we work and how such promises were kept.
pub async fn pledge(tx: &mut Tx, typed: &Typed) -> Result<Pledge, Error> {
    let due = dry_run(tx, typed).await?;
    let replies = sla::service::replies_kept(tx).await?;
    let hours = sla::course::usual_hours(tx).await?;
    let zone = on_the_clock_of(hours.as_ref());
    let now = tx.now;
    let by = |at: Option<DateTime<Utc>>| at.map(|at| When::new(at, now, zone));
    Ok(Pledge {
        answer: by(due.reply_by),
        solve: by(due.solve_by),
        hours: hours.map(|spec| {
            let place = spec.zone.rsplit('/').next().unwrap_or_default().replace('_', " ");
            let words = sla::course::in_words(&spec);
            if spec.is_always() { words } else { format!("{words}, {place} time") }
        }),
        record: (replies.of > 0).then_some(Record { kept: replies.met, of: replies.of }),
    })
}

/// What filing it stores as promised, too: `tickets::service::create` judges by the same facts.
async fn dry_run(tx: &mut Tx, typed: &Typed) -> Result<Due, Error> {
    let category: Option<CategoryId> = typed.category.parse().ok();
    let facts = routing::model::Facts {
        subject: &typed.subject,
        body: &typed.description,
        category,
        priority: None,
        team: None,
    };
    // A desk without a team cannot promise anything; the form says why when it is sent.
    let placed = match routing::service::place(tx, &facts).await {
        Ok(placed) => placed,
        Err(Error::Refused(_)) => return Ok(Due::default()),
        Err(other) => return Err(other),
    };
    let person = tx.actor.person().map(|p| (p.id, p.organisation));
    let channel = if person.is_some() { Channel::Portal } else { Channel::Form };
    let (customer, organisation) = person.map_or((None, None), |(id, organisation)| (Some(id), organisation));
    let plan = match organisation {
        Some(organisation) => crate::people::contacts::plan_of(tx, organisation).await?,
        None => None,
    };
    let ticket = TicketFacts {
        category,
        team: Some(placed.team),
        customer,
        organisation,
        plan,
        ..TicketFacts::new(placed.priority, channel)
    };
    let book = sla::service::in_force(tx).await?;
    sla::service::due(tx, book.as_deref(), &ticket).await
}

/// The zone of the browser that asks; of one that says none, that in which the desk usually works.
pub async fn zone_of_reader(tx: &mut Tx) -> Result<Tz, Error> {
    Ok(on_the_clock_of(sla::course::usual_hours(tx).await?.as_ref()))
}

fn on_the_clock_of(hours: Option<&CalendarSpec>) -> Tz {
    let said = use_context::<Parts>().and_then(|parts| client::zone(&parts.headers));
    said.or_else(|| hours.map(|spec| zone(&spec.zone))).unwrap_or(Tz::UTC)
}
