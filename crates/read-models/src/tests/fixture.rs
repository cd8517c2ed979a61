//! A log in memory that is filled with domain events as commands would record them, without asking any rule.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::area::{AreaEvent, GridDefined};
use domain::calendar::{CalendarEvent, CalendarYear};
use domain::correction::{CorrectedValue, CorrectionProposed, OCCURRED_AT};
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, IssueId, MajorIssueId, OfficeId, ReceptionId};
use domain::issue::{self, Due, IssueEvent};
use domain::major_issue::{self, MajorIssueEvent};
use domain::policy::PolicyEvent;
use domain::reception::{ReceivingDelegate, ReceptionCorrected, ReceptionEvent, ReceptionRecorded, Visitor};
use domain::vocabulary::{
    AnswerChannel, DelegateType, DueRule, EvidenceKind, ExtensionReason, FeedbackBy, HandoverReason, IssueKind, Level,
    Outcome, ReceptionForm, ReopeningGround, Satisfaction, StatutoryChannel, SuspensionReason, TriageDecision,
    WordChannel,
};
use event_store::boxes::{SubjectKey, seal};
use event_store::{
    Append, CommandId, EventStore, Expected, MemoryLog, NewEvent, Position, StreamId, SubjectId, Version, Write,
};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

pub const ZONE: Tz = chrono_tz::Asia::Shanghai;
/// Texts that must never be found in a SQL file.
pub const CANARIES: [&str; 4] = ["楼道灯不亮金丝雀", "王小明金丝雀", "13800001234", "楼道灯时亮时灭金丝雀"];

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 14:00 in the town on a day.
pub fn afternoon(on: NaiveDate) -> DateTime<Utc> {
    on.and_hms_opt(14, 0, 0).unwrap().and_local_timezone(ZONE).unwrap().to_utc()
}

/// A town office that records what it is told.
pub struct Office {
    pub store: EventStore,
    pub log_id: Uuid,
    pub grids: Vec<AreaId>,
    pub units: Vec<AreaId>,
    pub delegates: Vec<DelegateId>,
    now_ms: Arc<AtomicI64>,
    versions: HashMap<StreamId, u64>,
    keys: HashMap<StreamId, (SubjectId, SubjectKey)>,
    reception_of: HashMap<IssueId, ReceptionId>,
    policy: Option<Position>,
    calendar: Option<Position>,
    commands: u64,
    random: u64,
    /// Whether ids are made in the order of time, as real ones are.
    pub ids_in_order: bool,
}

impl Office {
    /// An empty log with 4 grids, 8 units, 10 delegates, the default policy and the calendars of `years`.
    pub async fn open(seed: u64, years: &[i32]) -> Self {
        Self::of_size(seed, years, 4, 10).await
    }

    /// With so many grids, two units in each, and so many delegates.
    pub async fn of_size(seed: u64, years: &[i32], grids: u128, delegates: u128) -> Self {
        let now_ms = Arc::new(AtomicI64::new(afternoon(day("2026-01-05")).timestamp_millis()));
        let clock = now_ms.clone();
        let store = EventStore::start(Arc::new(MemoryLog::new()), Arc::new(move || clock.load(Ordering::SeqCst)))
            .await
            .unwrap();
        let id = |kind: u128, n: u128| Uuid::from_u128((0x0198_0000 << 96) | (7 << 76) | (kind << 32) | n);
        let mut office = Self {
            store,
            log_id: id(9, u128::from(seed)),
            grids: (0..grids).map(|n| AreaId(id(1, n))).collect(),
            units: (0..2 * grids).map(|n| AreaId(id(2, n))).collect(),
            delegates: (0..delegates).map(|n| DelegateId(id(3, n))).collect(),
            now_ms,
            versions: HashMap::new(),
            keys: HashMap::new(),
            reception_of: HashMap::new(),
            policy: None,
            calendar: None,
            commands: 0,
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            ids_in_order: false,
        };
        office
            .record(
                &StreamId::of("area", office.grids[0].0),
                Event::Area(AreaEvent::GridDefined(GridDefined {
                    name: "太平网格".to_owned(),
                    level: 1,
                    parent_id: AreaId(id(8, 0)),
                })),
                None,
            )
            .await;
        let policy = serde_json::from_str(include_str!("../../../../data/policy-default.json")).unwrap();
        let adopted = Event::Policy(PolicyEvent::VersionAdopted(policy));
        office.policy = Some(office.record(&StreamId::of("policy", id(4, 0)), adopted, None).await);
        for year in years {
            office.publish(*year).await;
        }
        office
    }

    /// Publishes the calendar of a year, from `data/`.
    pub async fn publish(&mut self, year: i32) -> Position {
        let text = match year {
            2025 => include_str!("../../../../data/calendars/2025.json"),
            2026 => include_str!("../../../../data/calendars/2026.json"),
            other => panic!("no calendar of {other} in this test"),
        };
        self.publish_year(serde_json::from_str(text).unwrap()).await
    }

    pub async fn publish_year(&mut self, year: CalendarYear) -> Position {
        let stream = StreamId::new(format!("calendar/{}", year.year)).unwrap();
        let event = if self.versions.contains_key(&stream) {
            CalendarEvent::Amended(year)
        } else {
            CalendarEvent::Published(year)
        };
        let position = self.record(&stream, Event::Calendar(event), None).await;
        self.calendar = Some(position);
        position
    }

    /// A number below `below`, the same in every run.
    pub fn pick(&mut self, below: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random % below as u64).unwrap()
    }

    fn one_of_the_delegates(&mut self) -> DelegateId {
        let n = self.pick(self.delegates.len());
        self.delegates[n]
    }

    fn one_of_the_grids(&mut self) -> AreaId {
        let n = self.pick(self.grids.len());
        self.grids[n]
    }

    pub fn id(&mut self) -> Uuid {
        // Not in the order of time unless asked for: rows must not lean on it.
        let high = if self.ids_in_order {
            u128::from(self.now_ms.load(Ordering::SeqCst).unsigned_abs()) << 16 | 0x7000
        } else {
            u128::from(self.pick(usize::MAX) as u64)
        };
        Uuid::from_u128((high << 64) | u128::from(self.pick(usize::MAX) as u64))
    }

    /// Moves the clock of the log to the afternoon of a day.
    pub fn it_is(&self, on: NaiveDate) {
        self.now_ms.store(afternoon(on).timestamp_millis(), Ordering::SeqCst);
    }

    pub fn today(&self) -> NaiveDate {
        let now = DateTime::from_timestamp_millis(self.now_ms.load(Ordering::SeqCst)).unwrap();
        now.with_timezone(&ZONE).date_naive()
    }

    /// The day on which the newest leaf was recorded: the earliest that may be today.
    pub fn newest(&self) -> NaiveDate {
        let recorded_at = DateTime::from_timestamp_millis(self.store.head().recorded_at).unwrap();
        recorded_at.with_timezone(&ZONE).date_naive()
    }

    /// Records one event; issues and receptions get a box with a canary.
    pub async fn record(&mut self, stream: &StreamId, event: Event, at: Option<DateTime<Utc>>) -> Position {
        let known = self.versions.get(stream).copied().unwrap_or(0);
        let encoded = event.encode().unwrap();
        let (class, payload) = match encoded.event_type.as_str() {
            "issue.raised" | "issue.final_answer_given" => {
                (Some("narrative"), json!({"subject": CANARIES[0], "text": CANARIES[0]}))
            }
            "issue.corrected" => (Some("narrative"), json!({"value": CANARIES[3], "reason": CANARIES[3]})),
            "reception.recorded" => (Some("identity"), json!({"name": CANARIES[1], "phone": CANARIES[2]})),
            _ => (None, json!({})),
        };
        let boxes = class
            .map(|class| {
                let (subject, key) =
                    self.keys.entry(stream.clone()).or_insert_with(|| (SubjectId::random(), SubjectKey::random()));
                seal(key, *subject, stream, Version(known + 1), 0, class, &payload).unwrap()
            })
            .into_iter()
            .collect();
        self.commands += 1;
        let appended = self
            .store
            .append(Append {
                command: CommandId::derive("account/test", &self.commands.to_string()),
                fingerprint: [0; 32],
                actor: "system/import".to_owned(),
                role: "system".to_owned(),
                writes: vec![Write {
                    stream: stream.clone(),
                    expected: if known == 0 { Expected::NoStream } else { Expected::Exact(Version(known)) },
                    events: vec![NewEvent {
                        event_type: encoded.event_type,
                        schema: encoded.schema,
                        area: self.grids[0].0,
                        occurred_at: at.map(|at| at.timestamp_millis()),
                        policy: self.policy,
                        calendar: self.calendar,
                        public: encoded.public,
                        boxes,
                        keys: Vec::new(),
                    }],
                }],
                checks: Vec::new(),
            })
            .await
            .unwrap();
        self.versions.insert(stream.clone(), known + 1);
        appended.last
    }

    pub async fn issue(&mut self, id: IssueId, event: IssueEvent, at: DateTime<Utc>) -> Position {
        self.record(&StreamId::of("issue", id.0), Event::Issue(event), Some(at)).await
    }

    pub async fn major_issue(&mut self, id: MajorIssueId, event: MajorIssueEvent, at: DateTime<Utc>) -> Position {
        self.record(&StreamId::of("major_issue", id.0), Event::MajorIssue(event), Some(at)).await
    }

    /// A reception with one issue, raised on a day and due on another.
    pub async fn raise(&mut self, on: NaiveDate, due_on: NaiveDate) -> IssueId {
        let issue_id = IssueId(self.id());
        let reception_id = ReceptionId(self.id());
        self.reception_of.insert(issue_id, reception_id);
        let grids = self.grids.len();
        let grid = self.pick(grids);
        let unit_id = (self.pick(3) > 0).then(|| self.units[grid * 2 + on.to_string().len() % 2]);
        let delegates: Vec<ReceivingDelegate> = (0..=self.pick(2))
            .map(|n| ReceivingDelegate {
                delegate_id: self.delegates[(grid * 2 + n) % self.delegates.len()],
                delegate_type: DelegateType::Party,
            })
            .collect();
        let form = ReceptionForm::ALL[self.pick(4)];
        let kind = IssueKind::ALL[self.pick(3)];
        let topic = ["livelihood", "housing", "transport"][self.pick(3)].to_owned();
        let at = afternoon(on) + Duration::milliseconds(i64::try_from(self.pick(3)).unwrap());
        let recorded = ReceptionRecorded {
            form,
            grid_id: self.grids[grid],
            unit_id,
            delegates: delegates.clone(),
            visitors: vec![Visitor::Anonymous { anonymous: true }],
            issue_ids: vec![issue_id],
        };
        let stream = StreamId::of("reception", reception_id.0);
        self.record(&stream, Event::Reception(ReceptionEvent::Recorded(recorded)), Some(at)).await;
        let raised = issue::Raised {
            reception_id,
            visitor: Some(0),
            kind,
            topic,
            grid_id: self.grids[grid],
            unit_id,
            responsible_delegate_id: delegates[0].delegate_id,
            due: due(DueRule::FinalAnswer, on, due_on),
        };
        self.issue(issue_id, IssueEvent::Raised(raised), at).await;
        issue_id
    }

    /// Raises `count` issues over a year and takes each through a life of its own.
    pub async fn live(&mut self, count: usize) -> Vec<IssueId> {
        let mut issues = Vec::new();
        for n in 0..count {
            let on = day("2026-01-08") + Duration::days(i64::try_from(n * 300 / count).unwrap());
            self.it_is(on);
            let due_on = on + Duration::days(7 + i64::try_from(self.pick(3)).unwrap());
            let id = self.raise(on, due_on).await;
            issues.push(id);
            // Something happens to an older one as well, so that streams interleave.
            let older = issues[self.pick(issues.len())];
            for id in [id, older] {
                let later = on + Duration::days(i64::try_from(self.pick(14)).unwrap());
                self.happens_to(id, later).await;
            }
        }
        issues
    }

    async fn happens_to(&mut self, id: IssueId, on: NaiveDate) {
        let at = afternoon(on);
        let event = match self.pick(21) {
            0 | 1 => return,
            2 => IssueEvent::Taken(issue::Taken {}),
            3 => return self.tell_meanwhile(id, on).await,
            4 => IssueEvent::ClockSuspended(issue::ClockSuspended {
                reason_code: SuspensionReason::VisitorFacts,
                until_on: on + Duration::days(20),
                remaining_working_days: 3,
            }),
            5 => IssueEvent::ClockResumed(issue::ClockResumed {
                due: due(DueRule::Resumption, on, on + Duration::days(4)),
            }),
            6 | 7 => {
                let major_issue_id = self.escalate(id, on).await;
                if self.pick(3) == 0 {
                    self.report_back(id, major_issue_id, on + Duration::days(9)).await;
                }
                return;
            }
            8 | 9 => {
                self.answer(id, on).await;
                if self.pick(2) == 0 {
                    self.judge(id, on).await;
                }
                return;
            }
            10 => IssueEvent::Referred(issue::Referred { statutory_channel: StatutoryChannel::Court }),
            11 => {
                let to_delegate_id = self.one_of_the_delegates();
                IssueEvent::ResponsibilityHandedOver(issue::ResponsibilityHandedOver {
                    from_delegate_id: self.delegates[0],
                    to_delegate_id,
                    reason_code: HandoverReason::Recusal,
                })
            }
            12 => IssueEvent::Withdrawn(issue::Withdrawn { on_own_motion: self.pick(3) == 0 }),
            13 => IssueEvent::Merged(issue::Merged { primary_issue_id: IssueId(self.id()) }),
            14 => IssueEvent::Unmerged(issue::Unmerged {}),
            15 => IssueEvent::EscalationReturned(issue::EscalationReturned {
                due: due(DueRule::AfterReturn, on, on + Duration::days(5)),
            }),
            16 | 17 => IssueEvent::ExtensionRequested(issue::ExtensionRequested {
                reason_code: ExtensionReason::Complex,
                new_due_on: on + Duration::days(12),
            }),
            _ => return self.correct(id, on).await,
        };
        self.issue(id, event, at).await;
    }

    /// A final answer.
    pub async fn answer(&mut self, id: IssueId, on: NaiveDate) {
        let answer = issue::FinalAnswerGiven {
            outcome: Outcome::Planned,
            channel: AnswerChannel::Oral,
            on_the_spot: false,
            answered_by: self.one_of_the_delegates(),
            evidence: issue::Evidence { kind: EvidenceKind::Witness },
            commitment_on: Some(on + Duration::days(60)),
        };
        self.issue(id, IssueEvent::FinalAnswerGiven(answer), afternoon(on)).await;
    }

    /// Feedback, and what follows from it.
    async fn judge(&mut self, id: IssueId, on: NaiveDate) {
        let at = afternoon(on);
        let satisfaction = Satisfaction::ALL[self.pick(3)];
        let feedback = issue::FeedbackRecorded { satisfaction, by: FeedbackBy::CallBack };
        self.issue(id, IssueEvent::FeedbackRecorded(feedback), at).await;
        match satisfaction {
            Satisfaction::Dissatisfied => {
                let ground = ReopeningGround::Dissatisfied;
                let asked = issue::ReopeningRequested { ground };
                self.issue(id, IssueEvent::ReopeningRequested(asked), at).await;
                if self.pick(2) == 0 {
                    let due = due(DueRule::Rework, on, on + Duration::days(7));
                    let reopened = issue::Reopened { ground, cycle: 2, due };
                    self.issue(id, IssueEvent::Reopened(reopened), at).await;
                }
            }
            Satisfaction::Satisfied | Satisfaction::BasicallySatisfied => {
                self.issue(id, IssueEvent::Closed(issue::Closed {}), at).await;
            }
        }
    }

    /// A word before the answer.
    pub async fn tell_meanwhile(&mut self, id: IssueId, on: NaiveDate) {
        let next_word_on = on + Duration::days(10);
        let reply = issue::InterimReplyGiven { channel: WordChannel::Phone, next_word_on };
        self.issue(id, IssueEvent::InterimReplyGiven(reply), afternoon(on)).await;
    }

    /// A correction of the issue or of its reception: when it was held, where, about what, who is responsible.
    async fn correct(&mut self, id: IssueId, on: NaiveDate) {
        let at = afternoon(on);
        let text = |text: String| Some(CorrectedValue::Text(text));
        let held_at = CorrectedValue::Whole((at - Duration::days(40)).timestamp_millis());
        let unit = self.pick(self.units.len());
        let delegate = self.one_of_the_delegates();
        let (pointer, value) = match self.pick(5) {
            0 => ("/public/topic", text("housing".to_owned())),
            1 => ("/public/unit_id", text(self.units[unit].to_string())),
            2 => ("/public/responsible_delegate_id", text(delegate.to_string())),
            3 => ("/occurred_at", Some(held_at.clone())),
            _ => ("/personal/0/subject", None),
        };
        let pointer = pointer.to_owned();
        let due = (self.pick(2) == 0).then(|| due(DueRule::FinalAnswer, on, on + Duration::days(6)));
        if self.pick(3) == 0 {
            // Only proposed: it waits for a decision.
            let proposed =
                CorrectionProposed { event_version: 1, pointer: OCCURRED_AT.to_owned(), value: Some(held_at) };
            self.issue(id, IssueEvent::CorrectionProposed(proposed), at).await;
            return;
        }
        let corrected = issue::IssueCorrected { event_version: 1, pointer, value, due };
        self.issue(id, IssueEvent::Corrected(corrected), at).await;
        let reception_id = self.reception_of[&id];
        let (pointer, value) = match self.pick(3) {
            0 => ("/public/delegates/0/delegate_id", text(delegate.to_string())),
            1 => ("/public/unit_id", text(self.units[unit].to_string())),
            _ => ("/occurred_at", Some(held_at)),
        };
        let corrected = ReceptionCorrected { event_version: 1, pointer: pointer.to_owned(), value };
        let stream = StreamId::of("reception", reception_id.0);
        self.record(&stream, Event::Reception(ReceptionEvent::Corrected(corrected)), Some(at)).await;
    }

    /// To a major issue of its own.
    pub async fn escalate(&mut self, id: IssueId, on: NaiveDate) -> MajorIssueId {
        let at = afternoon(on);
        let major_issue_id = MajorIssueId(self.id());
        let level = Level::ALL[self.pick(4)];
        let grid_id = self.one_of_the_grids();
        let submitted = major_issue::Submitted { grid_id, level, issue_id: id };
        self.major_issue(major_issue_id, MajorIssueEvent::Submitted(submitted), at).await;
        let due = due(DueRule::OuterLimit, on, on + Duration::days(60));
        let interim_due_on = on + Duration::days(1);
        let escalated = issue::Escalated { level, major_issue_id, due: due.clone(), interim_due_on };
        self.issue(id, IssueEvent::Escalated(escalated), at).await;
        let triaged = major_issue::Triaged {
            decision: [TriageDecision::Accept, TriageDecision::Return, TriageDecision::Accept][self.pick(3)],
            level: None,
        };
        let accepted = triaged.decision == TriageDecision::Accept;
        self.major_issue(major_issue_id, MajorIssueEvent::Triaged(triaged), at).await;
        if accepted && self.pick(2) == 0 {
            let assigned = major_issue::Assigned {
                lead_office_id: OfficeId(self.id()),
                support_office_ids: vec![OfficeId(self.id()), OfficeId(self.id())],
                due,
            };
            self.major_issue(major_issue_id, MajorIssueEvent::Assigned(assigned), at).await;
        }
        major_issue_id
    }

    /// The office reports, and the issue is its delegate's again.
    pub async fn report_back(&mut self, id: IssueId, major_issue_id: MajorIssueId, on: NaiveDate) {
        let at = afternoon(on);
        let outcome = Outcome::Resolved;
        let concluded = major_issue::Concluded { outcome };
        self.major_issue(major_issue_id, MajorIssueEvent::Concluded(concluded), at).await;
        let due = due(DueRule::AfterReportBack, on, on + Duration::days(5));
        let back = issue::OutcomeReportedBack { major_issue_id, outcome, due };
        self.issue(id, IssueEvent::OutcomeReportedBack(back), at).await;
    }

    /// The key that opens a stream's boxes.
    pub fn key(&self, stream: &StreamId) -> &SubjectKey {
        &self.keys[stream].1
    }

    /// The whole log, event by event.
    pub async fn everything(&self) -> Vec<event_store::Recorded> {
        let mut all = Vec::new();
        let mut after = Position(0);
        while after < self.store.head().position {
            let page = self.store.read_all(after, 100, &event_store::Filter::default()).await.unwrap();
            all.extend(page.events);
            after = page.scanned_to;
        }
        all
    }
}

/// A due date said rather than counted: the folds under test take it as it is.
fn due(rule: DueRule, from: NaiveDate, on: NaiveDate) -> Due {
    Due { rule, from, on, working_days: Some(5), calendar_days: None, months: None, provisional: false }
}
