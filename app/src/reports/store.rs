//! Figures of now, and how long things took.
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::{
    core::{
        Error,
        id::{CategoryId, TeamId, TicketId, UserId},
    },
    reports::{model::Rated, ratings::Rating},
    sla::model::Metric,
    tickets::model::{PersonRef, TeamRef},
};

/// Unsolved tickets, counted as the lists of the same names count them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsolved {
    pub team: Option<TeamId>,
    pub category: Option<CategoryId>,
    pub open: i64,
    pub late: i64,
    pub at_risk: i64,
    pub unassigned: i64,
    pub due_soon: i64,
    pub on_hold: i64,
    /// On hold and not touched for five days.
    pub long_on_hold: i64,
    /// Filed more than seven days ago.
    pub old: i64,
    /// Late or at risk, and held by nobody.
    pub alone: i64,
    pub oldest_unassigned: Option<DateTime<Utc>>,
    pub next_at_risk: Option<DateTime<Utc>>,
}

impl Unsolved {
    pub fn add(&mut self, other: &Self) {
        self.open += other.open;
        self.late += other.late;
        self.at_risk += other.at_risk;
        self.unassigned += other.unassigned;
        self.due_soon += other.due_soon;
        self.on_hold += other.on_hold;
        self.long_on_hold += other.long_on_hold;
        self.old += other.old;
        self.alone += other.alone;
        let earlier = |a: Option<DateTime<Utc>>, b| a.into_iter().chain(b).min();
        self.oldest_unassigned = earlier(self.oldest_unassigned, other.oldest_unassigned);
        self.next_at_risk = earlier(self.next_at_risk, other.next_at_risk);
    }

    pub fn total<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for one in all {
            sum.add(one);
        }
        sum
    }
}

/// By team and category; of some teams or of all.
pub async fn unsolved(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    teams: Option<&[TeamId]>,
) -> Result<Vec<Unsolved>, Error> {
    Ok(sqlx::query_as!(
        Unsolved,
        r#"select team_id as "team?: _", category_id as "category?: _", count(*) as "open!",
                  count(*) filter (where sla_state = 'running' and sla_due_at <= $1) as "late!",
                  count(*) filter (where sla_state = 'running' and sla_risk_at <= $1 and sla_due_at > $1) as "at_risk!",
                  count(*) filter (where assignee_id is null) as "unassigned!",
                  count(*) filter (where sla_state = 'running' and sla_due_at > $1 and sla_due_at <= $1 + interval '24 hours') as "due_soon!",
                  count(*) filter (where status = 'on_hold') as "on_hold!",
                  count(*) filter (where status = 'on_hold' and updated_at < $1 - interval '5 days') as "long_on_hold!",
                  count(*) filter (where created_at < $1 - interval '7 days') as "old!",
                  count(*) filter (where assignee_id is null and sla_state = 'running'
                                   and (sla_risk_at <= $1 or sla_due_at <= $1)) as "alone!",
                  min(created_at) filter (where assignee_id is null) as oldest_unassigned,
                  min(sla_due_at) filter (where sla_state = 'running' and sla_risk_at <= $1 and sla_due_at > $1) as next_at_risk
           from tickets
           where status in ('open', 'in_progress', 'on_hold') and ($2::uuid[] is null or team_id = any($2))
           group by team_id, category_id"#,
        now,
        teams as _
    )
    .fetch_all(db)
    .await?)
}

/// How long promises took that ended in a span, in seconds of working time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Took {
    pub n: i64,
    pub median: Option<i64>,
    pub p90: Option<i64>,
}

/// Median and ninth decile of `metric`, of promises that ended from `from` on and before `to`.
pub async fn took(
    db: &mut PgConnection,
    metric: Metric,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Took, Error> {
    let row = sqlx::query!(
        r#"select count(*) as "n!", percentile_disc(0.5) within group (order by used) as median,
                  percentile_disc(0.9) within group (order by used) as p90
           from sla_clocks
           where metric = $1 and ended_at >= $2 and ended_at < $3 and state in ('met', 'missed')"#,
        metric.as_str(),
        from,
        to
    )
    .fetch_one(db)
    .await?;
    Ok(Took { n: row.n, median: row.median.map(i64::from), p90: row.p90.map(i64::from) })
}

/// The median of each day with any.
pub async fn took_by_day(
    db: &mut PgConnection,
    metric: Metric,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<(NaiveDate, i64)>, Error> {
    let rows = sqlx::query!(
        r#"select report_day(ended_at) as "day!", percentile_disc(0.5) within group (order by used) as "median!"
           from sla_clocks
           where metric = $1 and ended_at >= $2 and ended_at < $3 and state in ('met', 'missed') and used is not null
           group by 1 order by 1"#,
        metric.as_str(),
        from,
        to
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.day, i64::from(r.median))).collect())
}

/// How many promises attainment leaves out that ended from `from` on and before `to`, or that are still
/// running and were late then: cancelled ones, and misses that only a change of target brought. Which these are also
/// says `LEFT_OUT` in `tickets/list/statement.rs`, which lists their tickets, and the index of migration 0061.
pub async fn left_out(db: &mut PgConnection, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<i64, Error> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from sla_clocks
           where (state = 'cancelled' or (breached_at is not null and counts_since is null))
             and coalesce(ended_at, breached_at) >= $1 and coalesce(ended_at, breached_at) < $2"#,
        from,
        to
    )
    .fetch_one(db)
    .await?)
}

/// A team or category and what people call it.
pub async fn team_names(db: &mut PgConnection, teams: Option<&[TeamId]>) -> Result<Vec<(TeamId, String)>, Error> {
    let rows = sqlx::query!(
        r#"select id as "id: TeamId", name from teams where $1::uuid[] is null or id = any($1) order by created_at, name"#,
        teams as _
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

pub async fn category_names(db: &mut PgConnection) -> Result<Vec<(CategoryId, String)>, Error> {
    let rows = sqlx::query!(r#"select id as "id: CategoryId", name from categories order by position, name"#)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// A running promise that is late or due soon.
pub struct DueMark {
    pub team: TeamId,
    pub number: i64,
    pub due_at: DateTime<Utc>,
    pub at_risk: bool,
}

/// The most urgent running promises due before `until`, at most 200.
pub async fn due_before(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    teams: Option<&[TeamId]>,
) -> Result<Vec<DueMark>, Error> {
    Ok(sqlx::query_as!(
        DueMark,
        r#"select team_id as "team: _", number, sla_due_at as "due_at!", coalesce(sla_risk_at <= $1, false) as "at_risk!"
           from tickets
           where status in ('open', 'in_progress', 'on_hold') and sla_state = 'running' and sla_due_at < $2
             and coalesce(sla_due_at, 'infinity') < $2 and ($3::uuid[] is null or team_id = any($3))
           order by coalesce(sla_due_at, 'infinity'), id limit 200"#,
        now,
        until,
        teams as _
    )
    .fetch_all(db)
    .await?)
}

/// Somebody of a team and what they hold now.
pub struct Load {
    pub id: UserId,
    pub name: String,
    pub team: String,
    pub out_of_office: bool,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub capacity: Option<i32>,
    pub open: i64,
    pub late: i64,
    pub at_risk: i64,
    pub due_soon: i64,
    pub rated: Option<i16>,
}

/// The active agents of some teams, and what they hold of those teams; or of all.
pub async fn loads(db: &mut PgConnection, now: DateTime<Utc>, teams: Option<&[TeamId]>) -> Result<Vec<Load>, Error> {
    Ok(sqlx::query_as!(
        Load,
        r#"select u.id as "id: _", u.name, min(t.name) as "team!", u.out_of_office, u.last_seen_at, u.capacity,
                  held.open as "open!", held.late as "late!", held.at_risk as "at_risk!", held.due_soon as "due_soon!",
                  (select r.score from performance_ratings r where r.rated_id = u.id
                   order by r.period desc, r.created_at desc limit 1) as rated
           from users u
           join team_members m on m.user_id = u.id
           join teams t on t.id = m.team_id
           cross join lateral (
               select count(*) as open,
                      count(*) filter (where k.sla_state = 'running' and k.sla_due_at <= $1) as late,
                      count(*) filter (where k.sla_state = 'running' and k.sla_risk_at <= $1 and k.sla_due_at > $1) as at_risk,
                      count(*) filter (where k.sla_state = 'running' and k.sla_due_at > $1 and k.sla_due_at <= $1 + interval '24 hours') as due_soon
               from tickets k where k.assignee_id = u.id and k.status in ('open', 'in_progress', 'on_hold')
                 and ($2::uuid[] is null or k.team_id = any($2))
           ) held
           where u.active and u.role = 'agent' and ($2::uuid[] is null or m.team_id = any($2))
           group by u.id, held.open, held.late, held.at_risk, held.due_soon
           order by held.late desc, held.at_risk desc, held.open desc, u.name"#,
        now,
        teams as _
    )
    .fetch_all(db)
    .await?)
}

/// How somebody did over a span.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Performance {
    pub person: Option<UserId>,
    pub met: i64,
    pub missed: i64,
    pub first_reply: Option<i64>,
    pub rated: i64,
    pub stars: i64,
    pub solved: i64,
}

/// How some people did with tickets that they hold, from `from` on and before `to`; in some teams or in all.
pub async fn performance(
    db: &mut PgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    people: &[UserId],
    teams: Option<&[TeamId]>,
) -> Result<Vec<Performance>, Error> {
    Ok(sqlx::query_as!(
        Performance,
        r#"with theirs as (
               select id, assignee_id, csat, rated_at, resolved_at from tickets
               where assignee_id = any($3) and ($4::uuid[] is null or team_id = any($4))
           ), promises as (
               select t.assignee_id as person,
                      count(*) filter (where c.counts_since is null) as met,
                      count(*) filter (where c.counts_since is not null) as missed
               from (
                   select ticket_id, counts_since from sla_clocks where state = 'met' and ended_at >= $1 and ended_at < $2
                   union all
                   select ticket_id, counts_since from sla_clocks where counts_since is not null and due_at >= $1 and due_at < $2
               ) c join theirs t on t.id = c.ticket_id
               group by t.assignee_id
           ), replies as (
               select t.assignee_id as person, percentile_disc(0.5) within group (order by c.used) as median
               from sla_clocks c join theirs t on t.id = c.ticket_id
               where c.metric = 'first_reply' and c.state in ('met', 'missed') and c.ended_at >= $1 and c.ended_at < $2
               group by t.assignee_id
           ), rated as (
               select assignee_id as person, count(*) as n, sum(csat)::bigint as stars
               from theirs where csat is not null and rated_at >= $1 and rated_at < $2 group by assignee_id
           ), solved as (
               select assignee_id as person, count(*) as n
               from theirs where resolved_at >= $1 and resolved_at < $2 group by assignee_id
           )
           select p.person as "person: _", coalesce(promises.met, 0) as "met!", coalesce(promises.missed, 0) as "missed!",
                  replies.median::bigint as first_reply, coalesce(rated.n, 0) as "rated!", coalesce(rated.stars, 0) as "stars!",
                  coalesce(solved.n, 0) as "solved!"
           from unnest($3::uuid[]) as p (person)
           left join promises on promises.person = p.person
           left join replies on replies.person = p.person
           left join rated on rated.person = p.person
           left join solved on solved.person = p.person"#,
        from,
        to,
        people as _,
        teams as _
    )
    .fetch_all(db)
    .await?)
}

/// The team that each of some tickets is with.
pub async fn team_of_each(db: &mut PgConnection, tickets: &[TicketId]) -> Result<Vec<(TicketId, TeamRef)>, Error> {
    let rows = sqlx::query!(
        r#"select t.id as "id: TicketId", t.team_id as "team: TeamId", m.name
           from tickets t join teams m on m.id = t.team_id where t.id = any($1)"#,
        tickets as _
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, TeamRef { id: r.team, name: r.name })).collect())
}

/// Who of each team may take a ticket: its active agents, the least loaded first.
pub async fn candidates(db: &mut PgConnection, teams: &[TeamId]) -> Result<Vec<(TeamId, UserId, String, i64)>, Error> {
    let rows = sqlx::query!(
        r#"select m.team_id as "team: TeamId", u.id as "id: UserId", u.name,
                  (select count(*) from tickets t where t.assignee_id = u.id and t.status in ('open', 'in_progress', 'on_hold')) as "open!"
           from team_members m join users u on u.id = m.user_id
           where m.team_id = any($1) and u.active and u.role = 'agent' and not u.out_of_office
           order by 4, u.name"#,
        teams as _
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.team, r.id, r.name, r.open)).collect())
}

/// Somebody by id, with their role.
pub async fn person(db: &mut PgConnection, id: UserId) -> Result<Option<(String, crate::core::Role)>, Error> {
    let row = sqlx::query!(r#"select name, role as "role: crate::core::Role" from users where id = $1"#, id as _)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|r| (r.name, r.role)))
}

/// The managers and their newest ratings.
pub async fn managers(db: &mut PgConnection) -> Result<Vec<Rated>, Error> {
    let rows = sqlx::query!(
        r#"select u.id as "id: UserId", u.name, r.period as "month?", r.score as "score?", r.comment as "comment?",
                  r.created_at as "at?", b.name as "by?"
           from users u
           left join lateral (select * from performance_ratings p where p.rated_id = u.id
                              order by p.period desc, p.created_at desc limit 1) r on true
           left join users b on b.id = r.rater_id
           where u.role = 'manager' and u.active order by u.name"#
    )
    .fetch_all(db)
    .await?;
    let rated = rows.into_iter().map(|r| Rated {
        person: PersonRef { id: r.id, name: r.name },
        last: match (r.month, r.score, r.comment, r.by, r.at) {
            (Some(month), Some(score), Some(comment), Some(by), Some(at)) => {
                Some(Rating { month, score, comment, by, at })
            }
            _ => None,
        },
    });
    Ok(rated.collect())
}

/// The teams that somebody is in.
pub async fn teams_of(db: &mut PgConnection, person: UserId) -> Result<Vec<TeamId>, Error> {
    Ok(sqlx::query_scalar!(r#"select team_id as "id: TeamId" from team_members where user_id = $1"#, person as _)
        .fetch_all(db)
        .await?)
}
