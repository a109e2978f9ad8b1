//! The front door: whoever comes to the bare address.
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// `/`
pub struct HomePage;

#[lazy_route]
impl LazyRoute for HomePage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <h1>"Kept"</h1>
            <a href="/submit">"Ask for help"</a>
            <a href="/login">"Sign in"</a>
        }
        .into_any()
    }
}
