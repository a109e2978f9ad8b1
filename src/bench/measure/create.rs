//! Tickets filed by the public form, each by somebody else: parsed, checked, promised, routed, stored, told and
//! answered. Every one that was acknowledged has to be in the database afterwards.
use axum::http::{HeaderName, HeaderValue};

use super::{Bench, quiet};
use crate::bench::{
    Outcome,
    client::Ask,
    load::load,
    table::{Line, Unit},
};

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Told apart by a rule, by the category, or not at all.
const ASKED: [(&str, &str); 4] = [
    (
        "The level sensor is offline since the storm",
        "It shows no readings since last night. The cable looks good and \
      the power is there. We have two more of the same kind in the next tank, both work.",
    ),
    (
        "Certificate for order 4711",
        "We need the calibration certificate again, for the regulator. The one in the parcel \
      got wet and cannot be read any more.",
    ),
    (
        "How do we change the interval of the logger?",
        "We would like to have a value every minute instead of every ten \
      while we test the pump. Can it be set from the cloud, or do we have to drive there?",
    ),
    (
        "Invoice names the old address",
        "Please send the invoice again with our new address. The number of the order and \
      of the account stay as they are.",
    ),
];

pub async fn tickets(bench: &Bench<'_>) -> Outcome<Vec<Line>> {
    let db = &bench.desk.app.db;
    let categories =
        sqlx::query_scalar!("select id from categories where active order by position").fetch_all(db).await?;
    let before = filed(bench).await?;
    let many = bench.options.connections();
    let times = load(bench.first.address, many, bench.options.seconds(), move |n| {
        let (subject, description) = ASKED[n as usize % ASKED.len()];
        let category = categories.get(n as usize % categories.len().max(1)).map(ToString::to_string);
        let email = format!("person-{n}@customer.example");
        let fields = [
            ("subject", subject),
            ("description", description),
            ("category", category.as_deref().unwrap_or_default()),
            ("name", "Somebody New"),
            ("email", email.as_str()),
        ];
        // Each from an address of its own: one gets at most so many tickets a minute.
        let from = format!("10.{}.{}.{}", (n >> 16) & 255, (n >> 8) & 255, n & 255);
        let from = HeaderValue::try_from(from).unwrap_or_else(|_| HeaderValue::from_static("10.0.0.1"));
        Ask::form("/submit", &fields).with(FORWARDED, from)
    })
    .await?;
    let stored = filed(bench).await? - before;
    if usize::try_from(stored)? != times.answered() {
        return Err(format!("{} tickets were acknowledged and {stored} are in the database", times.answered()).into());
    }
    let note = format!(
        "half within {:.1} ms, 99 of 100 within {:.1} ms; all {stored} are in the database",
        times.within(0.5),
        times.within(0.99)
    );
    quiet(&bench.desk.app).await?;
    Ok(vec![
        Line::new(format!("tickets filed by the form, {many} at once"), times.rate(), Unit::PerSecond)
            .at_least(1_500.0)
            .note(note),
    ])
}

/// Tickets of those who file here.
async fn filed(bench: &Bench<'_>) -> Outcome<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from tickets t join users u on u.id = t.requester_id
           where u.email like 'person-%@customer.example'"#
    );
    Ok(count.fetch_one(&bench.desk.app.db).await?)
}
