//! Objections (异议) to a notice, a session or somebody's conduct, and what was answered (C-5.2). Party members and residents
//! watch over the service; an objection changes nothing by itself.

use crate::area::Areas;
use crate::ids::{AreaId, ObjectionId};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::session::{Objection, ObjectionAnswered, ObjectionRecorded, Session, follows, not_full};
use crate::vocabulary::ObjectionGround;
use chrono::{DateTime, Utc};

/// An objection as it comes in, but for its words and who says them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectionDraft {
    /// Its id.
    pub id: ObjectionId,
    /// The unit that it is about, where it is about one.
    pub unit_id: Option<AreaId>,
    /// What it is about.
    pub ground: ObjectionGround,
    /// When.
    pub at: DateTime<Utc>,
}

/// Records an objection, any time from the publication of the rota on (C-5.2).
///
/// Errors: [`Code::UnknownId`], [`Code::UnitNotInGrid`]; a time in the future or before the publication; [`Code::NoRota`].
pub fn object(
    session: &Session,
    areas: &Areas,
    rules: &Rules<'_>,
    draft: &ObjectionDraft,
) -> Result<ObjectionRecorded, Refusal> {
    if let Some(unit) = draft.unit_id {
        let at = |code| Refusal::new(code).at("/unit_id");
        match areas.unit(unit) {
            None => return Err(at(Code::UnknownId)),
            Some(unit) if unit.grid_id != session.grid_id => return Err(at(Code::UnitNotInGrid)),
            Some(_) => {}
        }
    }
    follows(rules, draft.at, session.published)?;
    not_full(session)?;
    if session.published.is_none() {
        return Err(Refusal::new(Code::NoRota).under("C-5.2"));
    }
    Ok(ObjectionRecorded { objection_id: draft.id, unit_id: draft.unit_id, ground: draft.ground })
}

/// Answers an objection, once (C-5.2).
///
/// Errors: a time in the future or before the objection; [`Code::AlreadyAnswered`].
pub fn answer(
    session: &Session,
    objection: &Objection,
    rules: &Rules<'_>,
    upheld: bool,
    at: DateTime<Utc>,
) -> Result<ObjectionAnswered, Refusal> {
    follows(rules, at, Some(objection.claim))?;
    not_full(session)?;
    if objection.answered.is_some() {
        return Err(Refusal::new(Code::AlreadyAnswered)
            .under("C-5.2")
            .because("该异议已经答复。", "The objection is answered already."));
    }
    Ok(ObjectionAnswered { objection_id: objection.id, upheld })
}
