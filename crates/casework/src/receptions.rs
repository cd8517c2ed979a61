//! Recording a reception (T1): one append over the reception and every issue raised in it, or nothing.

use crate::call::Call;
use crate::casework::Casework;
use crate::change::ms;
use crate::failure::Failure;
use crate::files::{AsOf, File};
use crate::personal::{Part, Person};
use crate::transact::{Envelope, Outcome, Plan};
use chrono::{DateTime, Datelike as _, Utc};
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, IssueId, ReceptionId};
use domain::issue::{Issue, IssueEvent};
use domain::reception::{self, DelegateDraft, IssueDraft, People, Reception, ReceptionDraft, ReceptionEvent, Visitor};
use domain::vocabulary::{IssueKind, ReceptionForm};
use event_store::{Appended, NewEvent, Position, SealedBox, StreamId, Version, WrappedKey};
use serde_json::{Map, Value, json};
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
    pub reception: Arc<File<Reception>>,
    /// Its issues, in order.
    pub issues: Vec<(IssueId, Arc<File<Issue>>)>,
    /// Position of the last event.
    pub position: Position,
}

/// Personal parts of one event to be, and the keys that come with them.
#[derive(Default)]
struct Sealed {
    boxes: Vec<SealedBox>,
    keys: Vec<WrappedKey>,
    said: Vec<Part>,
}

impl Casework {
    /// Records a reception and the issues raised in it (T1, C-3.1, C-4.4).
    pub async fn record_reception(&self, call: &Call, new: &NewReception) -> Result<Outcome<Received>, Failure> {
        let id = ReceptionId(self.new_id());
        let issue_ids: Vec<IssueId> = new.issues.iter().map(|_| IssueId(self.new_id())).collect();
        let streams: Vec<StreamId> = issue_ids.iter().map(|id| StreamId::of("issue", id.0)).collect();
        let stream = StreamId::of("reception", id.0);
        // Sealed once, whatever the attempts: every stream is new, so its versions are known.
        let (visitors, sealed) = self.seal_visitors(&stream, &new.visitors)?;
        let mut sealed_issues = Vec::with_capacity(new.issues.len());
        for (stream, issue) in streams.iter().zip(&new.issues) {
            sealed_issues.push(self.seal_issue(stream, issue)?);
        }
        let places: Vec<(&StreamId, &Sealed)> =
            std::iter::once((&stream, &sealed)).chain(streams.iter().zip(&sealed_issues)).collect();
        let draft = draft(id, new, visitors, &issue_ids);
        let outcome = self
            .transact(call, async || {
                let reference = self.reference();
                let now = self.now();
                let held_on = reference.town_date(new.held_at);
                // A day before the first policy is refused, but together with all other faults of the body.
                let in_force = reference.rules_on(held_on, now);
                let rules = in_force.clone().or_else(|_| reference.rules(None, now))?;
                let people = People {
                    programme: reference.programme.as_ref(),
                    areas: &reference.areas,
                    delegates: &reference.delegates,
                };
                let decided = reception::record(&people, &rules, &draft).map_err(Failure::Unfit)?;
                call.makes_new()?;
                in_force?;
                let envelope = Envelope {
                    area: new.grid_id.0,
                    occurred_at: Some(ms(new.held_at)),
                    policy: Some(rules.policy.position()),
                    calendar: reference.calendars.newest(),
                };
                let due_year = decided.issues.iter().map(|(_, raised)| raised.due.on.year()).max();
                let mut plan = Plan::default();
                let mut events = vec![Event::from(ReceptionEvent::Recorded(decided.reception))];
                events.extend(decided.issues.into_iter().map(|(_, raised)| Event::from(IssueEvent::Raised(raised))));
                for (event, (stream, sealed)) in events.iter().zip(&places) {
                    plan.write((*stream).clone(), Version(0), vec![dressed(&envelope, event, sealed)]);
                }
                for delegate in &draft.delegates {
                    let stream = StreamId::of("delegate", delegate.delegate_id.0);
                    plan.check(stream.clone(), reference.version(&stream));
                }
                plan.check_rules(&reference, held_on.year()..=due_year.unwrap_or(held_on.year()));
                let appended = self.append(call, plan).await?;
                Ok(received(id, &issue_ids, &envelope, events.iter().zip(&places), &appended))
            })
            .await?;
        if let Outcome::Done(received) = &outcome {
            for (id, file) in &received.issues {
                self.remember_issue(*id, file);
            }
        }
        Ok(outcome)
    }

    /// A reception with its issues as of a position: what a replay of the command that recorded it answers.
    pub async fn received(&self, id: ReceptionId, position: Position) -> Result<Received, Failure> {
        let as_of = AsOf::Position(position);
        let reception = self.reception(id, as_of).await?;
        let mut issues = Vec::with_capacity(reception.state.issue_ids.len());
        for issue in &reception.state.issue_ids {
            issues.push((*issue, self.issue(*issue, as_of).await?));
        }
        Ok(Received { id, reception, issues, position })
    }

    fn seal_visitors(&self, stream: &StreamId, new: &[NewVisitor]) -> Result<(Vec<Visitor>, Sealed), Failure> {
        let mut sealed = Sealed::default();
        let mut visitors = Vec::with_capacity(new.len());
        for visitor in new {
            let parts = [("identity", "name", &visitor.name), ("contact", "phone", &visitor.phone)];
            if parts.iter().all(|(_, _, text)| text.is_none()) {
                visitors.push(Visitor::Anonymous { anonymous: true });
                continue;
            }
            let person = Person::new();
            for (class, field, text) in parts {
                let Some(text) = text else { continue };
                let payload = Value::Object(Map::from_iter([(field.to_owned(), Value::from(text.as_str()))]));
                sealed.boxes.push(person.seal(stream, Version(1), sealed.boxes.len(), class, &payload)?);
                sealed.said.push(Part::Open(payload));
            }
            sealed.keys.extend(person.wrapped(&self.keys));
            visitors.push(Visitor::Named { subject: person.subject.to_string() });
        }
        Ok((visitors, sealed))
    }

    fn seal_issue(&self, stream: &StreamId, issue: &NewIssue) -> Result<Sealed, Failure> {
        let person = Person::new();
        let payload = json!({"subject": issue.subject, "text": issue.text});
        let sealed = person.seal(stream, Version(1), 0, "narrative", &payload)?;
        let keys = person.wrapped(&self.keys).into_iter().collect();
        Ok(Sealed { boxes: vec![sealed], keys, said: vec![Part::Open(payload)] })
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
    }
}

fn dressed(envelope: &Envelope, event: &Event, sealed: &Sealed) -> NewEvent {
    NewEvent { boxes: sealed.boxes.clone(), keys: sealed.keys.clone(), ..envelope.plain(event) }
}

/// The files as they are after the append, folded from the very events.
fn received<'a>(
    id: ReceptionId,
    issue_ids: &[IssueId],
    envelope: &Envelope,
    events: impl Iterator<Item = (&'a Event, &'a (&'a StreamId, &'a Sealed))>,
    appended: &Appended,
) -> Received {
    let mut reception = File::default();
    let mut issues = Vec::with_capacity(issue_ids.len());
    for (position, (event, (stream, sealed))) in (appended.first.0..).map(Position).zip(events) {
        let Sealed { boxes, said, .. } = sealed;
        match event {
            Event::Reception(event) => reception.take_new(stream, event, envelope, boxes, said, position, appended),
            Event::Issue(event) => {
                let mut issue = File::default();
                issue.take_new(stream, event, envelope, boxes, said, position, appended);
                issues.push(Arc::new(issue));
            }
            Event::Log(_)
            | Event::Account(_)
            | Event::Programme(_)
            | Event::Policy(_)
            | Event::Calendar(_)
            | Event::Area(_)
            | Event::Delegate(_)
            | Event::Office(_)
            | Event::Roster(_)
            | Event::MajorIssue(_) => {}
        }
    }
    Received {
        id,
        reception: Arc::new(reception),
        issues: issue_ids.iter().copied().zip(issues).collect(),
        position: appended.last,
    }
}
