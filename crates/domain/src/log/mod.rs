//! The log about itself.

mod events;
mod security;

pub use events::{LogEvent, Opened, SecurityDaySealed};
pub use security::{SecurityDays, seal_day};
