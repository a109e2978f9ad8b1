//! Why a ticket's promises stand as they do, ready to be shown.

use serde::{Deserialize, Serialize};

use super::model::Metric;
use crate::ui::promise::PromiseView;
use crate::ui::why::{WhyStep, WhyView};

/// The promises of a ticket and the reasons for them, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The policy and the priority whose row it is: `Priority plan, High`.
    pub terms: Option<String>,
    /// The promises, the one that is due first explained first.
    pub promises: Vec<Explained>,
    /// Which policy decided and why those before it did not.
    pub trace: Vec<String>,
    /// Metrics that are timed without a promise.
    pub untimed: Vec<String>,
}

/// One promise with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// What is timed.
    pub metric: Metric,
    /// What people call it.
    pub name: String,
    /// The promise as it counts down.
    pub view: PromiseView,
    /// Beside it: `due Fri 14:20`, `of 2 h`.
    pub detail: String,
    /// `Why Friday 14:20?`
    pub question: String,
    /// `6 h 48 of 16 h used`.
    pub used: String,
    /// Drawn.
    pub picture: WhyView,
    /// Told.
    pub steps: Vec<WhyStep>,
    /// The hours it counts in: `Office hours, Mon to Fri 08:00–18:00`.
    pub hours: String,
}

impl Why {
    /// The promises that still run or stand still, as they count down; the one that is due first comes first.
    #[must_use]
    pub fn live(&self) -> Vec<PromiseView> {
        let due = |promise: &&Explained| promise.picture.due.as_ref().map_or(i64::MAX, |(at, _)| *at);
        let mut live: Vec<_> = self.promises.iter().filter(|promise| promise.picture.now.is_some()).collect();
        live.sort_by_key(due);
        live.into_iter().map(|promise| promise.view.clone()).collect()
    }

    /// The promise that is due next; else the first that still waits; else the last.
    #[must_use]
    pub fn urgent(&self) -> Option<usize> {
        let due = |promise: &Explained| promise.picture.due.as_ref().map_or(i64::MAX, |(at, _)| *at);
        let live = self.promises.iter().enumerate().filter(|(_, promise)| promise.picture.now.is_some());
        live.min_by_key(|(_, promise)| due(promise)).map(|(index, _)| index).or(self.promises.len().checked_sub(1))
    }
}
