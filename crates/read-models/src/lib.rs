//! SQL tables folded from the log, and the questions they answer.
//!
//! Reading order: [`ReadModels`] (the house's door), [`projection`] (what a model is), the rest of `engine/` (how its rows
//! keep up with the log, what happens when they do not, and how they are written and asked for), then the models:
//! [`issue_board`], [`reception_list`], [`session_list`], [`leave_list`], [`undertaking_list`], [`major_issue_board`], [`named_answers`], [`waiting`],
//! [`obligations`], [`fact_counts`], [`dashboards`], [`review_index`], each with its migration in `migrations/`.
//!
//! Rows are disposable: nothing in them but follows from leaves, so a model can be built anew at any time, beside the rows
//! that are read. No personal text stands in any of them; where a list must show one, the row holds the sealed box as
//! bytes.
//! No command waits for a model or fails with it.
//!
//! A new read model is one directory here, one migration, and one line in [`ReadModels::open`].

pub mod dashboards;
mod engine;
pub mod fact_counts;
pub mod issue_board;
pub mod leave_list;
pub mod major_issue_board;
pub mod named_answers;
pub mod obligations;
mod read_models;
pub mod reception_list;
pub mod review_index;
pub mod session_list;
pub mod tasks;
pub mod undertaking_list;
pub mod waiting;

pub use dashboards::{
    Dashboard, DashboardBy, DashboardKey, DashboardQuery, DashboardRow, Figures, LatenessFigures, MajorCount,
    MajorDashboard, MajorFigures, Ratio,
};
pub use engine::columns::Value;
pub use engine::cursor::{CursorError, QueryMark};
pub use engine::failure::Failure;
pub use engine::list::{GATHERED_MAX, LIMIT_MAX, ListError, Listed, PageEnd, PageRequest};
pub use engine::projection::{self, Definition, Family, LogEntry, Projection, Rows, Table};
pub use engine::status::ModelState;
pub use engine::within::Within;
pub use fact_counts::{FactCounts, FactQuery};
pub use issue_board::{AnswerFacts, Answered, IssueQuery, IssueRow, IssueSort, Pending, SealedText, Shown, TextMember};
pub use leave_list::{LeaveQuery, LeaveRow};
pub use major_issue_board::{MajorIssueQuery, MajorIssueRow, MajorIssueSort};
pub use obligations::{
    ClockState, DueSubjects, ObligationQuery, ObligationRange, ObligationRow, ObligationSort, ObligationSum,
    ObligationSums,
};
pub use read_models::{Behind, CacheMemory, ModelHealth, ReadModelError, ReadModels, RebuildProgress, names};
pub use reception_list::{ReceptionQuery, ReceptionRow, ReceptionSort};
pub use review_index::{ReviewOf, ReviewStreams};
pub use session_list::{
    Duties, SessionFigures, SessionFiguresQuery, SessionFiguresRow, SessionPending, SessionQuery, SessionRow,
};
pub use tasks::{Mine, NotOf, TaskCounts, TaskQuery, TaskRow};
pub use undertaking_list::{PublicCaseQuery, UndertakingFamily, UndertakingQuery};

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]
mod tests;
