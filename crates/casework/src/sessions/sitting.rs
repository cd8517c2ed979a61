//! The sitting itself: opened on its day, delegates come and go, it is closed with what came of it, and its record is filed
//! (C-4.1).

use super::{Said, SessionOutcome, of_refusals, one, session_envelope, unknown_delegates};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::loaded::{AsOf, Loaded};
use crate::write::change::{Changed, OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::staging::Staged;
use crate::write::transact::Attempt;
use domain::ids::{FileId, IssueId, SessionId};
use domain::issue::{Issue, IssueEvent};
use domain::reception::DelegateDraft;
use domain::refusal::{Code, Refusal};
use domain::session::{self, RaisedThere, Session, SessionEvent, TAKEN_ISSUES_MAX};
use std::sync::Arc;

/// An issue that a closing names: nothing where there is none of that id, else with the session of its reception.
type NamedIssue = (IssueId, Option<(Arc<Loaded<Issue>>, Option<SessionId>)>);

impl Casework {
    /// Opens a session on its day.
    #[boxed(?Send)]
    pub async fn open_session(&self, call: &CommandContext, id: SessionId, at: OccurredAt) -> SessionOutcome {
        self.change_session(call, id, at, Said::default(), &|session, tx| {
            one(session::open_session(session, &tx.rules, tx.at).map(SessionEvent::Opened))
        })
        .await
    }

    /// A delegate comes.
    #[boxed(?Send)]
    pub async fn check_in(
        &self,
        call: &CommandContext,
        id: SessionId,
        who: DelegateDraft,
        at: OccurredAt,
    ) -> SessionOutcome {
        self.change_session(call, id, at, self.of_delegate(who), &|session, tx| {
            let delegates = &tx.reference.delegates;
            self.attended_by_another(call, session, who.delegate_id).map_err(|refusal| vec![refusal])?;
            one(session::check_in(session, delegates, &tx.rules, who, tx.at).map(SessionEvent::CheckedIn))
        })
        .await
    }

    /// A delegate leaves.
    #[boxed(?Send)]
    pub async fn check_out(
        &self,
        call: &CommandContext,
        id: SessionId,
        who: DelegateDraft,
        at: OccurredAt,
    ) -> SessionOutcome {
        self.change_session(call, id, at, self.of_delegate(who), &|session, tx| {
            let delegates = &tx.reference.delegates;
            self.attended_by_another(call, session, who.delegate_id).map_err(|refusal| vec![refusal])?;
            one(session::check_out(session, delegates, &tx.rules, who, tx.at).map(SessionEvent::CheckedOut))
        })
        .await
    }

    /// Closes a session, and takes the issues named in hand, in one append.
    #[boxed(?Send)]
    pub async fn close_session(
        &self,
        call: &CommandContext,
        id: SessionId,
        visitor_count: u32,
        taken: &[IssueId],
        text: Option<&str>,
        at: OccurredAt,
    ) -> SessionOutcome {
        let words = words([("text", text)]);
        self.transact(call, async || {
            let reference = self.reference();
            let issues = self.issues_and_their_sessions(taken).await?;
            let unknown = issues.iter().enumerate().filter(|(_, (_, found))| found.is_none());
            let faults: Vec<Refusal> = unknown
                .map(|(index, _)| Refusal::new(Code::UnknownId).at(format!("/taken_issue_ids/{index}")))
                .collect();
            let loaded = self.session_if_match(call, id, &faults).await?;
            let tx = self.session_transaction(call, &reference, &loaded.state, at)?;
            let mut named = Vec::with_capacity(issues.len());
            for (id, found) in &issues {
                let policy = reference.policy_of(found.as_ref().and_then(|(issue, _)| issue.state.policy))?;
                let issue = found.as_ref().map(|(issue, _)| &issue.state);
                named.push(RaisedThere { id: *id, issue, session_id: found.as_ref().and_then(|(_, at)| *at), policy });
            }
            let closing = session::close(&loaded.state, id, &tx.rules, visitor_count, &named, tx.at);
            self.record_closing(tx, id, loaded, closing.map_err(of_refusals)?, &issues, &words).await
        })
        .await
    }

    /// Files the record of a closed session.
    #[boxed(?Send)]
    pub async fn file_session_record(
        &self,
        call: &CommandContext,
        id: SessionId,
        text: &str,
        file_ids: &[FileId],
        at: OccurredAt,
    ) -> SessionOutcome {
        let words = words([("text", Some(text))]);
        let said = Said { words, faults: session::files(file_ids).err().into_iter().collect() };
        self.change_session(call, id, at, said, &|session, tx| {
            one(session::file_record(session, &tx.rules, file_ids, tx.at).map(SessionEvent::RecordFiled))
        })
        .await
    }

    fn of_delegate(&self, who: DelegateDraft) -> Said {
        let faults = unknown_delegates(&self.reference(), [(who.delegate_id, "/delegate_id")]);
        Said { words: Words::new(), faults }
    }

    async fn record_closing(
        &self,
        mut tx: Transaction<'_>,
        id: SessionId,
        before: Arc<Loaded<Session>>,
        closing: session::Closing,
        issues: &[NamedIssue],
        words: &Words,
    ) -> Result<Changed<Session>, Attempt> {
        let envelope = session_envelope(&tx, &before.state);
        let mut staged = Staged::on(id, before, envelope);
        staged.add(self, SessionEvent::Closed(closing.session), words).await?;
        tx.write(&mut staged);
        let mut taken = Vec::with_capacity(closing.issues.len());
        for (issue_id, event) in closing.issues {
            let found = issues.iter().find(|(known, _)| *known == issue_id).and_then(|(_, found)| found.as_ref());
            let Some((issue, _)) = found else { continue };
            let mut issue = tx.stage(issue_id, issue, IssueEvent::Taken(event), &Words::new()).await?;
            tx.write(&mut issue);
            taken.push(issue);
        }
        let appended = tx.append().await?;
        for issue in taken {
            self.settle(issue, &appended);
        }
        Ok(Changed { loaded: self.settle(staged, &appended), position: appended.last })
    }

    /// Issues by their ids, each with the session that its reception names.
    async fn issues_and_their_sessions(&self, ids: &[IssueId]) -> Result<Vec<NamedIssue>, Failure> {
        let mut found = Vec::with_capacity(ids.len().min(TAKEN_ISSUES_MAX + 1));
        // One too many is enough to be told of.
        for id in ids.iter().take(TAKEN_ISSUES_MAX + 1) {
            let issue = match self.issue(*id, AsOf::Now).await {
                Err(Failure::NotFound) => None,
                issue => Some(issue?),
            };
            let with_session = match issue {
                None => None,
                Some(issue) => {
                    let reception = self.reception(issue.state.reception_id, AsOf::Now).await?;
                    Some((issue, reception.state.session_id()))
                }
            };
            found.push((*id, with_session));
        }
        Ok(found)
    }
}
