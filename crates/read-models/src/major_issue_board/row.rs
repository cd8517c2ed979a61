//! A row of the board of major issues.

use crate::engine::columns::{Binds, json_text};
use crate::engine::sqlite::{Columns, SqlError};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::ids::{AccountId, AreaId, IssueId, MajorIssueId, OfficeId};
use domain::major_issue::MajorIssue;
use domain::vocabulary::{Level, MajorIssueState, Outcome};
use event_store::{Position, Version};

/// The day by which those without a due date are sorted: the last that four digits can write.
pub(super) const NEVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("it is a day");

/// One major issue as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct MajorIssueRow {
    /// The major issue.
    pub major_issue_id: MajorIssueId,
    /// Its number, for example `2026-88130`.
    pub number: String,
    /// Position of its first event.
    pub first_position: Position,
    /// Position of its newest event.
    pub position: Position,
    /// Version of its stream.
    pub version: Version,
    /// State.
    pub state: MajorIssueState,
    /// The level it stands at.
    pub level: Level,
    /// The grid.
    pub grid_id: AreaId,
    /// When the first issue was escalated.
    pub submitted_at: DateTime<Utc>,
    /// Town date of that.
    pub submitted_on: NaiveDate,
    /// Issues that were ever linked, in the order in which they came.
    pub issue_ids: Vec<IssueId>,
    /// Who leads.
    pub lead_office_id: Option<OfficeId>,
    /// Who supports.
    pub support_office_ids: Vec<OfficeId>,
    /// When the lead office must report.
    pub due_on: Option<NaiveDate>,
    /// The outcome reported last, or concluded.
    pub outcome: Option<Outcome>,
    /// A refusal of the dispatch awaits a decision.
    pub refusal_pending: bool,
    /// The account that escalated the first issue.
    pub begun_by: Option<AccountId>,
}

/// Columns in the order of [`MajorIssueRow::bind`] and [`MajorIssueRow::read`]; the first is the key.
pub(super) const COLUMNS: &[&str] = &[
    "major_issue_id",
    "number",
    "first_position",
    "position",
    "version",
    "state",
    "level",
    "grid_id",
    "submitted_at",
    "submitted_on",
    "issue_ids",
    "lead_office_id",
    "support_office_ids",
    "due_on",
    "due_key",
    "outcome",
    "refusal_pending",
    "begun_by",
];

impl MajorIssueRow {
    pub(super) fn of(
        major_issue_id: MajorIssueId,
        major_issue: &MajorIssue,
        begun_by: Option<AccountId>,
        zone: Tz,
    ) -> Self {
        Self {
            major_issue_id,
            number: format!(
                "{}-{}",
                major_issue.first_recorded_at.with_timezone(&zone).year(),
                major_issue.first_position
            ),
            first_position: Position(major_issue.first_position),
            position: Position(major_issue.position),
            version: Version(major_issue.version),
            state: major_issue.state,
            level: major_issue.level,
            grid_id: major_issue.grid_id,
            submitted_at: major_issue.submitted_at,
            submitted_on: major_issue.submitted_at.with_timezone(&zone).date_naive(),
            issue_ids: major_issue.issue_ids().collect(),
            lead_office_id: major_issue.lead_office_id,
            support_office_ids: major_issue.support_office_ids.clone(),
            due_on: major_issue.due.as_ref().map(|due| due.on),
            outcome: major_issue.outcome,
            refusal_pending: major_issue.refusal_pending,
            begun_by,
        }
    }

    pub(super) fn bind<'r>(binds: &mut Binds<'r>, row: &'r Self) {
        binds
            .id(row.major_issue_id.0)
            .push(row.number.as_str())
            .number(row.first_position.0)
            .number(row.position.0)
            .number(row.version.0)
            .push(row.state.as_str())
            .push(row.level.as_str())
            .id(row.grid_id.0)
            .instant(row.submitted_at)
            .date(row.submitted_on)
            .push(json_text(&row.issue_ids))
            .id_optional(row.lead_office_id.map(|id| id.0))
            .push(json_text(&row.support_office_ids))
            .date_optional(row.due_on)
            .date(row.due_on.unwrap_or(NEVER))
            .push(row.outcome.map(Outcome::as_str))
            .push(row.refusal_pending)
            .id_optional(row.begun_by.map(|id| id.0));
    }

    pub(super) fn read(columns: &mut Columns<'_>) -> Result<Self, SqlError> {
        Ok(Self {
            major_issue_id: MajorIssueId(columns.id()?),
            number: columns.text()?.to_owned(),
            first_position: columns.position()?,
            position: columns.position()?,
            version: columns.version()?,
            state: columns.parse(MajorIssueState::parse)?,
            level: columns.parse(Level::parse)?,
            grid_id: AreaId(columns.id()?),
            submitted_at: columns.instant()?,
            submitted_on: columns.date()?,
            issue_ids: columns.json()?,
            lead_office_id: columns.id_optional()?.map(OfficeId),
            support_office_ids: columns.json()?,
            due_on: read_due(columns)?,
            outcome: columns.parse_optional(Outcome::parse)?,
            refusal_pending: columns.truth()?,
            begun_by: columns.id_optional()?.map(AccountId),
        })
    }
}

/// The due date; the column beside it is only what the list is sorted by.
fn read_due(columns: &mut Columns<'_>) -> Result<Option<NaiveDate>, SqlError> {
    let due_on = columns.date_optional()?;
    columns.date()?;
    Ok(due_on)
}
