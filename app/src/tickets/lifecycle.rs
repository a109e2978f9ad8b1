//! Which way a ticket may go. Pure: no clock, no I/O.
use super::model::Status;
use Status::{Closed, InProgress, OnHold, Open, Resolved};

impl Status {
    /// Whether an agent may move a ticket from `self` to `next`.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Open, InProgress | OnHold | Resolved)
                | (InProgress, OnHold | Resolved)
                | (OnHold, InProgress | Resolved)
                | (Resolved, InProgress | Closed)
        )
    }

    /// Where an agent may move it now, in the order a menu shows.
    pub fn successors(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |next| self.may_become(*next))
    }

    /// Resolving and closing are somebody's word, so somebody must hold the ticket.
    pub const fn needs_assignee(self) -> bool {
        matches!(self, Resolved | Closed)
    }

    /// Where a customer's message leaves the ticket. `None`: nothing may be added, a follow-up ticket is due.
    pub const fn after_customer_message(self, is_assigned: bool) -> Option<Self> {
        match (self, is_assigned) {
            (Closed, _) => None,
            (OnHold | Resolved, true) => Some(InProgress),
            (OnHold | Resolved, false) => Some(Open),
            (Open | InProgress, _) => Some(self),
        }
    }

    /// Somebody still has to do something about it.
    pub const fn is_unsolved(self) -> bool {
        matches!(self, Open | InProgress | OnHold)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn statuses() -> impl Strategy<Value = Status> {
        prop::sample::select(Status::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn nothing_leaves_closed(next in statuses()) {
            prop_assert!(!Closed.may_become(next));
        }

        #[test]
        fn only_resolved_becomes_closed(from in statuses()) {
            prop_assert_eq!(from.may_become(Closed), from == Resolved);
        }

        #[test]
        fn nothing_becomes_open_again_by_an_agents_hand(from in statuses()) {
            prop_assert!(!from.may_become(Open));
        }

        #[test]
        fn no_status_becomes_itself(from in statuses()) {
            prop_assert!(!from.may_become(from));
        }

        #[test]
        fn a_customers_message_leaves_every_ticket_unsolved_and_held_by_somebody_or_open(
            from in statuses(), assigned: bool
        ) {
            match from.after_customer_message(assigned) {
                None => prop_assert_eq!(from, Closed),
                Some(next) => {
                    prop_assert!(matches!(next, Open | InProgress));
                    prop_assert!(next == from || (next == InProgress) == assigned);
                }
            }
        }
    }

    #[test]
    fn every_status_but_closed_leads_to_closed_in_at_most_two_moves() {
        for from in [Open, InProgress, OnHold] {
            assert!(from.may_become(Resolved));
        }
        assert!(Resolved.may_become(Closed));
    }
}
