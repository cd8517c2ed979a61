//! A row of the session list.

use crate::engine::columns::{Binds, bigint, json_text};
use crate::engine::sqlite::{Columns, SqlError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::SessionId;
use domain::session::Session;
use domain::vocabulary::{DelegateType, Verdict};

/// One session as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    /// The session.
    pub session_id: SessionId,
    /// As it stands.
    pub session: Session,
    /// How often what was published of it was changed.
    pub changes: u32,
    /// When that was recorded last, or its publication.
    pub changed_at: Option<DateTime<Utc>>,
    /// What it comes to by what is recorded.
    pub(super) end: InTheEnd,
}

/// What a session comes to when nothing more is recorded of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InTheEnd {
    /// It was opened, and that counts on its day.
    pub held: bool,
    /// From this day on the verdict stands.
    pub settles_on: NaiveDate,
    /// The verdict from then on; none of a session cancelled for a reason that excuses.
    pub verdict: Option<Verdict>,
    /// Slots checked in, counting on the day.
    pub duties_attended: u64,
    /// Slots, but those on leave approved before; none of a cancelled session.
    pub duties_owed: u64,
    /// Units on whose board its notice hung in time and as it was.
    pub notices_kept: u64,
    /// Units that owe its notice.
    pub notices_owed: u64,
}

impl InTheEnd {
    /// Of a day on which no policy is in force.
    pub const fn unjudged(session: &Session) -> Self {
        Self {
            held: false,
            settles_on: session.held.on,
            verdict: None,
            duties_attended: 0,
            duties_owed: 0,
            notices_kept: 0,
            notices_owed: 0,
        }
    }
}

/// How often what was published of a session was changed, and when that, or the publication, was recorded last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// How often.
    pub changes: u32,
    /// When.
    pub changed_at: Option<DateTime<Utc>>,
}

/// Columns in the order of [`SessionRow::bind`]; [`SessionRow::read`] reads those behind the key.
pub(super) const COLUMNS: &[&str] = &[
    "place",
    "session_id",
    "position",
    "version",
    "grid_id",
    "ordinary_on",
    "held_on",
    "state",
    "published",
    "held",
    "visitor_count",
    "party_duties",
    "deputy_duties",
    "settles_on",
    "verdict",
    "duties_attended",
    "duties_owed",
    "notices_kept",
    "notices_owed",
    "correction_pending",
    "objection_pending",
    "changes",
    "changed_at",
    "facts",
];

impl SessionRow {
    /// Whether it was held, as far as is recorded.
    pub const fn was_held(&self) -> bool {
        self.end.held
    }

    /// The verdict as of a day.
    pub fn verdict(&self, today: NaiveDate) -> Option<Verdict> {
        self.end.verdict.map(|verdict| if today < self.end.settles_on { Verdict::Pending } else { verdict })
    }

    /// Slots of a kind; none of a cancelled session.
    pub fn duties(&self, of: DelegateType) -> u64 {
        let slots = self.session.slots.iter().filter(|slot| slot.assigned.delegate_type == of);
        if self.session.cancelled.is_some() { 0 } else { slots.count() as u64 }
    }

    pub(super) fn bind<'r>(&'r self, binds: &mut Binds<'r>) {
        let (session, end) = (&self.session, &self.end);
        binds
            .number(session.first_position)
            .id(self.session_id.0)
            .number(session.position)
            .number(session.version)
            .id(session.grid_id.0)
            .date(session.ordinary_on)
            .date(session.held.on)
            .push(session.state.as_str())
            .push(session.published.is_some())
            .push(end.held)
            .push(session.visitor_count.map(|count| bigint(count.into())))
            .number(self.duties(DelegateType::Party))
            .number(self.duties(DelegateType::Deputy))
            .date(end.settles_on)
            .push(end.verdict.map(Verdict::as_str))
            .number(end.duties_attended)
            .number(end.duties_owed)
            .number(end.notices_kept)
            .number(end.notices_owed)
            .push(!session.corrections.pending().is_empty())
            .push(session.objections.iter().any(|objection| objection.answered.is_none()))
            .number(self.changes.into())
            .instant_optional(self.changed_at)
            .push(json_text(session));
    }

    pub(super) fn read(columns: &mut Columns<'_>) -> Result<Self, SqlError> {
        let session_id = SessionId(columns.id()?);
        // Position, version, grid, both days and state are in the facts.
        for _ in 0..7 {
            columns.value()?;
        }
        let held = columns.truth()?;
        for _ in 0..3 {
            columns.value()?;
        }
        let end = InTheEnd {
            held,
            settles_on: columns.date()?,
            verdict: columns.parse_optional(Verdict::parse)?,
            duties_attended: columns.number()?,
            duties_owed: columns.number()?,
            notices_kept: columns.number()?,
            notices_owed: columns.number()?,
        };
        // What waits for a decision is in the facts, too.
        for _ in 0..2 {
            columns.value()?;
        }
        let (changes, changed_at) = (columns.number()?, columns.instant_optional()?);
        Ok(Self { session_id, session: columns.json()?, changes, changed_at, end })
    }
}
