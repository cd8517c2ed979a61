//! The reference data that rows depend on: policies and calendars, as far as the log has been folded.

use crate::engine::decode::{Fact, fact};
use crate::engine::failure::Failure;
use crate::engine::replay::Log;
use chrono::NaiveDate;
use domain::Fold;
use domain::calendar::Calendars;
use domain::event::Event;
use domain::issue::Issue;
use domain::policy::{Policies, Policy};
use event_store::{Position, Recorded};

/// Events of a family read at once.
const PAGE_EVENTS_MAX: usize = 256;

/// Policies and calendars up to one position.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reference {
    pub policies: Policies,
    pub calendars: Calendars,
}

impl Reference {
    /// The policy version that the issue's cycle runs under. A leaf that names none: the newest version adopted before it
    /// that was in force on the day the issue was raised, whatever was adopted since.
    pub(crate) fn policy_of(&self, issue: &Issue, raised_on: NaiveDate) -> Option<&Policy> {
        issue.policy.and_then(|position| self.policies.at(position)).or_else(|| {
            let in_force = |policy: &&Policy| policy.position() <= issue.position && policy.effective_from <= raised_on;
            self.policies.all().iter().rev().find(in_force)
        })
    }

    /// As of `position`, read by family.
    pub(crate) async fn read(log: &Log, position: Position) -> Result<Self, Failure> {
        let mut reference = Self::default();
        for family in ["policy", "calendar"] {
            let apply = |recorded: &Recorded| {
                reference.apply(&fact(recorded)?);
                Ok(())
            };
            each_of_family(log, family, position, apply).await?;
        }
        Ok(reference)
    }

    /// Takes one more event into account. True when a calendar changed.
    pub(crate) fn apply(&mut self, fact: &Fact) -> bool {
        match &fact.event {
            Event::Policy(event) => {
                self.policies.apply(event, &fact.stamp);
                false
            }
            Event::Calendar(event) => {
                self.calendars.apply(event, &fact.stamp);
                true
            }
            Event::Log(_)
            | Event::Account(_)
            | Event::Access(_)
            | Event::Proposal(_)
            | Event::Programme(_)
            | Event::Area(_)
            | Event::Delegate(_)
            | Event::Office(_)
            | Event::Roster(_)
            | Event::Reception(_)
            | Event::Issue(_)
            | Event::MajorIssue(_)
            | Event::Session(_)
            | Event::Leave(_)
            | Event::Activity(_)
            | Event::Meeting(_)
            | Event::Study(_)
            | Event::Deed(_)
            | Event::Appointment(_)
            | Event::TypicalCase(_)
            | Event::Obligation(_)
            | Event::Review(_)
            | Event::Appraisal(_)
            | Event::File(_)
            | Event::Erasure(_)
            | Event::LegalHold(_)
            | Event::PersonalData(_)
            | Event::LogOpening(_) => false,
        }
    }
}

/// Hands on every event of a family up to a position.
pub(crate) async fn each_of_family(
    log: &Log,
    family: &str,
    up_to: Position,
    mut apply: impl FnMut(&Recorded) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let mut after = Position(0);
    loop {
        let page = log.store.read_family(family, after, PAGE_EVENTS_MAX).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.position;
        for recorded in &page {
            if recorded.position > up_to {
                return Ok(());
            }
            apply(recorded)?;
        }
    }
}
