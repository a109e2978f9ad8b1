//! The tables of this room.
pub mod failures;
pub mod sessions;
pub mod tokens;
pub mod users;
