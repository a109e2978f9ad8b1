//! People: accounts, how they prove who they are, and the sessions they hold.
//!
//! [`service`] holds what a person does with their own account, [`admin`] what a superadmin does with
//! others', [`setup`] how the first of them comes to be. [`sessions`] turns a cookie into an actor.
//! The tables are known to `store` alone.
pub mod api;
pub mod model;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod access;
#[cfg(feature = "ssr")]
pub mod admin;
#[cfg(feature = "ssr")]
pub mod contacts;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
pub mod device;
#[cfg(feature = "ssr")]
pub mod directory;
#[cfg(feature = "ssr")]
pub mod limits;
#[cfg(feature = "ssr")]
mod mails;
#[cfg(feature = "ssr")]
pub mod password;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod sessions;
#[cfg(feature = "ssr")]
pub mod setup;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
pub mod tokens;
