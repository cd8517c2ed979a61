//! Recording an activity, hearing people at it.

use super::*;
use crate::hearing::HEARINGS_MAX;
use crate::ids::{AreaId, DelegateId};
use crate::reception::People;
use crate::session::fixture::{BOTH, LATER, NOBODY, OTHER_GRID, OTHER_VILLAGE, VILLAGE};
use crate::step::EVENTS_MAX;
use crate::vocabulary::DelegateType;

fn refused(draft: &ActivityDraft) -> Vec<String> {
    told(hold(&TOWN.people(), &OFFICES, &rules(NOW), draft))
}

fn held(draft: &ActivityDraft) -> ActivityHeld {
    hold(&TOWN.people(), &OFFICES, &rules(NOW), draft).unwrap()
}

#[test]
fn each_kind_is_held_with_what_is_its_own() {
    let outreach = ActivityDraft {
        unit_id: Some(VILLAGE),
        office_ids: Some(vec![WATER]),
        questions: Some(Questions { asked: 5, answered: 3 }),
        files: vec![file(0xa1)],
        ..draft(ActivityKind::Outreach, HELD)
    };
    let one = held(&outreach);
    assert_eq!(
        (one.outreach_form, one.office_ids, one.questions),
        (Some(OutreachForm::Lecture), vec![WATER], outreach.questions)
    );
    assert_eq!((one.unit_id, one.file_ids), (Some(VILLAGE), vec![file(0xa1).id]));
    assert_eq!(one.delegates[1].delegate_type, DelegateType::Deputy);
    assert_eq!(held(&draft(ActivityKind::Consultation, HELD)).briefings, Some(1));
    let grids = ActivityDraft { grid_ids: vec![GRID, OTHER_GRID], ..draft(ActivityKind::ThemeActivity, HELD) };
    assert_eq!((held(&grids).mode, held(&grids).grid_ids.len()), (Some(ActivityMode::Centralised), 2));
    assert_eq!(Given::held(&grids).activity.grid(), None);
    // What it lacks is no fault of the record.
    let nobody = ActivityDraft { attendance: BTreeMap::new(), ..draft(ActivityKind::Symposium, HELD) };
    assert!(held(&nobody).attendance.is_empty());
}

#[test]
fn what_is_of_another_kind_is_unexpected_and_its_own_is_needed() {
    let all = ActivityDraft {
        outreach_form: Some(OutreachForm::Exchange),
        office_ids: Some(Vec::new()),
        questions: Some(Questions { asked: 1, answered: 1 }),
        briefings: Some(1),
        mode: Some(ActivityMode::Distributed),
        ..draft(ActivityKind::Symposium, HELD)
    };
    let unexpected = |clause: &str, fields: &[&str]| -> Vec<String> {
        fields.iter().map(|field| format!("field_unexpected Invalid {clause} /{field}")).collect()
    };
    let fields = ["outreach_form", "office_ids", "questions", "briefings", "mode"];
    assert_eq!(refused(&all), unexpected("C-4.3b", &fields));
    assert_eq!(
        refused(&ActivityDraft { kind: ActivityKind::Outreach, ..all.clone() }),
        unexpected("C-3.2", &fields[3..])
    );
    let consultation = [fields[0], fields[1], fields[2], fields[4]];
    assert_eq!(
        refused(&ActivityDraft { kind: ActivityKind::Consultation, ..all.clone() }),
        unexpected("C-3.3", &consultation)
    );
    assert_eq!(refused(&ActivityDraft { kind: ActivityKind::ThemeActivity, ..all }), unexpected("C-4.2", &fields[..4]));
    let bare = draft(ActivityKind::Symposium, HELD);
    for (kind, needed) in [
        (ActivityKind::Outreach, "missing Invalid C-3.2 /outreach_form"),
        (ActivityKind::Consultation, "missing Invalid C-3.3 /briefings"),
        (ActivityKind::ThemeActivity, "missing Invalid C-4.2 /mode"),
    ] {
        assert_eq!(refused(&ActivityDraft { kind, ..bare.clone() }), [needed]);
    }
}

#[test]
fn a_consultation_has_classes_of_its_own() {
    let attendance: BTreeMap<_, _> = AttendanceClass::ALL.iter().map(|class| (*class, 1)).collect();
    let with = |kind| ActivityDraft { attendance: attendance.clone(), ..draft(kind, HELD) };
    assert_eq!(
        refused(&with(ActivityKind::Consultation)),
        [
            "field_unexpected Invalid C-3.3 /attendance/mass_organisation",
            "field_unexpected Invalid C-3.3 /attendance/official",
        ]
    );
    for kind in [ActivityKind::Outreach, ActivityKind::ThemeActivity, ActivityKind::Symposium] {
        assert_eq!(held(&with(kind)).attendance.len(), 5);
    }
}

#[test]
fn all_that_does_not_fit_is_told_at_once() {
    let who = |delegate_id| DelegateDraft { delegate_id, delegate_type: None };
    let wrong = ActivityDraft {
        grid_ids: vec![GRID, GRID, AreaId(NOBODY.0)],
        unit_id: Some(OTHER_VILLAGE),
        held_at: at("2026-12-11 09:01"),
        delegates: vec![who(PARTY[0]), who(PARTY[0]), who(NOBODY), who(LATER), who(BOTH)],
        attendance: [(AttendanceClass::Resident, COUNT_MAX + 1)].into(),
        files: vec![file(0xa1), file(0xa1), file(0xaf)],
        office_ids: Some(vec![WATER, WATER, NO_OFFICE]),
        questions: Some(Questions { asked: 2, answered: 3 }),
        ..draft(ActivityKind::Outreach, HELD)
    };
    assert_eq!(
        refused(&wrong),
        [
            "duplicate Invalid C-3.2 /grid_ids/1",
            "unknown_id Invalid C-3.2 /grid_ids/2",
            "unit_not_in_grid Invalid C-1 /unit_id",
            "in_the_future Invalid C-3.2 /held_at",
            "delegate_twice Invalid C-1 /delegates/1/delegate_id",
            "unknown_id Invalid C-3.2 /delegates/2/delegate_id",
            "delegate_without_mandate Invalid C-1 /delegates/3/delegate_id",
            "delegate_type_needed Invalid C-1 /delegates/4/delegate_type",
            "out_of_range Invalid C-3.2 /attendance/resident",
            "out_of_range Invalid C-3.2 /questions/answered",
            "duplicate Invalid C-3.2 /office_ids/1",
            "unknown_id Invalid C-3.2 /office_ids/2",
            "duplicate Invalid C-3.2 /file_ids/1",
            "unknown_id Invalid C-3.2 /file_ids/2",
        ]
    );
    let nothing = ActivityDraft {
        grid_ids: Vec::new(),
        delegates: Vec::new(),
        held_at: at("2023-11-30 09:00"),
        briefings: Some(COUNT_MAX + 1),
        ..draft(ActivityKind::Consultation, HELD)
    };
    assert_eq!(
        refused(&nothing),
        [
            "missing Invalid C-3.3 /grid_ids",
            "before_programme Invalid C-0 /held_at",
            "no_delegate Invalid C-3.3 /delegates",
            "out_of_range Invalid C-3.3 /briefings",
        ]
    );
    let people = People { programme: None, ..TOWN.people() };
    let early = hold(&people, &OFFICES, &rules(NOW), &draft(ActivityKind::Symposium, HELD));
    assert_eq!(told(early), ["before_programme Invalid C-0 /held_at"]);
    let nowhere = ActivityDraft { unit_id: Some(AreaId(NOBODY.0)), ..draft(ActivityKind::Symposium, HELD) };
    assert_eq!(refused(&nowhere), ["unknown_id Invalid C-4.3b /unit_id"]);
}

#[test]
fn an_activity_has_no_more_than_a_leaf_holds() {
    let crowd = |count: usize| -> Vec<DelegateDraft> {
        let id = |n| DelegateId(Uuid::from_u128(0x1000 + n as u128));
        (0..count).map(|n| DelegateDraft { delegate_id: id(n), delegate_type: None }).collect()
    };
    let grids = (0..=GRIDS_MAX as u128).map(|n| AreaId(Uuid::from_u128(0x2000 + n))).collect();
    let offices = (0..=OFFICES_MAX as u128).map(|n| OfficeId(Uuid::from_u128(0x3000 + n))).collect();
    let much = ActivityDraft {
        grid_ids: grids,
        delegates: crowd(DELEGATES_MAX + 1),
        office_ids: Some(offices),
        questions: Some(Questions { asked: COUNT_MAX + 1, answered: 0 }),
        ..draft(ActivityKind::Outreach, HELD)
    };
    assert_eq!(
        refused(&much),
        [
            "too_many Invalid C-3.2 /grid_ids",
            "too_many Invalid C-3.2 /delegates",
            "out_of_range Invalid C-3.2 /questions/asked",
            "too_many Invalid C-3.2 /office_ids",
        ]
    );
    // As many as there may be are each looked at.
    let many = ActivityDraft { delegates: crowd(DELEGATES_MAX), ..draft(ActivityKind::Symposium, HELD) };
    assert_eq!(refused(&many).len(), DELEGATES_MAX);
}

/// What could not be read is told by whoever read it, once.
#[test]
fn what_could_not_be_read_is_no_fault_of_the_rest() {
    let parts = ActivityParts {
        grid_ids: Some(vec![None]),
        unit_id: Some(VILLAGE),
        delegates: Some(vec![None]),
        own: OwnFields { mode: true, ..OwnFields::default() },
        ..ActivityParts::default()
    };
    let faults = |parts: &ActivityParts| parts_faults(&TOWN.people(), &OFFICES, &rules(NOW), parts);
    assert!(faults(&parts).is_empty());
    // A field that was sent is there, whether or not it could be read.
    let kind = Some(ActivityKind::ThemeActivity);
    assert!(faults(&ActivityParts { kind, ..parts.clone() }).is_empty());
    let bare = ActivityParts { kind, own: OwnFields::default(), ..parts };
    assert_eq!(faults(&bare).into_iter().map(one).collect::<Vec<_>>(), ["missing Invalid C-4.2 /mode"]);
}

#[test]
fn people_are_heard_on_its_day_in_one_of_its_grids_by_who_took_part() {
    let given = Given::of(ActivityKind::Outreach);
    let hear = |draft: &HearingDraft| hear(&given.activity, &rules(NOW), draft);
    let heard = hear(&hearing("2026-11-02 23:00", 2)).unwrap();
    assert_eq!(heard.issue_ids, vec![ISSUE; 2]);
    let wrong =
        HearingDraft { grid_id: OTHER_GRID, delegate_ids: vec![DEPUTY[0], PARTY[1]], ..hearing("2026-11-03 00:00", 0) };
    let all = [
        "grid_not_there Invalid C-3.2 /grid_id",
        "not_the_day Invalid C-3.2 /held_at",
        "delegate_not_there Invalid C-3.2 /delegates/1/delegate_id",
    ];
    assert_eq!(told(hear(&wrong)), all);
    let before = told(hear(&hearing("2026-11-01 23:59", 0)));
    assert_eq!(before, ["before_previous Invalid C-3.2 /held_at"]);
    let both = ActivityDraft { grid_ids: vec![OTHER_GRID, GRID], ..draft(ActivityKind::Consultation, HELD) };
    assert!(super::super::hear(&Given::held(&both).activity, &rules(NOW), &hearing(HELD, 0)).is_ok());
}

#[test]
fn an_activity_remembers_a_bounded_number_of_hearings_and_events() {
    let mut given = Given::of(ActivityKind::Consultation);
    for _ in 0..HEARINGS_MAX {
        given = given.heard(HELD, 0);
    }
    let full = told(hear(&given.activity, &rules(NOW), &hearing(HELD, 0)));
    assert_eq!(full, ["too_many Invalid C-3.3 /activity_id"]);
    let mut given = Given::of(ActivityKind::Symposium).adopted("2026-11-02 10:00").sent("2026-11-02 10:00", STUDIO);
    given.activity.version = EVENTS_MAX;
    let improvement = ImprovementDraft { id: IMPROVEMENT, by_on: None, at: at(NOW) };
    let activity = &given.activity;
    let heard = told(hear(activity, &rules(NOW), &hearing(HELD, 0)));
    assert_eq!(heard, ["too_many Invalid C-4.3b /activity_id"]);
    let many = "too_many Invalid C-4.2";
    assert_eq!(told(attach_evidence(activity, &rules(NOW), &[file(0xa1)], at(NOW))), [many]);
    assert_eq!(told(submit(activity, &OFFICES, &rules(NOW), &to(CONGRESS, NOW))), [many]);
    assert_eq!(told(acknowledge(activity, &OFFICES, &rules(NOW), &to(STUDIO, NOW))), [many]);
    let many = "too_many Invalid C-4.3b";
    assert_eq!(no(adopt_improvement(activity, &rules(NOW), &improvement)), many);
    let adopted = activity.improvement(IMPROVEMENT).unwrap();
    assert_eq!(no(complete_improvement(activity, adopted, &rules(NOW), at(NOW))), many);
}
