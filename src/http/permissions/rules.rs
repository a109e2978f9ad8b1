//! What the product says of who may do what ("each role does its own operations and no other's; superadmin does
//! all"), written down once more and apart from the code that decides it.
use kept_app::core::Role::{Admin, Agent, Ceo, Manager, Superadmin, User};

use super::world::{
    Case::{self, Filed, Foreign, Own, Shared, Watched},
    Who::{self, As, Guest, Holder},
};

/// Answered: something was written, nothing was, or a rule of the desk had the last word.
const MAY: &[&str] = &["wrote", "yes", "rules"];
/// Not for the role.
const NO: &[&str] = &["no"];
/// As if there were no such thing.
const HIDDEN: &[&str] = &["hidden"];
const SIGN_IN: &[&str] = &["sign-in"];

/// What `who` may be answered about the things of `case`, by whom the operation is for.
pub fn expected(audience: &str, case: Case, who: Who) -> &'static [&'static str] {
    match audience {
        "everybody" => MAY,
        // Doors that are shut here: to the demo's sign-in, mailbox and components, to a desk's first set-up, to the
        // metrics without their token; and files that belong to no message yet.
        "nobody" => HIDDEN,
        // By what one holds: a mailed link, a link to a file.
        "bearer" => only(case == Own, HIDDEN),
        "link" => only(case == Own && who == Holder, HIDDEN),
        // Whoever does not know the token takes nothing back, and learns nothing.
        "upload" => {
            if case == Own {
                &["wrote"]
            } else {
                &["yes"]
            }
        }
        "file" => match (case, who) {
            (Own | Filed, As(_)) | (_, As(Admin | Ceo | Superadmin)) => MAY,
            (Watched, As(Agent | Manager)) | (Shared, As(User)) => MAY,
            _ => HIDDEN,
        },
        "note" => match (case, who) {
            (Own | Watched, As(Agent | Manager)) | (_, As(Admin | Ceo | Superadmin)) => MAY,
            _ => HIDDEN,
        },
        _ => match who {
            Guest | Holder => SIGN_IN,
            As(role) => of_role(audience, case, role),
        },
    }
}

const fn only(yes: bool, otherwise: &'static [&'static str]) -> &'static [&'static str] {
    if yes { MAY } else { otherwise }
}

fn of_role(audience: &str, case: Case, role: kept_app::core::Role) -> &'static [&'static str] {
    match (audience, case, role) {
        ("signed-in", ..) => MAY,
        // What is another person's stays as it is.
        ("self", case, _) => {
            if case == Own {
                MAY
            } else {
                &["hidden", "yes"]
            }
        }

        // A ticket as whoever asked it reads and answers it.
        ("asker", Own | Shared, User) | ("asker", Filed, _) => MAY,
        ("asker", ..) => HIDDEN,

        // A ticket as staff: agents and managers those of their teams and what they watch, the others all; only
        // agents and admins write. Whoever filed it knows that it exists, but it is not theirs to work on.
        ("reader" | "writer", _, Superadmin | Admin) | ("reader", _, Ceo) => MAY,
        ("reader" | "writer", Own | Watched, Agent) | ("reader", Own | Watched, Manager) => MAY,
        ("reader" | "writer", Foreign | Shared, Agent) | ("reader", Foreign | Shared, Manager) => HIDDEN,
        ("reader" | "writer", ..) => NO,

        ("staff", _, User) => NO,
        ("staff", ..) => MAY,
        ("desk", _, Agent) | ("desk" | "admin", _, Admin) | ("executive", _, Ceo) | ("rated", _, Agent | Manager) => {
            MAY
        }
        ("desk" | "admin" | "team" | "executive" | "system" | "rated" | "led", _, Superadmin) => MAY,
        // Managers see their own teams.
        ("team" | "led" | "promises", Own, Manager) => MAY,
        ("team" | "led" | "promises", _, Manager) => HIDDEN,
        ("promises", _, Admin | Ceo | Superadmin) => MAY,

        // Managers read and acknowledge what is escalated in their own teams, whatever they watch elsewhere; executives
        // and administrators, who are told where nobody manages the team, do so everywhere.
        ("escalations", _, Admin | Manager | Ceo) | ("escalations" | "acknowledger", _, Superadmin) => MAY,
        ("acknowledger", _, Admin | Ceo) | ("acknowledger", Own, Manager) => MAY,
        ("acknowledger", Filed, Manager) => NO,
        ("acknowledger", _, Manager) => HIDDEN,

        // Managers rate the agents of their teams, executives the managers and read it all. Nobody themselves.
        ("rater", Own, Manager) | ("rater" | "executive-rater", _, Superadmin) | ("executive-rater", _, Ceo) => MAY,
        ("rater" | "executive-rater" | "nobody-rates", _, Manager | Ceo | Superadmin) => HIDDEN,
        ("leader", Own, Manager) | ("leader", _, Ceo | Superadmin) => MAY,
        ("leader", _, Manager) => HIDDEN,

        ("desk" | "admin" | "team" | "executive" | "system" | "rated" | "led" | "promises", ..) => NO,
        ("rater" | "executive-rater" | "nobody-rates" | "leader", ..) => NO,
        ("escalations" | "acknowledger", ..) => NO,
        _ => panic!("nobody knows what {audience:?} means"),
    }
}
