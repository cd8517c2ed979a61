//! Studies and inspections (调查研究、巡查监督): begun, finished, filed with both offices, used (C-3.5). The rules are
//! `domain::study`'s; which files there are and of which kind they are is looked up here.

use super::{BegunOutcome, ChangedOutcome, NewFiling, one};
use crate::access::things;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::corrections::people;
use crate::read::loaded::Entity;
use crate::write::change::{OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Action, Thing};
use domain::event::Event;
use domain::file::NamedFile;
use domain::filing::FilingDraft;
use domain::ids::{AreaId, DelegateId, FileId, OfficeId, StudyId};
use domain::refusal::Refusal;
use domain::rules::Rules;
use domain::study::{self, Study, StudyDraft, StudyEvent, UseDraft};
use domain::vocabulary::{StudyKind, StudyUse};

/// A study or an inspection as a client records it.
#[derive(Clone, Debug)]
pub struct NewStudy {
    /// Which of the two.
    pub kind: StudyKind,
    /// The grid; nothing for the whole town.
    pub grid_id: Option<AreaId>,
    /// Topic codes of the policy.
    pub topics: Vec<String>,
    /// Who leads it.
    pub lead_delegate_id: DelegateId,
    /// Who else takes part.
    pub delegate_ids: Vec<DelegateId>,
    /// When it began; of an inspection, when it was held.
    pub held_at: DateTime<Utc>,
    /// What it is about, in one line.
    pub title: String,
    /// The same at length.
    pub text: Option<String>,
    /// Papers, pictures and recordings of it.
    pub file_ids: Vec<FileId>,
}

/// What decides one event on a study, given the files that the command names.
type Decide<'d> = dyn Fn(&Study, &mut Transaction<'_>, &[NamedFile]) -> Result<StudyEvent, Vec<Refusal>> + 'd;

impl Casework {
    /// Starts a study, or records an inspection that was made.
    pub fn start_study<'a>(
        &'a self,
        call: &'a CommandContext,
        new: &'a NewStudy,
    ) -> LocalBoxed<'a, BegunOutcome<Study>> {
        Box::pin(async move {
            let id = StudyId(self.new_id());
            // Sealed once, whatever the attempts: the stream is new, so its versions are known.
            let said = words([("title", Some(new.title.as_str())), ("text", new.text.as_deref())]);
            let sealed = self.seal_first(&Study::stream(id), said)?;
            let files = self.named_files(&new.file_ids).await?;
            self.begin_thing(call, id, Some(new.held_at), sealed, |tx| {
                let draft = StudyDraft {
                    kind: new.kind,
                    grid_id: new.grid_id,
                    topics: new.topics.clone(),
                    lead_delegate_id: new.lead_delegate_id,
                    delegate_ids: new.delegate_ids.clone(),
                    held_at: tx.at,
                    files: files.clone(),
                };
                let begun = study::start(&people(tx.reference), &tx.rules, &draft)?;
                for member in std::iter::once(new.lead_delegate_id).chain(new.delegate_ids.iter().copied()) {
                    tx.rely_on_delegate(member);
                }
                Ok((new.grid_id, begun))
            })
            .await
        })
    }

    /// Finishes a study by its written material.
    #[boxed(?Send)]
    pub async fn finish_study(
        &self,
        call: &CommandContext,
        id: StudyId,
        file_ids: &[FileId],
        text: Option<&str>,
        at: OccurredAt,
    ) -> ChangedOutcome<Study> {
        self.change_study(call, id, at, words([("text", text)]), file_ids, &|study, tx, files| {
            study::finish(study, &tx.rules, files, tx.at).map(StudyEvent::Finished)
        })
        .await
    }

    /// Sends what is finished to an office.
    #[boxed(?Send)]
    pub async fn submit_study(&self, call: &CommandContext, id: StudyId, new: &NewFiling) -> ChangedOutcome<Study> {
        self.change_study(
            call,
            id,
            new.at,
            words([("text", new.text.as_deref())]),
            &new.file_ids,
            &|study, tx, files| {
                let draft = filing(new, tx, files);
                study::submit(study, &tx.reference.offices, &tx.rules, &draft).map(StudyEvent::Submitted)
            },
        )
        .await
    }

    /// Records that an office says that it has it.
    #[boxed(?Send)]
    pub async fn acknowledge_study(
        &self,
        call: &CommandContext,
        id: StudyId,
        new: &NewFiling,
    ) -> ChangedOutcome<Study> {
        self.change_study(
            call,
            id,
            new.at,
            words([("text", new.text.as_deref())]),
            &new.file_ids,
            &|study, tx, files| {
                let draft = filing(new, tx, files);
                study::acknowledge(study, &tx.reference.offices, &tx.rules, &draft).map(StudyEvent::Acknowledged)
            },
        )
        .await
    }

    /// Records what an office made of it.
    #[boxed(?Send)]
    pub async fn record_study_use(
        &self,
        call: &CommandContext,
        id: StudyId,
        (office_id, used_as): (OfficeId, StudyUse),
        text: &str,
        at: OccurredAt,
    ) -> ChangedOutcome<Study> {
        self.change_study(call, id, at, words([("text", Some(text))]), &[], &|study, tx, _| {
            let draft = UseDraft { office_id, used_as, at: tx.at };
            one(study::record_use(study, &tx.reference.offices, &tx.rules, &draft).map(StudyEvent::Used))
        })
        .await
    }

    /// Decides one event on a study and records it.
    fn change_study<'a>(
        &'a self,
        call: &'a CommandContext,
        id: StudyId,
        at: OccurredAt,
        said: Words,
        file_ids: &'a [FileId],
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<Study>> {
        Box::pin(async move {
            // One that is there stays and keeps its kind, so that nothing need be relied on.
            let files = self.named_files(file_ids).await?;
            self.change_thing(call, id, at, said, |study, tx| decide(study, tx, &files)).await
        })
    }
}

fn filing(new: &NewFiling, tx: &Transaction<'_>, files: &[NamedFile]) -> FilingDraft {
    FilingDraft { office_id: new.office_id, files: files.to_vec(), at: tx.at }
}

impl Entity for Study {
    type Id = StudyId;

    const FAMILY: &'static str = "study";

    const READ: Action = Action::StudyRead;

    fn event(event: Event) -> Option<StudyEvent> {
        if let Event::Study(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        self.grid_id
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &StudyEvent) -> Vec<NaiveDate> {
        vec![rules.today, rules.town_date(self.begun.at)]
    }

    fn thing(&self, _: Self::Id) -> Thing {
        things::study(self)
    }
}
