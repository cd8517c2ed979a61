//! A typical case from its nomination to its annotation, and every no on the way.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::file::NamedFile;
use crate::fixtures::{day, stamp};
use crate::ids::{ActivityId, AreaId, DeedId, FileId, IssueId, OfficeId};
use crate::issue::fixture::{CALENDARS, POLICY, at, rules};
use crate::office::{OfficeEvent, OfficeRegistered, Offices};
use crate::refusal::Refusal;
use crate::session::fixture::{GRID, TOWN};
use crate::step::EVENTS_MAX;
use crate::vocabulary::{FileKind, OfficeKind, PublicationChannel, TypicalCaseState};
use crate::{Fold as _, Stamp};
use uuid::Uuid;

const NOW: &str = "2026-12-31 09:00";
const STUDIO: OfficeId = OfficeId(Uuid::from_u128(0xb1));
const CONGRESS: OfficeId = OfficeId(Uuid::from_u128(0xb2));
const WATER: OfficeId = OfficeId(Uuid::from_u128(0xb3));

fn offices() -> Offices {
    let mut offices = Offices::default();
    for (id, kind) in
        [(STUDIO, OfficeKind::PartyStudio), (CONGRESS, OfficeKind::CongressOffice), (WATER, OfficeKind::Department)]
    {
        let registered = OfficeRegistered { name: id.to_string(), kind };
        offices.apply(id, &OfficeEvent::Registered(registered), &stamp(9, 1));
    }
    offices
}

fn source<T>(id: T) -> NamedSource<T> {
    NamedSource { id, exists: true }
}

fn issue(id: u128) -> NamedSource<IssueId> {
    source(IssueId(Uuid::from_u128(id)))
}

fn draft(when: &str) -> CaseDraft {
    CaseDraft { grid_id: GRID, issues: vec![issue(0x11)], activities: Vec::new(), deeds: Vec::new(), at: at(when) }
}

/// A case with what happened to it; the position of each fact is 100 and its version.
#[derive(Clone, Default)]
struct Given(TypicalCase);

impl Given {
    fn nominated() -> Self {
        let when = "2026-11-20 09:00";
        let nominated = nominate(&TOWN.people(), &rules(when), &draft(when)).unwrap();
        Self::default().then(when, TypicalCaseEvent::Nominated(nominated))
    }

    fn deidentified() -> Self {
        Self::nominated().and_text("2026-11-23 09:00")
    }

    fn and_text(self, when: &str) -> Self {
        let deidentified = deidentify(&self.0, &rules(when), None, at(when)).unwrap();
        self.then(when, TypicalCaseEvent::Deidentified(deidentified))
    }

    fn submitted() -> Self {
        Self::deidentified().and_submitted("2026-11-24 09:00", STUDIO)
    }

    fn and_submitted(self, when: &str, office: OfficeId) -> Self {
        let submitted = submit(&self.0, &offices(), &rules(when), office, at(when)).unwrap();
        self.then(when, TypicalCaseEvent::Submitted(submitted))
    }

    fn decided(selected: bool) -> Self {
        let when = "2026-11-25 09:00";
        let given = Self::submitted();
        let decided = select(&given.0, &rules(when), selected, at(when)).unwrap();
        given.then(when, decided)
    }

    fn and_published(self, when: &str, channel: PublicationChannel) -> Self {
        let published = publish(&self.0, &rules(when), channel, at(when)).unwrap();
        self.then(when, TypicalCaseEvent::Published(published))
    }

    fn and_annotated(self, when: &str) -> Self {
        let annotated = annotate(&self.0, &rules(when), at(when)).unwrap();
        self.then(when, TypicalCaseEvent::Annotated(annotated))
    }

    fn then(self, when: &str, event: TypicalCaseEvent) -> Self {
        self.event(event, when, when)
    }

    fn event(mut self, event: TypicalCaseEvent, occurred: &str, recorded: &str) -> Self {
        let version = self.0.version + 1;
        let (occurred_at, recorded_at) = (at(occurred), at(recorded));
        self.0.apply(&event, &Stamp { occurred_at, recorded_at, ..stamp(100 + version, version) });
        self
    }

    /// As full as a stream may be.
    fn full(mut self) -> TypicalCase {
        self.0.version = EVENTS_MAX;
        self.0
    }
}

fn no(result: Result<impl std::fmt::Debug, Refusal>) -> String {
    let refusal = result.unwrap_err();
    let pointer = refusal.pointer.unwrap_or_default();
    let (code, kind, clause) = (refusal.code, refusal.kind, refusal.clause.unwrap_or("-"));
    format!("{code} {kind:?} {clause} {pointer}").trim_end().to_owned()
}

fn refused(draft: &CaseDraft) -> Vec<String> {
    let refusals = nominate(&TOWN.people(), &rules(NOW), draft).unwrap_err();
    refusals.into_iter().map(|refusal| no(Err::<(), _>(refusal))).collect()
}

fn submitting(given: &Given, office: OfficeId, when: &str) -> String {
    no(submit(&given.0, &offices(), &rules(NOW), office, at(when)))
}

fn publishing(given: &Given, when: &str) -> String {
    no(publish(&given.0, &rules(NOW), PublicationChannel::Board, at(when)))
}

#[test]
fn every_stored_shape_is_read_and_written_as_it_was() {
    for known in TypicalCaseEvent::TYPES {
        let file: serde_json::Value = serde_json::from_str(known.golden).unwrap();
        assert_eq!((file["type"].as_str(), file["schema"].as_u64()), (Some(known.name), Some(1)));
        let event = TypicalCaseEvent::read(known.name, known.schema, &file["public"].to_string()).unwrap();
        assert_eq!((event.event_type().name, event.public().unwrap()), (known.name, file["public"].clone()));
        let mut more = file["public"].clone();
        more["title"] = "楼道照明".into();
        assert!(TypicalCaseEvent::read(known.name, known.schema, &more.to_string()).is_err(), "{}", known.name);
    }
}

#[test]
fn a_case_goes_from_nomination_to_publication_step_by_step() {
    let published = Given::decided(true).and_published("2026-11-26 09:00", PublicationChannel::Website);
    let states = [
        Given::nominated(),
        Given::deidentified(),
        Given::submitted(),
        Given::decided(true),
        Given::decided(false),
        published,
    ];
    assert_eq!(states.map(|given| given.0.state()).as_slice(), TypicalCaseState::ALL);
}

#[test]
fn a_case_is_made_of_something() {
    let none = CaseDraft { issues: Vec::new(), ..draft(NOW) };
    assert_eq!(refused(&none), ["source_missing Invalid C-5.3 /sources"]);
    // Each kind of source is one.
    let activities = vec![source(ActivityId(Uuid::from_u128(0x71)))];
    let deeds = vec![source(DeedId(Uuid::from_u128(0x81)))];
    for one in
        [CaseDraft { activities: activities.clone(), ..none.clone() }, CaseDraft { deeds: deeds.clone(), ..none }]
    {
        assert!(nominate(&TOWN.people(), &rules(NOW), &one).is_ok());
    }
    let lost = NamedSource { exists: false, ..activities[0] };
    let wrong = CaseDraft {
        issues: vec![issue(0x11), issue(0x11)],
        activities: vec![lost],
        deeds: [deeds.clone(), deeds].concat(),
        ..draft(NOW)
    };
    let told = [
        "duplicate Invalid C-5.3 /sources/issue_ids/1",
        "duplicate Invalid C-5.3 /sources/deed_ids/1",
        "unknown_id Invalid C-5.3 /sources/activity_ids/0",
    ];
    assert_eq!(refused(&wrong), told);
    let many =
        |count| CaseDraft { issues: (0..count).map(issue).collect(), activities: activities.clone(), ..draft(NOW) };
    assert!(nominate(&TOWN.people(), &rules(NOW), &many(49)).is_ok());
    assert_eq!(refused(&many(50)), ["too_many Invalid C-5.3 /sources"]);
}

#[test]
fn a_case_is_of_a_grid_and_of_the_time_of_the_programme() {
    let nowhere = CaseDraft { grid_id: AreaId(Uuid::from_u128(0x99)), ..draft("2026-12-31 09:01") };
    assert_eq!(refused(&nowhere), ["unknown_id Invalid C-5.3 /grid_id", "in_the_future Invalid C-5.3 /occurred_at"]);
    assert_eq!(refused(&draft("2023-11-30 09:00")), ["before_programme Invalid C-0 /occurred_at"]);
    let people = crate::reception::People { programme: None, ..TOWN.people() };
    let told: Vec<String> = nominate(&people, &rules(NOW), &draft(NOW))
        .unwrap_err()
        .into_iter()
        .map(|refusal| no(Err::<(), _>(refusal)))
        .collect();
    assert_eq!(told, ["before_programme Invalid C-0 /occurred_at"]);
    // What could not be read is told by whoever read it.
    assert_eq!(faults(&TOWN.people(), &rules(NOW), &CaseParts::default()), []);
}

#[test]
fn the_text_may_be_made_better_at_any_time_but_after_a_rejection() {
    let consent = NamedFile { id: FileId(Uuid::from_u128(0xa1)), kind: Some(FileKind::Image) };
    let text = |given: &Given, file, when: &str| deidentify(&given.0, &rules(NOW), file, at(when));
    let with = text(&Given::nominated(), Some(consent), NOW).unwrap();
    let given = Given::nominated().then(NOW, TypicalCaseEvent::Deidentified(with));
    assert_eq!(given.0.consent_file_id, Some(consent.id));
    // The consent was to that text; another one has its own.
    assert_eq!(given.and_text(NOW).0.consent_file_id, None);
    let published = Given::decided(true).and_published("2026-11-26 09:00", PublicationChannel::Board);
    assert!(text(&published, None, NOW).is_ok());
    assert_eq!(no(text(&Given::decided(false), None, NOW)), "already_decided Rule C-5.3");
    let lost = Some(NamedFile { kind: None, ..consent });
    assert_eq!(no(text(&published, lost, NOW)), "unknown_id Invalid C-5.3 /consent_file_id");
    let given = Given::deidentified();
    assert_eq!(no(text(&given, None, "2026-11-23 08:59")), "before_previous Invalid C-5.3 /occurred_at");
    assert_eq!(no(text(&given, None, "2026-12-31 09:01")), "in_the_future Invalid C-5.3 /occurred_at");
    assert_eq!(no(deidentify(&given.full(), &rules(NOW), None, at(NOW))), "too_many Invalid C-5.3");
}

#[test]
fn a_deidentified_case_goes_to_each_office_once_until_it_is_decided_on() {
    assert_eq!(submitting(&Given::nominated(), STUDIO, NOW), "not_deidentified Rule C-5.3");
    let given = Given::submitted();
    assert_eq!(submitting(&given, STUDIO, NOW), "already_submitted Rule C-5.3 /office_id");
    assert_eq!(submitting(&given, WATER, NOW), "office_of_other_kind Invalid C-5.3 /office_id");
    let nobody = OfficeId(Uuid::from_u128(0xbf));
    assert_eq!(submitting(&given, nobody, NOW), "unknown_id Invalid C-5.3 /office_id");
    assert_eq!(submitting(&given, CONGRESS, "2026-11-23 08:59"), "before_previous Invalid C-5.3 /occurred_at");
    assert_eq!(submitting(&given, CONGRESS, "2026-12-31 09:01"), "in_the_future Invalid C-5.3 /occurred_at");
    assert_eq!(given.clone().and_submitted(NOW, CONGRESS).0.submissions.len(), 2);
    for selected in [true, false] {
        assert_eq!(submitting(&Given::decided(selected), CONGRESS, NOW), "already_decided Rule C-5.3");
    }
    assert_eq!(submitting(&Given(given.full()), CONGRESS, NOW), "too_many Invalid C-5.3");
}

#[test]
fn a_submitted_case_is_decided_on_once() {
    let deciding = |given: &Given, when: &str| no(select(&given.0, &rules(NOW), true, at(when)));
    assert_eq!(deciding(&Given::nominated(), NOW), "not_deidentified Rule C-5.3");
    assert_eq!(deciding(&Given::deidentified(), NOW), "not_submitted Rule C-5.3");
    assert_eq!(deciding(&Given::decided(true), NOW), "already_decided Rule C-5.3");
    assert_eq!(deciding(&Given::decided(false), NOW), "already_decided Rule C-5.3");
    let given = Given::submitted();
    assert_eq!(deciding(&given, "2026-11-24 08:59"), "before_previous Invalid C-5.3 /occurred_at");
    assert_eq!(deciding(&given, "2026-12-31 09:01"), "in_the_future Invalid C-5.3 /occurred_at");
    assert_eq!(deciding(&Given(given.full()), NOW), "too_many Invalid C-5.3");
}

#[test]
fn a_selected_case_is_published_each_text_once_in_each_channel() {
    assert_eq!(publishing(&Given::nominated(), NOW), "not_deidentified Rule C-5.3");
    for early in [Given::deidentified(), Given::submitted(), Given::decided(false)] {
        assert_eq!(publishing(&early, NOW), "not_selected Rule C-5.3");
    }
    let given = Given::decided(true);
    assert_eq!(publishing(&given, "2026-11-25 08:59"), "before_previous Invalid C-5.3 /posted_at");
    assert_eq!(publishing(&given, "2026-12-31 09:01"), "in_the_future Invalid C-5.3 /posted_at");
    let board = given.and_published("2026-11-26 09:00", PublicationChannel::Board);
    assert_eq!(publishing(&board, NOW), "already_published Rule C-5.3 /channel");
    assert_eq!(outdated(&board.0), []);
    let given = board.and_published("2026-11-26 10:00", PublicationChannel::Media).and_text("2026-11-27 09:00");
    assert_eq!(outdated(&given.0), [PublicationChannel::Board, PublicationChannel::Media]);
    assert_eq!(publishing(&given, "2026-11-27 08:59"), "before_previous Invalid C-5.3 /posted_at");
    let given = given.and_published("2026-11-27 10:00", PublicationChannel::Board);
    assert_eq!(outdated(&given.0), [PublicationChannel::Media]);
    assert_eq!(publishing(&Given(given.full()), NOW), "too_many Invalid C-5.3");
}

#[test]
fn everybody_reads_the_newest_text_from_its_own_publication_on() {
    let text = |given: &Given| text_for_everybody(&given.0);
    let given = Given::decided(true);
    assert_eq!((text(&Given::nominated()), text(&given)), (None, None));
    let given = given.and_published("2026-11-26 09:00", PublicationChannel::Board);
    assert_eq!(text(&given), Some(2));
    let given = given.and_text("2026-11-27 09:00");
    assert_eq!(text(&given), None);
    let given = given.and_published("2026-11-27 10:00", PublicationChannel::Media);
    assert_eq!(text(&given), Some(6));
}

#[test]
fn an_annotation_is_due_from_a_reopening_after_the_selection_on_until_there_is_one() {
    let given = Given::decided(true);
    let selected = given.0.selected.unwrap().position;
    assert!(!annotation_due(&given.0, []) && !annotation_due(&given.0, [selected - 1]));
    assert!(annotation_due(&given.0, [selected - 1, selected + 1]));
    assert!(!annotation_due(&Given::submitted().0, [selected + 1]));
    assert!(!annotation_due(&Given::decided(false).0, [selected + 9]));
    let given = given.and_annotated("2026-11-27 09:00");
    assert!(!annotation_due(&given.0, [selected]));
    assert!(annotation_due(&given.0, [selected, selected + 9]));
}

#[test]
fn a_selected_case_is_annotated_as_often_as_needed() {
    let annotating = |given: &Given, when: &str| no(annotate(&given.0, &rules(NOW), at(when)));
    for early in [Given::nominated(), Given::submitted(), Given::decided(false)] {
        assert_eq!(annotating(&early, NOW), "not_selected Rule C-5.3");
    }
    let given = Given::decided(true);
    assert_eq!(annotating(&given, "2026-11-25 08:59"), "before_previous Invalid C-5.3 /occurred_at");
    assert_eq!(annotating(&given, "2026-12-31 09:01"), "in_the_future Invalid C-5.3 /occurred_at");
    let given = given.and_annotated("2026-11-26 09:00").and_annotated("2026-11-26 09:00");
    assert_eq!(given.0.annotations.len(), 2);
    assert_eq!(annotating(&Given(given.full()), NOW), "too_many Invalid C-5.3");
}

/// The quarter that a case is of goes by when it was submitted, whether that was in time by when it was written down.
#[test]
fn a_case_belongs_to_the_day_of_its_first_submission_and_counts_by_the_claim_rule() {
    let days = |given: &Given| submitted_on(&given.0, &POLICY, &CALENDARS).map(|(on, counts_on, _)| (on, counts_on));
    assert_eq!(days(&Given::deidentified()), None);
    let given = Given::submitted().and_submitted("2026-11-30 09:00", CONGRESS);
    assert_eq!(days(&given), Some((day("2026-11-24"), day("2026-11-24"))));
    let (said, recorded) = ("2026-11-24 09:00", "2026-11-26 09:00");
    let given = Given::deidentified();
    let submitted = submit(&given.0, &offices(), &rules(recorded), STUDIO, at(said)).unwrap();
    let given = given.event(TypicalCaseEvent::Submitted(submitted), said, recorded);
    assert_eq!(days(&given), Some((day("2026-11-24"), day("2026-11-26"))));
}
