//! Policy: every value the notice leaves open, as data that an authority adopts in versions.
//!
//! [`Policy`] is the typed form of exactly the document that `policy.version_adopted` holds; [`Policies`] remembers
//! every version, since each decision names the one it was made under.

mod adopt;
mod document;
mod events;
mod forms;
#[cfg(test)]
mod tests;
mod versions;

pub use adopt::{MAX_TOPICS, adopt, faults, fits};
pub use document::*;
pub use events::PolicyEvent;
pub use forms::{ClockTime, MonthDay};
pub use versions::Policies;
