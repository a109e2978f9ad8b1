//! The id of the request being served. One for all: the header of its answer, every line of the log about it,
//! and the sentence that a person reads when something broke.
use std::fmt;

use axum::http::request::Parts;
use leptos::prelude::use_context;
use uuid::Uuid;

/// See the [module](self). The outermost layer of the router gives it to each request, as an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

tokio::task_local! {
    static SERVED: RequestId;
}

impl RequestId {
    /// One that no other request has.
    pub fn fresh() -> Self {
        Self(super::id::fresh())
    }

    /// Serves the request: whatever breaks in `serving` is known under this id.
    pub async fn serve<F: Future>(self, serving: F) -> F::Output {
        SERVED.scope(self, serving).await
    }

    /// The request being served; `None` in a job, which serves nobody.
    pub fn current() -> Option<Self> {
        SERVED.try_with(|id| *id).ok().or_else(of_page)
    }
}

/// Pages load what they show in tasks of their own, which know the request by their context.
fn of_page() -> Option<RequestId> {
    use_context::<Parts>()?.extensions.get().copied()
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Error;

    #[tokio::test]
    async fn what_breaks_in_a_request_is_known_by_its_id_and_in_a_job_by_one_of_its_own() {
        let (one, other) = (RequestId::fresh(), RequestId::fresh());
        let broken = async || Error::internal(std::fmt::Error);
        assert_eq!(one.serve(broken()).await, Error::Internal { request: one.0 });
        assert_eq!(other.serve(broken()).await, Error::Internal { request: other.0 });
        assert_ne!(broken().await, broken().await);
    }
}
