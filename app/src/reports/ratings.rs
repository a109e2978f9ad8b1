//! Ratings: managers rate the agents of their teams month by month, executives the managers. What was given
//! stays; a second rating of the same month stands beside the first.
use chrono::{DateTime, Datelike as _, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::core::{
    error::{Error, FieldError},
    text,
};

/// A rating as the rated person, their managers and the executives see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// First day of the rated month.
    pub month: NaiveDate,
    pub score: i16,
    pub comment: String,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// What the form sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingForm {
    pub month: String,
    #[serde(default)]
    pub score: String,
    #[serde(default)]
    pub comment: String,
}

/// A rating that can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingDraft {
    pub month: NaiveDate,
    pub score: i16,
    pub comment: String,
}

impl TryFrom<RatingForm> for RatingDraft {
    type Error = Error;

    fn try_from(form: RatingForm) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        let month = form.month.parse::<NaiveDate>().ok().filter(|day| day.day() == 1);
        if month.is_none() {
            wrong.push(FieldError::new("month", "Choose one of the months."));
        }
        let score = form.score.parse().ok().filter(|score| (1..=5).contains(score));
        if score.is_none() {
            wrong.push(FieldError::new("score", "Choose 1 to 5."));
        }
        let comment = text::many_lines(&form.comment);
        if comment.chars().count() > 2_000 {
            wrong.push(FieldError::new("comment", "At most 2,000 characters fit."));
        }
        match (month, score) {
            (Some(month), Some(score)) if wrong.is_empty() => Ok(Self { month, score, comment }),
            _ => Err(Error::Invalid(wrong)),
        }
    }
}

/// The months that may be rated on `today`: this one and the two before, newest first.
pub fn months(today: NaiveDate) -> Vec<NaiveDate> {
    let first = today.with_day(1).unwrap_or(today);
    (0..3).filter_map(|back| first.checked_sub_months(Months::new(back))).collect()
}

#[cfg(feature = "ssr")]
pub use service::{give, of, own};

#[cfg(feature = "ssr")]
mod service {
    use super::{Rating, RatingDraft, months};
    use crate::{
        core::{
            Error, Permission, Role, Scope, Tx,
            id::{RatingId, UserId},
        },
        events::{self, About, Event},
    };

    /// Rates somebody for a month.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever may not rate, [`Error::NotFound`] for somebody they do not lead,
    /// [`Error::Invalid`] at `month` for one that is too long ago or to come.
    pub async fn give(tx: &mut Tx, rated: UserId, draft: &RatingDraft) -> Result<(), Error> {
        if !tx.actor.may(Permission::RateAgent) {
            tx.actor.require(Permission::RateManager)?;
        }
        if !may_rate(tx, rated).await? {
            return Err(Error::NotFound);
        }
        if !months(tx.now.date_naive()).contains(&draft.month) {
            return Err(Error::invalid("month", "Only this month and the two before can be rated."));
        }
        let (id, by, now) = (RatingId::new(), tx.actor.signed_in()?.id, tx.now);
        sqlx::query!(
            "insert into performance_ratings (id, rated_id, rater_id, period, score, comment, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            id as _,
            rated as _,
            by as _,
            draft.month,
            draft.score,
            draft.comment,
            now
        )
        .execute(&mut **tx)
        .await?;
        let event = Event::PerformanceRated { rated, score: draft.score };
        events::append(tx, About::Subject(rated.uuid()), &[event]).await
    }

    /// Whether the actor leads `rated`: a manager the agents of their teams, an executive the managers. Nobody
    /// rates themselves.
    pub(in crate::reports) async fn may_rate(tx: &mut Tx, rated: UserId) -> Result<bool, Error> {
        let person = tx.actor.signed_in()?;
        if person.id == rated {
            return Ok(false);
        }
        let (agents, managers) = (tx.actor.scope(Permission::RateAgent), tx.actor.scope(Permission::RateManager));
        let everywhere = person.role == Role::Superadmin;
        let teams = person.teams.clone();
        Ok(sqlx::query_scalar!(
            r#"select exists (
                   select from users u where u.id = $1 and u.active
                     and (($2 and u.role = 'agent'
                           and ($3 or exists (select from team_members m where m.user_id = u.id and m.team_id = any($4))))
                          or ($5 and u.role = 'manager'))) as "may!""#,
            rated as _,
            agents > Scope::Nothing,
            everywhere,
            &teams as _,
            managers > Scope::Nothing
        )
        .fetch_one(&mut **tx)
        .await?)
    }

    /// The ratings of somebody the actor leads, newest month first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whom they do not lead.
    pub async fn of(tx: &mut Tx, rated: UserId) -> Result<Vec<Rating>, Error> {
        if !may_rate(tx, rated).await? && !tx.actor.may(Permission::ReadCompanyFigures) {
            return Err(Error::NotFound);
        }
        history(tx, rated).await
    }

    /// The actor's own ratings.
    pub async fn own(tx: &mut Tx) -> Result<Vec<Rating>, Error> {
        tx.actor.require(Permission::ReadOwnRatings)?;
        let me = tx.actor.signed_in()?.id;
        history(tx, me).await
    }

    async fn history(tx: &mut Tx, rated: UserId) -> Result<Vec<Rating>, Error> {
        Ok(sqlx::query_as!(
            Rating,
            r#"select r.period as month, r.score, r.comment, u.name as by, r.created_at as at
               from performance_ratings r join users u on u.id = r.rater_id
               where r.rated_id = $1 order by r.period desc, r.created_at desc limit 120"#,
            rated as _
        )
        .fetch_all(&mut **tx)
        .await?)
    }
}

#[cfg(feature = "ssr")]
pub(in crate::reports) use service::may_rate;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_month_and_two_before_may_be_rated() {
        let day = |s: &str| s.parse::<NaiveDate>().unwrap();
        assert_eq!(months(day("2026-01-31")), [day("2026-01-01"), day("2025-12-01"), day("2025-11-01")]);
    }

    #[test]
    fn a_rating_says_at_each_field_what_is_wrong() {
        let form = RatingForm { month: "2026-01-02".into(), score: "6".into(), comment: "x".repeat(2_001) };
        let Err(Error::Invalid(wrong)) = RatingDraft::try_from(form) else { panic!("accepted") };
        assert_eq!(wrong.into_iter().map(|e| e.field).collect::<Vec<_>>(), ["month", "score", "comment"]);
    }
}
