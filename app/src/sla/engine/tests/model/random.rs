//! Short random histories: many events at one instant, many at odd seconds, many where something is just due.

use super::*;
use crate::sla::model::Step;
use HoldReason::{Customer, ThirdParty};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub(super) struct History {
    /// Which of the scenes.
    pub scene: usize,
    pub events: Vec<Event>,
    pub until: usize,
}

fn promises() -> impl Strategy<Value = Terms> {
    let metrics = || prop::sample::select(Metric::ALL.to_vec());
    // Tens of seconds, so that every step of a ladder is reached on a second.
    let tens = prop_oneof![5 => 1u32..60, 1 => 60u32..600];
    let hours = prop::sample::select(vec![ALWAYS, OFFICE, SHORT]);
    let target = (tens.prop_map(|tens| Allowance::Seconds(tens * 10)), hours);
    let targets = prop::collection::vec(prop::option::weighted(0.8, target), Metric::ALL.len());
    let cause = prop_oneof![
        3 => Just(Cause::Priority),
        1 => (metrics(), 1u32..4).prop_map(|(metric, cycle)| Cause::Ladder { metric, cycle }),
    ];
    let ladder = prop::sample::select(vec![vec![50u16, 80, 100, 120], vec![10, 50, 150]]);
    let holds = prop::sample::subsequence(vec![Customer, ThirdParty], 0..=2);
    let pauses = prop::collection::btree_map(metrics(), holds, 0..2);
    (cause, targets, ladder, pauses).prop_map(|(cause, targets, ladder, pauses)| {
        let targets = Metric::ALL.into_iter().zip(targets);
        let targets: Vec<_> =
            targets.filter_map(|(metric, target)| target.map(|(much, hours)| (metric, much, hours))).collect();
        let step = |percent| Step { percent, notify: BTreeSet::new(), also: None };
        Terms { ladder: ladder.into_iter().map(step).collect(), pauses, ..terms(cause, &targets) }
    })
}

fn holders() -> impl Strategy<Value = Option<TeamId>> {
    prop::option::weighted(0.8, (1u128..4).prop_map(team))
}

fn facts() -> impl Strategy<Value = Fact> {
    let waits = prop_oneof![Just(Customer), Just(ThirdParty)];
    prop_oneof![
        4 => Just(Fact::CustomerMessage { message: message(1) }),
        4 => prop::bool::weighted(0.25).prop_map(|automatic| Fact::Reply { message: message(9), automatic }),
        1 => Just(Fact::NoReplyNeeded),
        3 => waits.prop_map(|waits| Fact::Held { waits, reason: None }),
        3 => Just(Fact::Resumed),
        2 => Just(Fact::Solved),
        1 => Just(Fact::Closed),
        2 => holders().prop_map(|team| Fact::Team { team }),
        4 => promises().prop_map(|terms| Fact::Terms(Box::new(terms))),
    ]
}

pub(super) fn histories() -> impl Strategy<Value = History> {
    let gap = prop_oneof![
        3 => Just(0usize),
        3 => 1usize..30,
        4 => (1usize..30).prop_map(|fives| fives * 5),
        1 => 150usize..900,
    ];
    let told = prop::collection::vec((gap, facts()), 0..18);
    let first = prop::option::weighted(0.9, promises());
    (0..SCENES.len(), 0usize..900, holders(), first, told, 0usize..300).prop_map(
        |(scene, opened, team, first, told, later)| {
            let created = first.map(|terms| Fact::Terms(Box::new(Terms { cause: Cause::Created, ..terms })));
            let mut all = vec![(opened, Fact::Opened { team, imported: false })];
            all.extend(created.map(|terms| (0, terms)));
            all.extend(told);
            let (mut now, mut events, mut solved) = (0, Vec::new(), false);
            for (n, (gap, fact)) in (1..).zip(all) {
                match fact {
                    Fact::Solved => solved = true,
                    Fact::Resumed => solved = false,
                    // Nobody puts on hold what is solved: it is taken up again first.
                    Fact::Held { .. } if solved => continue,
                    _ => {}
                }
                if now + gap > HISTORY {
                    break;
                }
                now += gap;
                events.push(Event { n, at: SCENES[scene].at(now), actor: None, fact });
            }
            History { scene, events, until: now + later }
        },
    )
}
