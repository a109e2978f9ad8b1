//! What hurt the users of other help desks, each under the number that their tracker gave it.

use super::*;

/// There, deadlines came by the wall clock; these are the examples that the correction gives.
#[test]
fn chatwoot_13392_an_hour_late_on_friday_ends_on_monday() {
    let c = calendar(
        r#"{"zone":"UTC","weekly":{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]],"wed":[["09:00","17:00"]],
        "thu":[["09:00","17:00"]],"fri":[["09:00","17:00"]]}}"#,
    );
    assert_eq!(c.due(utc("2026-11-20T16:30:00Z"), hours(1)), Ok(utc("2026-11-23T09:30:00Z")));
    assert_eq!(c.due(utc("2026-11-18T10:00:00Z"), hours(2)), Ok(utc("2026-11-18T12:00:00Z")));
    assert_eq!(c.due(utc("2026-11-18T07:00:00Z"), hours(2)), Ok(utc("2026-11-18T11:00:00Z")));
}

/// There, a day has one stretch of hours: what a customer writes at noon counts although everybody is at lunch.
#[test]
fn chatwoot_14009_a_day_may_have_two_stretches_of_hours() {
    let c = calendar(r#"{"zone":"UTC","weekly":{"mon":[["08:00","12:00"],["13:30","18:00"]]}}"#);
    let at = |time: &str| utc(&format!("2026-11-16T{time}Z"));
    assert!(c.is_working(at("11:59:59")) && c.is_working(at("13:30:00")));
    assert!(!c.is_working(at("12:00:00")) && !c.is_working(at("12:30:00")));
    assert_eq!(c.due(at("12:30:00"), TimeDelta::minutes(30)), Ok(at("14:00:00")));
    assert_eq!(c.due(at("11:45:00"), TimeDelta::minutes(30)), Ok(at("13:45:00")));
    assert_eq!(c.elapsed(at("00:00:00"), at("23:00:00")), TimeDelta::minutes(8 * 60 + 30));
}

/// There, hours are the same every week: whoever is closed for a holiday changes them by hand, and back again.
#[test]
fn chatwoot_10436_single_days_have_hours_of_their_own() {
    let c = calendar(
        r#"{"zone":"UTC","weekly":{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]],"wed":[["09:00","17:00"]],
        "thu":[["09:00","17:00"]],"fri":[["09:00","17:00"]]},"holidays":[{"date":"2026-12-25"}],
        "overrides":{"2026-12-24":[["09:00","12:00"]],"2026-12-26":[["10:00","12:00"]]}}"#,
    );
    // Christmas Eve is a Thursday that closes at noon; on Saturday somebody makes up for it.
    let eve = utc("2026-12-24T11:00:00Z");
    assert_eq!(c.due(eve, hours(1)), Ok(utc("2026-12-24T12:00:00Z")));
    assert_eq!(c.due(eve, hours(2)), Ok(utc("2026-12-26T11:00:00Z")));
    assert_eq!(c.due(eve, hours(4)), Ok(utc("2026-12-28T10:00:00Z")));
    assert_eq!(c.elapsed(utc("2026-12-25T00:00:00Z"), utc("2026-12-26T00:00:00Z")), hours(0));
    assert_eq!(c.elapsed(utc("2026-12-21T00:00:00Z"), utc("2026-12-28T00:00:00Z")), hours(3 * 8 + 3 + 2));
    // The week after is like any other.
    assert_eq!(c.elapsed(utc("2026-12-28T00:00:00Z"), utc("2027-01-04T00:00:00Z")), hours(5 * 8));
}

/// There, a ticket filed at lunch was counted from that moment, and missed although nobody could have seen it.
#[test]
fn frappe_2212_and_1528_a_ticket_filed_at_lunch_is_counted_from_the_end_of_lunch() {
    let c = calendar(OFFICE);
    // Wednesday 18 November 2026; Madrid is at +01:00 and has lunch from 13:00 to 14:00.
    let at = |time: &str| utc(&format!("2026-11-18T{time}:00Z"));
    assert_eq!(c.elapsed(at("12:00"), at("13:00")), hours(0));
    assert_eq!(c.due(at("12:10"), hours(1)), Ok(at("14:00")));
    assert_eq!(c.due(at("12:50"), hours(1)), Ok(at("14:00")));
    assert_eq!(c.due(at("11:30"), hours(1)), Ok(at("13:30")));
}
