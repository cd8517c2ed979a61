//! Activities, meetings, typical cases, major issues and appraisals, from which follows what quarters and years make people
//! owe, as any order of facts may have it. They are told by dice of their own.

use super::known::Known;
use super::things::OFFICES;
use super::{stored, without_a_clock};
use crate::tests::fixture::{Office, ZONE, afternoon};
use crate::tests::models::{caught_up, opened};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::Stamp;
use domain::activity::{ActivityEvent, ActivityHeld, ActivitySubmitted, EvidenceAttached};
use domain::appraisal::{AppraisalEvent, Appraisee, ReportSubmitted, ResultPublished};
use domain::clock::{
    Candidate, Events, LedgerEntry, Members, Recorded, Subject, files_of, years_of_activity, years_of_case,
    years_of_major_issue, years_of_meeting,
};
use domain::correction::{Corrected, CorrectedValue, OCCURRED_AT};
use domain::delegate::{DelegateEvent, MandateGiven, Registered};
use domain::event::Event;
use domain::file::{FileEvent, FileStored};
use domain::ids::{ActivityId, AreaId, DelegateId, FileId, IssueId, MajorIssueId, MeetingId, TypicalCaseId};
use domain::major_issue::{Concluded, Deliberated, MajorIssueEvent, Submitted, Triaged};
use domain::meeting::{MajorIssueDeferred, MeetingCancelled, MeetingClosed, MeetingConvened, MeetingEvent, OnAgenda};
use domain::policy::PolicyEvent;
use domain::reception::ReceivingDelegate;
use domain::typical_case::{CaseNominated, CaseSources, CaseSubmitted, TypicalCaseEvent};
use domain::vocabulary::{
    ActivityKind, AttendanceClass, DeferralReason, DelegateType, FileKind, Level, MeetingKind, ObligationCode,
    ObligationStatus, Outcome, TriageDecision,
};
use event_store::StreamId;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The default policy, with a clock that counts from before the year.
pub(super) fn policy() -> serde_json::Value {
    let text = include_str!("../../../../../data/policy-default.json");
    let mut policy: serde_json::Value = serde_json::from_str(text).unwrap();
    policy["clock"]["from"] = "2025-01-01".into();
    policy
}

/// The same, with more meetings from a quarter on.
pub(super) fn stricter() -> serde_json::Value {
    let mut policy = policy();
    policy["effective_from"] = "2026-04-01".into();
    policy["cadence"]["meetings_per_quarter"] = 2.into();
    policy
}

/// What is recorded of them, by stream.
#[derive(Default)]
pub(super) struct Undertaken {
    members: Members,
    major_issues: BTreeMap<MajorIssueId, Events<MajorIssueEvent>>,
    appraisals: BTreeMap<(DelegateId, i32), Events<AppraisalEvent>>,
    kinds: BTreeMap<FileId, FileKind>,
}

impl Undertaken {
    pub fn take(&mut self, id: Uuid, event: &Event, stamp: Stamp) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "of these families alone")]
        match event {
            Event::Activity(event) => {
                self.members.activities.entry(ActivityId(id)).or_default().push((event.clone(), stamp));
            }
            Event::Meeting(event) => {
                self.members.meetings.entry(MeetingId(id)).or_default().push((event.clone(), stamp));
            }
            Event::TypicalCase(event) => {
                self.members.cases.entry(TypicalCaseId(id)).or_default().push((event.clone(), stamp));
            }
            Event::MajorIssue(event) => {
                self.major_issues.entry(MajorIssueId(id)).or_default().push((event.clone(), stamp));
            }
            Event::Appraisal(event) => {
                let whose = event.of_delegate().unwrap();
                self.appraisals.entry(whose).or_default().push((event.clone(), stamp));
            }
            Event::File(FileEvent::Stored(stored)) => drop(self.kinds.insert(FileId(id), stored.kind)),
            _ => {}
        }
    }
}

fn of<K: Ord + Copy, E: Clone>(
    all: &BTreeMap<K, Events<E>>,
    counts: impl Fn(&Events<E>) -> bool,
) -> BTreeMap<K, Events<E>> {
    all.iter().filter(|(_, events)| counts(events)).map(|(id, events)| (*id, events.clone())).collect()
}

impl Known {
    /// Every activity and major issue, and every year of every grid and delegate that may be owed.
    pub(super) fn years(&self) -> Vec<Subject> {
        let mut all: Vec<Subject> =
            self.undertaken.members.activities.keys().map(|id| Subject::Activity(*id)).collect();
        all.extend(self.undertaken.major_issues.keys().map(|id| Subject::MajorIssue(*id)));
        for year in self.timeline.years(self.newest, ZONE).unwrap() {
            all.extend(self.timeline.grids().map(|grid| Subject::GridYear(grid, year)));
            all.extend(self.timeline.delegates().map(|who| Subject::DelegateYear(who, year)));
        }
        all
    }

    pub(super) fn of_years(&self, subject: Subject) -> Recorded {
        let Undertaken { members, major_issues, appraisals, kinds } = &self.undertaken;
        match subject {
            Subject::Activity(id) => {
                let events = members.activities[&id].clone();
                let kinds = files_of(&events).into_iter().filter_map(|file| Some((file, *kinds.get(&file)?))).collect();
                Recorded::Activity { id, events, kinds }
            }
            Subject::MajorIssue(id) => {
                let events = major_issues[&id].clone();
                let MajorIssueEvent::Submitted(Submitted { grid_id, .. }) = &events[0].0 else { panic!("{id}") };
                let years = years_of_major_issue(&events, ZONE);
                let is_of = |events: &Events<MeetingEvent>| {
                    let mut of = years_of_meeting(events, ZONE).into_iter();
                    of.any(|(grid, year)| grid == *grid_id && years.as_ref().is_some_and(|years| years.contains(&year)))
                };
                let members = Members { meetings: self::of(&members.meetings, is_of), ..Members::default() };
                Recorded::MajorIssue { id, events, members }
            }
            Subject::GridYear(grid, year) => {
                let it = (grid, year);
                let members = Members {
                    activities: self::of(&members.activities, |one| years_of_activity(one, ZONE).contains(&it)),
                    meetings: self::of(&members.meetings, |one| years_of_meeting(one, ZONE).contains(&it)),
                    cases: self::of(&members.cases, |one| years_of_case(one, ZONE).contains(&it)),
                };
                Recorded::GridYear { grid, year, members }
            }
            Subject::DelegateYear(who, year) => {
                Recorded::DelegateYear { who, year, events: appraisals.get(&(who, year)).cloned().unwrap_or_default() }
            }
            Subject::Session(_)
            | Subject::Issue(_)
            | Subject::Grid(_)
            | Subject::Deed(_)
            | Subject::Study(_)
            | Subject::Appointment(_) => panic!("{subject:?}"),
        }
    }

    /// Whether everything that counts for a candidate is named, and of a year nothing else.
    pub(super) fn has_all(&self, candidate: &Candidate) -> bool {
        let named: BTreeSet<_> = candidate.members.iter().copied().collect();
        match self.recorded(candidate.subject) {
            Recorded::GridYear { members, .. } => members.named().collect::<BTreeSet<_>>() == named,
            Recorded::MajorIssue { members, .. } => members.named().all(|member| named.contains(&member)),
            Recorded::Session { .. }
            | Recorded::Issue { .. }
            | Recorded::Grid(_)
            | Recorded::Deed { .. }
            | Recorded::Study { .. }
            | Recorded::Appointment { .. }
            | Recorded::Activity { .. }
            | Recorded::DelegateYear { .. } => named.is_empty(),
        }
    }
}

/// What there is of them, for more to happen to.
pub(super) struct Happening {
    dice: u64,
    activities: Vec<ActivityId>,
    meetings: Vec<MeetingId>,
    cases: Vec<TypicalCaseId>,
    major_issues: Vec<MajorIssueId>,
}

impl Happening {
    pub fn new(seed: u64) -> Self {
        let dice = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        Self { dice, activities: vec![], meetings: vec![], cases: vec![], major_issues: vec![] }
    }

    fn below(&mut self, below: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        usize::try_from(self.dice % below as u64).unwrap()
    }

    fn id(&mut self) -> Uuid {
        let high = self.below(usize::MAX) as u128;
        Uuid::from_u128((high << 64) | self.below(usize::MAX) as u128)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        (!of.is_empty()).then(|| of[self.below(of.len())])
    }

    /// The instant that something is said to have happened at: today, or some days ago, mostly in time.
    fn at(&mut self, today: NaiveDate) -> DateTime<Utc> {
        let ago = [0, 0, 1, 12][self.below(4)];
        afternoon(today - Duration::days(ago))
    }

    fn seats(&mut self, delegates: &[DelegateId]) -> Vec<ReceivingDelegate> {
        let delegate_id = self.one(delegates).unwrap();
        vec![ReceivingDelegate { delegate_id, delegate_type: DelegateType::Party }]
    }

    fn held(&mut self, grids: &[AreaId], delegates: &[DelegateId]) -> ActivityHeld {
        let kinds = [ActivityKind::ThemeActivity, ActivityKind::Symposium, ActivityKind::Consultation];
        let classes = [AttendanceClass::MassOrganisation, AttendanceClass::PartyMember, AttendanceClass::Resident];
        let (first, of) = (self.below(4), 2 + self.below(2));
        let grid_ids = if self.below(4) == 0 { grids[..2].to_vec() } else { vec![grids[first % 2]] };
        ActivityHeld {
            kind: kinds[self.below(3)],
            grid_ids,
            unit_id: None,
            delegates: self.seats(delegates),
            attendance: classes[..of].iter().map(|class| (*class, 3)).collect(),
            file_ids: Vec::new(),
            outreach_form: None,
            office_ids: Vec::new(),
            questions: None,
            briefings: None,
            mode: None,
        }
    }

    /// Another day for something that happened: also of another year.
    fn corrected(&mut self, today: NaiveDate) -> CorrectedValue {
        let ago = i64::try_from(self.below(120)).unwrap();
        CorrectedValue::Whole(afternoon(today - Duration::days(ago)).timestamp_millis())
    }
}

impl Office {
    /// Something that may count for a year.
    pub(super) async fn a_year_moves(&mut self, it: &mut Happening) {
        let today = self.today();
        let at = it.at(today);
        let (grids, delegates) = (self.grids.clone(), self.delegates[..6].to_vec());
        let (stream, event) = match it.below(10) {
            0 => {
                let id = ActivityId(it.id());
                it.activities.push(id);
                (("activity", id.0), Event::Activity(ActivityEvent::Held(it.held(&grids, &delegates))))
            }
            1 => {
                let id = MeetingId(it.id());
                it.meetings.push(id);
                let kind = [MeetingKind::Regular, MeetingKind::Regular, MeetingKind::ALL[1]][it.below(3)];
                let grid_id = grids[it.below(2)];
                let convened = MeetingConvened { grid_id, kind, scheduled_on: today, with_work_meeting: true };
                (("meeting", id.0), Event::Meeting(MeetingEvent::Convened(convened)))
            }
            2 => {
                let id = TypicalCaseId(it.id());
                it.cases.push(id);
                let nominated = CaseNominated { grid_id: grids[it.below(2)], sources: CaseSources::default() };
                (("typical_case", id.0), Event::TypicalCase(TypicalCaseEvent::Nominated(nominated)))
            }
            3 => {
                let id = MajorIssueId(it.id());
                it.major_issues.push(id);
                let grid_id = grids[it.below(2)];
                let submitted = Submitted { grid_id, level: Level::ALL[0], issue_id: IssueId(it.id()) };
                (("major_issue", id.0), Event::MajorIssue(MajorIssueEvent::Submitted(submitted)))
            }
            4 => {
                let (who, year) = (it.one(&delegates).unwrap(), [2025, 2025, 2026, 2024][it.below(4)]);
                let event = if it.below(2) == 0 {
                    AppraisalEvent::ReportSubmitted(ReportSubmitted { year, delegate_id: who, file_ids: Vec::new() })
                } else {
                    AppraisalEvent::ResultPublished(ResultPublished { year, delegate_id: who })
                };
                (("appraisal", Appraisee::Delegate(who).appraisal(year).0), Event::Appraisal(event))
            }
            5 => match it.one(&it.activities.clone()) {
                Some(id) => (("activity", id.0), Event::Activity(self.of_activity(it).await)),
                None => return,
            },
            6 | 7 => match it.one(&it.meetings.clone()) {
                Some(id) => (("meeting", id.0), Event::Meeting(of_meeting(it, today, &delegates))),
                None => return,
            },
            8 => match it.one(&it.cases.clone()) {
                Some(id) => {
                    let submitted = CaseSubmitted { office_id: OFFICES[it.below(2)].0 };
                    (("typical_case", id.0), Event::TypicalCase(TypicalCaseEvent::Submitted(submitted)))
                }
                None => return,
            },
            _ => match it.one(&it.major_issues.clone()) {
                Some(id) => (("major_issue", id.0), Event::MajorIssue(of_major_issue(it, today))),
                None => return,
            },
        };
        self.record(&StreamId::of(stream.0, stream.1), event, Some(at)).await;
    }

    async fn of_activity(&mut self, it: &mut Happening) -> ActivityEvent {
        match it.below(4) {
            0 | 1 => {
                let file_id = FileId(it.id());
                let kind = [FileKind::Document, FileKind::Video][it.below(2)];
                let stored = FileStored { kind };
                let stream = StreamId::of("file", file_id.0);
                self.record(&stream, Event::File(FileEvent::Stored(stored)), None).await;
                ActivityEvent::EvidenceAttached(EvidenceAttached { file_ids: vec![file_id] })
            }
            2 => {
                let office_id = OFFICES[it.below(2)].0;
                ActivityEvent::Submitted(ActivitySubmitted { office_id, file_ids: Vec::new() })
            }
            _ => ActivityEvent::Corrected(Corrected {
                event_version: 1,
                pointer: OCCURRED_AT.to_owned(),
                value: Some(it.corrected(self.today())),
            }),
        }
    }
}

fn of_meeting(it: &mut Happening, today: NaiveDate, delegates: &[DelegateId]) -> MeetingEvent {
    let major_issue_id = it.one(&it.major_issues.clone()).unwrap_or(MajorIssueId(Uuid::from_u128(1)));
    match it.below(9) {
        0 | 1 => MeetingEvent::MajorIssueTabled(OnAgenda { major_issue_id }),
        2 => MeetingEvent::MajorIssueDecided(OnAgenda { major_issue_id }),
        3 => {
            let reason_code = DeferralReason::ALL[0];
            MeetingEvent::MajorIssueDeferred(MajorIssueDeferred { major_issue_id, reason_code })
        }
        4 => MeetingEvent::Corrected(Corrected {
            event_version: u64::try_from(1 + it.below(4)).unwrap(),
            pointer: OCCURRED_AT.to_owned(),
            value: Some(it.corrected(today)),
        }),
        5 if it.below(4) == 0 => MeetingEvent::Cancelled(MeetingCancelled {}),
        _ => {
            let delegates = it.seats(delegates);
            MeetingEvent::Closed(MeetingClosed { delegates, attendance: BTreeMap::new(), file_ids: Vec::new() })
        }
    }
}

fn of_major_issue(it: &mut Happening, today: NaiveDate) -> MajorIssueEvent {
    match it.below(6) {
        0..=2 => MajorIssueEvent::Triaged(Triaged { decision: TriageDecision::Accept, level: None }),
        3 => MajorIssueEvent::Triaged(Triaged { decision: TriageDecision::Return, level: None }),
        4 => {
            let meeting_id = it.one(&it.meetings.clone());
            MajorIssueEvent::Deliberated(Deliberated { held_on: today, meeting_id })
        }
        _ => MajorIssueEvent::Concluded(Concluded { outcome: Outcome::ALL[0] }),
    }
}

/// What could go wrong: what counts for a year is noted only while there is a clock.
#[tokio::test]
async fn what_was_held_before_there_was_a_clock_counts_for_its_quarter() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("read.sqlite");
    let (before, mut whole) = without_a_clock();
    let mut office = Office::under(93, &[2026], before).await;
    office.settle_down().await;
    let models = opened(&office, &path).await;
    let grid = office.grids[0];
    let mut it = Happening::new(5);
    let held = ActivityHeld {
        kind: ActivityKind::ThemeActivity,
        grid_ids: vec![grid],
        ..it.held(&office.grids, &office.delegates)
    };
    let activity = StreamId::of("activity", it.id());
    office.record(&activity, Event::Activity(ActivityEvent::Held(held)), None).await;
    caught_up(&office, &models).await;
    whole["clock"]["from"] = "2026-01-01".into();
    let policy = PolicyEvent::VersionAdopted(whole.into());
    office.record(&office.policy_stream(), Event::Policy(policy), None).await;
    // A grid, a delegate and a year that come later are looked at too.
    let who = DelegateId(it.id());
    let registered = DelegateEvent::Registered(Registered { name: "李四".to_owned() });
    let given = MandateGiven { delegate_type: DelegateType::Party, from: office.today() };
    for event in [registered, DelegateEvent::MandateGiven(given)] {
        office.of_delegate(who, event).await;
    }
    office.it_is(office.today() + Duration::days(400));
    office.plan(office.today()).await;
    caught_up(&office, &models).await;
    let known = office.known().await;
    models.shutdown().await;
    let kept_up = stored(&path);
    assert_eq!(kept_up, known.whole().0);
    let of = |code: ObligationCode, period: &str| {
        let is_it = |one: &&LedgerEntry| one.key.code == code && one.key.period.as_deref() == Some(period);
        kept_up.values().filter(is_it).filter(|one| [grid.0, who.0].contains(&one.owed_by.id)).collect::<Vec<_>>()
    };
    assert_eq!(of(ObligationCode::O10, "2026-Q1")[0].status_on(office.today()), ObligationStatus::Fulfilled);
    assert_eq!(of(ObligationCode::O11, "2026-Q1")[0].status_on(office.today()), ObligationStatus::Missing);
    assert_eq!((of(ObligationCode::O13, "2028-H2").len(), of(ObligationCode::O20, "2026").len()), (1, 1));
}
