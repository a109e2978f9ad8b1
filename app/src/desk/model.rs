//! What the desk's pages are made of.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    core::id::{TeamId, TicketId, UserId},
    sla::why::Why,
    tickets::{
        model::{Category, PersonRef, Priority, Status, TeamRef, Ticket},
        query::{ListQuery, View},
        timeline::Timeline,
    },
    ui::promise::PromiseView,
};

/// One page of a list, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// What was asked for.
    pub query: ListQuery,
    pub rows: Vec<Line>,
    /// How many there are, on the first page of a list that is filtered; views have their own counts.
    pub count: Option<i64>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// One row as it is shown, with its promise as it counts down. It goes to the browser with every page of a list, so
/// it holds what a row shows and its keys need, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: TicketId,
    pub number: i64,
    /// Goes back with a change made from the list.
    pub version: i32,
    pub subject: String,
    pub status: Status,
    pub priority: Priority,
    pub requester: String,
    pub organisation: Option<String>,
    /// The name of whoever holds it.
    pub assignee: Option<String>,
    /// Somebody wrote since this person last looked.
    pub unread: bool,
    pub promise: PromiseView,
}

/// How many tickets each view holds for one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub mine: i64,
    pub unassigned: i64,
    pub open: i64,
    pub at_risk: i64,
    pub late: i64,
    pub on_hold: i64,
    pub due_soon: i64,
}

impl Counts {
    /// `None`: counting it would cost more than it says.
    pub const fn of(&self, view: View) -> Option<i64> {
        match view {
            View::Mine => Some(self.mine),
            View::Unassigned => Some(self.unassigned),
            View::Open => Some(self.open),
            View::AtRisk => Some(self.at_risk),
            View::Late => Some(self.late),
            View::OnHold => Some(self.on_hold),
            View::DueSoon => Some(self.due_soon),
            View::All => None,
        }
    }
}

/// The agent's start page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Home {
    pub name: String,
    pub counts: Counts,
    /// Held by this person and solved in the last seven days, how many of them missed no promise, and their list.
    pub solved: i64,
    pub solved_in_time: i64,
    pub solved_list: String,
    /// Promises due in each of the next hours, the first bar being this hour; and whose they are.
    pub due: Vec<DueHour>,
    /// What to do first: the person's own by due time, then what nobody holds.
    pub act: Vec<Line>,
}

/// One hour ahead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueHour {
    /// `15:00`, on the person's clock.
    pub label: String,
    pub count: i64,
    /// Where they are listed.
    pub list: String,
}

/// What the person may do with the ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct May {
    pub write: bool,
    pub assign: bool,
    pub change: bool,
}

/// A ticket with everything its page shows.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct TicketPage {
    pub ticket: Ticket,
    pub timeline: Timeline,
    /// All promises, and the reasons for them.
    pub why: Arc<Why>,
    pub may: May,
    pub watching: bool,
    /// Which routing rules were tried and what each said.
    pub trace: Vec<String>,
    /// Who looks.
    pub me: UserId,
    /// The server's clock when it answered.
    pub as_of: DateTime<Utc>,
}

/// What forms on a ticket offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    pub teams: Vec<TeamChoice>,
    pub categories: Vec<Category>,
}

/// A team and who of it may hold tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamChoice {
    pub team: TeamRef,
    pub members: Vec<PersonRef>,
}

impl Choices {
    /// Who may hold a ticket of `team`.
    pub fn members(&self, team: TeamId) -> &[PersonRef] {
        self.teams.iter().find(|t| t.team.id == team).map_or(&[], |t| t.members.as_slice())
    }
}
