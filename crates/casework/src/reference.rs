//! Reference data: areas, people, offices, policy, calendars, accounts. Every decision needs it, so it is folded in
//! memory: read at start by family (no scan of the log), then kept up by the commands that change it.

use crate::casework::Casework;
use crate::failure::Failure;
use crate::files::{decode, stamp};
use crate::personal::{self, Part};
use base64::Engine as _;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::Fold as _;
use domain::area::Areas;
use domain::calendar::Calendars;
use domain::delegate::Delegates;
use domain::event::Event;
use domain::ids::{AccountId, AreaId, DelegateId, OfficeId, PolicyId, RosterImportId};
use domain::log::{AccountEvent, Accounts, LogEvent, Opened};
use domain::office::Offices;
use domain::policy::Policies;
use domain::programme::{Established, ProgrammeEvent};
use domain::refusal::{Code, Refusal};
use domain::roster::RosterImports;
use domain::rules::Rules;
use event_store::keys::KeyDirectory;
use event_store::{EventStore, Hash, Position, Recorded, StreamId, Version};
use std::collections::BTreeMap;

/// The families that make up reference data.
pub const FAMILIES: [&str; 10] =
    ["log", "programme", "policy", "calendar", "area", "delegate", "office", "roster", "account", "erasure"];

/// Events read at once while reference data is folded.
const PAGE: usize = 1024;

/// Everything that decisions lean on, as of one position.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    /// Position of the newest event in it.
    pub position: u64,
    /// What the first leaf says of the log.
    pub log: Option<Opened>,
    /// The programme.
    pub programme: Option<Established>,
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
    /// Accounts and their tokens.
    pub accounts: Accounts,
    /// Newest version of each of its streams.
    pub versions: BTreeMap<StreamId, Version>,
    /// Token by the SHA-256 of its secret, as the sealed boxes of `account.token_issued` hold it.
    pub(crate) secrets: BTreeMap<Hash, (AccountId, domain::ids::TokenId)>,
}

impl Reference {
    /// Folds the reference families of a log, up to a position if one is given.
    pub async fn read(store: &EventStore, keys: &KeyDirectory, until: Option<Position>) -> Result<Self, Failure> {
        let mut reference = Self::default();
        let mut all: Vec<Recorded> = Vec::new();
        for family in FAMILIES {
            let mut after = Position(0);
            loop {
                let page = store.read_family(family, after, PAGE).await?;
                let full = page.len() == PAGE;
                after = page.last().map_or(after, |last| last.position);
                let stop = until.is_some_and(|until| after > until);
                all.extend(page.into_iter().filter(|one| until.is_none_or(|until| one.position <= until)));
                if !full || stop {
                    break;
                }
            }
        }
        all.sort_unstable_by_key(|recorded| recorded.position);
        for recorded in &all {
            reference.take(store, keys, recorded).await?;
        }
        Ok(reference)
    }

    /// Takes one more event into account. Events of other families change nothing.
    pub(crate) async fn take(&mut self, store: &EventStore, keys: &KeyDirectory, recorded: &Recorded) -> Result<(), Failure> {
        let (leaf, event) = decode(recorded)?;
        let at = stamp(recorded.position, &leaf);
        let id = leaf.stream.uuid().unwrap_or_default();
        match &event {
            Event::Log(LogEvent::Opened(opened)) => self.log = Some(opened.clone()),
            Event::Programme(ProgrammeEvent::Established(established)) => self.programme = Some(established.clone()),
            Event::Policy(event) => self.policies.apply(event, &at),
            Event::Calendar(event) => self.calendars.apply(event, &at),
            Event::Area(event) => self.areas.apply(AreaId(id), event, &at),
            Event::Delegate(event) => self.delegates.apply(DelegateId(id), event, &at),
            Event::Office(event) => self.offices.apply(OfficeId(id), event, &at),
            Event::Roster(event) => self.rosters.apply(RosterImportId(id), event, &at),
            Event::Account(event) => {
                self.accounts.apply(AccountId(id), event, &at);
                if let AccountEvent::TokenIssued(issued) = event {
                    let parts = personal::open(store, keys, &personal::kept(recorded, &leaf)).await?;
                    if let Some(secret) = parts.first().and_then(secret_hash) {
                        self.secrets.insert(secret, (AccountId(id), issued.token_id));
                    }
                }
            }
            Event::Reception(_) | Event::Issue(_) | Event::MajorIssue(_) => return Ok(()),
        }
        self.versions.insert(leaf.stream, leaf.version);
        self.position = recorded.position.0;
        Ok(())
    }

    /// Newest version of a reference stream; 0 where there is none.
    pub fn version(&self, stream: &StreamId) -> Version {
        self.versions.get(stream).copied().unwrap_or_default()
    }

    /// The policy's stream and its newest version.
    pub fn policy_stream(&self) -> Option<(StreamId, Version)> {
        let (stream, version) = self.versions.iter().find(|(stream, _)| stream.family() == "policy")?;
        Some((stream.clone(), *version))
    }

    /// The policy's id.
    pub fn policy_id(&self) -> Option<PolicyId> {
        self.policy_stream().and_then(|(stream, _)| stream.uuid()).map(PolicyId)
    }

    /// The town's time zone: the newest policy's, Asia/Shanghai before there is one.
    pub fn time_zone(&self) -> Tz {
        self.policies.newest().map_or(Tz::Asia__Shanghai, |policy| policy.time_zone())
    }

    /// The town's day of an instant.
    pub fn town_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.time_zone()).date_naive()
    }

    /// The rules a thing runs under that was begun under the policy at `position`.
    pub fn rules(&self, position: Option<u64>, now: DateTime<Utc>) -> Result<Rules<'_>, Refusal> {
        let policy = position.and_then(|position| self.policies.at(position)).or_else(|| self.policies.newest());
        let policy = policy.ok_or_else(|| Refusal::new(Code::NoPolicyInForce))?;
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

impl Casework {
    /// Reference data as of a position; the folded copy serves when nothing of it is newer.
    pub async fn reference_at(&self, position: Position) -> Result<std::sync::Arc<Reference>, Failure> {
        let newest = self.reference();
        if position.0 >= newest.position {
            return Ok(newest);
        }
        Ok(std::sync::Arc::new(Reference::read(&self.store, &self.keys, Some(position)).await?))
    }

    /// Takes the events of a reference command into the folded copy. The caller holds `reference_writer`.
    pub(crate) async fn follow(&self, first: Position, last: Position) -> Result<(), Failure> {
        let mut reference = (*self.reference()).clone();
        let mut after = Position(first.0.saturating_sub(1));
        while after < last {
            let limit = usize::try_from(last.0 - after.0).unwrap_or(PAGE).min(PAGE);
            let page = self.store.read_all(after, limit, &event_store::Filter::default()).await?;
            for recorded in page.events.iter().filter(|recorded| recorded.position <= last) {
                reference.take(&self.store, &self.keys, recorded).await?;
            }
            if page.scanned_to <= after {
                break;
            }
            after = page.scanned_to;
        }
        *self.reference.write().unwrap_or_else(std::sync::PoisonError::into_inner) = std::sync::Arc::new(reference);
        Ok(())
    }
}
