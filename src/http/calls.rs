//! The door to the server functions: only those that the product names, with no more in them than was asked, and
//! answered under the status that says what became of them.
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http_body_util::LengthLimitError;
use kept_app::{
    core::Error,
    functions::{self, Function},
};
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;

use super::render;

/// The most bytes a call may have: the longest text there is, with every byte of it escaped.
const MAX_CALL: usize = 1024 * 1024;

/// For requests below `/api/`; all others pass.
pub async fn only_as_asked(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let Some(function) = functions::at(request.uri().path()) else { return StatusCode::NOT_FOUND.into_response() };
    let (parts, body) = request.into_parts();
    match read(function, body).await {
        Ok(body) => with_its_status(next.run(Request::from_parts(parts, body)).await).await,
        Err(refusal) => refusal,
    }
}

/// The body of a call, read to its end and found to hold nothing beside what `function` takes; else the answer.
async fn read(function: &Function, body: Body) -> Result<Body, Response> {
    match to_bytes(body, MAX_CALL).await {
        Ok(bytes) if function.takes(&bytes) => Ok(Body::from(bytes)),
        Err(cause) if is_too_large(&cause) => {
            let error = Error::Refused("This is more than we can take at once. Please make it shorter.".to_owned());
            Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, &error))
        }
        // Of a body that broke off nobody waits for the answer.
        Ok(_) | Err(_) => {
            let error = Error::garbled();
            Err(refuse(render::status(&error), &error))
        }
    }
}

fn is_too_large(cause: &axum::Error) -> bool {
    std::error::Error::source(cause).is_some_and(<dyn std::error::Error>::is::<LengthLimitError>)
}

/// As a server function answers that fails.
fn refuse(status: StatusCode, error: &Error) -> Response {
    // An error is plain data: making JSON of it cannot fail.
    let said = serde_json::to_string(error).unwrap_or_default();
    let headers = [(header::CONTENT_TYPE.as_str(), "application/json"), (SERVER_FN_ERROR_HEADER, "")];
    (status, headers, said).into_response()
}

/// Every error leaves a server function as 500, which would make of each refusal a fault of ours.
async fn with_its_status(response: Response) -> Response {
    let failed = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    if !failed || response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // It is in memory already.
    let Ok(said) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    if let Ok(error) = serde_json::from_slice(&said) {
        parts.status = render::status(&error);
    }
    Response::from_parts(parts, Body::from(said))
}
