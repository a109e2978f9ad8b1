//! Sums over days, from `report_days` and what was not folded into it yet; and the folding of all sums by day.
use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::{
    core::{
        App, Error,
        id::{CategoryId, TeamId},
    },
    events::follow::Left,
};

/// What happened on a day, in a team or category, or in all of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub day: Option<NaiveDate>,
    pub team: Option<TeamId>,
    pub category: Option<CategoryId>,
    pub created: i64,
    pub solved: i64,
    pub backlog: i64,
    pub met: i64,
    pub missed: i64,
    pub rated: i64,
    pub stars: i64,
}

impl Sums {
    pub fn add(&mut self, other: &Self) {
        self.created += other.created;
        self.solved += other.solved;
        self.backlog += other.backlog;
        self.met += other.met;
        self.missed += other.missed;
        self.rated += other.rated;
        self.stars += other.stars;
    }

    /// Percent of promises kept; `None` where none came due.
    #[allow(clippy::cast_precision_loss)] // counts
    pub fn kept(&self) -> Option<f64> {
        let all = self.met + self.missed;
        (all > 0).then(|| self.met as f64 * 100.0 / all as f64)
    }

    /// The mean rating; `None` where nobody rated.
    #[allow(clippy::cast_precision_loss)] // counts
    pub fn mean_stars(&self) -> Option<f64> {
        (self.rated > 0).then(|| self.stars as f64 / self.rated as f64)
    }
}

/// What sums are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Day,
    Team,
    Category,
}

/// Sums from `from` to `to`, both in it; of some teams or of all.
pub async fn sums(
    db: &mut PgConnection,
    by: By,
    from: NaiveDate,
    to: NaiveDate,
    teams: Option<&[TeamId]>,
) -> Result<Vec<Sums>, Error> {
    let (day, team, category) = (by == By::Day, by == By::Team, by == By::Category);
    Ok(sqlx::query_as!(
        Sums,
        r#"select case when $4 then day end as "day?", case when $5 then team_id end as "team?: TeamId",
                  case when $6 then category_id end as "category?: CategoryId",
                  sum(created)::bigint as "created!", sum(solved)::bigint as "solved!", sum(backlog)::bigint as "backlog!",
                  sum(met)::bigint as "met!", sum(missed)::bigint as "missed!",
                  sum(rated)::bigint as "rated!", sum(stars)::bigint as "stars!"
           from (
               select * from report_days where day between $1 and $2
               union all
               select * from report_deltas where day between $1 and $2
           ) worth
           where $3::uuid[] is null or team_id = any($3)
           group by 1, 2, 3
           order by 1, 2, 3"#,
        from,
        to,
        teams as _,
        day,
        team,
        category
    )
    .fetch_all(db)
    .await?)
}

/// How many changes are folded at a time.
const BATCH: i64 = 20_000;

/// Folds what changed into the sums by day. For the server's own timer; one server does it at a time.
pub async fn fold(app: &App) -> Result<Left, Error> {
    let mut tx = app.db.begin().await?;
    let mine = sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock(hashtext('kept report days')) as "mine!""#)
        .fetch_one(&mut *tx)
        .await?;
    if !mine {
        return Ok(Left::Nothing);
    }
    let folded = sqlx::query_scalar!(
        r#"with taken as (
               delete from report_deltas where ctid = any(array(select ctid from report_deltas limit $1)) returning *
           ), folded as (
               insert into report_days as d (day, team_id, category_id, created, solved, backlog, met, missed, rated, stars)
               select day, team_id, category_id, sum(created), sum(solved), sum(backlog), sum(met), sum(missed), sum(rated), sum(stars)
               from taken group by day, team_id, category_id
               on conflict (day, team_id, category_id) do update set
                   created = d.created + excluded.created, solved = d.solved + excluded.solved,
                   backlog = d.backlog + excluded.backlog, met = d.met + excluded.met, missed = d.missed + excluded.missed,
                   rated = d.rated + excluded.rated, stars = d.stars + excluded.stars
           )
           select count(*) as "n!" from taken"#,
        BATCH
    )
    .fetch_one(&mut *tx)
    .await?;
    let promises = sqlx::query_scalar!(
        r#"with taken as (
               delete from report_promise_deltas where ctid = any(array(select ctid from report_promise_deltas limit $1))
               returning *
           ), folded as (
               insert into report_promise_days as d (day, team_id, metric, priority, policy_id, met, missed)
               select day, team_id, metric, priority, policy_id, sum(met), sum(missed)
               from taken group by day, team_id, metric, priority, policy_id
               on conflict (day, team_id, metric, priority, policy_id) do update set
                   met = d.met + excluded.met, missed = d.missed + excluded.missed
           )
           select count(*) as "n!" from taken"#,
        BATCH
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(if folded.max(promises) == BATCH { Left::More } else { Left::Nothing })
}
