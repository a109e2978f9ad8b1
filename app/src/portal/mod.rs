//! The portal: what customers see. The public form, the tracking page behind a signed link, and the
//! pages of those who are signed in (/my).
//!
//! Everything it writes goes through the tickets room. Its pages work without JavaScript: their forms are
//! posted to plain handlers (`http::portal`), which show a refused form again with everything typed in it.
#[cfg(feature = "ssr")]
mod countries;
#[cfg(feature = "ssr")]
pub mod limits;
#[cfg(feature = "ssr")]
pub mod link;
pub mod model;
#[cfg(feature = "ssr")]
mod phone;
pub mod when;
