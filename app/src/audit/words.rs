//! An entry of the log in words, from the row itself: an event of a newer or older server still reads.
use serde_json::Value;

/// What happened. `subject` is the person it was about, where it was about one.
pub fn sentence(kind: &str, payload: &Value, subject: Option<&str>) -> String {
    let text = |key: &str| match &payload[key] {
        Value::String(text) => text.replace('_', " "),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    };
    let of = subject.map(|name| format!(" of {name}")).unwrap_or_default();
    let reason = payload["reason"].as_str().map(|r| format!(": {r}")).unwrap_or_default();
    match kind {
        "ticket_created" => format!("Ticket filed by {}", text("channel")),
        "message_added" => match payload["visibility"].as_str() {
            Some("internal") => "Internal note added".to_owned(),
            _ => format!("Public message added by the {}", text("side")),
        },
        "status_changed" => format!("Status from {} to {}{reason}", text("from"), text("to")),
        "assigned" if payload["by_routing"] == true => "Assigned by routing".to_owned(),
        "assigned" => "Assigned".to_owned(),
        "transferred" => format!("Transferred{reason}"),
        "priority_changed" => {
            let why = reached(&payload["step"]).map(|why| format!(": {why}")).unwrap_or_default();
            format!("Priority from {} to {}{why}", text("from"), text("to"))
        }
        "unassigned" => {
            let why = reached(&payload["step"]).map(|why| format!(": {why}")).unwrap_or_default();
            format!("Taken from whoever held it{why}")
        }
        "escalated" if payload["again"] == true => format!("Escalated again{reason}"),
        "escalated" => format!("Escalated{reason}"),
        "escalation_acknowledged" => {
            let words = payload["words"].as_str().map(|words| format!(": {words}")).unwrap_or_default();
            format!("Escalation acknowledged{words}")
        }
        "category_changed" => "Category changed".to_owned(),
        "tags_changed" => format!("Tags set to {}", list(&payload["tags"])),
        "watched" if payload["mentioned"] == true => "Somebody was mentioned".to_owned(),
        "watched" => "Watching began".to_owned(),
        "unwatched" => "Watching ended".to_owned(),
        "reply_not_needed" => "Marked as needing no reply".to_owned(),
        "rated" => format!("Rated {} of 5 by the customer", text("score")),
        "solution_confirmed" => "The customer confirmed the solution".to_owned(),
        "solution_refused" => "The customer said it did not help".to_owned(),
        "routed" => format!("Routed: {}", list(&payload["trace"])),
        "sla_step" => format!("{} % of the time for the {} was used", text("percent"), text("metric")),
        "sla_missed" => format!("The {} was missed", text("metric")),
        "signed_in" => format!("Signed in from {}", text("ip")),
        "sign_in_failed" => format!("Signing in failed from {}", text("ip")),
        "locked_out" => format!("Locked out until {}", text("until")),
        "signed_out" => "Signed out".to_owned(),
        "password_changed" => format!("Password{of} changed"),
        "account_created" => format!("Account{of} created as {}", text("role")),
        "account_changed" => format!("Account{of} changed: {}", list(&payload["changes"])),
        "sessions_ended" => format!("{} sessions{of} ended", text("count")),
        "configured" => format!("{} \u{201c}{}\u{201d}: {}", capital(&text("area")), text("name"), text("change")),
        "performance_rated" => format!("Work rated {} of 5", text("score")),
        other => capital(&other.replace('_', " ")),
    }
}

/// "80 % of the time for the resolution was used", of a step of a ladder.
fn reached(step: &Value) -> Option<String> {
    let metric = step["metric"].as_str()?.replace('_', " ");
    Some(format!("{} % of the time for the {metric} was used", step["percent"].as_i64()?))
}

fn list(value: &Value) -> String {
    let items: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if items.is_empty() { "nothing".to_owned() } else { items.join(", ") }
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_reads_like_a_sentence() {
        let said = |kind, payload| sentence(kind, &payload, Some("Ada"));
        assert_eq!(
            said("status_changed", json!({"from": "open", "to": "in_progress"})),
            "Status from open to in progress"
        );
        assert_eq!(
            said("account_changed", json!({"changes": ["role: user -> agent"]})),
            "Account of Ada changed: role: user -> agent"
        );
        assert_eq!(
            said("configured", json!({"area": "policy", "name": "Gold", "change": "created"})),
            "Policy \u{201c}Gold\u{201d}: created"
        );
        assert_eq!(said("something_new", json!({})), "Something new");
    }
}
