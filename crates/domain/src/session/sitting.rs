//! The sitting itself: opened on its day, delegates come and go, it is closed with the number of visitors, and its record is
//! filed (C-4.1).

use super::events::{Checked, RecordFiled, SessionClosed, SessionOpened};
use super::state::Session;
use super::step::{follows, not_full, open};
use crate::claims::Claim;
use crate::delegate::Delegates;
use crate::ids::{AccountId, DelegateId, FileId, IssueId, SessionId};
use crate::issue::{Issue, Taken, taking};
use crate::policy::Policy;
use crate::reception::DelegateDraft;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::vocabulary::{IssueState, SessionState};
use chrono::{DateTime, Utc};

/// Issues that are taken in hand with one closing.
pub const ISSUES_MAX: usize = 200;
/// Files that one command names.
pub const FILES_MAX: usize = 20;

/// Opens a planned session, on its day; neither rota nor publication is needed (C-4.1).
///
/// Errors: a time in the future or before it was planned first; [`Code::AlreadyOpened`], [`Code::SessionNotPlanned`];
/// [`Code::NotTheDay`].
pub fn open_session(session: &Session, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<SessionOpened, Refusal> {
    not_full(session)?;
    match session.state {
        SessionState::Planned => {}
        SessionState::Open | SessionState::Closed => return Err(Refusal::new(Code::AlreadyOpened)),
        SessionState::Cancelled => return Err(Refusal::new(Code::SessionNotPlanned).under("C-4.1")),
    }
    follows(rules, at, Some(session.planned))?;
    on_the_day(session, rules, at)?;
    Ok(SessionOpened {})
}

/// Whoever comes or leaves by their own word does so in a session that another account opened (separation of duties, S3):
/// `bound` are the delegates to whom `account` is bound.
///
/// Errors: [`Code::OwnMatter`].
pub fn attended_by_oneself(
    session: &Session,
    who: DelegateId,
    account: AccountId,
    bound: &[DelegateId],
) -> Result<(), Refusal> {
    if session.opened_by != Some(account) || !bound.contains(&who) {
        return Ok(());
    }
    Err(Refusal::new(Code::OwnMatter).under("C-4.1").at("/delegate_id").because(
        "场次由本账户开始，本人的签到签退须由另一账户记录。",
        "This account opened the session: another one records that its own delegate came or left.",
    ))
}

/// A delegate comes, on the rota or not, in one capacity a session; who left may come back (C-4.1).
///
/// Errors: [`Code::UnknownId`], [`Code::DelegateWithoutMandate`], [`Code::DelegateTypeNeeded`]; a time in the future, before
/// the opening or before the delegate left; [`Code::SessionNotOpen`], [`Code::NotTheDay`], [`Code::AlreadyCheckedIn`].
pub fn check_in(
    session: &Session,
    delegates: &Delegates,
    rules: &Rules<'_>,
    draft: DelegateDraft,
    at: DateTime<Utc>,
) -> Result<Checked, Refusal> {
    let delegate_type = delegates.capacity(draft.delegate_id, draft.delegate_type, session.held.on)?;
    let before = session.presence_of(draft.delegate_id);
    follows(rules, at, before.and_then(|presence| presence.left).or(session.opened))?;
    open(session)?;
    on_the_day(session, rules, at)?;
    match before {
        Some(presence) if presence.left.is_none() || presence.delegate_type != delegate_type => {
            Err(Refusal::new(Code::AlreadyCheckedIn).at("/delegate_id"))
        }
        Some(_) | None => Ok(Checked { delegate_id: draft.delegate_id, delegate_type }),
    }
}

/// A delegate who came leaves; who does not check out stayed to the end (C-4.1).
///
/// Errors: [`Code::UnknownId`]; a time in the future or before the delegate came; [`Code::SessionNotOpen`],
/// [`Code::NotTheDay`], [`Code::NotCheckedIn`], also in another capacity than the one checked in with.
pub fn check_out(
    session: &Session,
    delegates: &Delegates,
    rules: &Rules<'_>,
    draft: DelegateDraft,
    at: DateTime<Utc>,
) -> Result<Checked, Refusal> {
    if delegates.get(draft.delegate_id).is_none() {
        return Err(Refusal::new(Code::UnknownId).at("/delegate_id"));
    }
    let there = session.presence_of(draft.delegate_id);
    follows(rules, at, there.map(|presence| presence.came).or(session.opened))?;
    open(session)?;
    on_the_day(session, rules, at)?;
    let there = there.filter(|presence| presence.left.is_none());
    let there = there.filter(|presence| draft.delegate_type.is_none_or(|named| named == presence.delegate_type));
    let there = there.ok_or_else(|| Refusal::new(Code::NotCheckedIn).at("/delegate_id"))?;
    Ok(Checked { delegate_id: draft.delegate_id, delegate_type: there.delegate_type })
}

/// An issue that is to be taken in hand when its session is closed.
#[derive(Clone, Copy, Debug)]
pub struct RaisedThere<'a> {
    /// Which.
    pub id: IssueId,
    /// The issue now; nothing where there is none of that id.
    pub issue: Option<&'a Issue>,
    /// The session that its reception names.
    pub session_id: Option<SessionId>,
    /// The policy of its present cycle.
    pub policy: &'a Policy,
}

/// What closing a session brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// For the session's stream.
    pub session: SessionClosed,
    /// For the streams of the issues that are taken in hand (T3).
    pub issues: Vec<(IssueId, Taken)>,
}

/// Closes an open session; a session that nobody came to is one like any other (C-4.1). The issues named are taken in hand
/// (T3), each registered and raised in a reception of this session.
///
/// Errors, those of issues all at once: [`Code::TooMany`], [`Code::UnknownId`], [`Code::Duplicate`]; a time in the future or
/// before the last who came or left; [`Code::SessionNotOpen`]; [`Code::IssueNotOfSession`].
pub fn close(
    session: &Session,
    id: SessionId,
    rules: &Rules<'_>,
    visitor_count: u32,
    issues: &[RaisedThere<'_>],
    at: DateTime<Utc>,
) -> Result<Closing, Vec<Refusal>> {
    let faults = named(issues);
    if !faults.is_empty() {
        return Err(faults);
    }
    let last = session.presences.iter().flat_map(|presence| [Some(presence.came), presence.left]).flatten();
    let last = last.chain(session.opened).max_by_key(|claim: &Claim| claim.at);
    follows(rules, at, last).and_then(|()| open(session)).map_err(|refusal| vec![refusal])?;
    let mut taken = Vec::new();
    let mut refusals = Vec::new();
    for (index, one) in issues.iter().enumerate() {
        let pointer = format!("/taken_issue_ids/{index}");
        let Some(issue) = one.issue else { continue };
        if one.session_id != Some(id) || issue.state != IssueState::Registered {
            refusals.push(Refusal::new(Code::IssueNotOfSession).at(pointer));
            continue;
        }
        match taking::take(issue, &rules.under(one.policy), at) {
            Ok(event) => taken.push((one.id, event)),
            Err(refusal) => refusals.push(refusal.at(pointer)),
        }
    }
    if refusals.is_empty() {
        Ok(Closing { session: SessionClosed { visitor_count }, issues: taken })
    } else {
        Err(refusals)
    }
}

/// Files the record of a closed session, once; what is to be said later is a correction (C-4.1).
///
/// Errors: [`Code::TooMany`] and [`Code::Duplicate`] at `/file_ids`; a time in the future or before the closing;
/// [`Code::SessionNotClosed`], [`Code::AlreadyFiled`].
pub fn file_record(
    session: &Session,
    rules: &Rules<'_>,
    file_ids: &[FileId],
    at: DateTime<Utc>,
) -> Result<RecordFiled, Refusal> {
    files(file_ids)?;
    follows(rules, at, session.closed)?;
    not_full(session)?;
    match session.state {
        SessionState::Closed => {}
        SessionState::Planned | SessionState::Open | SessionState::Cancelled => {
            return Err(Refusal::new(Code::SessionNotClosed));
        }
    }
    if session.record.is_some() {
        return Err(Refusal::new(Code::AlreadyFiled));
    }
    Ok(RecordFiled { file_ids: file_ids.to_vec() })
}

/// Files that a command names: not too many, each once. Whether they are there is for whoever keeps them.
///
/// Errors: [`Code::TooMany`], [`Code::Duplicate`].
pub fn files(file_ids: &[FileId]) -> Result<(), Refusal> {
    if file_ids.len() > FILES_MAX {
        return Err(Refusal::new(Code::TooMany).under("C-4.1").at("/file_ids"));
    }
    match (1..file_ids.len()).find(|index| file_ids[..*index].contains(&file_ids[*index])) {
        Some(index) => Err(Refusal::new(Code::Duplicate).under("C-4.1").at(format!("/file_ids/{index}"))),
        None => Ok(()),
    }
}

fn named(issues: &[RaisedThere<'_>]) -> Vec<Refusal> {
    let unknown = issues.iter().enumerate().filter(|(_, one)| one.issue.is_none());
    let unknown = unknown.map(|(index, _)| Refusal::new(Code::UnknownId).at(format!("/taken_issue_ids/{index}")));
    let ids: Vec<IssueId> = issues.iter().map(|one| one.id).collect();
    unknown.chain(taken_faults(&ids)).collect()
}

/// What is wrong with a list of issues to be taken in hand with a closing, whatever they are.
///
/// Errors at `/taken_issue_ids` or the one at fault: [`Code::TooMany`], [`Code::Duplicate`].
pub fn taken_faults(ids: &[IssueId]) -> Vec<Refusal> {
    let refuse = |code, at: String| Refusal::new(code).under("C-4.1").at(at);
    if ids.len() > ISSUES_MAX {
        return vec![refuse(Code::TooMany, "/taken_issue_ids".to_owned())];
    }
    let again = (0..ids.len()).filter(|index| ids[..*index].contains(&ids[*index]));
    again.map(|index| refuse(Code::Duplicate, format!("/taken_issue_ids/{index}"))).collect()
}

fn on_the_day(session: &Session, rules: &Rules<'_>, at: DateTime<Utc>) -> Result<(), Refusal> {
    let on = session.held.on;
    if rules.town_date(at) == on {
        return Ok(());
    }
    Err(Refusal::new(Code::NotTheDay)
        .at("/occurred_at")
        .because(format!("场次日期为 {on}。"), format!("The session is on {on}.")))
}
