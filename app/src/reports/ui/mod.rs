//! The start pages of administrators, managers, executives and superadmins, and the pages about ratings.
mod admin;
mod executive;
pub mod parts;
mod person;
mod system;
mod team;

pub use admin::AdminPage;
pub use executive::ExecutivePage;
pub use person::{LedPage, ManagerPage, OwnRatingsPage};
pub use system::SystemPage;
pub use team::TeamPage;
