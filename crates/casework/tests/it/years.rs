//! What quarters and years make people owe, through the use cases: it is found when it was not done, once, and stands late
//! once it is done.

use crate::annual_reviews::{YEAR, digests, freezable, of, opened_in, report};
use crate::files::stores;
use crate::town::{POLICY, Town, at, code, day, done};
use casework::annual_reviews::NewVote;
use casework::clock::explaining::NewExplanation;
use casework::clock::run::ClockRun;
use casework::loaded::AsOf;
use casework::undertakings::NewFiling;
use casework::undertakings::activities::NewActivity;
use casework::undertakings::meetings::{HeldMeeting, NewMeeting};
use casework::undertakings::typical_cases::NewTypicalCase;
use domain::activity::ActivityDraft;
use domain::appraisal::VoteDraft;
use domain::clock::{Candidate, LedgerEntry, Member, ObligationEvent, Subject};
use domain::file::{FileDraft, MediaType};
use domain::ids::{ActivityId, FileId, MeetingId, ObligationId};
use domain::reception::DelegateDraft;
use domain::typical_case::CaseSources;
use domain::vocabulary::{
    ActivityKind, ActivityMode, AppraisedBy, AttendanceClass, FileKind, Grade, Level, MeetingKind, ObligationStatus,
    OfficeKind, Shortfall, TriageDecision,
};
use file_store::FileStore;
use std::collections::BTreeMap;

/// A town whose clock counts from the beginning of the year.
async fn counting() -> Town {
    let mut policy: serde_json::Value = serde_json::from_str(POLICY).unwrap();
    policy["clock"]["from"] = "2026-01-01".into();
    Town::under(policy).await
}

impl Town {
    /// The year of the grid, with what counts for it.
    fn year(&self, members: &[Member]) -> Candidate {
        Candidate { subject: Subject::GridYear(self.grid, 2026), members: members.to_vec() }
    }

    async fn runs(&self, candidate: &Candidate, until: &str) -> ClockRun {
        let run = self.casework.run_clock(std::slice::from_ref(candidate), at(until), false).await.unwrap();
        let again = self.casework.run_clock(std::slice::from_ref(candidate), at(until), false).await.unwrap();
        assert_eq!(again.events, 0, "found twice");
        run
    }

    async fn stands(&self, id: ObligationId, about: &Candidate, on: &str) -> (ObligationStatus, LedgerEntry) {
        let standing = self.casework.obligation(id, Some(about), AsOf::Now, day(on)).await.unwrap();
        (standing.status, standing.entry)
    }

    async fn holds(&self, key: &str, kind: ActivityKind, held: &str, classes: &[AttendanceClass]) -> ActivityId {
        let draft = ActivityDraft {
            kind,
            grid_ids: vec![self.grid],
            unit_id: None,
            held_at: at(held),
            delegates: vec![self.seat()],
            attendance: classes.iter().map(|class| (*class, 3)).collect(),
            files: Vec::new(),
            outreach_form: None,
            office_ids: None,
            questions: None,
            briefings: None,
            mode: (kind == ActivityKind::ThemeActivity).then_some(ActivityMode::ALL[0]),
        };
        let new = NewActivity { draft, file_ids: Vec::new(), title: "进网格".to_owned(), text: None };
        done(self.casework.hold_activity(&self.call(key), &new).await.unwrap()).0
    }

    fn seat(&self) -> DelegateDraft {
        DelegateDraft { delegate_id: self.delegates[0], delegate_type: None }
    }

    async fn convenes(&self, key: &str, scheduled_on: &str) -> MeetingId {
        let new = NewMeeting {
            grid_id: self.grid,
            kind: MeetingKind::Regular,
            scheduled_on: day(scheduled_on),
            with_work_meeting: true,
            reason: None,
            at: None,
        };
        done(self.casework.convene_meeting(&self.call(key), &new).await.unwrap()).0
    }

    async fn closes(&self, key: &str, id: MeetingId, held: &str) {
        let held = HeldMeeting {
            held_at: at(held),
            delegates: vec![self.seat()],
            attendance: BTreeMap::new(),
            text: None,
            file_ids: Vec::new(),
        };
        done(self.casework.close_meeting(&self.call(key), id, &held).await.unwrap());
    }
}

/// What was found, as it is told: code, part, period, what, due date and what was missing.
fn told(run: &ClockRun) -> Vec<String> {
    let told = run.items.iter().map(|item| match &item.event {
        ObligationEvent::Breached(one) => {
            let part = one.part.map(|part| format!("/{part}")).unwrap_or_default();
            let period = one.period.as_deref().unwrap_or_default();
            let missing = one.missing.iter().map(|one| Shortfall::as_str(*one)).collect::<Vec<_>>().join(",");
            format!("{}{part} {period} {} {} {missing}", one.code, one.what, one.due_on).trim_end().to_owned()
        }
        ObligationEvent::TierReached(one) => {
            let part = one.part.map(|part| format!("/{part}")).unwrap_or_default();
            format!("{}{part} {}", one.code, one.tier)
        }
        ObligationEvent::Explained(_) | ObligationEvent::ExplanationDecided(_) => panic!("{item:?}"),
    });
    told.collect()
}

/// The obligation in breach of a code.
fn breached(run: &ClockRun, code: &str) -> ObligationId {
    let is_it = |event: &ObligationEvent| matches!(event, ObligationEvent::Breached(one) if one.code.as_str() == code);
    run.items.iter().find(|item| is_it(&item.event)).unwrap().obligation_id
}

#[tokio::test]
async fn a_quarter_without_activity_meeting_and_symposium_is_found_and_made_up_for_late() {
    let town = counting().await;
    town.set("2026-12-20 10:00");
    let meeting = town.convenes("meeting", "2026-12-30").await;
    town.set("2027-01-05 10:00");
    let ran = town.runs(&town.year(&[Member::Meeting(meeting)]), "2027-01-05 10:00").await;
    assert_eq!(
        told(&ran),
        [
            "O-10/held advance",
            "O-11 advance",
            "O-13 advance",
            "O-10/held 2026-Q4 activity_missing 2026-12-31",
            "O-11 2026-Q4 meeting_missing 2026-12-31",
            "O-13 2026-H2 symposium_missing 2026-12-31",
        ],
        "the quarters before the grid was defined are not owed, and O-21 is only counted"
    );
    let (held, met, sat) = (breached(&ran, "O-10"), breached(&ran, "O-11"), breached(&ran, "O-13"));
    for id in [held, met, sat] {
        let (status, entry) = town.stands(id, &town.year(&[Member::Meeting(meeting)]), "2027-01-05").await;
        assert_eq!((status, entry.owed_by.id), (ObligationStatus::Missing, town.grid.0));
    }
    // Nothing but the candidate says what counts for a year.
    let unknown = town.casework.obligation(held, None, AsOf::Now, day("2027-01-05")).await;
    assert!(matches!(unknown, Err(casework::Failure::NotFound)), "{unknown:?}");

    let theme = town.holds("theme", ActivityKind::ThemeActivity, "2026-12-29 14:00", &[]).await;
    town.closes("closed", meeting, "2026-12-30 14:00").await;
    let classes = [AttendanceClass::MassOrganisation, AttendanceClass::PartyMember, AttendanceClass::Resident];
    let half = town.holds("half", ActivityKind::Symposium, "2026-12-28 14:00", &classes[..2]).await;
    let mut members = vec![Member::Meeting(meeting), Member::Activity(theme), Member::Activity(half)];
    let year = town.year(&members);
    for (id, status) in
        [(held, ObligationStatus::Late), (met, ObligationStatus::Late), (sat, ObligationStatus::Missing)]
    {
        assert_eq!(town.stands(id, &year, "2027-01-05").await.0, status);
    }
    members.push(Member::Activity(town.holds("whole", ActivityKind::Symposium, "2026-12-31 09:00", &classes).await));
    let year = town.year(&members);
    let (status, entry) = town.stands(sat, &year, "2027-01-05").await;
    let named: Vec<&str> = entry.events.iter().map(|event| event.event_type.as_str()).collect();
    assert_eq!(status, ObligationStatus::Late);
    assert!(named.contains(&"activity.held") && named.contains(&"obligation.breached"), "{named:?}");
    assert_eq!(town.runs(&year, "2027-01-05 10:00").await.events, 0, "what was found is not taken back");
    let new = NewExplanation { text: "十二月大雪封路。".to_owned(), file_ids: Vec::new(), at: None };
    let explained = town.casework.explain_obligation(&town.call("why"), met, Some(&year), &new).await;
    assert_eq!(code(explained), "done", "late as well is explained");
}

#[tokio::test]
async fn an_activity_without_evidence_and_reports_is_found_and_made_up_for_late() {
    let mut town = counting().await;
    town.casework = town.casework.with_files(FileStore::in_memory());
    let cases = &town.casework;
    let id = town.holds("theme", ActivityKind::ThemeActivity, "2026-11-19 10:00", &[]).await;
    let about = Candidate::from(Subject::Activity(id));
    town.set("2026-12-02 10:00");
    let mut offices = Vec::new();
    for (key, kind) in [("studio", OfficeKind::PartyStudio), ("congress", OfficeKind::CongressOffice)] {
        offices.push(done(cases.register_office(&town.call(key), key, kind, None).await.unwrap()).made);
    }
    let filing = |office_id| NewFiling { office_id, file_ids: Vec::new(), text: None, at: None };
    done(cases.submit_activity(&town.call("one"), id, &filing(offices[0])).await.unwrap());
    let ran = town.runs(&about, "2026-12-02 10:00").await;
    let mut found = told(&ran);
    found.sort();
    assert_eq!(
        found,
        [
            "O-10/evidence  evidence_missing 2026-11-26",
            "O-10/evidence reminder",
            "O-10/reports  report_missing 2026-11-26 party_studio,congress_office",
            "O-10/reports reminder",
        ]
    );
    let ids: Vec<ObligationId> = ran.items.iter().map(|item| item.obligation_id).collect();
    for id in &ids {
        assert_eq!(town.stands(*id, &about, "2026-12-02").await.0, ObligationStatus::Missing);
    }
    let document = stores(&town, "paper").await.id;
    let sound = sound(&town).await;
    done(cases.attach_activity_evidence(&town.call("kept"), id, &[document, sound], None).await.unwrap());
    done(cases.submit_activity(&town.call("other"), id, &filing(offices[1])).await.unwrap());
    for id in &ids {
        assert_eq!(town.stands(*id, &about, "2026-12-02").await.0, ObligationStatus::Late);
    }
}

async fn sound(town: &Town) -> FileId {
    let draft = FileDraft {
        kind: FileKind::Audio,
        media_type: MediaType::Mp3,
        name: "录音.mp3".to_owned(),
        grid_id: None,
        taken_at: None,
    };
    let mut upload = town.casework.receive_file(&draft).await.unwrap();
    upload.write(b"ID3\x04\0\0\0\0\0\0").await.unwrap();
    upload.write(&[b"\xff\xfb\x90\x64".as_slice(), &[0; 2_000]].concat()).await.unwrap();
    done(town.casework.store_file(&town.call("sound"), upload).await.unwrap()).id
}

#[tokio::test]
async fn a_major_issue_that_comes_before_no_meeting_is_found_and_made_up_for_late() {
    let town = counting().await;
    let cases = &town.casework;
    let issue = town.raised("one").await;
    let escalated = cases.escalate_issue(&town.call("up"), issue, Level::L2, None, "超出能力", None).await;
    let (major, _) = done(escalated.unwrap()).major_issue.unwrap();
    town.set("2026-11-20 10:00");
    let accept = TriageDecision::Accept;
    done(cases.triage(&town.call("accept"), major, accept, None, None, None, None).await.unwrap());
    let meeting = town.convenes("meeting", "2026-12-30").await;
    town.set("2027-01-05 10:00");
    let about = Candidate { subject: Subject::MajorIssue(major), members: vec![Member::Meeting(meeting)] };
    let ran = town.runs(&about, "2027-01-05 10:00").await;
    assert_eq!(told(&ran), ["O-12 2026-Q4 major_issue_not_tabled 2026-12-31"]);
    let id = breached(&ran, "O-12");
    assert_eq!(town.stands(id, &about, "2027-01-05").await.0, ObligationStatus::Missing);
    done(cases.table_major_issue(&town.call("tabled"), meeting, major, None).await.unwrap());
    assert_eq!(town.stands(id, &about, "2027-01-05").await.0, ObligationStatus::Missing, "it was not held yet");
    town.closes("closed", meeting, "2026-12-30 14:00").await;
    let (status, entry) = town.stands(id, &about, "2027-01-05").await;
    assert_eq!((status, entry.due_on), (ObligationStatus::Late, day("2026-12-30")));
}

#[tokio::test]
async fn a_year_without_report_and_result_is_found_and_made_up_for_late() {
    let town = opened_in(counting().await).await;
    let cases = &town.casework;
    let (of, frozen) = (of(&town), freezable(&town, "freeze").await);
    done(cases.freeze_review(&town.call("freeze"), YEAR, &frozen, digests(&town), None).await.unwrap());
    town.set("2027-04-06 10:00");
    let about = Candidate::from(Subject::DelegateYear(of.delegate_id, 2026));
    let ran = town.runs(&about, "2027-04-06 10:00").await;
    let expected = "O-20 2026 review_missing 2027-03-31 report,result";
    assert_eq!(told(&ran), ["O-20 advance", "O-20 reminder", expected]);
    let id = breached(&ran, "O-20");
    let (status, entry) = town.stands(id, &about, "2027-04-06").await;
    assert_eq!((status, entry.owed_by.id), (ObligationStatus::Missing, of.delegate_id.0));
    done(cases.submit_report(&town.call("report"), of, &report()).await.unwrap());
    assert_eq!(town.stands(id, &about, "2027-04-06").await.0, ObligationStatus::Missing, "the result is missing");
    let ballots = BTreeMap::from([(Grade::Excellent, 31)]);
    let vote = VoteDraft { by: AppraisedBy::Voters, held_on: day("2027-04-06"), ballots };
    done(cases.appraise(&town.call("vote"), of, &NewVote { vote, at: None }).await.unwrap());
    done(cases.set_result(&town.call("result"), of, Grade::Excellent, None, None).await.unwrap());
    done(cases.publish_result(&town.call("publish"), of, None).await.unwrap());
    // What the clock wrote says what it is about: nothing else counts for it.
    let standing = cases.obligation(id, None, AsOf::Now, day("2027-04-06")).await.unwrap();
    assert_eq!(standing.status, ObligationStatus::Late);
}

#[tokio::test]
async fn a_quarter_without_a_typical_case_is_counted_and_never_found() {
    let town = counting().await;
    let cases = &town.casework;
    let issue = town.raised("one").await;
    let sources = CaseSources { issue_ids: vec![issue], ..CaseSources::default() };
    let (title, text) = ("楼道灯亮了".to_owned(), "三天修好。".to_owned());
    let new = NewTypicalCase { grid_id: town.grid, title, text, sources, at: None };
    let case = done(cases.nominate_typical_case(&town.call("nominated"), &new).await.unwrap()).0;
    let studio = cases.register_office(&town.call("studio"), "党代表工作室", OfficeKind::PartyStudio, None).await;
    let studio = done(studio.unwrap()).made;
    done(cases.deidentify_typical_case(&town.call("text"), case, "某楼道灯三天修好。", None, None).await.unwrap());
    town.set("2027-01-05 10:00");
    let year = town.year(&[Member::TypicalCase(case)]);
    let ran = town.runs(&year, "2027-01-05 10:00").await;
    assert!(told(&ran).iter().all(|one| !one.starts_with("O-21")), "{ran:?}");
    let key = domain::clock::Key {
        code: domain::vocabulary::ObligationCode::O21,
        part: None,
        about: format!("area/{}", town.grid),
        period: Some("2026-Q4".to_owned()),
    };
    assert_eq!(town.stands(key.id(), &year, "2027-01-05").await.0, ObligationStatus::Missing);
    done(cases.submit_typical_case(&town.call("sent"), case, studio, Some(at("2026-12-30 10:00"))).await.unwrap());
    assert_eq!(town.stands(key.id(), &year, "2027-01-05").await.0, ObligationStatus::Late);
}
