//! A delegate takes on a deed: it has an owner and a day (C-3.4).

use super::events::{Beneficiary, DeedPledged};
use crate::area::place_faults;
use crate::deadline::within_reach;
use crate::ids::{AreaId, DelegateId, IssueId};
use crate::reception::People;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::DeedKind;
use chrono::{DateTime, NaiveDate, Utc};

/// People whom one deed names, as many as a reception has visitors: with name and number they fill one leaf (FORMAT §1).
pub const BENEFICIARIES_MAX: usize = crate::reception::VISITORS_MAX;
/// Issues that one deed names. A bound on what a leaf holds, not a rule of the service.
pub const ISSUES_MAX: usize = 20;

/// A deed as it is pledged, but for its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PledgeDraft {
    /// Which kind of service.
    pub kind: DeedKind,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// Who takes it on. One of another grid is welcome.
    pub owner_delegate_id: DelegateId,
    /// The day by which it is promised.
    pub promised_on: NaiveDate,
    /// For whom it is.
    pub beneficiaries: Vec<Beneficiary>,
    /// Issues that it goes back to.
    pub issues: Vec<LinkedIssue>,
    /// When it is pledged.
    pub at: DateTime<Utc>,
}

/// An issue that a deed names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkedIssue {
    /// Which.
    pub id: IssueId,
    /// Whether there is one of that id.
    pub exists: bool,
}

/// What could be read of a pledge. A value that is not there was not sent, or could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PledgeParts {
    /// The grid.
    pub grid_id: Option<AreaId>,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// Who takes it on.
    pub owner_delegate_id: Option<DelegateId>,
    /// The day by which it is promised.
    pub promised_on: Option<NaiveDate>,
    /// Issues that it goes back to.
    pub issue_ids: Vec<IssueId>,
    /// When it is said to be pledged; absent for now.
    pub at: Option<DateTime<Utc>>,
}

/// Everything that does not fit in what could be read of a pledge, as far as the town knows it.
///
/// [`Code::UnknownId`], [`Code::UnitNotInGrid`]; [`Code::DelegateWithoutMandate`] on the day of the pledge;
/// [`Code::NotLater`] and [`Code::DueTooFar`] at `/promised_on`; [`Code::Duplicate`]; [`Code::BeforeProgramme`].
pub fn pledge_faults(people: &People<'_>, rules: &Rules<'_>, parts: &PledgeParts) -> Vec<Refusal> {
    let pledged_on = rules.town_date(parts.at.unwrap_or(rules.now));
    let mut faults = place_faults(people.areas, parts.grid_id, parts.unit_id);
    if let Some(who) = parts.owner_delegate_id {
        faults.extend(owner(people, who, pledged_on).map_err(|no| no.at("/owner_delegate_id")).err());
    }
    if let Some(on) = parts.promised_on {
        faults.extend(promise(pledged_on, on).map_err(|no| no.at("/promised_on")).err());
    }
    for (index, issue) in parts.issue_ids.iter().enumerate() {
        if parts.issue_ids[..index].contains(issue) {
            faults.push(Refusal::new(Code::Duplicate).under("C-3.4").at(format!("/issue_ids/{index}")));
        }
    }
    faults.extend(people.in_programme(pledged_on).map_err(|no| no.at("/occurred_at")).err());
    faults
}

/// Pledges a deed (C-3.4). A pledge written down late is one like any other, also where its day has passed: it is owed from
/// then on, and late.
///
/// Errors, all at once: those of [`pledge_faults`]; [`Code::UnknownId`] of an issue; [`Code::TooMany`]; a time in the future.
pub fn pledge(people: &People<'_>, rules: &Rules<'_>, draft: &PledgeDraft) -> Result<DeedPledged, Vec<Refusal>> {
    let parts = PledgeParts {
        grid_id: Some(draft.grid_id),
        unit_id: draft.unit_id,
        owner_delegate_id: Some(draft.owner_delegate_id),
        promised_on: Some(draft.promised_on),
        issue_ids: draft.issues.iter().map(|issue| issue.id).collect(),
        at: Some(draft.at),
    };
    let mut faults = pledge_faults(people, rules, &parts);
    let unknown = draft.issues.iter().enumerate().filter(|(_, issue)| !issue.exists);
    faults.extend(
        unknown.map(|(index, _)| Refusal::new(Code::UnknownId).under("C-3.4").at(format!("/issue_ids/{index}"))),
    );
    for (list, count, most) in [
        ("/beneficiaries", draft.beneficiaries.len(), BENEFICIARIES_MAX),
        ("/issue_ids", draft.issues.len(), ISSUES_MAX),
    ] {
        if count > most {
            faults.push(Refusal::new(Code::TooMany).under("C-3.4").at(list));
        }
    }
    let claimed = rules.claimed(draft.at, DateTime::<Utc>::MIN_UTC, Code::BeforePrevious);
    faults.extend(claimed.map_err(|no| no.at("/occurred_at")).err());
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(DeedPledged {
        kind: draft.kind,
        grid_id: draft.grid_id,
        unit_id: draft.unit_id,
        owner_delegate_id: draft.owner_delegate_id,
        promised_on: draft.promised_on,
        beneficiaries: draft.beneficiaries.clone(),
        issue_ids: draft.issues.iter().map(|issue| issue.id).collect(),
    })
}

/// Whoever owns a deed holds a mandate on the day of the pledge.
///
/// Errors: [`Code::UnknownId`], [`Code::DelegateWithoutMandate`].
pub(super) fn owner(people: &People<'_>, who: DelegateId, pledged_on: NaiveDate) -> Result<(), Refusal> {
    people.delegates.holding(who, pledged_on).map(drop)
}

/// What is promised is promised for the day of the pledge or a later one.
///
/// Errors: [`Code::NotLater`], [`Code::DueTooFar`].
pub(super) fn promise(pledged_on: NaiveDate, promised_on: NaiveDate) -> Result<(), Refusal> {
    within_reach(promised_on).map_err(|no| no.under("C-3.4"))?;
    if promised_on >= pledged_on {
        return Ok(());
    }
    Err(Refusal::new(Code::NotLater).under("C-3.4").because(
        format!("承诺日期不得早于认领之日 {pledged_on}。"),
        format!("The day promised must be the day of the pledge, {pledged_on}, or later."),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::deed::fixture::{ISSUE, draft, said};
    use crate::fixtures::day;
    use crate::issue::fixture::{at, rules};
    use crate::session::fixture::{BOTH, LATER, NOBODY, OTHER_GRID, OTHER_VILLAGE, TOWN, VILLAGE};
    use uuid::Uuid;

    const NOW: &str = "2026-11-19 14:00";

    fn no(draft: &PledgeDraft) -> Vec<String> {
        said(&pledge(&TOWN.people(), &rules(NOW), draft).unwrap_err())
    }

    #[test]
    fn a_pledge_has_an_owner_and_a_day_and_says_all_that_was_said() {
        let issues = vec![LinkedIssue { id: ISSUE, exists: true }];
        let draft = PledgeDraft { unit_id: Some(VILLAGE), issues, ..draft(NOW) };
        let pledged = pledge(&TOWN.people(), &rules(NOW), &draft).unwrap();
        assert_eq!(pledged.promised_on, day("2026-12-10"));
        assert_eq!((pledged.owner_delegate_id, pledged.unit_id), (draft.owner_delegate_id, Some(VILLAGE)));
        assert_eq!((pledged.issue_ids, pledged.beneficiaries), (vec![ISSUE], draft.beneficiaries));
    }

    #[test]
    fn a_delegate_of_another_grid_may_take_it_on() {
        let draft = PledgeDraft { owner_delegate_id: BOTH, ..draft(NOW) };
        assert!(pledge(&TOWN.people(), &rules(NOW), &draft).is_ok());
    }

    #[test]
    fn the_day_promised_is_that_of_the_pledge_or_later() {
        let promised = |on: &str| PledgeDraft { promised_on: day(on), ..draft(NOW) };
        assert!(pledge(&TOWN.people(), &rules(NOW), &promised("2026-11-19")).is_ok());
        assert_eq!(no(&promised("2026-11-18")), ["not_later C-3.4 /promised_on"]);
        assert!(pledge(&TOWN.people(), &rules(NOW), &promised("2100-12-31")).is_ok());
        assert_eq!(no(&promised("2101-01-01")), ["due_too_far C-3.4 /promised_on"]);
        // Written down after its day: it is a pledge still.
        let late = PledgeDraft { at: at("2026-11-02 09:00"), promised_on: day("2026-11-10"), ..draft(NOW) };
        assert!(pledge(&TOWN.people(), &rules(NOW), &late).is_ok());
    }

    #[test]
    fn everything_that_does_not_fit_is_told_at_once() {
        let stranger = LinkedIssue { id: IssueId(Uuid::from_u128(0x98)), exists: false };
        let known = LinkedIssue { id: ISSUE, exists: true };
        let wrong = PledgeDraft {
            grid_id: AreaId(NOBODY.0),
            unit_id: Some(AreaId(NOBODY.0)),
            owner_delegate_id: NOBODY,
            promised_on: day("2026-11-01"),
            beneficiaries: vec![Beneficiary { subject: "s/1".to_owned() }; BENEFICIARIES_MAX + 1],
            issues: vec![known, stranger, known],
            at: at("2026-11-19 14:01"),
            ..draft(NOW)
        };
        let all = [
            "unknown_id - /grid_id",
            "unknown_id - /unit_id",
            "unknown_id - /owner_delegate_id",
            "not_later C-3.4 /promised_on",
            "duplicate C-3.4 /issue_ids/2",
            "unknown_id C-3.4 /issue_ids/1",
            "too_many C-3.4 /beneficiaries",
            "in_the_future - /occurred_at",
        ];
        assert_eq!(no(&wrong), all);
    }

    #[test]
    fn owner_unit_and_day_are_those_of_the_service() {
        let of = |who| PledgeDraft { owner_delegate_id: who, ..draft(NOW) };
        assert_eq!(no(&of(LATER)), ["delegate_without_mandate C-1 /owner_delegate_id"]);
        let unit = PledgeDraft { unit_id: Some(OTHER_VILLAGE), ..draft(NOW) };
        assert_eq!(no(&unit), ["unit_not_in_grid C-1 /unit_id"]);
        assert!(pledge(&TOWN.people(), &rules(NOW), &PledgeDraft { grid_id: OTHER_GRID, ..unit }).is_ok());
        let before = PledgeDraft { at: at("2023-11-30 10:00"), ..of(BOTH) };
        let refusals = ["delegate_without_mandate C-1 /owner_delegate_id", "before_programme C-0 /occurred_at"];
        assert_eq!(no(&before), refusals);
        let people = People { programme: None, ..TOWN.people() };
        let refusals = pledge(&people, &rules(NOW), &draft(NOW)).unwrap_err();
        assert_eq!(said(&refusals), ["before_programme C-0 /occurred_at"]);
    }

    #[test]
    fn a_deed_names_no_more_issues_than_a_leaf_holds() {
        let issues = |count: u128| {
            let issue = |n| LinkedIssue { id: IssueId(Uuid::from_u128(n)), exists: true };
            PledgeDraft { issues: (0..count).map(issue).collect(), ..draft(NOW) }
        };
        assert!(pledge(&TOWN.people(), &rules(NOW), &issues(20)).is_ok());
        assert_eq!(no(&issues(21)), ["too_many C-3.4 /issue_ids"]);
    }
}
