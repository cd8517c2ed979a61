//! Issues (事项): what one visitor raised, who owes the answer, by when, and what became of it (C-3.6, C-4.4; T1–T20).

mod events;
mod state;

pub use events::*;
pub use state::*;
