//! Correcting the record of issues and receptions (T20): proposed or at once, decided on, and a corrected time of a
//! reception carried to its issues in one append.

use crate::call::Call;
use crate::casework::Casework;
use crate::change::{Changed, Staged, Words, ms, words};
use crate::failure::Failure;
use crate::files::{AsOf, File};
use crate::issues::{Claimed, IssueOutcome, insist, issue_envelope};
use crate::personal::{KeptBox, Part, Person};
use crate::reference::Reference;
use crate::transact::{Attempt, Envelope, Outcome, Plan};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::Fold;
use domain::correction::{CorrectedValue, Corrections, OCCURRED_AT, PendingCorrection, TextNow, Wanted};
use domain::event::Event;
use domain::ids::{DelegateId, IssueId, ReceptionId};
use domain::issue::correcting::{self as issues, Recorded};
use domain::issue::{Issue, IssueEvent};
use domain::reception::correcting as receptions;
use domain::reception::{People, Reception, ReceptionEvent};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use event_store::{Position, StreamId};
use serde_json::Value;
use std::sync::Arc;

/// A correction as a client asks for it.
#[derive(Clone, Debug)]
pub struct NewCorrection {
    /// Version of the event to correct.
    pub event_version: u64,
    /// What of it.
    pub pointer: String,
    /// The right value; an instant is RFC 3339.
    pub value: CorrectedValue,
    /// Why.
    pub reason: String,
    /// When it is said to be corrected.
    pub at: Claimed,
}

/// A decision on a correction that waits.
#[derive(Clone, Debug)]
pub struct CorrectionDecision {
    /// Version of the event that it is about.
    pub event_version: u64,
    /// Approved, or refused.
    pub approved: bool,
    /// Why; a refusal needs it.
    pub reason: Option<String>,
    /// When it was decided.
    pub at: Claimed,
}

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

impl NewCorrection {
    fn wanted(&self, now: DateTime<Utc>) -> Wanted {
        Wanted {
            event_version: self.event_version,
            pointer: self.pointer.clone(),
            value: self.value.clone(),
            at: self.at.unwrap_or(now),
        }
    }
}

impl CorrectionDecision {
    /// Errors: [`Code::ReasonMissing`] of a refusal without one.
    fn check(&self) -> Result<(), Refusal> {
        if self.approved || self.reason.is_some() {
            Ok(())
        } else {
            Err(Refusal::new(Code::ReasonMissing).at("/reason"))
        }
    }
}

/// A sealed text that a correction is about.
struct Sealed {
    now: Part,
    /// The box of the event itself: whose it is, and of which class.
    original: KeptBox,
}

impl Casework {
    /// Corrects a value of an event of an issue, at once or as a proposal (T20).
    pub async fn correct_issue(&self, call: &Call, id: IssueId, new: &NewCorrection) -> IssueOutcome {
        self.correcting_issue(call, id, new.event_version, Some(&new.pointer), new.at, async |record, rules, at| {
            let event = issues::correct(record, rules, &new.wanted(at))?;
            Ok((event, said(&new.pointer, &new.reason, &new.value)))
        })
        .await
    }

    /// Approves or refuses the correction that waits for an event of an issue (T20).
    pub async fn decide_issue_correction(
        &self,
        call: &Call,
        id: IssueId,
        decision: &CorrectionDecision,
    ) -> IssueOutcome {
        decision.check()?;
        let version = decision.event_version;
        self.correcting_issue(call, id, version, None, decision.at, async |record, rules, at| {
            let words = words([("reason", decision.reason.as_deref())]);
            let event = if decision.approved {
                // No text of an issue needs approval, so there is none to be carried over.
                IssueEvent::Corrected(issues::approve(record, rules, version, at)?)
            } else {
                IssueEvent::CorrectionRefused(issues::refuse(&record.issue.corrections, rules, version, at)?)
            };
            Ok((event, words))
        })
        .await
    }

    /// Decides one correction event of an issue and records it.
    async fn correcting_issue(
        &self,
        call: &Call,
        id: IssueId,
        event_version: u64,
        pointer: Option<&str>,
        at: Claimed,
        decide: impl AsyncFn(&issues::Record<'_>, &Rules<'_>, DateTime<Utc>) -> Result<(IssueEvent, Words), Refusal>,
    ) -> IssueOutcome {
        let outcome = self
            .transact(call, async || {
                let reference = self.reference();
                let file = self.issue(id, AsOf::Now).await?;
                insist(call, &file)?;
                let history = self.issue_events(id, file.version).await?;
                let reception = self.reception(file.state.reception_id, AsOf::Now).await?;
                let text = match pointer {
                    Some(pointer) => self.sealed(&file, &file.state.corrections, event_version, pointer).await?,
                    None => None,
                };
                let basis = self.sealed(&file, &file.state.corrections, event_version, "/personal/0/basis").await?;
                let record = issues::Record {
                    issue: &file.state,
                    history: &history,
                    reception: &reception.state,
                    people: people(&reference),
                    text: text_now(text.as_ref()),
                    basis_given: basis.is_some(),
                };
                let target = history.iter().find(|(_, stamp)| stamp.version == event_version);
                let policy = target.and_then(|(_, stamp)| stamp.policy).or(file.state.policy);
                let rules = reference.rules(policy, self.now())?;
                let at = at.unwrap_or(rules.now);
                let (event, words) = decide(&record, &rules, at).await?;
                let value = value_of_issue_event(&event);
                let delegate =
                    value.filter(|(pointer, _)| pointer.ends_with("_delegate_id")).and_then(|(_, v)| v.uuid());
                let mut days = vec![rules.today, rules.town_date(file.state.raised_at), file.state.due.on];
                days.extend(target.map(|(_, stamp)| rules.town_date(stamp.occurred_at)));
                days.extend(value.and_then(|(_, value)| value.day()));
                days.extend(value.and_then(|(_, value)| value.instant()).map(|at| rules.town_date(at)));
                let envelope = issue_envelope(&file.state, &reference, at);
                let mut staged = Staged::on(StreamId::of("issue", id.0), Arc::clone(&file));
                self.say(&mut staged, &envelope, event, &words, text.as_ref()).await?;
                let guard = |plan: &mut Plan| {
                    // Who may have raised it and who received is what the reception says.
                    plan.check(StreamId::of("reception", file.state.reception_id.0), reception.version);
                    plan_delegate(plan, &reference, delegate.map(DelegateId));
                    plan.check_rules(&reference, years(&days));
                };
                self.settle_one(call, staged, Plan::default(), guard).await
            })
            .await?;
        if let Outcome::Done(changed) = &outcome {
            self.remember_issue(id, &changed.file);
        }
        Ok(outcome)
    }

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

    /// A text of one box of an event, the newest correction in place of what was recorded; nothing where there is none
    /// or its person was erased.
    pub async fn text_of<S: Fold>(
        &self,
        file: &File<S>,
        corrections: &Corrections,
        event_version: u64,
        index: usize,
        member: &str,
    ) -> Result<Option<String>, Failure> {
        let pointer = format!("/personal/{index}/{member}");
        let text = self.sealed(file, corrections, event_version, &pointer).await?;
        Ok(text.and_then(|text| if let Part::Open(Value::String(text)) = text.now { Some(text) } else { None }))
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

    /// The text at a pointer below `/personal`, and the box it was first said in.
    async fn sealed<S: Fold>(
        &self,
        file: &File<S>,
        corrections: &Corrections,
        event_version: u64,
        pointer: &str,
    ) -> Result<Option<Sealed>, Failure> {
        let place = pointer.strip_prefix("/personal/").and_then(|rest| rest.split_once('/'));
        let Some((index, member)) = place else { return Ok(None) };
        let parts = file.parts(self, event_version).await?;
        let Some((kept, part)) = parts.into_iter().find(|(kept, _)| kept.index.to_string() == index) else {
            return Ok(None);
        };
        let original = kept.clone();
        let now = match (&part, corrections.corrected_box(event_version, pointer)) {
            (Part::Open(payload), None) => match payload.get(member) {
                Some(text) => Part::Open(text.clone()),
                None => return Ok(None),
            },
            (Part::Open(_), Some(version)) => match file.parts(self, version).await?.into_iter().next() {
                Some((_, Part::Open(payload))) => Part::Open(payload.get("value").cloned().unwrap_or_default()),
                Some((_, Part::Erased)) | None => Part::Erased,
            },
            (Part::Erased, _) => Part::Erased,
        };
        Ok(Some(Sealed { now, original }))
    }

    /// Stages a correcting event: words on a sealed text are sealed for its person, in a box of the same class.
    async fn say<S>(
        &self,
        staged: &mut Staged<S>,
        envelope: &Envelope,
        event: S::Event,
        words: &Words,
        text: Option<&Sealed>,
    ) -> Result<(), Failure>
    where
        S: Fold + Clone,
        S::Event: Clone + Into<Event>,
    {
        let Some(Sealed { original, .. }) = text.filter(|_| !words.is_empty()) else {
            return staged.add(self, envelope, event, words).await;
        };
        let person = Person::known(&self.store, &self.keys, original.subject).await?;
        let person = person.ok_or_else(|| Refusal::new(Code::PersonErased).at("/pointer"))?;
        let class = match original.class.as_str() {
            "identity" => "identity",
            "contact" => "contact",
            _ => "narrative",
        };
        staged.add_sealed(self, envelope, event, words, &person, class)
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

fn people(reference: &Reference) -> People<'_> {
    People { programme: reference.programme.as_ref(), areas: &reference.areas, delegates: &reference.delegates }
}

fn text_now(text: Option<&Sealed>) -> TextNow<'_> {
    match text.map(|text| &text.now) {
        Some(Part::Open(Value::String(text))) => TextNow::Said(text),
        Some(Part::Erased) => TextNow::Erased,
        Some(Part::Open(_)) | None => TextNow::Absent,
    }
}

/// The words of a correction: why, and the value where it is a sealed text.
fn said(pointer: &str, reason: &str, value: &CorrectedValue) -> Words {
    let text = value.text().filter(|_| pointer.starts_with("/personal/"));
    words([("reason", Some(reason)), ("value", text)])
}

fn value_of_issue_event(event: &IssueEvent) -> Option<(&str, &CorrectedValue)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only corrections are staged here")]
    match event {
        IssueEvent::Corrected(corrected) => Some((&corrected.pointer, corrected.value.as_ref()?)),
        IssueEvent::CorrectionProposed(proposed) => Some((&proposed.pointer, proposed.value.as_ref()?)),
        _ => None,
    }
}

fn plan_delegate(plan: &mut Plan, reference: &Reference, delegate: Option<DelegateId>) {
    if let Some(delegate) = delegate {
        let stream = StreamId::of("delegate", delegate.0);
        let seen = reference.version(&stream);
        plan.check(stream, seen);
    }
}

/// The years whose calendars were counted through.
fn years(days: &[NaiveDate]) -> std::ops::RangeInclusive<i32> {
    let years = || days.iter().map(|day| day.year());
    years().min().unwrap_or_default()..=years().max().unwrap_or_default()
}
