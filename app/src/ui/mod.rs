//! The design system: what every page is built of.
//!
//! Small components without a business rule: they show what they are given and say
//! what was done. Colours, sizes and states live in `style/`; the classes here are
//! its vocabulary. `/dev/components` ([`gallery`]) shows each one in every state.
//!
//! - A value that the server and the browser could see differently (the time, the
//!   zone) starts as the server's text and is refined in the browser, so that
//!   hydration finds what it expects.
//! - Forms are uncontrolled: what a person types before the wasm is there stays.
//! - No inline styles (the CSP forbids them): geometry is SVG attributes, the rest classes.
pub mod avatar;
pub mod button;
pub mod chart;
pub mod choice;
pub mod clock;
pub mod dialog;
pub mod draft;
pub mod field;
pub mod figures;
pub mod gallery;
pub mod icon;
pub mod keys;
pub mod menu;
pub mod pane;
pub mod prefs;
pub mod promise;
pub mod screen;
pub mod shell;
pub mod states;
pub mod status;
pub mod table;
pub mod theme;
pub mod tile;
pub mod time;
pub mod timeline;
pub mod toast;
pub mod unsaved;
pub mod upload;
pub mod why;

pub use avatar::{Avatar, AvatarSize, Presence};
pub use button::{Button, ButtonKind, ButtonSize, IconButton, LinkButton};
pub use chart::{BarChart, DotPlot, Point, Spark, Tally, TrendChart};
pub use choice::{Check, Choice, Radios, Segment, SegmentedLinks, SegmentedRadios, SelectField};
pub use clock::{Clock, provide_clock, use_clock};
pub use dialog::Dialog;
pub use field::{ErrorSummary, Field, FieldIds, TextArea, TextField};
pub use icon::{Defs, Glyph, Icon, IconSize, Mark};
pub use keys::{Key, KeySheet};
pub use menu::{DropMenu, StillMenu};
pub use pane::PaneEdge;
pub use promise::{ClockView, PromiseChip, PromiseLine, PromiseRow, PromiseTick, PromiseView, PromiseWords};
pub use shell::{Door, Live, Lost, Me, NavItem, Page, PublicShell, SectionHead, StaffShell};
pub use states::{Banner, BannerKind, Empty, Failed, Loading, Offline, Progress};
pub use status::{Count, PrioBadge, PrioKind, StatusBadge, StatusKind, Tag};
pub use table::{Column, Pager, Table};
pub use theme::{Theme, ThemeSwitch};
pub use tile::{Delta, Figures, Tile, Trend};
pub use time::{Ago, At};
pub use timeline::{DayMark, Entry, EntryKind, EventLine, file_link};
pub use toast::{ToastRegion, Toasts, provide_toasts, use_toasts};
pub use upload::{Attach, FileDrop, UploadRow, UploadRows, UploadState, Uploads, UploadsField};
pub use why::{WhySegment, WhyStep, WhyView, why_picture, why_steps};
