//! The bell, the list behind it, the choices, and the development mailbox.
mod bell;
mod list;
mod mailbox;
mod preferences;

pub use bell::BellMenu;
pub use list::NotificationsPage;
pub use mailbox::{MailPage, MailboxPage};
pub use preferences::NotificationChoices;
