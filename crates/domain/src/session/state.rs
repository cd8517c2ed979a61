//! What a session is now: the fold of its stream. It remembers; the decisions beside it judge, and so does its verdict.

use super::correctable::Place;
use super::events::{AssignedSlot, Checked, NoticeContent, ObjectionRecorded, SessionEvent, SessionMoved};
use super::held::{Held, PlacedBy};
use crate::claims::Claim;
use crate::correction::place::put;
use crate::correction::{Corrected, Corrections};
use crate::ids::{AccountId, AreaId, DelegateId, FileId, ObjectionId, SessionId};
use crate::policy::ClockTime;
use crate::vocabulary::{DelegateType, NoticeBoard, ObjectionGround, SessionReason, SessionState, SubstitutionReason};
use crate::{Fold, Stamp};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

/// A session (接待场次): one grid's sitting of one service day. `version` 0 means that nothing of it is recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Version of its stream.
    pub version: u64,
    /// Position of its newest event.
    pub position: u64,
    /// Position of its first event.
    pub first_position: u64,
    /// Position of the policy version that it was planned under.
    pub policy: Option<u64>,
    /// The grid.
    pub grid_id: AreaId,
    /// The service day that it stands for.
    pub ordinary_on: NaiveDate,
    /// When and where it is held, and who said so last.
    pub held: Held,
    /// True where it was planned through a year without a published calendar.
    pub provisional: bool,
    /// True where no service day asks for it.
    pub extra: bool,
    /// The missed session that it makes up for.
    pub makes_up_session_id: Option<SessionId>,
    /// State.
    pub state: SessionState,
    /// Why it was cancelled, and when.
    pub cancelled: Option<(SessionReason, Claim)>,
    /// When it was planned, for the first time.
    pub planned: Claim,
    /// Who is to sit there.
    pub slots: Vec<Slot>,
    /// When the rota was assigned last.
    pub rota: Option<Claim>,
    /// When it was published.
    pub published: Option<Claim>,
    /// When it began.
    pub opened: Option<Claim>,
    /// The account that opened it; nothing where the system did.
    pub opened_by: Option<AccountId>,
    /// Who was there, in the order in which they came.
    pub presences: Vec<Presence>,
    /// When it ended.
    pub closed: Option<Claim>,
    /// How many came, once it is closed.
    pub visitor_count: Option<u32>,
    /// When its record was filed.
    pub record: Option<Claim>,
    /// Files of the record.
    pub record_file_ids: Vec<FileId>,
    /// What hung on boards, in the order of its recording.
    pub notices: Vec<Notice>,
    /// What was objected to.
    pub objections: Vec<Objection>,
    /// What was corrected of it, and what waits to be.
    pub corrections: Corrections,
}

/// A slot of the rota, with everybody who has had the duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Who had it first.
    pub assigned: AssignedSlot,
    /// Who took it over, in turn.
    pub substitutions: Vec<Substitution>,
}

impl Slot {
    /// Who has the duty.
    pub fn on_duty(&self) -> DelegateId {
        self.substitutions.last().map_or(self.assigned.delegate_id, |last| last.substitute_id)
    }

    /// Everybody who had the duty, in turn; who has it is the last.
    pub fn holders(&self) -> impl Iterator<Item = DelegateId> {
        std::iter::once(self.assigned.delegate_id).chain(self.substitutions.iter().map(|one| one.substitute_id))
    }

    /// Who had it and has it no more, with the substitution that took it from them.
    pub fn substituted(&self) -> impl Iterator<Item = (DelegateId, &Substitution)> {
        self.holders().zip(&self.substitutions)
    }
}

/// Somebody else took a duty over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitution {
    /// Who.
    pub substitute_id: DelegateId,
    /// Why.
    pub reason: SubstitutionReason,
    /// When.
    pub claim: Claim,
}

/// A delegate was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Who.
    pub delegate_id: DelegateId,
    /// In which capacity.
    pub delegate_type: DelegateType,
    /// Since when.
    pub came: Claim,
    /// Until when; to the end where nobody checked out.
    pub left: Option<Claim>,
}

/// What a unit hung out, posted first and then perhaps amended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Whose board.
    pub unit_id: AreaId,
    /// Which board.
    pub board: NoticeBoard,
    /// What hung there.
    pub content: NoticeContent,
    /// Since when.
    pub claim: Claim,
    /// False for the first one of the unit.
    pub amends: bool,
}

/// Somebody objected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Its id.
    pub id: ObjectionId,
    /// The unit that it is about, where it is about one.
    pub unit_id: Option<AreaId>,
    /// What it is about.
    pub ground: ObjectionGround,
    /// When.
    pub claim: Claim,
    /// Whether it was right, and when that was answered.
    pub answered: Option<(bool, Claim)>,
}

impl Default for Session {
    fn default() -> Self {
        // Placeholders of an unwritten stream; `session.planned` replaces them.
        let nowhen = DateTime::<Utc>::default();
        let no_claim = Claim { at: nowhen, recorded_at: nowhen, position: 0, version: 0 };
        Self {
            version: 0,
            position: 0,
            first_position: 0,
            policy: None,
            grid_id: AreaId::default(),
            ordinary_on: NaiveDate::default(),
            held: Held {
                on: NaiveDate::default(),
                from: ClockTime(NaiveTime::default()),
                to: ClockTime(NaiveTime::default()),
                venue: None,
                merged_days: Vec::new(),
                by: PlacedBy::Plan,
                since: no_claim,
                day_by: (PlacedBy::Plan, no_claim),
                moved_from: None,
            },
            provisional: false,
            extra: false,
            makes_up_session_id: None,
            state: SessionState::Planned,
            cancelled: None,
            planned: no_claim,
            slots: Vec::new(),
            rota: None,
            published: None,
            opened: None,
            opened_by: None,
            presences: Vec::new(),
            closed: None,
            visitor_count: None,
            record: None,
            record_file_ids: Vec::new(),
            notices: Vec::new(),
            objections: Vec::new(),
            corrections: Corrections::default(),
        }
    }
}

impl Session {
    /// Whether anything is recorded of it.
    pub const fn exists(&self) -> bool {
        self.version > 0
    }

    /// Whether somebody moved or cancelled it, or added it: a plan leaves it alone.
    pub fn by_hand(&self) -> bool {
        let cancelled = self.cancelled.is_some_and(|(reason, _)| reason != SessionReason::Calendar);
        self.extra || cancelled || self.held.by == PlacedBy::Hand
    }

    /// Who is on duty, in the order of the slots.
    pub fn on_duty(&self) -> impl Iterator<Item = DelegateId> {
        self.slots.iter().map(Slot::on_duty)
    }

    /// The newest presence of a delegate.
    pub fn presence_of(&self, delegate: DelegateId) -> Option<&Presence> {
        self.presences.iter().rev().find(|presence| presence.delegate_id == delegate)
    }

    /// What hung on a unit's board, in turn.
    pub fn notices_of(&self, unit: AreaId) -> impl DoubleEndedIterator<Item = &Notice> {
        self.notices.iter().filter(move |notice| notice.unit_id == unit)
    }

    /// The objection of an id.
    pub fn objection(&self, id: ObjectionId) -> Option<&Objection> {
        self.objections.iter().find(|objection| objection.id == id)
    }

    fn check(&mut self, checked: &Checked, at: &Stamp, comes: bool) {
        let claim = Claim::from(at);
        if comes {
            let Checked { delegate_id, delegate_type } = *checked;
            self.presences.push(Presence { delegate_id, delegate_type, came: claim, left: None });
        } else if let Some(presence) =
            self.presences.iter_mut().rev().find(|presence| presence.delegate_id == checked.delegate_id)
        {
            presence.left = Some(claim);
        }
    }

    fn post(&mut self, unit_id: AreaId, board: NoticeBoard, content: &NoticeContent, at: &Stamp) {
        let amends = self.notices_of(unit_id).next().is_some();
        self.notices.push(Notice { unit_id, board, content: content.clone(), claim: Claim::from(at), amends });
    }

    fn place(&mut self, moved: &SessionMoved, at: &Stamp) {
        let planned_for = self.held.moved_from.unwrap_or(self.held.on);
        let there = &self.held;
        let same_time = (moved.held_on, moved.from, moved.to) == (there.on, there.from, there.to);
        let by = if moved.reason_code != SessionReason::Calendar {
            PlacedBy::Hand
        } else if same_time && (moved.venue == there.venue || self.published.is_none()) {
            // Nobody is told another thing than before: whoever put it there did.
            there.by
        } else {
            PlacedBy::Calendar
        };
        let since = Claim::from(at);
        self.held = Held {
            on: moved.held_on,
            from: moved.from,
            to: moved.to,
            venue: moved.venue.clone(),
            merged_days: moved.merged_days.clone(),
            by,
            since,
            day_by: if moved.held_on == self.held.on { self.held.day_by } else { (by, since) },
            moved_from: (planned_for != moved.held_on).then_some(planned_for),
        };
    }

    /// The right value in place of the recorded one.
    fn correct(&mut self, corrected: &Corrected, at: &Stamp) {
        let Corrected { event_version, pointer, value } = corrected;
        self.corrections.make(*event_version, pointer, value.as_ref(), at);
        let (Some(place), Some(value)) = (Place::of(pointer), value) else { return };
        match place {
            Place::OccurredAt => put(self.claim_of(*event_version).map(|claim| &mut claim.at), value.instant()),
            Place::VisitorCount => put(Some(&mut self.visitor_count), value.index().map(Some)),
            Place::DelegateId => {
                let presence = self.presences.iter_mut().find(|presence| presence.came.version == *event_version);
                put(presence.map(|presence| &mut presence.delegate_id), value.uuid().map(DelegateId));
            }
        }
    }

    /// The time of an event whose time may be corrected.
    fn claim_of(&mut self, version: u64) -> Option<&mut Claim> {
        let once = [&mut self.opened, &mut self.closed, &mut self.record].into_iter().flatten();
        let presences = self
            .presences
            .iter_mut()
            .flat_map(|presence| std::iter::once(&mut presence.came).chain(presence.left.as_mut()));
        once.chain(presences)
            .chain(self.notices.iter_mut().map(|notice| &mut notice.claim))
            .find(|claim| claim.version == version)
    }
}

impl Fold for Session {
    type Event = SessionEvent;

    fn apply(&mut self, event: &SessionEvent, at: &Stamp) {
        let claim = Claim::from(at);
        match event {
            SessionEvent::Planned(planned) => {
                if !self.exists() {
                    self.first_position = at.position;
                    self.planned = claim;
                }
                self.policy = at.policy;
                self.grid_id = planned.grid_id;
                self.ordinary_on = planned.ordinary_on;
                self.held = Held {
                    on: planned.held_on,
                    from: planned.from,
                    to: planned.to,
                    venue: planned.venue.clone(),
                    merged_days: planned.merged_days.clone(),
                    by: PlacedBy::Plan,
                    since: claim,
                    day_by: (PlacedBy::Plan, claim),
                    moved_from: None,
                };
                self.provisional = planned.provisional;
                self.extra = planned.extra;
                self.makes_up_session_id = planned.makes_up_session_id;
                self.state = SessionState::Planned;
                self.cancelled = None;
            }
            SessionEvent::Moved(moved) => self.place(moved, at),
            SessionEvent::Cancelled(cancelled) => {
                self.state = SessionState::Cancelled;
                self.cancelled = Some((cancelled.reason_code, claim));
            }
            SessionEvent::RotaAssigned(rota) => {
                let slot = |assigned: &AssignedSlot| Slot { assigned: *assigned, substitutions: Vec::new() };
                self.slots = rota.slots.iter().map(slot).collect();
                self.rota = Some(claim);
            }
            SessionEvent::RotaPublished(_) => self.published = Some(claim),
            SessionEvent::DutySubstituted(substituted) => {
                let substitution =
                    Substitution { substitute_id: substituted.substitute_id, reason: substituted.reason_code, claim };
                if let Some(slot) = self.slots.iter_mut().find(|slot| slot.on_duty() == substituted.delegate_id) {
                    slot.substitutions.push(substitution);
                }
            }
            SessionEvent::Opened(_) => {
                self.state = SessionState::Open;
                self.opened = Some(claim);
                self.opened_by = at.account;
            }
            SessionEvent::CheckedIn(checked) => self.check(checked, at, true),
            SessionEvent::CheckedOut(checked) => self.check(checked, at, false),
            SessionEvent::Closed(closed) => {
                self.state = SessionState::Closed;
                self.closed = Some(claim);
                self.visitor_count = Some(closed.visitor_count);
            }
            SessionEvent::RecordFiled(filed) => {
                self.record = Some(claim);
                self.record_file_ids.clone_from(&filed.file_ids);
            }
            SessionEvent::NoticePosted(posted) => self.post(posted.unit_id, posted.board, &posted.content, at),
            SessionEvent::NoticeAmended(amended) => self.post(amended.unit_id, amended.board, &amended.content, at),
            SessionEvent::ObjectionRecorded(recorded) => {
                let ObjectionRecorded { objection_id: id, unit_id, ground } = *recorded;
                self.objections.push(Objection { id, unit_id, ground, claim, answered: None });
            }
            SessionEvent::ObjectionAnswered(answer) => {
                let id = answer.objection_id;
                if let Some(objection) = self.objections.iter_mut().find(|objection| objection.id == id) {
                    objection.answered = Some((answer.upheld, claim));
                }
            }
            SessionEvent::CorrectionProposed(proposed) => self.corrections.propose(proposed, at),
            SessionEvent::CorrectionRefused(refused) => self.corrections.refuse(refused),
            SessionEvent::Corrected(corrected) => self.correct(corrected, at),
        }
        self.version = at.version;
        self.position = at.position;
    }
}
