//! What is hashed, and how: pure.
//!
//! Each field is written with its length before it, so that no two different events have the same bytes; the
//! JSON of the payload is written with its keys in order. The transaction id is left out, because a restored
//! backup has others; everything that says what happened is in.
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The hash of a link.
pub type Hash = [u8; 32];

/// What the first link is chained to.
pub const GENESIS: Hash = [0; 32];

/// An event as it is sealed: the row of `events`, not its meaning, because that may gain fields.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub actor: Option<Uuid>,
    pub ticket: Option<Uuid>,
    pub team: Option<Uuid>,
    pub requester: Option<Uuid>,
    pub subject: Option<Uuid>,
    pub public: bool,
    pub payload: Value,
}

/// The link for `event` after the link `previous`.
pub fn link(previous: &Hash, event: &Sealed) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"kept/audit/1");
    hash.update(previous);
    let mut field = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    field(&event.seq.to_be_bytes());
    field(&event.at.timestamp_micros().to_be_bytes());
    field(event.kind.as_bytes());
    for id in [event.actor, event.ticket, event.team, event.requester, event.subject] {
        // Nobody is not the all-zero person: no bytes against sixteen.
        field(id.as_ref().map_or(&[][..], |id| id.as_bytes()));
    }
    field(&[u8::from(event.public)]);
    let mut payload = String::new();
    canonical(&event.payload, &mut payload);
    field(payload.as_bytes());
    hash.finalize().into()
}

/// JSON without spaces and with the keys of objects in order.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                canonical(&map[key], out);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn event() -> Sealed {
        Sealed {
            seq: 7,
            at: DateTime::from_timestamp_micros(1_800_000_000_123_456).unwrap(),
            kind: "status_changed".to_owned(),
            actor: Some(Uuid::from_u128(1)),
            ticket: Some(Uuid::from_u128(2)),
            team: None,
            requester: None,
            subject: None,
            public: true,
            payload: json!({"to": "resolved", "from": "open", "trace": [1, {"b": null, "a": "x\"y"}]}),
        }
    }

    /// Backups, and other programs that check the chain, rely on these very bytes.
    #[test]
    fn the_hash_of_a_known_event_never_changes() {
        let hex = link(&GENESIS, &event()).iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().concat();
        assert_eq!(hex, "879a35e6019311b662da8ecee941975fcf25b4c8b7bbc4a02029b7a79b7ef8ea");
    }

    #[test]
    fn keys_are_hashed_in_order_however_they_are_stored() {
        let mut text = String::new();
        canonical(&json!({"b": [1, 2.5, true, null], "a": {"d": "ü", "c": ""}}), &mut text);
        assert_eq!(text, r#"{"a":{"c":"","d":"ü"},"b":[1,2.5,true,null]}"#);
    }

    #[test]
    fn every_field_counts() {
        let sealed = link(&GENESIS, &event());
        let other = Some(Uuid::from_u128(9));
        let changes: Vec<fn(&mut Sealed)> = vec![
            |e| e.seq += 1,
            |e| e.at += chrono::Duration::microseconds(1),
            |e| e.kind.push('x'),
            |e| e.actor = None,
            |e| e.public = false,
            |e| e.payload["to"] = json!("closed"),
        ];
        for (i, change) in changes.iter().enumerate() {
            let mut changed = event();
            change(&mut changed);
            assert_ne!(link(&GENESIS, &changed), sealed, "change {i}");
        }
        for set in
            [|e: &mut Sealed, v| e.team = v, |e: &mut Sealed, v| e.requester = v, |e: &mut Sealed, v| e.subject = v]
        {
            let mut changed = event();
            set(&mut changed, other);
            assert_ne!(link(&GENESIS, &changed), sealed);
        }
        assert_ne!(link(&[1; 32], &event()), sealed);
    }

    proptest! {
        #[test]
        fn moving_text_between_fields_changes_the_hash(a in "[a-z]{1,8}", b in "[a-z]{1,8}") {
            let (mut one, mut two) = (event(), event());
            one.kind = format!("{a}{b}");
            one.payload = json!("");
            two.kind = a;
            two.payload = json!(b);
            prop_assert_ne!(link(&GENESIS, &one), link(&GENESIS, &two));
        }
    }
}
