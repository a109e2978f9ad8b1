//! How people prove who they are, and what they do with their own accounts.
//!
//! Where hashing stands between two looks at the database a use case opens its own units of work;
//! the rest takes one from its door, as everywhere.
mod email;
mod links;
mod password;
mod profile;
mod sessions;
mod sign_in;

pub use email::{ask_email, confirm_email};
pub(super) use links::mail_link;
pub use links::{forgot, register};
pub use password::{change_password, choose_password};
pub(super) use profile::time_zone;
pub use profile::{ProfileForm, account, change_profile, time_zones};
pub use sessions::{end_other_sessions, end_session};
pub use sign_in::{Attempt, WRONG, sign_in, signed_out};
pub(super) use sign_in::{acting, admit};
