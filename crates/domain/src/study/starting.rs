//! A study is started, an inspection was made (C-3.5).

use super::events::{StudyBegun, StudyEvent};
use crate::file::{NamedFile, named_faults, named_ids};
use crate::ids::{AreaId, DelegateId};
use crate::reception::{People, held_faults};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::StudyKind;
use chrono::{DateTime, Utc};

/// Delegates who take part beside who leads. A bound, not a rule of the service.
pub const TEAM_MAX: usize = 99;

/// A study or an inspection as it is recorded, but for title and text.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyDraft {
    /// Which of the two.
    pub kind: StudyKind,
    /// The grid; nothing for the whole town.
    pub grid_id: Option<AreaId>,
    /// Topic codes of the policy.
    pub topics: Vec<String>,
    /// Who leads it.
    pub lead_delegate_id: DelegateId,
    /// Who else takes part.
    pub delegate_ids: Vec<DelegateId>,
    /// When it began; of an inspection, when it was held.
    pub held_at: DateTime<Utc>,
    /// Papers, pictures and recordings of it.
    pub files: Vec<NamedFile>,
}

/// What could be read of one: a value that is not there was not sent, or could not be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StudyParts {
    /// The grid.
    pub grid_id: Option<AreaId>,
    /// Topic codes; `None` where the list itself could not be read.
    pub topics: Option<Vec<Option<String>>>,
    /// Who leads it.
    pub lead_delegate_id: Option<DelegateId>,
    /// Who else takes part.
    pub delegate_ids: Vec<Option<DelegateId>>,
    /// When it began.
    pub held_at: Option<DateTime<Utc>>,
}

impl StudyDraft {
    fn parts(&self) -> StudyParts {
        StudyParts {
            grid_id: self.grid_id,
            topics: Some(self.topics.iter().cloned().map(Some).collect()),
            lead_delegate_id: Some(self.lead_delegate_id),
            delegate_ids: self.delegate_ids.iter().copied().map(Some).collect(),
            held_at: Some(self.held_at),
        }
    }
}

/// Starts a study, or records an inspection that was made, under the policy in force on its day (C-3.5).
///
/// Errors, all at once: those of [`faults`] and of [`named_faults`].
pub fn start(people: &People<'_>, rules: &Rules<'_>, draft: &StudyDraft) -> Result<StudyEvent, Vec<Refusal>> {
    let mut faults = faults(people, rules, &draft.parts());
    faults.extend(named_faults(&draft.files, 0, "C-3.5"));
    if !faults.is_empty() {
        return Err(faults);
    }
    let begun = StudyBegun {
        grid_id: draft.grid_id,
        topics: draft.topics.clone(),
        lead_delegate_id: draft.lead_delegate_id,
        delegate_ids: draft.delegate_ids.clone(),
        file_ids: named_ids(&draft.files),
    };
    Ok(match draft.kind {
        StudyKind::Study => StudyEvent::Started(begun),
        StudyKind::Inspection => StudyEvent::Inspected(begun),
    })
}

/// Everything that does not fit in what could be read of a study.
///
/// [`Code::InTheFuture`] and [`Code::BeforeProgramme`] at `/held_at`; [`Code::UnknownId`]; [`Code::Missing`],
/// [`Code::UnknownTopic`] and [`Code::Duplicate`] of topics; of delegates [`Code::TooMany`], [`Code::Duplicate`] also of who
/// leads, and [`Code::DelegateWithoutMandate`] on the day.
pub fn faults(people: &People<'_>, rules: &Rules<'_>, parts: &StudyParts) -> Vec<Refusal> {
    let mut faults = parts.held_at.map(|at| held_faults(people, rules, at)).unwrap_or_default();
    if parts.grid_id.is_some_and(|grid| people.areas.grid(grid).is_none()) {
        faults.push(Refusal::new(Code::UnknownId).at("/grid_id"));
    }
    topics(rules, parts, &mut faults);
    team(people, rules, parts, &mut faults);
    for fault in &mut faults {
        fault.clause.get_or_insert("C-3.5");
    }
    faults
}

fn topics(rules: &Rules<'_>, parts: &StudyParts, faults: &mut Vec<Refusal>) {
    let Some(topics) = &parts.topics else { return };
    if topics.is_empty() {
        faults.push(
            Refusal::new(Code::Missing).at("/topics").because("至少须写明一个主题。", "At least one topic is needed."),
        );
    }
    for (index, topic) in topics.iter().enumerate() {
        let Some(code) = topic else { continue };
        let pointer = format!("/topics/{index}");
        if topics[..index].contains(topic) {
            faults.push(Refusal::new(Code::Duplicate).at(pointer));
        } else if rules.policy.topic(code).is_none() {
            faults.push(Refusal::new(Code::UnknownTopic).under("C-3.5").at(pointer));
        }
    }
}

/// Who leads and who takes part: each once, and with a mandate on the day.
fn team(people: &People<'_>, rules: &Rules<'_>, parts: &StudyParts, faults: &mut Vec<Refusal>) {
    let held_on = parts.held_at.map(|at| rules.town_date(at));
    let mandate = |id: DelegateId| match held_on {
        Some(on) => people.delegates.holding(id, on).err(),
        None => people.delegates.get(id).is_none().then(|| Refusal::new(Code::UnknownId)),
    };
    if let Some(refusal) = parts.lead_delegate_id.and_then(mandate) {
        faults.push(refusal.at("/lead_delegate_id"));
    }
    if parts.delegate_ids.len() > TEAM_MAX {
        faults.push(Refusal::new(Code::TooMany).at("/delegate_ids"));
        return;
    }
    for (index, one) in parts.delegate_ids.iter().enumerate() {
        let Some(id) = one else { continue };
        let pointer = format!("/delegate_ids/{index}");
        if parts.lead_delegate_id == Some(*id) {
            faults.push(
                Refusal::new(Code::Duplicate)
                    .under("C-3.5")
                    .at(pointer)
                    .because("该代表是牵头人，不必再列。", "That delegate leads it and need not be listed again."),
            );
        } else if parts.delegate_ids[..index].contains(one) {
            faults.push(Refusal::new(Code::Duplicate).at(pointer));
        } else if let Some(refusal) = mandate(*id) {
            faults.push(refusal.at(pointer));
        }
    }
}
