//! How the managers of Larkfield rated their people in the last twelve months, and Helena the managers.
use chrono::{Datelike as _, Months, NaiveDate};

use super::{
    chance::Chance,
    company::{MANAGERS, TEAMS},
    logins,
    people::{agent_id, user_id},
};
use crate::core::{
    Error, Role, Tx,
    id::{RatingId, UserId},
};

const GOOD: [&str; 5] = [
    "Quick and kind; customers ask for you by name.",
    "Took the night shift of the firmware weeks without a word.",
    "Your notes save everybody time.",
    "Solid month, also with the difficult ones.",
    "Showed the new colleagues how it is done.",
];
const MIXED: [&str; 4] = [
    "Good answers, but some waited too long. Let us look at the queue together.",
    "Please put tickets on hold when you wait for the customer.",
    "Fewer tickets than planned; the training took its days.",
    "Ask earlier when a promise is at risk.",
];

/// Rates everybody for each of the last twelve whole months.
pub async fn give(tx: &mut Tx, seed: u64) -> Result<(), Error> {
    let mut chance = Chance::fork(seed, u64::MAX - 2);
    let helena = user_id(logins::of(Role::Ceo).email);
    let today = tx.now.date_naive();
    for back in (1..=12).rev() {
        let month = today.with_day(1).and_then(|day| day.checked_sub_months(Months::new(back)));
        let Some(month) = month else { continue };
        for team in &TEAMS {
            let manager = if MANAGERS[1].1.contains(&team.name) { MANAGERS[1].0 } else { MANAGERS[0].0 };
            for (name, _) in team.agents {
                rate(tx, &mut chance, agent_id(name), agent_id(manager), month).await?;
            }
        }
        for (name, _) in MANAGERS {
            rate(tx, &mut chance, agent_id(name), helena, month).await?;
        }
    }
    Ok(())
}

async fn rate(tx: &mut Tx, chance: &mut Chance, rated: UserId, rater: UserId, month: NaiveDate) -> Result<(), Error> {
    // Given in the first days of the next month.
    let at =
        month.checked_add_months(Months::new(1)).unwrap_or(month).and_hms_opt(9, 0, 0).unwrap_or_default().and_utc()
            + chrono::TimeDelta::minutes(i64::try_from(chance.below(3_000)).unwrap_or_default());
    let at = at.min(tx.now);
    let score = [2_i16, 3, 4, 5][chance.weighed(&[4.0, 22.0, 46.0, 28.0])];
    let comment = *chance.pick(if score >= 4 { &GOOD[..] } else { &MIXED[..] });
    let id: RatingId = chance.id(at);
    sqlx::query!(
        "insert into performance_ratings (id, rated_id, rater_id, period, score, comment, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id as _,
        rated as _,
        rater as _,
        month,
        score,
        comment,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
