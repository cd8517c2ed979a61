//! Corrections of receptions: a corrected time is carried to every issue raised there, in one append.

use super::*;
use crate::boxed::boxed;
use crate::receptions::value_of;
use crate::write::change::Changed;
use domain::correction::{OCCURRED_AT, PendingCorrection};
use domain::ids::ReceptionId;
use domain::issue::correcting::Recorded;
use domain::reception::{ReceptionEvent, correcting as receptions};
use event_store::Position;

/// A reception after a correction, with the issues that it was carried to.
#[derive(Clone, Debug)]
pub struct CorrectedReception {
    /// The reception as it now is.
    pub reception: Arc<Loaded<Reception>>,
    /// Its issues, in order; none where nothing of them changed.
    pub issues: Vec<(IssueId, Arc<Loaded<Issue>>)>,
    /// Position of the last event.
    pub position: Position,
}

impl CorrectedReception {
    fn alone(changed: Changed<Reception>) -> Self {
        Self { reception: changed.loaded, issues: Vec::new(), position: changed.position }
    }
}

impl Casework {
    /// Corrects a value of an event of a reception, at once or as a proposal (T20).
    pub fn correct_reception<'a>(
        &'a self,
        call: &'a CommandContext,
        id: ReceptionId,
        new: &'a NewCorrection,
    ) -> LocalBoxed<'a, Result<Outcome<CorrectedReception>, Failure>> {
        Box::pin(async move {
            self.transact(call, async || {
                let found = self.found(call, id, new.event_version, Some(&new.pointer)).await?;
                let mut tx = Transaction::on(self, call, &found.reference, &found.loaded.state, new.at)?;
                let linked = found.linked(&new.pointer)?;
                let event = receptions::correct(&found.record(&linked), &tx.rules, &new.wanted(tx.at))?;
                let words = said(&new.pointer, &new.reason, &new.value);
                let staged = self.staged(&found, &mut tx, event, &words).await?;
                Ok(CorrectedReception::alone(tx.record(staged).await?))
            })
            .await
        })
    }

    /// Approves or refuses the correction that waits for an event of a reception; a corrected time is carried to every
    /// issue raised in it (T20).
    pub fn decide_reception_correction<'a>(
        &'a self,
        call: &'a CommandContext,
        id: ReceptionId,
        decision: &'a CorrectionDecision,
    ) -> LocalBoxed<'a, Result<Outcome<CorrectedReception>, Failure>> {
        Box::pin(async move {
            decision.check()?;
            self.transact(call, async || {
                let found = self.found(call, id, decision.event_version, None).await?;
                self.another_than(call, found.pending().and_then(|pending| pending.by))?;
                let mut tx = Transaction::on(self, call, &found.reference, &found.loaded.state, decision.at)?;
                let mut words = words([("reason", decision.reason.as_deref())]);
                if !decision.approved {
                    let refused = refuse(&found.loaded.state.corrections, &tx.rules, decision.event_version, tx.at)?;
                    let event = ReceptionEvent::CorrectionRefused(refused);
                    let staged = self.staged(&found, &mut tx, event, &words).await?;
                    return Ok(CorrectedReception::alone(tx.record(staged).await?));
                }
                let linked = found.linked(found.pending().map_or("", |pending| &pending.pointer))?;
                let approved = receptions::approve(&found.record(&linked), &tx.rules, decision.event_version, tx.at)?;
                words.extend(self.proposed_text(&found.loaded, found.pending()).await?);
                let event = ReceptionEvent::Corrected(approved.reception);
                let mut reception = self.staged(&found, &mut tx, event, &words).await?;
                tx.write(&mut reception);
                let mut carried = Vec::with_capacity(approved.issues.len());
                for (id, corrected) in approved.issues {
                    let Some((_, loaded, _)) = found.issues.iter().find(|(known, _, _)| *known == id) else { continue };
                    if let Some(due) = &corrected.due {
                        // The new date may lie in a year that none of the old ones did.
                        tx.count_through(&[due.from, due.on]);
                    }
                    let mut issue = Staged::on(id, Arc::clone(loaded), tx.envelope(&loaded.state));
                    // The reason stays with the reception, whose record was wrong.
                    issue.add(self, IssueEvent::Corrected(corrected), &Words::new()).await?;
                    tx.write(&mut issue);
                    carried.push(issue);
                }
                let appended = tx.append().await?;
                let issues = carried.into_iter().map(|issue| (issue.id, self.settle(issue, &appended)));
                Ok(CorrectedReception {
                    issues: issues.collect(),
                    reception: self.settle(reception, &appended),
                    position: appended.last,
                })
            })
            .await
        })
    }

    /// A reception after a command on its record, as of the command's last position: what a replay answers.
    #[boxed]
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
        call: &CommandContext,
        id: ReceptionId,
        event_version: u64,
        pointer: Option<&str>,
    ) -> Result<Found, Failure> {
        let reference = self.reference();
        let loaded = self.load_if_match::<Reception>(call, id).await?;
        let corrections = &loaded.state.corrections;
        let about = corrections.pending_of(event_version).map(|pending| pending.pointer.clone());
        let pointer = pointer.map(str::to_owned).or(about);
        let text = match &pointer {
            Some(pointer) => self.sealed(&loaded, corrections, event_version, pointer).await?,
            None => None,
        };
        let events = self.events::<Reception>(id, loaded.version).await?;
        let target = events.into_iter().find(|(_, stamp)| stamp.version == event_version);
        let mut issues = Vec::new();
        if pointer.as_deref() == Some(OCCURRED_AT) {
            for issue in &loaded.state.issue_ids {
                let read = self.issue(*issue, AsOf::Now).await?;
                let history = self.events::<Issue>(*issue, read.version).await?;
                issues.push((*issue, read, history));
            }
        }
        Ok(Found { id, reference, loaded, event_version, target, text, issues })
    }

    /// The correcting event on the reception; what it relies on is demanded.
    async fn staged(
        &self,
        found: &Found,
        tx: &mut Transaction<'_>,
        event: ReceptionEvent,
        words: &Words,
    ) -> Result<Staged<Reception>, Failure> {
        let reception = &found.loaded.state;
        for sat in &reception.delegates {
            tx.rely_on_delegate(sat.delegate_id);
        }
        let named = value_of(&event).and_then(CorrectedValue::uuid).map(DelegateId);
        if let Some(delegate) = named.filter(|id| found.reference.delegates.get(*id).is_some()) {
            tx.rely_on_delegate(delegate);
        }
        let mut days = reception.counted_days(&tx.rules, &event);
        days.extend(found.issues.iter().map(|(_, loaded, _)| loaded.state.due.on));
        tx.count_through(&days);
        let mut staged = Staged::on(found.id, Arc::clone(&found.loaded), tx.envelope(reception));
        self.say(&mut staged, event, words, found.text.as_ref()).await?;
        Ok(staged)
    }
}

/// A reception with all that a correction of it is held against.
struct Found {
    id: ReceptionId,
    reference: Arc<Reference>,
    loaded: Arc<Loaded<Reception>>,
    event_version: u64,
    target: Option<(ReceptionEvent, domain::Stamp)>,
    text: Option<Sealed>,
    /// Read only where the time is corrected.
    issues: Vec<(IssueId, Arc<Loaded<Issue>>, Vec<Recorded>)>,
}

impl Found {
    fn pending(&self) -> Option<&PendingCorrection> {
        self.loaded.state.corrections.pending_of(self.event_version)
    }

    fn linked(&self, pointer: &str) -> Result<Vec<receptions::Raised<'_>>, Refusal> {
        if pointer != OCCURRED_AT {
            return Ok(Vec::new());
        }
        let each = self.issues.iter().map(|(id, loaded, history)| {
            let policy = self.reference.rules(loaded.state.policy, loaded.state.first_recorded_at)?.policy;
            Ok(receptions::Raised { id: *id, issue: &loaded.state, history, policy })
        });
        each.collect()
    }

    fn record<'a>(&'a self, issues: &'a [receptions::Raised<'a>]) -> receptions::Record<'a> {
        receptions::Record {
            reception: &self.loaded.state,
            target: self.target.as_ref(),
            people: people(&self.reference),
            text: text_now(self.text.as_ref()),
            issues,
        }
    }
}
