//! Whether pages count as the engine does: promises as pages get them, and what the engine says of each at an instant after
//! that. For `/dev/countdown`, which only development servers show.
use serde::{Deserialize, Serialize};

use crate::ui::promise::PromiseView;

#[cfg(feature = "ssr")]
mod cases;
#[cfg(feature = "ssr")]
pub use cases::cases;

/// One promise to count down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// As a page gets it.
    pub view: PromiseView,
    /// An instant after that, in unix seconds.
    pub at: i64,
    /// Working seconds that are left then, as the engine says; negative if it is late.
    pub left: i64,
}
