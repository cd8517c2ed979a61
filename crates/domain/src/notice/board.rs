//! A unit's board: what hung there, held against the session as it stands (C-5.2).

use super::due::{NoticeDue, notice_due, owing_units};
use crate::area::Areas;
use crate::ids::{AreaId, DelegateId};
use crate::session::{DayRules, Notice, NoticeContent, Session, Slot};
use crate::vocabulary::{NoticeDifference, NoticeTiming};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// The board of one unit, for one session, as of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board<'s> {
    /// Whose.
    pub unit_id: AreaId,
    /// What hung there first, and when that counts from.
    pub posted: Option<(&'s Notice, NaiveDate)>,
    /// What hangs there; after the day of the session, what hung there on it.
    pub newest: Option<&'s Notice>,
    /// Whether it was posted in time.
    pub timing: Option<NoticeTiming>,
    /// In what it is unlike the session.
    pub differences: Vec<NoticeDifference>,
    /// Whether it was amended on the day itself, later, or too short a time before.
    pub same_day_change: bool,
}

impl<'s> Board<'s> {
    /// The boards of all units that owe the notice of a session.
    pub fn owed(session: &'s Session, areas: &'s Areas, rules: &DayRules<'s>) -> impl Iterator<Item = Self> {
        let rules = *rules;
        owing_units(areas, session, rules.policy, rules.calendars).map(move |unit| Self::of(session, unit.id, &rules))
    }

    /// The board of one unit.
    pub fn of(session: &'s Session, unit: AreaId, rules: &DayRules<'_>) -> Self {
        let DayRules { policy, calendars, today, .. } = *rules;
        let on = session.held.on;
        let counts_on = |notice: &Notice| notice.claim.counts_on(policy, calendars);
        let due = notice_due(session, policy, calendars);
        let posted = session.notices_of(unit).find(|notice| !notice.amends).map(|notice| (notice, counts_on(notice)));
        let newest = session.notices_of(unit).rfind(|notice| today <= on || counts_on(notice) <= on);
        let too_late = |notice: &Notice| {
            notice.amends && (on - counts_on(notice)).num_days() < i64::from(policy.notice.amendment_lead_days)
        };
        Self {
            unit_id: unit,
            posted,
            newest,
            timing: posted.map(|(_, posted_on)| timing(&due, posted_on)),
            differences: newest.map_or_else(Vec::new, |notice| differences(&notice.content, session, rules)),
            same_day_change: session.notices_of(unit).any(too_late),
        }
    }

    /// Whether nothing was posted.
    pub fn is_missing(&self) -> bool {
        self.posted.is_none()
    }

    /// Whether it was posted after its day.
    pub fn is_late(&self) -> bool {
        self.timing == Some(NoticeTiming::Late)
    }

    /// Whether what hangs there is not what is so.
    pub fn differs(&self) -> bool {
        !self.differences.is_empty()
    }
}

fn timing(due: &NoticeDue, posted_on: NaiveDate) -> NoticeTiming {
    if posted_on > due.unpunished_until {
        NoticeTiming::Late
    } else if due.shortened && posted_on > due.in_full {
        NoticeTiming::Shortened
    } else {
        NoticeTiming::InTime
    }
}

/// In what a notice is unlike a session. Who checked in besides those on duty is no difference: they are not on the rota; and
/// who is known to be gone by then is not to be named.
fn differences(content: &NoticeContent, session: &Session, rules: &DayRules<'_>) -> Vec<NoticeDifference> {
    let held = &session.held;
    let announced: BTreeSet<DelegateId> = content.delegate_ids.iter().copied().collect();
    let coming = session.coming(rules.delegates, rules.policy).map(Slot::on_duty);
    let coming: BTreeSet<DelegateId> = coming.collect();
    let compared = [
        (NoticeDifference::HeldOn, content.held_on != held.on),
        (NoticeDifference::From, content.from != held.from),
        (NoticeDifference::To, content.to != held.to),
        (NoticeDifference::Venue, content.venue != held.venue),
        (NoticeDifference::DelegateIds, announced != coming),
    ];
    compared.into_iter().filter(|(_, differs)| *differs).map(|(difference, _)| difference).collect()
}
