//! A row of the reception list.

use crate::engine::columns::{Binds, json_text};
use crate::engine::sqlite::{Columns, SqlError, misread};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::ids::{AccountId, AreaId, IssueId, ReceptionId};
use domain::reception::{Occasion, ReceivingDelegate, Reception};
use domain::vocabulary::ReceptionForm;
use event_store::{Position, Version};

/// What a reception belongs to, from two columns.
fn occasion(columns: &mut Columns<'_>) -> Result<Option<Occasion>, SqlError> {
    let (family, id) = (columns.text_optional()?, columns.id_optional()?);
    let named = family.zip(id).map(|(family, id)| Occasion::of(family, id).ok_or_else(|| misread(family)));
    named.transpose()
}

/// One reception as a list shows it. Who came is in the log's boxes only.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceptionRow {
    /// The reception.
    pub reception_id: ReceptionId,
    /// Position of its newest event.
    pub position: Position,
    /// Version of its stream.
    pub version: Version,
    /// Its form.
    pub form: ReceptionForm,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// What it belongs to, where it names anything.
    pub occasion: Option<Occasion>,
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// Town date of that.
    pub held_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Position of the policy version it was recorded under.
    pub policy: Option<u64>,
    /// The account that recorded it; nothing where the system did.
    pub begun_by: Option<AccountId>,
    /// Who received, in the order recorded.
    pub delegates: Vec<ReceivingDelegate>,
    /// How many visitors came, anonymous ones included.
    pub visitor_count: u32,
    /// The issues raised, in order.
    pub issue_ids: Vec<IssueId>,
}

/// Columns in the order of [`ReceptionRow::bind`] and [`ReceptionRow::read`], behind the key.
pub(super) const COLUMNS: &[&str] = &[
    "place",
    "reception_id",
    "position",
    "version",
    "form",
    "grid_id",
    "unit_id",
    "occasion",
    "occasion_id",
    "held_at",
    "held_on",
    "recorded_at",
    "policy",
    "begun_by",
    "delegates",
    "visitor_count",
    "issue_ids",
];

impl ReceptionRow {
    pub(super) fn of(reception_id: ReceptionId, reception: &Reception, begun_by: Option<AccountId>, zone: Tz) -> Self {
        Self {
            reception_id,
            position: Position(reception.position),
            version: Version(reception.version),
            form: reception.form,
            grid_id: reception.grid_id,
            unit_id: reception.unit_id,
            occasion: reception.occasion,
            held_at: reception.held_at,
            held_on: reception.held_at.with_timezone(&zone).date_naive(),
            recorded_at: reception.recorded_at,
            policy: reception.policy,
            begun_by,
            delegates: reception.delegates.clone(),
            // At most 50 by the API's limits.
            visitor_count: u32::try_from(reception.visitors.len()).unwrap_or(u32::MAX),
            issue_ids: reception.issue_ids.clone(),
        }
    }

    pub(super) fn bind<'r>(&'r self, binds: &mut Binds<'r>) {
        let row = self;
        binds
            .id(row.reception_id.0)
            .number(row.position.0)
            .number(row.version.0)
            .push(row.form.as_str())
            .id(row.grid_id.0)
            .id_optional(row.unit_id.map(|id| id.0))
            .push(row.occasion.map(Occasion::family))
            .id_optional(row.occasion.map(Occasion::id))
            .instant(row.held_at)
            .date(row.held_on)
            .instant(row.recorded_at)
            .push(row.policy.map(crate::engine::columns::bigint))
            .id_optional(row.begun_by.map(|id| id.0))
            .push(json_text(&row.delegates))
            .number(row.visitor_count.into())
            .push(json_text(&row.issue_ids));
    }

    pub(super) fn read(columns: &mut Columns<'_>) -> Result<Self, SqlError> {
        Ok(Self {
            reception_id: ReceptionId(columns.id()?),
            position: columns.position()?,
            version: columns.version()?,
            form: columns.parse(ReceptionForm::parse)?,
            grid_id: AreaId(columns.id()?),
            unit_id: columns.id_optional()?.map(AreaId),
            occasion: occasion(columns)?,
            held_at: columns.instant()?,
            held_on: columns.date()?,
            recorded_at: columns.instant()?,
            policy: columns.number_optional()?,
            begun_by: columns.id_optional()?.map(AccountId),
            delegates: columns.json()?,
            visitor_count: columns.number()?,
            issue_ids: columns.json()?,
        })
    }
}
