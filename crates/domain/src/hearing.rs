//! Opinions heard elsewhere than in a reception room (听取意见): at a deed, and at whatever else delegates do where people
//! speak. They are a reception of their own, so that whatever is raised has its delegate and its day; the thing at which
//! they were heard remembers it in the same append (C-3.3).

use crate::ids::{AreaId, DelegateId, IssueId, ReceptionId};
use crate::refusal::{Code, Refusal};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Hearings that one thing remembers. A bound on what a stream may grow to, not a rule of the service.
pub const HEARINGS_MAX: usize = 200;

/// `activity.opinions_heard/1`, `deed.opinions_heard/1` (C-3.4), `study.opinions_heard/1` (C-3.5). What was said is in the streams of the reception and its issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpinionsHeard {
    /// The reception that the hearing is.
    pub reception_id: ReceptionId,
    /// The issues raised there. None makes it a listening record (听取记录).
    pub issue_ids: Vec<IssueId>,
}

/// A hearing, as the reception that it is says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HearingDraft {
    /// The reception.
    pub reception_id: ReceptionId,
    /// Its grid.
    pub grid_id: AreaId,
    /// The town's day on which it was held.
    pub held_on: NaiveDate,
    /// Who received.
    pub delegate_ids: Vec<DelegateId>,
    /// What was raised.
    pub issue_ids: Vec<IssueId>,
}

/// Where, when and by whom people could be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeardAt<'a> {
    /// The grids of the thing.
    pub grid_ids: &'a [AreaId],
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day; open while absent.
    pub to: Option<NaiveDate>,
    /// Whose it is, or who was there.
    pub delegate_ids: &'a [DelegateId],
    /// The clause of the thing.
    pub clause: &'static str,
}

/// What does not fit between a hearing and the thing at which it was held, all at once: [`Code::GridNotThere`],
/// [`Code::BeforePrevious`] before its first day and [`Code::NotTheDay`] after its last, [`Code::DelegateNotThere`].
pub fn faults(heard: &HeardAt<'_>, draft: &HearingDraft) -> Vec<Refusal> {
    let no = |code| Refusal::new(code).under(heard.clause);
    let mut faults = Vec::new();
    if !heard.grid_ids.contains(&draft.grid_id) {
        faults.push(no(Code::GridNotThere).at("/grid_id"));
    }
    let from = heard.from;
    if draft.held_on < from {
        faults.push(
            no(Code::BeforePrevious)
                .at("/held_at")
                .because(format!("须在 {from} 或之后。"), format!("Must be on {from} or later.")),
        );
    } else if let Some(to) = heard.to.filter(|to| draft.held_on > *to) {
        let refusal = no(Code::NotTheDay).unfit().at("/held_at");
        faults.push(refusal.because(format!("须在 {to} 或之前。"), format!("Must be on {to} or before.")));
    }
    let elsewhere = draft.delegate_ids.iter().enumerate().filter(|(_, who)| !heard.delegate_ids.contains(who));
    faults.extend(elsewhere.map(|(index, _)| no(Code::DelegateNotThere).at(format!("/delegates/{index}/delegate_id"))));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::day;
    use crate::session::fixture::{DEPUTY, GRID, OTHER_GRID, PARTY};

    fn said(draft: &HearingDraft, to: Option<&str>) -> Vec<String> {
        let heard = HeardAt {
            grid_ids: &[GRID],
            from: day("2026-11-19"),
            to: to.map(day),
            delegate_ids: &PARTY,
            clause: "C-3.2",
        };
        let text = |refusal: &Refusal| {
            format!("{} {} {}", refusal.code, refusal.clause.unwrap_or("-"), refusal.pointer.as_deref().unwrap_or("-"))
        };
        faults(&heard, draft).iter().map(text).collect()
    }

    #[test]
    fn a_hearing_is_where_when_and_by_whom_people_could_be_heard() {
        let fits = HearingDraft {
            reception_id: ReceptionId::default(),
            grid_id: GRID,
            held_on: day("2026-11-19"),
            delegate_ids: vec![PARTY[1], PARTY[0]],
            issue_ids: Vec::new(),
        };
        assert!(said(&fits, None).is_empty() && said(&fits, Some("2026-11-19")).is_empty());
        let later = HearingDraft { held_on: day("2027-03-01"), ..fits.clone() };
        assert!(said(&later, None).is_empty());
        assert_eq!(said(&later, Some("2026-11-19")), ["not_the_day C-3.2 /held_at"]);
        let wrong = HearingDraft {
            grid_id: OTHER_GRID,
            held_on: day("2026-11-18"),
            delegate_ids: vec![PARTY[0], DEPUTY[0]],
            ..fits
        };
        let all = [
            "grid_not_there C-3.2 /grid_id",
            "before_previous C-3.2 /held_at",
            "delegate_not_there C-3.2 /delegates/1/delegate_id",
        ];
        assert_eq!(said(&wrong, Some("2026-11-19")), all);
    }
}
