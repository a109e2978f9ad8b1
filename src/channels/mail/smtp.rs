//! Hands mails to an SMTP server.
use std::time::Duration;

use async_trait::async_trait;
use kept_app::notifications::outbox::{Carrier, Outgoing, Refusal};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor, message::Mailbox, transport::smtp};

use super::message;

/// No single command may take longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// No hand-over may take longer; well below the lease of a claim.
const WHOLE: Duration = Duration::from_mins(1);

pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    pub fn new(url: &str, from: Mailbox) -> Result<Self, smtp::Error> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from })
    }
}

#[async_trait]
impl Carrier for Smtp {
    async fn carry(&self, mail: &Outgoing) -> Result<(), Refusal> {
        let message = message::build(mail, &self.from)?;
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            // 5xx: asking again brings the same answer. Everything else may pass.
            Ok(Err(error)) if error.is_permanent() => Err(Refusal::Never(describe(&error))),
            Ok(Err(error)) => Err(Refusal::Later(describe(&error))),
            Err(_) => Err(Refusal::Later("The mail server did not answer in time.".to_owned())),
        }
    }
}

/// What the server said, on one line.
fn describe(error: &smtp::Error) -> String {
    let cause = std::error::Error::source(error).map(|c| format!(": {c}")).unwrap_or_default();
    kept_app::core::text::one_line(&format!("{error}{cause}"))
}
