//! What a page loads: on the server while it is rendered, sent along to the browser, and there again when it is old.
use std::future::Future;

use leptos::{
    prelude,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

/// See [`resource`].
pub type Resource<T> = prelude::Resource<T, Json>;

/// JSON as server functions read it. Leptos' own codec reads from a `str` where they read from bytes, and the browser
/// gets the code that reads each of our types twice.
#[derive(Debug)]
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
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
