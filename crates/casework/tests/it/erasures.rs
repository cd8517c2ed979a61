//! Erasures: asked for by one, decided by another, carried out once, and whatever stops it, finished.

mod cut_short;
mod retention;

use crate::files::stores;
use crate::town::{Town, at, code, done, oral, said, whole};
use casework::Casework;
use casework::erasures::{ErasureDecision, HeldMatter, NewErasure, PersonNamed};
use casework::history::Told;
use domain::ids::{ErasureId, FileId, IssueId, ReceptionId};
use domain::vocabulary::{ErasureGround, ErasureRefusal, ErasureState, PersonalClass};
use event_store::boxes::{self, SubjectKey};
use event_store::{Append, CommandId, Expected, KeyId, NewEvent, Position, StreamId, SubjectId, Version, Write};
use file_store::FileStore;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;

fn visitor(reception_id: ReceptionId) -> PersonNamed {
    PersonNamed::Visitor { reception_id, visitor: 0 }
}

fn asks(persons: Vec<PersonNamed>, classes: &[PersonalClass]) -> NewErasure {
    NewErasure {
        persons,
        file_ids: Vec::new(),
        classes: classes.to_vec(),
        ground: ErasureGround::Request,
        reason: "本人来电要求删除。".to_owned(),
        at_once: true,
    }
}

const APPROVED: ErasureDecision = ErasureDecision { approved: true, refusal_ground: None, reason: None };

async fn approved(town: &Town, key: &str, new: &NewErasure) -> ErasureId {
    let asked = done(town.casework.request_erasure(&town.call(key), new).await.unwrap());
    let call = town.call_of_another(&format!("{key} approved"));
    done(town.casework.decide_erasure(&call, asked.made, &APPROVED).await.unwrap());
    asked.made
}

/// What the boxes of a stream say, box by box; `None` where the log calls them erased.
async fn told(cases: &Casework, stream: &StreamId) -> Vec<Option<String>> {
    let items = cases.history(&whole(cases).await, stream, Version(0), 100).await.unwrap().items;
    let parts = items.into_iter().flat_map(|item| item.personal);
    let said = |part: Told| match part {
        Told::Open(opening) => Some(String::from_utf8(opening.payload.clone()).unwrap()),
        Told::Erased => None,
        Told::Masked { .. } | Told::Withheld => panic!("everything is shown"),
    };
    parts.map(said).collect()
}

fn reception_of(id: ReceptionId) -> StreamId {
    StreamId::of("reception", id.0)
}

fn issue_of(id: IssueId) -> StreamId {
    StreamId::of("issue", id.0)
}

/// An issue that was answered.
async fn answered(town: &Town, issue: IssueId) {
    let answer = said("灯已修好。");
    let call = town.call(&format!("answer {issue}"));
    done(town.casework.answer_issue(&call, issue, &oral("2026-11-19 14:50"), &answer).await.unwrap());
}

#[tokio::test]
async fn who_was_erased_is_shown_so_and_everything_else_stays() {
    let mut town = Town::new().await;
    let files = FileStore::in_memory();
    town.casework = town.casework.with_files(files.clone());
    let cases = &town.casework;
    let (theirs, others) = (town.received("theirs", 1).await, town.received("others", 1).await);
    let file = stores(&town, "file").await;
    let issue = theirs.issues[0].0;
    answered(&town, issue).await;
    // Read before, so that it is remembered.
    let before = cases.store.head();
    let leaves = cases.store.read_all(Position(0), 4096, &event_store::Filter::default()).await.unwrap().events;
    assert!(told(cases, &issue_of(issue)).await.iter().all(Option::is_some));
    let remembered = cases.issue(issue, casework::loaded::AsOf::Now).await.unwrap();
    assert!(remembered.erased(cases, 1).await.unwrap().is_empty());

    let new = NewErasure { file_ids: vec![file.id], ..asks(vec![visitor(theirs.id)], PersonalClass::ALL) };
    let id = approved(&town, "erase", &new).await;
    assert!(told(cases, &issue_of(issue)).await.iter().all(Option::is_some), "it was not carried out");
    let forgot = AtomicUsize::new(0);
    let run = cases
        .carry_out_erasures(cases.now(), &|| {
            forgot.fetch_add(1, Ordering::SeqCst);
        })
        .await
        .unwrap();
    assert_eq!((run.erasures, run.epoch), (vec![id], 2));
    assert!(run.survivors > 3 && forgot.load(Ordering::SeqCst) > 0);

    assert_eq!(told(cases, &reception_of(theirs.id)).await, [None, None]);
    assert!(told(cases, &issue_of(issue)).await.iter().all(Option::is_none));
    assert!(told(cases, &reception_of(others.id)).await.iter().all(Option::is_some));
    assert!(told(cases, &issue_of(others.issues[0].0)).await.iter().all(Option::is_some));
    assert!(told(cases, &StreamId::of("erasure", id.0)).await[0].as_ref().unwrap().contains("来电"));
    let loaded = cases.issue(issue, casework::loaded::AsOf::Now).await.unwrap();
    assert_eq!(loaded.erased(cases, 1).await.unwrap().len(), loaded.boxes_of(1).count());
    let then = cases.issue(issue, casework::loaded::AsOf::Position(before.position)).await.unwrap();
    assert_eq!(then.erased(cases, 1).await.unwrap().len(), then.boxes_of(1).count());
    assert_eq!(cases.file_facts_unless_erased(&file.changed.loaded).await.unwrap().map(drop), None);
    assert!(files.list().await.unwrap().is_empty(), "its bytes are gone");
    assert_eq!(cases.store.damage(), None);
    let again = cases.store.read_all(Position(0), leaves.len(), &event_store::Filter::default()).await.unwrap().events;
    assert!(again == leaves, "leaves and boxes are as they were");
    assert_eq!((cases.keys.epochs(), cases.keys.kek_of(1)), (vec![2], None));
    assert!(cases.authenticate(&town.token.text).is_some());

    // Nothing more is said of them, and what needs no words goes on.
    let feedback = |key: &str, comment: Option<&str>| {
        let (call, comment) = (town.call(key), comment.map(str::to_owned));
        async move {
            let draft = domain::issue::feedback::FeedbackDraft {
                satisfaction: domain::vocabulary::Satisfaction::Satisfied,
                by: domain::vocabulary::FeedbackBy::CallBack,
                given_at: at("2026-11-19 14:55"),
            };
            code(cases.record_feedback(&call, issue, &draft, comment.as_deref()).await)
        }
    };
    assert_eq!(feedback("words", Some("谢谢。")).await, "person_erased");
    assert_eq!(feedback("no words", None).await, "done");
    // And life goes on under the new epoch.
    let later = town.received("later", 1).await;
    assert!(told(cases, &reception_of(later.id)).await.iter().all(Option::is_some));
    assert_eq!(cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap().epoch, 0, "nothing is due");
}

#[tokio::test]
async fn contact_goes_before_identity_and_each_epoch_ends_the_one_before() {
    let town = Town::new().await;
    let cases = &town.casework;
    let reception = town.received("reception", 1).await;
    for (n, class) in [(2, PersonalClass::Contact), (3, PersonalClass::Identity)] {
        approved(&town, class.as_str(), &asks(vec![visitor(reception.id)], &[class])).await;
        assert_eq!(cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap().epoch, n);
        let parts = told(cases, &reception_of(reception.id)).await;
        assert_eq!([parts[0].is_some(), parts[1].is_some()], [n == 2, false]);
    }
    assert!(told(cases, &issue_of(reception.issues[0].0)).await[0].is_some(), "its words were not asked for");
    assert_eq!(cases.keys.epochs(), [3]);
}

#[tokio::test]
async fn what_stands_in_the_way_is_told() {
    let town = Town::new().await;
    let cases = &town.casework;
    let reception = town.received("reception", 1).await;
    let issue = reception.issues[0].0;
    let person = || vec![visitor(reception.id)];
    let words = asks(person(), &[PersonalClass::Narrative]);
    let asked = done(cases.request_erasure(&town.call("words"), &words).await.unwrap()).made;
    assert_eq!(code(cases.request_erasure(&town.call("twice"), &words).await), "already_requested");
    let decide =
        |key: &'static str| cases.decide_erasure(Box::leak(Box::new(town.call_of_another(key))), asked, &APPROVED);
    assert_eq!(code(cases.decide_erasure(&town.call("self"), asked, &APPROVED).await), "same_person");
    assert_eq!(code(decide("open").await), "issue_open");
    answered(&town, issue).await;
    let held = HeldMatter::Reception(reception.id);
    let until = at("2026-12-01 00:00").date_naive();
    let hold = done(cases.set_legal_hold(&town.call("hold"), &held, until, "配合调查。").await.unwrap()).made;
    assert_eq!(code(decide("held").await), "legal_hold");
    done(cases.lift_legal_hold(&town.call("lift"), hold, "调查结束。").await.unwrap());
    assert_eq!(code(cases.lift_legal_hold(&town.call("lift again"), hold, "再次。").await), "legal_hold_over");
    done(decide("approved").await.unwrap());
    assert_eq!(code(decide("again").await), "already_decided");
    cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap();
    assert_eq!(code(cases.request_erasure(&town.call("after"), &words).await), "already_erased");
    let files = asks(person(), &[PersonalClass::File]);
    assert_eq!(code(cases.request_erasure(&town.call("files"), &files).await), "nothing_to_erase");
    let nobody = asks(vec![PersonNamed::Visitor { reception_id: reception.id, visitor: 7 }], PersonalClass::ALL);
    assert_eq!(code(cases.request_erasure(&town.call("nobody"), &nobody).await), "unknown_id");
    let no_file = NewErasure { file_ids: vec![FileId(Uuid::nil())], ..asks(Vec::new(), PersonalClass::ALL) };
    assert_eq!(code(cases.request_erasure(&town.call("no file"), &no_file).await), "unknown_id");

    let contact = asks(vec![visitor(reception.id)], &[PersonalClass::Contact]);
    let refused = done(cases.request_erasure(&town.call("contact"), &contact).await.unwrap()).made;
    let no = ErasureDecision {
        approved: false,
        refusal_ground: Some(ErasureRefusal::NotThePerson),
        reason: Some("声音不像。".to_owned()),
    };
    done(cases.decide_erasure(&town.call_of_another("refused"), refused, &no).await.unwrap());
    assert_eq!(cases.reference().erasures.get(refused).unwrap().state, ErasureState::Refused);
    assert_eq!(cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap().epoch, 0);
}

/// A hold reaches what goes with what it names: the files of an issue, and who raised it.
#[tokio::test]
async fn a_hold_keeps_the_files_and_the_visitor_of_what_it_names() {
    let mut town = Town::new().await;
    town.casework = town.casework.with_files(FileStore::in_memory());
    let cases = &town.casework;
    let (theirs, others) = (town.received("theirs", 1).await, town.received("others", 1).await);
    let issue = theirs.issues[0].0;
    let (file, loose) = (stores(&town, "file").await.id, stores(&town, "loose").await.id);
    done(cases.attach_evidence(&town.call("evidence"), issue, &[file], None).await.unwrap());
    answered(&town, issue).await;
    let of_file = |id: FileId| NewErasure { file_ids: vec![id], ..asks(Vec::new(), &[PersonalClass::File]) };
    let contact = |id: ReceptionId| asks(vec![visitor(id)], &[PersonalClass::Contact]);
    let mut asked = Vec::new();
    for (key, new) in [
        ("its file", of_file(file)),
        ("its visitor", contact(theirs.id)),
        ("a loose file", of_file(loose)),
        ("another visitor", contact(others.id)),
    ] {
        asked.push((key, done(cases.request_erasure(&town.call(key), &new).await.unwrap()).made));
    }
    let until = at("2026-12-01 00:00").date_naive();
    let on = at("2026-11-19 12:00").date_naive();
    let grid = HeldMatter::Grid { grid_id: town.grid, from: on, to: on };
    for (n, (held, also_others)) in [
        (HeldMatter::Issue(issue), false),
        (HeldMatter::Reception(theirs.id), false),
        (HeldMatter::Persons(vec![visitor(theirs.id)]), false),
        (grid, true),
    ]
    .into_iter()
    .enumerate()
    {
        let call = town.call(&format!("hold {n}"));
        let hold = done(cases.set_legal_hold(&call, &held, until, "配合调查。").await.unwrap()).made;
        for (key, id) in &asked {
            let covered = match *key {
                "a loose file" => false,
                "another visitor" => also_others,
                _ => true,
            };
            if covered {
                let call = town.call_of_another(&format!("{n} {key}"));
                assert_eq!(code(cases.decide_erasure(&call, *id, &APPROVED).await), "legal_hold", "{held:?} {key}");
            }
        }
        done(cases.lift_legal_hold(&town.call(&format!("lift {n}")), hold, "调查结束。").await.unwrap());
    }
    let hold = HeldMatter::Issue(issue);
    done(cases.set_legal_hold(&town.call("hold"), &hold, until, "配合调查。").await.unwrap());
    for (key, id) in &asked[2..] {
        done(cases.decide_erasure(&town.call_of_another(key), *id, &APPROVED).await.unwrap());
    }
}

#[tokio::test]
async fn a_person_is_also_named_by_their_receipt() {
    let town = Town::new().await;
    let cases = &town.casework;
    let reception = town.received("reception", 2).await;
    let receipt_code = cases.keys.receipt_code(reception.issues[1].0.0, None).replace('-', " ").to_lowercase();
    let new = asks(vec![PersonNamed::Receipt { receipt_code }], PersonalClass::ALL);
    let asked = done(cases.request_erasure(&town.call("receipt"), &new).await.unwrap());
    assert_eq!(asked.reference.erasures.get(asked.made).unwrap().asked.subjects.len(), 3);
    let unknown = PersonNamed::Receipt { receipt_code: "0000-0000-0000-0000".to_owned() };
    let unknown = asks(vec![unknown], PersonalClass::ALL);
    assert_eq!(code(cases.request_erasure(&town.call("unknown"), &unknown).await), "unknown_id");
}

#[tokio::test]
async fn what_need_not_be_at_once_is_carried_out_in_the_night() {
    let town = Town::new().await;
    let cases = &town.casework;
    let reception = town.received("reception", 0).await;
    let new = NewErasure { at_once: false, ..asks(vec![visitor(reception.id)], PersonalClass::ALL) };
    approved(&town, "erase", &new).await;
    for (when, epoch) in [("2026-11-19 23:59", 0), ("2026-11-20 02:29", 0), ("2026-11-20 02:30", 2)] {
        town.set(when);
        assert_eq!(cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap().epoch, epoch, "{when}");
    }
}

#[tokio::test]
async fn what_a_legal_hold_covers_since_its_approval_waits_until_that_is_over() {
    let town = Town::new().await;
    let cases = &town.casework;
    let reception = town.received("reception", 0).await;
    let new = NewErasure { at_once: false, ..asks(vec![visitor(reception.id)], PersonalClass::ALL) };
    let erasure = approved(&town, "erase", &new).await;
    let held = HeldMatter::Reception(reception.id);
    let until = at("2026-12-01 00:00").date_naive();
    let hold = done(cases.set_legal_hold(&town.call("hold"), &held, until, "配合调查。").await.unwrap()).made;
    town.set("2026-11-20 02:30");
    assert_eq!(cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap().erasures, []);
    assert!(told(cases, &reception_of(reception.id)).await[0].is_some(), "nothing is lost");
    assert_eq!(cases.reference().erasures.get(erasure).unwrap().state, ErasureState::Approved);
    done(cases.lift_legal_hold(&town.call("lift"), hold, "调查结束。").await.unwrap());
    assert_eq!(cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap().erasures, [erasure]);
    assert!(told(cases, &reception_of(reception.id)).await[0].is_none());
}

/// Records a reception as versions before did: one key for all that lies with its visitor.
async fn of_key_format_1(town: &Town) -> ReceptionId {
    let cases = &town.casework;
    let id = ReceptionId(cases.new_id());
    let (stream, subject, key) = (reception_of(id), SubjectId::random(), SubjectKey::random());
    let seal = |index, class, payload| boxes::seal(&key, subject, &stream, Version(1), index, class, &payload).unwrap();
    let golden: serde_json::Value =
        serde_json::from_str(include_str!("../../../domain/golden/reception.recorded.2.json")).unwrap();
    let mut public = golden["public"].clone();
    public["visitors"] = json!([{"subject": subject.to_string()}]);
    public["issue_ids"] = json!([]);
    public["grid_id"] = json!(town.grid.0);
    let event = NewEvent {
        event_type: "reception.recorded".to_owned(),
        schema: 2,
        area: town.grid.0,
        occurred_at: None,
        policy: None,
        calendar: None,
        public,
        boxes: vec![seal(0, "identity", json!({"name": "李四"})), seal(1, "contact", json!({"phone": "13900005678"}))],
        keys: vec![boxes::wrap(&cases.keys.kek(), KeyId::shared(subject), &key)],
    };
    let append = Append {
        command: CommandId(event_store::random_bytes()),
        fingerprint: [0; 32],
        actor: "system/import".to_owned(),
        role: "system".to_owned(),
        access: None,
        writes: vec![Write { stream: stream.clone(), expected: Expected::NoStream, events: vec![event] }],
        checks: Vec::new(),
    };
    cases.store.append(append).await.unwrap();
    id
}

#[tokio::test]
async fn who_had_one_key_for_all_classes_gets_one_for_each() {
    let town = Town::new().await;
    let cases = &town.casework;
    let (theirs, others) = (of_key_format_1(&town).await, of_key_format_1(&town).await);
    let before = told(cases, &reception_of(theirs)).await;
    assert!(before.iter().all(Option::is_some), "what an earlier version sealed opens");
    approved(&town, "contact", &asks(vec![visitor(theirs)], &[PersonalClass::Contact])).await;
    assert_eq!(cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap().epoch, 2);
    let after = told(cases, &reception_of(theirs)).await;
    assert_eq!((after[0].as_ref(), after[1].as_ref()), (before[0].as_ref(), None));
    assert!(told(cases, &reception_of(others)).await.iter().all(Option::is_some));
    // And once more: what was sealed anew stays where it is.
    approved(&town, "others", &asks(vec![visitor(others)], &[PersonalClass::Identity])).await;
    assert_eq!(cases.carry_out_erasures(cases.now(), &|| {}).await.unwrap().epoch, 3);
    let parts = told(cases, &reception_of(others)).await;
    assert_eq!([parts[0].is_some(), parts[1].is_some()], [false, true]);
    assert_eq!(told(cases, &reception_of(theirs)).await[0], before[0]);
    assert_eq!(cases.store.damage(), None);
}
