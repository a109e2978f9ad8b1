//! Reading and changing the settings.
use std::sync::Arc;

use super::{model::Settings, store};
use crate::{
    core::{App, Error, Permission, Tx, fresh::Fresh},
    events::{self, About, Event},
};

/// The settings in force, at most a second old.
pub async fn current(app: &App) -> Result<Arc<Settings>, Error> {
    let load = || async {
        let mut db = app.db.acquire().await?;
        store::load(&mut db).await
    };
    app.room::<Fresh<Settings>>().get(app.now(), load).await
}

/// As [`current`], on the connection of an act that already has one: an act that waited for a second
/// connection while holding its first could starve a small pool.
pub async fn in_force(tx: &mut Tx) -> Result<Arc<Settings>, Error> {
    let (cache, now) = (tx.app.room::<Fresh<Settings>>(), tx.now);
    cache.get(now, || store::load(tx)).await
}

/// What the settings page shows: read past the copy, so that nobody edits an old state.
pub async fn open(tx: &mut Tx) -> Result<Settings, Error> {
    tx.actor.require(Permission::ManageSettings)?;
    store::load(tx).await
}

/// Puts `next` in force and names in the audit log what changed.
pub async fn change(tx: &mut Tx, next: Settings) -> Result<(), Error> {
    tx.actor.require(Permission::ManageSettings)?;
    let before = store::load(tx).await?;
    let (by, now) = (tx.actor.user_id(), tx.now);
    store::save(tx, &next, by, now).await?;
    let changes: Vec<Event> = differences(&before, &next)
        .into_iter()
        .map(|(name, change)| Event::Configured { area: "settings".into(), name, change })
        .collect();
    events::append(tx, About::Nothing, &changes).await?;
    tx.app.room::<Fresh<Settings>>().forget();
    Ok(())
}

const DEMO: &str = "demo";

/// What the demo left to say that this desk is its own, if it is.
pub async fn demo_mark(tx: &mut Tx) -> Result<Option<serde_json::Value>, Error> {
    store::document(tx, DEMO).await
}

/// Marks the desk as a demo's: nothing on it is real.
pub async fn set_demo_mark(tx: &mut Tx, mark: &serde_json::Value) -> Result<(), Error> {
    let now = tx.now;
    store::put_document(tx, DEMO, mark, now).await
}

/// Each setting that differs, as "old -> new".
fn differences(before: &Settings, after: &Settings) -> Vec<(String, String)> {
    let document = |s: &Settings| match serde_json::to_value(s) {
        Ok(serde_json::Value::Object(map)) => map,
        _ => serde_json::Map::new(),
    };
    let old = document(before);
    document(after)
        .into_iter()
        .filter(|(key, value)| old.get(key) != Some(value))
        .map(|(key, value)| {
            let was = old.get(&key).cloned().unwrap_or_default();
            (key, format!("{was} -> {value}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_log_names_what_changed_and_nothing_else() {
        let before = Settings::default();
        let after = Settings { close_after_days: 7, ..before.clone() };
        assert_eq!(differences(&before, &after), [("close_after_days".to_owned(), "5 -> 7".to_owned())]);
        assert_eq!(differences(&before, &before), []);
    }
}
