//! The start pages of administrators, managers, executives and superadmins, and the pages about ratings.
mod admin;
mod attainment;
mod executive;
mod monitor;
pub mod parts;
mod person;
mod system;
mod team;

pub use admin::AdminPage;
pub use attainment::AttainmentPage;
pub use executive::ExecutivePage;
pub use monitor::MonitorPage;
pub use person::{LedPage, ManagerPage, OwnRatingsPage};
pub use system::SystemPage;
pub use team::TeamPage;
