//! The review index never misses a stream: a plain reader of the whole log says which ones matter.

use super::dashboards::caught_up;
use super::fixture::{Office, ZONE, afternoon, day};
use crate::*;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::activity::{ActivityEvent, ActivityHeld};
use domain::appraisal::{AppraisalEvent, DisputeDecided, EntryDisputed, ReportSubmitted};
use domain::correction::{Corrected, CorrectedValue};
use domain::deed::{DeedEvent, DeedPledged};
use domain::event::Event;
use domain::ids::{ActivityId, AppraisalId, DeedId, DisputeId, MeetingId, StudyId, TypicalCaseId};
use domain::issue::Issue;
use domain::meeting::{MeetingClosed, MeetingConvened, MeetingEvent};
use domain::reception::Reception;
use domain::session::{Session, Slot};
use domain::study::{StudyBegun, StudyEvent, StudyFinished};
use domain::typical_case::{CaseNominated, CaseSources, TypicalCaseEvent};
use domain::vocabulary::{ActivityKind, DeedKind, Indicator, IssueState, MeetingKind};
use domain::{Fold, Stamp};
use event_store::{Position, StreamId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Year and whose review, to issues, receptions and sessions.
type Wanted = BTreeMap<(i32, Option<Uuid>), [BTreeSet<Uuid>; 3]>;

/// Years and people of a stream.
type Around = (BTreeSet<i32>, BTreeSet<Uuid>);

fn town(at: DateTime<Utc>) -> i32 {
    at.with_timezone(&ZONE).year()
}

/// What each review of `years` needs of the first `up_to` leaves, with no regard to how the index finds it.
async fn wanted(office: &Office, up_to: Position, years: &[i32]) -> Wanted {
    let mut issues: HashMap<Uuid, (Issue, BTreeSet<i32>, BTreeSet<Uuid>)> = HashMap::new();
    let mut receptions: HashMap<Uuid, (Reception, BTreeSet<i32>, BTreeSet<Uuid>)> = HashMap::new();
    let mut sessions: HashMap<Uuid, (Session, Around)> = HashMap::new();
    for recorded in office.everything().await.into_iter().take_while(|recorded| recorded.position <= up_to) {
        let leaf = recorded.leaf().unwrap();
        let at = |ms| DateTime::from_timestamp_millis(ms).unwrap();
        let stamp = Stamp {
            position: recorded.position.0,
            version: leaf.version.0,
            occurred_at: at(leaf.occurred_at),
            recorded_at: at(leaf.recorded_at),
            policy: leaf.policy.map(|position| position.0),
            calendar: leaf.calendar.map(|position| position.0),
            account: None,
        };
        let id = leaf.stream.uuid();
        match Event::decode(&leaf.event_type, leaf.schema, &leaf.public).unwrap() {
            Event::Issue(event) => {
                let (issue, days, people) = issues.entry(id.unwrap()).or_default();
                let waited_since = issue.interim_due_on.map(|on| on.year());
                issue.apply(&event, &stamp);
                days.extend([town(stamp.occurred_at), town(stamp.recorded_at), town(issue.raised_at)]);
                let on = |on: NaiveDate| on.year();
                days.extend([on(issue.due.on), on(issue.original_due.on)]);
                days.extend(issue.interim_due_on.map(on));
                days.extend(issue.answer.as_ref().and_then(|answer| answer.given.commitment_on).map(on));
                days.extend(issue.answer.as_ref().map(|answer| town(answer.delivered_at)));
                days.extend(waited_since.into_iter().flat_map(|since| since..=town(stamp.recorded_at)));
                people.extend([issue.grid_id.0, issue.responsible_delegate_id.0]);
                people.extend(issue.answer.as_ref().map(|answer| answer.given.answered_by.0));
            }
            Event::Reception(event) => {
                let (reception, days, people) = receptions.entry(id.unwrap()).or_default();
                reception.apply(&event, &stamp);
                days.extend([town(stamp.recorded_at), town(reception.held_at)]);
                people.insert(reception.grid_id.0);
                people.extend(reception.delegates.iter().map(|seat| seat.delegate_id.0));
            }
            Event::Session(event) => {
                let (session, (days, people)) = sessions.entry(id.unwrap()).or_default();
                session.apply(&event, &stamp);
                days.insert(session.held.on.year());
                people.insert(session.grid_id.0);
                people.extend(session.slots.iter().flat_map(Slot::holders).map(|who| who.0));
            }
            Event::Log(_)
            | Event::Account(_)
            | Event::Access(_)
            | Event::Proposal(_)
            | Event::Programme(_)
            | Event::Policy(_)
            | Event::Calendar(_)
            | Event::Area(_)
            | Event::Delegate(_)
            | Event::Office(_)
            | Event::Roster(_)
            | Event::MajorIssue(_)
            | Event::Leave(_)
            | Event::Activity(_)
            | Event::Meeting(_)
            | Event::Study(_)
            | Event::Deed(_)
            | Event::Appointment(_)
            | Event::TypicalCase(_)
            | Event::Obligation(_)
            | Event::Review(_)
            | Event::Appraisal(_)
            | Event::File(_)
            | Event::Erasure(_)
            | Event::LegalHold(_)
            | Event::PersonalData(_)
            | Event::LogOpening(_) => {}
        }
    }
    let mut wanted = Wanted::new();
    for year in years {
        for (id, (issue, days, people)) in &issues {
            let silent =
                issue.interim_due_on.is_some_and(|on| on.year() <= *year) && issue.state != IssueState::Answered;
            if days.contains(year) || silent {
                for of in people.iter().copied().map(Some).chain([None]) {
                    wanted.entry((*year, of)).or_default()[0].insert(*id);
                }
            }
        }
        let receptions = receptions.iter().map(|(id, (_, days, people))| (1, id, days, people));
        let sessions = sessions.iter().map(|(id, (_, (days, people)))| (2, id, days, people));
        for (family, id, _, people) in receptions.chain(sessions).filter(|(_, _, days, _)| days.contains(year)) {
            for of in people.iter().copied().map(Some).chain([None]) {
                wanted.entry((*year, of)).or_default()[family].insert(*id);
            }
        }
    }
    wanted
}

#[tokio::test]
async fn every_stream_that_a_review_needs_is_named() {
    let mut office = Office::open(41, &[2025, 2026]).await;
    let models = ReadModels::open(None, office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    office.live(80).await;
    let half = office.store.head().position;
    caught_up(&office, &models).await;
    // In the year after, something happens to a few old ones, and others still wait.
    office.live(80).await;
    office.it_is(day("2027-02-01"));
    office.raise(day("2026-12-28"), day("2027-01-05")).await;
    caught_up(&office, &models).await;
    let head = office.store.head().position;
    let years = [2025, 2026, 2027, 2028, 2030];
    let mut seen = [0; 3];
    for up_to in [half, head] {
        let wanted = wanted(&office, up_to, &years).await;
        let mut who: Vec<(ReviewOf, Option<Uuid>)> = vec![(ReviewOf::Town, None)];
        who.extend(office.grids.iter().map(|id| (ReviewOf::Grid(*id), Some(id.0))));
        who.extend(office.delegates.iter().map(|id| (ReviewOf::Delegate(*id), Some(id.0))));
        for year in years {
            for (of, id) in &who {
                let found = models.review_streams(year, *of, up_to).await.unwrap();
                assert_eq!(found.as_of_position, head);
                let found: [Vec<Uuid>; 3] = [
                    found.issues.iter().map(|id| id.0).collect(),
                    found.receptions.iter().map(|id| id.0).collect(),
                    found.sessions.iter().map(|id| id.0).collect(),
                ];
                let Some(wanted) = wanted.get(&(year, *id)) else { continue };
                for (family, (found, wanted)) in found.iter().zip(wanted).enumerate() {
                    assert!(found.is_sorted());
                    seen[family] += wanted.len();
                    for stream in wanted {
                        assert!(found.contains(stream), "{year} {of:?} {family} {stream}");
                    }
                }
            }
        }
    }
    assert!(seen.iter().all(|seen| *seen > 100), "{seen:?}");
    // And it spares something: nobody's review of a year in which nothing happened needs what was long over.
    let none = models.review_streams(2019, ReviewOf::Town, head).await.unwrap();
    assert_eq!((none.issues.len(), none.receptions.len(), none.sessions.len()), (0, 0, 0));
    let before = models.review_streams(2026, ReviewOf::Town, Position(3)).await.unwrap();
    assert_eq!((before.issues.len(), before.receptions.len(), before.sessions.len()), (0, 0, 0));
    models.shutdown().await;
}

/// A study of the whole town finished at the end of a year, a deed whose owner and day are corrected, and a case.
#[tokio::test]
async fn undertakings_are_named_for_the_years_and_for_those_that_they_concern() {
    let mut office = Office::open(43, &[2025, 2026]).await;
    let models = ReadModels::open(None, office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    let (study, deed, case) = (StudyId(office.id()), DeedId(office.id()), TypicalCaseId(office.id()));
    let (who, other, grid) = (office.delegates[0], office.delegates[1], office.grids[0]);
    let on = |text: &str| Some(afternoon(day(text)));
    let (at, of_study) = (day("2026-12-28"), StreamId::of("study", study.0));
    office.it_is(at);
    let begun = StudyBegun {
        grid_id: None,
        topics: vec!["livelihood".to_owned()],
        lead_delegate_id: who,
        delegate_ids: Vec::new(),
        file_ids: Vec::new(),
    };
    office.record(&of_study, Event::Study(StudyEvent::Started(begun)), on("2026-11-02")).await;
    let finished = StudyEvent::Finished(StudyFinished { file_ids: Vec::new() });
    office.record(&of_study, Event::Study(finished), on("2026-12-28")).await;
    let of_deed = StreamId::of("deed", deed.0);
    let pledged = DeedPledged {
        kind: DeedKind::Advice,
        grid_id: grid,
        unit_id: None,
        owner_delegate_id: who,
        promised_on: day("2026-12-30"),
        beneficiaries: Vec::new(),
        issue_ids: Vec::new(),
    };
    office.record(&of_deed, Event::Deed(DeedEvent::Pledged(pledged)), on("2026-12-01")).await;
    let mut correct = async |pointer: &str, value: CorrectedValue| {
        let corrected = Corrected { event_version: 1, pointer: pointer.to_owned(), value: Some(value) };
        office.record(&of_deed, Event::Deed(DeedEvent::Corrected(corrected)), None).await;
    };
    correct("/public/owner_delegate_id", CorrectedValue::Text(other.to_string())).await;
    correct("/public/promised_on", CorrectedValue::Text("2028-02-01".to_owned())).await;
    let nominated = CaseNominated { grid_id: grid, sources: CaseSources::default() };
    let of_case = StreamId::of("typical_case", case.0);
    office.record(&of_case, Event::TypicalCase(TypicalCaseEvent::Nominated(nominated)), on("2026-12-28")).await;
    caught_up(&office, &models).await;
    let head = office.store.head().position;
    let found = async |year: i32, of: ReviewOf| models.review_streams(year, of, head).await.unwrap();
    for year in [2026, 2027] {
        for of in [ReviewOf::Delegate(who), ReviewOf::Town] {
            assert_eq!(found(year, of).await.studies, [study], "{year} {of:?}");
        }
    }
    for of in [ReviewOf::Delegate(who), ReviewOf::Delegate(other), ReviewOf::Grid(grid), ReviewOf::Town] {
        assert_eq!((found(2026, of).await.deeds, found(2028, of).await.deeds), (vec![deed], vec![deed]), "{of:?}");
    }
    assert_eq!(found(2026, ReviewOf::Grid(grid)).await.typical_cases, [case]);
    assert!(found(2026, ReviewOf::Delegate(who)).await.typical_cases.is_empty());
    assert_eq!(found(2025, ReviewOf::Town).await, ReviewStreams { as_of_position: head, ..ReviewStreams::default() });
    models.shutdown().await;
}

/// An activity of two grids whose day is corrected, a meeting that was called in one year and held in the next, and an appraisal
/// in which something is disputed.
#[tokio::test]
async fn what_grids_hold_and_what_delegates_dispute_is_named() {
    let mut office = Office::open(44, &[2025, 2026]).await;
    let models = ReadModels::open(None, office.store.clone(), office.log_id, ZONE).await.unwrap();
    models.start().unwrap();
    let (activity, meeting) = (ActivityId(office.id()), MeetingId(office.id()));
    let (disputed, quiet) = (AppraisalId(office.id()), AppraisalId(office.id()));
    let (who, other, grids) = (office.delegates[0], office.delegates[1], [office.grids[0], office.grids[1]]);
    let on = |text: &str| Some(afternoon(day(text)));
    office.it_is(day("2027-01-11"));
    let held = ActivityHeld {
        kind: ActivityKind::ThemeActivity,
        grid_ids: grids.to_vec(),
        unit_id: None,
        delegates: Vec::new(),
        attendance: BTreeMap::new(),
        file_ids: Vec::new(),
        outreach_form: None,
        office_ids: Vec::new(),
        questions: None,
        briefings: None,
        mode: None,
    };
    let of_activity = StreamId::of("activity", activity.0);
    office.record(&of_activity, Event::Activity(ActivityEvent::Held(held)), on("2027-01-08")).await;
    let before = CorrectedValue::Whole(afternoon(day("2025-12-30")).timestamp_millis());
    let corrected = Corrected { event_version: 1, pointer: "/occurred_at".to_owned(), value: Some(before) };
    office.record(&of_activity, Event::Activity(ActivityEvent::Corrected(corrected)), None).await;
    let of_meeting = StreamId::of("meeting", meeting.0);
    let convened = MeetingConvened {
        grid_id: grids[0],
        kind: MeetingKind::Regular,
        scheduled_on: day("2026-12-22"),
        with_work_meeting: true,
    };
    office.record(&of_meeting, Event::Meeting(MeetingEvent::Convened(convened)), on("2026-12-15")).await;
    let closed = MeetingClosed { delegates: Vec::new(), attendance: BTreeMap::new(), file_ids: Vec::new() };
    office.record(&of_meeting, Event::Meeting(MeetingEvent::Closed(closed)), on("2026-12-22")).await;
    let report = |delegate_id| ReportSubmitted { year: 2026, delegate_id, file_ids: Vec::new() };
    for (id, who) in [(disputed, who), (quiet, other)] {
        let report = Event::Appraisal(AppraisalEvent::ReportSubmitted(report(who)));
        office.record(&StreamId::of("appraisal", id.0), report, None).await;
    }
    let dispute_id = DisputeId(office.id());
    let raised = EntryDisputed { year: 2026, delegate_id: who, dispute_id, indicator: Indicator::OnTime, of: None };
    let decided = DisputeDecided { year: 2026, delegate_id: who, dispute_id, upheld: true };
    for event in [AppraisalEvent::EntryDisputed(raised), AppraisalEvent::DisputeDecided(decided)] {
        office.record(&StreamId::of("appraisal", disputed.0), Event::Appraisal(event), None).await;
    }
    caught_up(&office, &models).await;
    let head = office.store.head().position;
    let found = async |year: i32, of: ReviewOf| models.review_streams(year, of, head).await.unwrap();
    for of in [ReviewOf::Grid(grids[0]), ReviewOf::Grid(grids[1]), ReviewOf::Town] {
        for year in [2025, 2027] {
            assert_eq!(found(year, of).await.activities, [activity], "{year} {of:?}");
        }
    }
    for of in [ReviewOf::Grid(grids[0]), ReviewOf::Town] {
        assert_eq!(found(2026, of).await.meetings, [meeting], "{of:?}");
    }
    assert!(found(2026, ReviewOf::Grid(grids[1])).await.meetings.is_empty());
    for of in [ReviewOf::Delegate(who), ReviewOf::Town] {
        assert_eq!(found(2027, of).await.appraisals, [disputed], "{of:?}");
    }
    assert!(found(2027, ReviewOf::Delegate(other)).await.appraisals.is_empty());
    // A delegate's review takes over what their grids held.
    let mut theirs = found(2027, ReviewOf::Delegate(who)).await;
    assert!(theirs.activities.is_empty() && theirs.meetings.is_empty());
    for grid in [grids[0], grids[1]] {
        theirs.also_attended(found(2027, ReviewOf::Grid(grid)).await);
    }
    assert_eq!((&theirs.activities, &theirs.meetings), (&vec![activity], &vec![meeting]));
    assert!(theirs.issues.is_empty() && theirs.as_of_position == head);
    models.shutdown().await;
}
