//! `/team/escalations`: what waits for those who lead, and what became of the rest.
mod page;
mod parts;

pub use page::EscalationsPage;
