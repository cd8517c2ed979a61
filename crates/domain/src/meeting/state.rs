//! What a meeting is now: the fold of its stream. Which major issues it left over depends on those of its grid, which are not
//! in its stream: `agenda.rs` beside it says so.

use super::correctable::Place;
use super::events::{MeetingClosed, MeetingConvened, MeetingEvent};
use crate::claims::Claim;
use crate::correction::place::put;
use crate::correction::{Corrected, Corrections};
use crate::hearing::OpinionsHeard;
use crate::ids::{AreaId, DelegateId, FileId, MajorIssueId};
use crate::period::Quarter;
use crate::policy::Policy;
use crate::reception::ReceivingDelegate;
use crate::vocabulary::{AgendaItemState, AttendanceClass, DeferralReason, DelegateType, MeetingKind, MeetingState};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// A meeting of a grid (季度例会、临时会议). `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of its first event.
    pub first_position: u64,
    /// Position of the policy version that it was convened under.
    pub policy: Option<u64>,
    /// The regular one of a quarter, or one between them.
    pub kind: MeetingKind,
    /// State.
    pub state: MeetingState,
    /// The grid.
    pub grid_id: AreaId,
    /// The day for which it was called.
    pub scheduled_on: NaiveDate,
    /// Whether it is held together with the work meeting of the grid.
    pub with_work_meeting: bool,
    /// When it was convened.
    pub convened: Claim,
    /// The major issues that came before it, each once, in order.
    pub items: Vec<AgendaItem>,
    /// When it was held.
    pub held: Option<Claim>,
    /// The delegates who attended.
    pub delegates: Vec<ReceivingDelegate>,
    /// How many others came, by class.
    pub attendance: BTreeMap<AttendanceClass, u32>,
    /// Its files.
    pub file_ids: Vec<FileId>,
    /// When it was called off.
    pub cancelled: Option<Claim>,
    /// The hearings at it, in the order recorded, each with the time that it was held.
    pub heard: Vec<(OpinionsHeard, Claim)>,
    /// Corrections that were made, and those that wait to be.
    pub corrections: Corrections,
}

/// A major issue that came before a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgendaItem {
    /// Which.
    pub major_issue_id: MajorIssueId,
    /// When it was put on the agenda.
    pub tabled: Option<Claim>,
    /// Why it was put off, and when.
    pub deferred: Option<(DeferralReason, Claim)>,
    /// When the meeting decided on it, the first time.
    pub decided: Option<Claim>,
}

impl AgendaItem {
    /// What the meeting made of it. A decision stands, whether or not it was put off before.
    pub const fn state(&self) -> AgendaItemState {
        match (self.decided, self.deferred) {
            (Some(_), _) => AgendaItemState::Decided,
            (None, Some(_)) => AgendaItemState::Deferred,
            (None, None) => AgendaItemState::Tabled,
        }
    }

    /// Why it stays put off.
    pub fn reason_code(&self) -> Option<DeferralReason> {
        self.deferred.filter(|_| self.decided.is_none()).map(|(reason, _)| reason)
    }

    /// The facts by which it came before the meeting.
    pub(super) fn claims(&self) -> impl Iterator<Item = Claim> {
        [self.tabled, self.deferred.map(|(_, claim)| claim), self.decided].into_iter().flatten()
    }
}

impl Default for Meeting {
    fn default() -> Self {
        // Placeholders of an unwritten stream; `meeting.convened` replaces them.
        let nowhen = DateTime::<Utc>::default();
        Self {
            version: 0,
            position: 0,
            first_position: 0,
            policy: None,
            kind: MeetingKind::Regular,
            state: MeetingState::Convened,
            grid_id: AreaId::default(),
            scheduled_on: NaiveDate::default(),
            with_work_meeting: true,
            convened: Claim { at: nowhen, recorded_at: nowhen, position: 0, version: 0 },
            items: Vec::new(),
            held: None,
            delegates: Vec::new(),
            attendance: BTreeMap::new(),
            file_ids: Vec::new(),
            cancelled: None,
            heard: Vec::new(),
            corrections: Corrections::default(),
        }
    }
}

impl Meeting {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// The town's day on which it was held; nothing while it is not closed.
    pub fn held_on(&self, policy: &Policy) -> Option<NaiveDate> {
        self.held.map(|held| policy.town_date(held.at))
    }

    /// The day that it is found by: on which it was held, else for which it was called.
    pub fn day(&self, policy: &Policy) -> NaiveDate {
        self.held_on(policy).unwrap_or(self.scheduled_on)
    }

    /// The quarter of that day.
    pub fn quarter(&self, policy: &Policy) -> Quarter {
        Quarter::of(self.day(policy))
    }

    /// What it made of a major issue; nothing where that did not come before it.
    pub fn item(&self, id: MajorIssueId) -> Option<&AgendaItem> {
        self.items.iter().find(|item| item.major_issue_id == id)
    }

    /// The item of a major issue, a new one at the end where there is none.
    fn item_of(&mut self, id: MajorIssueId) -> Option<&mut AgendaItem> {
        if self.item(id).is_none() {
            self.items.push(AgendaItem { major_issue_id: id, tabled: None, deferred: None, decided: None });
        }
        self.items.iter_mut().find(|item| item.major_issue_id == id)
    }

    fn convene(&mut self, convened: &MeetingConvened, at: &Stamp) {
        self.first_position = at.position;
        self.policy = at.policy;
        self.kind = convened.kind;
        self.state = MeetingState::Convened;
        self.grid_id = convened.grid_id;
        self.scheduled_on = convened.scheduled_on;
        self.with_work_meeting = convened.with_work_meeting;
        self.convened = Claim::from(at);
    }

    fn close(&mut self, closed: &MeetingClosed, at: &Stamp) {
        self.state = MeetingState::Closed;
        self.held = Some(Claim::from(at));
        self.delegates.clone_from(&closed.delegates);
        self.attendance.clone_from(&closed.attendance);
        self.file_ids.clone_from(&closed.file_ids);
    }

    /// The right value in place of the recorded one.
    fn correct(&mut self, corrected: &Corrected, at: &Stamp) {
        let Corrected { event_version, pointer, value } = corrected;
        self.corrections.make(*event_version, pointer, value.as_ref(), at);
        let (Some(place), Some(value)) = (Place::of(pointer), value) else { return };
        match place {
            Place::OccurredAt => {
                put(self.claim_of(*event_version).map(|claim| &mut claim.at), value.instant());
            }
            Place::Kind => put(Some(&mut self.kind), value.text().and_then(MeetingKind::parse)),
            Place::ScheduledOn => put(Some(&mut self.scheduled_on), value.day()),
            Place::WithWorkMeeting => put(Some(&mut self.with_work_meeting), value.flag()),
            Place::ReasonCode => {
                let mut deferred = self.items.iter_mut().filter_map(|item| item.deferred.as_mut());
                let of_it = deferred.find(|(_, claim)| claim.version == *event_version);
                put(of_it.map(|(reason, _)| reason), value.text().and_then(DeferralReason::parse));
            }
            Place::DelegateId => {
                put(self.seat(pointer).map(|sat| &mut sat.delegate_id), value.uuid().map(DelegateId));
            }
            Place::DelegateType => {
                let delegate_type = value.text().and_then(DelegateType::parse);
                put(self.seat(pointer).map(|sat| &mut sat.delegate_type), delegate_type);
            }
            Place::PartyOrganisations
            | Place::PartyMembers
            | Place::Residents
            | Place::MassOrganisations
            | Place::Officials => {
                if let (Some(class), Some(count)) = (place.class(), value.index()) {
                    self.attendance.insert(class, count);
                }
            }
        }
    }

    /// The delegate whose index stands in a pointer.
    fn seat(&mut self, pointer: &str) -> Option<&mut ReceivingDelegate> {
        let index = pointer.split('/').find_map(|part| part.parse::<usize>().ok())?;
        self.delegates.get_mut(index)
    }

    /// Where the time of an event stands.
    fn claim_of(&mut self, version: u64) -> Option<&mut Claim> {
        let own = [Some(&mut self.convened), self.held.as_mut(), self.cancelled.as_mut()];
        let of_items = self.items.iter_mut().flat_map(|item| {
            let deferred = item.deferred.as_mut().map(|(_, claim)| claim);
            [item.tabled.as_mut(), deferred, item.decided.as_mut()]
        });
        own.into_iter().chain(of_items).flatten().find(|claim| claim.version == version)
    }
}

impl Fold for Meeting {
    type Event = MeetingEvent;

    fn apply(&mut self, event: &MeetingEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            MeetingEvent::Convened(convened) => self.convene(convened, at),
            MeetingEvent::MajorIssueTabled(tabled) => {
                if let Some(item) = self.item_of(tabled.major_issue_id) {
                    item.tabled = Some(claim);
                }
            }
            MeetingEvent::MajorIssueDecided(decided) => {
                if let Some(item) = self.item_of(decided.major_issue_id) {
                    item.decided = item.decided.or(Some(claim));
                }
            }
            MeetingEvent::MajorIssueDeferred(deferred) => {
                if let Some(item) = self.item_of(deferred.major_issue_id) {
                    item.deferred = Some((deferred.reason_code, claim));
                }
            }
            MeetingEvent::Closed(closed) => self.close(closed, at),
            MeetingEvent::Cancelled(_) => {
                self.state = MeetingState::Cancelled;
                self.cancelled = Some(claim);
            }
            MeetingEvent::OpinionsHeard(heard) => self.heard.push((heard.clone(), claim)),
            MeetingEvent::CorrectionProposed(proposed) => self.corrections.propose(proposed, at),
            MeetingEvent::CorrectionRefused(refused) => self.corrections.refuse(refused),
            MeetingEvent::Corrected(corrected) => self.correct(corrected, at),
        }
        self.version = at.version;
        self.position = at.position;
    }
}
