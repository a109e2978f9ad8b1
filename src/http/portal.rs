//! The portal's forms, as a browser without JavaScript posts them (and one with it, too): filing a request,
//! answering, judging the solution, rating. What is refused comes back with everything that was typed and
//! every file that arrived, under the status that says why.
use axum::{
    Extension, Form, Router,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Path, Request, State},
    http::request::Parts,
    response::{IntoResponse as _, Redirect, Response},
    routing::post,
};
use kept_app::{
    conversations,
    core::{
        Actor, App, Error, FieldError, Tx,
        client::ClientIp,
        id::{AttachmentId, TicketId},
    },
    portal::{
        link,
        model::{AnswerForm, Refused, RefusedAnswer, Typed},
        sent::SentForm,
        service,
    },
    tickets::{self, own},
};
use serde::Deserialize;

use super::{
    files::{address, is_token, keep},
    form::{self, Arrived, MAX_REQUEST, Sent},
    render,
};

/// The doors of this file. Their pages are Leptos routes of the same addresses.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/submit", post(submit).layer(DefaultBodyLimit::max(MAX_REQUEST)))
        .route("/track/{token}/reply", post(track_reply).layer(DefaultBodyLimit::max(MAX_REQUEST)))
        .route("/track/{token}/solution", post(track_solution))
        .route("/track/{token}/rate", post(track_rate))
        .route("/my/tickets/{number}/reply", post(my_reply).layer(DefaultBodyLimit::max(MAX_REQUEST)))
        .route("/my/tickets/{number}/solution", post(my_solution))
        .route("/my/tickets/{number}/rate", post(my_rate))
}

/// The parts of a request that outlive its body.
fn split(request: Request) -> (Parts, Request) {
    let (parts, body) = request.into_parts();
    (parts.clone(), Request::from_parts(parts, body))
}

fn actor(parts: &Parts) -> Actor {
    parts.extensions.get::<Actor>().cloned().unwrap_or(Actor::Guest)
}

/// Reads a form with files.
async fn multipart(app: &App, request: Request) -> Result<Arrived, Error> {
    let ip = address(request.extensions().get::<ClientIp>().copied().map(Extension));
    let form = Multipart::from_request(request, app).await.map_err(|_| Error::garbled())?;
    form::read(app, ip, form).await
}

/// Files a request, or shows the form again.
async fn submit(State(app): State<App>, request: Request) -> Response {
    let (parts, request) = split(request);
    let actor = actor(&parts);
    let ip = address(parts.extensions.get::<ClientIp>().copied().map(Extension));
    let mut arrived = match multipart(&app, request).await {
        Ok(arrived) => arrived,
        Err(error) => return again(&app, parts, Refused { error: Some(error), ..Refused::default() }).await,
    };
    let typed = Typed {
        subject: arrived.text("subject"),
        description: arrived.text("description"),
        category: arrived.text("category"),
        name: arrived.text("name"),
        email: arrived.text("email"),
        country: arrived.text("country"),
        phone: arrived.text("phone"),
        website: arrived.text("website"),
    };
    let Kept { form, uploads, files, problems, took_back } = wait(&app, &actor, &mut arrived).await;
    let refused = |error| Refused { typed: typed.clone(), error, uploads: uploads.clone(), files: files.clone() };
    if let Err(error) = arrived.nothing_else() {
        return again(&app, parts, refused(Some(error))).await;
    }
    if took_back {
        return again(&app, parts, refused(complaint(problems))).await;
    }
    let bound = uploads.clone().filter(|_| !files.is_empty());
    let form = form.map(|token| SentForm::of(&token, &typed.words(), &arrived.files));
    match file(&app, actor, &typed, form.as_ref(), bound, &problems, ip).await {
        Ok(ticket) => Redirect::to(&format!("/sent/{}", link::token(&app.secret, ticket))).into_response(),
        Err(error) => again(&app, parts, refused(Some(error))).await,
    }
}

async fn file(
    app: &App,
    actor: Actor,
    typed: &Typed,
    form: Option<&SentForm>,
    uploads: Option<String>,
    problems: &[FieldError],
    ip: std::net::IpAddr,
) -> Result<TicketId, Error> {
    // A file that could not be taken is no reason to send the rest without it unseen.
    if !problems.is_empty() {
        let mut wrong = match typed.check(actor.person().is_some()) {
            Err(Error::Invalid(wrong)) => wrong,
            _ => Vec::new(),
        };
        wrong.extend_from_slice(problems);
        return Err(Error::Invalid(wrong));
    }
    Tx::act(app, actor, async |tx| service::file(tx, typed, form, uploads, ip).await).await
}

/// The form again: 422 where something is wrong, 429 over the limit, 200 where nothing is.
async fn again(app: &App, parts: Parts, refused: Refused) -> Response {
    let status = refused.error.as_ref().map_or(axum::http::StatusCode::OK, render::status);
    render::again(app, parts, status, refused).await
}

/// What waits for a form after this request.
struct Kept {
    /// The form's own token, if it came with one of ours.
    form: Option<String>,
    uploads: Option<String>,
    files: Vec<conversations::model::Attachment>,
    problems: Vec<FieldError>,
    /// The button beside a file was pressed: the form comes back without it, and nothing was wrong with it.
    took_back: bool,
}

/// What is wrong, if anything is.
fn complaint(problems: Vec<FieldError>) -> Option<Error> {
    (!problems.is_empty()).then_some(Error::Invalid(problems))
}

/// Lets the files of a form wait under its token, without the one that its sender took back.
async fn wait(app: &App, actor: &Actor, arrived: &mut Arrived) -> Kept {
    let token = arrived.some("uploads").filter(|token| is_token(token));
    let removes = arrived.some("remove");
    let took_back = removes.is_some();
    let mut problems = std::mem::take(&mut arrived.problems);
    if let (Some(token), Some(id)) = (&token, removes.and_then(|id| id.parse::<AttachmentId>().ok()))
        && let Err(error) = remove(app, actor.clone(), token, id).await
    {
        problems.push(FieldError::new("files", error.to_string()));
    }
    match keep(app, actor.clone(), token.clone(), &arrived.files).await {
        Ok((uploads, files)) => Kept { form: token, uploads: Some(uploads), files, problems, took_back },
        Err(error) => {
            match error {
                Error::Invalid(said) => problems.extend(said),
                other => problems.push(FieldError::new("files", other.to_string())),
            }
            // What waited before still does.
            let (uploads, files) = keep(app, actor.clone(), token.clone(), &[])
                .await
                .map_or((None, Vec::new()), |(token, files)| (Some(token), files));
            Kept { form: token, uploads, files, problems, took_back }
        }
    }
}

async fn remove(app: &App, actor: Actor, token: &str, id: AttachmentId) -> Result<(), Error> {
    Tx::act(app, actor, async |tx| conversations::files::remove_waiting(tx, token, id).await).await
}

/// A request's page: by its link or as somebody signed in.
struct Page {
    ticket: TicketId,
    actor: Actor,
    /// Its address.
    base: String,
}

impl Page {
    async fn by_link(app: &App, token: &str) -> Result<Self, Error> {
        let (ticket, actor) = link::holder(app, token).await?;
        Ok(Self { ticket, actor, base: format!("/track/{token}") })
    }

    async fn of_person(app: &App, actor: Actor, number: &str) -> Result<Self, Error> {
        let number: i64 = number.parse().map_err(|_| Error::NotFound)?;
        actor.signed_in()?;
        let mut tx = Tx::read(app, actor.clone()).await?;
        let ticket = own::find(&mut tx, number).await?;
        Ok(Self { ticket, actor, base: format!("/my/tickets/{number}") })
    }

    /// The page with `refused` on it.
    async fn again(&self, app: &App, parts: Parts, refused: RefusedAnswer) -> Response {
        let status = refused.error.as_ref().map_or(axum::http::StatusCode::OK, render::status);
        render::again(app, at(parts, &self.base), status, refused).await
    }

    async fn garbled(&self, app: &App, parts: Parts, form: AnswerForm) -> Response {
        let refused = RefusedAnswer { form, error: Some(Error::garbled()), ..RefusedAnswer::default() };
        self.again(app, parts, refused).await
    }
}

/// `parts` as of a request for the page at `path`: its forms are posted to addresses below it.
fn at(mut parts: Parts, path: &str) -> Parts {
    if let Ok(uri) = path.parse() {
        parts.uri = uri;
    }
    parts
}

/// Where there is no page to show the error on: the page itself says so.
async fn nowhere(app: &App, parts: Parts, error: Error) -> Response {
    // The last part of the address names the form; the page lies above it.
    let path = parts.uri.path().rsplit_once('/').map_or("/", |(page, _)| page).to_owned();
    if error == Error::SignIn {
        return Redirect::to(&format!("/login?next={path}")).into_response();
    }
    let status = render::status(&error);
    render::again(app, at(parts, &path), status, RefusedAnswer { error: Some(error), ..RefusedAnswer::default() }).await
}

async fn track_reply(State(app): State<App>, Path(token): Path<String>, request: Request) -> Response {
    let (parts, request) = split(request);
    match Page::by_link(&app, &token).await {
        Ok(page) => reply(&app, parts, request, page).await,
        Err(error) => nowhere(&app, parts, error).await,
    }
}

async fn my_reply(State(app): State<App>, Path(number): Path<String>, request: Request) -> Response {
    let (parts, request) = split(request);
    match Page::of_person(&app, actor(&parts), &number).await {
        Ok(page) => reply(&app, parts, request, page).await,
        Err(error) => nowhere(&app, parts, error).await,
    }
}

async fn reply(app: &App, parts: Parts, request: Request, page: Page) -> Response {
    let mut arrived = match multipart(app, request).await {
        Ok(arrived) => arrived,
        Err(error) => {
            return page.again(app, parts, RefusedAnswer { error: Some(error), ..RefusedAnswer::default() }).await;
        }
    };
    let text = arrived.text("text");
    let Kept { form, uploads, files, problems, took_back } = wait(app, &page.actor, &mut arrived).await;
    let refused = |error| RefusedAnswer {
        form: AnswerForm::Reply,
        text: text.clone(),
        score: None,
        error,
        uploads: uploads.clone(),
        files: files.clone(),
    };
    if let Err(error) = arrived.nothing_else() {
        return page.again(app, parts, refused(Some(error))).await;
    }
    if took_back {
        return page.again(app, parts, refused(complaint(problems))).await;
    }
    let bound = uploads.clone().filter(|_| !files.is_empty());
    let form = form.map(|token| SentForm::of(&token, &[&page.base, &text], &arrived.files));
    let written = match complaint(problems) {
        None => write(app, &page, &text, form.as_ref(), bound).await,
        Some(error) => Err(error),
    };
    match written {
        Ok(ticket) if ticket == page.ticket => Redirect::to(&format!("{}#reply", page.base)).into_response(),
        Ok(follow_up) => Redirect::to(&format!("/sent/{}", link::token(&app.secret, follow_up))).into_response(),
        Err(error) => page.again(app, parts, refused(Some(error))).await,
    }
}

async fn write(
    app: &App,
    page: &Page,
    text: &str,
    form: Option<&SentForm>,
    uploads: Option<String>,
) -> Result<TicketId, Error> {
    Tx::act(app, page.actor.clone(), async |tx| service::reply(tx, page.ticket, text, form, uploads).await).await
}

/// The two buttons under a solution.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verdict {
    helped: String,
    #[serde(default)]
    still: String,
}

async fn track_solution(
    State(app): State<App>,
    Path(token): Path<String>,
    parts: Parts,
    verdict: Sent<Verdict>,
) -> Response {
    match Page::by_link(&app, &token).await {
        Ok(page) => solution(&app, parts, page, verdict).await,
        Err(error) => nowhere(&app, parts, error).await,
    }
}

async fn my_solution(
    State(app): State<App>,
    Path(number): Path<String>,
    parts: Parts,
    verdict: Sent<Verdict>,
) -> Response {
    match Page::of_person(&app, actor(&parts), &number).await {
        Ok(page) => solution(&app, parts, page, verdict).await,
        Err(error) => nowhere(&app, parts, error).await,
    }
}

async fn solution(app: &App, parts: Parts, page: Page, verdict: Sent<Verdict>) -> Response {
    let Ok(Form(Verdict { helped, still })) = verdict else {
        return page.garbled(app, parts, AnswerForm::Solution).await;
    };
    let judge = async |tx: &mut Tx| service::judge(tx, page.ticket, helped == "yes", &still).await;
    let judged = Tx::act(app, page.actor.clone(), judge);
    match judged.await {
        Ok(()) => Redirect::to(&page.base).into_response(),
        Err(error) => {
            let refused = RefusedAnswer {
                form: AnswerForm::Solution,
                text: still,
                error: Some(error),
                ..RefusedAnswer::default()
            };
            page.again(app, parts, refused).await
        }
    }
}

/// 1 to 5 stars and a comment. The score is a text: a form without one chosen sends none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stars {
    #[serde(default)]
    score: String,
    #[serde(default)]
    comment: String,
}

async fn track_rate(State(app): State<App>, Path(token): Path<String>, parts: Parts, stars: Sent<Stars>) -> Response {
    match Page::by_link(&app, &token).await {
        Ok(page) => rate(&app, parts, page, stars).await,
        Err(error) => nowhere(&app, parts, error).await,
    }
}

async fn my_rate(State(app): State<App>, Path(number): Path<String>, parts: Parts, stars: Sent<Stars>) -> Response {
    match Page::of_person(&app, actor(&parts), &number).await {
        Ok(page) => rate(&app, parts, page, stars).await,
        Err(error) => nowhere(&app, parts, error).await,
    }
}

async fn rate(app: &App, parts: Parts, page: Page, stars: Sent<Stars>) -> Response {
    let Ok(Form(Stars { score, comment })) = stars else {
        return page.garbled(app, parts, AnswerForm::Rating).await;
    };
    let score: Option<i16> = score.parse().ok();
    let stars = score.unwrap_or_default();
    let rate = async |tx: &mut Tx| tickets::service::rate(tx, page.ticket, stars, &comment).await;
    let rated = Tx::act(app, page.actor.clone(), rate);
    match rated.await {
        Ok(()) => Redirect::to(&page.base).into_response(),
        Err(error) => {
            let refused = RefusedAnswer {
                form: AnswerForm::Rating,
                text: comment,
                score,
                error: Some(error),
                ..RefusedAnswer::default()
            };
            page.again(app, parts, refused).await
        }
    }
}

#[cfg(test)]
mod tests;
