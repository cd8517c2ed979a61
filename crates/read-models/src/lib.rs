//! SQL tables folded from the log, and the questions they answer.
//!
//! Reading order: [`ReadModels`] (the house's door), [`projection`] (what a model is), the runner (how its rows keep up
//! with the log, and what happens when they do not), `folding` and `rows` (how they are written), then the models:
//! [`issue_board`], [`reception_list`], [`major_issue_board`], [`dashboards`], [`review_index`], each with its migration in
//! `migrations/`.
//!
//! Rows are disposable: nothing in them but follows from leaves, so a model can be built anew at any time, beside the rows
//! that are read. No personal text stands in any of them; where a list must show one, the row holds the sealed box as
//! bytes.
//! No command waits for a model or fails with it.
//!
//! A new read model is one directory here, one migration, and one line in [`ReadModels::open`].

mod apply;
mod beat;
mod check;
mod checkpoint;
mod columns;
mod cursor;
pub mod dashboards;
mod database;
mod decode;
mod failure;
mod folding;
pub mod issue_board;
mod list;
pub mod major_issue_board;
mod others;
mod pages;
pub mod projection;
mod read_models;
mod recent;
pub mod reception_list;
mod reference;
mod replay;
pub mod review_index;
mod rows;
mod runner;
mod standing;
mod table;

pub use columns::Value;
pub use cursor::CursorError;
pub use dashboards::{
    Dashboard, DashboardBy, DashboardKey, DashboardQuery, DashboardRow, Figures, LatenessFigures, MajorCount,
    MajorDashboard, MajorFigures, Ratio,
};
pub use failure::Failure;
pub use issue_board::{AnswerFacts, Answered, IssueQuery, IssueRow, IssueSort, Pending, SealedText, TextMember};
pub use list::{LIMIT_MAX, ListError, Listed, PageRequest};
pub use major_issue_board::{MajorIssueQuery, MajorIssueRow, MajorIssueSort};
pub use projection::{Definition, Kind, LogEntry, Projection, Rows, Table};
pub use read_models::{Behind, ModelHealth, ReadModelError, ReadModels, RebuildProgress, names};
pub use reception_list::{ReceptionQuery, ReceptionRow, ReceptionSort};
pub use review_index::{ReviewOf, ReviewStreams};
pub use runner::ModelState;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]
mod tests;
