//! Scenarios as people write them, and what is said of those that make no sense.
use serde_json::{Value, json};

use super::*;

/// A desk in Madrid that promises gold customers more.
fn scenario(events: Value) -> Value {
    json!({
        "calendars": {
            "office": { "zone": "Europe/Madrid", "weekly": { "mon": [["09:00", "13:00"], ["14:00", "18:00"]], "tue": [["09:00", "18:00"]] } },
            "always": { "zone": "UTC", "weekly": { "mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]] } }
        },
        "policies": [
            {
                "name": "Gold", "conditions": [{ "field": "organisation", "values": ["Larkfield"] }],
                "rows": { "normal": { "calendar": "always", "cells": { "first_reply": { "allowance": "30 min" } } } }
            },
            {
                "name": "Everybody",
                "rows": {
                    "normal": { "calendar": "office", "cells": {
                        "first_reply": { "allowance": "4 h" }, "resolution": { "allowance": "end of next day" }
                    } },
                    "urgent": { "calendar": "office", "cells": { "first_reply": { "allowance": "1 h", "calendar": "always" } } }
                }
            }
        ],
        "ticket": { "organisation": "Northwind" },
        "events": events
    })
}

fn run(scenario: Value, until: Option<&str>) -> Result<Value, Vec<String>> {
    let scenario: Scenario = serde_json::from_value(scenario).map_err(|error| vec![error.to_string()])?;
    let report = simulate(&scenario, until.map(|at| at.parse().unwrap()))
        .map_err(|all| all.into_iter().map(|p| format!("{}: {}", p.field, p.message)).collect::<Vec<_>>())?;
    Ok(serde_json::to_value(report).unwrap())
}

/// Filed on Monday at 10:00, four hours of office time before 15:00.
fn filed() -> Value {
    json!([
        { "at": "2026-11-30T10:00:00+01:00", "kind": "opened" },
        { "at": "2026-11-30T10:00:00+01:00", "kind": "customer_message", "message": "m1" }
    ])
}

fn and(mut events: Value, more: Value) -> Value {
    events.as_array_mut().unwrap().push(more);
    events
}

#[test]
fn a_history_is_replayed_with_its_reasons() {
    let events = and(filed(), json!({ "at": "2026-11-30T12:30:00+01:00", "kind": "reply", "message": "r1" }));
    let report = run(scenario(events), None).unwrap();
    assert_eq!(report["until"], "2026-11-30T11:30:00Z");
    let decided = &report["matches"][0];
    assert_eq!((&decided["policy"], &decided["place"]), (&json!("Everybody"), &json!([2, 2])));
    assert_eq!(decided["passed"][0]["policy"], "Gold");
    assert_eq!(decided["passed"][0]["found"], json!(["Northwind"]), "called as the file calls it");
    assert_eq!(decided["passed"][0]["wanted"]["values"], json!(["Larkfield"]));
    let reply = &report["clocks"][0];
    assert_eq!(
        (&reply["metric"], &reply["state"], &reply["used"]),
        (&json!("first_reply"), &json!("met"), &json!(9_000))
    );
    assert_eq!(reply["due_at"], "2026-11-30T14:00:00Z", "over lunch");
    assert_eq!(
        reply["target"],
        json!({ "policy": "Everybody", "promised": "4 h", "calendar": "office", "seconds": 14_400 })
    );
    let solve = report["clocks"].as_array().unwrap().iter().find(|clock| clock["metric"] == "resolution").unwrap();
    assert_eq!((&solve["state"], &solve["due_at"]), (&json!("running"), &json!("2026-12-01T17:00:00Z")));
    let step = &report["firings"][0];
    assert_eq!((&step["percent"], &step["at"]), (&json!(50), &json!("2026-11-30T11:00:00Z")));
}

#[test]
fn a_change_is_matched_again_and_one_that_promises_the_same_is_none() {
    let urgent = json!({ "at": "2026-11-30T10:30:00+01:00", "kind": "changed", "priority": "urgent" });
    let tagged = json!({ "at": "2026-11-30T10:40:00+01:00", "kind": "changed", "tags": ["pump"] });
    let report = run(scenario(and(and(filed(), urgent), tagged)), Some("2026-11-30T11:00:00Z")).unwrap();
    assert_eq!(report["matches"].as_array().unwrap().len(), 2);
    assert_eq!(report["matches"][1]["cause"], "priority");
    let reply = &report["clocks"][0];
    assert_eq!((&reply["due_at"], &reply["target"]["calendar"]), (&json!("2026-11-30T10:00:00Z"), &json!("always")));
    assert_eq!(reply["breach"]["at"], "2026-11-30T10:00:00Z");
    let gold = json!({ "at": "2026-11-30T10:10:00+01:00", "kind": "changed", "organisation": "Larkfield" });
    let report = run(scenario(and(filed(), gold)), None).unwrap();
    assert_eq!(report["matches"][1]["policy"], "Gold");
}

/// The file is all there is: what a desk would do is said, and happens only where the file says that it did.
#[test]
fn what_a_step_would_do_is_said_and_not_done() {
    let mut scenario = scenario(filed());
    scenario["policies"][1]["ladder"] = json!([
        { "percent": 50, "notify": ["assignee"], "also": { "do": "move_to_team", "team": "Night shift" } },
        { "percent": 60, "notify": [], "also": { "do": "raise_priority", "to": "urgent" } },
        { "percent": 70, "notify": [], "also": { "do": "unassign" } },
        { "percent": 90, "notify": ["manager"] }
    ]);
    let report = run(scenario.clone(), Some("2026-11-30T13:50:00Z")).unwrap();
    let told: Vec<_> = report["firings"].as_array().unwrap().iter().map(|firing| firing.get("also").cloned()).collect();
    let wanted = [
        Some(json!({ "do": "move_to_team", "team": "Night shift" })),
        Some(json!({ "do": "raise_priority", "to": "urgent" })),
        Some(json!({ "do": "unassign" })),
        None,
    ];
    assert_eq!(told, wanted);
    assert_eq!(report["matches"].as_array().unwrap().len(), 1, "the priority is what it was");
    scenario["policies"][1]["ladder"][0]["also"]["do"] = json!("explode");
    assert!(run(scenario, None).is_err());
}

#[test]
fn the_same_file_yields_the_same_answer() {
    let held = json!({ "at": "2026-11-30T11:00:00+01:00", "kind": "held", "waits": "customer", "reason": "Asked." });
    let once = run(scenario(and(filed(), held.clone())), Some("2026-12-02T00:00:00Z")).unwrap();
    assert_eq!(once, run(scenario(and(filed(), held)), Some("2026-12-02T00:00:00Z")).unwrap());
    let solve = once["clocks"].as_array().unwrap().iter().find(|clock| clock["metric"] == "resolution").unwrap();
    assert_eq!((&solve["state"], &solve["due_at"]), (&json!("paused"), &Value::Null));
    assert_eq!(solve["segments"][1]["waits"], "customer");
}

#[test]
fn what_makes_no_sense_is_said_at_its_place() {
    let mut wrong = scenario(filed());
    wrong["calendars"]["office"]["zone"] = json!("Mars");
    wrong["policies"][0]["rows"]["normal"]["calendar"] = json!("nights");
    let said = run(wrong, None).unwrap_err();
    assert!(said[0].starts_with("calendars.office.zone: “Mars” is not a time zone"), "{said:?}");
    assert!(said[1].starts_with("policies.0.rows.normal.calendar: There is no calendar “nights”"), "{said:?}");

    let mut open = scenario(filed());
    open["policies"][1]["conditions"] = json!([{ "field": "tag", "values": ["vip"] }]);
    assert_eq!(run(open, None).unwrap_err(), ["policies: The last policy must match every ticket."]);

    let back = json!({ "at": "2026-11-30T09:00:00+01:00", "kind": "solved" });
    let said = run(scenario(and(filed(), back)), None).unwrap_err();
    assert_eq!(said, ["events.2.at: Tell what happened in the order in which it did"]);
    let said = run(scenario(json!([{ "at": "2026-11-30T09:00:00Z", "kind": "solved" }])), None).unwrap_err();
    assert!(said[0].starts_with("events.0.kind: A history begins with"), "{said:?}");

    assert!(run(scenario(json!([])), None).unwrap_err()[0].starts_with("events: A history begins with"));

    for unknown in [
        json!({ "kind": "exploded" }),
        json!({ "kind": "solved", "by": "me" }),
        json!({ "kind": "changed", "colour": "red" }),
    ] {
        let mut event = unknown.clone();
        event["at"] = json!("2026-11-30T12:00:00Z");
        assert!(run(scenario(and(filed(), event)), None).is_err(), "{unknown}");
    }
    assert!(run(scenario(and(filed(), json!({ "kind": "solved" }))), None).unwrap_err()[0].contains("“at”"));
}
