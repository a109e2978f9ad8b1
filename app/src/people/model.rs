//! What the room's pages show and its services take.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::core::{
    Role,
    id::{TeamId, UserId},
};

/// What the sign-in page needs to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPage {
    /// Whose desk this is.
    pub desk: String,
    /// Whether people may open an account by themselves.
    pub may_register: bool,
    /// Where to go for somebody who is signed in already.
    pub home: Option<String>,
    /// One-click logins; empty outside demo mode.
    pub demo: Vec<DemoLogin>,
}

/// One demo person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoLogin {
    pub role: Role,
    pub name: String,
}

/// What a mailed link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "token_purpose", rename_all = "snake_case"))]
#[serde(rename_all = "snake_case")]
pub enum TokenPurpose {
    PasswordReset,
    Registration,
    Invitation,
    EmailChange,
}

/// Whom the holder of a mailed link is, as far as its page must say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    pub purpose: TokenPurpose,
    pub email: String,
}

/// The person's own account, for their profile page. Holds no hash and no token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Whose desk it is.
    pub desk: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// E.164, or empty.
    pub phone: String,
    pub locale: String,
    pub time_zone: String,
    pub has_password: bool,
    pub sessions: Vec<SessionRow>,
}

/// A device on which somebody is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Names the session in forms: the hash under which it is stored, which opens nothing.
    pub key: String,
    /// "Firefox on Windows".
    pub device: String,
    pub ip: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    /// The one that asks.
    pub current: bool,
}

/// A session as the superadmin's list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldSession {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub session: SessionRow,
}

/// Which accounts the list shows; everything comes from the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserFilter {
    /// Part of a name or address.
    pub q: String,
    pub role: Option<Role>,
    /// Switched-off accounts instead of active ones.
    pub off: bool,
    /// Where the page starts: the `next` of the one before.
    pub after: Option<String>,
}

/// An account in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserRow {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub teams: Vec<String>,
    pub active: bool,
    /// Invited, or filed a request by form: never chose a password.
    pub has_password: bool,
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// An account as a superadmin edits it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserDetail {
    pub row: UserRow,
    pub created_at: DateTime<Utc>,
    pub teams: Vec<Membership>,
    pub sessions: Vec<SessionRow>,
}

/// A team, and whether the person works in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub team: TeamId,
    pub name: String,
    pub member: bool,
}

/// What a superadmin decides about an account. The address is the person's own to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    /// A form leaves the field out when no box is ticked.
    #[serde(default)]
    pub teams: Vec<TeamId>,
    #[serde(default)]
    pub active: bool,
}

/// A new account: its owner is mailed a link to choose a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    pub name: String,
    pub email: String,
    pub role: Role,
    #[serde(default)]
    pub teams: Vec<TeamId>,
}

/// "Firefox on Windows", from the header a browser sends. Only a hint for the list of devices:
/// anybody may send anything, so nothing is decided by it.
pub fn device_name(user_agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|f| f.1);
    // In the order of who pretends to be whom: Edge says Chrome, Chrome says Safari.
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrom", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

/// Where to go after signing in: a path of ours, or the role's home.
///
/// `next` comes from the URL, so a page elsewhere may have written it.
pub fn landing(next: Option<&str>, role: Role) -> String {
    let ours = |path: &str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains('\\')
            && !path.chars().any(char::is_control)
            && !["/login", "/logout", "/register", "/forgot", "/reset"].iter().any(|p| path.starts_with(p))
    };
    next.filter(|path| ours(path)).map_or_else(|| role.home().to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_by_what_its_browser_says() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0";
        assert_eq!(device_name(edge), "Edge on Windows");
        let safari =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1";
        assert_eq!(device_name(safari), "Safari on iPhone");
        assert_eq!(device_name("<script>"), "Unknown device");
    }

    #[test]
    fn threat_31_signing_in_never_leads_elsewhere() {
        assert_eq!(landing(Some("/desk?view=mine"), Role::Agent), "/desk?view=mine");
        for evil in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\n/evil",
            "/logout",
            "",
        ] {
            assert_eq!(landing(Some(evil), Role::Agent), "/desk", "{evil:?}");
        }
        assert_eq!(landing(None, Role::Ceo), "/executive");
    }
}
