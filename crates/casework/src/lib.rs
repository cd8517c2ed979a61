//! The use cases: look up, read, decide, append; again when somebody was faster. And what the calendar makes the
//! system do by itself.
//!
//! Reading order: [`mod@write`] (how a command becomes leaves) and [`personal`] (words sealed and opened); then one file per
//! noun: [`receptions`], [`issues`], [`escalations`], [`relations`], [`handovers`], [`corrections`], [`major_issues`],
//! [`people`], [`receipts`] (what visitors do by their code), [`persons`] (what is held of one of them), [`sessions`], [`leaves`], [`undertakings`], [`files`], [`erasures`], [`rules`], [`rosters`], [`access`], of which those that change
//! reference data go through [`governed`]. Reading back is [`read`] (folded states, histories, reference data) and
//! [`reviews`] (the figures of an annual review, folded from leaves), whose process is [`annual_reviews`]. [`bootstrap`] begins a log or takes one up again; [`recompute`],
//! [`clock`] and [`security`] are what the server does by itself, [`checking`] what the doctor looks at.
//! [`boxed`] is what keeps all of it from being compiled by every caller.
//!
//! Where a method says nothing of its errors, they are those of [`Failure`]: a rule's no is not worth repeating, a
//! fault may be.
//!
//! No HTTP and no SQL here; no rule of the service either: those are `domain`'s.

pub mod access;
pub mod annual_reviews;
pub mod bootstrap;
pub mod boxed;
pub mod checking;
pub mod clock;
pub mod corrections;
pub mod erasures;
pub mod escalations;
pub mod files;
pub mod governed;
pub mod handovers;
pub mod issues;
pub mod leaves;
pub mod log_openings;
pub mod major_issues;
pub mod people;
pub mod personal;
pub mod persons;
pub mod read;
pub mod receipts;
pub mod receptions;
pub mod recompute;
pub mod reviews;
pub mod rosters;
pub mod rules;
pub mod security;
pub mod sessions;
pub mod undertakings;

pub mod relations;
pub mod write;

mod casework;

/// Folded states, and what of a leaf their readers take.
pub mod loaded {
    pub use crate::read::decode::{id_of, instant};
    pub use crate::read::loaded::{AsOf, Caches, Entity, Loaded};
}

pub use casework::Casework;
pub use read::{history, reference};
pub use write::context::CommandContext;
pub use write::failure::Failure;
pub use write::{change, failure, transact};
