//! What delegates do besides: a reception and what it is told to are one append, whoever comes at once; and which files there are
//! is looked up.

use crate::files::stores;
use crate::town::{Town, at, code, day, done};
use casework::loaded::{AsOf, Entity};
use casework::receptions::{NewReception, NewVisitor};
use casework::transact::Outcome;
use casework::undertakings::NewFiling;
use casework::undertakings::appointments::{NewAgreement, NewAppointment};
use casework::undertakings::studies::NewStudy;
use domain::appointment::Appointment;
use domain::file::{FileDraft, MediaType};
use domain::ids::{AppointmentId, FileId};
use domain::policy::ClockTime;
use domain::reception::{DelegateDraft, Occasion};
use domain::study::Study;
use domain::vocabulary::{AppointmentState, FileKind, OfficeKind, ReceptionForm, StudyKind, StudyState};
use event_store::Version;
use file_store::FileStore;
use futures_util::future::{join, join_all};
use uuid::Uuid;

/// The first delegate of the grid comes on Thursday 2026-11-26.
fn agreement(town: &Town) -> NewAgreement {
    NewAgreement {
        delegate_id: town.delegates[0],
        scheduled_on: day("2026-11-26"),
        from: ClockTime("13:30:00".parse().unwrap()),
        place: Some("太平村3号楼".to_owned()),
        at: None,
    }
}

/// An appointment that was asked for and agreed.
async fn agreed(town: &Town, key: &str) -> AppointmentId {
    let new = NewAppointment {
        grid_id: town.grid,
        unit_id: None,
        delegate_id: None,
        visitor: NewVisitor { name: Some("欧阳秀英".to_owned()), phone: None },
        text: "腿脚不便，请上门。".to_owned(),
        at: None,
    };
    let (id, _) = done(town.casework.request_appointment(&town.call(key), &new).await.unwrap());
    let call = town.call(&format!("{key} agreed"));
    done(town.casework.schedule_appointment(&call, id, &agreement(town)).await.unwrap());
    id
}

/// The visit that keeps it, an hour before now, with one thing raised.
fn visit(town: &Town, id: AppointmentId) -> NewReception {
    let form = ReceptionForm::Appointment;
    NewReception { form, occasion: Some(Occasion::Appointment(id)), ..town.reception("2026-11-26 14:00", 1) }
}

#[tokio::test]
async fn of_visits_at_once_one_keeps_the_appointment_and_nothing_is_left_of_the_others() {
    let town = Town::new().await;
    let id = agreed(&town, "ask").await;
    town.set("2026-11-26 15:00");
    let before = town.casework.store.head().position;
    let keys: Vec<String> = (0..8).map(|n| format!("visit {n}")).collect();
    let visits = keys.iter().map(|key| {
        let (call, new) = (town.call(key), visit(&town, id));
        let town = &town;
        async move { code(town.casework.record_reception(&call, &new).await) }
    });
    let mut codes = join_all(visits).await;
    codes.sort_unstable();
    assert_eq!((codes[7], codes.iter().filter(|code| **code == "already_kept").count()), ("done", 7));
    // A reception, its issue, and that it is kept.
    assert_eq!(town.casework.store.head().position.0, before.0 + 3);
    let kept = town.casework.load::<Appointment>(id, AsOf::Now).await.unwrap();
    assert_eq!((kept.state.state, kept.version), (AppointmentState::Kept, Version(3)));
    let (reception, _) = kept.state.kept.unwrap();
    let reception = town.casework.reception(reception, AsOf::Now).await.unwrap();
    assert_eq!(reception.state.occasion, Some(Occasion::Appointment(id)));
}

#[tokio::test]
async fn a_visit_recorded_again_keeps_the_appointment_once() {
    let town = Town::new().await;
    let id = agreed(&town, "ask").await;
    town.set("2026-11-26 15:00");
    let new = visit(&town, id);
    let first = done(town.casework.record_reception(&town.call("visit"), &new).await.unwrap());
    let again = town.casework.record_reception(&town.call("visit"), &new).await.unwrap();
    let Outcome::Replayed(record) = again else { panic!("recorded twice") };
    assert_eq!(record.last, first.position);
    assert_eq!(town.casework.load::<Appointment>(id, AsOf::Now).await.unwrap().version, Version(3));
}

#[tokio::test]
async fn what_is_moved_to_another_delegate_is_not_kept_by_the_first() {
    let town = Town::new().await;
    for n in 0..4 {
        let id = agreed(&town, &format!("ask {n}")).await;
        let other = NewAgreement { delegate_id: town.delegates[1], ..agreement(&town) };
        let mut early = visit(&town, id);
        early.held_at = at("2026-11-19 15:00");
        let (moved, kept) = (town.call(&format!("moved {n}")), town.call(&format!("kept {n}")));
        let (moved, kept) =
            join(town.casework.schedule_appointment(&moved, id, &other), town.casework.record_reception(&kept, &early))
                .await;
        let codes = [code(moved), code(kept)];
        assert!(codes == ["done", "delegate_not_there"] || codes == ["wrong_state", "done"], "{codes:?}");
    }
}

#[tokio::test]
async fn a_study_is_finished_by_files_that_are_there_and_of_the_kind_that_it_takes() {
    let mut town = Town::new().await;
    town.casework = town.casework.with_files(FileStore::in_memory());
    let cases = &town.casework;
    let note = stores(&town, "note").await.id;
    let sound = FileDraft {
        kind: FileKind::Audio,
        media_type: MediaType::Mp3,
        name: "录音.mp3".to_owned(),
        grid_id: None,
        taken_at: None,
    };
    let mut upload = cases.receive_file(&sound).await.unwrap();
    upload.write(b"ID3\x04\0\0\0\0\0\0").await.unwrap();
    upload.write(&[b"\xff\xfb\x90\x64".as_slice(), &[0; 2_000]].concat()).await.unwrap();
    let sound = done(cases.store_file(&town.call("sound"), upload).await.unwrap()).id;
    let nothing = FileId(Uuid::from_u128(9));

    let mut new = NewStudy {
        kind: StudyKind::Study,
        grid_id: None,
        topics: vec!["housing".to_owned()],
        lead_delegate_id: town.delegates[0],
        delegate_ids: vec![town.delegates[1]],
        held_at: at("2026-11-19 09:00"),
        title: "老旧小区楼道照明".to_owned(),
        text: None,
        file_ids: vec![sound, nothing],
    };
    assert_eq!(code(cases.start_study(&town.call("unknown"), &new).await), "unknown_id");
    new.file_ids = vec![sound];
    let (id, begun) = done(cases.start_study(&town.call("start"), &new).await.unwrap());
    // Of no grid it is of the whole town.
    assert_eq!(begun.loaded.state.area(), None);
    let area = cases.store.event(begun.position).await.unwrap().unwrap().leaf().unwrap().area;
    assert_eq!(area, cases.reference().areas.town().unwrap().id.0);
    let finish =
        async |key: &str, files: &[FileId]| code(cases.finish_study(&town.call(key), id, files, None, None).await);
    assert_eq!(finish("no file", &[]).await, "evidence_missing");
    assert_eq!(finish("no document", &[sound]).await, "evidence_missing");
    assert_eq!(finish("not there", &[note, nothing]).await, "unknown_id");
    assert_eq!(finish("twice", &[note, note]).await, "duplicate");
    assert_eq!(finish("finished", &[sound, note]).await, "done");
    assert_eq!(finish("again", &[note]).await, "already_finished");

    let studio =
        done(cases.register_office(&town.call("studio"), "党代表工作室", OfficeKind::PartyStudio, None).await.unwrap());
    let to = NewFiling { office_id: studio.made, file_ids: vec![note], text: None, at: None };
    done(cases.submit_study(&town.call("sent"), id, &to).await.unwrap());
    assert_eq!(code(cases.submit_study(&town.call("sent again"), id, &to).await), "already_submitted");
    let study = cases.load::<Study>(id, AsOf::Now).await.unwrap();
    assert_eq!(study.state.file_ids, [sound, sound, note, note]);
    assert_eq!(domain::study::state(&study.state, &cases.reference().offices), StudyState::Finished);
}

#[tokio::test]
async fn whoever_takes_part_in_a_hearing_takes_part_in_the_study() {
    let town = Town::new().await;
    let new = NewStudy {
        kind: StudyKind::Inspection,
        grid_id: Some(town.grid),
        topics: vec!["housing".to_owned()],
        lead_delegate_id: town.delegates[0],
        delegate_ids: vec![town.delegates[1]],
        held_at: at("2026-11-19 09:00"),
        title: "消防通道".to_owned(),
        text: None,
        file_ids: Vec::new(),
    };
    let (id, _) = done(town.casework.start_study(&town.call("start"), &new).await.unwrap());
    let heard = |key: &str, delegate: usize| {
        let mut new = town.reception("2026-11-19 14:10", 1);
        (new.form, new.occasion) = (ReceptionForm::Hearing, Some(Occasion::Study(id)));
        new.delegates = vec![DelegateDraft { delegate_id: town.delegates[delegate], delegate_type: None }];
        let call = town.call(key);
        let town = &town;
        async move { code(town.casework.record_reception(&call, &new).await) }
    };
    assert_eq!(heard("stranger", 2).await, "delegate_not_there");
    // Both at once: the study hears of each.
    let codes = join(heard("lead", 0), heard("member", 1)).await;
    assert_eq!(codes, ("done", "done"));
    let study = town.casework.load::<Study>(id, AsOf::Now).await.unwrap();
    assert_eq!((study.state.hearings.len(), study.version), (2, Version(3)));
}
