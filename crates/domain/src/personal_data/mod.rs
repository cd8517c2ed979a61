//! Who looked at whose words: the first sight of a thing on a day is a fact, later ones of that day are not.

mod events;
mod masking;
mod persons;
mod sights;
mod sought;

pub use events::{PersonalDataEvent, Viewed};
pub use masking::{masked_name, masked_number};
pub use persons::persons_fit;
pub use sights::{SEEN_AT_ONCE_MAX, Sights, view};
pub use sought::{NAME_CHARS_MIN, PHONE_DIGITS_MIN, Sought};
