//! The six people a demo lets everybody be: one a role, with what the login page says of each.
use crate::core::Role;

/// A person who can be signed in as with one click, in demo mode only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoLogin {
    pub role: Role,
    pub name: &'static str,
    pub email: &'static str,
    /// What there is to see as this person.
    pub sees: &'static str,
}

/// One a role, in the order of the login page.
pub const LOGINS: [DemoLogin; 6] = [
    DemoLogin {
        role: Role::User,
        name: "Marta Oliveira",
        email: "marta.oliveira@aguasdodouro.example",
        sees: "own tickets",
    },
    DemoLogin {
        role: Role::Agent,
        name: "Priya Nair",
        email: "priya.nair@larkfield.example",
        sees: "the desk of Field support",
    },
    DemoLogin {
        role: Role::Admin,
        name: "Jonas Meyer",
        email: "jonas.meyer@larkfield.example",
        sees: "routing, promises, teams",
    },
    DemoLogin {
        role: Role::Manager,
        name: "Ruth Adeyemi",
        email: "ruth.adeyemi@larkfield.example",
        sees: "what is about to slip, and who can help",
    },
    DemoLogin {
        role: Role::Ceo,
        name: "Helena Voss",
        email: "helena.voss@larkfield.example",
        sees: "the whole company on one page",
    },
    DemoLogin {
        role: Role::Superadmin,
        name: "Daniel Okoro",
        email: "daniel.okoro@larkfield.example",
        sees: "users, security, system",
    },
];

/// The demo person of a role.
pub fn of(role: Role) -> DemoLogin {
    LOGINS[role as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_its_login() {
        for role in Role::ALL {
            assert_eq!(of(role).role, role);
        }
    }
}
