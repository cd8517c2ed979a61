//! A town with its roster, whose clock the test sets.

use casework::access::tokens::FreshToken;
use casework::access::{Reader, Sight};
use casework::bootstrap::{Bootstrap, Started};
use casework::history::Told;
use casework::loaded::{AsOf, Loaded};
use casework::personal::{KeptBox, Part};
use casework::receptions::{NewIssue, NewReception, NewVisitor, Received};
use casework::transact::Outcome;
use casework::{Casework, CommandContext, Failure};
use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::CalendarYear;
use domain::ids::{AreaId, DelegateId, IssueId};
use domain::issue::Issue;
use domain::issue::answering::AnswerDraft;
use domain::reception::DelegateDraft;
use domain::vocabulary::{
    AnswerChannel, DelegateType, EvidenceKind, IssueKind, Outcome as Result_, ReceptionForm, Role,
};
use event_store::keys::KeyDirectory;
use event_store::{Clock, EventLog, EventStore, MemoryLog, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

const ROSTER: &str = include_str!("../../../../data/jiangqiao-roster.csv");
pub const POLICY: &str = include_str!("../../../../data/policy-default.json");
const CALENDARS: [&str; 3] = [
    include_str!("../../../../data/calendars/2024.json"),
    include_str!("../../../../data/calendars/2025.json"),
    include_str!("../../../../data/calendars/2026.json"),
];

/// A minute of the town, `2026-11-19 14:10`.
pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_str(&format!("{text} +08:00"), "%Y-%m-%d %H:%M %:z").unwrap().to_utc()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub struct Town {
    pub casework: Casework,
    pub token: FreshToken,
    pub grid: AreaId,
    /// Party delegates of the grid.
    pub delegates: Vec<DelegateId>,
    clock: Arc<AtomicI64>,
    account: Uuid,
}

impl Town {
    /// Jiangqiao on Thursday 2026-11-19 at 15:00, its roster imported.
    pub async fn new() -> Self {
        Self::under(serde_json::from_str(POLICY).unwrap()).await
    }

    /// The same under another first policy.
    pub async fn under(policy: serde_json::Value) -> Self {
        Self::over(Arc::new(MemoryLog::new()), policy).await
    }

    /// The same over a log that is handed in.
    pub async fn over(log: Arc<dyn EventLog>, policy: serde_json::Value) -> Self {
        Self::with_keys(log, KeyDirectory::ephemeral(Uuid::from_u128(7), "huiyin.local/test"), policy).await
    }

    /// The same with keys that are handed in.
    pub async fn with_keys(log: Arc<dyn EventLog>, keys: KeyDirectory, policy: serde_json::Value) -> Self {
        let clock = Arc::new(AtomicI64::new(at("2026-11-19 09:00").timestamp_millis()));
        let keys = Arc::new(keys);
        let told = Arc::clone(&clock);
        let told: Clock = Arc::new(move || told.load(Ordering::SeqCst));
        let store = EventStore::start(log, Arc::clone(&told)).await.unwrap();
        let bootstrap = Self::begins_with(policy);
        let Started { casework, first_token } =
            Casework::start(store, keys, told, &bootstrap, |_| Ok(())).await.unwrap();
        let account = casework.reference().accounts.all().next().unwrap().id.0;
        let mut town = Self {
            casework,
            token: first_token.unwrap(),
            grid: AreaId::default(),
            delegates: Vec::new(),
            clock,
            account,
        };
        let call = town.call("roster");
        let imported =
            town.casework.import_roster(&call, ROSTER.as_bytes(), DelegateType::Party, day("2023-12-01"), false);
        done(imported.await.unwrap());
        let reference = town.casework.reference();
        town.grid = reference.areas.grid_named("太平网格").unwrap().id;
        town.delegates = reference
            .delegates
            .of_grid(town.grid, DelegateType::Party, day("2026-11-19"))
            .map(|delegate| delegate.id)
            .collect();
        town.set("2026-11-19 15:00");
        town
    }

    /// What an empty log is given.
    pub fn begins_with(policy: serde_json::Value) -> Bootstrap {
        Bootstrap {
            town: "江桥镇".to_owned(),
            programme: "两代表网格化联系服务活动".to_owned(),
            effective_on: day("2023-12-01"),
            policy,
            calendars: CALENDARS.iter().map(|text| serde_json::from_str::<CalendarYear>(text).unwrap()).collect(),
            software: "test".to_owned(),
            demo: false,
        }
    }

    /// A call of another account, under a key.
    pub fn call_of_another(&self, key: &str) -> CommandContext {
        let fingerprint = self.casework.keys.fingerprint("POST", "/", "", key.as_bytes());
        CommandContext::of_account(Uuid::from_u128(99), Role::CongressOffice, Some(key), fingerprint)
    }

    /// Sets the clock.
    pub fn set(&self, when: &str) {
        self.clock.store(at(when).timestamp_millis(), Ordering::SeqCst);
    }

    /// A call under a key; its fingerprint is that of the key, as if each key went with one body.
    pub fn call(&self, key: &str) -> CommandContext {
        let fingerprint = self.casework.keys.fingerprint("POST", "/", "", key.as_bytes());
        CommandContext::of_account(self.account, Role::Liaison, Some(key), fingerprint)
    }

    /// The same with a precondition.
    pub fn call_if(&self, key: &str, version: u64) -> CommandContext {
        CommandContext { if_match: Some(vec![Version(version)]), ..self.call(key) }
    }

    pub fn reception(&self, held: &str, issues: usize) -> NewReception {
        let issue = |n| NewIssue {
            kind: IssueKind::Demand,
            topic: "livelihood".to_owned(),
            subject: format!("楼道灯不亮 {n}"),
            text: "3号楼楼道灯三天不亮。\n请尽快修。".to_owned(),
            visitor: None,
            responsible_delegate_id: None,
        };
        NewReception {
            form: ReceptionForm::WalkIn,
            grid_id: self.grid,
            unit_id: None,
            held_at: at(held),
            occasion: None,
            delegates: vec![DelegateDraft { delegate_id: self.delegates[0], delegate_type: None }],
            visitors: vec![NewVisitor { name: Some("王小明".to_owned()), phone: Some("13800001234".to_owned()) }],
            issues: (0..issues).map(issue).collect(),
        }
    }

    /// Records a reception held on 2026-11-19 at 14:10.
    pub async fn received(&self, key: &str, issues: usize) -> Received {
        let new = self.reception("2026-11-19 14:10", issues);
        done(self.casework.record_reception(&self.call(key), &new).await.unwrap())
    }

    /// One issue raised on 2026-11-19.
    pub async fn raised(&self, key: &str) -> IssueId {
        self.received(key, 1).await.issues[0].0
    }

    pub async fn issue(&self, id: IssueId) -> Arc<Loaded<Issue>> {
        self.casework.issue(id, AsOf::Now).await.unwrap()
    }
}

/// What happened now.
pub fn done<T>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Done(done) => done,
        Outcome::Replayed(record) => panic!("replayed from {}", record.first),
    }
}

/// The code of a refusal.
pub fn code<T>(outcome: Result<Outcome<T>, Failure>) -> &'static str {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal.code.as_str(),
        Err(Failure::Invalid(refusals) | Failure::RefusedAtOnce(refusals)) => refusals[0].code.as_str(),
        Err(Failure::NotFound) => "not_found",
        Err(Failure::Stale { .. }) => "stale",
        Err(Failure::Contended) => "contended",
        Err(failure) => panic!("{failure}"),
        Ok(Outcome::Done(_)) => "done",
        Ok(Outcome::Replayed(_)) => "replayed",
    }
}

/// An oral answer, confirmed by the visitor.
pub fn oral(delivered: &str) -> AnswerDraft {
    AnswerDraft {
        outcome: Result_::Resolved,
        channel: AnswerChannel::Oral,
        delivered_at: at(delivered),
        evidence: EvidenceKind::VisitorConfirmation,
        on_the_spot: false,
        answered_by: None,
        commitment_on: None,
        basis_given: false,
    }
}

pub fn said(text: &str) -> casework::change::Words {
    casework::change::words([("text", Some(text))])
}

/// What everybody is shown before access rules are adopted: everything.
pub async fn whole(cases: &Casework) -> Sight {
    cases.sight_of_rows(&Reader::default(), Vec::new()).await.unwrap()
}

/// What the boxes of one event of a thing say, in their order.
pub async fn parts_of<S>(cases: &Casework, loaded: &Loaded<S>, version: u64) -> Vec<(KeptBox, Part)> {
    let boxes: Vec<_> = loaded.boxes.iter().filter(|kept| kept.version.0 == version).cloned().collect();
    let places: Vec<_> = boxes.iter().map(KeptBox::place).collect();
    let parts = cases.open_copies(&places).await.unwrap();
    boxes.into_iter().zip(parts).collect()
}

/// What is told of a box that is shown.
pub fn opened(told: &Told) -> &event_store::Opening {
    match told {
        Told::Open(opening) => opening,
        Told::Masked { .. } | Told::Erased | Told::Withheld => panic!("{told:?}"),
    }
}
