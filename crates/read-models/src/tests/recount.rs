//! What a reader of the whole log knows, without SQL, marks, batches or checkpoints.

use super::fixture::{Office, ZONE};
use crate::{Answered, IssueQuery, IssueSort, Pending};
use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::Calendars;
use domain::deadline::lateness;
use domain::event::Event;
use domain::ids::{IssueId, MajorIssueId, ReceptionId};
use domain::issue::{ExtensionState, Issue};
use domain::major_issue::MajorIssue;
use domain::policy::Policies;
use domain::reception::Reception;
use domain::vocabulary::{IssueState, Lateness};
use domain::{Fold, Stamp};
use std::borrow::Cow;
use std::collections::HashMap;

/// It.
#[derive(Default)]
pub struct Recount {
    policies: Policies,
    calendars: Calendars,
    pub issues: HashMap<IssueId, Issue>,
    pub receptions: HashMap<ReceptionId, Reception>,
    pub major_issues: HashMap<MajorIssueId, MajorIssue>,
}

impl Recount {
    pub async fn of(office: &Office) -> Self {
        let mut recount = Self::default();
        for recorded in office.everything().await {
            let leaf = recorded.leaf().unwrap();
            let stamp = Stamp {
                position: recorded.position.0,
                version: leaf.version.0,
                occurred_at: DateTime::from_timestamp_millis(leaf.occurred_at).unwrap(),
                recorded_at: DateTime::from_timestamp_millis(leaf.recorded_at).unwrap(),
                policy: leaf.policy.map(|position| position.0),
                calendar: leaf.calendar.map(|position| position.0),
                account: None,
            };
            let id = leaf.stream.uuid();
            match Event::decode(&leaf.event_type, leaf.schema, &leaf.public).unwrap() {
                Event::Policy(event) => recount.policies.apply(&event, &stamp),
                Event::Calendar(event) => recount.calendars.apply(&event, &stamp),
                Event::Issue(event) => {
                    recount.issues.entry(IssueId(id.unwrap())).or_default().apply(&event, &stamp);
                }
                Event::Reception(event) => {
                    recount.receptions.entry(ReceptionId(id.unwrap())).or_default().apply(&event, &stamp);
                }
                Event::MajorIssue(event) => {
                    recount.major_issues.entry(MajorIssueId(id.unwrap())).or_default().apply(&event, &stamp);
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
                | Event::LogOpening(_) => {}
            }
        }
        recount
    }

    fn lateness(&self, issue: &Issue, today: NaiveDate) -> Lateness {
        let policy = self.policies.at(issue.policy.unwrap()).unwrap();
        lateness(issue, policy, &self.calendars, today)
    }

    /// Ids of the issues that pass, in the order asked for.
    pub fn issues(&self, query: &IssueQuery, today: NaiveDate) -> Vec<IssueId> {
        let town = |at: DateTime<Utc>| at.with_timezone(&ZONE).date_naive();
        let mut found: Vec<(IssueId, Cow<'_, Issue>)> = self
            .issues
            .iter()
            .map(|(id, issue)| (*id, issue.on(today, ZONE, &self.calendars)))
            .filter(|(id, issue)| {
                let answered = [IssueState::Answered, IssueState::Closed, IssueState::Referred]
                    .contains(&issue.state)
                    .then(|| self.lateness(issue, today) < Lateness::Overdue);
                query.grid_id.is_none_or(|id| issue.grid_id == id)
                    && query.unit_id.is_none_or(|id| issue.unit_id == Some(id))
                    && query.delegate_id.is_none_or(|id| issue.responsible_delegate_id == id)
                    && (query.states.is_empty() || query.states.contains(&issue.state))
                    && (query.lateness.is_empty()
                        || issue.is_open() && query.lateness.contains(&self.lateness(issue, today)))
                    && (query.pending.is_empty() || query.pending.iter().any(|wanted| pending(issue, *wanted)))
                    && query.supervised.is_none_or(|wanted| issue.supervised == wanted)
                    && (query.ids.is_empty() || query.ids.contains(id))
                    && query.session_id.is_none_or(|id| self.receptions[&issue.reception_id].session_id() == Some(id))
                    && query.kind.is_none_or(|kind| issue.kind == kind)
                    && query.topic.as_ref().is_none_or(|topic| issue.topic == *topic)
                    && query.answered.is_none_or(|wanted| answered == Some(wanted == Answered::OnTime))
                    && (!query.silent_interim || issue.is_open() && issue.interim_due_on.is_some_and(|on| on < today))
                    && query.number.as_ref().is_none_or(|number| issue.number(ZONE) == *number)
                    && query.due_from.is_none_or(|on| issue.due.on >= on)
                    && query.due_to.is_none_or(|on| issue.due.on <= on)
                    && query.from.is_none_or(|on| town(issue.raised_at) >= on)
                    && query.to.is_none_or(|on| town(issue.raised_at) <= on)
            })
            .collect();
        if !query.ids.is_empty() {
            found.sort_by_key(|(id, _)| query.ids.iter().position(|named| named == id));
            return found.into_iter().map(|(id, _)| id).collect();
        }
        match query.sort {
            IssueSort::Due => found.sort_by_key(|(id, issue)| (issue.due.on, *id)),
            IssueSort::Raised => found.sort_by_key(|(id, issue)| (issue.raised_at, *id)),
            IssueSort::RaisedDescending => {
                found.sort_by_key(|(id, issue)| std::cmp::Reverse((issue.raised_at, *id)));
            }
        }
        found.into_iter().map(|(id, _)| id).collect()
    }
}

/// Whether a decision is due, read from the state and not from what a row says of it.
fn pending(issue: &Issue, what: Pending) -> bool {
    let extendable = [IssueState::Registered, IssueState::InHand, IssueState::AwaitingAnswer];
    match what {
        Pending::Extension => issue
            .extension
            .is_some_and(|extension| extension.state == ExtensionState::Requested && extendable.contains(&issue.state)),
        Pending::Reopening => issue.reopening_pending.is_some(),
        Pending::Correction => !issue.corrections.pending().is_empty(),
    }
}
