//! What a page shows of an answer that is asked for again and again.
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use super::answer_with;
use crate::{
    core::{Error, resource::Resource},
    ui::{
        Failed, Loading,
        screen::{arrived, still},
    },
};

/// What a resource of ours holds.
pub type Answer<T> = Resource<Result<T, Error>>;

/// What `answer` brings, as `body` shows it: built once, it follows the newest answer, so that what somebody is at by
/// keyboard stays under it. Where asking again came to nothing, what is known stays if it `is_it`: what is asked about.
pub fn followed<T, B, I>(answer: Answer<T>, what: &'static str, is_it: I, body: B) -> AnyView
where
    T: Clone + Default + PartialEq + Send + Sync + Serialize + DeserializeOwned + 'static,
    B: Fn(Memo<T>) -> AnyView + Clone + Send + Sync + 'static,
    I: Fn(&T) -> bool + Clone + Send + Sync + 'static,
{
    view! {
        <Transition fallback=move || view! { <Loading what=what rows=8/> }>
            {
                let (body, is_it) = (body.clone(), is_it.clone());
                let shown = Memo::new(move |before| still(answer.get(), before, &is_it));
                let stands = Memo::new(move |_| {
                    shown.with(|now| now.as_ref().map(|answer| answer.as_ref().map(drop).map_err(Clone::clone)))
                });
                move || {
                    let body = body.clone();
                    stands.get().map(|stands| match stands {
                        Ok(()) => {
                            let first = shown.get_untracked().and_then(Result::ok).unwrap_or_default();
                            arrived(move || {
                                body(Memo::new(move |before: Option<&T>| {
                                    let now = shown.get().and_then(Result::ok);
                                    now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
                                }))
                            })
                        }
                        Err(error) => failed(&error, answer),
                    })
                }
            }
        </Transition>
    }
    .into_any()
}

/// That an answer did not come, and the way to ask again.
pub fn failed<T>(error: &Error, answer: Answer<T>) -> AnyView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
{
    answer_with(error);
    let retry = Callback::new(move |()| answer.refetch());
    view! { <Failed title="This did not arrive" text=error.to_string() retry=retry/> }.into_any()
}
