//! Reference data: areas, people, offices, policy, calendars, accounts. Every decision needs it, so it is folded in
//! memory: read at start by family (no scan of the log), then kept up by the commands that change it.

use crate::access::asker::Authorities;
use crate::access::held::AllHeld;
use crate::access::identity::Identity;
use crate::personal::{self, KeptBox, Part};
use crate::read::decode::{decode, id_of, stamp};
use crate::read::names::Names;
use crate::write::failure::Failure;
use base64::Engine as _;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::Fold as _;
use domain::access::Access;
use domain::account::{AccountEvent, Accounts};
use domain::area::Areas;
use domain::calendar::Calendars;
use domain::days;
use domain::delegate::Delegates;
use domain::erasure::Erasures;
use domain::event::Event;
use domain::ids::{AccountId, AreaId, DelegateId, ErasureId, LegalHoldId, OfficeId, PolicyId, RosterImportId};
use domain::legal_hold::LegalHolds;
use domain::log::{LogEvent, Opened, SecurityDays};
use domain::office::Offices;
use domain::policy::{Policies, Policy};
use domain::programme::Programme;
use domain::refusal::{Code, Refusal};
use domain::roster::RosterImports;
use domain::rules::Rules;
use event_store::keys::KeyDirectory;
use event_store::{EventStore, Hash, Position, Recorded, StreamId, Version};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use uuid::Uuid;

/// The families that make up reference data.
pub const FAMILIES: [&str; 12] = [
    "log",
    "programme",
    "policy",
    "calendar",
    "area",
    "delegate",
    "office",
    "roster",
    "account",
    "erasure",
    "access",
    "legal_hold",
];

/// Events read at once while reference data is folded.
const PAGE: usize = 1024;

/// Everything that decisions lean on, as of one position.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    /// Position of the newest event in it.
    pub position: u64,
    /// What the first leaf says of the log.
    pub log: Option<Opened>,
    /// When it was recorded.
    pub began_at: Option<DateTime<Utc>>,
    /// How far the security journal is sealed.
    pub security_days: SecurityDays,
    /// The programme.
    pub programme: Programme,
    /// Town, grids, units, their conveners and liaisons.
    pub areas: Areas,
    /// Delegates of both types.
    pub delegates: Delegates,
    /// Offices and handling units.
    pub offices: Offices,
    /// Policy versions.
    pub policies: Policies,
    /// Working calendars.
    pub calendars: Calendars,
    /// Roster imports.
    pub rosters: RosterImports,
    /// Accounts, their grants and their tokens.
    pub accounts: Accounts,
    /// Access rules.
    pub access: Access,
    /// What persons are called and sign in with, as the sealed boxes of `account.created` hold it.
    pub identities: BTreeMap<AccountId, Identity>,
    /// What was erased, and what is to be.
    pub erasures: Erasures,
    /// What must not be erased.
    pub legal_holds: LegalHolds,
    /// The one stream of the policy.
    policy: Option<StreamId>,
    /// Newest version of each of its streams.
    pub versions: BTreeMap<StreamId, Version>,
    /// What everything in it is called, once somebody has asked.
    names: OnceLock<Names>,
    /// What whoever asked may do by it.
    pub(crate) authorities: Authorities,
    /// Token by the SHA-256 of its secret, as the sealed boxes of `account.token_issued` hold it.
    pub(crate) secrets: BTreeMap<Hash, (AccountId, domain::ids::TokenId)>,
    /// What persons sign in with, as the sealed boxes of their events hold it.
    pub(crate) held: AllHeld,
}

impl Reference {
    /// Folds the reference families of a log, up to a position if one is given.
    pub async fn read(store: &EventStore, keys: &KeyDirectory, until: Option<Position>) -> Result<Self, Failure> {
        let mut reference = Self::default();
        reference.extend(store, keys, until.unwrap_or(store.head().position)).await?;
        Ok(reference)
    }

    /// Takes in everything newer, up to a position. The position holds for all families alike: what is recorded while
    /// they are read one after the other must not be seen in one of them only.
    pub(super) async fn extend(
        &mut self,
        store: &EventStore,
        keys: &KeyDirectory,
        until: Position,
    ) -> Result<(), Failure> {
        let mut all: Vec<Recorded> = Vec::new();
        for family in FAMILIES {
            let mut after = Position(self.position);
            loop {
                let page = store.read_family(family, after, PAGE).await?;
                let full = page.len() == PAGE;
                after = page.last().map_or(after, |last| last.position);
                all.extend(page.into_iter().filter(|one| one.position <= until));
                if !full || after > until {
                    break;
                }
            }
        }
        all.sort_unstable_by_key(|recorded| recorded.position);
        for recorded in &all {
            self.take(store, keys, recorded).await?;
        }
        Ok(())
    }

    /// Takes one more event into account. Events of other families change nothing.
    pub(crate) async fn take(
        &mut self,
        store: &EventStore,
        keys: &KeyDirectory,
        recorded: &Recorded,
    ) -> Result<(), Failure> {
        let (leaf, event) = decode(recorded)?;
        let at = stamp(recorded.position, &leaf);
        let unnamed = || Failure::Fault(format!("position {}: its stream has no name", recorded.position));
        let stream = StreamId::new(leaf.stream).ok_or_else(unnamed)?;
        let id = || id_of(&stream);
        match &event {
            Event::Log(event) => {
                self.security_days.apply(event);
                if let LogEvent::Opened(opened) = event {
                    self.log = Some(opened.clone());
                    self.began_at = Some(at.recorded_at);
                }
            }
            Event::Programme(event) => self.programme.apply(event, &at),
            Event::Policy(event) => {
                self.policies.apply(event, &at);
                self.policy = Some(stream.clone());
            }
            Event::Calendar(event) => self.calendars.apply(event, &at),
            Event::Area(event) => self.areas.apply(AreaId(id()?), event, &at),
            Event::Delegate(event) => self.delegates.apply(DelegateId(id()?), event, &at),
            Event::Office(event) => self.offices.apply(OfficeId(id()?), event, &at),
            Event::Access(event) => self.access.apply(event, &at),
            Event::Roster(event) => self.rosters.apply(RosterImportId(id()?), event, &at),
            Event::Erasure(event) => self.erasures.apply(ErasureId(id()?), event, &at, leaf.actor),
            Event::LegalHold(event) => self.legal_holds.apply(LegalHoldId(id()?), event, &at),
            Event::Account(event) => {
                let account = AccountId(id()?);
                self.accounts.apply(account, event, &at);
                // A box of any of them holds one part, or none.
                let kept = personal::kept(recorded, &leaf)?;
                let identity: Vec<_> = kept.iter().filter(|one| one.class == "identity").map(KeptBox::place).collect();
                let parts = personal::open(store, keys, &|_, _| false, &identity).await?;
                let part = parts.first();
                if let (AccountEvent::Created(_), Some(part)) = (event, part) {
                    let text = |field: &str| part.text(field).map(str::to_owned);
                    let identity = Identity { login: text("login"), person_name: text("person_name") };
                    self.identities.insert(account, identity);
                }
                if let AccountEvent::TokenIssued(issued) = event
                    && let Some(secret) = part.and_then(secret_hash)
                {
                    self.secrets.insert(secret, (account, issued.token_id));
                }
                self.held.apply(account, event, part);
            }
            Event::PersonalData(_)
            | Event::LogOpening(_)
            | Event::Proposal(_)
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
            | Event::File(_) => {
                return Ok(());
            }
        }
        self.versions.insert(stream, leaf.version);
        self.names.take();
        self.authorities.clear();
        self.position = recorded.position.0;
        Ok(())
    }

    /// About what it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.versions.len() * 1024 + 64 * 1024
    }

    /// What the grids, units, delegates, offices and accounts, and the town, are called, by their ids.
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let town = self.areas.town().map(|town| (town.id.0, &town.name));
            let grids = self.areas.grids().map(|grid| (grid.id.0, &grid.name));
            let units = self.areas.units().map(|unit| (unit.id.0, &unit.name));
            let delegates = self.delegates.all().map(|delegate| (delegate.id.0, &delegate.name));
            let offices = self.offices.all().map(|office| (office.id.0, &office.name));
            let accounts = self.accounts.all().map(|account| (account.id.0, &account.name));
            let all = town.into_iter().chain(grids).chain(units).chain(delegates).chain(offices).chain(accounts);
            Names::of(all)
        })
    }

    /// What one of them is called.
    pub fn name_of(&self, id: Uuid) -> Option<&str> {
        self.names().get(id)
    }

    /// Newest version of a reference stream; 0 where there is none.
    pub fn version(&self, stream: &StreamId) -> Version {
        self.versions.get(stream).copied().unwrap_or_default()
    }

    /// The policy's stream and its newest version.
    pub fn policy_stream(&self) -> Option<(StreamId, Version)> {
        let stream = self.policy.clone()?;
        let version = self.version(&stream);
        Some((stream, version))
    }

    /// The policy's id.
    pub fn policy_id(&self) -> Option<PolicyId> {
        self.policy_stream().and_then(|(stream, _)| stream.uuid()).map(PolicyId)
    }

    /// The town's time zone: that of the first policy for the life of the log, Asia/Shanghai before there is one.
    pub fn time_zone(&self) -> Tz {
        self.policies.time_zone().unwrap_or(days::ZONE)
    }

    /// The town's day of an instant.
    pub fn town_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.time_zone()).date_naive()
    }

    /// The policy a thing runs under that was begun under the one at `position`.
    ///
    /// Errors: [`Failure::Fault`] where there is none at all: without one nothing was ever on time or late.
    pub fn policy_of(&self, position: Option<u64>) -> Result<&Policy, Failure> {
        let own = position.and_then(|position| self.policies.at(position));
        let policy = own.or_else(|| self.policies.newest());
        policy.ok_or_else(|| Failure::Fault("there is no policy that anything could run under".to_owned()))
    }

    /// The rules a thing runs under that was begun under the policy at `position`.
    pub fn rules(&self, position: Option<u64>, now: DateTime<Utc>) -> Result<Rules<'_>, Refusal> {
        let policy = self.policy_of(position).map_err(|_| Refusal::new(Code::NoPolicyInForce))?;
        Ok(Rules { policy, calendars: &self.calendars, now, today: policy.town_date(now) })
    }

    /// The rules in force on a day.
    pub fn rules_on(&self, on: NaiveDate, now: DateTime<Utc>) -> Result<Rules<'_>, Refusal> {
        let policy = self.policies.in_force(on).ok_or_else(|| Refusal::new(Code::NoPolicyInForce))?;
        Ok(Rules { policy, calendars: &self.calendars, now, today: policy.town_date(now) })
    }
}

/// The hash of a token's secret in the box of `account.token_issued`.
fn secret_hash(part: &Part) -> Option<Hash> {
    let text = part.text("token_sha256")?;
    base64::engine::general_purpose::STANDARD.decode(text).ok()?.try_into().ok()
}

/// Accounts of which something is recorded that could not be read back into the folded copy, and where in the log it is.
/// Until it is read, nobody is let in by them: it may be a revocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubtful(Arc<Mutex<BTreeMap<AccountId, Position>>>);

impl Doubtful {
    /// Whether an account is among them.
    pub fn holds(&self, account: AccountId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&account)
    }

    /// Notes the accounts that a command wrote to, up to a position.
    pub fn note(&self, streams: &[StreamId], position: Position) {
        let accounts = streams.iter().filter(|stream| stream.family() == "account").filter_map(StreamId::uuid);
        let mut doubtful = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        doubtful.extend(accounts.map(|account| (AccountId(account), position)));
    }

    /// Forgets those whose events the folded copy knows now.
    pub(super) fn settle(&self, known: Position) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, position| *position > known);
    }
}

/// Whether a stream is of the families folded here.
pub(crate) fn is_reference(stream: &StreamId) -> bool {
    FAMILIES.contains(&stream.family())
}
