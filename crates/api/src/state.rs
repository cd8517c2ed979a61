//! What every handler works with: the use cases, the read models, and the snapshot that a question is about.

use crate::http::feeds::Feeds;
use crate::input::query;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use casework::Casework;
use casework::loaded::AsOf;
use casework::personal::{self, KeptBox, Part};
use casework::reference::Reference;
use chrono::{DateTime, NaiveDate, Utc};
use event_store::{LogError, Position, Version};
use read_models::{IssueRow, ReadModels, SealedText, names};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
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
    /// Told when a calendar was published.
    pub calendar_published: Arc<tokio::sync::Notify>,
    /// True once the server has been told to stop: what waits for news ends then.
    pub stopping: Arc<tokio::sync::watch::Sender<bool>>,
    /// The open feeds.
    pub(crate) feeds: Feeds,
}

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
}

impl AppState {
    /// Use cases and read models of one log.
    pub fn new(casework: Arc<Casework>, read_models: ReadModels) -> Self {
        Self {
            casework,
            read_models,
            written: Arc::default(),
            calendar_published: Arc::new(tokio::sync::Notify::new()),
            stopping: Arc::new(tokio::sync::watch::Sender::new(false)),
            feeds: Feeds::default(),
        }
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
                return Ok(Snapshot { as_of: AsOf::Now, position: head, today, reference });
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
        Ok(Snapshot { as_of: AsOf::Position(position), position, today, reference })
    }

    /// The town right after a position, for telling a replayed answer again.
    pub async fn snapshot_after(&self, position: Position) -> Result<Snapshot, Problem> {
        self.snapshot(query::AsOf::Position(position.0)).await
    }

    /// The subjects of listed issues, their boxes opened; `None` where an issue has none.
    pub async fn subjects(&self, rows: &[IssueRow]) -> Result<Vec<Option<Part>>, Problem> {
        let sealed: Vec<&SealedText> = rows.iter().filter_map(|row| row.subject.as_ref()).collect();
        let boxes: Vec<KeptBox> = sealed
            .iter()
            .map(|text| KeptBox {
                stream: text.stream.clone(),
                version: text.version,
                index: usize::try_from(text.index).unwrap_or(usize::MAX),
                class: "narrative".to_owned(),
                subject: text.subject,
                commitment: text.commitment,
                bytes: bytes::Bytes::copy_from_slice(&text.bytes),
            })
            .collect();
        let casework = &self.casework;
        let opened = match personal::open(&casework.store, &casework.keys, &boxes).await {
            Ok(opened) => opened,
            Err(error) => return Err(self.not_opened(&boxes, error).await),
        };
        let mut opened = opened.iter().zip(&sealed).map(|(part, text)| match part {
            Part::Open(payload) => payload.get(text.member.as_str()).cloned().map(Part::Open),
            Part::Erased => Some(Part::Erased),
        });
        Ok(rows.iter().map(|row| row.subject.as_ref().and_then(|_| opened.next().flatten())).collect())
    }

    /// What a list answers whose boxes do not open. They are copies: where they are not what the log holds, the rows are
    /// to blame and are built anew; only where they are, the log is.
    async fn not_opened(&self, boxes: &[KeptBox], error: LogError) -> Problem {
        for copy in boxes {
            match self.is_in_the_log(copy).await {
                Ok(true) => {}
                Ok(false) => {
                    let why = format!("box {} of {} {}: {error}", copy.index, copy.stream, copy.version);
                    self.read_models.bad_row(names::ISSUE_BOARD, &why);
                    return Problem::new(HttpCode::ReadModelBehind).caused_by(why);
                }
                Err(unread) => return casework::Failure::from(unread).into(),
            }
        }
        if let LogError::Damaged(why) = &error {
            self.casework.store.note_damage(why);
        }
        casework::Failure::from(error).into()
    }

    async fn is_in_the_log(&self, copy: &KeptBox) -> Result<bool, LogError> {
        let before = Version(copy.version.0.saturating_sub(1));
        let events = self.casework.store.read_stream(&copy.stream, before, 1).await?;
        let Some(recorded) = events.first() else { return Ok(false) };
        let leaf = recorded.leaf()?;
        Ok(personal::kept(recorded, &leaf).iter().any(|kept| {
            kept.version == copy.version
                && kept.index == copy.index
                && kept.subject == copy.subject
                && kept.commitment == copy.commitment
                && kept.bytes == copy.bytes
        }))
    }

    /// The town as it is now.
    pub fn present(&self) -> Snapshot {
        let reference = self.casework.reference();
        let today = reference.town_date(self.casework.now());
        Snapshot { as_of: AsOf::Now, position: self.casework.store.head().position, today, reference }
    }
}

/// An instant from a body, as the use cases take it.
pub fn utc(instant: DateTime<chrono::FixedOffset>) -> DateTime<Utc> {
    instant.with_timezone(&Utc)
}
