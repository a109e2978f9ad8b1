//! The field's published mistakes that are about who may do what, tried with the sample calls.
mod access;
mod sizes;
mod words;

use kept_app::core::Role;

use super::{
    DONE,
    calls::Call,
    table,
    world::{Case, Who},
};

const SUPERADMIN: Who = Who::As(Role::Superadmin);

/// Somebody with whom the sample works on their own things.
fn works_with(call: &Call) -> Option<Who> {
    let (_, _, words) = table().into_iter().find(|(name, case, _)| name == call.name && *case == Case::Own)?;
    let works = |word: &String| DONE.contains(&word.as_str());
    words.iter().position(works).map(|at| Who::ALL[at])
}
