//! What happens on the day.

use super::{no, told};
use crate::ids::{AccountId, FileId, IssueId, SessionId};
use crate::issue::fixture::{Given as GivenIssue, POLICY, at, rules};
use crate::refusal::Refusal;
use crate::session::fixture::{BOTH, DEPUTY, Given, LATER, NOBODY, PARTY, TOWN, as_delegate};
use crate::session::{
    Checked, RaisedThere, Session, attended_by_oneself, check_in, check_out, close, file_record, open_session,
};
use crate::vocabulary::{DelegateType, SessionReason, SessionState};
use uuid::Uuid;

#[test]
fn a_session_is_opened_on_its_day_with_or_without_a_rota() {
    let open = |given: &Given, now: &str, when: &str| open_session(&given.session, &rules(now), at(when));
    assert!(open(&Given::planned(), "2026-11-19 00:00", "2026-11-19 00:00").is_ok());
    // Written down later, it is said when it began.
    assert!(open(&Given::noticed(), "2026-11-30 09:00", "2026-11-19 13:30").is_ok());
    assert_eq!(no(open(&Given::planned(), "2026-11-20 09:00", "2026-11-20 09:00")), "not_the_day C-4.1 /occurred_at");
    assert_eq!(no(open(&Given::planned(), "2026-11-18 09:00", "2026-11-18 09:00")), "not_the_day C-4.1 /occurred_at");
    assert_eq!(no(open(&Given::planned(), "2026-11-19 13:00", "2026-11-19 13:30")), "in_the_future - /occurred_at");
    assert_eq!(no(open(&Given::opened(), "2026-11-19 14:00", "2026-11-19 14:00")), "already_opened C-4.1");
    assert_eq!(no(open(&Given::cancelled(), "2026-11-19 14:00", "2026-11-19 14:00")), "session_not_planned C-4.1");
    let today = Given::planned_on("2026-11-19", "2026-11-19 12:00");
    assert_eq!(no(open(&today, "2026-11-19 14:00", "2026-11-19 11:59")), "before_previous - /occurred_at");
}

fn come(given: &Given, now: &str, who: crate::ids::DelegateId) -> Result<Checked, Refusal> {
    check_in(&given.session, &TOWN.delegates, &rules(now), as_delegate(who), at(now))
}

fn go(given: &Given, now: &str, who: crate::ids::DelegateId) -> Result<Checked, Refusal> {
    check_out(&given.session, &TOWN.delegates, &rules(now), as_delegate(who), at(now))
}

#[test]
fn nobody_attends_by_their_own_word_a_session_that_they_opened() {
    let account = |n: u128| AccountId(Uuid::from_u128(n));
    let by = |session: &Session, n| attended_by_oneself(session, PARTY[0], account(n), &[PARTY[0]]);
    let mut opened = Given::opened().session;
    assert!(by(&opened, 7).is_ok(), "nobody's account opened it");
    opened.opened_by = Some(account(7));
    assert_eq!(no(by(&opened, 7)), "own_matter C-4.1 /delegate_id");
    assert!(by(&opened, 8).is_ok(), "another account opened it");
    let of_another = attended_by_oneself(&opened, PARTY[1], account(7), &[PARTY[0]]);
    assert!(of_another.is_ok(), "whoever opened it says who else came");
}

#[test]
fn any_delegate_comes_goes_and_comes_back_in_one_capacity() {
    let given = Given::opened().and_in("2026-11-19 13:40", PARTY[2]);
    assert_eq!(no(come(&given, "2026-11-19 13:50", PARTY[2])), "already_checked_in C-4.1 /delegate_id");
    let given = given.and_out("2026-11-19 14:00", PARTY[2]);
    assert_eq!(no(go(&given, "2026-11-19 14:10", PARTY[2])), "not_checked_in C-4.1 /delegate_id");
    assert_eq!(no(come(&given, "2026-11-19 13:59", PARTY[2])), "before_previous - /occurred_at");
    let given = given.and_in("2026-11-19 15:00", PARTY[2]);
    assert_eq!(given.session.presences.len(), 2);
    assert_eq!(no(come(&given, "2026-11-19 15:10", BOTH)), "delegate_type_needed C-1 /delegate_type");
    let as_kind = |delegate_type| {
        let mut draft = as_delegate(BOTH);
        draft.delegate_type = Some(delegate_type);
        draft
    };
    let now = rules("2026-11-19 16:00");
    let draft = as_kind(DelegateType::Deputy);
    let came = check_in(&given.session, &TOWN.delegates, &now, draft, at("2026-11-19 15:10")).unwrap();
    let given = given.then("2026-11-19 15:10", crate::session::SessionEvent::CheckedIn(came));
    let left = check_out(&given.session, &TOWN.delegates, &now, as_delegate(BOTH), at("2026-11-19 15:20")).unwrap();
    assert_eq!(left.delegate_type, DelegateType::Deputy);
    let given = given.then("2026-11-19 15:20", crate::session::SessionEvent::CheckedOut(left));
    let other = check_in(&given.session, &TOWN.delegates, &now, as_kind(DelegateType::Party), at("2026-11-19 15:30"));
    assert_eq!(no(other), "already_checked_in C-4.1 /delegate_id");
}

#[test]
fn who_comes_is_a_delegate_and_the_session_is_open_on_its_day() {
    let given = Given::opened();
    assert_eq!(no(come(&given, "2026-11-19 14:00", NOBODY)), "unknown_id - /delegate_id");
    assert_eq!(no(come(&given, "2026-11-19 14:00", LATER)), "delegate_without_mandate C-1 /delegate_id");
    assert_eq!(no(come(&given, "2026-11-19 13:29", PARTY[0])), "before_previous - /occurred_at");
    assert_eq!(no(come(&given, "2026-11-20 09:00", PARTY[0])), "not_the_day C-4.1 /occurred_at");
    assert_eq!(no(come(&Given::noticed(), "2026-11-19 14:00", PARTY[0])), "session_not_open C-4.1");
    assert_eq!(no(come(&Given::closed(), "2026-11-19 17:00", PARTY[1])), "session_not_open C-4.1");
    assert_eq!(no(go(&given, "2026-11-19 14:00", NOBODY)), "unknown_id - /delegate_id");
    assert_eq!(no(go(&given, "2026-11-19 14:00", PARTY[0])), "not_checked_in C-4.1 /delegate_id");
    let there = given.and_in("2026-11-19 13:40", PARTY[0]);
    assert_eq!(no(go(&there, "2026-11-19 13:39", PARTY[0])), "before_previous - /occurred_at");
    assert_eq!(no(go(&there, "2026-11-20 09:00", PARTY[0])), "not_the_day C-4.1 /occurred_at");
    let early = check_in(
        &there.session,
        &TOWN.delegates,
        &rules("2026-11-19 13:50"),
        as_delegate(DEPUTY[0]),
        at("2026-11-19 13:51"),
    );
    assert_eq!(no(early), "in_the_future - /occurred_at");
}

#[test]
fn a_session_without_visitors_is_closed_like_any_other_and_takes_its_issues_in_hand() {
    let given = Given::opened().and_in("2026-11-19 13:35", PARTY[0]).and_out("2026-11-19 15:00", PARTY[0]);
    let now = "2026-11-19 16:30";
    let issue = GivenIssue::raised("2026-11-19 14:10", "2026-11-19 15:00").issue;
    let in_hand = GivenIssue::in_hand().issue;
    let there = |issue, session_id| RaisedThere {
        id: IssueId(Uuid::from_u128(0x11)),
        issue: Some(issue),
        session_id,
        policy: &POLICY,
    };
    let close =
        |issues: &[RaisedThere<'_>], when: &str| close(&given.session, given.id, &rules(now), 0, issues, at(when));
    let closing = close(&[there(&issue, Some(given.id))], now).unwrap();
    assert_eq!((closing.session.visitor_count, closing.issues.len()), (0, 1));
    assert!(close(&[], now).unwrap().issues.is_empty());
    let elsewhere = Some(SessionId(Uuid::from_u128(9)));
    for (session_id, issue) in [(None, &issue), (elsewhere, &issue), (Some(given.id), &in_hand)] {
        let refused = close(&[there(issue, session_id)], now);
        assert_eq!(told(refused), ["issue_not_of_session C-4.1 /taken_issue_ids/0"]);
    }
    let unknown = RaisedThere { issue: None, ..there(&issue, None) };
    assert_eq!(told(close(&[unknown], now)), ["unknown_id - /taken_issue_ids/0"]);
    let one = there(&issue, Some(given.id));
    assert_eq!(told(close(&[one, one], now)), ["duplicate C-4.1 /taken_issue_ids/1"]);
    assert_eq!(told(close(&[one; 201], now)), ["too_many C-4.1 /taken_issue_ids"]);
    assert_eq!(told(close(&[], "2026-11-19 14:59")), ["before_previous - /occurred_at"]);
    assert_eq!(told(close(&[], "2026-11-19 16:31")), ["in_the_future - /occurred_at"]);
    // Taken before its reception it cannot be.
    let later = GivenIssue::raised("2026-11-19 16:20", "2026-11-19 16:25").issue;
    let refused = close(&[there(&later, Some(given.id))], "2026-11-19 16:00");
    assert_eq!(told(refused), ["before_reception C-3.1 /taken_issue_ids/0"]);
}

#[test]
fn only_an_open_session_is_closed() {
    let close =
        |given: &Given| close(&given.session, given.id, &rules("2026-11-19 18:00"), 0, &[], at("2026-11-19 18:00"));
    assert_eq!(told(close(&Given::noticed())), ["session_not_open C-4.1"]);
    assert_eq!(told(close(&Given::closed())), ["session_not_open C-4.1"]);
    assert_eq!(
        told(close(&Given::planned().and_cancelled("2026-11-18 09:00", SessionReason::Other))),
        ["session_not_open C-4.1"]
    );
    // The next day, too; how that counts is for the verdict.
    let given = Given::opened();
    let late =
        super::super::close(&given.session, given.id, &rules("2026-11-20 09:00"), 0, &[], at("2026-11-20 09:00"));
    assert!(late.is_ok());
}

#[test]
fn the_record_is_filed_once_after_the_closing() {
    let file = |given: &Given, files: &[FileId], when: &str| {
        file_record(&given.session, &rules("2026-11-20 10:00"), files, at(when))
    };
    let when = "2026-11-20 09:00";
    let files: Vec<FileId> = (0..21).map(|n| FileId(Uuid::from_u128(n))).collect();
    assert_eq!(file(&Given::closed(), &files[..20], when).unwrap().file_ids.len(), 20);
    assert_eq!(no(file(&Given::closed(), &files, when)), "too_many C-4.1 /file_ids");
    assert_eq!(no(file(&Given::closed(), &[files[0], files[1], files[0]], when)), "duplicate C-4.1 /file_ids/2");
    assert_eq!(no(file(&Given::filed(), &[], "2026-11-20 10:00")), "already_filed C-4.1");
    assert_eq!(no(file(&Given::opened(), &[], when)), "session_not_closed C-4.1");
    assert_eq!(no(file(&Given::closed(), &[], "2026-11-19 16:29")), "before_previous - /occurred_at");
    assert_eq!(no(file(&Given::closed(), &[], "2026-11-20 10:01")), "in_the_future - /occurred_at");
    let then = Given::filed().session;
    assert_eq!((then.state, then.visitor_count), (SessionState::Closed, Some(2)));
}
