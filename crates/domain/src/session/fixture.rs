//! Sessions as tests are given them: a town of two grids, and the Thursday 2026-11-19, taken through real decisions.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::area::{AreaEvent, Areas, GridDefined, UnitDefined};
use crate::calendar::Calendars;
use crate::delegate::{Assigned, DelegateEvent, Delegates, MandateGiven, Registered};
use crate::fixtures::{self, day, stamp};
use crate::ids::{AreaId, DelegateId, SessionId};
use crate::issue::fixture::{CALENDARS, POLICY, at, rules};
use crate::leave::{LeaveEvent, Leaves, LeavesOf};
use crate::policy::Policies;
use crate::programme::Established;
use crate::reception::{DelegateDraft, People};
use crate::vocabulary::{DelegateType, SessionReason, SubstitutionReason, UnitKind};
use crate::{Fold as _, Stamp};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use uuid::Uuid;

pub(crate) const GRID: AreaId = AreaId(Uuid::from_u128(0x33));
pub(crate) const OTHER_GRID: AreaId = AreaId(Uuid::from_u128(0x34));
pub(crate) const VILLAGE: AreaId = AreaId(Uuid::from_u128(0x35));
pub(crate) const COMMUNITY: AreaId = AreaId(Uuid::from_u128(0x36));
pub(crate) const INSTITUTION: AreaId = AreaId(Uuid::from_u128(0x37));
pub(crate) const OTHER_VILLAGE: AreaId = AreaId(Uuid::from_u128(0x38));
/// Three Party delegates and three deputies of the grid.
pub(crate) const PARTY: [DelegateId; 3] =
    [DelegateId(Uuid::from_u128(0x41)), DelegateId(Uuid::from_u128(0x42)), DelegateId(Uuid::from_u128(0x43))];
pub(crate) const DEPUTY: [DelegateId; 3] =
    [DelegateId(Uuid::from_u128(0x51)), DelegateId(Uuid::from_u128(0x52)), DelegateId(Uuid::from_u128(0x53))];
/// A delegate of both kinds, of the other grid.
pub(crate) const BOTH: DelegateId = DelegateId(Uuid::from_u128(0x61));
/// A delegate whose mandate begins in 2030.
pub(crate) const LATER: DelegateId = DelegateId(Uuid::from_u128(0x62));
pub(crate) const NOBODY: DelegateId = DelegateId(Uuid::from_u128(0x99));

pub(crate) static TOWN: LazyLock<Town> = LazyLock::new(Town::new);

pub(crate) struct Town {
    pub programme: Established,
    pub area_facts: Vec<(AreaId, AreaEvent, Stamp)>,
    pub areas: Areas,
    pub delegates: Delegates,
    pub policies: Policies,
}

impl Town {
    /// Where notices hang, and who there is.
    pub fn here(&self) -> (&Areas, &Delegates) {
        (&self.areas, &self.delegates)
    }

    fn new() -> Self {
        let programme = Established { name: "两代表联系服务".to_owned(), effective_on: day("2023-12-01") };
        let mut area_facts = Vec::new();
        for (grid, name) in [(GRID, "太平网格"), (OTHER_GRID, "华庄网格")] {
            let defined = GridDefined { name: name.to_owned(), level: 1, parent_id: AreaId::default() };
            area_facts.push((grid, AreaEvent::GridDefined(defined), stamp(4, 1)));
        }
        for (unit, grid, unit_kind) in [
            (VILLAGE, GRID, UnitKind::Village),
            (COMMUNITY, GRID, UnitKind::Community),
            (INSTITUTION, GRID, UnitKind::Institution),
            (OTHER_VILLAGE, OTHER_GRID, UnitKind::Village),
        ] {
            let defined = UnitDefined { name: unit.to_string(), unit_kind, parent_id: grid };
            area_facts.push((unit, AreaEvent::UnitDefined(defined), stamp(5, 1)));
        }
        let mut areas = Areas::default();
        area_facts.iter().for_each(|(id, event, stamp)| areas.apply(*id, event, stamp));
        let mut delegates = Delegates::default();
        for id in PARTY {
            people(&mut delegates, id, &[DelegateType::Party], GRID, "2023-12-01");
        }
        for id in DEPUTY {
            people(&mut delegates, id, &[DelegateType::Deputy], GRID, "2023-12-01");
        }
        people(&mut delegates, BOTH, DelegateType::ALL, OTHER_GRID, "2023-12-01");
        people(&mut delegates, LATER, &[DelegateType::Party], GRID, "2030-01-01");
        Self { programme, area_facts, areas, delegates, policies: fixtures::policies() }
    }

    pub fn people(&self) -> People<'_> {
        People { programme: Some(&self.programme), areas: &self.areas, delegates: &self.delegates }
    }
}

/// Somebody with mandates and an assignment from a day on.
pub(crate) fn people(delegates: &mut Delegates, id: DelegateId, types: &[DelegateType], grid: AreaId, from: &str) {
    let from = day(from);
    let registered = DelegateEvent::Registered(Registered { name: format!("代表{id}") });
    delegates.apply(id, &registered, &stamp(6, 1));
    for delegate_type in types {
        let given = MandateGiven { delegate_type: *delegate_type, from };
        delegates.apply(id, &DelegateEvent::MandateGiven(given), &stamp(7, 2));
    }
    let assigned = Assigned { grid_id: grid, unit_id: None, from };
    delegates.apply(id, &DelegateEvent::Assigned(assigned), &stamp(8, 3));
}

pub(crate) static NO_LEAVE: LazyLock<LeavesOf> = LazyLock::new(LeavesOf::new);

/// The leaves of one delegate.
pub(crate) fn leaves(of: DelegateId, events: &[(LeaveEvent, &str)]) -> LeavesOf {
    let mut leaves = Leaves::default();
    for (version, (event, when)) in (1..).zip(events) {
        let stamp = Stamp { occurred_at: at(when), recorded_at: at(when), ..stamp(50 + version, version) };
        leaves.apply(event, &stamp);
    }
    LeavesOf::from([(of, leaves)])
}

/// Who there is, and nobody away.
pub(crate) fn duty() -> Duty<'static> {
    Duty { delegates: &TOWN.delegates, leaves: &NO_LEAVE }
}

/// The rules of a session's day, as of a day.
pub(crate) fn day_rules(today: &str) -> DayRules<'static> {
    DayRules {
        policy: &POLICY,
        calendars: &CALENDARS,
        leaves: &NO_LEAVE,
        delegates: &TOWN.delegates,
        today: day(today),
    }
}

pub(crate) fn as_delegate(delegate_id: DelegateId) -> DelegateDraft {
    DelegateDraft { delegate_id, delegate_type: None }
}

/// A session with what happened to it.
#[derive(Clone)]
pub(crate) struct Given {
    pub id: SessionId,
    pub session: Session,
    pub events: Vec<(SessionEvent, Stamp)>,
}

impl Given {
    /// Of Thursday 2026-11-19, 13:30 to 16:30, planned on 2026-10-09; its notice is due on Monday 2026-11-16.
    pub fn planned() -> Self {
        Self::planned_on("2026-11-19", "2026-10-09 09:00")
    }

    pub fn planned_on(held_on: &str, when: &str) -> Self {
        let planned = planned(GRID, day(held_on));
        let id = SessionId::of(GRID, day(held_on));
        Self { id, session: Session::default(), events: Vec::new() }.then(when, SessionEvent::Planned(planned))
    }

    /// The first Party delegate and the first deputy are to sit there.
    pub fn with_rota() -> Self {
        Self::planned().and_rota("2026-11-02 09:00", &[PARTY[0], DEPUTY[0]])
    }

    pub fn and_rota(self, when: &str, who: &[DelegateId]) -> Self {
        let slots = who.iter().copied().map(as_delegate).collect();
        let item = RotaItem { session_id: self.id, session: Some(&self.session), slots };
        let assigned = assign(self.session.grid_id, &duty(), &rules(when), &[item], None, at(when)).unwrap();
        let (_, rota) = assigned.into_iter().next().unwrap();
        self.then(when, SessionEvent::RotaAssigned(rota))
    }

    /// Published on 2026-11-03.
    pub fn published() -> Self {
        Self::with_rota().and_published("2026-11-03 09:00")
    }

    pub fn and_published(self, when: &str) -> Self {
        let sessions = [(self.id, Some(&self.session))];
        let (_, published) =
            publish(self.session.grid_id, &TOWN.delegates, &rules(when), &sessions, at(when)).unwrap()[0];
        self.then(when, SessionEvent::RotaPublished(published))
    }

    pub fn and_substituted(self, when: &str, who: DelegateId, by: DelegateId) -> Self {
        let reason_code = SubstitutionReason::Work;
        let draft = SubstitutionDraft { delegate_id: who, substitute_id: by, reason_code, at: at(when) };
        let substituted = substitute(&self.session, &duty(), &rules(when), &draft).unwrap();
        self.then(when, SessionEvent::DutySubstituted(substituted))
    }

    /// Posted by both units on 2026-11-13.
    pub fn noticed() -> Self {
        Self::published().and_noticed("2026-11-13 10:00")
    }

    pub fn and_noticed(self, when: &str) -> Self {
        let draft = crate::notice::tests::draft(when);
        let posted = crate::notice::post(&self.session, TOWN.here(), &rules(when), &draft).unwrap();
        posted.into_iter().fold(self, |given, posted| given.then(when, SessionEvent::NoticePosted(posted)))
    }

    /// Opened at 13:30 on its day.
    pub fn opened() -> Self {
        Self::noticed().and_opened("2026-11-19 13:30")
    }

    pub fn and_opened(self, when: &str) -> Self {
        let opened = open_session(&self.session, &rules(when), at(when)).unwrap();
        self.then(when, SessionEvent::Opened(opened))
    }

    pub fn and_in(self, when: &str, who: DelegateId) -> Self {
        let checked = check_in(&self.session, &TOWN.delegates, &rules(when), as_delegate(who), at(when)).unwrap();
        self.then(when, SessionEvent::CheckedIn(checked))
    }

    pub fn and_out(self, when: &str, who: DelegateId) -> Self {
        let checked = check_out(&self.session, &TOWN.delegates, &rules(when), as_delegate(who), at(when)).unwrap();
        self.then(when, SessionEvent::CheckedOut(checked))
    }

    /// Both came at 13:35, and it was closed at 16:30 with two visitors.
    pub fn closed() -> Self {
        let given = Self::opened().and_in("2026-11-19 13:35", PARTY[0]).and_in("2026-11-19 13:35", DEPUTY[0]);
        given.and_closed("2026-11-19 16:30")
    }

    pub fn and_closed(self, when: &str) -> Self {
        let closing = close(&self.session, self.id, &rules(when), 2, &[], at(when)).unwrap();
        self.then(when, SessionEvent::Closed(closing.session))
    }

    /// Its record was filed the next day.
    pub fn filed() -> Self {
        Self::closed().and_filed("2026-11-20 09:00")
    }

    pub fn and_filed(self, when: &str) -> Self {
        let filed = file_record(&self.session, &rules(when), &[], at(when)).unwrap();
        self.then(when, SessionEvent::RecordFiled(filed))
    }

    pub fn cancelled() -> Self {
        Self::planned().and_cancelled("2026-11-18 09:00", SessionReason::Weather)
    }

    pub fn and_cancelled(self, when: &str, reason: SessionReason) -> Self {
        let cancelled = cancel(&self.session, &rules(when), reason, at(when)).unwrap();
        self.then(when, SessionEvent::Cancelled(cancelled))
    }

    pub fn and_moved(self, when: &str, held_on: &str) -> Self {
        let draft = moved_to(when, held_on);
        let moved = move_session(&self.session, self.id, &rules(when), &BTreeMap::new(), &draft).unwrap();
        self.then(when, SessionEvent::Moved(moved))
    }

    /// One more fact, recorded when it happened.
    pub fn then(self, when: &str, event: SessionEvent) -> Self {
        self.event(event, at(when), at(when))
    }

    pub fn event(mut self, event: SessionEvent, occurred_at: DateTime<Utc>, recorded_at: DateTime<Utc>) -> Self {
        let version = self.session.version + 1;
        let stamp = Stamp {
            position: 100 + version,
            version,
            occurred_at,
            recorded_at,
            policy: Some(POLICY.position()),
            calendar: CALENDARS.newest(),
            account: None,
        };
        self.session.apply(&event, &stamp);
        self.events.push((event, stamp));
        self
    }
}

pub(crate) fn planned(grid_id: AreaId, held_on: NaiveDate) -> SessionPlanned {
    SessionPlanned {
        grid_id,
        ordinary_on: held_on,
        held_on,
        from: POLICY.service_day.from,
        to: POLICY.service_day.to,
        venue: Some("太平村党群服务站".to_owned()),
        merged_days: Vec::new(),
        provisional: false,
        extra: false,
        makes_up_session_id: None,
    }
}

pub(crate) fn moved_to(when: &str, held_on: &str) -> MoveDraft {
    let held_on = Some(day(held_on));
    MoveDraft { held_on, from: None, to: None, venue: None, reason_code: SessionReason::Weather, at: at(when) }
}

/// Calendars without the one of 2026.
pub(crate) fn calendars_before_2026() -> Calendars {
    CALENDARS.as_of(12)
}
