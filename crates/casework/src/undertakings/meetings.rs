//! Meetings (季度例会、临时会议): convened, with major issues before them, held or called off (C-4.3a). The rules are
//! `domain::meeting`'s. A decision on a major issue is told to both streams in one append, whichever way it comes.

use super::{BegunOutcome, ChangedOutcome, Named, one};
use crate::access::admission::thing_of;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::corrections::people;
use crate::major_issues::MajorOutcome;
use crate::read::loaded::{Entity, Loaded};
use crate::sessions::of_refusals;
use crate::write::change::{Changed, OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::staging::SealedParts;
use crate::write::transact::Attempt;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Action;
use domain::event::Event;
use domain::ids::{AreaId, FileId, MajorIssueId, MeetingId};
use domain::major_issue::{MajorIssue, MajorIssueEvent};
use domain::meeting::{self, CloseDraft, ConveneDraft, Decision, Meeting, MeetingEvent, NamedMajorIssue, NamedMeeting};
use domain::reception::DelegateDraft;
use domain::refusal::Refusal;
use domain::rules::Rules;
use domain::vocabulary::{AttendanceClass, DeferralReason, MeetingKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A meeting as a client convenes it.
#[derive(Clone, Debug)]
pub struct NewMeeting {
    /// The grid.
    pub grid_id: AreaId,
    /// The regular one of a quarter, or one between them.
    pub kind: MeetingKind,
    /// The day for which it is called.
    pub scheduled_on: NaiveDate,
    /// Whether it is held together with the work meeting of the grid.
    pub with_work_meeting: bool,
    /// Why it is not, or what else it is called for.
    pub reason: Option<String>,
    /// When it was convened.
    pub at: OccurredAt,
}

/// How a meeting was held.
#[derive(Clone, Debug)]
pub struct HeldMeeting {
    /// When.
    pub held_at: DateTime<Utc>,
    /// The delegates who attended.
    pub delegates: Vec<DelegateDraft>,
    /// How many others came, by class.
    pub attendance: BTreeMap<AttendanceClass, u32>,
    /// What is to be said of it.
    pub text: Option<String>,
    /// Minutes, lists of those present, pictures.
    pub file_ids: Vec<FileId>,
}

/// What decides one event on a meeting and a major issue that it names.
type Decide<'d> = dyn Fn(&Meeting, NamedMajorIssue<'_>, &Transaction<'_>) -> Result<MeetingEvent, Refusal> + 'd;

/// A meeting and a major issue, and what was decided by the one of the other.
struct Decided<'a> {
    meeting: (MeetingId, &'a Arc<Loaded<Meeting>>),
    major_issue: (MajorIssueId, &'a Arc<Loaded<MajorIssue>>),
    decision: Decision,
    text: &'a str,
}

impl Casework {
    /// Convenes a meeting.
    pub fn convene_meeting<'a>(
        &'a self,
        call: &'a CommandContext,
        new: &'a NewMeeting,
    ) -> LocalBoxed<'a, BegunOutcome<Meeting>> {
        Box::pin(async move {
            let id = MeetingId(self.new_id());
            let sealed = match &new.reason {
                Some(reason) => self.seal_first(&Meeting::stream(id), words([("reason", Some(reason.as_str()))]))?,
                None => SealedParts::default(),
            };
            self.begin_thing(call, id, new.at, sealed, |tx| {
                let draft = ConveneDraft {
                    grid_id: new.grid_id,
                    kind: new.kind,
                    scheduled_on: new.scheduled_on,
                    with_work_meeting: new.with_work_meeting,
                    reason_given: new.reason.is_some(),
                    at: tx.at,
                };
                let convened = meeting::convene(&people(tx.reference), &tx.rules, &draft)?;
                Ok((Some(new.grid_id), MeetingEvent::Convened(convened)))
            })
            .await
        })
    }

    /// Puts a major issue on the agenda of a meeting.
    #[boxed(?Send)]
    pub async fn table_major_issue(
        &self,
        call: &CommandContext,
        id: MeetingId,
        major_issue_id: MajorIssueId,
        at: OccurredAt,
    ) -> ChangedOutcome<Meeting> {
        self.bring_before(call, id, major_issue_id, at, Words::new(), &|meeting, major, tx| {
            meeting::table(meeting, major, &tx.rules, tx.at).map(MeetingEvent::MajorIssueTabled)
        })
        .await
    }

    /// Puts a major issue off.
    #[boxed(?Send)]
    pub async fn defer_major_issue(
        &self,
        call: &CommandContext,
        id: MeetingId,
        major_issue_id: MajorIssueId,
        reason_code: DeferralReason,
        reason: &str,
        at: OccurredAt,
    ) -> ChangedOutcome<Meeting> {
        let said = words([("reason", Some(reason))]);
        self.bring_before(call, id, major_issue_id, at, said, &|meeting, major, tx| {
            meeting::defer(meeting, major, &tx.rules, reason_code, tx.at).map(MeetingEvent::MajorIssueDeferred)
        })
        .await
    }

    /// Records what a meeting decides on a major issue.
    pub fn decide_in_meeting<'a>(
        &'a self,
        call: &'a CommandContext,
        id: MeetingId,
        major_issue_id: MajorIssueId,
        text: &'a str,
        at: OccurredAt,
    ) -> LocalBoxed<'a, ChangedOutcome<Meeting>> {
        Box::pin(async move {
            self.transact(call, async || {
                let reference = self.reference();
                let meeting = self.load_if_match::<Meeting>(call, id).await?;
                let major = self.load_named::<MajorIssue>(major_issue_id, "/major_issue_id").await?;
                self.admit_thing(call, MajorIssue::READ, || thing_of(major_issue_id, &major)).await?;
                let tx = Transaction::on(self, call, &reference, &meeting.state, at)?;
                let named = (NamedMeeting { id, now: &meeting.state }, named(major_issue_id, &major));
                let decision = meeting::decide(named.0, named.1, &tx.rules, tx.at)?;
                let decided =
                    Decided { meeting: (id, &meeting), major_issue: (major_issue_id, &major), decision, text };
                let (meeting, _) = self.record_decision(tx, decided).await?;
                Ok(meeting)
            })
            .await
        })
    }

    /// Records a deliberation on a major issue that was held in a meeting.
    pub(crate) fn deliberate_in_meeting<'a>(
        &'a self,
        call: &'a CommandContext,
        id: MajorIssueId,
        (meeting_id, held_on): (MeetingId, NaiveDate),
        text: &'a str,
        at: OccurredAt,
    ) -> LocalBoxed<'a, MajorOutcome> {
        Box::pin(async move {
            self.transact(call, async || {
                let reference = self.reference();
                let major = self.load_if_match::<MajorIssue>(call, id).await?;
                let meeting = self.load_named::<Meeting>(meeting_id, "/meeting_id").await?;
                let tx = Transaction::on(self, call, &reference, &major.state, at)?;
                let of = NamedMeeting { id: meeting_id, now: &meeting.state };
                let decision = meeting::deliberate_in(of, named(id, &major), &tx.rules, held_on, tx.at)?;
                let decided = Decided { meeting: (meeting_id, &meeting), major_issue: (id, &major), decision, text };
                let (_, major) = self.record_decision(tx, decided).await?;
                Ok(major)
            })
            .await
        })
    }

    /// Closes a meeting that was held.
    pub fn close_meeting<'a>(
        &'a self,
        call: &'a CommandContext,
        id: MeetingId,
        held: &'a HeldMeeting,
    ) -> LocalBoxed<'a, ChangedOutcome<Meeting>> {
        Box::pin(async move {
            let draft = CloseDraft {
                held_at: held.held_at,
                delegates: held.delegates.clone(),
                attendance: held.attendance.clone(),
                files: self.named_files(&held.file_ids).await?,
            };
            let said = words([("text", held.text.as_deref())]);
            self.change_thing(call, id, Some(held.held_at), said, |meeting: &Meeting, tx| {
                let closed = meeting::close(meeting, &people(tx.reference), &tx.rules, &draft)?;
                for delegate in &closed.delegates {
                    tx.rely_on_delegate(delegate.delegate_id);
                }
                Ok(MeetingEvent::Closed(closed))
            })
            .await
        })
    }

    /// Calls a meeting off.
    #[boxed(?Send)]
    pub async fn cancel_meeting(
        &self,
        call: &CommandContext,
        id: MeetingId,
        reason: &str,
        at: OccurredAt,
    ) -> ChangedOutcome<Meeting> {
        let said = words([("reason", Some(reason))]);
        self.change_thing(call, id, at, said, |meeting: &Meeting, tx| {
            one(meeting::cancel(meeting, &tx.rules, tx.at).map(MeetingEvent::Cancelled))
        })
        .await
    }

    /// Decides one event on a meeting and a major issue that it names, and records it. The major issue must still be as the
    /// decision saw it.
    fn bring_before<'a>(
        &'a self,
        call: &'a CommandContext,
        id: MeetingId,
        major_issue_id: MajorIssueId,
        at: OccurredAt,
        said: Words,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<Meeting>> {
        Box::pin(async move {
            self.change_with(call, id, at, said, async |meeting: &Meeting, tx: &mut Transaction<'_>| {
                let found: Named<MajorIssue> = (major_issue_id, self.if_there(major_issue_id).await?);
                if let Some(major) = &found.1 {
                    self.admit_thing(call, MajorIssue::READ, || thing_of(major_issue_id, major)).await?;
                }
                let none = Arc::default();
                let major = found.1.as_ref().unwrap_or(&none);
                let event = decide(meeting, named(major_issue_id, major), tx).map_err(|no| of_refusals(vec![no]))?;
                tx.rely_on(MajorIssue::stream(major_issue_id), major.version);
                Ok(event)
            })
            .await
        })
    }

    /// Tells a decision to the meeting and to the major issue, in one append.
    async fn record_decision(
        &self,
        mut tx: Transaction<'_>,
        decided: Decided<'_>,
    ) -> Result<(Changed<Meeting>, Changed<MajorIssue>), Attempt> {
        let Decided { meeting: (meeting_id, meeting), major_issue: (major_id, major), decision, text } = decided;
        // What was decided stays with the major issue, which goes on; the meeting points to it.
        let event = MeetingEvent::MajorIssueDecided(decision.meeting);
        let mut meeting = tx.stage(meeting_id, meeting, event, &Words::new()).await?;
        tx.write(&mut meeting);
        let event = MajorIssueEvent::Deliberated(decision.major_issue);
        let mut major = tx.stage(major_id, major, event, &words([("decision", Some(text))])).await?;
        tx.write(&mut major);
        let appended = tx.append().await?;
        let meeting = Changed { loaded: self.settle(meeting, &appended), position: appended.last };
        Ok((meeting, Changed { loaded: self.settle(major, &appended), position: appended.last }))
    }
}

fn named(id: MajorIssueId, loaded: &Loaded<MajorIssue>) -> NamedMajorIssue<'_> {
    NamedMajorIssue { id, now: &loaded.state }
}

impl Entity for Meeting {
    type Id = MeetingId;

    const FAMILY: &'static str = "meeting";

    const READ: Action = Action::MeetingRead;

    fn event(event: Event) -> Option<MeetingEvent> {
        if let Event::Meeting(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &MeetingEvent) -> Vec<NaiveDate> {
        vec![rules.today]
    }
}
