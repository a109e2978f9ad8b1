//! Pages and panels about promises.
mod calendars;
mod ladder;
mod matrix;
mod panel;
mod policies;
mod probe;
mod sheet;
mod week;

pub use calendars::CalendarsPage;
pub use panel::PromisePanel;
pub use policies::PoliciesPage;
