//! Recording a reception (T1): one append over the reception and every issue raised in it, or nothing.

use crate::access::things;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::personal::Person;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::sessions::of_refusals;
use crate::undertakings::occasion::both;
use crate::write::change::Transaction;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::{SealedParts, Staged};
use crate::write::transact::Outcome;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Action, Thing};
use domain::correction::CorrectedValue;
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, IssueId, ReceptionId};
use domain::issue::{Issue, IssueEvent};
use domain::reception::{
    self, DelegateDraft, IssueDraft, Occasion, People, Reception, ReceptionDraft, ReceptionEvent, Visitor,
};
use domain::rules::Rules;
use domain::vocabulary::{IssueKind, ReceptionForm};
use event_store::{Position, StreamId, Version};
use serde_json::json;
use std::sync::Arc;

/// A reception as a client records it.
#[derive(Clone, Debug)]
pub struct NewReception {
    /// Its form.
    pub form: ReceptionForm,
    /// The grid.
    pub grid_id: AreaId,
    /// The unit, where there is one.
    pub unit_id: Option<AreaId>,
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// What it belongs to, where it names anything.
    pub occasion: Option<Occasion>,
    /// Who received.
    pub delegates: Vec<DelegateDraft>,
    /// Who came; may be empty.
    pub visitors: Vec<NewVisitor>,
    /// What was raised; may be empty.
    pub issues: Vec<NewIssue>,
}

/// A visitor; without name and phone an anonymous one.
#[derive(Clone, Debug, Default)]
pub struct NewVisitor {
    /// Name, if given.
    pub name: Option<String>,
    /// Phone number, if given.
    pub phone: Option<String>,
}

/// An issue as a client records it.
#[derive(Clone, Debug)]
pub struct NewIssue {
    /// Opinion, suggestion or demand.
    pub kind: IssueKind,
    /// Topic code.
    pub topic: String,
    /// What it is about, in one line.
    pub subject: String,
    /// What was said.
    pub text: String,
    /// Who raised it, by index.
    pub visitor: Option<u32>,
    /// Who owes the answer.
    pub responsible_delegate_id: Option<DelegateId>,
}

/// A reception with its issues, as recorded.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its id.
    pub id: ReceptionId,
    /// The reception.
    pub reception: Arc<Loaded<Reception>>,
    /// Its issues, in order.
    pub issues: Vec<(IssueId, Arc<Loaded<Issue>>)>,
    /// Position of the last event.
    pub position: Position,
}

impl Casework {
    /// Records a reception and the issues raised in it (T1, C-3.1, C-4.4).
    pub fn record_reception<'a>(
        &'a self,
        call: &'a CommandContext,
        new: &'a NewReception,
    ) -> LocalBoxed<'a, Result<Outcome<Received>, Failure>> {
        Box::pin(async move {
            let id = ReceptionId(self.new_id());
            let issue_ids: Vec<IssueId> = new.issues.iter().map(|_| IssueId(self.new_id())).collect();
            // Sealed once, whatever the attempts: every stream is new, so its versions are known.
            let (visitors, sealed) = self.seal_visitors(&Reception::stream(id), &new.visitors)?;
            let mut sealed_issues = Vec::with_capacity(new.issues.len());
            for (id, issue) in issue_ids.iter().zip(&new.issues) {
                sealed_issues.push(self.seal_issue(&Issue::stream(*id), issue)?);
            }
            let draft = draft(id, new, visitors, &issue_ids);
            self.transact(call, async || {
                let reference = self.reference();
                let now = self.now();
                let held_on = reference.town_date(new.held_at);
                // A day before the first policy is refused, but together with all other faults of the body.
                let in_force = reference.rules_on(held_on, now);
                let rules = in_force.clone().or_else(|_| reference.rules(None, now))?;
                let people = People {
                    programme: reference.programme.established(),
                    areas: &reference.areas,
                    delegates: &reference.delegates,
                };
                let occasion = self.occasion(new.occasion).await?;
                let decided = reception::record(&people, &rules, &draft, occasion.session());
                let (decided, told) = both(decided, occasion.told(&rules, &draft)).map_err(of_refusals)?;
                call.makes_new()?;
                in_force?;
                let mut tx = Transaction::new(self, call, &reference, rules, Some(new.held_at));
                let envelope = Envelope {
                    area: new.grid_id.0,
                    policy: Some(rules.policy.position()),
                    ..tx.envelope(&Reception::default())
                };
                let due_on = decided.issues.iter().map(|(_, raised)| raised.due.on).max();
                tx.count_through(&[held_on, due_on.unwrap_or(held_on)]);
                occasion.rely_on(&mut tx);
                for delegate in &draft.delegates {
                    tx.rely_on_delegate(delegate.delegate_id);
                }
                let mut reception = Staged::<Reception>::on(id, Arc::default(), envelope);
                reception.push(ReceptionEvent::Recorded(decided.reception), sealed.clone())?;
                tx.write(&mut reception);
                let mut issues = Vec::with_capacity(issue_ids.len());
                for ((id, sealed), (_, raised)) in issue_ids.iter().zip(&sealed_issues).zip(decided.issues) {
                    let mut issue = Staged::<Issue>::on(*id, Arc::default(), envelope);
                    issue.push(IssueEvent::Raised(raised), sealed.clone())?;
                    tx.write(&mut issue);
                    issues.push(issue);
                }
                if let Some(told) = told {
                    occasion.tell(&mut tx, told)?;
                }
                let appended = tx.append().await?;
                let issues = issues.into_iter().map(|issue| (issue.id, self.settle(issue, &appended)));
                Ok(Received {
                    id,
                    issues: issues.collect(),
                    reception: self.settle(reception, &appended),
                    position: appended.last,
                })
            })
            .await
        })
    }

    /// A reception with its issues as of a position: what a replay of the command that recorded it answers.
    #[boxed]
    pub async fn received(&self, id: ReceptionId, position: Position) -> Result<Received, Failure> {
        let as_of = AsOf::Position(position);
        let reception = self.reception(id, as_of).await?;
        let mut issues = Vec::with_capacity(reception.state.issue_ids.len());
        for issue in &reception.state.issue_ids {
            issues.push((*issue, self.issue(*issue, as_of).await?));
        }
        Ok(Received { id, reception, issues, position })
    }

    fn seal_visitors(&self, stream: &StreamId, new: &[NewVisitor]) -> Result<(Vec<Visitor>, SealedParts), Failure> {
        let mut sealed = SealedParts::default();
        let mut visitors = Vec::with_capacity(new.len());
        for visitor in new {
            let (name, phone) = (visitor.name.as_deref(), visitor.phone.as_deref());
            visitors.push(match sealed.seal_person(self, stream, Version(1), name, phone)? {
                Some(subject) => Visitor::Named { subject: subject.to_string() },
                None => Visitor::Anonymous { anonymous: true },
            });
        }
        Ok((visitors, sealed))
    }

    fn seal_issue(&self, stream: &StreamId, issue: &NewIssue) -> Result<SealedParts, Failure> {
        let (mut sealed, person) = (SealedParts::default(), Person::new());
        let payload = json!({"subject": issue.subject, "text": issue.text});
        sealed.seal(&person, stream, Version(1), "narrative", payload)?;
        sealed.introduce(self, &person);
        Ok(sealed)
    }
}

fn draft(id: ReceptionId, new: &NewReception, visitors: Vec<Visitor>, issue_ids: &[IssueId]) -> ReceptionDraft {
    let issues = new.issues.iter().zip(issue_ids).map(|(issue, id)| IssueDraft {
        id: *id,
        kind: issue.kind,
        topic: issue.topic.clone(),
        visitor: issue.visitor,
        responsible_delegate_id: issue.responsible_delegate_id,
    });
    ReceptionDraft {
        id,
        form: new.form,
        grid_id: new.grid_id,
        unit_id: new.unit_id,
        held_at: new.held_at,
        delegates: new.delegates.clone(),
        visitors,
        issues: issues.collect(),
        occasion: new.occasion,
    }
}

impl Entity for Reception {
    type Id = ReceptionId;

    const FAMILY: &'static str = "reception";

    const READ: Action = Action::ReceptionRead;

    fn event(event: Event) -> Option<ReceptionEvent> {
        if let Event::Reception(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        Some(self.grid_id)
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, event: &ReceptionEvent) -> Vec<NaiveDate> {
        let mut days = vec![rules.today, rules.town_date(self.held_at)];
        days.extend(value_of(event).and_then(CorrectedValue::instant).map(|at| rules.town_date(at)));
        days
    }

    fn thing(&self, _: Self::Id) -> Thing {
        things::reception(self)
    }
}

/// The right value that a correction of a reception brings.
pub(crate) const fn value_of(event: &ReceptionEvent) -> Option<&CorrectedValue> {
    match event {
        ReceptionEvent::Corrected(corrected) => corrected.value.as_ref(),
        ReceptionEvent::CorrectionProposed(proposed) => proposed.value.as_ref(),
        ReceptionEvent::Recorded(_) | ReceptionEvent::CorrectionRefused(_) => None,
    }
}
