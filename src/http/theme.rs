//! `POST /theme`: light, dark or the system's, for browsers without JavaScript.
use axum::{
    Form,
    extract::State,
    http::header::SET_COOKIE,
    response::{AppendHeaders, IntoResponse, Redirect},
};
use kept_app::{core::App, ui::Theme};
use serde::Deserialize;

/// What the switch sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    theme: String,
    #[serde(default)]
    back: String,
}

/// Remembers the choice in a cookie and goes back to where the person was.
pub async fn choose(State(app): State<App>, Form(choice): Form<Choice>) -> impl IntoResponse {
    let theme = Theme::parse(&choice.theme);
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    let cookie = format!("{}={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}", Theme::COOKIE, theme.value());
    (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(own_path(&choice.back)))
}

/// A path of ours, or the start page: nobody is sent elsewhere from here.
fn own_path(back: &str) -> &str {
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    if ours { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn the_way_back_stays_on_this_site() {
        assert_eq!(own_path("/desk/mine?sort=due"), "/desk/mine?sort=due");
        assert_eq!(own_path("//elsewhere.example"), "/");
        assert_eq!(own_path("/\\elsewhere.example"), "/");
        assert_eq!(own_path("https://elsewhere.example"), "/");
        assert_eq!(own_path(""), "/");
    }
}
