//! Ways in which the desk reaches people outside of it.
pub mod mail;
