//! What routing looks at and what it decides.
use serde::{Deserialize, Serialize};

use crate::{
    core::id::{CategoryId, TeamId, UserId},
    tickets::model::Priority,
};

/// What is known of a new ticket.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub subject: &'a str,
    pub body: &'a str,
    pub category: Option<CategoryId>,
    /// What the person who files it chose, where they may.
    pub priority: Option<Priority>,
    pub team: Option<TeamId>,
}

/// Where it goes, and the sentences that say why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub priority: Priority,
    pub team: TeamId,
    pub assignee: Option<UserId>,
    pub trace: Vec<String>,
}
