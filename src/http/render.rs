//! Showing a page again with what somebody typed: for forms that must work without JavaScript.
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
};
use kept_app::{core::App, routes::shell};
use leptos::prelude::provide_context;

/// The page at the address of `parts`, rendered with `form` as a Leptos context, under `status`.
///
/// The page reads its context with `use_context` inside a `SharedValue`, so that the browser hydrates
/// with the same. `parts` carry the extensions of the request: the actor, the client's address.
pub async fn again<F>(app: &App, mut parts: Parts, status: StatusCode, form: F) -> Response
where
    F: Clone + Send + Sync + 'static,
{
    // A page is asked for, whatever brought the form here.
    parts.method = Method::GET;
    let context = {
        let app = app.clone();
        move || {
            provide_context(app.clone());
            provide_context(form.clone());
        }
    };
    let options = app.leptos.clone();
    let render = leptos_axum::render_app_async_with_context(context, move || shell(options.clone()));
    let mut response = render(Request::from_parts(parts, Body::empty())).await.into_response();
    *response.status_mut() = status;
    response
}

/// The status of an answer that shows `error`.
pub fn status(error: &kept_app::core::Error) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
