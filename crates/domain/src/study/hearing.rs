//! People are heard for a study or an inspection: a reception of the form hearing, told to the study in the same append, so
//! that each opinion is an issue like any other (C-3.5, C-3.1).

use super::state::Study;
use super::step::not_full;
use crate::hearing::{self, HeardAt, HearingDraft, OpinionsHeard};
use crate::ids::DelegateId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;

/// Tells a study of people who were heard for it: from its first day on, in its grid if it has one, by delegates who take
/// part in it (C-3.5).
///
/// Errors, of the body of the reception and all at once: [`Code::UnknownId`] at `/study_id`; those of [`hearing::faults`];
/// [`Code::TooMany`].
pub fn hear(study: &Study, rules: &Rules<'_>, draft: &HearingDraft) -> Result<OpinionsHeard, Vec<Refusal>> {
    if !study.exists() {
        return Err(vec![Refusal::new(Code::UnknownId).under("C-3.5").at("/study_id")]);
    }
    let team: Vec<DelegateId> = study.team().collect();
    let of_everywhere = [draft.grid_id];
    let heard = HeardAt {
        grid_ids: study.grid_id.as_ref().map_or(&of_everywhere[..], std::slice::from_ref),
        from: rules.town_date(study.begun.at),
        to: None,
        delegate_ids: &team,
        clause: "C-3.5",
    };
    let mut faults = hearing::faults(&heard, draft);
    faults.extend(not_full(study).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(OpinionsHeard { reception_id: draft.reception_id, issue_ids: draft.issue_ids.clone() })
}
