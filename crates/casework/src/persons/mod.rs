//! One person's data (PIPL Art. 45): in which receptions somebody was, and all that is held of them. Leaves do not link a person
//! across receptions, so that whoever finds somebody in several of them says that they are one.

mod folding;
pub mod held;
pub(crate) mod index;
pub mod searching;
