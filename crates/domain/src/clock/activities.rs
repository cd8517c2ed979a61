//! What a theme activity makes people owe once it was held: its evidence, and its report to both offices (O-10).

use super::obligation::{Charge, Key, Obligation, OwedBy, Part, Waits};
use super::promising::due;
use super::things::{ThingKnown, folded, later, shortfall};
use crate::Stamp;
use crate::activity::{Activity, ActivityEvent, evidence_on, reported_on, reports_due_on};
use crate::claims::Claim;
use crate::filing;
use crate::ids::{ActivityId, AreaId, FileId};
use crate::policy::Policy;
use crate::vocabulary::{ActivityKind, Breach, FileKind, ObligationCode, ObligationPart};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// O-10, parts evidence and reports. `kinds` are those of its files, which were there before it named them. What is of several
/// grids is owed by the town, as is every report.
pub fn of_activity<'a>(
    id: ActivityId,
    events: &[(ActivityEvent, Stamp)],
    kinds: &BTreeMap<FileId, FileKind>,
    known: &ThingKnown<'a>,
) -> Vec<Obligation<'a>> {
    let activity: Activity = folded(events);
    let is_theme = activity.exists() && activity.kind == ActivityKind::ThemeActivity;
    let under = known.policy(activity.policy).zip(known.areas.town()).filter(|_| is_theme);
    let Some((policy, town)) = under else { return Vec::new() };
    let of = OfActivity { id, activity: &activity, policy, town: town.id, known };
    vec![of.evidence(kinds), of.reports()]
}

struct OfActivity<'s, 'a> {
    id: ActivityId,
    activity: &'s Activity,
    policy: &'a Policy,
    town: AreaId,
    known: &'s ThingKnown<'a>,
}

impl<'a> OfActivity<'_, 'a> {
    fn evidence(&self, kinds: &BTreeMap<FileId, FileKind>) -> Obligation<'a> {
        let kept = evidence_on(self.activity, kinds, self.policy, self.known.calendars);
        let owed_by = OwedBy::area(self.activity.grid().unwrap_or(self.town));
        self.owed(ObligationPart::Evidence, owed_by, kept, |due_on| {
            Charge::of(Breach::EvidenceMissing, due_on, later(kept, due_on))
        })
    }

    fn reports(&self) -> Obligation<'a> {
        let ThingKnown { offices, calendars, .. } = *self.known;
        let kept = reported_on(self.activity, offices, self.policy, calendars);
        self.owed(ObligationPart::Reports, OwedBy::area(self.town), kept, |due_on| {
            let in_time = |sent: &filing::Submission| sent.claim.counts_on(self.policy, calendars) <= due_on;
            let without = filing::without(&self.activity.submissions, offices, in_time);
            let missing = without.into_iter().filter_map(shortfall).collect();
            Charge { missing, ..Charge::of(Breach::ReportMissing, due_on, later(kept, due_on)) }
        })
    }

    fn owed(
        &self,
        part: ObligationPart,
        owed_by: OwedBy,
        kept: Option<(NaiveDate, Claim)>,
        charge: impl FnOnce(NaiveDate) -> Charge,
    ) -> Obligation<'a> {
        let (activity, policy) = (self.activity, self.policy);
        let by = (ObligationCode::O10, policy, self.known.editions);
        let count = |calendars: &crate::calendar::Calendars| reports_due_on(activity, policy, calendars);
        let due_on = due(by, activity.held, kept.map(|(_, by)| by), &count);
        let key = Key {
            code: ObligationCode::O10,
            part: Some(Part::Word(part)),
            about: format!("activity/{}", self.id),
            period: None,
        };
        let whose = (activity.grid().unwrap_or(self.town), owed_by);
        Obligation {
            provisional: self.known.provisional(activity.held_on(policy), due_on),
            kept,
            waits: kept.is_none().then_some(Waits::On),
            charges: vec![charge(due_on)],
            ..Obligation::opened(key, whose, activity.held, due_on, policy)
        }
    }
}
