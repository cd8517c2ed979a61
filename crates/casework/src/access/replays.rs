//! What is told again of a command that was recorded before: to whoever sent it, by their rights of now.

use crate::access::asker::Asker;
use crate::access::things;
use crate::boxed::Boxed;
use crate::casework::Casework;
use crate::read::decode::decode;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use domain::access::Action;
use domain::event::Event;
use event_store::{CommandRecord, Position, StreamId};
use std::collections::BTreeMap;

/// Commands that are answered with issues beside what they wrote first.
const TELL_ISSUES: &[Action] = &[Action::IssueHandOver, Action::ReceptionDecideCorrection, Action::ReceptionRecord];

/// Commands that are answered with a major issue beside what they wrote first.
const TELL_MAJOR_ISSUES: &[Action] = &[Action::IssueDecideReopening, Action::IssueEscalate, Action::MeetingDecide];

impl Casework {
    /// Lets a recorded command be told again. A key is its account's alone, so that whoever asks sent it once; but the grant
    /// by which they did may have ended since, and what it wrote may have gone to another grid or another delegate.
    ///
    /// Errors: [`Failure::Forbidden`] where they may do nothing by the action any more; [`Failure::NotFound`] where they may
    /// not see what it wrote, as for what is not there.
    pub(crate) fn let_hear_again<'a>(
        &'a self,
        call: &'a CommandContext,
        record: &'a CommandRecord,
    ) -> Boxed<'a, Result<(), Failure>> {
        Box::pin(async move {
            let Some((asker, action)) = call.asker.as_ref().zip(call.action) else { return Ok(()) };
            // Of what somebody approved of, the approval is theirs.
            let action = if call.approves.is_some() { Action::ProposalDecide } else { action };
            if self.authority(asker, action)?.is_whole() {
                return Ok(());
            }
            for (stream, position) in self.told_of(action, record).await? {
                if !self.may_hear_of(asker, &stream, position).await? {
                    return Err(Failure::NotFound);
                }
            }
            Ok(())
        })
    }

    /// The streams of which the answer to a command tells, each with where the command wrote it first: that of its first
    /// leaf, and whatever else the answer shows.
    async fn told_of(&self, action: Action, record: &CommandRecord) -> Result<BTreeMap<StreamId, Position>, Failure> {
        let beside = if TELL_ISSUES.contains(&action) {
            Some("issue")
        } else if TELL_MAJOR_ISSUES.contains(&action) {
            Some("major_issue")
        } else {
            None
        };
        let mut told = BTreeMap::from([(self.stream_at(record.first).await?, record.first)]);
        if let Some(family) = beside {
            for position in (record.first.0 + 1..=record.last.0).map(Position) {
                let stream = self.stream_at(position).await?;
                if stream.family() == family {
                    told.entry(stream).or_insert(position);
                }
            }
        }
        Ok(told)
    }

    /// Whether somebody may be told again of what they wrote to a stream at a position.
    async fn may_hear_of(&self, asker: &Asker, stream: &StreamId, position: Position) -> Result<bool, Failure> {
        match stream.family() {
            // One's own credentials and tokens.
            "account" => Ok(stream.uuid() == Some(asker.account.0)),
            // It tells what they proposed themselves, and none of what it is to be done to.
            "proposal" => Ok(true),
            // It tells whose file it is and what it is called, as they said it, and counts the people whom a request is about;
            // neither lies in a grid, so that there is no other question than the role's.
            "file" | "erasure" => Ok(true),
            // The review of a year is one for both lines, and says nothing of anybody.
            "review" => Ok(true),
            // Who owes it follows from what it is about, which is looked up where the answer is made.
            "obligation" => Ok(true),
            "appraisal" => {
                let recorded = self.store.event(position).await?.ok_or(Failure::BeyondHead)?;
                let (_, event) = decode(&recorded)?;
                let whose = if let Event::Appraisal(event) = event { event.of_delegate() } else { None };
                let Some((delegate, _)) = whose else { return Ok(false) };
                let reference = self.reference();
                let today = reference.town_date(self.clock_now());
                self.may(asker, Action::ReviewRead, &things::of_delegate(&reference, delegate, today)).await
            }
            // Of what nobody thought of here nothing is told but to whoever reads the log.
            _ => self.may_see_stream(asker, stream).await,
        }
    }
}
