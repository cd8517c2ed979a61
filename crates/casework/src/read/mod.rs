//! What a decision or a reader is given of the log.
//!
//! [`loaded`] (folded states, and what is to be known of a family), [`history`] (events with their opened personal parts),
//! [`positions`] (positions and instants), [`reference`](mod@reference) (areas, people, policy and calendars, folded in
//! memory), `cache` (what is remembered of both).

pub(crate) mod cache;
pub mod history;
pub mod loaded;
pub mod positions;
pub mod reference;
