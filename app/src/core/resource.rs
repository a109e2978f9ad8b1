//! What a page loads: on the server while it is rendered, sent along to the browser, and there again when it is old.
use std::future::Future;

use leptos::{
    prelude,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

/// See [`resource`].
pub type Resource<T> = prelude::Resource<T, Json>;

/// JSON as server functions read it, with its two kinds of quotation marks swapped.
///
/// Leptos' own codec reads from a `str` where they read from bytes, and the browser gets the code that reads each of our
/// types twice. Swapped, because the text is sent as a JavaScript string in double quotes: escaping every name and every
/// value in it is work that is seen in the time of a page.
#[derive(Debug)]
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        let mut json = serde_json::to_vec(value)?;
        swap_quotes(&mut json);
        String::from_utf8(json).map_err(serde::ser::Error::custom)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        let mut json = text.as_bytes().to_vec();
        swap_quotes(&mut json);
        serde_json::from_slice(&json)
    }
}

/// Done twice, it leaves everything as it was.
fn swap_quotes(text: &mut [u8]) {
    for byte in text {
        *byte = match *byte {
            b'"' => b'\'',
            b'\'' => b'"',
            other => other,
        };
    }
}

/// Loads with `fetcher` what `source` asks for, and again whenever that changes.
#[track_caller]
pub fn resource<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetcher: impl Fn(S) -> F + Send + Sync + 'static,
) -> Resource<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    // Pages are rendered whole before they are sent: nothing has to be told to hold them up.
    Resource::new_with_options(source, fetcher, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_what_arrives() {
        for said in ["", "plain", r#"it's "quoted" \"twice\" \'"#, "<b>ümlaut</b>\n'", "\u{301}\u{2028}\0"] {
            let sent = (said.to_owned(), vec![Some(1), None]);
            // As Leptos writes it into a script.
            let text = Json::encode(&sent).expect("JSON").replace('<', "\\u003c");
            assert_eq!(<Json as Decoder<(String, Vec<Option<i32>>)>>::decode(&text).expect("JSON"), sent);
        }
    }

    #[test]
    fn names_and_values_need_no_escape_in_a_script() {
        let text = Json::encode(&std::collections::BTreeMap::from([("name", "value")])).expect("JSON");
        assert_eq!(format!("{text:?}"), format!("\"{text}\""));
    }
}
