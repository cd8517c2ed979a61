//! The HTTP side of Huiyin: bodies in, bodies out, one table of routes, one table of problems.
//!
//! Reading order: [`routes`] (what can be asked), [`edge`] (what happens around every request), [`caller`] and
//! [`command`] (what a handler is given), [`body`] and [`query`] (how input is read), [`problem`] and [`codes`] (how
//! anything is refused). No rule of the service lives here.

pub mod body;
pub mod codes;
pub mod language;
pub mod limits;
pub mod problem;
pub mod strict_json;
