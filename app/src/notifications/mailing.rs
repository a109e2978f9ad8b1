//! Makes a decided mail out of a letter: its identity, its thread, its two parts.
use super::{letter::Letter, service::Recipient, store::NewDelivery};
use crate::core::{App, Error, id::DeliveryId, secret::Purpose};

/// References grow with each mail; mail programs need the first and the last few.
const REFERENCES: usize = 8;

/// The row of `deliveries` for `letter` to `to`. `earlier` are the mails before it in its thread.
pub fn compose(
    app: &App,
    to: &Recipient<'_>,
    key: String,
    letter: &Letter,
    desk: &str,
    earlier: &[String],
) -> Result<NewDelivery, Error> {
    let id = DeliveryId::new();
    let (text, html) = letter.render(desk).map_err(Error::internal)?;
    let references = match earlier {
        [first, .., _] if earlier.len() > REFERENCES => {
            let newest = &earlier[earlier.len() - REFERENCES + 1..];
            Some(std::iter::once(first).chain(newest).cloned().collect::<Vec<_>>().join(" "))
        }
        [] => None,
        few => Some(few.join(" ")),
    };
    Ok(NewDelivery {
        id,
        key,
        template: letter.template,
        user: to.user,
        recipient: to.email.to_owned(),
        ticket: to.ticket,
        message: None,
        subject: letter.subject.clone(),
        text,
        html,
        message_id: message_id(app, to, id),
        in_reply_to: earlier.last().cloned(),
        thread: references,
        is_secret: letter.is_secret,
        is_personal: letter.is_personal,
    })
}

/// A Message-ID that proves to be ours when it comes back in an answer: delivery and ticket, signed.
fn message_id(app: &App, to: &Recipient<'_>, id: DeliveryId) -> String {
    let ticket = to.ticket.map(|t| t.uuid().into_bytes()).unwrap_or_default();
    let content = [id.uuid().into_bytes(), ticket].concat();
    format!("<{}@{}>", app.secret.sign(Purpose::Mail, &content), host(&app.config.base_url))
}

/// The host of our base URL, as the right side of a Message-ID.
fn host(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    if host.is_empty() { "kept.invalid" } else { host }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_names_our_host() {
        assert_eq!(host("https://desk.example.org:8443/x"), "desk.example.org");
        assert_eq!(host("http://127.0.0.1:3000"), "127.0.0.1");
        assert_eq!(host(""), "kept.invalid");
    }
}
