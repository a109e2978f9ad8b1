//! One example per rule, with the numbers of the rules where the design has them.

use super::*;
use crate::sla::clock::SegmentKind;
use crate::sla::model::BreachCause;
use HoldReason::{Customer, ThirdParty};
use Metric::{AgentWork, FirstReply, NextReply, Ownership, PausableUpdate, PeriodicUpdate, RequesterWait, Resolution};

#[test]
fn a_reply_exactly_at_the_due_time_keeps_it_and_one_later_does_not() {
    let filed = Story::filed(&[(FirstReply, 60)]);
    assert_eq!(filed.clock(0, FirstReply).due_at, Some(at(60)));
    assert_eq!(filed.clone().replied(60, 9).state(500, FirstReply), ClockState::Met);
    let late = filed.replied(61, 9).clock(500, FirstReply);
    assert_eq!(late.state, ClockState::Missed);
    assert_eq!(late.breach.map(|b| (b.at, b.counts_since)), Some((at(60), Some(at(60)))));
}

#[test]
fn a_breach_is_at_the_due_time_however_late_somebody_looks() {
    let filed = Story::filed(&[(FirstReply, 60)]);
    assert!(!filed.clock(59, FirstReply).is_late());
    for look in [60, 61, 100_000] {
        assert_eq!(filed.clock(look, FirstReply).breach.map(|b| b.at), Some(at(60)), "looked at {look}");
    }
}

#[test]
fn automatic_replies_fulfil_nothing() {
    let story = Story::filed(&[(FirstReply, 60)]).then(5, Fact::Reply { message: message(9), automatic: true });
    assert_eq!(story.state(10, FirstReply), ClockState::Running);
}

#[test]
fn next_reply_runs_from_the_oldest_unanswered_message_since_the_first_reply() {
    let story = Story::filed(&[(FirstReply, 60), (NextReply, 30)]).wrote(10, 2).replied(20, 9);
    assert!(story.until(25).clocks.iter().all(|clock| clock.metric != NextReply), "answered by the first reply");
    let asked = story.wrote(100, 3).wrote(120, 4);
    let clock = asked.clock(125, NextReply);
    assert_eq!((clock.started_at, clock.due_at), (at(100), Some(at(130))));
    let again = asked.replied(129, 10).wrote(200, 5);
    assert_eq!(again.state(150, NextReply), ClockState::Met);
    assert_eq!(again.clock(201, NextReply).due_at, Some(at(230)));
}

#[test]
fn a_ticket_opened_for_a_customer_waits_for_the_first_message() {
    let story = Story::default()
        .then(0, Fact::Opened { team: None, imported: false })
        .promised(0, Cause::Created, &[(FirstReply, 60), (Resolution, 600)])
        .replied(5, 9);
    assert_eq!(story.clock(10, Resolution).started_at, at(0));
    assert!(story.until(10).clocks.iter().all(|clock| clock.metric != FirstReply));
    assert_eq!(story.wrote(50, 1).clock(60, FirstReply).due_at, Some(at(110)));
}

#[test]
fn no_reply_needed_cancels_next_reply_unless_it_was_late() {
    let asked = Story::filed(&[(FirstReply, 60), (NextReply, 30)]).replied(5, 9).wrote(100, 2);
    assert_eq!(asked.clone().then(110, Fact::NoReplyNeeded).state(500, NextReply), ClockState::Cancelled);
    assert_eq!(asked.then(131, Fact::NoReplyNeeded).state(500, NextReply), ClockState::Missed);
}

#[test]
fn a_bounce_takes_the_reply_back_and_the_clock_is_missed_at_its_due_time() {
    let story = Story::filed(&[(FirstReply, 60)]).replied(20, 9);
    let in_time = story.clone().bounced(30, 9);
    assert_eq!(in_time.state(29, FirstReply), ClockState::Met);
    let clock = in_time.clock(31, FirstReply);
    assert_eq!((clock.state, clock.started_at, clock.due_at), (ClockState::Running, at(0), Some(at(60))));
    assert_eq!(in_time.replied(40, 10).state(500, FirstReply), ClockState::Met);

    let late = story.bounced(90, 9);
    assert_eq!(late.clock(90, FirstReply).breach.map(|b| b.at), Some(at(60)));
    // Steps that would have been reached meanwhile are decided when it is known: the highest alone.
    assert_eq!(late.steps(89, FirstReply), []);
    assert_eq!(late.steps(500, FirstReply), [(120, 90)]);
}

#[test]
fn a_bounce_does_not_fire_again_what_has_fired_nor_rename_other_clocks() {
    let story = Story::filed(&[(FirstReply, 100), (NextReply, 100)]).replied(60, 9).wrote(70, 2).wrote(75, 3);
    assert_eq!(story.clock(80, NextReply).cycle, 2);
    let story = story.bounced(80, 9);
    assert_eq!(story.steps(79, FirstReply), [(50, 50)]);
    assert!(story.until(81).clocks.iter().all(|clock| clock.metric != NextReply));
    let story = story.replied(90, 10).wrote(95, 4);
    assert_eq!(story.clock(96, NextReply).cycle, 4, "named by its message, not by its place");
    assert_eq!(story.steps(200, FirstReply), [(50, 50), (80, 80)]);
}

#[test]
fn a_bounce_after_closing_changes_nothing() {
    let story = Story::filed(&[(FirstReply, 60)]).replied(20, 9).then(30, Fact::Solved).then(40, Fact::Closed);
    assert_eq!(story.bounced(50, 9).state(60, FirstReply), ClockState::Met);
}

#[test]
fn waiting_pauses_what_the_rules_say_and_a_paused_clock_has_a_remainder() {
    let all = [(PausableUpdate, 100), (PeriodicUpdate, 100), (RequesterWait, 100), (AgentWork, 100), (Resolution, 100)];
    let story = Story::filed(&all).replied(10, 9);
    let paused_on = |hold| {
        let outcome = story.clone().held(20, hold).until(30);
        outcome.clocks.into_iter().filter(|c| c.state == ClockState::Paused).map(|c| c.metric).collect::<Vec<_>>()
    };
    assert_eq!(paused_on(Customer), [PausableUpdate, RequesterWait, AgentWork, Resolution]);
    assert_eq!(paused_on(ThirdParty), [AgentWork]);

    let held = story.held(20, Customer).clock(90, Resolution);
    assert_eq!((held.due_at, held.left(), held.next_at), (None, Some(80 * 60), None));
}

#[test]
fn a_pause_moves_the_due_time_by_its_length() {
    let story = Story::filed(&[(Resolution, 100)]).held(20, Customer).then(50, Fact::Resumed);
    let clock = story.clock(60, Resolution);
    assert_eq!(clock.due_at, Some(at(130)));
    let kinds: Vec<_> = clock.segments.iter().map(|s| (s.kind, s.since)).collect();
    assert_eq!(kinds, [(SegmentKind::Running, 1), (SegmentKind::Paused(Customer), 4), (SegmentKind::Running, 5)]);
    // From one hold to the other: one keeps the clock still, the other does not.
    let story = Story::filed(&[(Resolution, 100)]).held(20, Customer).held(50, ThirdParty);
    assert_eq!(story.clock(60, Resolution).due_at, Some(at(130)));
}

#[test]
fn a_policy_may_say_otherwise_when_a_metric_pauses_but_never_for_replies() {
    let mut terms = terms(Cause::Created, &[(Resolution, Allowance::Seconds(6_000), ALWAYS)]);
    terms.pauses = [(Resolution, vec![ThirdParty]), (FirstReply, vec![Customer])].into();
    assert!(terms.pauses(Resolution, ThirdParty) && !terms.pauses(Resolution, Customer));
    assert!(!terms.pauses(FirstReply, Customer));
}

#[test]
fn solving_fulfils_or_cancels_and_what_was_late_stays_missed() {
    let story = Story::filed(&[(FirstReply, 60), (Resolution, 100), (Ownership, 50)]).then(40, Fact::Solved);
    assert_eq!(story.state(500, FirstReply), ClockState::Cancelled);
    assert_eq!(story.state(500, Resolution), ClockState::Met);
    assert_eq!(story.state(500, Ownership), ClockState::Met);
    assert_eq!(story.state(500, AgentWork), ClockState::Untimed);
    let late = Story::filed(&[(FirstReply, 60), (Resolution, 100)]).then(120, Fact::Solved);
    assert_eq!(late.state(500, FirstReply), ClockState::Missed);
    assert_eq!(late.state(500, Resolution), ClockState::Missed);
}

#[test]
fn a_reopen_resumes_with_the_solved_time_left_out() {
    let story = Story::filed(&[(FirstReply, 60), (Resolution, 100)]).then(40, Fact::Solved);
    let kept = story.clone().wrote(140, 2).then(140, Fact::Resumed);
    let clock = kept.clock(150, Resolution);
    assert_eq!((clock.state, clock.due_at), (ClockState::Running, Some(at(200))));
    assert_eq!(clock.segments[1].kind, SegmentKind::Ended);
    assert_eq!(kept.state(150, FirstReply), ClockState::Cancelled, "never restarts");
    assert_eq!(kept.clock(150, NextReply).started_at, at(140));
    assert_eq!(kept.clone().then(199, Fact::Solved).state(500, Resolution), ClockState::Met);
    assert_eq!(kept.then(201, Fact::Solved).state(500, Resolution), ClockState::Missed);
    // A miss stays one although the rest went quickly.
    let missed = Story::filed(&[(Resolution, 100)]).then(140, Fact::Solved).then(150, Fact::Resumed);
    assert_eq!(missed.then(151, Fact::Solved).clock(500, Resolution).breach.map(|b| b.at), Some(at(100)));
}

#[test]
fn solved_or_paused_exactly_when_due_it_is_late_only_once_it_runs_again() {
    let story = Story::filed(&[(Resolution, 100)]).then(100, Fact::Solved);
    assert_eq!(story.state(500, Resolution), ClockState::Met);
    let breach = story.then(200, Fact::Resumed).clock(300, Resolution).breach.unwrap();
    assert_eq!((breach.at, breach.cause), (at(200), BreachCause::Due));
    let held = Story::filed(&[(Resolution, 100)]).held(100, Customer);
    assert!(!held.clock(500, Resolution).is_late());
    assert_eq!(held.then(200, Fact::Resumed).clock(300, Resolution).breach.map(|b| b.at), Some(at(200)));
}

#[test]
fn every_team_and_every_return_of_one_has_its_own_ownership() {
    let story = Story::filed(&[(Ownership, 50)])
        .then(10, Fact::Team { team: Some(team(2)) })
        .then(70, Fact::Team { team: Some(team(1)) })
        .then(80, Fact::Solved)
        .then(90, Fact::Resumed);
    let spells: Vec<_> = story
        .until(100)
        .clocks
        .into_iter()
        .filter(|c| c.metric == Ownership)
        .map(|c| (c.cycle, c.state, c.started_at))
        .collect();
    assert_eq!(
        spells,
        [(1, ClockState::Met, at(0)), (2, ClockState::Missed, at(10)), (3, ClockState::Running, at(70)),]
    );
    let other = story.then(100, Fact::Solved).then(110, Fact::Team { team: Some(team(2)) }).then(120, Fact::Resumed);
    assert_eq!(other.clock(130, Ownership).started_at, at(120), "the new team holds it since the reopening");
}

#[test]
fn updates_run_from_reply_to_reply() {
    let story = Story::filed(&[(PeriodicUpdate, 60)]).replied(10, 9).replied(50, 10).held(60, Customer);
    let cycles: Vec<_> = story
        .until(115)
        .clocks
        .into_iter()
        .filter(|c| c.metric == PeriodicUpdate)
        .map(|c| (c.cycle, c.state, c.breach.map(|b| b.at)))
        .collect();
    assert_eq!(cycles, [(1, ClockState::Met, None), (2, ClockState::Running, Some(at(110)))]);
    // The reply that solves starts no update promise.
    let solved = Story::filed(&[(PeriodicUpdate, 60)]).replied(10, 9).then(10, Fact::Solved);
    assert!(solved.until(20).clocks.iter().all(|clock| clock.metric != PeriodicUpdate));
}

#[test]
fn a_change_of_priority_keeps_the_elapsed_time_and_swaps_the_target() {
    let story = Story::filed(&[(Resolution, 100)]).promised(20, Cause::Priority, &[(Resolution, 50)]);
    assert_eq!(story.clock(30, Resolution).due_at, Some(at(50)));
    let back = story.promised(30, Cause::Priority, &[(Resolution, 100)]).clock(40, Resolution);
    assert_eq!(back.due_at, Some(at(100)));
    let log: Vec<_> = back.changes.iter().map(|c| (c.event, c.allowance, c.due_at)).collect();
    assert_eq!(
        log,
        [(1 + 1, Some(6_000), Some(at(100))), (4, Some(3_000), Some(at(50))), (5, Some(6_000), Some(at(100)))]
    );
}

#[test]
fn a_miss_by_policy_change_is_excused_until_the_old_due_time_has_passed_too() {
    let story = Story::filed(&[(Resolution, 100)]).promised(60, Cause::Priority, &[(Resolution, 30)]);
    let breach = story.clock(60, Resolution).breach.unwrap();
    assert_eq!((breach.at, breach.cause, breach.counts_since), (at(60), BreachCause::PolicyChange, None));
    let kept = story.clone().then(100, Fact::Solved).clock(500, Resolution);
    assert_eq!((kept.state, kept.breach.unwrap().counts_since), (ClockState::Missed, None));
    let missed = story.clone().then(101, Fact::Solved).clock(500, Resolution);
    assert_eq!(missed.breach.unwrap().counts_since, Some(at(100)));
    // Another target by which it is late too changes neither the miss nor what excuses it.
    let still = story.promised(70, Cause::Priority, &[(Resolution, 70)]).clock(300, Resolution);
    let breach = still.breach.unwrap();
    assert_eq!((breach.at, breach.counts_since, still.allowance), (at(60), Some(at(100)), Some(1_800)));
}

#[test]
fn a_miss_by_policy_change_is_undone_by_a_change_that_leaves_time_again() {
    let tight = Story::filed(&[(Resolution, 100)]).promised(60, Cause::Policy, &[(Resolution, 30)]);
    let undone = tight.clone().promised(70, Cause::Policy, &[(Resolution, 100)]);
    let clock = undone.clock(80, Resolution);
    assert_eq!((clock.breach, clock.due_at), (None, Some(at(100))));
    assert_eq!(undone.clone().then(90, Fact::Solved).state(500, Resolution), ClockState::Met);
    let missed = undone.clock(300, Resolution).breach.unwrap();
    assert_eq!((missed.at, missed.cause, missed.counts_since), (at(100), BreachCause::Due, Some(at(100))));
    // Tightened again, what excuses it is what was promised then.
    let again = undone.promised(80, Cause::Policy, &[(Resolution, 10)]).clock(300, Resolution).breach.unwrap();
    assert_eq!((again.at, again.cause, again.counts_since), (at(80), BreachCause::PolicyChange, Some(at(100))));
    // Undone and tightened at one instant, it is the promise from before both.
    let at_once = tight.clone().promised(70, Cause::Policy, &[(Resolution, 100)]);
    let at_once = at_once.promised(70, Cause::Policy, &[(Resolution, 10)]).clock(300, Resolution).breach.unwrap();
    assert_eq!((at_once.at, at_once.counts_since), (at(70), Some(at(100))));
    // Once the old promise is broken too, it stands.
    let late = tight.promised(110, Cause::Policy, &[(Resolution, 500)]).clock(300, Resolution);
    assert_eq!(
        (late.breach.map(|b| (b.at, b.counts_since)), late.allowance),
        (Some((at(60), Some(at(100)))), Some(1_800))
    );
}

#[test]
fn a_miss_stands_with_the_promise_that_was_broken_when_the_target_is_loosened() {
    let story = Story::filed(&[(Resolution, 60)]).promised(90, Cause::Priority, &[(Resolution, 500)]);
    let clock = story.clock(100, Resolution);
    assert_eq!((clock.breach.map(|b| b.at), clock.due_at, clock.left()), (Some(at(60)), Some(at(60)), Some(-40 * 60)));
    assert_eq!(story.then(120, Fact::Solved).state(500, Resolution), ClockState::Missed);
}

#[test]
fn a_target_that_comes_later_sees_all_the_elapsed_time() {
    let story = Story::filed(&[]).held(20, Customer).then(30, Fact::Resumed);
    let clock = story.clock(40, Resolution);
    assert_eq!((clock.state, clock.due_at, clock.allowance), (ClockState::Running, None, None));
    let promised = story.promised(40, Cause::Priority, &[(Resolution, 60)]).clock(40, Resolution);
    assert_eq!((promised.used, promised.due_at), (30 * 60, Some(at(70))));
    let taken = Story::filed(&[(Resolution, 60)]).promised(40, Cause::Fields, &[]).then(90, Fact::Solved);
    assert_eq!(taken.state(100, Resolution), ClockState::Untimed);
}

#[test]
fn a_paused_clock_can_be_breached_by_a_change_of_target_alone() {
    let story = Story::filed(&[(Resolution, 100)]).held(50, Customer);
    assert!(!story.clock(5_000, Resolution).is_late());
    let tight = story.clone().promised(60, Cause::Policy, &[(Resolution, 40)]).clock(60, Resolution);
    assert_eq!(tight.breach.map(|b| (b.at, b.cause)), Some((at(60), BreachCause::PolicyChange)));
    let exact = story.promised(60, Cause::Policy, &[(Resolution, 50)]);
    assert!(!exact.clock(5_000, Resolution).is_late(), "nothing left, but not over");
}

#[test]
fn ladder_steps_fire_in_the_clocks_own_time_each_once() {
    let story = Story::filed(&[(Resolution, 100)]);
    assert_eq!(story.steps(1_000, Resolution), [(50, 50), (80, 80), (100, 100), (120, 120)]);
    let paused = story.clone().held(60, Customer).then(160, Fact::Resumed);
    assert_eq!(paused.steps(1_000, Resolution), [(50, 50), (80, 180), (100, 200), (120, 220)]);
    assert_eq!(story.clone().held(60, Customer).steps(1_000, Resolution), [(50, 50)]);
    assert_eq!(story.then(90, Fact::Solved).steps(1_000, Resolution), [(50, 50), (80, 80)]);
}

#[test]
fn of_steps_jumped_over_only_the_highest_fires_and_fired_ones_never_again() {
    let story = Story::filed(&[(Resolution, 1_000)]);
    let jumped = story.clone().promised(90, Cause::Priority, &[(Resolution, 100)]);
    assert_eq!(jumped.steps(95, Resolution), [(80, 90)]);
    assert_eq!(jumped.steps(1_000, Resolution), [(80, 90), (100, 100), (120, 120)]);
    let back = jumped.promised(95, Cause::Priority, &[(Resolution, 1_000)]);
    assert_eq!(back.steps(5_000, Resolution), [(80, 90), (100, 1_000), (120, 1_200)]);
}

#[test]
fn a_step_that_raises_the_priority_leaves_its_own_clock_alone() {
    let cause = Cause::Ladder { metric: Resolution, cycle: 1 };
    let story = Story::filed(&[(FirstReply, 100), (Resolution, 100)]).promised(
        50,
        cause,
        &[(FirstReply, 80), (Resolution, 80)],
    );
    assert_eq!(story.clock(60, Resolution).due_at, Some(at(100)));
    assert_eq!(story.clock(60, FirstReply).due_at, Some(at(80)));
}

#[test]
fn a_target_changed_while_it_is_solved_counts_from_the_reopening() {
    let story =
        Story::filed(&[(Resolution, 100)]).then(60, Fact::Solved).promised(70, Cause::Priority, &[(Resolution, 30)]);
    let solved = story.clock(80, Resolution);
    assert_eq!((solved.state, solved.allowance), (ClockState::Met, Some(6_000)));
    let breach = story.then(90, Fact::Resumed).clock(90, Resolution).breach.unwrap();
    assert_eq!((breach.at, breach.cause, breach.counts_since), (at(90), BreachCause::PolicyChange, None));
}

#[test]
fn imported_tickets_carry_no_promise_and_closed_is_for_ever() {
    let imported = Story::default()
        .then(0, Fact::Opened { team: Some(team(1)), imported: true })
        .promised(0, Cause::Created, &[(FirstReply, 60)])
        .wrote(0, 1);
    assert_eq!(imported.until(1_000), Outcome::default());
    let closed = Story::filed(&[(Resolution, 100)])
        .then(50, Fact::Solved)
        .then(60, Fact::Closed)
        .wrote(70, 2)
        .then(70, Fact::Resumed);
    assert_eq!(closed.state(1_000, Resolution), ClockState::Met);
    assert!(closed.until(1_000).clocks.iter().all(|clock| clock.metric != NextReply));
}

#[test]
fn a_changed_calendar_splits_segments_and_changes_the_future_only() {
    // Two hours on Monday from 09:00 in Madrid, then everything runs for ever.
    let office = terms(Cause::Created, &[(Resolution, Allowance::Seconds(16 * 3_600), OFFICE)]);
    let always = terms(Cause::Calendar, &[(Resolution, Allowance::Seconds(16 * 3_600), ALWAYS)]);
    let story = Story::default()
        .then(0, Fact::Opened { team: None, imported: false })
        .then(0, Fact::Terms(Box::new(office)))
        .then(10 * 60, Fact::Terms(Box::new(always)));
    let clock = story.clock(11 * 60, Resolution);
    assert_eq!(
        clock.segments.iter().map(|s| (s.calendar, s.counted)).collect::<Vec<_>>(),
        [(Some(OFFICE), 2 * 3_600), (Some(ALWAYS), 3_600)]
    );
    assert_eq!(clock.due_at, Some(at(24 * 60)));
}

#[test]
fn the_end_of_a_working_day_becomes_working_time_that_pauses_move() {
    let next_day = terms(Cause::Created, &[(Resolution, Allowance::WorkingDay(1), OFFICE)]);
    let story = Story::default()
        .then(9 * 60, Fact::Opened { team: None, imported: false })
        .then(9 * 60, Fact::Terms(Box::new(next_day)));
    // Monday 10:00 in Madrid: seven hours are left of Monday, eight are Tuesday's.
    let clock = story.clock(9 * 60, Resolution);
    assert_eq!((clock.allowance, clock.due_at), (Some(15 * 3_600), Some(at(24 * 60 + 17 * 60))));
    // An hour on hold moves it to Wednesday 10:00.
    let moved = story.held(9 * 60, Customer).then(10 * 60, Fact::Resumed).clock(10 * 60, Resolution);
    assert_eq!(moved.due_at, Some(at(48 * 60 + 9 * 60)));
}

#[test]
fn an_unknown_calendar_is_an_error() {
    let story = Story::filed(&[(Resolution, 100)]);
    assert_eq!(replay(&story.0, &Calendars::new(), at(1)), Err(UnknownCalendar(ALWAYS)));
}

#[test]
fn a_miss_stands_when_nothing_is_promised_any_more() {
    let story = Story::filed(&[(FirstReply, 60)]).promised(90, Cause::Priority, &[]);
    let clock = story.clock(100, FirstReply);
    assert_eq!((clock.breach.map(|b| b.at), clock.due_at), (Some(at(60)), Some(at(60))));
    assert_eq!(clock.allowance, Some(3_600), "it keeps the promise that it broke, so reports count it");
    assert_eq!(story.clock(100, Resolution).allowance, None);
    assert_eq!(story.replied(120, 9).state(500, FirstReply), ClockState::Missed);
}

#[test]
fn an_excuse_ends_when_the_old_due_time_passes_and_not_while_the_clock_stands_still() {
    let excused = Story::filed(&[(Resolution, 100)]).promised(60, Cause::Priority, &[(Resolution, 30)]);
    let breach = |story: &Story| story.clock(300, Resolution).breach.map(|b| (b.at, b.cause, b.counts_since));
    let since = |minute| Some((at(60), BreachCause::PolicyChange, Some(at(minute))));
    assert_eq!(breach(&excused), since(100));
    assert_eq!(breach(&excused.clone().held(100, Customer).then(200, Fact::Resumed)), since(200));
    assert_eq!(breach(&excused.clone().then(100, Fact::Solved).then(200, Fact::Resumed)), since(200));
    assert_eq!(breach(&excused.promised(70, Cause::Priority, &[])), since(100), "whatever is promised now");
}
