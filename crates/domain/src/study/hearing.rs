//! People are heard for a study or an inspection: a reception of the form hearing, told to the study in the same append, so
//! that each opinion is an issue like any other (C-3.5, C-3.1).

use super::events::OpinionsHeard;
use super::state::Study;
use super::step::not_full;
use crate::ids::{AreaId, DelegateId, IssueId, ReceptionId};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Utc};

/// The reception in which people were heard, as far as the study asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct HearingDraft {
    /// Its id.
    pub reception_id: ReceptionId,
    /// The grid it was held in.
    pub grid_id: AreaId,
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// Who heard.
    pub delegate_ids: Vec<DelegateId>,
    /// The issues raised in it. May be empty.
    pub issue_ids: Vec<IssueId>,
}

/// Tells a study of people who were heard for it: from its first day on, in its grid if it has one, by delegates who take
/// part in it (C-3.5).
///
/// Errors, of the body of the reception and all at once: [`Code::UnknownId`] at `/study_id`, [`Code::BeforePrevious`] at
/// `/held_at`, [`Code::GridNotThere`] at `/grid_id`, [`Code::DelegateNotThere`]; [`Code::TooMany`].
pub fn hear(study: &Study, rules: &Rules<'_>, draft: &HearingDraft) -> Result<OpinionsHeard, Vec<Refusal>> {
    if !study.exists() {
        return Err(vec![Refusal::new(Code::UnknownId).under("C-3.5").at("/study_id")]);
    }
    let mut faults = Vec::new();
    let begun_on = rules.town_date(study.begun.at);
    if rules.town_date(draft.held_at) < begun_on {
        faults.push(Refusal::new(Code::BeforePrevious).under("C-3.5").at("/held_at").because(
            format!("该调研自 {begun_on} 起开展，听取意见不能早于该日。"),
            format!("The study began on {begun_on}; people are heard for it from that day on."),
        ));
    }
    if study.grid_id.is_some_and(|grid| grid != draft.grid_id) {
        faults.push(Refusal::new(Code::GridNotThere).under("C-3.5").at("/grid_id").because(
            "该调研属于另一网格，请填写调研所在网格。",
            "The study belongs to another grid; name the grid of the study.",
        ));
    }
    for (index, delegate) in draft.delegate_ids.iter().enumerate() {
        if !study.team().any(|member| member == *delegate) {
            faults.push(
                Refusal::new(Code::DelegateNotThere)
                    .under("C-3.5")
                    .at(format!("/delegates/{index}/delegate_id"))
                    .because("该代表未参加此项调研。", "The delegate takes no part in the study."),
            );
        }
    }
    faults.extend(not_full(study).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(OpinionsHeard { reception_id: draft.reception_id, issue_ids: draft.issue_ids.clone() })
}
