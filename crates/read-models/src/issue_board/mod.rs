//! The issue board: one row per issue, open or not, for `GET /v1/issues`; two of an issue whose clock stands still, the
//! second for the days on which it runs again by itself.

mod query;
mod row;
mod stored;

pub use query::{Answered, IssueQuery, IssueSort, Pending};
pub(crate) use query::{WITHIN, asked, list};
pub use row::{AnswerFacts, IssueRow, SealedText, Shown, TextMember};

use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::recent::Recent;
use crate::engine::reference::Reference;
use crate::engine::replay::Log;
use crate::engine::table::Table;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::Fold;
use domain::clock::{ObligationEvent, Subject, TierReached, supervises};
use domain::event::Event;
use domain::ids::{AccountId, IssueId};
use domain::issue::{Issue, IssueEvent};
use event_store::{Position, Recorded, StreamId, Version};
use foldhash::HashMap;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "issue_board",
    version: 10,
    families: &[Family::Issue, Family::Reference, Family::Obligation],
    schema: include_str!("../../migrations/issue_board.sql"),
    tables: &[ISSUES],
    views: || vec![ISSUES.shown("issue_board", ALSO_SHOWN)],
    indexes: include_str!("../../migrations/issue_board.indexes.sql"),
    memory_max: 2 * RECENT_ISSUES * ISSUE_BYTES,
    make: |zone| Box::new(IssueBoard::new(zone)),
};

const ISSUES: Table = Table {
    name: "issue_board_rows",
    columns: stored::COLUMNS,
    key_columns: 1,
    // What the indexes of all issues are made of: an event changes it once in a hundred times.
    steady: &["issue_id", "raised_at", "grid_id", "unit_id", "responsible_delegate_id", "topic", "answer_due_on"],
    ids: &[
        "issue_id",
        "reception_id",
        "grid_id",
        "unit_id",
        "responsible_delegate_id",
        "major_issue_id",
        "begun_by",
        "answered_by",
    ],
    days: &[
        "shown_from",
        "shown_until",
        "raised_on",
        "original_answer_due_on",
        "interim_due_on",
        "answer_due_on",
        "due_soon_from",
        "overdue_from",
        "long_overdue_from",
        "judged_on",
        "answer_commitment_on",
    ],
};
/// What follows from the key.
const ALSO_SHOWN: &str = "place / 2 as first_position, place % 2 as after_suspension";

/// Issues of each generation kept in memory.
const RECENT_ISSUES: usize = 4_096;
/// About how many bytes one of them takes.
const ISSUE_BYTES: usize = 2_048;

/// An issue in memory: its state, and the box that the board shows.
#[derive(Debug, Default)]
struct Entry {
    issue: Issue,
    /// The account that recorded it.
    begun_by: Option<AccountId>,
    /// It was raised since the last write: it has no row yet.
    is_new: bool,
    /// It has two rows, or had: its clock stood still.
    two_rows: bool,
    subject: Option<SealedText>,
    /// Whether its state says if it is under supervision: no event of its own does.
    supervision_known: bool,
}

struct IssueBoard {
    zone: Tz,
    reference: Reference,
    /// A calendar came since the last write: every row's marks are in question.
    calendars_changed: bool,
    /// Tiers of issues that the clock reached since the last write.
    reached: Vec<(IssueId, TierReached, DateTime<Utc>)>,
    /// Everything up to here is in the rows.
    written: Position,
    /// Issues whose row must be written.
    touched: HashMap<IssueId, Box<Entry>>,
    /// Boxed, as above: a map that grows moves its values, and these are long.
    recent: Recent<IssueId, Box<Entry>>,
}

impl IssueBoard {
    fn new(zone: Tz) -> Self {
        Self {
            zone,
            reference: Reference::default(),
            calendars_changed: false,
            reached: Vec::new(),
            written: Position(0),
            touched: HashMap::default(),
            recent: Recent::new(RECENT_ISSUES),
        }
    }

    /// The issue as it was before `fact`: from memory, else from its stream.
    async fn before(&mut self, id: IssueId, fact: &Fact, log: &Log) -> Result<Box<Entry>, Failure> {
        if let Some(entry) = self.touched.remove(&id).or_else(|| self.recent.take(&id)) {
            return Ok(entry);
        }
        if fact.stamp.version == 1 {
            return Ok(Box::new(Entry { is_new: true, supervision_known: true, ..Entry::default() }));
        }
        let mut entry = Box::<Entry>::default();
        log.replay_before(fact, |event| entry.apply(event.fact()?, event.recorded())).await?;
        Ok(entry)
    }

    /// The rows of every open issue that no event touched, since a new calendar may move its marks. Rare: a calendar is
    /// published once or twice a year.
    async fn open_again(&mut self, written: &Written, log: &Log) -> Result<Vec<IssueRow>, Failure> {
        let select =
            format!("select issue_id, supervised from {} where is_open and place % 2 = 0", written.name(&ISSUES));
        let read = written
            .read(move |sql| sql.rows(&select, &[], |columns| Ok((columns.id().map(IssueId)?, columns.truth()?))));
        let open = read.await?;
        let mut rows = Vec::new();
        for (id, supervised) in open {
            // A touched one is written with the rest; its row here is already the past.
            if self.touched.contains_key(&id) {
                continue;
            }
            let mut entry = match self.recent.take(&id) {
                Some(entry) => entry,
                None => {
                    let next = Position(self.written.0 + 1);
                    read_issue(&StreamId::of("issue", id.0), next, log).await?
                }
            };
            if !std::mem::replace(&mut entry.supervision_known, true) {
                entry.issue.supervised = supervised;
            }
            rows.extend(self.rows(id, &entry));
            self.recent.put(id, entry);
        }
        Ok(rows)
    }

    /// Puts under supervision what the clock says, on top of what the rows knew of those that were read from the log.
    async fn supervise(&mut self, written: &Written, log: &Log) -> Result<(), Failure> {
        let reached = std::mem::take(&mut self.reached);
        for (id, _, _) in &reached {
            if !self.touched.contains_key(id) {
                let entry = match self.recent.take(id) {
                    Some(entry) => entry,
                    None => read_issue(&StreamId::of("issue", id.0), Position(written.folded.0 + 1), log).await?,
                };
                self.touched.insert(*id, entry);
            }
        }
        let unknown = self.touched.iter().filter(|(_, entry)| !entry.supervision_known);
        let unknown = unknown.map(|(id, entry)| (*id, stored::place(Position(entry.issue.first_position), false)));
        let unknown: Vec<(IssueId, i64)> = unknown.collect();
        let known = self.supervised(unknown, written).await?;
        for (id, entry) in &mut self.touched {
            if !std::mem::replace(&mut entry.supervision_known, true) {
                entry.issue.supervised = known.get(id) == Some(&entry.issue.cycle);
            }
        }
        for (id, tier, at) in &reached {
            if let Some(entry) = self.touched.get_mut(id) {
                entry.issue.supervised |= supervises(&entry.issue, tier, *at);
            }
        }
        Ok(())
    }

    /// The cycles in which some issues stand under supervision by their rows; without a clock nobody does.
    async fn supervised(&self, ids: Vec<(IssueId, i64)>, written: &Written) -> Result<HashMap<IssueId, u32>, Failure> {
        if ids.is_empty() || self.reference.policies.clock_since().is_none() {
            return Ok(HashMap::default());
        }
        let select = format!("select cycle from {} where place = $1 and supervised", written.name(&ISSUES));
        let read = written.read(move |sql| {
            let mut known = HashMap::default();
            for (id, place) in ids {
                if let Some(cycle) = sql.row(&select, &[place.into()], |columns| columns.number())? {
                    known.insert(id, cycle);
                }
            }
            Ok(known)
        });
        read.await
    }

    fn rows(&self, id: IssueId, entry: &Entry) -> Vec<IssueRow> {
        let rows = IssueRow::all_of(id, &entry.issue, entry.subject.as_ref(), &self.reference, self.zone);
        rows.into_iter().map(|row| IssueRow { begun_by: entry.begun_by, ..row }).collect()
    }
}

/// The issue as it was before a position, from its stream.
async fn read_issue(stream: &StreamId, before: Position, log: &Log) -> Result<Box<Entry>, Failure> {
    let mut entry = Box::<Entry>::default();
    log.replay(stream, before, |event| entry.apply(event.fact()?, event.recorded())).await?;
    Ok(entry)
}

impl Entry {
    fn apply(&mut self, fact: &Fact, recorded: &Recorded) -> Result<(), Failure> {
        let Event::Issue(event) = &fact.event else {
            return Err(fact.misplaced());
        };
        fact.follows(self.issue.version)?;
        let raises = matches!(event, IssueEvent::Raised(_));
        if raises != (fact.stamp.version == 1) {
            return Err(fact.misplaced());
        }
        self.two_rows |= self.issue.suspension.is_some();
        self.issue.apply(event, &fact.stamp);
        if raises {
            self.begun_by = fact.stamp.account;
            self.subject = narrative(fact, recorded, TextMember::Subject);
        } else if self.issue.corrected_box(1, SUBJECT) == Some(fact.stamp.version) {
            self.subject = narrative(fact, recorded, TextMember::Value);
        }
        Ok(())
    }
}

/// Where an issue is raised with its subject, as corrections name it.
const SUBJECT: &str = "/personal/0/subject";

/// The narrative box of an event, with the member of it that is the issue's subject.
fn narrative(fact: &Fact, recorded: &Recorded, member: TextMember) -> Option<SealedText> {
    let index = fact.boxes.iter().position(|known| known.class == "narrative")?;
    Some(SealedText {
        subject: fact.boxes[index].subject,
        stream: fact.stream.clone(),
        version: Version(fact.stamp.version),
        index: u32::try_from(index).ok()?,
        member,
        commitment: fact.boxes[index].commitment,
        bytes: recorded.boxes.get(index)?.to_vec(),
    })
}

#[async_trait]
impl Projection for IssueBoard {
    async fn prepare(&mut self, log: &Log, position: Position) -> Result<(), Failure> {
        self.reference = Reference::read(log, position).await?;
        self.written = position;
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        let fact = event.fact()?;
        if event.family() == Family::Reference {
            self.calendars_changed |= self.reference.apply(fact);
            return Ok(());
        }
        if let Event::Obligation(event) = &fact.event {
            if let ObligationEvent::TierReached(reached) = event
                && let Some(Subject::Issue(id)) = event.key().and_then(|key| Subject::of_key(&key))
            {
                self.reached.push((id, reached.clone(), fact.stamp.occurred_at));
            }
            return Ok(());
        }
        let id = IssueId(fact.uuid()?);
        let mut entry = self.before(id, fact, log).await?;
        entry.apply(fact, event.recorded())?;
        self.touched.insert(id, entry);
        Ok(())
    }

    async fn changes(&mut self, written: &Written, log: &Log) -> Result<Changes, Failure> {
        self.supervise(written, log).await?;
        let mut changed =
            if std::mem::take(&mut self.calendars_changed) { self.open_again(written, log).await? } else { Vec::new() };
        let mut raised = Vec::new();
        // Hardly any has had a second row, which may be one too many now.
        let mut had_two = Vec::new();
        for (id, mut entry) in std::mem::take(&mut self.touched) {
            if entry.is_new { &mut raised } else { &mut changed }.extend(self.rows(id, &entry));
            if entry.two_rows && !entry.is_new {
                had_two.push(stored::place(Position(entry.issue.first_position), false));
            }
            (entry.two_rows, entry.is_new) = (false, false);
            self.recent.put(id, entry);
        }
        self.written = written.folded;
        Ok(Box::new(move |rows| {
            // In the order of the key, which is that of time: neighbours share pages.
            for written in [&mut raised, &mut changed] {
                written.sort_unstable_by_key(IssueRow::place);
            }
            for place in had_two {
                rows.delete(&ISSUES, "place between $1 and $1 + 1", &[place.into()])?;
            }
            rows.insert(&ISSUES, &raised, IssueRow::bind)?;
            rows.upsert(&ISSUES, &changed, IssueRow::bind)
        }))
    }

    fn memory(&self) -> usize {
        (self.touched.len() + self.recent.len()) * ISSUE_BYTES
    }
}
