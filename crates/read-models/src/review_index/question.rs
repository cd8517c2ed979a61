//! The streams that a review has to fold.

use super::DEFINITION;
use super::chunk::{self, Kind, chunk_of};
use super::touch::Of;
use crate::engine::checkpoint;
use crate::engine::columns::bigint;
use crate::engine::list::ListError;
use crate::engine::question::Question;
use crate::engine::sqlite::Sql;
use domain::ids::{
    ActivityId, AppraisalId, AreaId, DeedId, DelegateId, IssueId, MeetingId, ReceptionId, SessionId, StudyId,
    TypicalCaseId,
};
use event_store::Position;
use uuid::Uuid;

/// Whose review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewOf {
    /// A delegate's.
    Delegate(DelegateId),
    /// A grid's.
    Grid(AreaId),
    /// Everybody's.
    Town,
}

/// Streams that may matter, each kind in the order of its ids. There may be some that do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewStreams {
    /// Issues whose first event is not beyond the position asked for.
    pub issues: Vec<IssueId>,
    /// Receptions likewise.
    pub receptions: Vec<ReceptionId>,
    /// Sessions likewise.
    pub sessions: Vec<SessionId>,
    /// Studies and inspections likewise.
    pub studies: Vec<StudyId>,
    /// Deeds likewise.
    pub deeds: Vec<DeedId>,
    /// Typical cases likewise.
    pub typical_cases: Vec<TypicalCaseId>,
    /// Activities likewise; none for a delegate's review, which asks for those of the grids.
    pub activities: Vec<ActivityId>,
    /// Meetings likewise.
    pub meetings: Vec<MeetingId>,
    /// Appraisals in which a figure is disputed, likewise; none for a grid's review.
    pub appraisals: Vec<AppraisalId>,
    /// The log up to here is in the index; complete for any position up to it.
    pub as_of_position: Position,
}

impl ReviewStreams {
    /// Takes over what a grid held: whoever is assigned to it may have attended.
    pub fn also_attended(&mut self, of_grid: Self) {
        self.activities.extend(of_grid.activities);
        self.meetings.extend(of_grid.meetings);
        sort(&mut self.activities);
        sort(&mut self.meetings);
        self.as_of_position = self.as_of_position.min(of_grid.as_of_position);
    }
}

/// The streams for the review of `year`, as far as they had begun at `up_to`.
pub(crate) fn review_streams(sql: &Sql, year: i32, of: ReviewOf, up_to: Position) -> Result<ReviewStreams, ListError> {
    // Every stream is of a grid, or of one that is none, so the town's are those of all grids.
    let (of_kind, of_id) = match of {
        ReviewOf::Delegate(id) => (Of::Delegate(id.0).stored().0, Some(id.0)),
        ReviewOf::Grid(id) => (Of::Grid(id.0).stored().0, Some(id.0)),
        ReviewOf::Town => (Of::Grid(Uuid::nil()).stored().0, None),
    };
    let mut found = ReviewStreams::default();
    let mut begun = Question::of("select chunk, streams from review_stream where year = ");
    begun.bind(i64::from(year)).push(" and of_kind = ").bind(of_kind);
    narrow(&mut begun, of_id).push(" and chunk <= ").bind(chunk_of(up_to));
    begun.each(sql, |columns| {
        chunk::each(columns.whole()?, columns.bytes()?, up_to, |kind, id| match kind {
            Kind::Issue => found.issues.push(IssueId(id)),
            Kind::Reception => found.receptions.push(ReceptionId(id)),
            Kind::Session => found.sessions.push(SessionId(id)),
            Kind::Study => found.studies.push(StudyId(id)),
            Kind::Deed => found.deeds.push(DeedId(id)),
            Kind::TypicalCase => found.typical_cases.push(TypicalCaseId(id)),
            Kind::Activity => found.activities.push(ActivityId(id)),
            Kind::Meeting => found.meetings.push(MeetingId(id)),
            Kind::Appraisal => found.appraisals.push(AppraisalId(id)),
        })
    })?;
    let mut waiting = Question::of("select stream_id from review_waiting where of_kind = ");
    waiting.bind(of_kind);
    narrow(&mut waiting, of_id).push(" and first_position <= ").bind(bigint(up_to.0));
    waiting.push(" and since_year <= ").bind(i64::from(year));
    waiting.each(sql, |columns| {
        found.issues.push(IssueId(columns.id()?));
        Ok(())
    })?;
    sort(&mut found.issues);
    sort(&mut found.receptions);
    sort(&mut found.sessions);
    sort(&mut found.studies);
    sort(&mut found.deeds);
    sort(&mut found.typical_cases);
    sort(&mut found.activities);
    sort(&mut found.meetings);
    sort(&mut found.appraisals);
    found.as_of_position = checkpoint::position(sql, DEFINITION.name)?;
    Ok(found)
}

fn sort<T: Ord>(ids: &mut Vec<T>) {
    ids.sort_unstable();
    ids.dedup();
}

fn narrow(question: &mut Question, of_id: Option<Uuid>) -> &mut Question {
    if let Some(id) = of_id {
        question.push(" and of_id = ").bind(id);
    }
    question
}
