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
    prop_oneof![
        4 => (1u128..5).prop_map(|n| Fact::CustomerMessage { message: message(n) }),
        4 => (1u128..5, any::<bool>()).prop_map(|(n, automatic)| Fact::Reply { message: message(n), automatic }),
        1 => (1u128..5).prop_map(|n| Fact::Bounced { message: message(n) }),
        1 => Just(Fact::NoReplyNeeded),
        3 => holds().prop_map(|waits| Fact::Held { waits, reason: None }),
        3 => Just(Fact::Resumed),
        2 => Just(Fact::Solved),
        1 => (1u128..3).prop_map(|n| Fact::Team { team: Some(team(n)) }),
        2 => (cause, targets()).prop_map(|(cause, targets)| Fact::Terms(Box::new(terms(cause, &targets)))),
    ]
}

fn holds() -> impl Strategy<Value = HoldReason> {
    prop_oneof![Just(HoldReason::Customer), Just(HoldReason::ThirdParty)]
}

fn histories() -> impl Strategy<Value = Story> {
    told(0..40)
}

/// More than two hundred events; of the bounces only two, because each begins everything again.
fn long_histories() -> impl Strategy<Value = Story> {
    told(200..230).prop_map(|mut story| {
        let bounces = story.0.iter_mut().filter(|event| matches!(event.fact, Fact::Bounced { .. }));
        bounces.skip(2).for_each(|event| event.fact = Fact::NoReplyNeeded);
        story
    })
}

/// Histories of which whatever happened within ten hours happened at one instant.
fn crowded_histories() -> impl Strategy<Value = Story> {
    histories().prop_map(|mut story| {
        for event in &mut story.0 {
            event.at = at(minute(event) / 600 * 600);
        }
        story
    })
}

/// Histories, and beside each the same events lying about in any order.
fn and_shuffled(stories: impl Strategy<Value = Story>) -> impl Strategy<Value = (Story, Story)> {
    stories.prop_flat_map(|story| (Just(story.clone()), Just(story.0).prop_shuffle().prop_map(Story)))
}

/// Histories in order, with many events at one instant; the last may close the ticket.
fn told(facts: std::ops::Range<usize>) -> impl Strategy<Value = Story> {
    let gaps = prop_oneof![2 => Just(0i64), 3 => 1i64..90, 1 => 90i64..3_000];
    (targets(), prop::collection::vec((gaps, fact()), facts), any::<bool>()).prop_map(|(first, facts, close)| {
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

fn minute(event: &Event) -> i64 {
    (event.at - monday()).num_minutes()
}

fn last_minute(story: &Story) -> i64 {
    story.0.last().map_or(0, minute)
}

fn bytes(outcome: &Outcome) -> String {
    serde_json::to_string(&(&outcome.clocks, &outcome.firings)).unwrap()
}

#[test]
fn of_events_of_one_instant_the_lower_number_comes_first() {
    let (reply, solved) = (Fact::Reply { message: message(9), automatic: false }, Fact::Solved);
    let filed = Story::filed(&[(Metric::FirstReply, 60)]);
    let mut answered = filed.clone().then(10, reply.clone()).then(10, solved.clone());
    assert_eq!(answered.state(20, Metric::FirstReply), ClockState::Met);
    assert_eq!(filed.then(10, solved).then(10, reply).state(20, Metric::FirstReply), ClockState::Cancelled);
    answered.0.reverse();
    assert_eq!(answered.state(20, Metric::FirstReply), ClockState::Met, "wherever they stand");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases().div_ceil(10)))]

    #[test]
    fn the_order_in_which_events_are_given_changes_nothing(story in histories(), later in 0i64..5_000) {
        let until = last_minute(&story) + later;
        let mut reversed = story.clone();
        reversed.0.reverse();
        prop_assert_eq!(story.until(until), reversed.until(until));
    }

    #[test]
    fn events_of_one_instant_may_be_given_in_any_order(
        (story, shuffled) in and_shuffled(crowded_histories()), later in 0i64..5_000,
    ) {
        let until = last_minute(&story) + later;
        prop_assert_eq!(bytes(&story.until(until)), bytes(&shuffled.until(until)));
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
    fn a_hold_in_any_history_moves_no_due_time_backwards(
        story in histories(), later in 0i64..500, waits in holds(), length in 0i64..4_000,
    ) {
        let from = last_minute(&story) + later;
        let running = |clock: &&Clock| clock.state == ClockState::Running;
        let before = story.until(from).clocks;
        let after = story.held(from, waits).then(from + length, Fact::Resumed).until(from + length).clocks;
        for was in before.iter().filter(running) {
            let same = |is: &&Clock| (is.metric, is.cycle) == (was.metric, was.cycle);
            if let Some(is) = after.iter().filter(running).find(same) {
                prop_assert!(is.due_at >= was.due_at, "{:?} before {:?}", is.due_at, was.due_at);
            }
        }
    }

    #[test]
    fn time_alone_brings_nothing_before_the_next_timer_and_something_with_it(
        story in histories(), later in 0i64..2_000,
    ) {
        let now = last_minute(&story) + later;
        let decided = |instant| {
            let outcome = replay(&story.0, &CALENDARS, instant).unwrap();
            (outcome.clocks.iter().map(|clock| clock.breach).collect::<Vec<_>>(), outcome.firings)
        };
        if let Some(next) = story.until(now).clocks.iter().filter_map(|clock| clock.next_at).min() {
            prop_assert_eq!(decided(next - TimeDelta::microseconds(1)), decided(at(now)));
            prop_assert_ne!(decided(next), decided(at(now)));
        }
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

// Each of these replays hundreds of events several times.
proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases().div_ceil(80)))]

    #[test]
    fn a_long_history_is_the_same_to_the_byte_in_whatever_order_its_events_are_given(
        (story, shuffled) in and_shuffled(long_histories()), later in 0i64..5_000,
    ) {
        prop_assert!(story.0.len() > 200);
        let until = last_minute(&story) + later;
        prop_assert_eq!(bytes(&story.until(until)), bytes(&shuffled.until(until)));
    }

    #[test]
    fn a_long_history_told_step_by_step_is_the_same_as_told_at_once(
        story in long_histories(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 3),
    ) {
        let whole = story.until(last_minute(&story));
        for cut in cuts {
            let known = Story(story.0[..=cut.index(story.0.len())].to_vec());
            // Timers of the last instant wait for all that happens at it.
            let now = last_minute(&known) - 1;
            let then = known.until(now);
            prop_assert_eq!(bytes(&then), bytes(&story.until(now)), "the clocks of minute {}", now);
            let firings: Vec<_> = whole.firings.iter().filter(|firing| firing.at <= at(now)).cloned().collect();
            prop_assert_eq!(then.firings, firings, "what was decided by minute {}", now);
        }
    }

    #[test]
    fn a_miss_stays_what_it_was_and_no_excuse_ends_in_the_past(
        story in long_histories(), looks in prop::collection::vec(any::<prop::sample::Index>(), 3),
    ) {
        // A bounce may find out about the past.
        let events = story.0.into_iter().filter(|event| !matches!(event.fact, Fact::Bounced { .. }));
        let story = Story(events.collect());
        let whole = story.until(last_minute(&story)).clocks;
        for look in looks {
            let look = minute(look.get(&story.0));
            for was in story.until(look).clocks {
                let Some(breach) = was.breach else { continue };
                let is = whole.iter().find(|is| (is.metric, is.cycle) == (was.metric, was.cycle));
                let after = is.and_then(|is| is.breach);
                if breach.counts_since.is_some() {
                    prop_assert_eq!(after, Some(breach), "a miss is gone");
                } else if after != Some(breach) && after.is_none_or(|after| after.at > at(look)) {
                    // What comes while it is solved is in force from the reopening on.
                    let since = if was.state.is_live() { at(look) } else { breach.at };
                    let is_undone = |event: &Event| event.at >= since && matches!(event.fact, Fact::Terms(_));
                    prop_assert!(story.0.iter().any(is_undone), "nothing undid it");
                } else if let Some(after) = after {
                    let is_same = (after.at, after.cause) == (breach.at, breach.cause);
                    prop_assert!(is_same || after.at > at(look), "an excused miss was undone, and this is another");
                    prop_assert!(after.counts_since.is_none_or(|since| since > at(look)), "known only now");
                }
            }
        }
    }
}
