//! The doors on the web: router and middleware. Pages are in the app crate.
pub mod accounts;
mod calls;
pub mod files;
mod form;
pub mod health;
pub mod limits;
pub mod live;
pub mod observe;
#[cfg(test)]
mod permissions;
pub mod portal;
pub mod render;
mod reports;
pub mod security;
pub mod session;
mod sla;
mod theme;
#[cfg(test)]
mod threats;

use std::sync::LazyLock;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::post,
};
use kept_app::{
    core::App,
    routes::{self, shell},
};
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes as _, generate_route_list};
use tower_http::compression::CompressionLayer;

/// Every page. Listed once and for all: while Leptos lists them, no page of the whole process loads anything, and
/// one that begins to at that moment waits for ever.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(routes::App));

/// Everything the server answers.
pub fn router(app: App) -> Router {
    let pages = PAGES.clone();
    let context = {
        let app = app.clone();
        move || provide_context(app.clone())
    };
    let document = {
        let options = app.leptos.clone();
        move || shell(options.clone())
    };
    let router = Router::new()
        .route("/theme", post(theme::choose))
        .merge(files::routes())
        .merge(live::routes())
        .merge(accounts::router())
        .merge(portal::routes())
        .merge(sla::routes())
        .merge(reports::routes())
        // Pages, and the server functions that they call.
        .leptos_routes_with_context(&app, pages, context, document)
        .fallback(leptos_axum::file_and_error_handler::<App, _>(shell))
        .with_state(app.clone())
        .layer(from_fn(calls::only_as_asked));
    guarded(router, &app)
}

/// What every request passes on its way in, the last layer first: client address, headers of the answer,
/// same-site check, session, set-up.
fn guarded(router: Router, app: &App) -> Router {
    let router = router.layer(from_fn_with_state(app.clone(), accounts::set_up_first));
    session::layer(router, app)
        .layer(from_fn_with_state(app.clone(), security::same_site))
        .layer(from_fn_with_state(app.clone(), security::headers))
        .layer(from_fn_with_state(app.clone(), limits::client_ip))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), observe::count))
}
