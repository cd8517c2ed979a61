//! O-10 to O-13, O-20 and O-21: what quarters, half-years and years make a grid, a convener and a delegate owe.

use super::things::{EXCUSED, JIANGQIAO, KEPT, LATE_KEPT, MISSING, OPEN, STUDIO, minute, statuses, told, town};
use crate::Stamp;
use crate::activity::{ActivityEvent, ActivityHeld};
use crate::appraisal::{AppraisalEvent, ReportSubmitted, ResultPublished};
use crate::area::AreaEvent;
use crate::clock::{Happened, LedgerEntry, Members, ObligationEvent, Recorded, Subject, Timeline, years_of_activity};
use crate::delegate::{DelegateEvent, Departed, MandateGiven, Registered};
use crate::fixtures::{POLICY, day};
use crate::ids::{ActivityId, AreaId, MeetingId, TypicalCaseId};
use crate::issue::fixture::at;
use crate::meeting::{MeetingClosed, MeetingConvened, MeetingEvent};
use crate::policy::PolicyEvent;
use crate::reception::ReceivingDelegate;
use crate::session::fixture::{GRID, OTHER_GRID, PARTY};
use crate::typical_case::{CaseNominated, CaseSources, CaseSubmitted, TypicalCaseEvent};
use crate::vocabulary::{
    ActivityKind, AttendanceClass, DelegateType, DepartureReason, MeetingKind, ObligationStatus, Shortfall,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The end of the next year.
pub(super) const AFTER: &str = "2027-12-31 09:00";

fn seats() -> Vec<ReceivingDelegate> {
    vec![ReceivingDelegate { delegate_id: PARTY[0], delegate_type: DelegateType::Party }]
}

/// Facts at minutes of the town, each recorded at another, in one stream.
pub(super) fn stream<E: Clone>(first: u64, facts: &[(E, &str, &str)]) -> Vec<(E, Stamp)> {
    let facts = (1..).zip(facts).map(|(version, (event, occurred, recorded))| {
        let stamp = Stamp { occurred_at: at(occurred), ..minute(first + version, version, recorded) };
        (event.clone(), stamp)
    });
    facts.collect()
}

pub(super) fn held(kind: ActivityKind, grid_ids: &[AreaId], classes: &[AttendanceClass]) -> ActivityEvent {
    ActivityEvent::Held(ActivityHeld {
        kind,
        grid_ids: grid_ids.to_vec(),
        unit_id: None,
        delegates: seats(),
        attendance: classes.iter().map(|class| (*class, 3)).collect(),
        file_ids: Vec::new(),
        outreach_form: None,
        office_ids: Vec::new(),
        questions: None,
        briefings: None,
        mode: None,
    })
}

pub(super) fn theme() -> ActivityEvent {
    held(ActivityKind::ThemeActivity, &[GRID], &[])
}

const EVERY_CLASS: [AttendanceClass; 3] =
    [AttendanceClass::MassOrganisation, AttendanceClass::PartyMember, AttendanceClass::Resident];

/// A regular meeting of a day, with what came before it.
pub(super) fn meeting(
    first: u64,
    held: &str,
    recorded: &str,
    items: &[(MeetingEvent, &str, &str)],
) -> Vec<(MeetingEvent, Stamp)> {
    let convened = MeetingConvened {
        grid_id: GRID,
        kind: MeetingKind::Regular,
        scheduled_on: day(&held[..10]),
        with_work_meeting: true,
    };
    let closed = MeetingClosed { delegates: seats(), attendance: BTreeMap::new(), file_ids: Vec::new() };
    let mut facts = vec![(MeetingEvent::Convened(convened), "2026-01-05 09:00", "2026-01-05 09:00")];
    facts.extend(items.iter().cloned());
    facts.push((MeetingEvent::Closed(closed), held, recorded));
    stream(first, &facts)
}

pub(super) fn case(first: u64, submitted: &str, recorded: &str) -> Vec<(TypicalCaseEvent, Stamp)> {
    let nominated = CaseNominated { grid_id: GRID, sources: CaseSources::default() };
    let sent = TypicalCaseEvent::Submitted(CaseSubmitted { office_id: STUDIO });
    stream(
        first,
        &[
            (TypicalCaseEvent::Nominated(nominated), "2026-01-05 09:00", "2026-01-05 09:00"),
            (sent, submitted, recorded),
        ],
    )
}

/// 2026 of the grid, with activities that were held.
fn year(activities: &[(ActivityEvent, &str, &str)]) -> Recorded {
    let streams = (0..).zip(activities).map(|(n, fact)| {
        (ActivityId(Uuid::from_u128(0x900 + u128::from(n))), stream(1000 + 10 * n, std::slice::from_ref(fact)))
    });
    of_2026(Members { activities: streams.collect(), ..Members::default() })
}

fn of_2026(members: Members) -> Recorded {
    Recorded::GridYear { grid: GRID, year: 2026, members }
}

/// What is found of one code.
fn found(recorded: &Recorded, timeline: &Timeline, code: &str) -> Vec<String> {
    let all = told(recorded, timeline, AFTER).into_iter();
    all.filter(|one| one.starts_with(&format!("{code} "))).collect()
}

pub(super) fn entries(recorded: &Recorded, timeline: &Timeline, code: &str) -> Vec<LedgerEntry> {
    let mut entries = recorded.outlook(timeline, &BTreeMap::new(), at(AFTER)).entries;
    entries.retain(|entry| entry.key.code.as_str() == code);
    entries.sort_by_key(|entry| (entry.due_on, entry.key.clone()));
    entries
}

pub(super) fn how(recorded: &Recorded, timeline: &Timeline, code: &str, on: &str) -> Vec<ObligationStatus> {
    entries(recorded, timeline, code).iter().map(|entry| entry.status_on(day(on))).collect()
}

/// What was missing, by the first breach that tells of something.
pub(super) fn missing(recorded: &Recorded, timeline: &Timeline) -> Option<Vec<Shortfall>> {
    let found = recorded.happenings(timeline, &Happened::new(), at(AFTER));
    found.into_iter().find_map(|one| match one.event {
        ObligationEvent::Breached(breached) => Some(breached.missing).filter(|missing| !missing.is_empty()),
        ObligationEvent::TierReached(_) | ObligationEvent::Explained(_) | ObligationEvent::ExplanationDecided(_) => {
            None
        }
    })
}

#[test]
fn a_grid_that_does_nothing_is_found_quarter_by_quarter_and_announced_before() {
    let town = town();
    let nothing = of_2026(Members::default());
    assert_eq!(
        found(&nothing, &town, "O-10"),
        [
            "O-10 advance due 03-31 judged 03-03 09:00",
            "O-10 activity_missing due 03-31 judged 04-02 00:00",
            "O-10 advance due 06-30 judged 06-01 09:00",
            "O-10 activity_missing due 06-30 judged 07-02 00:00",
            // Sunday 09-20 is worked, Friday 09-25 is the Mid-Autumn Festival; after the National Day holiday the first
            // working day is 10-08.
            "O-10 advance due 09-30 judged 09-02 09:00",
            "O-10 activity_missing due 09-30 judged 10-09 00:00",
            "O-10 advance due 12-31 judged 12-03 09:00",
            "O-10 activity_missing due 12-31 judged 01-02 00:00",
        ]
    );
    let breaches = |code| found(&nothing, &town, code).into_iter().filter(|one| one.contains("missing")).count();
    assert_eq!((breaches("O-11"), breaches("O-13"), breaches("O-21")), (4, 2, 0));
    assert_eq!(how(&nothing, &town, "O-11", "2026-06-15"), [MISSING, OPEN, OPEN, OPEN]);
    assert_eq!(how(&nothing, &town, "O-21", "2026-07-02"), [MISSING, MISSING, OPEN, OPEN], "counted, and never found");
    let first = entries(&nothing, &town, "O-10").remove(0);
    assert_eq!((first.key.period.as_deref(), first.opens_on), (Some("2026-Q1"), day("2026-01-01")));
    assert_eq!((first.grid_id, first.events.len()), (GRID, 1), "the grid's definition");
    assert_eq!(Subject::of_key(&first.key), Some(Subject::GridYear(GRID, 2026)));
}

#[test]
fn an_activity_counts_for_the_quarter_it_was_held_in_whenever_it_was_recorded() {
    let town = town();
    let one = |occurred, recorded| year(&[(theme(), occurred, recorded)]);
    let in_time = one("2026-03-31 16:00", "2026-04-01 09:00");
    assert_eq!(how(&in_time, &town, "O-10", "2026-12-31"), [KEPT, MISSING, MISSING, OPEN]);
    assert_eq!(
        found(&in_time, &town, "O-10")[..2],
        ["O-10 advance due 03-31 judged 03-03 09:00", "O-10 advance due 06-30 judged 06-01 09:00"]
    );
    let late = one("2026-03-31 16:00", "2026-04-02 09:00");
    assert_eq!(how(&late, &town, "O-10", "2026-12-31"), [LATE_KEPT, MISSING, MISSING, OPEN]);
    assert_eq!(found(&late, &town, "O-10")[1], "O-10 activity_missing due 03-31 judged 04-02 00:00");
    // Once held, nobody is told of it in advance.
    assert!(!found(&one("2026-02-02 16:00", "2026-02-02 17:00"), &town, "O-10")[0].contains("due 03-31"));
    // Of another grid, or of another kind, it is none; one of both grids counts for each.
    let other = |event| year(&[(event, "2026-02-02 16:00", "2026-02-02 17:00")]);
    let q1 = |recorded: &Recorded| how(recorded, &town, "O-10", "2026-12-31")[0];
    assert_eq!(q1(&other(held(ActivityKind::ThemeActivity, &[OTHER_GRID], &[]))), MISSING);
    assert_eq!(q1(&other(held(ActivityKind::Outreach, &[GRID], &[]))), MISSING);
    assert_eq!(q1(&other(held(ActivityKind::ThemeActivity, &[OTHER_GRID, GRID], &[]))), KEPT);
}

#[test]
fn a_regular_meeting_is_held_in_each_quarter() {
    let town = town();
    let held = |on, recorded| {
        let meetings = BTreeMap::from([(MeetingId(Uuid::from_u128(0xa00)), meeting(2000, on, recorded, &[]))]);
        of_2026(Members { meetings, ..Members::default() })
    };
    let kept = held("2026-06-30 14:00", "2026-07-01 18:00");
    assert_eq!(how(&kept, &town, "O-11", "2026-12-31"), [MISSING, KEPT, MISSING, OPEN]);
    let late = held("2026-06-30 14:00", "2026-07-02 08:00");
    assert_eq!(how(&late, &town, "O-11", "2026-12-31"), [MISSING, LATE_KEPT, MISSING, OPEN]);
    assert!(found(&late, &town, "O-11").contains(&"O-11 meeting_missing due 06-30 judged 07-02 00:00".to_owned()));
}

#[test]
fn a_symposium_has_every_class_of_people() {
    let town = town();
    let of = |classes: &[AttendanceClass]| {
        year(&[(held(ActivityKind::Symposium, &[GRID], classes), "2026-05-11 14:00", "2026-05-11 17:00")])
    };
    let whole = of(&EVERY_CLASS);
    assert_eq!(how(&whole, &town, "O-13", "2027-06-30"), [KEPT, MISSING]);
    let without = of(&EVERY_CLASS[..1]);
    assert_eq!(how(&without, &town, "O-13", "2027-06-30"), [MISSING, MISSING]);
    let breaches: Vec<_> = found(&without, &town, "O-13").into_iter().filter(|one| one.contains("missing")).collect();
    assert_eq!(
        breaches,
        ["O-13 class_missing due 06-30 judged 07-02 00:00", "O-13 symposium_missing due 12-31 judged 01-02 00:00"]
    );
    assert_eq!(missing(&without, &town), Some(vec![Shortfall::PartyMember, Shortfall::Resident]));
}

#[test]
fn a_case_a_quarter_is_counted_by_its_first_submission() {
    let town = town();
    let submitted = |on, recorded| {
        let cases = BTreeMap::from([(TypicalCaseId(Uuid::from_u128(0xb00)), case(3000, on, recorded))]);
        of_2026(Members { cases, ..Members::default() })
    };
    assert_eq!(
        how(&submitted("2026-03-31 10:00", "2026-04-01 10:00"), &town, "O-21", "2026-12-31"),
        [KEPT, MISSING, MISSING, OPEN]
    );
    assert_eq!(
        how(&submitted("2026-03-31 10:00", "2026-04-07 10:00"), &town, "O-21", "2026-12-31"),
        [LATE_KEPT, MISSING, MISSING, OPEN]
    );
}

/// As many as the policy asks for, and none where it asks for none; from the first day of a period on.
#[test]
fn the_policy_in_force_on_the_first_day_says_how_many() {
    let mut town = town();
    let mut document: serde_json::Value = serde_json::from_str(POLICY).unwrap();
    document["effective_from"] = "2026-07-01".into();
    document["cadence"]["theme_activities_per_quarter"] = 2.into();
    document["cadence"]["meetings_per_quarter"] = 0.into();
    town.take(None, &PolicyEvent::VersionAdopted(document.into()).into(), &minute(90, 2, "2026-05-04 09:00"));
    let one = (theme(), "2026-08-03 14:00", "2026-08-03 17:00");
    let two = (theme(), "2026-08-10 14:00", "2026-08-10 17:00");
    let early = (theme(), "2026-02-02 14:00", "2026-02-02 17:00");
    assert_eq!(how(&year(&[early.clone(), one.clone()]), &town, "O-10", "2026-12-31"), [KEPT, MISSING, MISSING, OPEN]);
    assert_eq!(how(&year(&[early, one, two]), &town, "O-10", "2026-12-31"), [KEPT, MISSING, KEPT, OPEN]);
    assert_eq!(how(&year(&[]), &town, "O-11", "2026-12-31"), [MISSING, MISSING]);
}

/// A period counts if it begins on the day of the first policy that knows it, or later.
#[test]
fn periods_that_had_begun_when_the_clock_did_are_not_looked_at() {
    let mut town = Timeline::default();
    let adopted = |from: Option<&str>| {
        let mut document: serde_json::Value = serde_json::from_str(POLICY).unwrap();
        if let Some(from) = from {
            document["clock"]["from"] = from.into();
        }
        crate::event::Event::from(PolicyEvent::VersionAdopted(document.into()))
    };
    town.take(None, &adopted(None), &minute(3, 1, "2026-04-01 10:00"));
    let defined = crate::area::GridDefined { name: "太平网格".to_owned(), level: 1, parent_id: JIANGQIAO };
    town.take(Some(GRID.0), &AreaEvent::GridDefined(defined).into(), &minute(4, 1, "2026-08-03 09:00"));
    let nothing = of_2026(Members::default());
    let periods = |town: &Timeline| -> Vec<String> {
        entries(&nothing, town, "O-11").into_iter().filter_map(|entry| entry.key.period).collect()
    };
    // The second quarter was over when the grid was defined; of the third it owes what is left.
    assert_eq!(periods(&town), ["2026-Q3", "2026-Q4"]);
    assert_eq!(entries(&nothing, &town, "O-11")[0].opens_on, day("2026-08-03"));
    assert_eq!(entries(&nothing, &town, "O-13").len(), 1, "the first half began before the clock");
    let mut later = Timeline::default();
    later.take(None, &adopted(Some("2026-10-01")), &minute(3, 1, "2026-04-01 10:00"));
    let defined = crate::area::GridDefined { name: "太平网格".to_owned(), level: 1, parent_id: JIANGQIAO };
    later.take(Some(GRID.0), &AreaEvent::GridDefined(defined).into(), &minute(4, 1, "2026-01-05 09:00"));
    assert_eq!((periods(&later), entries(&nothing, &later, "O-13").len()), (vec!["2026-Q4".to_owned()], 0));
}

#[test]
fn a_correction_moves_an_activity_to_its_quarter_from_then_on() {
    let town = town();
    let corrected = ActivityEvent::Corrected(crate::correction::Corrected {
        event_version: 1,
        pointer: "/occurred_at".to_owned(),
        value: Some(crate::correction::CorrectedValue::Whole(at("2026-03-30 14:00").timestamp_millis())),
    });
    let events = stream(
        1000,
        &[(theme(), "2026-04-02 14:00", "2026-04-02 17:00"), (corrected, "2026-04-20 09:00", "2026-04-20 09:00")],
    );
    let both = [(GRID, 2026)].into();
    assert_eq!(years_of_activity(&events, chrono_tz::Asia::Shanghai), both);
    let activities = BTreeMap::from([(ActivityId(Uuid::from_u128(0x900)), events)]);
    let moved = of_2026(Members { activities, ..Members::default() });
    // It was found missing by what was known; what is corrected counts from when it was recorded.
    let breaches: Vec<_> = found(&moved, &town, "O-10").into_iter().filter(|one| one.contains("missing")).collect();
    assert_eq!(
        breaches[..2],
        ["O-10 activity_missing due 03-31 judged 04-02 00:00", "O-10 activity_missing due 06-30 judged 07-02 00:00"]
    );
    assert_eq!(how(&moved, &town, "O-10", "2026-12-31")[..2], [LATE_KEPT, MISSING]);
}

/// Held on Tuesday 2026-11-10: evidence and reports are due five working days later.
/// The town with a delegate who holds a mandate from a day on.
fn with_delegate(events: &[(DelegateEvent, &str)]) -> Timeline {
    let mut town = town();
    for (version, (event, when)) in (1..).zip(events) {
        town.take(Some(PARTY[0].0), &event.clone().into(), &minute(300 + version, version, when));
    }
    town
}

fn delegate(more: &[(DelegateEvent, &'static str)]) -> Timeline {
    let registered = DelegateEvent::Registered(Registered { name: "王代表".to_owned() });
    let given = MandateGiven { delegate_type: DelegateType::Party, from: day("2024-01-01") };
    let mut events = vec![(registered, "2026-01-05 09:00"), (DelegateEvent::MandateGiven(given), "2026-01-05 09:00")];
    events.extend(more.iter().cloned());
    with_delegate(&events)
}

fn review(facts: &[(AppraisalEvent, &str, &str)]) -> Recorded {
    Recorded::DelegateYear { who: PARTY[0], year: 2026, events: stream(5000, facts) }
}

fn report(when: &'static str, recorded: &'static str) -> (AppraisalEvent, &'static str, &'static str) {
    let report = ReportSubmitted { year: 2026, delegate_id: PARTY[0], file_ids: Vec::new() };
    (AppraisalEvent::ReportSubmitted(report), when, recorded)
}

fn result(when: &'static str, recorded: &'static str) -> (AppraisalEvent, &'static str, &'static str) {
    (AppraisalEvent::ResultPublished(ResultPublished { year: 2026, delegate_id: PARTY[0] }), when, recorded)
}

/// Due on Wednesday 2027-03-31, a year without a calendar: weekdays alone are worked.
#[test]
fn a_year_is_reported_and_its_result_published() {
    let town = delegate(&[]);
    let nothing = review(&[]);
    assert_eq!(
        told(&nothing, &town, AFTER),
        [
            "O-20 advance due 03-31 judged 03-03 09:00",
            "O-20 reminder due 03-31 judged 04-01 09:00",
            "O-20 review_missing due 03-31 judged 04-02 00:00",
            "O-20 supervision due 03-31 judged 04-07 09:00",
            "O-20 circular due 03-31 judged 04-14 09:00",
        ]
    );
    assert_eq!(missing(&nothing, &town), Some(vec![Shortfall::Report, Shortfall::Result]));
    let entry = entries(&nothing, &town, "O-20").remove(0);
    assert_eq!((entry.opens_on, entry.provisional, entry.grid_id), (day("2026-12-31"), true, JIANGQIAO));
    assert_eq!(Subject::of_key(&entry.key), Some(Subject::DelegateYear(PARTY[0], 2026)));
    let both =
        |published, recorded| review(&[report("2026-12-10 09:00", "2026-12-10 09:00"), result(published, recorded)]);
    let kept = both("2027-03-31 09:00", "2027-04-01 08:00");
    assert_eq!((told(&kept, &town, AFTER).len(), statuses(&kept, &town, "2027-12-31")), (1, vec![KEPT]));
    let late = both("2027-03-31 09:00", "2027-04-02 08:00");
    assert_eq!(
        (missing(&late, &town), statuses(&late, &town, "2027-12-31")),
        (Some(vec![Shortfall::Result]), vec![LATE_KEPT])
    );
}

#[test]
fn who_holds_no_mandate_when_the_year_ends_owes_no_review_and_who_leaves_after_it_no_more() {
    let departed = |on: &str, when: &'static str| {
        let departed = Departed { reason_code: DepartureReason::TermEnd, on: day(on) };
        delegate(&[(DelegateEvent::Departed(departed), when)])
    };
    let nothing = review(&[]);
    let before = departed("2026-12-30", "2026-12-30 09:00");
    assert_eq!((told(&nothing, &before, AFTER), statuses(&nothing, &before, "2027-12-31")), (vec![], vec![]));
    let after = departed("2027-02-01", "2027-02-01 09:00");
    assert_eq!((told(&nothing, &after, AFTER), statuses(&nothing, &after, "2027-12-31")), (vec![], vec![EXCUSED]));
    let too_late = departed("2027-04-01", "2027-04-01 12:00");
    assert_eq!(statuses(&nothing, &too_late, "2027-12-31"), [MISSING]);
}
