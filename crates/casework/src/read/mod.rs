//! What a decision or a reader is given of the log.
//!
//! Reading order: `decode` (from a leaf to what folds take), [`loaded`] (folded states, and what is to be known of a
//! family), `loading` and [`cache`] (how they are read and remembered), `opening` (what is in their boxes), [`history`]
//! (events with their opened personal parts), [`positions`] (positions and instants), [`reference`](mod@reference) (areas,
//! people, policy and calendars, folded in memory; [`names`] of theirs), `following` (kept up with the log), `folded` (what else
//! is folded in memory), `mentions` (which file is named where).

pub mod cache;
pub(crate) mod decode;
pub(crate) mod folded;
pub(crate) mod following;
pub mod history;
pub mod loaded;
mod loading;
pub(crate) mod mentions;
pub mod names;
mod opening;
pub mod positions;
pub mod reference;
