//! What hurt the users of other help desks, each under the number that their tracker gave it.

use super::*;
use crate::sla::clock::SegmentKind;
use HoldReason::{Customer, ThirdParty};
use Metric::{FirstReply, NextReply, PausableUpdate, PeriodicUpdate, Resolution};

/// The promises that still wait at a minute, each with its due time.
fn waiting(story: &Story, minute: i64) -> Vec<(Metric, Option<DateTime<Utc>>)> {
    let live = story.until(minute).clocks.into_iter().filter(|clock| clock.state.is_live() && clock.target.is_some());
    live.map(|clock| (clock.metric, clock.due_at)).collect()
}

/// What is or was late by a minute.
fn late(story: &Story, minute: i64) -> Vec<Metric> {
    story.until(minute).clocks.into_iter().filter(Clock::is_late).map(|clock| clock.metric).collect()
}

/// There, a ticket nobody had answered yet escalated by the shorter update time, so that the first reply meant nothing.
#[test]
fn zammad_5177_an_update_promise_does_not_overrule_a_longer_first_reply() {
    let promised = [(FirstReply, 60), (NextReply, 10), (PeriodicUpdate, 10), (PausableUpdate, 10)];
    let story = Story::filed(&promised).wrote(20, 2);
    assert_eq!(waiting(&story, 59), [(FirstReply, Some(at(60)))]);
    assert_eq!(late(&story, 59), []);
    let answered = story.replied(50, 9);
    assert_eq!(waiting(&answered, 50), [(PeriodicUpdate, Some(at(60))), (PausableUpdate, Some(at(60)))]);
}

/// There, a ticket handed to a team without an update promise went on to escalate by that of the team before.
#[test]
fn zammad_5624_an_update_promise_does_not_survive_terms_that_have_none() {
    let story = Story::filed(&[(FirstReply, 60), (PeriodicUpdate, 30)]).replied(10, 9);
    assert_eq!(waiting(&story, 20), [(PeriodicUpdate, Some(at(40)))]);
    let moved = story.promised(20, Cause::Fields, &[(FirstReply, 60)]).then(20, Fact::Team { team: Some(team(2)) });
    assert_eq!(waiting(&moved, 20), []);
    assert_eq!(late(&moved, 10_000), []);
    assert_eq!(moved.steps(10_000, PeriodicUpdate), []);
}

/// There, whoever deleted an SLA got warnings of what had been late under it for ever after.
#[test]
fn zammad_4353_what_was_late_under_terms_that_are_gone_escalates_no_further() {
    let story = Story::filed(&[(FirstReply, 60)]).promised(65, Cause::Policy, &[]);
    assert_eq!(story.steps(10_000, FirstReply), [(50, 30), (80, 48), (100, 60)]);
    let clock = story.clock(10_000, FirstReply);
    assert_eq!((clock.breach.map(|b| b.at), clock.next_at), (Some(at(60)), None), "late it stays");
}

/// There, of tickets that were solved and taken up again several times not all of the time between was left out.
#[test]
fn zammad_188_a_ticket_reopened_again_and_again_is_due_by_the_time_that_was_worked() {
    let story = Story::filed(&[(Resolution, 100)])
        .then(20, Fact::Solved)
        .then(50, Fact::Resumed)
        .held(60, Customer)
        .then(70, Fact::Solved)
        .then(90, Fact::Resumed)
        .then(95, Fact::Solved)
        .then(200, Fact::Resumed);
    // Twenty minutes, ten and five are used; 65 are left.
    let clock = story.clock(200, Resolution);
    assert_eq!((clock.state, clock.used, clock.due_at), (ClockState::Running, 35 * 60, Some(at(265))));
    assert_eq!(late(&story, 264), []);
    assert_eq!(story.clock(1_000, Resolution).breach.map(|breach| breach.at), Some(at(265)));
}

/// There, an answered ticket escalated because its customer took their time.
#[test]
fn zammad_3140_nobody_owes_a_reply_once_an_agent_has_answered_last() {
    let story = Story::filed(&[(FirstReply, 60), (NextReply, 30)]).replied(10, 9);
    assert_eq!(waiting(&story, 10_000), []);
    let asked = story.wrote(100, 2);
    assert_eq!(waiting(&asked, 100), [(NextReply, Some(at(130)))]);
    let answered = asked.replied(110, 10);
    assert_eq!(waiting(&answered, 10_000), []);
    assert_eq!(late(&answered, 10_000), []);
    assert_eq!(answered.steps(10_000, NextReply), []);
}

/// There, deadlines came by the wall clock although the policy said "only during business hours".
#[test]
fn chatwoot_13392_a_promise_in_office_hours_is_not_late_over_night() {
    // Thursday 17:30 in Madrid: half an hour is left of the day.
    let filed = 3 * 1_440 + 16 * 60 + 30;
    let hour = terms(Cause::Created, &[(FirstReply, Allowance::Seconds(3_600), OFFICE)]);
    let story = Story::default()
        .then(filed, Fact::Opened { team: None, imported: false })
        .then(filed, Fact::Terms(Box::new(hour)))
        .wrote(filed, 1);
    // Friday 09:30.
    let due = 4 * 1_440 + 8 * 60 + 30;
    assert_eq!(waiting(&story, filed), [(FirstReply, Some(at(due)))]);
    assert_eq!(late(&story, due - 1), []);
    assert_eq!(story.clock(10_000, FirstReply).breach.map(|breach| breach.at), Some(at(due)));
    // The first half is used up when the office closes.
    assert_eq!(story.steps(10_000, FirstReply), [(50, filed + 30), (80, due - 12), (100, due), (120, due + 12)]);
}

/// There, a customer's last "thanks" was counted as unanswered although the conversation was resolved.
#[test]
fn chatwoot_10178_a_solved_ticket_owes_no_reply_to_the_last_thanks() {
    let thanked = Story::filed(&[(FirstReply, 60), (NextReply, 30)]).replied(10, 9).wrote(20, 2);
    let solved = thanked.then(25, Fact::Solved);
    assert_eq!(solved.state(10_000, NextReply), ClockState::Cancelled);
    assert_eq!(late(&solved, 10_000), []);
    assert_eq!(solved.steps(10_000, NextReply), []);
    // The next goodbye takes it up again, and solving it once more ends that as well.
    let again = solved.wrote(100, 3).then(100, Fact::Resumed);
    assert_eq!(waiting(&again, 100), [(NextReply, Some(at(130)))]);
    let again = again.then(110, Fact::Solved);
    assert_eq!(again.state(10_000, NextReply), ClockState::Cancelled);
    assert_eq!(late(&again, 10_000), []);
}

/// There, an urgency raised while the ticket was pending brought a due time that knew nothing of the waiting.
#[test]
fn glpi_6902_a_target_changed_during_a_pause_keeps_the_pause() {
    let story =
        Story::filed(&[(Resolution, 100)]).held(20, Customer).promised(50, Cause::Priority, &[(Resolution, 60)]);
    let paused = story.clock(79, Resolution);
    assert_eq!((paused.state, paused.due_at, paused.left()), (ClockState::Paused, None, Some(40 * 60)));
    let resumed = story.then(80, Fact::Resumed);
    assert_eq!(waiting(&resumed, 80), [(Resolution, Some(at(120)))]);
    assert_eq!(late(&resumed, 119), []);
    let breach = resumed.clock(1_000, Resolution).breach.expect("late");
    assert_eq!((breach.at, breach.counts_since), (at(120), Some(at(120))));
}

/// There, another SLA counted from the opening as if the days on hold before it had been worked.
#[test]
fn glpi_15605_a_target_changed_after_a_pause_keeps_the_pause() {
    // An hour of work, two days on hold, ten minutes of work.
    let back = 60 + 2 * 1_440;
    let story = Story::filed(&[(Resolution, 480)]).held(60, Customer).then(back, Fact::Resumed);
    assert_eq!(waiting(&story, back), [(Resolution, Some(at(back + 420)))]);
    let changed = story.promised(back + 10, Cause::Priority, &[(Resolution, 240)]);
    let clock = changed.clock(back + 10, Resolution);
    assert_eq!((clock.used, clock.due_at), (70 * 60, Some(at(back + 180))));
    assert_eq!(late(&changed, back + 179), []);
    assert_eq!(changed.clock(10_000, Resolution).breach.map(|breach| breach.at), Some(at(back + 180)));
}

/// There, the statistics showed the time a ticket was solved before it was reopened as time on hold.
#[test]
fn glpi_23359_the_time_a_ticket_was_solved_is_not_told_as_a_pause() {
    let story = Story::filed(&[(Resolution, 300)])
        .held(20, Customer)
        .then(30, Fact::Resumed)
        .then(40, Fact::Solved)
        .then(140, Fact::Resumed);
    let clock = story.clock(150, Resolution);
    let segments: Vec<_> = clock.segments.iter().map(|segment| (segment.kind, segment.from, segment.to)).collect();
    assert_eq!(
        segments,
        [
            (SegmentKind::Running, at(0), Some(at(20))),
            (SegmentKind::Paused(Customer), at(20), Some(at(30))),
            (SegmentKind::Running, at(30), Some(at(40))),
            (SegmentKind::Ended, at(40), Some(at(140))),
            (SegmentKind::Running, at(140), None),
        ]
    );
    assert_eq!((clock.used, clock.due_at), (40 * 60, Some(at(410))));
}

/// There, tickets that wait for the customer or for parts are flagged as overdue, since no status stops the time.
#[test]
fn osticket_3034_a_ticket_on_hold_is_never_overdue() {
    let held = Story::filed(&[(Resolution, 100)]).held(20, Customer);
    let clock = held.clock(100_000, Resolution);
    assert_eq!((clock.state, clock.due_at, clock.left()), (ClockState::Paused, None, Some(80 * 60)));
    assert_eq!(late(&held, 100_000), []);
    assert_eq!(held.steps(100_000, Resolution), []);
    assert_eq!(held.then(100_000, Fact::Resumed).clock(100_000, Resolution).due_at, Some(at(100_080)));

    // Parts come from somebody else: the time stands still where the policy says so.
    let mut parts = terms(Cause::Created, &[(Resolution, Allowance::Seconds(6_000), ALWAYS)]);
    parts.pauses = [(Resolution, vec![ThirdParty])].into();
    let held = Story::default()
        .then(0, Fact::Opened { team: None, imported: false })
        .then(0, Fact::Terms(Box::new(parts)))
        .held(20, ThirdParty);
    assert_eq!(held.state(100_000, Resolution), ClockState::Paused);
    assert_eq!(late(&held, 100_000), []);
    assert_eq!(held.then(100_000, Fact::Resumed).clock(100_000, Resolution).due_at, Some(at(100_080)));
}
