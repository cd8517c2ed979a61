//! Studies filed, deeds kept, cases selected: each is one member, of the year in which its day lies.

use super::super::{Undertaken, What, judge_case, judge_deed, judge_study};
use super::*;
use crate::Stamp;
use crate::calendar::Calendars;
use crate::deed::fixture::{self as deeds, completed};
use crate::deed::{DeedAbandoned, DeedEvent};
use crate::fixtures::stamp;
use crate::ids::{FileId, OfficeId};
use crate::issue::fixture::CALENDARS;
use crate::office::{OfficeEvent, OfficeRegistered, Offices};
use crate::session::fixture::{GRID, PARTY};
use crate::study::{StudyBegun, StudyEvent, StudyFinished, StudySubmitted, StudyUsed};
use crate::typical_case::{CaseDecided, CaseDeidentified, CaseNominated, CaseSources, CaseSubmitted, TypicalCaseEvent};
use crate::vocabulary::{OfficeKind, StudyUse};
use Indicator::{Deeds, Studies, TypicalCases};
use uuid::Uuid;

const STUDIO: OfficeId = OfficeId(Uuid::from_u128(0xb1));
const CONGRESS: OfficeId = OfficeId(Uuid::from_u128(0xb2));

static OFFICES: LazyLock<Offices> = LazyLock::new(|| {
    let mut offices = Offices::default();
    for (id, kind) in [(STUDIO, OfficeKind::PartyStudio), (CONGRESS, OfficeKind::CongressOffice)] {
        let registered = OfficeRegistered { name: id.to_string(), kind };
        offices.apply(id, &OfficeEvent::Registered(registered), &stamp(9, 1));
    }
    offices
});

/// Facts, each claimed for a time and recorded at another, decided under the policy and the calendars that there are.
fn told<E: Clone>(facts: &[(E, &str, &str)]) -> Vec<(E, Stamp)> {
    let of_one = |(version, (event, occurred, recorded)): (u64, &(E, &str, &str))| {
        let (policy, calendar) = (Some(POLICY.position()), CALENDARS.newest());
        let (occurred_at, recorded_at) = (at(occurred), at(recorded));
        (event.clone(), Stamp { occurred_at, recorded_at, policy, calendar, ..stamp(100 + version, version) })
    };
    (1..).zip(facts).map(of_one).collect()
}

fn at_once<E: Clone>(facts: &[(E, &'static str)]) -> Vec<(E, Stamp)> {
    let facts: Vec<_> = facts.iter().map(|(event, when)| (event.clone(), *when, *when)).collect();
    told(&facts)
}

fn counted(found: Option<Undertaken>, indicator: Indicator) -> Option<bool> {
    found.and_then(|found| found.finding.what.counts_for(indicator))
}

fn begun() -> StudyBegun {
    StudyBegun {
        grid_id: Some(GRID),
        topics: vec!["livelihood".to_owned()],
        lead_delegate_id: PARTY[0],
        delegate_ids: vec![PARTY[1]],
        file_ids: Vec::new(),
    }
}

/// Begun on 2026-11-02 and finished on Tuesday 2026-11-10: ten working days later is Tuesday 2026-11-24.
fn finished() -> Vec<(StudyEvent, &'static str)> {
    let written = StudyFinished { file_ids: vec![FileId(Uuid::from_u128(0xa1))] };
    vec![(StudyEvent::Started(begun()), "2026-11-02 09:00"), (StudyEvent::Finished(written), "2026-11-10 09:00")]
}

fn sent(office_id: OfficeId) -> StudyEvent {
    StudyEvent::Submitted(StudySubmitted { office_id, file_ids: Vec::new() })
}

fn study(events: &[(StudyEvent, Stamp)], seen_on: &str) -> Option<Undertaken> {
    judge_study(events, &OFFICES, &seen(seen_on), &BOOK)
}

#[test]
fn a_study_is_filed_when_both_offices_have_it_by_the_day_due() {
    let with = |more: &[(StudyEvent, &'static str)]| {
        let facts = [finished(), more.to_vec()].concat();
        counted(study(&at_once(&facts), "2026-12-31"), Studies)
    };
    assert_eq!(with(&[]), Some(false));
    assert_eq!(with(&[(sent(STUDIO), "2026-11-12 09:00")]), Some(false));
    let first = (sent(STUDIO), "2026-11-12 09:00");
    assert_eq!(with(&[first.clone(), (sent(CONGRESS), "2026-11-24 17:00")]), Some(true));
    assert_eq!(with(&[first, (sent(CONGRESS), "2026-11-25 09:00")]), Some(false));
}

#[test]
fn a_study_belongs_to_its_lead_and_its_grid_from_the_day_that_it_is_due() {
    let events = at_once(&finished());
    assert_eq!(study(&events, "2026-11-23"), None);
    let found = study(&events, "2026-11-24").unwrap();
    assert_eq!((found.delegate, found.grid_id, found.first_position), (Some(PARTY[0]), Some(GRID), 101));
    assert_eq!(
        (found.finding.dates.due_on, found.finding.dates.finished_on),
        (Some(day("2026-11-24")), Some(day("2026-11-10")))
    );
    assert!(!found.finding.provisional);
    // Not finished, it is due on no day; an inspection need not be with both.
    assert_eq!(study(&events[..1], "2026-12-31"), None);
    assert_eq!(study(&at_once(&[(StudyEvent::Inspected(begun()), "2026-11-02 09:00")]), "2026-12-31"), None);
    let town = StudyBegun { grid_id: None, ..begun() };
    let of_town = [vec![(StudyEvent::Started(town), "2026-11-02 09:00")], finished()[1..].to_vec()].concat();
    assert_eq!(study(&at_once(&of_town), "2026-12-31").unwrap().grid_id, None);
}

#[test]
fn filing_that_was_written_down_too_late_gains_nothing() {
    let with = |recorded: &str| {
        let mut facts: Vec<_> = finished().into_iter().map(|(event, when)| (event, when, when)).collect();
        facts.push((sent(STUDIO), "2026-11-12 09:00", "2026-11-12 09:00"));
        facts.push((sent(CONGRESS), "2026-11-24 17:00", recorded));
        counted(study(&told(&facts), "2026-12-31"), Studies)
    };
    assert_eq!((with("2026-11-25 09:00"), with("2026-11-26 09:00")), (Some(true), Some(false)));
}

#[test]
fn what_was_made_of_studies_stands_beside_how_many_were_filed() {
    let used = StudyEvent::Used(StudyUsed { office_id: CONGRESS, used_as: StudyUse::Adopted });
    let facts = [finished(), vec![(sent(CONGRESS), "2026-11-12 09:00"), (used, "2026-12-20 09:00")]].concat();
    let mut tally = Tally::default();
    for events in [at_once(&facts), at_once(&finished())] {
        tally.take(&study(&events, "2026-12-31").unwrap().finding);
    }
    let Measure::Used { share, referenced } = measure(&tally, Studies) else { panic!("of another kind") };
    assert_eq!(((share.n, share.of), (referenced.n, referenced.of)), ((0, 2), (1, 2)));
}

#[test]
fn a_calendar_published_since_moves_a_study_to_a_later_day_only() {
    // Finished when no calendar was known: ten weekdays after Tuesday 2026-09-22 are Tuesday 2026-10-06. By the calendar
    // published since, the holiday of October takes seven of them, and the weekend that makes up for it gives some back.
    let mut events = at_once(&[
        (StudyEvent::Started(begun()), "2026-09-01 09:00"),
        (StudyEvent::Finished(StudyFinished { file_ids: Vec::new() }), "2026-09-22 09:00"),
    ]);
    events[1].1.calendar = None;
    let due_on = |book: &Book| {
        let found = judge_study(&events, &OFFICES, &seen("2026-12-31"), book).unwrap();
        (found.finding.dates.due_on.unwrap().to_string(), found.finding.provisional)
    };
    assert_eq!(due_on(&BOOK), (CALENDARS.after(day("2026-09-22"), 10).on.to_string(), false));
    let bare = Book::new(RuleSet::NEWEST, &fixtures::policies(), &Calendars::default(), day("2026-12-31")).unwrap();
    assert_eq!(due_on(&bare), ("2026-10-06".to_owned(), true));
}

fn deed(given: &deeds::Given, seen_on: &str) -> Option<Undertaken> {
    judge_deed(&given.events, &seen(seen_on), &BOOK)
}

/// Pledged for Thursday 2026-12-10.
#[test]
fn a_deed_is_kept_by_the_day_promised_and_given_up_it_is_not() {
    let pledged = deeds::Given::pledged();
    assert_eq!(deed(&pledged, "2026-12-09"), None);
    assert_eq!(counted(deed(&pledged, "2026-12-10"), Deeds), Some(false));
    let found = deed(&deeds::Given::completed(), "2026-12-31").unwrap();
    assert_eq!((found.delegate, found.grid_id), (Some(PARTY[0]), Some(GRID)));
    assert_eq!(found.finding.what, What::Deed { kept: true });
    assert_eq!(found.finding.dates.finished_on, Some(day("2026-11-30")));
    let abandoned = pledged.clone().then("2026-11-30 09:00", DeedEvent::Abandoned(DeedAbandoned {}));
    assert_eq!(counted(deed(&abandoned, "2026-12-31"), Deeds), Some(false));
    let done = |occurred: &str, recorded: &str| {
        counted(deed(&pledged.clone().event(completed(), at(occurred), at(recorded)), "2026-12-31"), Deeds)
    };
    assert_eq!(done("2026-12-10 16:00", "2026-12-11 09:00"), Some(true));
    assert_eq!(done("2026-12-10 16:00", "2026-12-14 09:00"), Some(false));
    assert_eq!(done("2026-12-11 09:00", "2026-12-11 09:00"), Some(false));
    assert_eq!(judge_deed(&[], &seen("2026-12-31"), &BOOK), None);
}

fn case(submitted: (&'static str, &'static str), decided: Option<TypicalCaseEvent>) -> Vec<(TypicalCaseEvent, Stamp)> {
    let nominated = CaseNominated { grid_id: GRID, sources: CaseSources::default() };
    let early = "2026-11-20 09:00";
    let mut facts = vec![
        (TypicalCaseEvent::Nominated(nominated), early, early),
        (TypicalCaseEvent::Deidentified(CaseDeidentified { consent_file_id: None }), early, early),
        (TypicalCaseEvent::Submitted(CaseSubmitted { office_id: STUDIO }), submitted.0, submitted.1),
    ];
    facts.extend(decided.map(|decided| (decided, "2027-01-11 09:00", "2027-01-11 09:00")));
    told(&facts)
}

#[test]
fn a_case_is_of_the_year_in_which_it_was_submitted_and_selected_whenever_that_was() {
    let on_the_day = ("2026-12-30 09:00", "2026-12-30 09:00");
    let of = |events: &[(TypicalCaseEvent, Stamp)], year, seen_on: &str| {
        judge_case(events, &Period::of(year, day(seen_on)).unwrap(), &BOOK)
    };
    let waiting = of(&case(on_the_day, None), 2026, "2027-01-31").unwrap();
    assert_eq!((waiting.delegate, waiting.grid_id), (None, Some(GRID)));
    assert_eq!(waiting.finding.what, What::TypicalCase { selected: false });
    let selected = case(on_the_day, Some(TypicalCaseEvent::Selected(CaseDecided {})));
    let found = of(&selected, 2026, "2027-01-31").unwrap();
    assert_eq!(counted(Some(found), TypicalCases), Some(true));
    assert_eq!(found.finding.dates.decided_on, Some(day("2027-01-11")));
    let rejected = case(on_the_day, Some(TypicalCaseEvent::Rejected(CaseDecided {})));
    assert_eq!(counted(of(&rejected, 2026, "2027-01-31"), TypicalCases), Some(false));
    assert_eq!(of(&selected, 2027, "2027-01-31"), None);
    // Written down too late, it counts in the year of its recording.
    let late = case(("2026-12-30 09:00", "2027-01-05 09:00"), None);
    assert_eq!((of(&late, 2026, "2027-01-31"), of(&late, 2027, "2027-01-31").is_some()), (None, true));
    // Never submitted, it is none.
    assert_eq!(of(&case(on_the_day, None)[..2], 2026, "2027-01-31"), None);
}
