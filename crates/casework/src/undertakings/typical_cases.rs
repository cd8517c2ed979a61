//! Typical cases (典型案例): nominated, made fit to be read by everybody, submitted, selected, published, annotated (C-5.3). The
//! rules are `domain::typical_case`'s.

use super::{BegunOutcome, ChangedOutcome, one};
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::corrections::people;
use crate::read::loaded::{AsOf, Entity};
use crate::write::change::{OccurredAt, Transaction, Words, words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use chrono::NaiveDate;
use domain::access::Action;
use domain::event::Event;
use domain::file::NamedFile;
use domain::ids::{AreaId, FileId, OfficeId, TypicalCaseId};
use domain::issue::reopening::reopened_at;
use domain::refusal::Refusal;
use domain::rules::Rules;
use domain::typical_case::{self, CaseDraft, CaseSources, NamedSource, TypicalCase, TypicalCaseEvent};
use domain::vocabulary::PublicationChannel;
use event_store::StreamId;
use uuid::Uuid;

/// A typical case as a client nominates it.
#[derive(Clone, Debug)]
pub struct NewTypicalCase {
    /// The grid.
    pub grid_id: AreaId,
    /// What it is about, in one line.
    pub title: String,
    /// What was done, with whatever belongs to it; nobody publishes this text.
    pub text: String,
    /// What it was made of.
    pub sources: CaseSources,
    /// When it was nominated.
    pub at: OccurredAt,
}

/// What decides one event on a typical case.
type Decide<'d> = dyn Fn(&TypicalCase, &mut Transaction<'_>) -> Result<TypicalCaseEvent, Vec<Refusal>> + 'd;

impl Casework {
    /// Nominates a typical case.
    pub fn nominate_typical_case<'a>(
        &'a self,
        call: &'a CommandContext,
        new: &'a NewTypicalCase,
    ) -> LocalBoxed<'a, BegunOutcome<TypicalCase>> {
        Box::pin(async move {
            let id = TypicalCaseId(self.new_id());
            let said = words([("title", Some(new.title.as_str())), ("text", Some(new.text.as_str()))]);
            let sealed = self.seal_first(&TypicalCase::stream(id), said)?;
            // What is there stays there: nothing need be relied on.
            let issues = self.sources("issue", &new.sources.issue_ids).await?;
            let activities = self.sources("activity", &new.sources.activity_ids).await?;
            let deeds = self.sources("deed", &new.sources.deed_ids).await?;
            self.begin_thing(call, id, new.at, sealed, |tx| {
                let draft = CaseDraft {
                    grid_id: new.grid_id,
                    issues: issues.clone(),
                    activities: activities.clone(),
                    deeds: deeds.clone(),
                    at: tx.at,
                };
                let nominated = typical_case::nominate(&people(tx.reference), &tx.rules, &draft)?;
                Ok((Some(new.grid_id), TypicalCaseEvent::Nominated(nominated)))
            })
            .await
        })
    }

    /// Takes the text that may be published, the first or a better one.
    #[boxed(?Send)]
    pub async fn deidentify_typical_case(
        &self,
        call: &CommandContext,
        id: TypicalCaseId,
        text: &str,
        consent_file_id: Option<FileId>,
        at: OccurredAt,
    ) -> ChangedOutcome<TypicalCase> {
        let consent = match consent_file_id {
            Some(file) => Some(self.consent(file).await?),
            None => None,
        };
        self.change_typical_case(call, id, at, words([("text", Some(text))]), &|case, tx| {
            one(typical_case::deidentify(case, &tx.rules, consent, tx.at).map(TypicalCaseEvent::Deidentified))
        })
        .await
    }

    /// Submits a typical case to an office.
    #[boxed(?Send)]
    pub async fn submit_typical_case(
        &self,
        call: &CommandContext,
        id: TypicalCaseId,
        office_id: OfficeId,
        at: OccurredAt,
    ) -> ChangedOutcome<TypicalCase> {
        self.change_typical_case(call, id, at, Words::new(), &|case, tx| {
            let submitted = typical_case::submit(case, &tx.reference.offices, &tx.rules, office_id, tx.at);
            one(submitted.map(TypicalCaseEvent::Submitted))
        })
        .await
    }

    /// Selects a typical case, or does not.
    #[boxed(?Send)]
    pub async fn select_typical_case(
        &self,
        call: &CommandContext,
        id: TypicalCaseId,
        selected: bool,
        reason: Option<&str>,
        at: OccurredAt,
    ) -> ChangedOutcome<TypicalCase> {
        self.change_typical_case(call, id, at, words([("reason", reason)]), &|case, tx| {
            one(typical_case::select(case, &tx.rules, selected, tx.at))
        })
        .await
    }

    /// Publishes the text of a typical case in a channel.
    #[boxed(?Send)]
    pub async fn publish_typical_case(
        &self,
        call: &CommandContext,
        id: TypicalCaseId,
        channel: PublicationChannel,
        posted_at: OccurredAt,
    ) -> ChangedOutcome<TypicalCase> {
        self.change_typical_case(call, id, posted_at, Words::new(), &|case, tx| {
            one(typical_case::publish(case, &tx.rules, channel, tx.at).map(TypicalCaseEvent::Published))
        })
        .await
    }

    /// Annotates a typical case.
    #[boxed(?Send)]
    pub async fn annotate_typical_case(
        &self,
        call: &CommandContext,
        id: TypicalCaseId,
        text: &str,
        at: OccurredAt,
    ) -> ChangedOutcome<TypicalCase> {
        self.change_typical_case(call, id, at, words([("text", Some(text))]), &|case, tx| {
            one(typical_case::annotate(case, &tx.rules, tx.at).map(TypicalCaseEvent::Annotated))
        })
        .await
    }

    /// Whether an annotation of a case is due, of the log up to the same place that the case is of: asked of the issues that
    /// it is made of.
    #[boxed]
    pub async fn annotation_due(&self, case: &TypicalCase, as_of: AsOf) -> Result<bool, Failure> {
        if case.selected.is_none() {
            return Ok(false);
        }
        for id in &case.sources.issue_ids {
            let issue = self.issue(*id, as_of).await?;
            if typical_case::annotation_due(case, reopened_at(&issue.state)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The file of a consent, with its kind where it is there.
    async fn consent(&self, id: FileId) -> Result<NamedFile, Failure> {
        match self.file(id, AsOf::Now).await {
            Ok(file) => Ok(NamedFile { id, kind: file.state.kind }),
            Err(Failure::NotFound) => Ok(NamedFile { id, kind: None }),
            Err(failure) => Err(failure),
        }
    }

    /// Things of a family that a case is said to be made of, each with whether it is there.
    async fn sources<T: Copy + Into<Uuid>>(&self, family: &str, ids: &[T]) -> Result<Vec<NamedSource<T>>, Failure> {
        let mut named = Vec::with_capacity(ids.len());
        for id in ids {
            let exists = self.holds(&StreamId::of(family, (*id).into())).await?;
            named.push(NamedSource { id: *id, exists });
        }
        Ok(named)
    }

    /// Decides one event on a typical case and records it.
    fn change_typical_case<'a>(
        &'a self,
        call: &'a CommandContext,
        id: TypicalCaseId,
        at: OccurredAt,
        said: Words,
        decide: &'a Decide<'a>,
    ) -> LocalBoxed<'a, ChangedOutcome<TypicalCase>> {
        Box::pin(self.change_thing(call, id, at, said, decide))
    }
}

impl Entity for TypicalCase {
    type Id = TypicalCaseId;

    const FAMILY: &'static str = "typical_case";

    const READ: Action = Action::TypicalCaseRead;

    fn event(event: Event) -> Option<TypicalCaseEvent> {
        if let Event::TypicalCase(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &TypicalCaseEvent) -> Vec<NaiveDate> {
        vec![rules.today, rules.town_date(self.nominated.at)]
    }
}
