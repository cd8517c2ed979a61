//! What is recorded of a subject: from memory where its stream is kept, else from the log.

use super::members::Counting;
use super::streams::{Stream, Streams, replayed};
use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::Written;
use crate::engine::recent::Recent;
use crate::engine::replay::Log;
use chrono_tz::Tz;
use domain::Fold as _;
use domain::appraisal::Appraisee;
use domain::clock::{Events, Members, ObligationRecord, Past, Recorded, Subject, files_of, on_duty};
use domain::event::Event;
use domain::file::FileEvent;
use domain::ids::{ActivityId, AppointmentId, DeedId, FileId, ObligationId, ReceptionId, SessionId, StudyId};
use domain::issue::IssueEvent;
use domain::reception::ReceptionEvent;
use domain::session::SessionEvent;
use domain::vocabulary::FileKind;
use event_store::{Position, StreamId};
use foldhash::HashMap;
use std::collections::BTreeMap;

/// Streams of each generation kept in memory.
pub(super) const RECENT_STREAMS: usize = 4_096;

/// Pasts of each generation kept in memory.
pub(super) const RECENT_PASTS: usize = 256;

/// The subject that a fact of an undertaking is of; nothing for a family that makes nobody owe anything by itself.
pub(super) fn thing(fact: &Fact) -> Result<Option<Subject>, Failure> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "of these families alone")]
    Ok(match &fact.event {
        Event::Deed(_) => Some(Subject::Deed(DeedId(fact.uuid()?))),
        Event::Study(_) => Some(Subject::Study(StudyId(fact.uuid()?))),
        Event::Appointment(_) => Some(Subject::Appointment(AppointmentId(fact.uuid()?))),
        Event::Activity(_) => Some(Subject::Activity(ActivityId(fact.uuid()?))),
        Event::Meeting(_) | Event::TypicalCase(_) => None,
        _ => return Err(fact.misplaced()),
    })
}

/// Streams of sessions and issues in memory, and what is read beside them.
pub(super) struct Reading {
    pub sessions: Streams<SessionEvent>,
    pub issues: Streams<IssueEvent>,
    /// The sessions of receptions recorded since the last write.
    pub held_in: HashMap<ReceptionId, Option<SessionId>>,
    /// What counts for years and major issues.
    pub counting: Counting,
    /// What happened of those: they move often, and each time for the newest interval only.
    pub pasts: Recent<Subject, Past>,
}

fn of_session(event: &Event) -> Option<&SessionEvent> {
    if let Event::Session(event) = event { Some(event) } else { None }
}

fn of_issue(event: &Event) -> Option<&IssueEvent> {
    if let Event::Issue(event) = event { Some(event) } else { None }
}

impl Reading {
    pub(super) fn new(zone: Tz) -> Self {
        Self {
            sessions: Streams::new("session", RECENT_STREAMS, of_session, |event| {
                matches!(event, SessionEvent::Planned(_))
            }),
            issues: Streams::new("issue", RECENT_STREAMS, of_issue, |event| matches!(event, IssueEvent::Raised(_))),
            held_in: HashMap::default(),
            counting: Counting::new(zone),
            pasts: Recent::new(RECENT_PASTS),
        }
    }

    /// Everything that is recorded of a subject before a position, and what its past held so far. Both are to be kept
    /// afterwards ([`Self::keep`]).
    pub(super) async fn recorded(
        &mut self,
        subject: Subject,
        before: Position,
        (written, log): (&Written, &Log),
    ) -> Result<(Recorded, Past), Failure> {
        Ok(match subject {
            Subject::Session(id) => {
                let Stream { events, past, .. } = self.sessions.of(id.0, before, log).await?;
                let mut leaves = BTreeMap::new();
                for who in on_duty(&events) {
                    let of = |event: &Event| if let Event::Leave(event) = event { Some(event.clone()) } else { None };
                    leaves.insert(who, replayed(&StreamId::of("leave", who.0), before, log, of).await?);
                }
                (Recorded::Session { id, events, leaves }, past)
            }
            Subject::Issue(id) => {
                let Stream { events, past, held_in } = self.issues.of(id.0, before, log).await?;
                let session_id = match (held_in, events.first()) {
                    (Some(known), _) => known,
                    (None, Some((IssueEvent::Raised(raised), _))) => {
                        self.session_of(raised.reception_id, before, log).await?
                    }
                    (None, Some(_) | None) => None,
                };
                (Recorded::Issue { id, events, session_id }, past)
            }
            Subject::Grid(id) => (Recorded::Grid(id), Past::default()),
            Subject::Deed(id) => {
                let of = |event: &Event| if let Event::Deed(event) = event { Some(event.clone()) } else { None };
                (Recorded::Deed { id, events: events_of(subject, before, log, of).await? }, Past::default())
            }
            Subject::Study(id) => {
                let of = |event: &Event| if let Event::Study(event) = event { Some(event.clone()) } else { None };
                (Recorded::Study { id, events: events_of(subject, before, log, of).await? }, Past::default())
            }
            Subject::Appointment(id) => {
                let of = |event: &Event| if let Event::Appointment(event) = event { Some(event.clone()) } else { None };
                (Recorded::Appointment { id, events: events_of(subject, before, log, of).await? }, Past::default())
            }
            Subject::Activity(id) => {
                let of = |event: &Event| if let Event::Activity(event) = event { Some(event.clone()) } else { None };
                let events = events_of(subject, before, log, of).await?;
                let mut kinds = BTreeMap::new();
                for file in files_of(&events) {
                    kinds.extend(kind_of(file, before, log).await?.map(|kind| (file, kind)));
                }
                (Recorded::Activity { id, events, kinds }, Past::default())
            }
            Subject::MajorIssue(id) => {
                let of = |event: &Event| if let Event::MajorIssue(event) = event { Some(event.clone()) } else { None };
                let events = events_of(subject, before, log, of).await?;
                let mut recorded = Recorded::MajorIssue { id, events, members: Members::default() };
                let grid = recorded.grid_id();
                if let (Recorded::MajorIssue { events, members, .. }, Some(grid)) = (&mut recorded, grid) {
                    *members = self.counting.of_major_issue(grid, events, before, (written, log)).await?;
                }
                (recorded, self.pasts.take(&subject).unwrap_or_default())
            }
            Subject::GridYear(grid, year) => {
                let members = self.counting.of_year((grid, year), before, (written, log)).await?;
                (Recorded::GridYear { grid, year, members }, self.pasts.take(&subject).unwrap_or_default())
            }
            Subject::DelegateYear(who, year) => {
                let of = |event: &Event| if let Event::Appraisal(event) = event { Some(event.clone()) } else { None };
                let stream = StreamId::of("appraisal", Appraisee::Delegate(who).appraisal(year).0);
                (
                    Recorded::DelegateYear { who, year, events: replayed(&stream, before, log, of).await? },
                    Past::default(),
                )
            }
        })
    }

    pub(super) fn keep(&mut self, recorded: Recorded, past: Past) {
        match recorded {
            Recorded::Session { id, events, .. } => self.sessions.keep(id.0, Stream { events, past, held_in: None }),
            Recorded::Issue { id, events, session_id } => {
                self.issues.keep(id.0, Stream { events, past, held_in: Some(session_id) });
            }
            Recorded::MajorIssue { .. } | Recorded::GridYear { .. } => self.pasts.put(recorded.subject(), past),
            Recorded::Grid(_)
            | Recorded::Deed { .. }
            | Recorded::Study { .. }
            | Recorded::Appointment { .. }
            | Recorded::Activity { .. }
            | Recorded::DelegateYear { .. } => {}
        }
    }

    async fn session_of(&self, id: ReceptionId, before: Position, log: &Log) -> Result<Option<SessionId>, Failure> {
        if let Some(known) = self.held_in.get(&id) {
            return Ok(*known);
        }
        let mut held_in = None;
        log.replay(&StreamId::of("reception", id.0), before, |entry| {
            if let Event::Reception(ReceptionEvent::Recorded(recorded)) = &entry.fact()?.event {
                held_in = recorded.session_id;
            }
            Ok(())
        })
        .await?;
        Ok(held_in)
    }
}

/// The events before a position of a stream that is short and moves seldom: it is read whole when it does.
async fn events_of<E: Send>(
    subject: Subject,
    before: Position,
    log: &Log,
    of: fn(&Event) -> Option<E>,
) -> Result<Events<E>, Failure> {
    replayed(&StreamId::of(subject.family(), subject.id()), before, log, of).await
}

/// The kind of a file, which its first leaf says once and for all.
async fn kind_of(id: FileId, before: Position, log: &Log) -> Result<Option<FileKind>, Failure> {
    let mut kind = None;
    log.replay(&StreamId::of("file", id.0), before, |entry| {
        if let Event::File(FileEvent::Stored(stored)) = &entry.fact()?.event {
            kind = Some(stored.kind);
        }
        Ok(())
    })
    .await?;
    Ok(kind)
}

pub(super) async fn record_of(id: ObligationId, before: Position, log: &Log) -> Result<ObligationRecord, Failure> {
    let mut record = ObligationRecord::default();
    log.replay(&StreamId::of("obligation", id.0), before, |entry| {
        let fact = entry.fact()?;
        let Event::Obligation(event) = &fact.event else { return Err(fact.misplaced()) };
        record.apply(event, &fact.stamp);
        Ok(())
    })
    .await?;
    Ok(record)
}
