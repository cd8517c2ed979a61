//! Deeds as tests are given them: one pledged on Thursday 2026-11-19 at 14:00 for 2026-12-10, taken through real decisions.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::claims::Claim;
use crate::fixtures::day;
use crate::hearing::HearingDraft;
use crate::ids::{FileId, IssueId, ReceptionId};
use crate::issue::fixture::{CALENDARS, POLICY, at, rules};
use crate::refusal::Refusal;
use crate::session::fixture::{GRID, PARTY, TOWN};
use crate::vocabulary::DeedKind;
use crate::{Fold as _, Stamp};
use chrono::{DateTime, Utc};
use uuid::Uuid;

pub(crate) const FILE: FileId = FileId(Uuid::from_u128(0x71));
pub(crate) const ISSUE: IssueId = IssueId(Uuid::from_u128(0x72));
pub(crate) const RECEPTION: ReceptionId = ReceptionId(Uuid::from_u128(0x73));

/// Paired support by the first Party delegate, for 2026-12-10.
pub(crate) fn draft(when: &str) -> PledgeDraft {
    PledgeDraft {
        kind: DeedKind::PairedSupport,
        grid_id: GRID,
        unit_id: None,
        owner_delegate_id: PARTY[0],
        promised_on: day("2026-12-10"),
        beneficiaries: vec![Beneficiary { subject: "s/AAECAwQFBgcICQoLDA0ODw".to_owned() }],
        issues: Vec::new(),
        at: at(when),
    }
}

/// What refusals say: code, clause and pointer.
pub(crate) fn said(refusals: &[Refusal]) -> Vec<String> {
    let text = |refusal: &Refusal| {
        let pointer = refusal.pointer.as_deref().unwrap_or_default();
        format!("{} {} {pointer}", refusal.code, refusal.clause.unwrap_or("-")).trim_end().to_owned()
    };
    refusals.iter().map(text).collect()
}

/// The same of one.
pub(crate) fn no<T: std::fmt::Debug>(result: Result<T, Refusal>) -> String {
    said(&[result.unwrap_err()]).remove(0)
}

pub(crate) fn completed() -> DeedEvent {
    DeedEvent::Completed(DeedCompleted { file_ids: vec![FILE] })
}

/// A deed with what happened to it.
#[derive(Clone)]
pub(crate) struct Given {
    pub deed: Deed,
    pub events: Vec<(DeedEvent, Stamp)>,
}

impl Given {
    pub fn pledged() -> Self {
        let when = "2026-11-19 14:00";
        let pledged = pledge(&TOWN.people(), &rules(when), &draft(when)).unwrap();
        Self { deed: Deed::default(), events: Vec::new() }.then(when, DeedEvent::Pledged(pledged))
    }

    /// On 2026-11-30.
    pub fn completed() -> Self {
        let (given, when) = (Self::pledged(), "2026-11-30 16:00");
        let completed = complete(&given.deed, &rules(when), &[FILE], at(when)).unwrap();
        given.then(when, DeedEvent::Completed(completed))
    }

    /// On 2026-11-30.
    pub fn abandoned() -> Self {
        let (given, when) = (Self::pledged(), "2026-11-30 16:00");
        let abandoned = abandon(&given.deed, &rules(when), at(when)).unwrap();
        given.then(when, DeedEvent::Abandoned(abandoned))
    }

    pub fn and_heard(self, when: &str) -> Self {
        let draft = HearingDraft {
            reception_id: RECEPTION,
            grid_id: self.deed.grid_id,
            held_on: rules(when).today,
            delegate_ids: vec![self.deed.owner_delegate_id],
            issue_ids: Vec::new(),
        };
        let heard = hear(&self.deed, &rules(when), &draft).unwrap();
        self.then(when, DeedEvent::OpinionsHeard(heard))
    }

    /// One more fact, recorded when it happened.
    pub fn then(self, when: &str, event: DeedEvent) -> Self {
        self.event(event, at(when), at(when))
    }

    pub fn event(mut self, event: DeedEvent, occurred_at: DateTime<Utc>, recorded_at: DateTime<Utc>) -> Self {
        let version = self.deed.version + 1;
        let stamp = Stamp {
            position: 100 + version,
            version,
            occurred_at,
            recorded_at,
            policy: Some(POLICY.position()),
            calendar: CALENDARS.newest(),
            account: None,
        };
        self.deed.apply(&event, &stamp);
        self.events.push((event, stamp));
        self
    }

    /// The claim of the newest event.
    pub fn newest(&self) -> Claim {
        Claim::from(&self.events.last().unwrap().1)
    }
}
