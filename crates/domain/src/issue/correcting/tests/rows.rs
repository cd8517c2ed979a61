//! What every row has in common: its value fits, it waits for its approval where it needs one, and the original stays.

use super::*;

#[test]
fn what_was_raised_is_corrected_and_the_original_stays_in_its_event() {
    let given = Given::registered();
    let recorded = given.events[0].clone();
    let (given, _) = through(given, 1, "/public/kind", text("suggestion"));
    let (given, _) = through(given, 1, "/public/topic", text("housing"));
    let (given, _) = through(given, 1, "/public/unit_id", text(&UNIT.to_string()));
    let (given, _) = through(given, 1, "/public/visitor", CorrectedValue::Whole(1));
    let issue = &given.issue;
    assert_eq!((issue.kind, issue.topic.as_str()), (IssueKind::Suggestion, "housing"));
    assert_eq!((issue.unit_id, issue.visitor), (Some(UNIT), Some(1)));
    assert_eq!(given.events[0], recorded);
    let made: Vec<_> = issue.corrections.made().iter().map(|made| (made.event_version, made.version)).collect();
    assert_eq!(made, [(1, 2), (1, 3), (1, 4), (1, 5)]);
    assert_eq!((issue.state, issue.due.on), (IssueState::Registered, day("2026-11-26")));
}

#[test]
fn a_value_fits_its_field_as_it_would_have_when_the_event_was_recorded() {
    let given = Given::registered();
    let refused = |pointer, value| code(&given, 1, pointer, value);
    assert_eq!(refused("/public/kind", text("complaint")), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/kind", CorrectedValue::Whole(1)), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/topic", text("weather")), at_value(Code::UnknownTopic));
    assert_eq!(refused("/public/unit_id", text(&OTHER_UNIT.to_string())), at_value(Code::UnitNotInGrid));
    assert_eq!(refused("/public/unit_id", text(&Uuid::from_u128(0x99).to_string())), at_value(Code::UnknownId));
    assert_eq!(refused("/public/unit_id", text("太平村")), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/visitor", CorrectedValue::Whole(2)), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/visitor", CorrectedValue::Whole(-1)), at_value(Code::InvalidValue));
    assert_eq!(refused("/public/kind", text("demand")), at_value(Code::NothingToCorrect));
}

#[test]
fn what_is_not_in_the_table_is_corrected_by_nobody() {
    let given = Given::answered();
    for (version, pointer) in [
        (1, "/public/grid_id"),
        (1, "/public/due/on"),
        (1, OCCURRED_AT),
        (1, "/personal/1/subject"),
        (2, "/occurred_at"),
        (3, "/public/answered_by"),
        (3, "/public"),
        (3, ""),
    ] {
        assert_eq!(code(&given, version, pointer, text("x")), (Code::NothingToCorrect, "/pointer".to_owned()));
    }
    for version in [0, 9] {
        let refused = code(&given, version, "/public/kind", text("opinion"));
        assert_eq!(refused, (Code::NothingToCorrect, "/event_version".to_owned()));
    }
    let (corrected, _) = through(given, 1, "/public/kind", text("opinion"));
    let refused = code(&corrected, 4, "/public/pointer", text("/public/topic"));
    assert_eq!(refused, (Code::NothingToCorrect, "/pointer".to_owned()));
    let told = asked(&corrected, 3, "/public/answered_by", text("x")).unwrap_err().detail;
    assert!(told.en.contains("/public/outcome") && told.zh.contains(OCCURRED_AT));
}

#[test]
fn a_proposal_changes_nothing_until_it_is_approved_and_a_refused_one_never() {
    let given = Given::answered();
    let proposed = asked(&given, 3, "/public/outcome", text("explained")).unwrap();
    let waiting = given.then(NOW, proposed);
    assert_eq!(waiting.issue.answer.as_ref().unwrap().given.outcome, Outcome::Resolved);
    let other = code(&waiting, 3, OCCURRED_AT, instant("2026-11-24 09:00"));
    assert_eq!(other, (Code::CorrectionPending, "/event_version".to_owned()));
    // What needs no approval need not wait for what does.
    assert!(asked(&waiting, 3, "/public/evidence/kind", text("witness")).is_ok());
    let approval = approved(&waiting, 3).unwrap();
    let then = waiting.clone().then(NOW, IssueEvent::Corrected(approval));
    assert_eq!(then.issue.answer.as_ref().unwrap().given.outcome, Outcome::Explained);
    assert!(then.issue.corrections.pending().is_empty());
    assert_eq!(approved(&then, 3).unwrap_err().code, Code::NoCorrectionPending);
    let refused = refuse(&waiting.issue.corrections, &rules(NOW), 3, at(NOW)).unwrap();
    let then = waiting.then(NOW, IssueEvent::CorrectionRefused(refused));
    assert_eq!(then.issue.answer.as_ref().unwrap().given.outcome, Outcome::Resolved);
    assert!(then.issue.corrections.pending().is_empty() && then.issue.corrections.made().is_empty());
    assert_eq!(refuse(&then.issue.corrections, &rules(NOW), 3, at(NOW)).unwrap_err().code, Code::NoCorrectionPending);
}

#[test]
fn an_approval_holds_the_value_against_what_happened_since() {
    let given = Given::in_hand();
    let proposed = asked(&given, 1, "/public/responsible_delegate_id", text(&SUCCESSOR.to_string())).unwrap();
    let waiting = given.then("2026-11-23 10:00", proposed).and_answered("2026-11-24 10:00");
    let refusal = approved(&waiting, 1).unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_deref()), (Code::ContradictsLaterFact, Some("/event_version")));
}

#[test]
fn a_later_correction_of_the_same_field_supersedes() {
    let (given, _) = through(Given::registered(), 1, "/public/topic", text("housing"));
    let (given, _) = through(given, 1, "/public/topic", text("transport"));
    assert_eq!(given.issue.topic, "transport");
    assert_eq!(code(&given, 1, "/public/topic", text("transport")), at_value(Code::NothingToCorrect));
    let (given, _) = through(given, 1, "/public/topic", text("livelihood"));
    assert_eq!((given.issue.topic.as_str(), given.issue.corrections.made().len()), ("livelihood", 3));
}

#[test]
fn one_record_is_corrected_so_often_and_no_more() {
    let mut given = Given::registered();
    for n in 0..CORRECTIONS_MAX {
        let topic = text(if given.issue.topic == "housing" { "transport" } else { "housing" });
        let proposed = text(&SUCCESSOR.to_string());
        if n % 50 == 0 {
            // A proposal counts whatever becomes of it.
            given = given.clone().then(NOW, asked(&given, 1, "/public/responsible_delegate_id", proposed).unwrap());
            let refused = refuse(&given.issue.corrections, &rules(NOW), 1, at(NOW)).unwrap();
            given = given.then(NOW, IssueEvent::CorrectionRefused(refused));
        } else {
            given = given.clone().then(NOW, asked(&given, 1, "/public/topic", topic).unwrap());
        }
    }
    assert_eq!(asked(&given, 1, "/public/kind", text("suggestion")).unwrap_err().code, Code::IssueFull);
}

#[test]
fn a_sealed_text_is_corrected_in_the_box_of_the_correcting_event() {
    let pointer = "/personal/0/subject";
    let event = asked(&Given::registered(), 1, pointer, text("楼道灯、门禁都不亮")).unwrap();
    let IssueEvent::Corrected(corrected) = &event else { panic!("{event:?}") };
    assert_eq!(corrected.value, None);
    let given = Given::registered().then(NOW, event);
    assert_eq!(given.issue.corrected_box(1, pointer), Some(2));
    assert_eq!(given.issue.corrected_box(1, "/personal/0/text"), None);
    let refused = |value| code(&Given::registered(), 1, pointer, value);
    assert_eq!(refused(text("3号楼楼道灯三天不亮。")), at_value(Code::NothingToCorrect));
    assert_eq!(refused(text(&"灯".repeat(201))), at_value(Code::TooLong));
    assert_eq!(refused(text("楼道灯\n不亮")), at_value(Code::ControlCharacter));
    assert_eq!(refused(text("  ")), at_value(Code::Missing));
    let wanted = Wanted { event_version: 1, pointer: pointer.to_owned(), value: text("新"), at: at(NOW) };
    for (now, code) in [(TextNow::Erased, Code::PersonErased), (TextNow::Absent, Code::NothingToCorrect)] {
        let texts = Texts { now, basis_given: false };
        let refused = with_record(&Given::registered(), &texts, |record| correct(record, &rules(NOW), &wanted));
        assert_eq!(refused.unwrap_err().code, code);
    }
}

#[test]
fn a_closed_issue_is_corrected_like_any_other() {
    let closed = Given::closed();
    assert!(closing::close(&closed.issue, &rules(NOW), at(NOW)).is_err());
    let issue = by_approval(closed, 3, OCCURRED_AT, instant("2026-11-23 10:00"));
    assert_eq!((issue.state, issue.stopped_at), (IssueState::Closed, Some(at("2026-11-23 10:00"))));
}

#[test]
fn every_row_names_a_type_that_is_stored_and_no_field_twice() {
    let stored: BTreeSet<&str> = Event::types().map(|known| known.name).collect();
    let mut rows = BTreeSet::new();
    for place in Place::ALL {
        assert_eq!(Place::of(place.pointer()), Some(*place));
        assert!(FIELDS.iter().any(|field| field.pointer == place.pointer()), "{place:?} is corrected by nobody");
    }
    for field in FIELDS {
        assert!(stored.contains(field.event_type), "{field:?}");
        assert!(rows.insert((field.event_type, field.pointer)), "{field:?} twice");
        assert_eq!(field.is_text(), Place::of(field.pointer).is_none(), "{field:?}");
        assert!(field.pointer.starts_with('/') && field.clause.starts_with("C-"), "{field:?}");
    }
}

#[test]
fn a_correction_follows_the_recording_and_a_decision_the_proposal() {
    let given = Given::answered();
    let texts = Texts { now: TextNow::Absent, basis_given: false };
    let asked_at = |when| {
        let value = text("explained");
        let wanted = Wanted { event_version: 3, pointer: "/public/outcome".to_owned(), value, at: at(when) };
        with_record(&given, &texts, |record| correct(record, &rules(NOW), &wanted))
    };
    let refused = |when| {
        let refusal = asked_at(when).unwrap_err();
        (refusal.code, refusal.pointer.unwrap())
    };
    assert_eq!(refused("2026-11-24 09:59"), (Code::BeforePrevious, OCCURRED_AT.to_owned()));
    assert_eq!(refused("2026-12-28 10:01"), (Code::InTheFuture, OCCURRED_AT.to_owned()));
    let waiting = given.clone().then("2026-12-01 10:00", asked_at("2026-12-01 10:00").unwrap());
    let early = refuse(&waiting.issue.corrections, &rules(NOW), 3, at("2026-12-01 09:59")).unwrap_err();
    assert_eq!(early.code, Code::BeforePrevious);
    let early = with_record(&waiting, &texts, |record| approve(record, &rules(NOW), 3, at("2026-12-01 09:59")));
    assert_eq!(early.unwrap_err().code, Code::BeforePrevious);
}
