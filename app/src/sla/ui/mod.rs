//! Pages and panels about promises.
mod panel;

pub use panel::PromisePanel;
