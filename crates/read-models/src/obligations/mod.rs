//! The obligations: one row each, for lists, sums and clauses, and beside them what the clock waits for. A subject's rows
//! are derived anew, by the same pure function as the run of the clock ([`domain::clock::Recorded`]), whenever one of its
//! streams moves, or reference data that it leans on. Where no policy has a clock nothing is derived.

mod members;
mod query;
mod question;
mod reading;
mod row;
mod streams;
mod sums;
#[cfg(test)]
mod tests;
mod wide;
mod years;

pub use query::{ObligationQuery, ObligationSort};
pub(crate) use query::{WITHIN, each, list};
pub use question::{ClockState, DueSubjects};
pub(crate) use question::{clock, counting_for, due_subjects, obligation};
pub use row::ObligationRow;
pub use sums::{ObligationRange, ObligationSum, ObligationSums};
pub(crate) use sums::{on_rota, sums};

use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::{Changes, Definition, Family, LogEntry, Projection, Rows, Written};
use crate::engine::replay::Log;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::clock::{Member, ObligationEvent, Subject, Timeline};
use domain::event::Event;
use domain::ids::{AreaId, DelegateId, IssueId, MajorIssueId, ObligationId, ReceptionId, SessionId};
use domain::reception::ReceptionEvent;
use event_store::Position;
use foldhash::HashSet;
use members::member;
use reading::{RECENT_PASTS, RECENT_STREAMS, Reading, record_of, thing};
use row::{MEMBERS, MemberRow, OBLIGATIONS, SUBJECT_COLUMNS, SUBJECTS, SubjectRow};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use wide::Wide;
use years::KnownYears;

/// The model.
pub(crate) const DEFINITION: Definition = Definition {
    name: "obligations",
    version: 5,
    families: &[
        Family::Reference,
        Family::Area,
        Family::Delegate,
        Family::Office,
        Family::Undertaking,
        Family::Reception,
        Family::Issue,
        Family::MajorIssue,
        Family::Session,
        Family::Leave,
        Family::Obligation,
        Family::Appraisal,
    ],
    schema: include_str!("../../migrations/obligations.sql"),
    tables: &[OBLIGATIONS, SUBJECTS, MEMBERS],
    views: || vec![OBLIGATIONS.shown("obligations", "")],
    indexes: include_str!("../../migrations/obligations.indexes.sql"),
    memory_max: 2 * RECENT_STREAMS * STREAM_BYTES + 2 * RECENT_PASTS * PAST_BYTES,
    make: |zone: Tz| Box::new(Obligations::new(zone)),
};

/// About how many bytes one of them takes.
const STREAM_BYTES: usize = 2_560;
/// About how many bytes the past of a year takes.
const PAST_BYTES: usize = 8_192;

/// Reference families, as far as obligations lean on them.
const TIMELINE: [&str; 5] = ["policy", "calendar", "area", "delegate", "office"];
/// Events of a family read at once.
const PAGE: usize = 256;

struct Obligations {
    zone: Tz,
    timeline: Timeline,
    wide: Wide,
    years: KnownYears,
    reading: Reading,
    /// Things and years of delegates that moved since the last write. Few move again soon, so none are kept.
    things: BTreeSet<Subject>,
    /// Subjects whose obligations were found something of, or of which somebody spoke.
    found: BTreeSet<Subject>,
    /// Obligations of which somebody said something: whose they are the rows know.
    spoken: Vec<ObligationId>,
    /// When the newest leaf was recorded.
    by: DateTime<Utc>,
    /// Everything up to here is in the rows.
    written: Position,
}

/// What is to be written of a subject.
struct Share {
    place: u64,
    of: Subject,
    is_new: bool,
    rows: Vec<ObligationRow>,
    subject: Option<SubjectRow>,
}

impl Obligations {
    fn new(zone: Tz) -> Self {
        Self {
            zone,
            timeline: Timeline::default(),
            wide: Wide::default(),
            years: KnownYears::default(),
            reading: Reading::new(zone),
            things: BTreeSet::new(),
            found: BTreeSet::new(),
            spoken: Vec::new(),
            by: DateTime::<Utc>::MIN_UTC,
            written: Position(0),
        }
    }

    fn take_reference(&mut self, fact: &Fact) {
        let ran = self.timeline.clock_runs();
        self.timeline.take(fact.stream.uuid(), &fact.event, &fact.stamp);
        self.wide.take(fact, &self.timeline, ran);
    }

    /// Everything whose rows are to be derived again.
    async fn subjects(&mut self, written: &Written, log: &Log) -> Result<BTreeSet<Subject>, Failure> {
        let mut all = std::mem::take(&mut self.found);
        all.append(&mut self.things);
        all.extend(self.reading.sessions.moved().map(|id| Subject::Session(SessionId(id))));
        all.extend(self.reading.issues.moved().map(|id| Subject::Issue(IssueId(id))));
        let wide = std::mem::take(&mut self.wide);
        if wide.begins {
            let sessions = streams_of("session", written.folded, log).await?;
            all.extend(sessions.into_iter().map(|id| Subject::Session(SessionId(id))));
            let major_issues = streams_of("major_issue", written.folded, log).await?;
            all.extend(major_issues.into_iter().map(|id| Subject::MajorIssue(MajorIssueId(id))));
        }
        all.extend(wide.grids(&self.timeline).map(Subject::Grid));
        let met = self.years(&wide, &mut all, written, log).await?;
        let spoken = std::mem::take(&mut self.spoken);
        if !wide.asks() && spoken.is_empty() && met.is_empty() {
            return Ok(all);
        }
        let names = written.name(&OBLIGATIONS);
        let subjects = written.name(&SUBJECTS);
        let also = written.read(move |sql| {
            let mut also = wide.subjects(sql, &names, &subjects)?;
            let before = "subject_family = 'major_issue' and grid_id = $1 and until_day >= $2";
            let before = format!("select {SUBJECT_COLUMNS} from {subjects} where {before}");
            for (grid, on) in met {
                also.extend(sql.rows(&before, &[grid.0.into(), on.into()], row::read_subject)?);
            }
            let one = format!("select {SUBJECT_COLUMNS} from {names} where obligation_id = $1");
            for id in spoken {
                also.extend(sql.rows(&one, &[id.0.into()], row::read_subject)?);
            }
            Ok(also)
        });
        all.extend(also.await?);
        Ok(all)
    }

    /// Adds the years whose rows are to be derived again, and tells of the meetings that moved: of which grid, and from which
    /// day on major issues may have come before them. What counts is looked up, whether there is a clock or not.
    async fn years(
        &mut self,
        wide: &Wide,
        all: &mut BTreeSet<Subject>,
        written: &Written,
        log: &Log,
    ) -> Result<BTreeSet<(AreaId, NaiveDate)>, Failure> {
        let mut met = BTreeSet::new();
        let next = Position(written.folded.0 + 1);
        let moved = self.reading.counting.follow(next, log).await?;
        if !self.timeline.clock_runs() {
            return Ok(met);
        }
        let (known, years) = self.years.follow(&self.timeline, (self.by, self.zone), written).await?;
        let is_owed = |year: i32| years.as_ref().is_some_and(|years| years.contains(&year));
        for (member, of) in moved {
            all.extend(
                of.iter().filter(|(_, year)| is_owed(*year)).map(|(grid, year)| Subject::GridYear(*grid, *year)),
            );
            let first = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN);
            let meetings = of.into_iter().filter(|_| matches!(member, Member::Meeting(_)));
            met.extend(meetings.map(|(grid, year)| (grid, first(year))));
        }
        // A report may be of a year of which nothing is owed.
        all.retain(|subject| !matches!(subject, Subject::DelegateYear(_, year) if !is_owed(*year)));
        let is_new = |year: i32| wide.town || known.as_ref().is_none_or(|known| !known.contains(&year));
        for year in years.into_iter().flatten() {
            if is_new(year) {
                all.extend(self.timeline.grids().map(|grid| Subject::GridYear(grid, year)));
                all.extend(self.timeline.delegates().map(|who| Subject::DelegateYear(who, year)));
            } else {
                all.extend(wide.moved_grids().map(|grid| Subject::GridYear(grid, year)));
                all.extend(wide.people.iter().map(|who| Subject::DelegateYear(*who, year)));
            }
        }
        Ok(met)
    }

    /// A subject's rows, by the leaves before a position.
    async fn share(
        &mut self,
        subject: Subject,
        before: Position,
        (written, log): (&Written, &Log),
    ) -> Result<Option<Share>, Failure> {
        let (recorded, mut past) = self.reading.recorded(subject, before, (written, log)).await?;
        let grid_id = recorded.grid_id().or(self.timeline.town());
        let (Some(place), Some(grid_id)) = (recorded.place(&self.timeline), grid_id) else { return Ok(None) };
        let mut outlook = recorded.outlook_after(&mut past, &self.timeline, &BTreeMap::new(), self.by);
        // What is recorded of an obligation lets interim dates be foreseen further, and of those more may be recorded.
        let mut asked = BTreeSet::new();
        let mut records = BTreeMap::new();
        loop {
            let known = records.len();
            for id in outlook.spoken_of.iter().filter(|id| asked.insert(**id)) {
                let record = record_of(*id, before, log).await?;
                if record.version > 0 {
                    records.insert(*id, record);
                }
            }
            if records.len() == known {
                break;
            }
            outlook = recorded.outlook_after(&mut past, &self.timeline, &records, self.by);
        }
        let moves = match subject {
            // A calendar may say otherwise from which day something counted that was done long ago.
            Subject::Session(_)
            | Subject::Deed(_)
            | Subject::Study(_)
            | Subject::Appointment(_)
            | Subject::Activity(_)
            | Subject::MajorIssue(_)
            | Subject::GridYear(..)
            | Subject::DelegateYear(..) => true,
            Subject::Issue(_) | Subject::Grid(_) => !outlook.settled,
        };
        let days = recorded.days(&self.timeline, &outlook.entries).filter(|_| moves);
        let next_at = outlook.next_at;
        let subject_row = days.map(|days| SubjectRow { place, subject, grid_id, days, next_at });
        let rows = outlook.entries.into_iter().map(|entry| ObligationRow { place, subject, entry }).collect();
        self.reading.keep(recorded, past);
        Ok(Some(Share { place, of: subject, is_new: place > self.written.0, rows, subject: subject_row }))
    }
}

/// Every stream of a family that began by a position.
async fn streams_of(family: &str, until: Position, log: &Log) -> Result<HashSet<Uuid>, Failure> {
    let (mut all, mut after) = (HashSet::default(), Position(0));
    loop {
        let page = log.store.read_family(family, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = last.position;
        let known = page.into_iter().take_while(|recorded| recorded.position <= until).map(LogEntry::of);
        for entry in known {
            all.insert(entry.fact()?.uuid()?);
        }
        if after >= until {
            return Ok(all);
        }
    }
}

#[async_trait]
impl Projection for Obligations {
    async fn prepare(&mut self, log: &Log, position: Position) -> Result<(), Failure> {
        let mut all = Vec::new();
        for family in TIMELINE {
            let mut after = Position(0);
            loop {
                let page = log.store.read_family(family, after, PAGE).await?;
                let Some(last) = page.last() else { break };
                after = last.position;
                all.extend(page.into_iter().take_while(|recorded| recorded.position <= position).map(LogEntry::of));
                if after >= position {
                    break;
                }
            }
        }
        all.sort_unstable_by_key(LogEntry::position);
        for entry in &all {
            let fact = entry.fact()?;
            self.timeline.take(fact.stream.uuid(), &fact.event, &fact.stamp);
        }
        self.written = position;
        Ok(())
    }

    async fn fold(&mut self, event: &LogEntry, log: &Log) -> Result<(), Failure> {
        let family = event.family();
        let is_reference = matches!(family, Family::Reference | Family::Area | Family::Delegate | Family::Office);
        if family == Family::Undertaking {
            self.reading.counting.moved.extend(member(event.fact()?)?);
        }
        if !is_reference && !self.timeline.clock_runs() {
            return Ok(());
        }
        let fact = event.fact()?;
        self.by = self.by.max(fact.stamp.recorded_at);
        match family {
            Family::Reference | Family::Area | Family::Delegate | Family::Office => self.take_reference(fact),
            Family::Undertaking => self.things.extend(thing(fact)?),
            Family::Session => self.reading.sessions.take(event, log).await?,
            Family::Issue => self.reading.issues.take(event, log).await?,
            Family::Leave => {
                self.wide.on_rota.insert(DelegateId(fact.uuid()?));
            }
            Family::Reception => {
                if let Event::Reception(ReceptionEvent::Recorded(recorded)) = &fact.event {
                    self.reading.held_in.insert(ReceptionId(fact.uuid()?), recorded.session_id);
                }
            }
            Family::Obligation => {
                let Event::Obligation(event) = &fact.event else { return Err(fact.misplaced()) };
                match event {
                    ObligationEvent::Breached(_) | ObligationEvent::TierReached(_) => {
                        let about = event.key().and_then(|key| Subject::of_key(&key));
                        self.found.insert(about.ok_or_else(|| fact.misplaced())?);
                    }
                    ObligationEvent::Explained(_) | ObligationEvent::ExplanationDecided(_) => {
                        self.spoken.push(ObligationId(fact.uuid()?));
                    }
                }
            }
            Family::MajorIssue => {
                self.things.insert(Subject::MajorIssue(MajorIssueId(fact.uuid()?)));
            }
            Family::Appraisal => {
                let Event::Appraisal(event) = &fact.event else { return Err(fact.misplaced()) };
                self.things.extend(event.of_delegate().map(|(who, year)| Subject::DelegateYear(who, year)));
            }
            Family::Other => {}
        }
        Ok(())
    }

    async fn changes(&mut self, written: &Written, log: &Log) -> Result<Changes, Failure> {
        let subjects = self.subjects(written, log).await?;
        let next = Position(written.folded.0 + 1);
        let mut shares = Vec::with_capacity(subjects.len());
        for subject in subjects {
            shares.extend(self.share(subject, next, (written, log)).await?);
        }
        self.reading.held_in.clear();
        let members = self.reading.counting.take();
        self.written = written.folded;
        // In the order of the key, which is that of time: neighbours share pages.
        shares.sort_unstable_by_key(|share| share.place);
        Ok(Box::new(move |rows| write(rows, shares, &members)))
    }

    fn memory(&self) -> usize {
        (self.reading.sessions.len() + self.reading.issues.len()) * STREAM_BYTES + self.reading.pasts.len() * PAST_BYTES
    }
}

fn write(rows: &mut Rows<'_>, shares: Vec<Share>, members: &[MemberRow]) -> Result<(), Failure> {
    let known = format!("select {SUBJECT_COLUMNS}, obligation_id from {} where place = $1", rows.name(&OBLIGATIONS));
    let (mut new, mut changed, mut subjects) = (Vec::new(), Vec::new(), Vec::new());
    for Share { place, of, is_new, rows: obligations, subject } in shares {
        if is_new {
            new.extend(obligations);
        } else {
            let place_of = crate::engine::columns::bigint(place);
            // Of a grid or a delegate each year has rows of its own.
            let known = rows.sql().rows(&known, &[place_of.into()], |row| Ok((row::read_subject(row)?, row.id()?)))?;
            for (_, id) in known.into_iter().filter(|(subject, _)| *subject == of) {
                if !obligations.iter().any(|row| row.entry.id.0 == id) {
                    rows.delete(&OBLIGATIONS, "place = $1 and obligation_id = $2", &[place_of.into(), id.into()])?;
                }
            }
            changed.extend(obligations);
            if subject.is_none() {
                let period = of.year().map_or_else(String::new, |year| year.to_string());
                rows.delete(&SUBJECTS, "place = $1 and period = $2", &[place_of.into(), period.into()])?;
            }
        }
        subjects.extend(subject);
    }
    rows.insert(&OBLIGATIONS, &new, ObligationRow::bind)?;
    rows.upsert(&OBLIGATIONS, &changed, ObligationRow::bind)?;
    rows.upsert(&MEMBERS, members, MemberRow::bind)?;
    rows.upsert(&SUBJECTS, &subjects, SubjectRow::bind)
}
