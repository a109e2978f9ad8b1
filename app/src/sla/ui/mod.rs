//! Pages and panels about promises.
mod calendars;
mod ladder;
mod matrix;
mod order;
mod panel;
mod pauses;
mod policies;
mod probe;
mod review;
mod sheet;
mod week;

pub use calendars::CalendarsPage;
pub use panel::PromisePanel;
pub use policies::PoliciesPage;
