//! Doing something to a ticket: say what was done, look again, and tell the second of two people who was
//! first.
use std::future::Future;

use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};

use crate::{
    core::Error,
    ui::{Toasts, use_toasts},
};

/// The page's hand. What it did is read out (`role=status`), and everything that shows tickets looks again.
#[derive(Clone, Copy)]
pub struct Act {
    done: RwSignal<u32>,
    /// Why the last thing was refused, until the next one works.
    refusal: RwSignal<Option<Error>>,
    toasts: Toasts,
}

/// Called by a page that changes tickets; its parts find the same hand.
pub fn provide_act() -> Act {
    let act = Act { done: RwSignal::new(0), refusal: RwSignal::new(None), toasts: use_toasts() };
    provide_context(act);
    act
}

impl Act {
    /// Grows with everything done; what shows tickets depends on it.
    pub fn done(self) -> Signal<u32> {
        self.done.into()
    }

    pub fn refusal(self) -> Signal<Option<Error>> {
        self.refusal.into()
    }

    pub fn forget_refusal(self) {
        self.refusal.set(None);
    }

    /// Runs `command`; `said` is read out when it has worked.
    pub fn run(self, said: String, command: impl Future<Output = Result<(), Error>> + 'static) {
        spawn_local(async move {
            let outcome = command.await;
            self.tell(&said, outcome);
        });
    }

    /// What became of something: said, and looked at again.
    pub fn tell(self, said: &str, outcome: Result<(), Error>) {
        match outcome {
            Ok(()) => {
                self.refusal.set(None);
                self.toasts.say(said);
            }
            // Shown at its field.
            Err(Error::Invalid(_)) => return,
            Err(error) => {
                self.toasts.warn(error.to_string());
                let passing = error.is_passing();
                self.refusal.set(Some(error));
                if passing {
                    return;
                }
            }
        }
        // Also after a refusal: what is on the page was not the latest.
        self.done.update(|n| *n = n.wrapping_add(1));
    }

    /// Tells what becomes of a form's `action`; `then` runs when it has worked.
    pub fn follow<S>(self, action: ServerAction<S>, said: impl Fn() -> String + 'static, then: impl Fn() + 'static)
    where
        S: ServerFn<Output = (), Error = Error> + Clone + Send + Sync + 'static,
    {
        Effect::new(move |_| {
            let Some(outcome) = action.value().get() else { return };
            let worked = outcome.is_ok();
            untrack(|| {
                self.tell(&said(), outcome);
                if worked {
                    then();
                }
            });
        });
    }
}

/// What a form's action was refused for, at `field`.
pub fn error_at<S>(action: ServerAction<S>, field: &'static str) -> Signal<Option<String>>
where
    S: ServerFn<Output = (), Error = Error> + Clone + Send + Sync + 'static,
{
    Signal::derive(move || action.value().with(|v| v.as_ref().and_then(|r| r.as_ref().err()).and_then(|e| e.at(field))))
}
