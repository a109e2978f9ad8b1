//! Decides where a new ticket goes, and lets administrators change the rules.
use super::{
    loads::Loads,
    model::{Decision, Facts, MAX_RULES, RoutingRule, RuleDraft},
    rules::{self, Words},
    store::{self, Board},
};
use crate::{
    core::{
        Error, Permission, Tx,
        fresh::Fresh,
        id::{RuleId, TeamId, UserId},
    },
    events::{self, About, Event},
    settings,
    tickets::model::Priority,
};

/// The team, priority and, where the team wants that, the least loaded agent for a ticket with `facts`.
///
/// Rules and teams are read at most once a second, who is in and how much they hold a few times a second ([`Loads`]).
/// Tickets that come in the same instant may so exceed an agent's capacity by a few: a lock that prevented it would make
/// all customers wait for each other.
///
/// # Errors
/// [`Error::Refused`] if the desk has no active team yet.
pub async fn route(tx: &mut Tx, facts: &Facts<'_>) -> Result<Decision, Error> {
    let Placed { priority, team, name, auto_assign, mut trace } = place(tx, facts).await?;
    let assignee = if auto_assign {
        least_loaded(tx, team, &mut trace).await?
    } else {
        trace.push(format!("{name} takes its tickets itself."));
        None
    };
    Ok(Decision { priority, team, assignee, trace })
}

/// Where a ticket goes, before anybody holds it: all that its promises depend on.
pub struct Placed {
    pub priority: Priority,
    pub team: TeamId,
    name: String,
    auto_assign: bool,
    trace: Vec<String>,
}

/// The team and priority that [`route`] would give a ticket with `facts`.
///
/// # Errors
/// As there.
pub async fn place(tx: &mut Tx, facts: &Facts<'_>) -> Result<Placed, Error> {
    let settings = settings::service::in_force(tx).await?;
    let (cache, now) = (tx.app.room::<Fresh<Board>>(), tx.now);
    let board = cache.get(now, || store::board(tx)).await?;

    let verdict = rules::decide(&board.rules, facts.category, &Words::of(facts.subject, facts.body));
    let mut trace = vec![verdict.because];

    let priority = facts.priority.or(verdict.priority).unwrap_or_default();
    trace.push(match (facts.priority, verdict.priority) {
        (Some(_), _) => format!("Priority {}, as chosen by who filed it.", priority.label().to_lowercase()),
        (None, Some(_)) => format!("Priority {}, set by the rule.", priority.label().to_lowercase()),
        (None, None) => format!("Priority {}, since nothing sets another.", priority.label().to_lowercase()),
    });

    let by_rule = verdict.team.filter(|team| board.team(*team).is_some());
    let default = settings.default_team.filter(|team| board.team(*team).is_some()).or_else(|| board.oldest());
    let team =
        facts.team.or(by_rule).or(default).ok_or_else(|| {
            Error::Refused("There is no team yet that could answer. Please try again later.".to_owned())
        })?;
    let known = board.team(team);
    let name = known.map_or("the chosen team", |t| t.name.as_str()).to_owned();
    trace.push(match (facts.team, by_rule) {
        (Some(_), _) => format!("Team {name}, as chosen by who filed it."),
        (None, Some(_)) => format!("Team {name}, set by the rule."),
        (None, None) => format!("Team {name}, which gets what no rule gives to another."),
    });
    Ok(Placed { priority, team, name, auto_assign: known.is_some_and(|t| t.auto_assign), trace })
}

async fn least_loaded(tx: &mut Tx, team: TeamId, trace: &mut Vec<String>) -> Result<Option<UserId>, Error> {
    let loads = tx.app.room::<Loads>();
    let found = loads.give(tx, team).await?;
    trace.push(match &found {
        Some(agent) => {
            format!("Given to {}, who held {}, the fewest of those who are in.", agent.name, tickets(agent.load))
        }
        None => "Nobody of the team is in and has room, so it waits to be taken.".to_owned(),
    });
    Ok(found.map(|agent| agent.id))
}

fn tickets(n: i64) -> String {
    match n {
        0 => "no ticket".to_owned(),
        1 => "one ticket".to_owned(),
        n => format!("{n} tickets"),
    }
}

/// All rules in their order, switched-off ones included.
pub async fn list(tx: &mut Tx) -> Result<Vec<RoutingRule>, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    store::list(tx).await
}

/// Adds a rule below the others.
///
/// # Errors
/// [`Error::Invalid`] at `team` or `category` if those are not in use.
pub async fn add(tx: &mut Tx, draft: &RuleDraft) -> Result<RuleId, Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    if store::count(tx).await? >= MAX_RULES {
        return Err(Error::Refused(format!("A desk has at most {MAX_RULES} rules. Remove one first.")));
    }
    check(tx, draft).await?;
    let (id, now) = (RuleId::new(), tx.now);
    store::insert(tx, id, draft, now).await?;
    changed(tx, id, &draft.name, "added").await?;
    Ok(id)
}

/// Replaces a rule; it keeps its place.
///
/// # Errors
/// As [`add`]; [`Error::NotFound`] if it was removed meanwhile.
pub async fn change(tx: &mut Tx, id: RuleId, draft: &RuleDraft) -> Result<(), Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    check(tx, draft).await?;
    let now = tx.now;
    if !store::update(tx, id, draft, now).await? {
        return Err(Error::NotFound);
    }
    changed(tx, id, &draft.name, "changed").await
}

/// Which way a rule moves in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Up,
    Down,
}

/// Moves a rule one place; at the end of the list nothing happens.
pub async fn shift(tx: &mut Tx, id: RuleId, direction: Direction) -> Result<(), Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let name = store::name(tx, id).await?.ok_or(Error::NotFound)?;
    let mut order = store::lock_order(tx).await?;
    let Some(at) = order.iter().position(|rule| *rule == id) else { return Err(Error::NotFound) };
    let to = match direction {
        Direction::Up => at.checked_sub(1),
        Direction::Down => Some(at + 1).filter(|to| *to < order.len()),
    };
    let Some(to) = to else { return Ok(()) };
    order.swap(at, to);
    store::set_order(tx, &order).await?;
    changed(tx, id, &name, &format!("moved from place {} to {}", at + 1, to + 1)).await
}

/// Removes a rule. What it decided stays in the traces of its tickets.
pub async fn remove(tx: &mut Tx, id: RuleId) -> Result<(), Error> {
    tx.actor.require(Permission::ConfigureDesk)?;
    let name = store::delete(tx, id).await?.ok_or(Error::NotFound)?;
    changed(tx, id, &name, "removed").await
}

async fn check(tx: &mut Tx, draft: &RuleDraft) -> Result<(), Error> {
    if let Some(team) = draft.set_team
        && !store::team_is_active(tx, team).await?
    {
        return Err(Error::invalid("team", "This team is switched off. Choose another."));
    }
    if let Some(category) = draft.conditions.category
        && !store::category_exists(tx, category).await?
    {
        return Err(Error::invalid("category", "Choose one of the list."));
    }
    Ok(())
}

async fn changed(tx: &mut Tx, id: RuleId, name: &str, change: &str) -> Result<(), Error> {
    let event = Event::Configured { area: "routing rule".into(), name: name.to_owned(), change: change.to_owned() };
    events::append(tx, About::Subject(id.uuid()), &[event]).await?;
    forget(tx);
    Ok(())
}

/// Has rules, teams and their people read again: for whoever changes either.
pub fn forget(tx: &Tx) {
    tx.app.room::<Fresh<Board>>().forget();
    tx.app.room::<Loads>().forget();
}
