//! The log about itself.

mod events;

pub use events::{LogEvent, Opened};
