//! What reference data moves beside the streams of subjects: whose rows are to be derived again, or may be.

use super::row::{SUBJECT_COLUMNS, read_subject};
use crate::engine::columns::Value;
use crate::engine::decode::Fact;
use crate::engine::sqlite::{Sql, SqlError};
use chrono::{Days, NaiveDate};
use domain::area::AreaEvent;
use domain::calendar::CalendarEvent;
use domain::clock::{Subject, Timeline};
use domain::delegate::DelegateEvent;
use domain::event::Event;
use domain::ids::{AreaId, DelegateId};
use std::collections::BTreeSet;

/// Days around a year on which something of it may be counted: more than any claim, record or notice is counted over.
const AROUND_DAYS: u64 = 92;

/// What moved since the last write.
#[derive(Default)]
pub(super) struct Wide {
    /// The first policy with a clock was adopted.
    pub begins: bool,
    /// Policies were adopted, of which the earliest decides from this day on.
    policies_from: Option<NaiveDate>,
    /// Calendars of these years.
    years: BTreeSet<i32>,
    /// Offices or units of these grids, or they are new.
    grids: BTreeSet<AreaId>,
    /// The town was defined: nothing that is of the whole town could be in a row before.
    pub town: bool,
    /// These came, were given a mandate, or left: their years.
    pub people: BTreeSet<DelegateId>,
    /// Something that may leave any grid without a convener.
    all_grids: bool,
    /// Somebody left.
    departed: bool,
    /// Leaves or mandates of these: what they have on rotas.
    pub on_rota: BTreeSet<DelegateId>,
}

impl Wide {
    /// Takes a leaf of reference data that the timeline has taken; `ran` is whether there was a clock before it.
    pub(super) fn take(&mut self, fact: &Fact, timeline: &Timeline, ran: bool) {
        if !timeline.clock_runs() {
            return;
        }
        if !ran {
            (self.begins, self.all_grids) = (true, true);
        }
        match &fact.event {
            Event::Policy(_) => {
                let newest = timeline.rules().and_then(|rules| rules.policies.newest());
                let from = newest.map_or(NaiveDate::MIN, |policy| policy.effective_from);
                self.policies_from = Some(self.policies_from.map_or(from, |known| known.min(from)));
                self.all_grids = true;
            }
            Event::Calendar(CalendarEvent::Published(year) | CalendarEvent::Amended(year)) => {
                self.years.insert(year.year);
                self.all_grids = true;
            }
            Event::Area(event) => match event {
                AreaEvent::TownDefined(_) => (self.all_grids, self.town) = (true, true),
                AreaEvent::GridDefined(_)
                | AreaEvent::UnitDefined(_)
                | AreaEvent::ConvenerAppointed(_)
                | AreaEvent::LiaisonAppointed(_)
                | AreaEvent::ConvenerEnded(_)
                | AreaEvent::LiaisonEnded(_) => {
                    let grid = fact.stream.uuid().and_then(|id| timeline.grid_of(AreaId(id)));
                    self.grids.extend(grid);
                }
                AreaEvent::Renamed(_) | AreaEvent::VenueSet(_) => {}
            },
            Event::Delegate(event) => match event {
                DelegateEvent::MandateGiven(_) | DelegateEvent::Departed(_) => {
                    self.all_grids = true;
                    self.departed |= matches!(event, DelegateEvent::Departed(_));
                    self.on_rota.extend(fact.stream.uuid().map(DelegateId));
                    self.people.extend(fact.stream.uuid().map(DelegateId));
                }
                DelegateEvent::Registered(_) => self.people.extend(fact.stream.uuid().map(DelegateId)),
                DelegateEvent::Renamed(_) | DelegateEvent::Assigned(_) | DelegateEvent::AssignmentEnded(_) => {}
            },
            Event::Log(_)
            | Event::Account(_)
            | Event::Access(_)
            | Event::Proposal(_)
            | Event::Programme(_)
            | Event::Office(_)
            | Event::Roster(_)
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
            | Event::File(_)
            | Event::Erasure(_)
            | Event::LegalHold(_)
            | Event::PersonalData(_)
            | Event::LogOpening(_) => {}
        }
    }

    /// Grids to look at again.
    pub(super) fn grids(&self, timeline: &Timeline) -> impl Iterator<Item = AreaId> {
        let all: Vec<AreaId> = if self.all_grids { timeline.grids().collect() } else { Vec::new() };
        all.into_iter().chain(self.grids.iter().copied())
    }

    /// Grids whose own facts moved.
    pub(super) fn moved_grids(&self) -> impl Iterator<Item = AreaId> {
        self.grids.iter().copied()
    }

    /// Whether rows have to be asked.
    pub(super) fn asks(&self) -> bool {
        let Self { begins: _, policies_from, years, grids, all_grids: _, departed, on_rota, town: _, people: _ } = self;
        policies_from.is_some() || !years.is_empty() || !grids.is_empty() || *departed || !on_rota.is_empty()
    }

    /// Other subjects to look at again, by the rows as they were written.
    pub(super) fn subjects(&self, sql: &Sql, obligations: &str, subjects: &str) -> Result<Vec<Subject>, SqlError> {
        let mut all = Vec::new();
        let mut ask = |from: &str, condition: &str, values: &[Value<'_>]| {
            let question = format!("select {SUBJECT_COLUMNS} from {from} where {condition}");
            all.extend(sql.rows(&question, values, read_subject)?);
            Ok::<(), SqlError>(())
        };
        if self.departed || self.policies_from.is_some() || !self.years.is_empty() {
            ask(subjects, "subject_family = 'issue'", &[])?;
        }
        if let Some(from) = self.policies_from {
            // These are judged by the policy of a day: of the session, or of the first of a quarter.
            let of_day = "(subject_family in ('session', 'major_issue') or period != '') and until_day >= $1";
            ask(subjects, of_day, &[from.into()])?;
        }
        if !self.years.is_empty() {
            // Quarters of what is open are foreseen from the newest recording.
            ask(subjects, "subject_family = 'major_issue' and until_day = $1", &[NaiveDate::MAX.into()])?;
        }
        for year in &self.years {
            let (Some(first), Some(last)) =
                (NaiveDate::from_ymd_opt(*year, 1, 1), NaiveDate::from_ymd_opt(*year, 12, 31))
            else {
                continue;
            };
            let days = [(first - Days::new(AROUND_DAYS)).into(), (last + Days::new(AROUND_DAYS)).into()];
            // Issues were asked for already; of a grid all is looked at anew.
            // SQLite numbers values by where they are named first.
            let around =
                "(subject_family not in ('issue', 'area') or period != '') and until_day >= $1 and on_day <= $2";
            ask(subjects, around, &days)?;
            ask(obligations, "code = 19 and due_on between $1 and $2", &days)?;
        }
        for grid in &self.grids {
            ask(subjects, "grid_id = $1", &[grid.0.into()])?;
            ask(obligations, "code = 19 and grid_id = $1", &[grid.0.into()])?;
        }
        for who in &self.on_rota {
            ask(obligations, "code = 3 and owed_by_id = $1", &[who.0.into()])?;
        }
        Ok(all)
    }
}
