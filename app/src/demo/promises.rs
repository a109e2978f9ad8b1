//! What Larkfield promises, and to whom.
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{chance::named, company::PRIORITY_PLAN};
use crate::{
    core::{
        Error, Tx,
        id::{CalendarId, PolicyId},
    },
    settings::lay_down::weekdays,
    sla::{
        self,
        calendar::Calendar,
        facts::Calendars,
        first::{FirstCalendar, publish_first, simple_policy},
        library::Library,
        model::{Condition, Field},
        policy::Book,
        spec::{CalendarSpec, Holiday, MonthDay},
    },
};

/// Monday to Friday from eight to six, without the holidays that fall on the same day every year.
fn office() -> CalendarSpec {
    let holiday = |day: &str, name: &str| Holiday {
        date: None,
        month_day: MonthDay::try_from(day.to_owned()).ok(),
        from: None,
        to: None,
        name: Some(name.to_owned()),
    };
    CalendarSpec {
        holidays: vec![
            holiday("12-25", "Christmas Day"),
            holiday("12-26", "Boxing Day"),
            holiday("01-01", "New Year’s Day"),
        ],
        ..weekdays("Europe/London", 8, 18)
    }
}

/// Publishes Larkfield's promises as in force since `since`.
pub async fn publish(tx: &mut Tx, since: DateTime<Utc>) -> Result<(), Error> {
    let (leeds, always): (CalendarId, CalendarId) = (named("calendar Leeds"), named("calendar always"));
    let calendars = [
        FirstCalendar { id: leeds, name: "Leeds office", spec: office() },
        FirstCalendar { id: always, name: "Day and night", spec: CalendarSpec::always() },
    ];
    let plan = Condition { field: Field::Plan, not: false, values: vec![PRIORITY_PLAN.to_owned()] };
    let priority = simple_policy(
        "Priority plan",
        vec![plan],
        [(leeds, [240, 240, 1_800]), (leeds, [120, 120, 960]), (always, [60, 60, 720]), (always, [30, 30, 240])],
    );
    let everyone = simple_policy(
        "Everyone else",
        Vec::new(),
        [(leeds, [480, 480, 3_000]), (leeds, [240, 240, 1_800]), (always, [120, 120, 1_440]), (always, [60, 60, 480])],
    );
    let policies: [(PolicyId, _); 2] =
        [(named("policy Priority plan"), priority), (named("policy Everyone else"), everyone)];
    publish_first(tx, since, &calendars, &policies).await
}

/// The newest publication with its calendars, and the hours that people work who are not on call.
pub async fn book(tx: &mut Tx) -> Result<(Arc<Book>, Calendars, Calendar), Error> {
    let library = tx.app.room::<Library>();
    let publication = sla::service::newest_publication(tx).await?.ok_or(Error::NotFound)?;
    let book = library.book(tx, publication).await?;
    let versions: Vec<_> = book.calendars.values().copied().collect();
    let calendars = library.calendars(tx, versions.into_iter()).await?;
    let hours = Calendar::new(office()).map_err(Error::Invalid)?;
    Ok((book, calendars, hours))
}
