//! Policy: every value the notice leaves open, as data that an authority adopts in versions.
//!
//! [`Policy`] is the typed form of exactly the document that `policy.version_adopted` holds; [`Policies`] remembers
//! every version, since each decision names the one it was made under. Versions of schema 1 are read with the values that
//! schema 2 added, and their clock stands still ([`Policy::clock_runs`]).

mod adopt;
mod document;
mod events;
mod forms;
mod issues;
mod lists;
mod sections;
#[cfg(test)]
mod tests;
mod upcast;
mod versions;

pub use adopt::{adopt, faults, fits};
pub use document::*;
pub use events::{Adopted, PolicyEvent};
pub use forms::{ClockTime, MonthDay};
pub use issues::*;
pub use lists::MAX_TOPICS;
pub use sections::*;
pub use versions::Policies;
