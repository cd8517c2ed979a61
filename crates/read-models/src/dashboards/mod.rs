//! The dashboards: counters of receptions, issues and major issues, for `GET /v1/dashboards/…`.
//!
//! What a reception, an issue or a major issue adds to the counters is its share (`contribution`); a batch adds what the
//! shares have become and takes away what they were (`counters`). Days on which figures change are counted as days, so
//! nothing is written at midnight, and periods are counted at four widths (`period`), so a question about a range of
//! days reads few cells (`question`). The cells of a period stand in one row (`sheet`).
//!
//! Old day counters are merged once a quarter (their days are settled); otherwise an issue that is never closed would keep
//! its counters for ever, and there are more of them every year. All that lie before the quarter before that of the newest leaf are counted as the first day of that quarter. Which
//! that is follows from the log alone, so a rebuild counts as the batches did. No figure changes: a question is about a day
//! on which the newest leaf was there, or a later one, and asks of a day whether it has come, whether it is over, and
//! whether it lies in the week of today. Of settled days, and of the one that they are counted as, the first two are true
//! and the third is not.

mod contribution;
mod counters;
mod figures;
mod lines;
pub(crate) mod narrow;
mod owner;
mod period;
mod question;
mod sheet;
mod views;

pub use figures::{Dashboard, DashboardKey, DashboardRow, Figures, LatenessFigures, Ratio};
pub use figures::{MajorCount, MajorDashboard, MajorFigures};
pub use question::{DashboardBy, DashboardQuery};
pub(crate) use question::{dashboard, major_dashboard};

use crate::engine::apply::{apply_major_issue, apply_reception};
use crate::engine::columns::bigint;
use crate::engine::decode::{Fact, recorded_at};
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Written};
use crate::engine::recent::Recent;
use crate::engine::reference::Reference;
use crate::engine::replay::Log;
use async_trait::async_trait;
use chrono::NaiveDate;
use chrono_tz::Tz;
use contribution::{IssueContribution, MajorContribution, ReceptionContribution};
use counters::{Counters, OPEN, SHEETS};
use domain::Fold;
use domain::event::Event;
use domain::issue::{Issue, IssueEvent};
use domain::major_issue::MajorIssue;
use domain::reception::Reception;
use event_store::{Position, StreamId};
use foldhash::HashMap;
use period::settled_before;
use uuid::Uuid;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "dashboards",
    version: 7,
    families: &[Family::Issue, Family::Reception, Family::MajorIssue, Family::Reference],
    schema: include_str!("../../migrations/dashboards.sql"),
    tables: &[SHEETS, OPEN],
    views: views::views,
    indexes: "",
    memory_max: 2
        * (RECENT_ISSUES * ISSUE_BYTES + RECENT_MAJOR_ISSUES * MAJOR_ISSUE_BYTES + RECENT_RECEPTIONS * RECEPTION_BYTES),
    make: |zone| Box::new(Dashboards::new(zone)),
};

/// Issues of each generation kept in memory, and about how many bytes one of them takes.
const RECENT_ISSUES: usize = 4_096;
const ISSUE_BYTES: usize = 2_048;
/// Major issues of each generation kept in memory; with 200 linked issues one takes about 5 KB.
const RECENT_MAJOR_ISSUES: usize = 512;
const MAJOR_ISSUE_BYTES: usize = 5_120;
/// Receptions of each generation kept in memory. They are rarely touched again.
const RECENT_RECEPTIONS: usize = 512;
const RECEPTION_BYTES: usize = 1_024;

/// Something in memory: its state, and what of it is in the counters.
struct Entry<T, S> {
    state: T,
    /// What was counted at the last write; nothing of what did not exist then.
    counted: Option<S>,
}

/// Things of one kind: those touched since the last write, and those known from before.
struct Things<T, S> {
    touched: HashMap<Uuid, Box<Entry<T, S>>>,
    recent: Recent<Uuid, Box<Entry<T, S>>>,
}

impl<T, S> Things<T, S> {
    fn new(generation_max: usize) -> Self {
        Self { touched: HashMap::default(), recent: Recent::new(generation_max) }
    }

    fn len(&self) -> usize {
        self.touched.len() + self.recent.len()
    }

    fn take(&mut self, id: Uuid) -> Option<Box<Entry<T, S>>> {
        self.touched.remove(&id).or_else(|| self.recent.take(&id))
    }
}

struct Dashboards {
    zone: Tz,
    reference: Reference,
    /// What it was at the last write, where a calendar came since: what is in the counters was counted under it.
    reference_written: Option<Reference>,
    /// Everything up to here is in the counters.
    written: Position,
    issues: Things<Issue, IssueContribution>,
    receptions: Things<Reception, ReceptionContribution>,
    major_issues: Things<MajorIssue, MajorContribution>,
    counters: Counters,
}

impl Dashboards {
    fn new(zone: Tz) -> Self {
        Self {
            zone,
            reference: Reference::default(),
            reference_written: None,
            written: Position(0),
            issues: Things::new(RECENT_ISSUES),
            receptions: Things::new(RECENT_RECEPTIONS),
            major_issues: Things::new(RECENT_MAJOR_ISSUES),
            counters: Counters::default(),
        }
    }

    /// The day before which days are settled, as of a position; none in an empty log. `recorded_at` never falls, so that the
    /// last leaf's is the newest.
    async fn settled_before(&self, log: &Log, position: Position) -> Result<Option<NaiveDate>, Failure> {
        let Some(recorded) = log.store.event(position).await? else { return Ok(None) };
        let newest = recorded_at(&recorded)?.with_timezone(&self.zone).date_naive();
        Ok(Some(settled_before(newest)))
    }

    async fn fold_issue(&mut self, fact: &Fact, log: &Log) -> Result<(), Failure> {
        let id = fact.uuid()?;
        let mut entry = match self.issues.take(id) {
            Some(entry) => entry,
            None if fact.stamp.version == 1 => Box::new(Entry { state: Issue::default(), counted: None }),
            None => {
                let mut state = Issue::default();
                log.replay_before(fact, |event| apply_issue(&mut state, event.fact()?)).await?;
                self.counted(state)
            }
        };
        apply_issue(&mut entry.state, fact)?;
        self.issues.touched.insert(id, entry);
        Ok(())
    }

    /// An issue that is not in memory, as it was before `position`; nothing of it was folded since the last write.
    async fn read_issue(
        &self,
        stream: &StreamId,
        position: Position,
        log: &Log,
    ) -> Result<Box<Entry<Issue, IssueContribution>>, Failure> {
        let mut state = Issue::default();
        log.replay(stream, position, |event| apply_issue(&mut state, event.fact()?)).await?;
        Ok(self.counted(state))
    }

    /// An issue of which nothing was folded since the last write.
    fn counted(&self, state: Issue) -> Box<Entry<Issue, IssueContribution>> {
        let reference = self.reference_written.as_ref().unwrap_or(&self.reference);
        let counted = state.exists().then(|| IssueContribution::of(&state, reference, self.zone));
        Box::new(Entry { state, counted })
    }

    async fn fold_reception(&mut self, fact: &Fact, log: &Log) -> Result<(), Failure> {
        let id = fact.uuid()?;
        let mut entry = match self.receptions.take(id) {
            Some(entry) => entry,
            None => {
                let mut state = Reception::default();
                log.replay_before(fact, |event| apply_reception(&mut state, event.fact()?)).await?;
                let counted = state.exists().then(|| ReceptionContribution::of(&state, self.zone));
                Box::new(Entry { state, counted })
            }
        };
        apply_reception(&mut entry.state, fact)?;
        self.receptions.touched.insert(id, entry);
        Ok(())
    }

    async fn fold_major_issue(&mut self, fact: &Fact, log: &Log) -> Result<(), Failure> {
        let id = fact.uuid()?;
        let mut entry = match self.major_issues.take(id) {
            Some(entry) => entry,
            None => {
                let mut state = MajorIssue::default();
                log.replay_before(fact, |event| apply_major_issue(&mut state, event.fact()?)).await?;
                let counted = state.exists().then(|| MajorContribution::of(&state, self.zone));
                Box::new(Entry { state, counted })
            }
        };
        apply_major_issue(&mut entry.state, fact)?;
        self.major_issues.touched.insert(id, entry);
        Ok(())
    }

    /// Counts every open issue again that no event touched, since a new calendar may move its days. Rare: a calendar is
    /// published once or twice a year.
    async fn count_open_again(&mut self, written: &Written, log: &Log) -> Result<(), Failure> {
        let select = format!("select issue_id from {}", written.name(&OPEN));
        let open = written.read(move |sql| sql.rows(&select, &[], |columns| columns.id())).await?;
        for id in open {
            if self.issues.touched.contains_key(&id) {
                continue;
            }
            let mut entry = match self.issues.recent.take(&id) {
                Some(entry) => entry,
                None => {
                    let next = Position(self.written.0 + 1);
                    self.read_issue(&StreamId::of("issue", id), next, log).await?
                }
            };
            let contribution = IssueContribution::of(&entry.state, &self.reference, self.zone);
            count(entry.counted.as_ref(), &contribution, |contribution, times| {
                self.counters.issue(contribution, times)
            });
            entry.counted = Some(contribution);
            self.issues.recent.put(id, entry);
        }
        Ok(())
    }

    /// Counts what was touched. What comes back are the issues that are open now and were not, and those that no longer are.
    fn count_touched(&mut self) -> (Vec<(u64, Uuid)>, Vec<u64>) {
        let (mut opened, mut ended) = (Vec::new(), Vec::new());
        for (id, mut entry) in self.issues.touched.drain() {
            let contribution = IssueContribution::of(&entry.state, &self.reference, self.zone);
            let was_open = entry.counted.as_ref().is_some_and(|contribution| contribution.open.is_some());
            match (was_open, contribution.open.is_some()) {
                (false, true) => opened.push((entry.state.first_position, id)),
                (true, false) => ended.push(entry.state.first_position),
                (true, true) | (false, false) => {}
            }
            count(entry.counted.as_ref(), &contribution, |contribution, times| {
                self.counters.issue(contribution, times)
            });
            entry.counted = Some(contribution);
            self.issues.recent.put(id, entry);
        }
        for (id, mut entry) in self.receptions.touched.drain() {
            let contribution = ReceptionContribution::of(&entry.state, self.zone);
            count(entry.counted.as_ref(), &contribution, |contribution, times| {
                self.counters.reception(contribution, times)
            });
            entry.counted = Some(contribution);
            self.receptions.recent.put(id, entry);
        }
        for (id, mut entry) in self.major_issues.touched.drain() {
            let contribution = MajorContribution::of(&entry.state, self.zone);
            count(entry.counted.as_ref(), &contribution, |contribution, times| {
                self.counters.major_issue(contribution, times)
            });
            entry.counted = Some(contribution);
            self.major_issues.recent.put(id, entry);
        }
        opened.sort_unstable();
        ended.sort_unstable();
        (opened, ended)
    }
}

/// Takes away what was counted and adds what is to be counted now.
fn count<S: PartialEq>(counted: Option<&S>, now: &S, mut add: impl FnMut(&S, i64)) {
    if counted == Some(now) {
        return;
    }
    if let Some(before) = counted {
        add(before, -1);
    }
    add(now, 1);
}

fn apply_issue(issue: &mut Issue, fact: &Fact) -> Result<(), Failure> {
    let Event::Issue(event) = &fact.event else {
        return Err(fact.misplaced());
    };
    fact.follows(issue.version)?;
    if matches!(event, IssueEvent::Raised(_)) != (fact.stamp.version == 1) {
        return Err(fact.misplaced());
    }
    issue.apply(event, &fact.stamp);
    Ok(())
}

#[async_trait]
impl Projection for Dashboards {
    async fn prepare(&mut self, log: &Log, position: Position) -> Result<(), Failure> {
        self.reference = Reference::read(log, position).await?;
        self.written = position;
        let settled = self.settled_before(log, position).await?;
        self.counters.begin(settled);
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        match event.family() {
            Family::Issue => self.fold_issue(event.fact()?, log).await?,
            Family::Reception => self.fold_reception(event.fact()?, log).await?,
            Family::MajorIssue => self.fold_major_issue(event.fact()?, log).await?,
            Family::Reference => {
                let fact = event.fact()?;
                if self.reference_written.is_none() {
                    self.reference_written = Some(self.reference.clone());
                }
                self.reference.apply(fact);
            }
            Family::Session
            | Family::Leave
            | Family::Undertaking
            | Family::Office
            | Family::Area
            | Family::Delegate
            | Family::Obligation
            | Family::Appraisal
            | Family::Other => {}
        }
        Ok(())
    }

    async fn changes(&mut self, written: &Written, log: &Log) -> Result<Changes, Failure> {
        let settled = self.settled_before(log, written.folded).await?;
        let settled = self.counters.settle(settled);
        if self.reference_written.is_some() {
            self.count_open_again(written, log).await?;
            self.reference_written = None;
        }
        let (opened, ended) = self.count_touched();
        let counted = self.counters.take();
        self.written = written.folded;
        Ok(Box::new(move |rows| {
            if let Some(before) = settled {
                counters::settle(rows, before)?;
            }
            rows.insert(&OPEN, &opened, |binds, (place, id)| {
                binds.number(*place).id(*id);
            })?;
            for place in ended {
                rows.delete(&OPEN, "place = $1", &[bigint(place).into()])?;
            }
            counted.write(rows)
        }))
    }

    fn memory(&self) -> usize {
        self.issues.len() * ISSUE_BYTES
            + self.major_issues.len() * MAJOR_ISSUE_BYTES
            + self.receptions.len() * RECEPTION_BYTES
    }
}
