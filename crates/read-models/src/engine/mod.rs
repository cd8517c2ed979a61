//! What every model is followed, written and read by, whatever its rows are.
//!
//! Reading order: [`projection`] (what a model is); [`runner`] (how its rows keep up with the log, and what happens when
//! they do not) with [`model`], [`status`], [`pace`], [`patience`] and [`waits`]; [`folding`] and [`rows`] (how they are
//! written); [`pages`] and [`decode`] (the log on its way through the models); [`database`], [`others`], [`check`] and
//! [`inspection`] (the file, who else is at it, and whether its rows are those that were written), and below them
//! [`sqlite`]; [`question`], [`list`], [`within`] and [`cursor`] (how a page is asked for, and what whoever asks may see of it). What several models say alike of an issue
//! or a stream is in [`standing`], [`reference`](mod@reference), [`apply`] and [`replay`].

pub(crate) mod apply;
pub(crate) mod beat;
pub(crate) mod check;
pub(crate) mod checkpoint;
pub(crate) mod columns;
pub(crate) mod context;
pub(crate) mod cursor;
pub(crate) mod database;
pub(crate) mod decode;
pub(crate) mod failure;
pub(crate) mod folding;
pub(crate) mod inspection;
pub(crate) mod list;
pub(crate) mod model;
pub(crate) mod others;
pub(crate) mod pace;
pub(crate) mod pages;
pub(crate) mod patience;
pub mod projection;
pub(crate) mod question;
pub(crate) mod recent;
pub(crate) mod reference;
pub(crate) mod remedy;
pub(crate) mod replay;
pub(crate) mod rows;
pub(crate) mod runner;
pub(crate) mod sqlite;
pub(crate) mod standing;
pub(crate) mod status;
pub(crate) mod table;
pub(crate) mod waits;
pub(crate) mod within;
