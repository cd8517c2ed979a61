//! What an activity lacks, by the policy in force on the day it was held. Nothing of it is stored: it is derived from what is
//! recorded, and ends when that is made good (C-3.2, C-3.3, C-4.2, C-4.3b).

use super::state::Activity;
use crate::filing;
use crate::ids::FileId;
use crate::office::Offices;
use crate::policy::Policy;
use crate::vocabulary::{ActivityFault, ActivityKind, AttendanceClass, FileKind, OfficeKind};
use std::collections::{BTreeMap, BTreeSet};

/// What an activity is held against.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// The policy in force on the day it was held.
    pub policy: &'a Policy,
    /// The offices and their kinds.
    pub offices: &'a Offices,
    /// The kinds of its files, which are facts of their own streams. An erased file keeps its kind.
    pub kinds: &'a BTreeMap<FileId, FileKind>,
}

/// Why it is not complete, in the order of the list; nothing for one that is.
pub fn faults(activity: &Activity, against: &Against<'_>) -> Vec<ActivityFault> {
    let Against { policy, offices, kinds } = *against;
    let mut faults = Vec::new();
    let mut lacks = |fault, so: bool| faults.extend(so.then_some(fault));
    match activity.kind {
        ActivityKind::Outreach => lacks(ActivityFault::QuestionsOpen, open_questions(activity) > 0),
        ActivityKind::Consultation => {
            let few = |n: u64, least: u32| n < u64::from(least);
            let briefings = activity.briefings.unwrap_or_default();
            lacks(ActivityFault::NoBriefing, few(briefings.into(), policy.consultation.briefings_min));
            let heard = activity.heard.len() as u64;
            lacks(ActivityFault::NoListeningRecord, few(heard, policy.consultation.hearings_min));
        }
        ActivityKind::ThemeActivity => {
            let kept = Kept::of(activity.evidence.iter().map(|one| one.file_id), kinds);
            lacks(ActivityFault::DocumentMissing, !kept.documents_enough(policy));
            lacks(ActivityFault::RecordingMissing, !kept.recordings_enough(policy));
            lacks(ActivityFault::OfficeMissing, !lacking_offices(activity, offices).is_empty());
        }
        ActivityKind::Symposium => lacks(ActivityFault::ClassMissing, !lacking_classes(activity, policy).is_empty()),
    }
    faults
}

/// Questions that were not answered there, less the issues raised at its hearings: those for which nothing followed (C-3.2).
pub fn open_questions(activity: &Activity) -> u32 {
    let Some(questions) = activity.questions else { return 0 };
    let raised: usize = activity.heard.iter().map(|(heard, _)| heard.issue_ids.len()).sum();
    let unanswered = questions.asked.saturating_sub(questions.answered);
    unanswered.saturating_sub(u32::try_from(raised).unwrap_or(u32::MAX))
}

/// The kinds of both offices that have no report of it (C-4.2).
pub fn lacking_offices(activity: &Activity, offices: &Offices) -> Vec<OfficeKind> {
    filing::without(&activity.submissions, offices, |_| true)
}

/// The classes that the policy names for a symposium and of which nobody attended (C-4.3b).
pub fn lacking_classes(activity: &Activity, policy: &Policy) -> Vec<AttendanceClass> {
    policy.symposium.classes.iter().copied().filter(|class| activity.attended(*class) == 0).collect()
}

/// How much is kept of an activity, each file once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    documents: u64,
    recordings: u64,
}

impl Kept {
    pub(super) fn of(files: impl Iterator<Item = FileId>, kinds: &BTreeMap<FileId, FileKind>) -> Self {
        let mut kept = Self::default();
        for file in files.collect::<BTreeSet<_>>() {
            match kinds.get(&file) {
                Some(FileKind::Document) => kept.documents += 1,
                Some(FileKind::Image | FileKind::Audio | FileKind::Video) => kept.recordings += 1,
                None => {}
            }
        }
        kept
    }

    fn documents_enough(self, policy: &Policy) -> bool {
        self.documents >= policy.theme_activity.documents_min.into()
    }

    fn recordings_enough(self, policy: &Policy) -> bool {
        self.recordings >= policy.theme_activity.recordings_min.into()
    }

    /// Whether it is what the policy asks for.
    pub(super) fn enough(self, policy: &Policy) -> bool {
        self.documents_enough(policy) && self.recordings_enough(policy)
    }
}
