#![allow(clippy::unwrap_used)]

use super::*;
use crate::fixtures::{calendars, policies};
use uuid::Uuid;

fn draft() -> FileDraft {
    FileDraft {
        kind: FileKind::Image,
        media_type: MediaType::Jpeg,
        name: "现场照片.jpg".to_owned(),
        grid_id: None,
        taken_at: None,
    }
}

fn said(draft: &FileDraft) -> Result<FileDraft, Vec<(&'static str, String)>> {
    let (policies, calendars) = (policies(), calendars());
    let now = "2026-11-26T06:00:00Z".parse().unwrap();
    let rules = Rules::at(policies.newest().unwrap(), &calendars, now);
    let from = NaiveDate::from_ymd_opt(2023, 12, 1);
    let known = AreaId(Uuid::from_u128(1));
    announce(&rules, from, |id| id == known, draft).map_err(|faults| {
        faults.into_iter().map(|fault| (fault.code.as_str(), fault.pointer.unwrap_or_default())).collect()
    })
}

#[test]
fn a_file_is_announced_by_name_kind_and_type() {
    let announced = said(&FileDraft { name: "  现场照片.jpg ".to_owned(), ..draft() }).unwrap();
    assert_eq!((announced.name.as_str(), announced.taken_at), ("现场照片.jpg", None));
    let grid_id = Some(AreaId(Uuid::from_u128(1)));
    assert!(said(&FileDraft { grid_id, ..draft() }).is_ok());
    for media_type in MediaType::ALL {
        assert_eq!(MediaType::parse(media_type.as_str()), Some(*media_type));
        assert_eq!(MediaType::parse(&media_type.as_str().to_ascii_uppercase()), Some(*media_type));
        let fitting = FileDraft { kind: media_type.kind(), media_type: *media_type, ..draft() };
        assert!(said(&fitting).is_ok(), "{media_type:?}");
    }
    assert_eq!(MediaType::parse("text/html"), None);
}

#[test]
fn every_fault_of_what_is_said_is_told_at_once() {
    let wrong = FileDraft {
        kind: FileKind::Video,
        name: String::new(),
        grid_id: Some(AreaId(Uuid::from_u128(2))),
        taken_at: "2026-11-27T00:00:00Z".parse().ok(),
        ..draft()
    };
    let expected = [
        ("missing", at::NAME),
        ("media_type_mismatch", at::KIND),
        ("unknown_id", at::GRID_ID),
        ("in_the_future", at::TAKEN_AT),
    ];
    assert_eq!(said(&wrong).unwrap_err(), expected.map(|(code, pointer)| (code, pointer.to_owned())));
}

#[test]
fn a_name_is_no_path_and_one_line() {
    for (name, code) in [
        ("../../etc/passwd", "file_unsafe"),
        ("..", "file_unsafe"),
        ("C:\\windows\\win.ini", "file_unsafe"),
        ("\\\\server\\share", "file_unsafe"),
        ("a\u{0}.pdf", "control_character"),
        ("a\nb.pdf", "control_character"),
        ("\u{202e}fdp.exe", "control_character"),
        (" ", "missing"),
    ] {
        let refused = said(&FileDraft { name: name.to_owned(), ..draft() }).unwrap_err();
        assert_eq!(refused, [(code, at::NAME.to_owned())], "{name:?}");
    }
    let long = FileDraft { name: "长".repeat(201), ..draft() };
    assert_eq!(said(&long).unwrap_err()[0].0, "too_long");
    assert!(said(&FileDraft { name: "会议..记录.pdf".to_owned(), ..draft() }).is_ok());
}

#[test]
fn a_file_is_taken_after_the_programme_began_and_not_ahead_of_now() {
    let at = |text: &str| said(&FileDraft { taken_at: text.parse().ok(), ..draft() });
    assert_eq!(at("2023-11-30T15:59:59Z").unwrap_err(), [("before_programme", at::TAKEN_AT.to_owned())]);
    assert!(at("2023-11-30T16:00:00Z").is_ok(), "the first minute of the first day in the town");
    // A client's clock may be a little fast.
    assert_eq!(at("2026-11-26T06:00:03Z").unwrap().taken_at, "2026-11-26T06:00:00Z".parse().ok());
    assert_eq!(at("2026-11-26T06:00:06Z").unwrap_err()[0].0, "in_the_future");
}

#[test]
fn what_its_bytes_are_decides_whether_it_is_stored() {
    let contents = |bytes, fits, unsafe_because| Contents { bytes, fits, unsafe_because };
    let stored = store(&draft(), &contents(1, true, None)).unwrap();
    assert_eq!(stored, FileEvent::Stored(FileStored { kind: FileKind::Image }));
    for (contents, code, pointer) in [
        (contents(0, false, None), Code::Missing, at::BYTES),
        (contents(9, false, None), Code::MediaTypeMismatch, at::MEDIA_TYPE),
        (contents(9, true, Some(Unsafe::Entries)), Code::FileUnsafe, at::BYTES),
        (contents(9, true, Some(Unsafe::Unpacked)), Code::FileUnsafe, at::BYTES),
        (contents(9, true, Some(Unsafe::Path)), Code::FileUnsafe, at::BYTES),
        (contents(9, true, Some(Unsafe::Unreadable)), Code::FileUnsafe, at::BYTES),
    ] {
        let refused = store(&draft(), &contents).unwrap_err();
        assert_eq!((refused.code, refused.pointer.as_deref()), (code, Some(pointer)));
        assert_eq!(refused.clause, None, "the notice does not speak of files");
    }
}

#[test]
fn a_file_is_what_its_leaf_says() {
    let mut file = File::default();
    let at = Stamp {
        position: 9,
        version: 1,
        occurred_at: "2026-11-26T05:00:00Z".parse().unwrap(),
        recorded_at: "2026-11-26T06:00:00Z".parse().unwrap(),
        policy: Some(4),
        calendar: None,
        account: None,
    };
    file.apply(&FileEvent::Stored(FileStored { kind: FileKind::Audio }), &at);
    assert_eq!((file.kind, file.taken_at, file.recorded_at), (Some(FileKind::Audio), at.occurred_at, at.recorded_at));
    assert_eq!(file.policy, Some(4));
}
