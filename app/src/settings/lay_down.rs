//! What a working desk needs on its first day: a team, categories, working hours, and a promise for everybody.
use super::{model::Settings, service};
use crate::{
    categories::{self, model::CategoryDraft},
    core::{
        Actor, Error, Tx,
        id::{TeamId, UserId},
    },
    sla::{
        self,
        spec::{CalendarSpec, Shift, WallTime, Week},
    },
    teams::{self, model::TeamDraft},
};

/// Lays it down for `organisation`, whose people work in `zone` (an IANA name). The first superadmin leads the
/// team. Everything can be changed later; nothing is laid down twice. As [`Actor::System`], inside the act that
/// makes the first superadmin.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but the system.
pub async fn lay_down(tx: &mut Tx, organisation: &str, zone: &str, first: UserId) -> Result<TeamId, Error> {
    if tx.actor != Actor::System {
        return Err(Error::Forbidden);
    }
    let draft = TeamDraft { name: "Service desk".into(), auto_assign: false, active: true };
    let team = teams::service::add(tx, &draft).await?;
    teams::service::seat_first(tx, team, first).await?;
    for (name, help) in [
        ("Something is broken", "It worked before and does not any more"),
        ("I need something", "Access, equipment, a change"),
        ("I have a question", "How something works, where to find it"),
        ("Something else", "We find the right person"),
    ] {
        let draft = CategoryDraft { name: name.into(), help: help.into(), active: true };
        categories::service::add(tx, &draft).await?;
    }
    let settings =
        Settings { organisation_name: organisation.to_owned(), default_team: Some(team), ..Settings::default() };
    service::change(tx, settings).await?;
    sla::publish::lay_down(tx, zone).await?;
    Ok(team)
}

/// Monday to Friday from one full hour to another.
pub fn weekdays(zone: &str, from: u16, to: u16) -> CalendarSpec {
    let hour = |hour: u16| WallTime::from_minutes(hour * 60).unwrap_or(WallTime::END);
    CalendarSpec {
        zone: zone.to_owned(),
        weekly: Week::weekdays(&[Shift { from: hour(from), to: hour(to) }]),
        ..CalendarSpec::always()
    }
}
