//! Pages and panels about promises.
mod calendars;
mod ladder;
mod matrix;
mod panel;
mod policies;
mod sheet;

pub use calendars::CalendarsPage;
pub use panel::PromisePanel;
pub use policies::PoliciesPage;
