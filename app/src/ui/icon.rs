//! Icons: one sprite, `/icons.svg`, referenced by name.
use leptos::prelude::*;
use maud::{Markup, PreEscaped, html};

/// Declares [`Glyph`] from the names of the symbols in `public/icons.svg`.
macro_rules! glyphs {
    ($($name:ident = $id:literal),+ $(,)?) => {
        /// A symbol of the sprite.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "a glyph's name is what it shows")]
        pub enum Glyph { $($name),+ }

        impl Glyph {
            /// Every glyph, for the gallery and for the test that the sprite holds it.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// What is inside of its `svg` element. As markup, because it never changes: an element of its own would be
            /// built on the server and walked over in the browser.
            pub const fn drawing(self) -> &'static str {
                match self { $(Self::$name => concat!("<use href=\"/icons.svg#", $id, "\"/>")),+ }
            }

            /// The whole of an [`Icon`], for markup.
            pub fn markup(self, size: IconSize) -> Markup {
                html! { svg class=(size.class()) aria-hidden="true" { (PreEscaped(self.drawing())) } }
            }
        }
    };
}

glyphs! {
    Activity = "activity", ArrowDown = "arrow-down", ArrowLeft = "arrow-left",
    ArrowRight = "arrow-right", ArrowRightLeft = "arrow-right-left", ArrowUp = "arrow-up",
    AtSign = "at-sign", Ban = "ban", Bell = "bell", BookOpen = "book-open",
    Bookmark = "bookmark", Building = "building-2", Calendar = "calendar",
    CalendarCheck = "calendar-check", CalendarClock = "calendar-clock", CalendarX = "calendar-x",
    ChartLine = "chart-line", Check = "check", CheckCheck = "check-check",
    ChevronDown = "chevron-down", ChevronLeft = "chevron-left", ChevronRight = "chevron-right",
    ChevronUp = "chevron-up", CircleAlert = "circle-alert", CircleCheck = "circle-check",
    CircleDashed = "circle-dashed", CircleHelp = "circle-help", CircleX = "circle-x",
    Clock = "clock", Copy = "copy", Database = "database", Download = "download",
    Ellipsis = "ellipsis", ExternalLink = "external-link", Eye = "eye", FileClock = "file-clock",
    FileText = "file-text", Fingerprint = "fingerprint", Flag = "flag", Folder = "folder",
    Gauge = "gauge", GitMerge = "git-merge", Globe = "globe", Grip = "grip-vertical",
    Handshake = "handshake", Hash = "hash", HeartPulse = "heart-pulse", History = "history",
    Hourglass = "hourglass", House = "house", Image = "image", Inbox = "inbox", Info = "info",
    Key = "key-round", Keyboard = "keyboard", Laptop = "laptop", Layers = "layers",
    Link = "link-2", List = "list", ListFilter = "list-filter", Loader = "loader-circle",
    Lock = "lock", LogIn = "log-in", LogOut = "log-out", Mail = "mail", Mailbox = "mailbox",
    MapPin = "map-pin", Menu = "menu", Message = "message-square",
    MessageText = "message-square-text", Minus = "minus", Monitor = "monitor", Moon = "moon",
    Package = "package", PanelClose = "panel-left-close", PanelOpen = "panel-left-open",
    Paperclip = "paperclip", Pencil = "pencil", Phone = "phone", Play = "play", Plus = "plus",
    PrioHigh = "pri-high", PrioLow = "pri-low", PrioNormal = "pri-normal",
    PrioUrgent = "pri-urgent", PromiseKept = "p-kept", PromiseLate = "p-late",
    PromisePause = "p-pause", PromiseRisk = "p-risk", PromiseRun = "p-run",
    Refresh = "refresh-cw", Repeat = "repeat", Reply = "reply", Route = "route",
    Scroll = "scroll-text", Search = "search", Send = "send", Server = "server",
    Settings = "settings", Shield = "shield", ShieldCheck = "shield-check",
    Sliders = "sliders-horizontal", Smartphone = "smartphone", Split = "split", Star = "star",
    StatusClosed = "st-closed", StatusHold = "st-hold", StatusOpen = "st-open",
    StatusProgress = "st-progress", StatusResolved = "st-resolved", Sun = "sun",
    Table = "table", TagGlyph = "tag", Tags = "tags", ThumbsDown = "thumbs-down",
    ThumbsUp = "thumbs-up", Ticket = "ticket", Timer = "timer", Trash = "trash-2",
    TriangleAlert = "triangle-alert", Undo = "undo-2", Upload = "upload", User = "user-round",
    UserCheck = "user-check", UserCog = "user-cog", UserPlus = "user-plus", UserX = "user-x",
    Users = "users", WifiOff = "wifi-off", Wrench = "wrench", X = "x", Zap = "zap",
}

/// 14, 16 or 20 px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconSize {
    /// 14 px, in dense lines.
    Small,
    /// 16 px.
    #[default]
    Normal,
    /// 20 px, in the rail and in empty states.
    Large,
}

impl IconSize {
    const fn class(self) -> &'static str {
        match self {
            Self::Small => "i i-sm",
            Self::Normal => "i",
            Self::Large => "i i-lg",
        }
    }
}

/// A glyph beside words. It says nothing to a screen reader: the words do.
#[component]
pub fn Icon(glyph: Glyph, #[prop(optional)] size: IconSize) -> impl IntoView {
    view! { <svg class=size.class() aria-hidden="true" inner_html=glyph.drawing()></svg> }
}

/// The brand: a line that runs, a tick, a notch.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 20" aria-hidden="true">
            <path d="M1.5 12H10l4.5 5L25 3.5"></path>
            <path class="end" d="M30 6.5v9"></path>
        </svg>
    }
}

/// Patterns that pictures on the page refer to; once per page, the shells bring it.
#[component]
pub fn Defs() -> impl IntoView {
    view! {
        <svg class="sprite" aria-hidden="true">
            <defs>
                <pattern
                    id="hatch"
                    width="5"
                    height="5"
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)"
                >
                    <path class="hatch-line" d="M0 0V5"></path>
                </pattern>
            </defs>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::Glyph;

    #[test]
    fn every_glyph_is_in_the_sprite() {
        let sprite = include_str!("../../../public/icons.svg");
        for glyph in Glyph::ALL {
            let id = glyph.drawing().split(['#', '"']).nth(2).expect("a symbol");
            assert!(sprite.contains(&format!("id=\"{id}\"")), "{glyph:?} has no symbol {id}");
        }
    }
}
