//! Activities (活动): outreach, consultations, theme activities, symposia; held, kept, reported, and what a symposium improves
//! (C-3.2, C-3.3, C-4.2, C-4.3b). The rules are `domain::activity`'s.

use super::{BegunOutcome, ChangedOutcome, NewFiling, one};
use crate::access::things;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::corrections::people;
use crate::read::loaded::{AsOf, Entity};
use crate::write::change::{OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use chrono::NaiveDate;
use domain::access::{Action, Thing};
use domain::activity::{self, Activity, ActivityDraft, ActivityEvent, ImprovementDraft};
use domain::event::Event;
use domain::filing::FilingDraft;
use domain::ids::{ActivityId, AreaId, FileId, ImprovementId};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;

/// An activity as a client records it.
#[derive(Clone, Debug)]
pub struct NewActivity {
    /// What happened, but for its files.
    pub draft: ActivityDraft,
    /// Documents, pictures and recordings of it.
    pub file_ids: Vec<FileId>,
    /// What it was about, in one line.
    pub title: String,
    /// The same at length.
    pub text: Option<String>,
}

/// What decides one event on an activity.
type Decide<'d> = dyn Fn(&Activity, &mut Transaction<'_>) -> Result<ActivityEvent, Vec<Refusal>> + 'd;

impl Casework {
    /// Records that an activity was held.
    pub fn hold_activity<'a>(
        &'a self,
        call: &'a CommandContext,
        new: &'a NewActivity,
    ) -> LocalBoxed<'a, BegunOutcome<Activity>> {
        Box::pin(async move {
            let id = ActivityId(self.new_id());
            let said = words([("title", Some(new.title.as_str())), ("text", new.text.as_deref())]);
            let sealed = self.seal_first(&Activity::stream(id), said)?;
            let draft = ActivityDraft { files: self.named_files(&new.file_ids).await?, ..new.draft.clone() };
            self.begin_thing(call, id, Some(draft.held_at), sealed, |tx| {
                let held = activity::hold(&people(tx.reference), &tx.reference.offices, &tx.rules, &draft)?;
                for delegate in &draft.delegates {
                    tx.rely_on_delegate(delegate.delegate_id);
                }
                let grid = if let [grid] = draft.grid_ids.as_slice() { Some(*grid) } else { None };
                Ok((grid, ActivityEvent::Held(held)))
            })
            .await
        })
    }

    /// Keeps documents, pictures and recordings with an activity.
    #[boxed(?Send)]
    pub async fn attach_activity_evidence(
        &self,
        call: &CommandContext,
        id: ActivityId,
        file_ids: &[FileId],
        at: OccurredAt,
    ) -> ChangedOutcome<Activity> {
        let files = self.named_files(file_ids).await?;
        self.change_activity(call, id, at, Words::new(), &|activity, tx| {
            activity::attach_evidence(activity, &tx.rules, &files, tx.at).map(ActivityEvent::EvidenceAttached)
        })
        .await
    }

    /// Reports an activity to an office.
    #[boxed(?Send)]
    pub async fn submit_activity(
        &self,
        call: &CommandContext,
        id: ActivityId,
        new: &NewFiling,
    ) -> ChangedOutcome<Activity> {
        let files = self.named_files(&new.file_ids).await?;
        self.change_activity(call, id, new.at, words([("text", new.text.as_deref())]), &|activity, tx| {
            let draft = FilingDraft { office_id: new.office_id, files: files.clone(), at: tx.at };
            activity::submit(activity, &tx.reference.offices, &tx.rules, &draft).map(ActivityEvent::Submitted)
        })
        .await
    }

    /// Records that an office has the report of an activity.
    #[boxed(?Send)]
    pub async fn acknowledge_activity(
        &self,
        call: &CommandContext,
        id: ActivityId,
        new: &NewFiling,
    ) -> ChangedOutcome<Activity> {
        let files = self.named_files(&new.file_ids).await?;
        self.change_activity(call, id, new.at, words([("text", new.text.as_deref())]), &|activity, tx| {
            let draft = FilingDraft { office_id: new.office_id, files: files.clone(), at: tx.at };
            activity::acknowledge(activity, &tx.reference.offices, &tx.rules, &draft).map(ActivityEvent::Acknowledged)
        })
        .await
    }

    /// Records what a symposium means to improve: the newest improvement of the activity afterwards.
    #[boxed(?Send)]
    pub async fn adopt_improvement(
        &self,
        call: &CommandContext,
        id: ActivityId,
        text: &str,
        by_on: Option<NaiveDate>,
        at: OccurredAt,
    ) -> ChangedOutcome<Activity> {
        let improvement = ImprovementId(self.new_id());
        self.change_activity(call, id, at, words([("text", Some(text))]), &|activity, tx| {
            let draft = ImprovementDraft { id: improvement, by_on, at: tx.at };
            one(activity::adopt_improvement(activity, &tx.rules, &draft).map(ActivityEvent::ImprovementAdopted))
        })
        .await
    }

    /// Records that an improvement is done.
    #[boxed(?Send)]
    pub async fn complete_improvement(
        &self,
        call: &CommandContext,
        id: ActivityId,
        improvement: ImprovementId,
        text: Option<&str>,
        at: OccurredAt,
    ) -> ChangedOutcome<Activity> {
        // It is part of the address.
        if self.load::<Activity>(id, AsOf::Now).await?.state.improvement(improvement).is_none() {
            return Err(Failure::NotFound);
        }
        self.change_activity(call, id, at, words([("text", text)]), &|activity, tx| {
            let known = activity.improvement(improvement).ok_or_else(|| vec![Refusal::new(Code::UnknownId)])?;
            let completed = activity::complete_improvement(activity, known, &tx.rules, tx.at);
            one(completed.map(ActivityEvent::ImprovementCompleted))
        })
        .await
    }

    /// Decides one event on an activity and records it.
    fn change_activity<'a>(
        &'a self,
        call: &'a CommandContext,
        id: ActivityId,
        at: OccurredAt,
        said: Words,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<Activity>> {
        Box::pin(self.change_thing(call, id, at, said, decide))
    }
}

impl Entity for Activity {
    type Id = ActivityId;

    const FAMILY: &'static str = "activity";

    const READ: Action = Action::ActivityRead;

    fn event(event: Event) -> Option<ActivityEvent> {
        if let Event::Activity(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        self.grid()
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &ActivityEvent) -> Vec<NaiveDate> {
        vec![rules.today, rules.town_date(self.held.at)]
    }

    fn thing(&self, _: Self::Id) -> Thing {
        things::activity(self)
    }
}
