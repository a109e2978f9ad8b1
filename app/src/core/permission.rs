//! The one permission table. Pages, server functions, live events and exports all ask it.
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a person is in the desk. Exactly one each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type))]
#[cfg_attr(feature = "ssr", sqlx(type_name = "user_role", rename_all = "lowercase"))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    User,
    Agent,
    Admin,
    Manager,
    Ceo,
    Superadmin,
}

impl Role {
    pub const ALL: [Self; 6] = [Self::User, Self::Agent, Self::Admin, Self::Manager, Self::Ceo, Self::Superadmin];

    /// Everybody but customers.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::User)
    }

    /// Where the role lands after signing in.
    pub const fn home(self) -> &'static str {
        match self {
            Self::User => "/my",
            Self::Agent => "/desk",
            Self::Admin => "/admin",
            Self::Manager => "/team",
            Self::Ceo => "/executive",
            Self::Superadmin => "/system",
        }
    }

    /// The word in the database, in URLs and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Ceo => "ceo",
            Self::Superadmin => "superadmin",
        }
    }

    /// The word people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::User => "Customer",
            Self::Agent => "Agent",
            Self::Admin => "Administrator",
            Self::Manager => "Manager",
            Self::Ceo => "Executive",
            Self::Superadmin => "Superadmin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Role {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|r| r.as_str() == s).ok_or(())
    }
}

/// One operation, or one family of operations that is always granted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// File a ticket; everyone may, guests included.
    CreateTicket,
    /// Read a ticket as its customer: public messages only.
    ReadTicketAsCustomer,
    /// Read a ticket as staff: notes, routing, audit included.
    ReadTicketAsStaff,
    /// Answer in public as the customer.
    WriteAsCustomer,
    /// Reply and note as staff, attach, watch, tag.
    WriteAsStaff,
    /// Take, assign, transfer.
    AssignTicket,
    /// Status, priority, category, type.
    ChangeTicket,
    /// Rate a solved ticket, confirm or refuse its solution.
    RateTicket,
    /// The pages of each role.
    OpenPortal,
    OpenDesk,
    OpenAdmin,
    OpenTeam,
    OpenExecutive,
    OpenSystem,
    /// Filtered ticket lists behind the numbers.
    ListTickets,
    /// Routing rules, SLA policies, calendars, categories, teams.
    ConfigureDesk,
    /// Rate agents (managers) and managers (executives).
    RateAgent,
    RateManager,
    ReadOwnRatings,
    ReadTeamFigures,
    /// How promises stand now, and how they were kept.
    ReadPromises,
    ReadCompanyFigures,
    /// Which tickets are escalated, and what became of it.
    ReadEscalations,
    /// Say that one has looked at an escalated ticket. Whoever may be told of one holds it: where nobody manages a team,
    /// executives are told, and where there is none, administrators.
    AcknowledgeEscalation,
    /// Accounts, roles, sessions of others.
    ManageUsers,
    ManageSettings,
    ReadAudit,
    ReadHealth,
    /// Own profile, password, sessions, notifications.
    ManageSelf,
}

impl Permission {
    pub const ALL: [Self; 29] = [
        Self::CreateTicket,
        Self::ReadTicketAsCustomer,
        Self::ReadTicketAsStaff,
        Self::WriteAsCustomer,
        Self::WriteAsStaff,
        Self::AssignTicket,
        Self::ChangeTicket,
        Self::RateTicket,
        Self::OpenPortal,
        Self::OpenDesk,
        Self::OpenAdmin,
        Self::OpenTeam,
        Self::OpenExecutive,
        Self::OpenSystem,
        Self::ListTickets,
        Self::ConfigureDesk,
        Self::RateAgent,
        Self::RateManager,
        Self::ReadOwnRatings,
        Self::ReadTeamFigures,
        Self::ReadPromises,
        Self::ReadCompanyFigures,
        Self::ReadEscalations,
        Self::AcknowledgeEscalation,
        Self::ManageUsers,
        Self::ManageSettings,
        Self::ReadAudit,
        Self::ReadHealth,
        Self::ManageSelf,
    ];
}

/// On which things a permission holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Nothing,
    /// What the person asked for, or what their organisation shares with them.
    Own,
    /// What their teams hold, and what they watch or are mentioned in.
    Teams,
    Everything,
}

/// The table itself: what each role may do, and on what.
pub const fn scope(role: Role, permission: Permission) -> Scope {
    use Permission as P;
    use Role::{Admin, Agent, Ceo, Manager, Superadmin};
    use Scope::{Everything, Nothing, Own, Teams};
    match (permission, role) {
        // Everyone signed in has requests of their own, staff too.
        (P::CreateTicket | P::OpenPortal | P::ManageSelf, _) => Everything,
        (P::ReadTicketAsCustomer | P::WriteAsCustomer | P::RateTicket, _) => Own,

        (P::ReadTicketAsStaff | P::ListTickets, Agent | Manager) => Teams,
        (P::ReadTicketAsStaff | P::ListTickets, Admin | Ceo | Superadmin) => Everything,
        (P::WriteAsStaff | P::AssignTicket | P::ChangeTicket, Agent) => Teams,
        (P::WriteAsStaff | P::AssignTicket | P::ChangeTicket, Admin | Superadmin) => Everything,

        (P::OpenDesk, Agent | Admin | Superadmin)
        | (P::OpenAdmin | P::ConfigureDesk, Admin | Superadmin)
        | (P::OpenTeam | P::RateAgent, Manager | Superadmin)
        | (P::OpenExecutive | P::RateManager | P::ReadCompanyFigures, Ceo | Superadmin)
        | (P::OpenSystem | P::ManageUsers | P::ManageSettings | P::ReadAudit | P::ReadHealth, Superadmin) => Everything,

        (P::ReadTeamFigures | P::ReadPromises | P::ReadEscalations | P::AcknowledgeEscalation, Manager) => Teams,
        (P::ReadTeamFigures, Ceo | Superadmin)
        | (P::ReadPromises | P::ReadEscalations | P::AcknowledgeEscalation, Admin | Ceo | Superadmin) => Everything,
        (P::ReadOwnRatings, Agent | Manager | Superadmin) => Own,

        _ => Nothing,
    }
}
