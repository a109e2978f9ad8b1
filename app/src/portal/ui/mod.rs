//! The portal's pages.
mod answer;
mod follow;
mod form;
pub mod frame;
mod list;
mod my;
mod pledge;
mod sent;
mod story;
mod submit;
mod track;
mod when;

pub use frame::MyFrame;
pub use list::MyTicketsPage;
pub use my::MyPage;
pub use sent::SentPage;
pub use submit::SubmitPage;
pub use track::{MyTicketPage, TrackPage};
