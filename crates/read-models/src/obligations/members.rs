//! What counts for a year of a grid or for a major issue: activities, meetings and typical cases are subjects of no row of
//! their own stream there, so a table names them by grid and year. Of one that moved, all years for which it ever counted
//! are derived anew, and so are the major issues that may have come before it.

use super::row::{MEMBERS, MemberRow, SUBJECTS};
use super::streams::replayed;
use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use crate::engine::projection::Written;
use crate::engine::replay::Log;
use crate::engine::sqlite::{Sql, SqlError, misread};
use chrono::{Datelike as _, NaiveDate};
use chrono_tz::Tz;
use domain::Stamp;
use domain::clock::{
    Candidate, Events, Member, Members, Subject, Years, years_of_activity, years_of_case, years_of_major_issue,
    years_of_meeting,
};
use domain::event::Event;
use domain::ids::{ActivityId, AreaId, MeetingId, TypicalCaseId};
use domain::major_issue::MajorIssueEvent;
use event_store::{Position, StreamId};
use std::collections::{BTreeMap, BTreeSet};

/// The member that a fact of an undertaking is of; nothing for a family that counts for no other.
pub(super) fn member(fact: &Fact) -> Result<Option<Member>, Failure> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "of these families alone")]
    Ok(match &fact.event {
        Event::Activity(_) => Some(Member::Activity(ActivityId(fact.uuid()?))),
        Event::Meeting(_) => Some(Member::Meeting(MeetingId(fact.uuid()?))),
        Event::TypicalCase(_) => Some(Member::TypicalCase(TypicalCaseId(fact.uuid()?))),
        _ => None,
    })
}

/// What counts for a grid, year by year.
type OfGrid = BTreeSet<(i32, Member)>;

/// Which members there are, and their streams as far as they were read for one write.
pub(super) struct Counting {
    zone: Tz,
    /// Everything that moved since the last write.
    pub moved: BTreeSet<Member>,
    /// Rows for those.
    new: Vec<MemberRow>,
    grids: BTreeMap<AreaId, OfGrid>,
    streams: Members,
}

impl Counting {
    pub(super) fn new(zone: Tz) -> Self {
        Self { zone, moved: BTreeSet::new(), new: Vec::new(), grids: BTreeMap::new(), streams: Members::default() }
    }

    /// Looks up for which years everything that moved ever counted, before a position, and says so.
    pub(super) async fn follow(&mut self, before: Position, log: &Log) -> Result<Vec<(Member, Years)>, Failure> {
        let mut all = Vec::new();
        for member in std::mem::take(&mut self.moved) {
            self.read(member, before, log).await?;
            let (years, place) = match member {
                Member::Activity(id) => of(self.streams.activities.get(&id), self.zone, years_of_activity),
                Member::Meeting(id) => of(self.streams.meetings.get(&id), self.zone, years_of_meeting),
                Member::TypicalCase(id) => of(self.streams.cases.get(&id), self.zone, years_of_case),
            };
            self.new.extend(years.iter().map(|(grid_id, year)| MemberRow {
                grid_id: *grid_id,
                year: *year,
                member,
                place,
            }));
            all.push((member, years));
        }
        Ok(all)
    }

    /// What counts for a year of a grid.
    pub(super) async fn of_year(
        &mut self,
        (grid, year): (AreaId, i32),
        before: Position,
        (written, log): (&Written, &Log),
    ) -> Result<Members, Failure> {
        self.of_grid(grid, written).await?;
        let of_year: Vec<Member> = self.named(grid).filter(|(of, _)| *of == year).map(|(_, member)| member).collect();
        self.members(of_year, before, log).await
    }

    /// The meetings that may count for a major issue.
    pub(super) async fn of_major_issue(
        &mut self,
        grid: AreaId,
        events: &[(MajorIssueEvent, Stamp)],
        before: Position,
        (written, log): (&Written, &Log),
    ) -> Result<Members, Failure> {
        let Some(years) = years_of_major_issue(events, self.zone) else { return Ok(Members::default()) };
        self.of_grid(grid, written).await?;
        let meetings = self.named(grid).filter(|(year, member)| years.contains(year) && is_meeting(*member));
        // One that was corrected from one year to another is of both.
        let meetings: BTreeSet<Member> = meetings.map(|(_, member)| member).collect();
        self.members(meetings, before, log).await
    }

    /// The rows of what moved, to be written; what was read is forgotten.
    pub(super) fn take(&mut self) -> Vec<MemberRow> {
        self.grids.clear();
        self.streams = Members::default();
        std::mem::take(&mut self.new)
    }

    fn named(&self, grid: AreaId) -> impl Iterator<Item = (i32, Member)> {
        self.grids.get(&grid).into_iter().flatten().copied()
    }

    async fn of_grid(&mut self, grid: AreaId, written: &Written) -> Result<(), Failure> {
        if self.grids.contains_key(&grid) {
            return Ok(());
        }
        let names = written.name(&MEMBERS);
        let mut all = written.read(move |sql| of_grid(sql, &names, grid)).await?;
        all.extend(self.new.iter().filter(|row| row.grid_id == grid).map(|row| (row.year, row.member)));
        self.grids.insert(grid, all);
        Ok(())
    }

    async fn members(
        &mut self,
        named: impl IntoIterator<Item = Member>,
        before: Position,
        log: &Log,
    ) -> Result<Members, Failure> {
        let mut members = Members::default();
        for member in named {
            self.read(member, before, log).await?;
            match member {
                Member::Activity(id) => same(&self.streams.activities, &mut members.activities, id),
                Member::Meeting(id) => same(&self.streams.meetings, &mut members.meetings, id),
                Member::TypicalCase(id) => same(&self.streams.cases, &mut members.cases, id),
            }
        }
        Ok(members)
    }

    /// Reads the stream of one, once for a write.
    async fn read(&mut self, member: Member, before: Position, log: &Log) -> Result<(), Failure> {
        let stream = StreamId::of(member.family(), member.id());
        let Members { activities, meetings, cases } = &mut self.streams;
        match member {
            Member::Activity(id) if !activities.contains_key(&id) => {
                let of = |event: &Event| if let Event::Activity(event) = event { Some(event.clone()) } else { None };
                activities.insert(id, replayed(&stream, before, log, of).await?);
            }
            Member::Meeting(id) if !meetings.contains_key(&id) => {
                let of = |event: &Event| if let Event::Meeting(event) = event { Some(event.clone()) } else { None };
                meetings.insert(id, replayed(&stream, before, log, of).await?);
            }
            Member::TypicalCase(id) if !cases.contains_key(&id) => {
                let of = |event: &Event| if let Event::TypicalCase(event) = event { Some(event.clone()) } else { None };
                cases.insert(id, replayed(&stream, before, log, of).await?);
            }
            Member::Activity(_) | Member::Meeting(_) | Member::TypicalCase(_) => {}
        }
        Ok(())
    }
}

const fn is_meeting(member: Member) -> bool {
    matches!(member, Member::Meeting(_))
}

/// The years of a stream, and the position that it begins at.
fn of<E>(events: Option<&Events<E>>, zone: Tz, years: fn(&[(E, Stamp)], Tz) -> Years) -> (Years, u64) {
    let events = events.map_or(&[][..], Vec::as_slice);
    (years(events, zone), events.first().map_or(0, |(_, at)| at.position))
}

fn same<K: Ord + Copy, E: Clone>(from: &BTreeMap<K, Events<E>>, to: &mut BTreeMap<K, Events<E>>, id: K) {
    if let Some(events) = from.get(&id) {
        to.insert(id, events.clone());
    }
}

fn of_grid(sql: &Sql, members: &str, grid: AreaId) -> Result<OfGrid, SqlError> {
    let of = format!("select year, member_family, member_id from {members} where grid_id = $1");
    let rows = sql.rows(&of, &[grid.0.into()], |columns| {
        let year = i32::try_from(columns.whole()?).map_err(|_| misread("no year"))?;
        let family = columns.text()?;
        let id = columns.id()?;
        let member = Member::of(family, id).ok_or_else(|| misread(family))?;
        Ok((year, member))
    });
    Ok(rows?.into_iter().collect())
}

/// A subject with everything that may count for it, as the rows that are read tell. Of a major issue these are all meetings of
/// its grid since the year that it began in.
pub(crate) fn candidate(sql: &Sql, subject: Subject) -> Result<Candidate, SqlError> {
    let members = match subject {
        Subject::GridYear(grid, year) => {
            let all = of_grid(sql, MEMBERS.name, grid)?;
            all.into_iter().filter(|(of, _)| *of == year).map(|(_, member)| member).collect()
        }
        Subject::MajorIssue(id) => {
            let began = format!(
                "select grid_id, on_day from {} where subject_family = 'major_issue' and subject_id = $1",
                SUBJECTS.name
            );
            let began = sql.row(&began, &[id.0.into()], |columns| Ok((AreaId(columns.id()?), columns.date()?)))?;
            match began {
                Some((grid, on)) => meetings_since(of_grid(sql, MEMBERS.name, grid)?, on),
                None => Vec::new(),
            }
        }
        Subject::Session(_)
        | Subject::Issue(_)
        | Subject::Grid(_)
        | Subject::Deed(_)
        | Subject::Study(_)
        | Subject::Appointment(_)
        | Subject::Activity(_)
        | Subject::DelegateYear(..) => Vec::new(),
    };
    Ok(Candidate { subject, members })
}

/// The acceptance of a major issue counts from when it is said to have been, which is before it was recorded.
fn meetings_since(all: OfGrid, on: NaiveDate) -> Vec<Member> {
    let since = all.into_iter().filter(|(year, member)| on.year() - 1 <= *year && is_meeting(*member));
    since.map(|(_, member)| member).collect::<BTreeSet<_>>().into_iter().collect()
}
