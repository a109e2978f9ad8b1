//! What must hold for every history.

use super::*;
use proptest::prelude::*;

const METRICS: [Metric; 8] = Metric::ALL;

fn targets() -> impl Strategy<Value = Vec<(Metric, Allowance, CalendarVersionId)>> {
    let allowance = prop_oneof![
        4 => (1u32..2_000).prop_map(|minutes| Allowance::Seconds(minutes * 60)),
        1 => (1u32..200).prop_map(Allowance::Seconds),
        1 => (1u16..4).prop_map(Allowance::WorkingDay),
    ];
    let calendar = prop_oneof![Just(ALWAYS), Just(OFFICE)];
    prop::collection::vec((prop::sample::select(METRICS.to_vec()), allowance, calendar), 0..7)
}

fn fact() -> impl Strategy<Value = Fact> {
    let cause = prop_oneof![
        Just(Cause::Priority),
        Just(Cause::Policy),
        prop::sample::select(METRICS.to_vec()).prop_map(|metric| Cause::Ladder { metric, cycle: 1 }),
    ];
    let waits = prop_oneof![Just(HoldReason::Customer), Just(HoldReason::ThirdParty)];
    prop_oneof![
        4 => (1u128..5).prop_map(|n| Fact::CustomerMessage { message: message(n) }),
        4 => (1u128..5, any::<bool>()).prop_map(|(n, automatic)| Fact::Reply { message: message(n), automatic }),
        1 => (1u128..5).prop_map(|n| Fact::Bounced { message: message(n) }),
        1 => Just(Fact::NoReplyNeeded),
        3 => waits.prop_map(|waits| Fact::Held { waits, reason: None }),
        3 => Just(Fact::Resumed),
        2 => Just(Fact::Solved),
        1 => (1u128..3).prop_map(|n| Fact::Team { team: Some(team(n)) }),
        2 => (cause, targets()).prop_map(|(cause, targets)| Fact::Terms(Box::new(terms(cause, &targets)))),
    ]
}

/// Histories in order, with many events at one instant; the last may close the ticket.
fn histories() -> impl Strategy<Value = Story> {
    let gaps = prop_oneof![2 => Just(0i64), 3 => 1i64..90, 1 => 90i64..3_000];
    (targets(), prop::collection::vec((gaps, fact()), 0..40), any::<bool>()).prop_map(|(first, facts, close)| {
        let mut story = Story::default()
            .then(0, Fact::Opened { team: Some(team(1)), imported: false })
            .then(0, Fact::Terms(Box::new(terms(Cause::Created, &first))));
        let mut minute = 0;
        for (gap, fact) in facts {
            minute += gap;
            story = story.then(minute, fact);
        }
        if close { story.then(minute, Fact::Closed) } else { story }
    })
}

fn last_minute(story: &Story) -> i64 {
    story.0.last().map_or(0, |event| (event.at - monday()).num_minutes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_order_in_which_events_are_given_changes_nothing(story in histories(), later in 0i64..5_000) {
        let until = last_minute(&story) + later;
        let mut reversed = story.clone();
        reversed.0.reverse();
        prop_assert_eq!(story.until(until), reversed.until(until));
    }

    #[test]
    fn what_was_decided_stays_decided_as_the_history_grows(story in histories()) {
        // As the store does it: after every event, with what is known then.
        let mut decided = Vec::new();
        for known in 2..=story.0.len() {
            let so_far = Story(story.0[..known].to_vec());
            let now = last_minute(&so_far);
            // Timers of this very instant are swept only after it.
            for firing in so_far.until(now - 1).firings {
                if !decided.contains(&firing) { decided.push(firing); }
            }
        }
        let mut keys: Vec<_> = decided.iter().map(|f| (f.metric, f.cycle, f.step.percent)).collect();
        let whole = story.until(last_minute(&story) - 1).firings;
        prop_assert_eq!(decided.len(), whole.len());
        for firing in &decided {
            prop_assert!(whole.contains(firing), "{:?} is gone", firing);
        }
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(keys.len(), decided.len(), "a step fired twice");
    }

    #[test]
    fn no_clock_is_both_met_and_missed_and_only_live_ones_wait(story in histories(), later in 0i64..5_000) {
        let outcome = story.until(last_minute(&story) + later);
        let mut keys: Vec<_> = outcome.clocks.iter().map(|c| (c.metric, c.cycle)).collect();
        keys.dedup();
        prop_assert_eq!(keys.len(), outcome.clocks.len(), "two clocks under one key");
        for clock in outcome.clocks {
            prop_assert_eq!(clock.state == ClockState::Missed, !clock.state.is_live() && clock.is_late());
            prop_assert_eq!(clock.state.is_live(), clock.ended_at.is_none());
            prop_assert!(clock.state.is_live() || clock.next_at.is_none());
            prop_assert!(clock.next_at.is_none_or(|next| next > at(last_minute(&story) + later)), "a timer was left");
            for pair in clock.segments.windows(2) {
                prop_assert_eq!(pair[0].to, Some(pair[1].from), "a gap between segments");
            }
            if let (ClockState::Running, Some(due)) = (clock.state, clock.due_at) {
                prop_assert_eq!(clock.is_late(), due <= at(last_minute(&story) + later) || clock.breach.is_some());
            }
        }
    }

    #[test]
    fn a_pause_never_moves_a_due_time_backwards(
        minutes in 1u32..3_000, calendar in prop_oneof![Just(ALWAYS), Just(OFFICE)],
        from in 0i64..4_000, length in 0i64..4_000,
    ) {
        let story = Story::default()
            .then(0, Fact::Opened { team: None, imported: false })
            .then(0, Fact::Terms(Box::new(terms(Cause::Created, &[(Metric::Resolution, Allowance::Seconds(minutes * 60), calendar)]))));
        let before = story.clock(from, Metric::Resolution).due_at;
        let after = story.held(from, HoldReason::Customer).then(from + length, Fact::Resumed)
            .clock(from + length, Metric::Resolution).due_at;
        prop_assert!(after >= before, "{:?} before {:?}", after, before);
    }

    #[test]
    fn what_is_left_is_what_the_calendar_says(story in histories(), later in 0i64..500) {
        let now = last_minute(&story) + later;
        for clock in story.until(now).clocks {
            // Counted minute by minute over the segments, obviously right.
            let mut counted = 0;
            for segment in clock.segments.iter().filter(|s| s.kind == crate::sla::clock::SegmentKind::Running) {
                let Some(calendar) = segment.calendar else { continue };
                let end = segment.to.unwrap_or(at(now));
                let mut minute = segment.from;
                while minute < end {
                    counted += i64::from(CALENDARS[&calendar].is_working(minute)) * 60;
                    minute += TimeDelta::minutes(1);
                }
            }
            prop_assert_eq!(clock.used, counted);
        }
    }

    #[test]
    fn events_survive_their_json(story in histories()) {
        let json = serde_json::to_string(&story.0).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Event>>(&json).unwrap(), story.0);
    }
}
