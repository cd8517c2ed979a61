//! Corrections of receptions: a corrected time is carried to every issue raised there, in one append.

use super::*;
use crate::change::{Changed, ms};
use crate::transact::Attempt;
use domain::correction::{OCCURRED_AT, PendingCorrection};
use domain::deadline;
use domain::ids::ReceptionId;
use domain::issue::correcting::Recorded;
use domain::reception::{Reception, ReceptionEvent, correcting as receptions};
use event_store::Position;

/// A reception after a correction, with the issues that it was carried to.
#[derive(Clone, Debug)]
pub struct CorrectedReception {
    /// The reception as it now is.
    pub reception: Arc<File<Reception>>,
    /// Its issues, in order; none where nothing of them changed.
    pub issues: Vec<(IssueId, Arc<File<Issue>>)>,
    /// Position of the last event.
    pub position: Position,
}

impl Casework {
    /// Corrects a value of an event of a reception, at once or as a proposal (T20).
    pub async fn correct_reception(
        &self,
        call: &Call,
        id: ReceptionId,
        new: &NewCorrection,
    ) -> Result<Outcome<CorrectedReception>, Failure> {
        self.transact(call, async || {
            let found = self.found(call, id, new.event_version, Some(&new.pointer)).await?;
            let (rules, at) = found.rules(self.now(), new.at)?;
            let linked = found.linked(&new.pointer)?;
            let event = receptions::correct(&found.record(&linked), &rules, &new.wanted(at))?;
            let words = said(&new.pointer, &new.reason, &new.value);
            let (staged, plan) = self.staged(&found, &rules, at, event, &words).await?;
            let Changed { file, position } = self.settle_one(call, staged, plan, |_| {}).await?;
            Ok(CorrectedReception { reception: file, issues: Vec::new(), position })
        })
        .await
    }

    /// Approves or refuses the correction that waits for an event of a reception; a corrected time is carried to every
    /// issue raised in it (T20).
    pub async fn decide_reception_correction(
        &self,
        call: &Call,
        id: ReceptionId,
        decision: &CorrectionDecision,
    ) -> Result<Outcome<CorrectedReception>, Failure> {
        decision.check()?;
        let outcome = self
            .transact(call, async || {
                let found = self.found(call, id, decision.event_version, None).await?;
                let (rules, at) = found.rules(self.now(), decision.at)?;
                let mut words = words([("reason", decision.reason.as_deref())]);
                if !decision.approved {
                    let refused = receptions::refuse(&found.file.state, &rules, decision.event_version, at)?;
                    let event = ReceptionEvent::CorrectionRefused(refused);
                    let (staged, plan) = self.staged(&found, &rules, at, event, &words).await?;
                    let Changed { file, position } = self.settle_one(call, staged, plan, |_| {}).await?;
                    return Ok(CorrectedReception { reception: file, issues: Vec::new(), position });
                }
                let linked = found.linked(found.pending().map_or("", |pending| &pending.pointer))?;
                let approved = receptions::approve(&found.record(&linked), &rules, decision.event_version, at)?;
                words.extend(self.proposed_text(&found).await?);
                let event = ReceptionEvent::Corrected(approved.reception);
                let (staged, mut plan) = self.staged(&found, &rules, at, event, &words).await?;
                staged.plan(&mut plan);
                let mut carried = Vec::with_capacity(approved.issues.len());
                for (id, corrected) in approved.issues {
                    let Some((_, file, _)) = found.issues.iter().find(|(known, _, _)| *known == id) else { continue };
                    let envelope = issue_envelope(&file.state, &found.reference, at);
                    if let Some(due) = &corrected.due {
                        // The new date may lie in a year that none of the old ones did.
                        plan.check_rules(&found.reference, deadline::years(due));
                    }
                    let mut issue = Staged::on(StreamId::of("issue", id.0), Arc::clone(file));
                    // The reason stays with the reception, whose record was wrong.
                    issue.add(self, &envelope, IssueEvent::Corrected(corrected), &Words::new()).await?;
                    issue.plan(&mut plan);
                    carried.push((id, issue));
                }
                let appended = self.append(call, plan).await?;
                let mut first = Position(appended.first.0 + staged.len());
                let reception = staged.settle(appended.first, &appended);
                let mut issues = Vec::with_capacity(carried.len());
                for (id, issue) in carried {
                    let next = Position(first.0 + issue.len());
                    issues.push((id, issue.settle(first, &appended)));
                    first = next;
                }
                Ok(CorrectedReception { reception, issues, position: appended.last })
            })
            .await?;
        if let Outcome::Done(corrected) = &outcome {
            for (id, file) in &corrected.issues {
                self.remember_issue(*id, file);
            }
        }
        Ok(outcome)
    }

    /// A reception after a command on its record, as of the command's last position: what a replay answers.
    pub async fn corrected_reception(
        &self,
        id: ReceptionId,
        position: Position,
    ) -> Result<CorrectedReception, Failure> {
        let as_of = AsOf::Position(position);
        let reception = self.reception(id, as_of).await?;
        let mut issues = Vec::new();
        // What was carried to issues ended with one of them.
        if self.stream_at(position).await?.family() == "issue" {
            for issue in &reception.state.issue_ids {
                issues.push((*issue, self.issue(*issue, as_of).await?));
            }
        }
        Ok(CorrectedReception { reception, issues, position })
    }

    async fn found(
        &self,
        call: &Call,
        id: ReceptionId,
        event_version: u64,
        pointer: Option<&str>,
    ) -> Result<Found, Attempt> {
        let reference = self.reference();
        let file = self.reception(id, AsOf::Now).await?;
        insist(call, &file)?;
        let corrections = &file.state.corrections;
        let about = corrections.pending_of(event_version).map(|pending| pending.pointer.clone());
        let pointer = pointer.map(str::to_owned).or(about);
        let text = match &pointer {
            Some(pointer) => self.sealed(&file, corrections, event_version, pointer).await?,
            None => None,
        };
        let events = self.reception_events(id, file.version).await?;
        let target = events.into_iter().find(|(_, stamp)| stamp.version == event_version);
        let mut issues = Vec::new();
        if pointer.as_deref() == Some(OCCURRED_AT) {
            for issue in &file.state.issue_ids {
                let read = self.issue(*issue, AsOf::Now).await?;
                let history = self.issue_events(*issue, read.version).await?;
                issues.push((*issue, read, history));
            }
        }
        Ok(Found { id, reference, file, event_version, target, text, issues })
    }

    /// The correcting event on the reception, and what must hold when it is appended.
    async fn staged(
        &self,
        found: &Found,
        rules: &Rules<'_>,
        at: DateTime<Utc>,
        event: ReceptionEvent,
        words: &Words,
    ) -> Result<(Staged<Reception>, Plan), Failure> {
        let reception = &found.file.state;
        let value = match &event {
            ReceptionEvent::Corrected(corrected) => corrected.value.clone(),
            ReceptionEvent::CorrectionProposed(proposed) => proposed.value.clone(),
            ReceptionEvent::Recorded(_) | ReceptionEvent::CorrectionRefused(_) => None,
        };
        let envelope = Envelope {
            area: reception.grid_id.0,
            occurred_at: Some(ms(at)),
            policy: reception.policy,
            calendar: found.reference.calendars.newest(),
        };
        let mut days = vec![rules.today, rules.town_date(reception.held_at)];
        days.extend(value.as_ref().and_then(CorrectedValue::instant).map(|at| rules.town_date(at)));
        days.extend(found.issues.iter().map(|(_, file, _)| file.state.due.on));
        let mut plan = Plan::default();
        let named = value.as_ref().and_then(CorrectedValue::uuid).map(DelegateId);
        for delegate in reception.delegates.iter().map(|sat| sat.delegate_id) {
            plan_delegate(&mut plan, &found.reference, Some(delegate));
        }
        plan_delegate(&mut plan, &found.reference, named.filter(|id| found.reference.delegates.get(*id).is_some()));
        plan.check_rules(&found.reference, years(&days));
        let mut staged = Staged::on(StreamId::of("reception", found.id.0), Arc::clone(&found.file));
        self.say(&mut staged, &envelope, event, words, found.text.as_ref()).await?;
        Ok((staged, plan))
    }

    /// The value of a proposal that lies in its box, to be said again by the event that brings it into effect.
    async fn proposed_text(&self, found: &Found) -> Result<Words, Failure> {
        let Some(pending) = found.pending().filter(|pending| pending.value.is_none()) else { return Ok(Words::new()) };
        let parts = found.file.parts(self, pending.version).await?;
        match parts.first() {
            Some((_, Part::Open(payload))) => Ok(words([("value", payload.get("value").and_then(Value::as_str))])),
            Some((_, Part::Erased)) | None => Err(Refusal::new(Code::PersonErased).at("/event_version").into()),
        }
    }
}

/// A reception with all that a correction of it is held against.
struct Found {
    id: ReceptionId,
    reference: Arc<Reference>,
    file: Arc<File<Reception>>,
    event_version: u64,
    target: Option<(ReceptionEvent, domain::Stamp)>,
    text: Option<Sealed>,
    /// Read only where the time is corrected.
    issues: Vec<(IssueId, Arc<File<Issue>>, Vec<Recorded>)>,
}

impl Found {
    fn pending(&self) -> Option<&PendingCorrection> {
        self.file.state.corrections.pending_of(self.event_version)
    }

    fn rules(&self, now: DateTime<Utc>, at: Claimed) -> Result<(Rules<'_>, DateTime<Utc>), Refusal> {
        let rules = self.reference.rules(self.file.state.policy, now)?;
        let at = at.unwrap_or(rules.now);
        Ok((rules, at))
    }

    fn linked(&self, pointer: &str) -> Result<Vec<receptions::Raised<'_>>, Refusal> {
        if pointer != OCCURRED_AT {
            return Ok(Vec::new());
        }
        let each = self.issues.iter().map(|(id, file, history)| {
            let policy = self.reference.rules(file.state.policy, file.state.first_recorded_at)?.policy;
            Ok(receptions::Raised { id: *id, issue: &file.state, history, policy })
        });
        each.collect()
    }

    fn record<'a>(&'a self, issues: &'a [receptions::Raised<'a>]) -> receptions::Record<'a> {
        receptions::Record {
            reception: &self.file.state,
            target: self.target.as_ref(),
            people: people(&self.reference),
            text: text_now(self.text.as_ref()),
            issues,
        }
    }
}
