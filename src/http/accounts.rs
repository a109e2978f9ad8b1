//! The account forms: sign in and out, register, passwords, the profile, the first start.
//!
//! Plain HTML forms, so that they work before and without JavaScript. One that is refused comes back with
//! what was typed (never a password), the reason and a status that says so.
use axum::{
    Form, Router,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use kept_app::{
    core::{Actor, App, ClientIp, Error, Person, Role, Tx, form::Refusal, text},
    people::{
        demo,
        device::{self, recognise},
        model::landing,
        password::Typed,
        service::{self, Attempt, ProfileForm},
        sessions::{self, SignedIn, Visit},
        setup::{self, FirstStart},
    },
};
use serde::Deserialize;
use tower_sessions::{
    Session,
    cookie::{Cookie, SameSite, time::Duration},
};

use super::{form::Sent, render};

/// The handlers behind the forms; the pages themselves are Leptos routes.
pub fn router() -> Router<App> {
    Router::new()
        .route("/login", post(sign_in))
        .route("/login/demo", post(demo_sign_in))
        .route("/logout", post(sign_out))
        .route("/register", post(register))
        .route("/forgot", post(forgot))
        .route("/reset/{token}", post(choose_password))
        .route("/email/{token}", post(confirm_email))
        .route("/setup", post(set_up))
        .route("/my/profile", post(profile))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInForm {
    email: String,
    password: Typed,
    stay: Option<String>,
    next: Option<String>,
}

async fn sign_in(State(app): State<App>, session: Session, parts: Parts, form: Sent<SignInForm>) -> Response {
    let Ok(Form(form)) = form else { return garbled(&app, parts, "login").await };
    let visit = visit(&parts);
    let done = match text::Email::try_from(form.email.clone()) {
        Ok(email) => {
            let device = recognise(&app, cookie(&parts.headers, device::COOKIE).as_deref(), &email);
            service::sign_in(&app, Attempt { email, password: form.password, device }, &visit).await
        }
        Err(wrong) => Err(Error::invalid("email", wrong)),
    };
    match done {
        Ok(who) => enter(&app, &session, &who, &visit, form.stay.is_some(), form.next.as_deref()).await,
        Err(error) => {
            // "Not you" rather than "not right": RFC 9110 has a number for it.
            let status =
                if matches!(error, Error::Refused(_)) { StatusCode::UNAUTHORIZED } else { render::status(&error) };
            let refusal = Refusal::new("login", error)
                .with("email", form.email)
                .with("next", form.next.unwrap_or_default())
                .with("stay", if form.stay.is_some() { "on" } else { "" });
            again(&app, parts, status, refusal).await
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoForm {
    role: Role,
}

async fn demo_sign_in(State(app): State<App>, session: Session, parts: Parts, form: Sent<DemoForm>) -> Response {
    let visit = visit(&parts);
    let done = match form {
        _ if !app.config.demo => Err(Error::NotFound),
        Ok(Form(form)) => demo::sign_in(&app, form.role, &visit).await,
        Err(_) => Err(Error::NotFound),
    };
    match done {
        Ok(who) => enter(&app, &session, &who, &visit, false, None).await,
        Err(error) => refused(&app, parts, Refusal::new("demo", error)).await,
    }
}

async fn sign_out(State(app): State<App>, session: Session, parts: Parts) -> Response {
    let done = async {
        if let Some(person) = person(&parts) {
            let mut tx = Tx::begin(&app, Actor::Person(person)).await?;
            service::signed_out(&mut tx).await?;
            tx.commit().await?;
        }
        sessions::close(&session).await
    };
    match done.await {
        Ok(()) => Redirect::to("/login").into_response(),
        Err(error) => refused(&app, parts, Refusal::new("logout", error)).await,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegisterForm {
    name: String,
    email: String,
}

async fn register(State(app): State<App>, parts: Parts, form: Sent<RegisterForm>) -> Response {
    let Ok(Form(form)) = form else { return garbled(&app, parts, "register").await };
    let done = async {
        let name = text::PersonName::try_from(form.name.clone()).map_err(|e| Error::invalid("name", e))?;
        let email = text::Email::try_from(form.email.clone()).map_err(|e| Error::invalid("email", e))?;
        service::register(&app, &name, &email, ip(&parts)).await
    };
    match done.await {
        Ok(()) => Redirect::to("/register?sent=yes").into_response(),
        Err(error) => {
            let refusal = Refusal::new("register", error).with("name", form.name).with("email", form.email);
            refused(&app, parts, refusal).await
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForgotForm {
    email: String,
}

async fn forgot(State(app): State<App>, parts: Parts, form: Sent<ForgotForm>) -> Response {
    let Ok(Form(form)) = form else { return garbled(&app, parts, "forgot").await };
    let done = match text::Email::try_from(form.email.clone()) {
        Ok(email) => service::forgot(&app, &email, ip(&parts)).await,
        Err(wrong) => Err(Error::invalid("email", wrong)),
    };
    match done {
        Ok(()) => Redirect::to("/forgot?sent=yes").into_response(),
        Err(error) => refused(&app, parts, Refusal::new("forgot", error).with("email", form.email)).await,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordForm {
    password: Typed,
}

async fn choose_password(
    State(app): State<App>,
    session: Session,
    Path(token): Path<String>,
    parts: Parts,
    form: Sent<PasswordForm>,
) -> Response {
    let Ok(Form(form)) = form else { return garbled(&app, parts, "reset").await };
    let visit = visit(&parts);
    match service::choose_password(&app, &token, form.password, &visit).await {
        Ok(who) => enter(&app, &session, &who, &visit, false, None).await,
        Err(error) => refused(&app, parts, Refusal::new("reset", error)).await,
    }
}

async fn confirm_email(State(app): State<App>, Path(token): Path<String>, parts: Parts) -> Response {
    match service::confirm_email(&app, &token, ip(&parts)).await {
        Ok(()) if person(&parts).is_some() => Redirect::to("/my/profile?done=email").into_response(),
        Ok(()) => Redirect::to("/login").into_response(),
        Err(error) => refused(&app, parts, Refusal::new("email", error)).await,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetUpForm {
    organisation: String,
    name: String,
    email: String,
    password: Typed,
    time_zone: String,
}

async fn set_up(State(app): State<App>, session: Session, parts: Parts, form: Sent<SetUpForm>) -> Response {
    let Ok(Form(form)) = form else { return garbled(&app, parts, "setup").await };
    let visit = visit(&parts);
    let start = FirstStart {
        organisation: form.organisation.clone(),
        name: form.name.clone(),
        email: form.email.clone(),
        password: form.password,
        time_zone: form.time_zone.clone(),
    };
    match setup::complete(&app, start, &visit).await {
        Ok(who) => enter(&app, &session, &who, &visit, false, None).await,
        Err(error) => {
            let refusal = Refusal::new("setup", error)
                .with("organisation", form.organisation)
                .with("name", form.name)
                .with("email", form.email)
                .with("time_zone", form.time_zone);
            refused(&app, parts, refusal).await
        }
    }
}

/// The forms of the profile page; each names itself in the field `form`.
#[derive(Deserialize)]
#[serde(tag = "form", rename_all = "snake_case", deny_unknown_fields)]
enum MyForm {
    Profile { name: String, phone: String, time_zone: String },
    Password { current: Typed, password: Typed },
    Email { email: String, proof: Typed },
    EndSession { session: String },
    EndOthers {},
}

async fn profile(State(app): State<App>, session: Session, parts: Parts, form: Sent<MyForm>) -> Response {
    let Some(person) = person(&parts) else { return Redirect::to("/login?next=/my/profile").into_response() };
    let Ok(Form(form)) = form else { return garbled(&app, parts, "profile").await };
    let key = session.id().map(sessions::key);
    let (done, refusal) = match form {
        MyForm::Profile { name, phone, time_zone } => {
            let form = ProfileForm { name: name.clone(), phone: phone.clone(), time_zone: time_zone.clone() };
            let done = act(&app, &person, async |tx| service::change_profile(tx, form).await).await;
            let typed = move |error| {
                Refusal::new("profile", error).with("name", name).with("phone", phone).with("time_zone", time_zone)
            };
            (done.clone().map(|()| "profile"), done.err().map(typed))
        }
        MyForm::Password { current, password } => {
            let done = async {
                let held = sessions::held(&session).await?;
                let generation = service::change_password(&app, &person, current, password, key.as_deref()).await?;
                sessions::renew(&session, held, generation).await
            };
            let done = done.await;
            (done.clone().map(|()| "password"), done.err().map(|error| Refusal::new("password", error)))
        }
        MyForm::Email { email, proof } => {
            let done = match text::Email::try_from(email.clone()) {
                Ok(new) => service::ask_email(&app, &person, &new, proof, ip(&parts)).await,
                Err(wrong) => Err(Error::invalid("email", wrong)),
            };
            let refusal = done.clone().err().map(|error| Refusal::new("email", error).with("email", email));
            (done.map(|()| "email_sent"), refusal)
        }
        MyForm::EndSession { session } => {
            let done = act(&app, &person, async |tx| service::end_session(tx, &session).await).await;
            (done.clone().map(|()| "session"), done.err().map(|error| Refusal::new("sessions", error)))
        }
        MyForm::EndOthers {} => {
            let ended = act(&app, &person, async |tx| service::end_other_sessions(tx, key.as_deref()).await).await;
            (ended.clone().map(|_| "sessions"), ended.err().map(|error| Refusal::new("sessions", error)))
        }
    };
    match (done, refusal) {
        (Ok(what), _) => Redirect::to(&format!("/my/profile?done={what}")).into_response(),
        (Err(_), Some(refusal)) => refused(&app, parts, refusal).await,
        (Err(error), None) => refused(&app, parts, Refusal::new("profile", error)).await,
    }
}

/// One act of `person` in a transaction of its own.
async fn act<T>(app: &App, person: &Person, work: impl AsyncFnOnce(&mut Tx) -> Result<T, Error>) -> Result<T, Error> {
    Tx::act(app, Actor::Person(person.clone()), work).await
}

/// Opens a session for somebody who just proved who they are, and sends them on.
async fn enter(
    app: &App,
    session: &Session,
    who: &SignedIn,
    visit: &Visit,
    stay: bool,
    next: Option<&str>,
) -> Response {
    if let Err(error) = sessions::open(session, who, visit, stay).await {
        return (render::status(&error), error.to_string()).into_response();
    }
    let mut response = Redirect::to(&landing(next, who.role)).into_response();
    let known = Cookie::build((device::COOKIE, device::remember(app, &who.email)))
        .path("/login")
        .http_only(true)
        .secure(app.config.is_https())
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(device::MAX_AGE));
    // A signature in base64: always a header's text.
    if let Ok(value) = HeaderValue::from_str(&known.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The page of the form again, with the error and what was typed.
async fn refused(app: &App, parts: Parts, refusal: Refusal) -> Response {
    let status = render::status(&refusal.error);
    again(app, parts, status, refusal).await
}

async fn again(app: &App, parts: Parts, status: StatusCode, refusal: Refusal) -> Response {
    let wait = if let Error::TooMany { wait } = refusal.error { Some(wait) } else { None };
    let mut response = render::again(app, parts, status, refusal).await;
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// For a form that lacks fields of ours or has fields that are not.
async fn garbled(app: &App, parts: Parts, form: &str) -> Response {
    refused(app, parts, Refusal::new(form, Error::garbled())).await
}

fn person(parts: &Parts) -> Option<Person> {
    parts.extensions.get::<Actor>().and_then(Actor::person).cloned()
}

fn ip(parts: &Parts) -> ClientIp {
    parts.extensions.get::<ClientIp>().copied().unwrap_or_default()
}

fn visit(parts: &Parts) -> Visit {
    let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Visit { ip: ip(parts), user_agent: user_agent.to_owned() }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// Until there is a superadmin, every page is the set-up page.
pub async fn set_up_first(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // The set-up page, what it loads, and what machines ask.
    let passes = path == "/setup"
        || path.starts_with("/api/")
        || path.starts_with("/dev/")
        || path.rsplit('/').next().is_some_and(|name| name.contains('.'))
        || ["/healthz", "/readyz", "/metrics"].contains(&path);
    // Without a database the pages themselves say so.
    if !passes && setup::needed(&app).await.unwrap_or(false) {
        return Redirect::to("/setup").into_response();
    }
    next.run(request).await
}

#[cfg(test)]
pub mod site;
#[cfg(test)]
mod tests;
