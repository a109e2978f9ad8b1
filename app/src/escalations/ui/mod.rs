//! `/team/escalations`: what waits for those who lead, and what became of the rest.
mod focus;
mod page;
mod parts;

pub use page::EscalationsPage;
