//! A meeting was held: who attended is recorded, and it is closed (C-4.3a).

use super::events::MeetingClosed;
use super::state::Meeting;
use super::step::convened;
use crate::file::{NamedFile, named_faults, named_ids};
use crate::reception::{DelegateDraft, People, ReceivingDelegate, attending, held_faults};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::AttendanceClass;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Delegates who may attend one meeting. A bound, not a rule of the service.
pub const DELEGATES_MAX: usize = 100;
/// People of one class who may be counted. A bound, not a rule of the service.
pub const ATTENDANCE_MAX: u32 = 100_000;

/// A meeting as it is closed, but for its text.
#[derive(Clone, Debug, PartialEq)]
pub struct CloseDraft {
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// The delegates who attended.
    pub delegates: Vec<DelegateDraft>,
    /// How many others came, by class.
    pub attendance: BTreeMap<AttendanceClass, u32>,
    /// Minutes, lists of those present, pictures.
    pub files: Vec<NamedFile>,
}

/// Closes a convened meeting that was held on any day from its convening on, whichever it was called for (C-4.3a). Major
/// issues may be left over.
///
/// Errors, what is wrong with the body all at once: [`Code::InTheFuture`], [`Code::BeforeProgramme`] and
/// [`Code::BeforePrevious`] at `/held_at`; those of [`delegate_faults`], [`attendance_faults`] and [`named_faults`]; then [`Code::MeetingClosed`], [`Code::WrongState`], [`Code::TooMany`].
pub fn close(
    meeting: &Meeting,
    people: &People<'_>,
    rules: &Rules<'_>,
    draft: &CloseDraft,
) -> Result<MeetingClosed, Vec<Refusal>> {
    let mut faults = held(meeting, people, rules, draft.held_at);
    let named: Vec<Option<DelegateDraft>> = draft.delegates.iter().copied().map(Some).collect();
    let (delegates, unfit) = attended(people, rules, &named, Some(draft.held_at));
    faults.extend(unfit);
    faults.extend(attendance_faults(&draft.attendance));
    faults.extend(named_faults(&draft.files, meeting.file_ids.len(), "C-4.3a"));
    for fault in &mut faults {
        fault.clause.get_or_insert("C-4.3a");
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    convened(meeting).map_err(|refusal| vec![refusal])?;
    Ok(MeetingClosed { delegates, attendance: draft.attendance.clone(), file_ids: named_ids(&draft.files) })
}

/// What is wrong with the delegates who are said to have attended, as far as they and the time could be read.
///
/// At `/delegates`, or the one at fault: [`Code::NoDelegate`], [`Code::TooMany`], [`Code::DelegateTwice`],
/// [`Code::UnknownId`], [`Code::DelegateWithoutMandate`] on the day, [`Code::DelegateTypeNeeded`].
pub fn delegate_faults(
    people: &People<'_>,
    rules: &Rules<'_>,
    named: &[Option<DelegateDraft>],
    held_at: Option<DateTime<Utc>>,
) -> Vec<Refusal> {
    attended(people, rules, named, held_at).1
}

fn attended(
    people: &People<'_>,
    rules: &Rules<'_>,
    named: &[Option<DelegateDraft>],
    held_at: Option<DateTime<Utc>>,
) -> (Vec<ReceivingDelegate>, Vec<Refusal>) {
    let whole = |code| Refusal::new(code).under("C-4.3a").at("/delegates");
    if named.is_empty() {
        let none =
            whole(Code::NoDelegate).because("至少须有一名代表到会。", "At least one delegate must have attended.");
        return (Vec::new(), vec![none]);
    }
    if named.len() > DELEGATES_MAX {
        return (Vec::new(), vec![whole(Code::TooMany)]);
    }
    attending(people.delegates, named, held_at.map(|at| rules.town_date(at)))
}

/// What is wrong with how many people are said to have come.
///
/// At `/attendance/<class>`: [`Code::OutOfRange`] beyond [`ATTENDANCE_MAX`].
pub fn attendance_faults(attendance: &BTreeMap<AttendanceClass, u32>) -> Vec<Refusal> {
    let beyond = attendance.iter().filter(|(_, count)| **count > ATTENDANCE_MAX);
    let refused = |class| Refusal::out_of_range(0, ATTENDANCE_MAX).under("C-4.3a").at(format!("/attendance/{class}"));
    beyond.map(|(class, _)| refused(class)).collect()
}

/// It was held on the day of its convening or later, and not in the future.
fn held(meeting: &Meeting, people: &People<'_>, rules: &Rules<'_>, held_at: DateTime<Utc>) -> Vec<Refusal> {
    let mut faults = held_faults(people, rules, held_at);
    let convened_on = rules.town_date(meeting.convened.at);
    if rules.town_date(held_at) < convened_on {
        faults.push(Refusal::new(Code::BeforePrevious).at("/held_at").because(
            format!("该会议于 {convened_on} 召集；召开时间不得早于该日。"),
            format!("The meeting was convened on {convened_on}; it was held on that day or later."),
        ));
    }
    faults
}
