//! What every handler works with: the use cases, the read models, and the snapshot that a question is about.

use crate::clock::runs::ClockRuns;
use crate::configuration::Configuration;
use crate::configuration::key_backup::KeyBackupWatch;
use crate::files::places::{Place, Places, Sends};
use crate::http::slots::{Slot, Slots};
use crate::http::tables::room::Tables;

use crate::input::query;
use crate::issues::subjects::Opened;
use crate::issues::told::Answers;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::reviews::frozen_years::FrozenYears;
use crate::security::journal::Journal;
use casework::Casework;
use casework::access::Reader;
use casework::loaded::AsOf;
use casework::read::cache::Size;
use casework::reference::Reference;
use chrono::{DateTime, NaiveDate, Utc};
use event_store::Position;
use read_models::ReadModels;
use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

/// One town's service, as handlers see it. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub casework: Arc<Casework>,
    /// The lists.
    pub read_models: ReadModels,
    /// Newest position that each account wrote; what its next reads wait for.
    written: Arc<RwLock<HashMap<Uuid, Position>>>,
    /// How the clock over obligations has run.
    pub clock_runs: Arc<ClockRuns>,
    /// Told when an erasure was decided on: it may be due at once.
    pub erasures_due: Arc<tokio::sync::Notify>,
    /// Told when a calendar was published.
    pub calendar_published: Arc<tokio::sync::Notify>,
    /// True once the server has been told to stop: what waits for news ends then.
    pub stopping: Arc<tokio::sync::watch::Sender<bool>>,
    /// Who came in and who was turned away.
    pub journal: Journal,
    /// Since when the backup of the keys is missing or too old.
    pub key_backup: KeyBackupWatch,
    /// With what this server was started.
    pub configuration: Arc<Configuration>,
    /// The open feeds.
    pub(crate) feeds: Slots,
    /// What is handed out as a whole and taken.
    exports: Slots,
    /// What was told of issues a moment ago.
    pub(crate) answers: Answers,
    /// Subjects of issues that were listed a moment ago.
    pub(crate) opened: Opened,
    /// The figures of frozen reviews that were asked for a moment ago.
    pub(crate) frozen_years: FrozenYears,
    /// Pages of lists that may be in the making at once: their rows can take many times what the answer does.
    pages: Arc<Semaphore>,
    /// Files that may be on their way in at once.
    uploads: Places,
    /// Lists that are made into tables.
    pub(crate) tables: Tables,
}

/// How many of them: two are read, two made, and two wait for that. More would not be made any sooner.
const PAGES_MAX: usize = 6;

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppState")
    }
}

/// The town as of one position of the log, of which a question or an answer tells: the newest, or an earlier one.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// How it was asked for: now, a position or an instant.
    pub as_of: AsOf,
    /// The position it comes to.
    pub position: Position,
    /// The town's day that "late" refers to.
    pub today: NaiveDate,
    /// Areas, people and rules as of then.
    pub reference: Arc<Reference>,
    /// Who reads of it; nobody in particular, who is shown no words once access rules are adopted, unless somebody is named.
    pub reader: Reader,
}

impl AppState {
    /// Use cases and read models of one log.
    pub fn new(casework: Arc<Casework>, read_models: ReadModels) -> Self {
        Self {
            casework,
            read_models,
            written: Arc::default(),
            clock_runs: Arc::default(),
            erasures_due: Arc::new(tokio::sync::Notify::new()),
            calendar_published: Arc::new(tokio::sync::Notify::new()),
            stopping: Arc::new(tokio::sync::watch::Sender::new(false)),
            journal: Journal::default(),
            key_backup: KeyBackupWatch::default(),
            configuration: Arc::default(),
            feeds: Slots::feeds(),
            exports: Slots::exports(),
            answers: Answers::default(),
            opened: Opened::default(),
            frozen_years: FrozenYears::default(),
            pages: Arc::new(Semaphore::new(PAGES_MAX)),
            uploads: Places::default(),
            tables: Tables::in_directory(std::env::temp_dir()),
        }
    }

    /// With a directory of its own for tables that are too large for memory, instead of the system's for what is temporary.
    /// Nothing in it has a name, or outlives the process.
    #[must_use]
    pub fn with_tables_in(mut self, directory: PathBuf) -> Self {
        self.tables = Tables::in_directory(directory);
        self
    }

    /// With a journal of who came in and who was turned away.
    #[must_use]
    pub fn with_journal(mut self, journal: Journal) -> Self {
        self.journal = journal;
        self
    }

    /// With the configuration that it tells.
    #[must_use]
    pub fn with_configuration(mut self, configuration: Configuration) -> Self {
        self.configuration = Arc::new(configuration);
        self
    }

    /// Remembers what an account wrote, so that its next reads see it.
    pub fn wrote(&self, account: Uuid, position: Position) {
        let mut written = self.written.write().unwrap_or_else(PoisonError::into_inner);
        let newest = written.entry(account).or_default();
        *newest = (*newest).max(position);
    }

    /// The newest position that an account wrote.
    pub fn written_by(&self, account: Uuid) -> Option<Position> {
        self.written.read().unwrap_or_else(PoisonError::into_inner).get(&account).copied()
    }

    /// The log and the time, as a question is held against them.
    pub fn seen(&self) -> query::Seen {
        let reference = self.casework.reference();
        query::Seen {
            head: self.casework.store.head().position.0,
            began_at: reference.began_at,
            now: self.casework.now(),
            zone: reference.time_zone(),
        }
    }

    /// What a question names, with the reference data of then. Its query was held against the log (`Query::as_of`).
    ///
    /// # Errors
    /// 400 `bad_position` beyond the head, `before_log` before the first leaf.
    pub async fn snapshot(&self, asked: query::AsOf) -> Result<Snapshot, Problem> {
        let store = &self.casework.store;
        let head = store.head().position;
        let now = self.casework.now();
        let (position, day_of) = match asked {
            query::AsOf::Now => {
                let reference = self.casework.reference();
                let today = reference.town_date(now);
                return Ok(Snapshot { as_of: AsOf::Now, position: head, today, reference, reader: Reader::default() });
            }
            query::AsOf::Position(position) if position > head.0 => return Err(Problem::new(HttpCode::BadPosition)),
            query::AsOf::Position(position) => (Position(position), None),
            query::AsOf::Instant(instant) => {
                let at = instant.with_timezone(&Utc);
                (self.casework.position_at(at).await?, Some(at))
            }
        };
        if position.0 == 0 {
            return Err(Problem::new(HttpCode::BeforeLog));
        }
        let reference = self.casework.reference_at(position).await?;
        let at = match day_of {
            Some(at) => at,
            None => self.casework.recorded_at(position).await?,
        };
        let today = reference.town_date(at);
        Ok(Snapshot { as_of: AsOf::Position(position), position, today, reference, reader: Reader::default() })
    }

    /// The town right after a position, for telling a replayed answer again.
    pub async fn snapshot_after(&self, position: Position) -> Result<Snapshot, Problem> {
        self.snapshot(query::AsOf::Position(position.0)).await
    }

    /// Forgets what was read of anybody's words.
    pub(crate) fn forget_openings(&self) {
        self.answers.clear();
        self.opened.clear();
    }

    /// How much is remembered of what was read or told, by name: what `/metrics` says of it.
    pub fn caches(&self) -> impl Iterator<Item = (&'static str, Size)> {
        let told = [
            ("issue_answers", self.answers.size()),
            ("issue_subjects", self.opened.size()),
            ("frozen_reviews", self.frozen_years.size()),
        ];
        self.casework.caches().chain(told)
    }

    /// Waits until a page of a list may be made; to be held until its answer is.
    pub(crate) async fn one_page(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it.
        self.pages.acquire().await.ok()
    }

    /// A place for a table, an export or an opening that an account asks for, to be held until it is made and taken; nothing
    /// before access rules are adopted.
    ///
    /// # Errors
    /// 429 `rate_limited` where the account has as many as it may.
    pub(crate) async fn one_export(&self, account: Uuid) -> Result<Option<Slot>, Problem> {
        match self.casework.access_adopted() {
            true => self.exports.open(account).await.map(Some),
            false => Ok(None),
        }
    }

    /// A place for a file on its way in; to be held until it is there.
    ///
    /// # Errors
    /// 429 where there is none.
    pub(crate) fn one_upload(&self, sends: Sends) -> Result<Place, Problem> {
        self.uploads.take(sends)
    }

    /// The town as it is now.
    pub fn present(&self) -> Snapshot {
        let reference = self.casework.reference();
        let today = reference.town_date(self.casework.now());
        let position = self.casework.store.head().position;
        Snapshot { as_of: AsOf::Now, position, today, reference, reader: Reader::default() }
    }
}

/// An instant from a body, as the use cases take it.
pub fn utc(instant: DateTime<chrono::FixedOffset>) -> DateTime<Utc> {
    instant.with_timezone(&Utc)
}
