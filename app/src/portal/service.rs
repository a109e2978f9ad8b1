//! Filing requests and telling what became of them.
use std::net::IpAddr;

use super::{
    limits::Limits,
    link,
    model::{FormPage, Me, MyList, MyPage, MyRow, Pledge, Refused, RefusedAnswer, RequestPage, SentPage, Typed},
    phone, pledge,
    sent::SentForm,
    story::{self, Reader},
    when::{When, zone},
};
use crate::{
    categories,
    conversations::{files, model::Body},
    core::{
        Actor, App, Error, FieldError, Permission, Tx,
        id::{CategoryId, TicketId},
        secret,
        text::{Email, PersonName},
    },
    settings,
    tickets::{
        self,
        model::{Channel, Subject, TicketType},
        own::{self, Filter},
        service::{NewTicket, Requester, Written},
    },
};

/// How many tickets a page of the list shows.
const PAGE: u32 = 25;

/// A form that holds together.
#[derive(Clone, Debug)]
pub struct Request {
    subject: Subject,
    body: Body,
    category: Option<CategoryId>,
    requester: Requester,
}

impl Typed {
    /// Reads what was typed. Who is signed in is known and types neither name nor address.
    ///
    /// # Errors
    /// [`Error::Invalid`] with a sentence for every field that needs a look, in the order of the form.
    pub fn check(&self, signed_in: bool) -> Result<Request, Error> {
        let mut wrong = Vec::new();
        if !self.website.is_empty() {
            wrong.push(FieldError::new("website", "Leave this one empty: it is there to catch machines."));
        }
        let missing = |empty: bool, words: &str, said: String| if empty { words.to_owned() } else { said };
        let subject = noted(&mut wrong, "subject", Subject::try_from(self.subject.clone()));
        let body = Body::try_from(self.description.clone())
            .map_err(|said| missing(self.description.trim().is_empty(), "Tell us what happened.", said));
        let body = noted(&mut wrong, "description", body);
        let category = match self.category.as_str() {
            "" => Some(None),
            id => noted(&mut wrong, "category", id.parse().map_err(|_| "Choose one of the list.".to_owned())).map(Some),
        };
        let requester = if signed_in {
            Some(Requester::Myself)
        } else {
            let name = noted(&mut wrong, "name", PersonName::try_from(self.name.clone()));
            let email = noted(&mut wrong, "email", Email::try_from(self.email.clone()));
            let phone = noted(&mut wrong, "phone", phone::check(&self.country, &self.phone));
            name.zip(email).zip(phone).map(|((name, email), phone)| Requester::Contact {
                email,
                name,
                phone: phone.map(|p| p.e164),
            })
        };
        match (subject, body, category, requester) {
            (Some(subject), Some(body), Some(category), Some(requester)) if wrong.is_empty() => {
                Ok(Request { subject, body, category, requester })
            }
            _ => Err(Error::Invalid(wrong)),
        }
    }
}

/// The value, or its complaint noted at `field`.
fn noted<T>(wrong: &mut Vec<FieldError>, field: &str, read: Result<T, String>) -> Option<T> {
    read.map_err(|said| wrong.push(FieldError::new(field, said))).ok()
}

/// Files what the form holds. A `form` that was sent before is the ticket it then became.
///
/// # Errors
/// [`Error::Invalid`] at the fields, or [`Error::TooMany`] over the spam limit of `ip`.
pub async fn file(
    tx: &mut Tx,
    typed: &Typed,
    form: Option<&SentForm>,
    uploads: Option<String>,
    ip: IpAddr,
) -> Result<TicketId, Error> {
    let signed_in = tx.actor.person().is_some();
    let request = typed.check(signed_in)?;
    if let Some(form) = form
        && let Some(known) = form.claim(tx, uploads.is_some()).await?
    {
        return Ok(known);
    }
    let limit = settings::service::in_force(tx).await?.spam_limit_per_minute;
    tx.app.room::<Limits>().ticket(ip, limit)?;
    let new = NewTicket {
        subject: request.subject,
        body: request.body,
        requester: request.requester,
        channel: if signed_in { Channel::Portal } else { Channel::Form },
        category: request.category,
        kind: TicketType::Request,
        priority: None,
        uploads,
        promise_shown: true,
    };
    let ticket = tickets::service::create(tx, &new).await?.id;
    if let Some(form) = form {
        form.became(tx, ticket).await?;
    }
    Ok(ticket)
}

/// Everything the form's page shows; `refused` is what a handler sends back.
pub async fn form(tx: &mut Tx, mut refused: Refused) -> Result<FormPage, Error> {
    refused.uploads.get_or_insert_with(secret::random_token);
    let me = tx.actor.person().map(|p| Me { name: p.name.clone(), email: p.email.clone() });
    let pledge = pledge::pledge(tx, &refused.typed).await?;
    Ok(FormPage {
        desk: desk_name(tx).await?,
        categories: categories::service::offered(tx).await?,
        me,
        pledge,
        refused,
    })
}

/// What would be promised for what is typed so far.
pub async fn preview(tx: &mut Tx, typed: &Typed) -> Result<Pledge, Error> {
    tx.actor.require(Permission::CreateTicket)?;
    pledge::pledge(tx, typed).await
}

/// The page after filing, for whoever has the token.
pub async fn sent(app: &App, viewer: &Actor, token: &str) -> Result<SentPage, Error> {
    let (ticket, holder) = link::holder(app, token).await?;
    let mut tx = Tx::read(app, holder).await?;
    let story = own::story(&mut tx, ticket).await?;
    let (now, tz) = (tx.now, pledge::zone_of_reader(&mut tx).await?);
    let by = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| When::new(at, now, tz));
    Ok(SentPage {
        desk: desk_name(&mut tx).await?,
        number: story.ticket.number,
        subject: story.ticket.subject,
        link: link::address(app, ticket),
        path: format!("/track/{token}"),
        answer: by(story.ticket.promised_reply_by),
        solve: by(story.ticket.promised_solve_by),
        signed_in: viewer.person().is_some(),
    })
}

/// The tracking page, for whoever has the token.
pub async fn track(app: &App, token: &str, refused: RefusedAnswer) -> Result<RequestPage, Error> {
    let (ticket, holder) = link::holder(app, token).await?;
    let mut tx = Tx::read(app, holder).await?;
    let tz = pledge::zone_of_reader(&mut tx).await?;
    let reader = Reader { zone: tz, by_link: true, base: format!("/track/{token}") };
    let mut page = story::tell(&mut tx, ticket, &reader, refused).await?;
    page.link = Some(link::address(app, ticket));
    Ok(page)
}

/// /my/tickets/NUMBER. Opening it counts as having read it.
pub async fn my_ticket(tx: &mut Tx, number: i64, refused: RefusedAnswer) -> Result<RequestPage, Error> {
    tx.actor.require(Permission::OpenPortal)?;
    let zone = zone(&tx.actor.signed_in()?.time_zone);
    let ticket = own::find(tx, number).await?;
    own::mark_read(tx, ticket).await?;
    let reader = Reader { zone, by_link: false, base: format!("/my/tickets/{number}") };
    story::tell(tx, ticket, &reader, refused).await
}

/// /my.
pub async fn dashboard(tx: &mut Tx) -> Result<MyPage, Error> {
    tx.actor.require(Permission::OpenPortal)?;
    let name = tx.actor.signed_in()?.name.clone();
    let figures = own::figures(tx).await?;
    let months = own::months(tx).await?;
    let to_act_on = own::to_act_on(tx, 8).await?;
    let recent = own::list(tx, &Filter::default(), None, 8).await?.rows;
    let desk = desk_name(tx).await?;
    Ok(MyPage { desk, name, figures, months, to_act_on: in_words(tx, to_act_on), recent: in_words(tx, recent) })
}

/// /my/tickets.
pub async fn my_tickets(tx: &mut Tx, filter: &Filter, after: Option<&str>) -> Result<MyList, Error> {
    let page = own::list(tx, filter, after, PAGE).await?;
    let (desk, shares) = (desk_name(tx).await?, own::shares(tx).await?);
    Ok(MyList { desk, rows: in_words(tx, page.rows), next: page.next, shares })
}

fn in_words(tx: &Tx, rows: Vec<own::OwnRow>) -> Vec<MyRow> {
    let zone = tx.actor.zone();
    let when = |at| When::new(at, tx.now, zone);
    rows.into_iter().map(|row| MyRow { updated: when(row.updated_at), due: row.sla.due_at.map(when), row }).collect()
}

/// The customer's answer on a request: the request it is on. On a closed one it opens a new request. A `form` that was
/// sent before answers nothing more.
pub async fn reply(
    tx: &mut Tx,
    ticket: TicketId,
    text: &str,
    form: Option<&SentForm>,
    uploads: Option<String>,
) -> Result<TicketId, Error> {
    if let Some(form) = form
        && let Some(known) = form.claim(tx, uploads.is_some()).await?
    {
        return Ok(known);
    }
    let waits = match &uploads {
        Some(token) => !files::waiting(tx, token).await?.is_empty(),
        None => false,
    };
    // Files speak for themselves.
    let text = if text.trim().is_empty() && waits { "Here are the files." } else { text };
    let body = body(text, "text", "Write your message.")?;
    let channel = channel(tx);
    let on = match tickets::service::write_as_customer(tx, ticket, &body, channel, uploads).await? {
        Written::Added(_) => ticket,
        Written::FollowUp(new) => new.id,
    };
    if let Some(form) = form {
        form.became(tx, on).await?;
    }
    Ok(on)
}

/// Whether the solution helped. Without it, `text` says what is still wrong.
pub async fn judge(tx: &mut Tx, ticket: TicketId, helped: bool, text: &str) -> Result<(), Error> {
    if helped {
        return tickets::service::confirm_solution(tx, ticket).await;
    }
    let body = body(text, "still", "Say in a few words what is still wrong, so that we can go on.")?;
    let channel = channel(tx);
    tickets::service::refuse_solution(tx, ticket, &body, channel).await
}

fn body(text: &str, field: &str, missing: &str) -> Result<Body, Error> {
    Body::try_from(text.to_owned()).map_err(|said| {
        let said = if text.trim().is_empty() { missing.to_owned() } else { said };
        Error::invalid(field, said)
    })
}

fn channel(tx: &Tx) -> Channel {
    if tx.actor.person().is_some() { Channel::Portal } else { Channel::Form }
}

async fn desk_name(tx: &mut Tx) -> Result<String, Error> {
    Ok(settings::service::in_force(tx).await?.organisation_name.clone())
}
