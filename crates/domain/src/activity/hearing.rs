//! People are heard at an activity: a reception of one of its grids, on its day, by delegates who took part (C-3.2, C-3.3,
//! C-4.2, C-4.3b).

use super::state::Activity;
use crate::hearing::{self, HEARINGS_MAX, HeardAt, HearingDraft, OpinionsHeard};
use crate::ids::DelegateId;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::step::not_full;

/// Remembers a hearing at an activity, in the append of the reception that it is.
///
/// Errors, all at once, under the clause of its kind: those of [`hearing::faults`]; else [`Code::TooMany`] at
/// `/activity_id` beyond [`HEARINGS_MAX`], or when its stream is full.
pub fn hear(activity: &Activity, rules: &Rules<'_>, draft: &HearingDraft) -> Result<OpinionsHeard, Vec<Refusal>> {
    let took_part: Vec<DelegateId> = activity.delegates.iter().map(|one| one.delegate_id).collect();
    let held_on = rules.town_date(activity.held.at);
    let clause = activity.kind.clause();
    let heard =
        HeardAt { grid_ids: &activity.grid_ids, from: held_on, to: Some(held_on), delegate_ids: &took_part, clause };
    let faults = hearing::faults(&heard, draft);
    if !faults.is_empty() {
        return Err(faults);
    }
    if activity.heard.len() >= HEARINGS_MAX {
        return Err(vec![Refusal::new(Code::TooMany).under(clause).at("/activity_id")]);
    }
    not_full(activity.version, clause).map_err(|refusal| vec![refusal.at("/activity_id")])?;
    Ok(OpinionsHeard { reception_id: draft.reception_id, issue_ids: draft.issue_ids.clone() })
}
