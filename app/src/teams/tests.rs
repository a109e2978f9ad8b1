//! Teams on a real database.
use sqlx::PgPool;

use super::{model::TeamDraft, service};
use crate::{
    core::{Error, Role},
    settings::{self, model::Settings},
    testing::Desk,
};

#[sqlx::test(migrator = "crate::testing::MIGRATOR")]
async fn the_team_for_everything_else_stays_on(db: PgPool) {
    let desk = Desk::open(db).await;
    let other = desk.team_named("Field").await;
    let root = desk.person("Root", Role::Superadmin, &[]).await;
    let mut tx = desk.act(&root).await;
    let with = |team| Settings { default_team: Some(team), ..Settings::default() };
    settings::service::change(&mut tx, with(desk.team)).await.expect("settings");
    let off = TeamDraft { name: "Service desk".to_owned(), auto_assign: false, active: false };
    let refused = service::change(&mut tx, desk.team, &off).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    settings::service::change(&mut tx, with(other)).await.expect("settings");
    service::change(&mut tx, desk.team, &off).await.expect("switched off");
}
