//! Lays mails into a folder, where there is no mail server: for development and for trying Kept out.
use std::path::PathBuf;

use async_trait::async_trait;
use kept_app::notifications::outbox::{Carrier, Outgoing, Refusal};
use lettre::message::Mailbox;

use super::message;

pub struct Folder {
    folder: PathBuf,
    from: Mailbox,
}

impl Folder {
    pub const fn new(folder: PathBuf, from: Mailbox) -> Self {
        Self { folder, from }
    }
}

#[async_trait]
impl Carrier for Folder {
    async fn carry(&self, mail: &Outgoing) -> Result<(), Refusal> {
        let bytes = message::build(mail, &self.from)?.formatted();
        // Named by the delivery, whose id sorts by time: laid down twice, it is one mail.
        let (file, draft) = (self.folder.join(format!("{}.eml", mail.id)), self.folder.join(format!(".{}", mail.id)));
        let folder = self.folder.clone();
        let written = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder)?;
            std::fs::write(&draft, bytes)?;
            // Whoever lists the folder sees whole mails only.
            std::fs::rename(&draft, &file)
        });
        let written = written.await.unwrap_or_else(|stopped| Err(stopped.into()));
        written.map_err(|e| Refusal::Later(format!("The mailbox folder: {e}")))
    }
}
