//! Makes the bytes of a mail. Building is lettre's: it folds and encodes headers, so that nothing in a value
//! can start another one, and it ends every line with CR LF.
use chrono::Utc;
use kept_app::{
    core::text::one_line,
    notifications::outbox::{Outgoing, Refusal},
};
use lettre::{
    Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

/// RFC 3834: no answering machine shall answer.
#[derive(Clone)]
struct AutoSubmitted(String);

/// What Microsoft's servers go by instead.
#[derive(Clone)]
struct AutoResponseSuppress(String);

macro_rules! text_header {
    ($type:ty, $name:literal) => {
        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }
            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}
text_header!(AutoSubmitted, "Auto-Submitted");
text_header!(AutoResponseSuppress, "X-Auto-Response-Suppress");

/// The mail as it goes over the wire.
///
/// # Errors
/// [`Refusal::Never`] for what cannot be a mail, such as an address that none can have.
pub fn build(mail: &Outgoing, from: &Mailbox) -> Result<Message, Refusal> {
    let to: Mailbox = mail.recipient.parse().map_err(|e| Refusal::Never(format!("The address is not one: {e}")))?;
    let mut message = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(one_line(&mail.subject))
        .date(mail.at.with_timezone(&Utc).into())
        .message_id(Some(one_line(&mail.message_id)));
    if let Some(before) = &mail.in_reply_to {
        message = message.in_reply_to(one_line(before));
    }
    if let Some(thread) = &mail.references {
        message = message.references(one_line(thread));
    }
    if !mail.is_personal {
        message = message.header(AutoSubmitted("auto-generated".to_owned()));
    }
    message
        .header(AutoResponseSuppress("All".to_owned()))
        .multipart(MultiPart::alternative_plain_html(lines(&mail.text), lines(&mail.html)))
        .map_err(|e| Refusal::Never(format!("The mail could not be built: {e}")))
}

/// The text with every sort of line break as the one that lettre turns into CR LF: a CR left alone is what
/// mail servers disagree about, and what smuggled mails are made of.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
