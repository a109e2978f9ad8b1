//! The forms of a request's page: answering, saying whether the solution helped, rating. Plain forms, posted
//! to `http::portal`, which shows the page again with what was typed where something is wrong.
use leptos::prelude::*;

use crate::{
    core::Error,
    portal::model::{AnswerForm, RequestPage},
    tickets::model::Status,
    ui::{
        Button, ButtonKind, ButtonSize, ErrorSummary, Glyph, Icon, TextArea, Uploads, UploadsField, figures::thousands,
    },
};

/// What is wrong with `form`, as (control's id, sentence); nothing if it was another one.
fn wrong(page: &RequestPage, form: AnswerForm) -> Vec<(String, String)> {
    match &page.refused.error {
        Some(error) if page.refused.form == form => match error {
            Error::Invalid(all) => all.iter().map(|e| (e.field.clone(), e.message.clone())).collect(),
            other => vec![(id(form).to_owned(), other.to_string())],
        },
        _ => Vec::new(),
    }
}

const fn id(form: AnswerForm) -> &'static str {
    match form {
        AnswerForm::Reply => "reply",
        AnswerForm::Solution => "solution",
        AnswerForm::Rating => "rating",
    }
}

fn at(errors: &[(String, String)], field: &str) -> Option<String> {
    errors.iter().find(|(name, _)| name == field).map(|(_, said)| said.clone())
}

fn typed(page: &RequestPage, form: AnswerForm) -> String {
    if page.refused.form == form { page.refused.text.clone() } else { String::new() }
}

/// "Add a message".
#[component]
pub fn ReplyForm(page: RequestPage) -> impl IntoView {
    let errors = wrong(&page, AnswerForm::Reply);
    let uploads = Uploads::of_form(page.refused.uploads.clone().unwrap_or_default(), page.refused.files.clone());
    let (label, help) = match (&page.assignee, page.status) {
        (_, Status::Closed) => {
            ("Ask again", "This request is closed. Your message opens a new one, linked to it.".to_owned())
        }
        (Some(name), _) => {
            ("Add a message", format!("It reaches {name} directly. You can also just answer our e-mail."))
        }
        (None, _) => {
            ("Add a message", "Everybody who works on it sees it. You can also just answer our e-mail.".to_owned())
        }
    };
    let form = NodeRef::<leptos::html::Form>::new();
    let (busy, hold) = (RwSignal::new(false), uploads.hold(form));
    let send = move |event: leptos::ev::SubmitEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if !hold.back(&event) {
            busy.set(true);
        }
    };
    let sending = Signal::derive(move || busy.get() || hold.waits());
    view! {
        <form
            class="form mt"
            id="reply"
            method="post"
            action=format!("{}/reply", page.base)
            enctype="multipart/form-data"
            novalidate
            node_ref=form
            on:submit=send
        >
            <ErrorSummary errors=errors.clone()/>
            <button class="vh" type="submit" tabindex="-1" aria-hidden="true">
                "Send message"
            </button>
            <input type="hidden" name="uploads" value=move || uploads.token().get()/>
            <TextArea
                name="text"
                label=label
                help=help
                rows=4
                value=typed(&page, AnswerForm::Reply)
                error=at(&errors, "text")
            />
            <UploadsField uploads=uploads label="Files" error=at(&errors, "files")/>
            <div class="row wrap">
                <Button kind=ButtonKind::Primary size=ButtonSize::Large submit=true busy=sending>
                    "Send message"
                </Button>
            </div>
        </form>
    }
}

/// "Did this solve it?"
#[component]
pub fn Verdict(page: RequestPage) -> impl IntoView {
    let errors = wrong(&page, AnswerForm::Solution);
    let action = format!("{}/solution", page.base);
    view! {
        <section class="ask" id="solution" aria-labelledby="solution-title">
            <h2 id="solution-title">"Did this solve it?"</h2>
            <form class="form" method="post" action=action.clone()>
                <input type="hidden" name="helped" value="yes"/>
                <div>
                    <Button kind=ButtonKind::Primary size=ButtonSize::Large submit=true icon=Glyph::Check>
                        "Yes, it is solved"
                    </Button>
                </div>
            </form>
            <form class="form" method="post" action=action novalidate>
                <ErrorSummary errors=errors.clone()/>
                <input type="hidden" name="helped" value="no"/>
                <TextArea
                    name="still"
                    label="No? Tell us what is still wrong"
                    rows=3
                    value=typed(&page, AnswerForm::Solution)
                    error=at(&errors, "still")
                />
                <div>
                    <Button size=ButtonSize::Large submit=true>"It did not help"</Button>
                </div>
            </form>
        </section>
    }
}

/// "How did we do?" 1 to 5, and a comment.
#[component]
pub fn Rating(page: RequestPage) -> impl IntoView {
    let errors = wrong(&page, AnswerForm::Rating);
    let refused = page.refused.form == AnswerForm::Rating && page.refused.error.is_some();
    let (score, comment) = if refused {
        (page.refused.score, page.refused.text.clone())
    } else {
        page.rating.clone().map_or((None, String::new()), |(score, comment)| (Some(score), comment))
    };
    let rated = page.rating.is_some();
    let stars = (1..=5_i16)
        .map(|n| {
            let words =
                if n == 1 { "1 star".to_owned() } else { format!("{} stars", thousands(n.unsigned_abs().into())) };
            let title = words.clone();
            view! {
                <label title=title>
                    <input
                        type="radio"
                        name="score"
                        value=n.to_string()
                        checked=score == Some(n)
                        id=(n == 1).then_some("score")
                    />
                    <span class="vh">{words}</span>
                    <Icon glyph=Glyph::Star/>
                </label>
            }
        })
        .collect_view();
    let said = at(&errors, "score");
    let invalid = said.is_some().then_some("");
    view! {
        <section class="ask" id="rating" aria-labelledby="rating-title">
            <form class="form" method="post" action=format!("{}/rate", page.base) novalidate>
                <h2 id="rating-title">{if rated { "Thank you for your rating" } else { "How did we do?" }}</h2>
                <ErrorSummary errors=errors.clone()/>
                <fieldset class="field" data-invalid=invalid>
                    <legend>"From 1, poor, to 5, very good"</legend>
                    {said.map(|said| view! { <span class="error-text"><Icon glyph=Glyph::CircleAlert/> {said}</span> })}
                    <div class="stars">{stars}</div>
                </fieldset>
                <TextArea
                    name="comment"
                    label="What should we know?"
                    rows=2
                    optional=true
                    value=comment
                    error=at(&errors, "comment")
                />
                <div>
                    <Button size=ButtonSize::Large submit=true>
                        {if rated { "Change my rating" } else { "Send rating" }}
                    </Button>
                </div>
            </form>
        </section>
    }
}
