//! What the visitor was told and said beside the answer, and what rests on it.

use super::*;

#[test]
fn a_corrected_interim_reply_is_when_the_visitor_hears_next() {
    assert_eq!(code(&replied(), 3, "/public/next_word_on", text("2026-12-31")), at_value(Code::NextWordTooFar));
    let issue = by_approval(replied(), 3, "/public/next_word_on", text("2026-12-01"));
    assert_eq!(issue.interim_due_on, Some(day("2026-12-01")));
    let issue = by_approval(replied(), 3, OCCURRED_AT, instant("2026-11-20 09:00"));
    assert_eq!((issue.last_word.kind, issue.last_word.at), (LastWordKind::InterimReply, at("2026-11-20 09:00")));
    let channel = asked(&replied(), 3, "/public/channel", text("letter")).unwrap();
    assert!(matches!(channel, IssueEvent::Corrected(_)));
    // The answer ended the waiting: there is no next word to correct any more.
    let answered = replied().and_answered("2026-11-24 10:00");
    let proposed = asked(&answered, 3, "/public/next_word_on", text("2026-12-01")).unwrap();
    let waiting = answered.then(NOW, proposed);
    let corrected = approved(&waiting, 3).unwrap();
    assert_eq!(waiting.then(NOW, IssueEvent::Corrected(corrected)).issue.interim_due_on, None);
}

#[test]
fn a_corrected_time_decides_again_which_word_and_which_feedback_is_the_last() {
    let given = replied();
    let draft =
        InterimDraft { channel: WordChannel::Phone, told_at: at("2026-11-20 12:00"), next_word_on: day("2026-12-02") };
    let reply = interim::reply(&given.issue, &rules("2026-11-23 10:00"), &draft).unwrap();
    let given = given.event(IssueEvent::InterimReplyGiven(reply), at("2026-11-20 12:00"), at("2026-11-23 10:00"));
    let issue = by_approval(given, 4, OCCURRED_AT, instant("2026-11-20 09:30"));
    assert_eq!(issue.last_word.at, at("2026-11-20 10:00"));

    let given = Given::answered()
        .and_feedback("2026-11-25 10:00", Satisfaction::Dissatisfied)
        .and_feedback("2026-11-27 10:00", Satisfaction::Satisfied);
    let issue = by_approval(given, 5, OCCURRED_AT, instant("2026-11-25 09:00"));
    assert_eq!(issue.satisfaction(), Some(Satisfaction::Dissatisfied));
}

#[test]
fn feedback_is_corrected_within_its_window() {
    let given = || Given::answered().and_feedback("2026-11-25 10:00", Satisfaction::Satisfied);
    let issue = by_approval(given(), 4, "/public/satisfaction", text("dissatisfied"));
    assert_eq!(issue.satisfaction(), Some(Satisfaction::Dissatisfied));
    let issue = at_once(given(), 4, "/public/by", text("visitor"));
    assert_eq!(issue.feedback.unwrap().by, FeedbackBy::Visitor);
    assert_eq!(code(&given(), 4, OCCURRED_AT, instant("2026-11-24 09:00")), at_value(Code::BeforeAnswer));
    assert_eq!(code(&given(), 4, OCCURRED_AT, instant("2026-11-26 09:00")), at_value(Code::OutOfRange));
}

#[test]
fn what_closed_an_issue_does_not_fall_away_behind_it() {
    let closed = Given::closed();
    let contradicts = at_value(Code::ContradictsLaterFact);
    assert_eq!(code(&closed, 4, "/public/satisfaction", text("dissatisfied")), contradicts);
    assert!(asked(&closed, 4, "/public/satisfaction", text("basically_satisfied")).is_ok());
    // Closed because nobody said anything for ten working days after Tuesday 11-24.
    let given = Given::in_hand();
    let answered = answer(&given.issue, &rules("2026-11-27 10:00"), &oral("2026-11-24 10:00")).unwrap();
    let given = given.event(IssueEvent::FinalAnswerGiven(answered), at("2026-11-24 10:00"), at("2026-11-27 10:00"));
    let when = "2026-12-09 10:00";
    let close = closing::close(&given.issue, &rules(when), at(when)).unwrap();
    let silent = given.then(when, IssueEvent::Closed(close));
    assert_eq!(code(&silent, 3, OCCURRED_AT, instant("2026-11-25 10:00")), contradicts);
    assert!(asked(&silent, 3, OCCURRED_AT, instant("2026-11-23 10:00")).is_ok());
}

#[test]
fn a_referral_is_told_when_and_where_to_it_was() {
    let given = || {
        let referred = IssueEvent::Referred(Referred { statutory_channel: StatutoryChannel::Court });
        Given::in_hand().then("2026-11-24 10:00", referred)
    };
    let issue = by_approval(given(), 3, OCCURRED_AT, instant("2026-11-24 09:00"));
    assert_eq!((issue.stopped_at, issue.last_word.at), (Some(at("2026-11-24 09:00")), at("2026-11-24 09:00")));
    let proposed = asked(&given(), 3, "/public/statutory_channel", text("petition")).unwrap();
    assert!(matches!(proposed, IssueEvent::CorrectionProposed(_)));
    assert_eq!(code(&given(), 3, OCCURRED_AT, instant("2026-11-19 14:00")), at_value(Code::BeforeReception));
}
