//! The obligation clock (履职时钟): what it finds, recorded; and what people say of a breach.
//!
//! [`run`] decides every happening from the folded streams of its subject: whoever names the subjects may name too many.
//! `looking` reads what the decision needs, `timeline` keeps reference data with its past, [`explaining`] holds the two
//! commands, [`asking`] answers for one obligation, now or then.

pub mod asking;
pub mod explaining;
mod looking;
pub mod run;
pub(crate) mod timeline;

/// Who the leaves of the clock name.
pub(crate) const ACTOR: &str = "system/clock";
