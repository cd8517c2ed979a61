//! The document of a policy version, section by section: `data/policy-default.json` is one. Which values are sane is
//! for `adopt.rs`, and what they mean is for the decisions that count with them.

use super::events::NEWEST_SCHEMA;
use super::forms::{self, ClockTime, MonthDay};
use super::issues::{
    Answer, Escalation, Feedback, Handling, Handover, LatenessRule, Reopening, Supervision, Suspension,
};
use super::sections::{Clock, Commitment, Consultation, Retention, Rota, Session, Symposium, ThemeActivity};
use crate::vocabulary::{Grade, UnitKind};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One version of the policy, as adopted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What it is called.
    pub name: String,
    /// First day for which it decides.
    pub effective_from: NaiveDate,
    /// Time zone whose dates are the town's dates.
    #[serde(with = "forms::time_zone")]
    pub time_zone: Tz,
    /// Service days (C-2).
    pub service_day: ServiceDay,
    /// Who must sit in a session (C-4.1).
    pub composition: Composition,
    /// The fair proposal of a rota (C-4.1).
    pub rota: Rota,
    /// How a session is judged (C-4.1).
    pub session: Session,
    /// Public notices of sessions (C-5.2).
    pub notice: Notice,
    /// Keeping the record (C-4.1).
    pub record: Record,
    /// Visits by appointment (C-3.1).
    pub appointment: Appointment,
    /// Answers and their due dates (C-4.4).
    pub answer: Answer,
    /// Escalation (C-3.6).
    pub escalation: Escalation,
    /// Handling of major issues (C-3.6).
    pub handling: Handling,
    /// Suspension of clocks (C-4.4).
    pub suspension: Suspension,
    /// When an issue is called late (C-4.4).
    pub lateness: LatenessRule,
    /// Reminders, supervision, circulars (C-4.4).
    pub supervision: Supervision,
    /// Feedback of visitors (C-3.6).
    pub feedback: Feedback,
    /// Reopening (C-3.6).
    pub reopening: Reopening,
    /// Handover of responsibility (C-4.4).
    pub handover: Handover,
    /// Conveners and liaisons (C-5.1).
    pub offices: Offices,
    /// Activities, meetings, reports (C-4.2, C-4.3a, C-4.3b, C-3.5).
    pub cadence: Cadence,
    /// Democratic consultation (C-3.3).
    pub consultation: Consultation,
    /// Theme activities (C-4.2).
    pub theme_activity: ThemeActivity,
    /// Symposia (C-4.3b).
    pub symposium: Symposium,
    /// Commitments of planned answers (C-3.6).
    pub commitment: Commitment,
    /// The annual review (C-5.2).
    pub review: Review,
    /// The clock over obligations.
    pub clock: Clock,
    /// How long personal data is kept; what does not say so is read with the values of `data/policy-since-4.json`.
    #[serde(default)]
    pub retention: Retention,
    /// Topics of issues, in the order they are shown.
    pub topics: Vec<Topic>,
    /// Where in the log it was adopted; not part of the document.
    #[serde(skip)]
    pub(super) position: u64,
    /// When it was adopted; not part of the document.
    #[serde(skip)]
    pub(super) adopted_at: DateTime<Utc>,
    /// The time zone of the log, which is that of its first version; not part of the document.
    #[serde(skip)]
    pub(super) town: Option<Tz>,
    /// The schema that it was adopted in; not part of the document.
    #[serde(skip, default = "newest_schema")]
    pub(super) schema: u32,
}

const fn newest_schema() -> u32 {
    NEWEST_SCHEMA
}

impl Policy {
    /// Whether the clock runs under it: under a version of schema 1, which says nothing of a clock, it does nothing.
    pub const fn clock_runs(&self) -> bool {
        self.clock_knows(2)
    }

    /// Whether its clock knows the obligations that a schema brought: what the program learned after a version was adopted is
    /// looked at from the next version on that the town adopts.
    pub const fn clock_knows(&self, schema: u32) -> bool {
        self.schema >= schema
    }

    /// Whether personal data is erased under it by the clock: the town adopted it with its `retention`, which schema 4 added.
    pub const fn erases_by_the_clock(&self) -> bool {
        self.schema >= 4
    }

    /// Position of the event that adopted it; 0 for a document that is not adopted.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The town's time zone: the first version's for the life of the log, so that a day that was counted once stays that
    /// day.
    pub fn time_zone(&self) -> Tz {
        self.town.unwrap_or(self.time_zone)
    }

    /// The town's date at an instant.
    pub fn town_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.time_zone()).date_naive()
    }

    /// The first instant of a day of the town.
    pub fn day_begins(&self, on: NaiveDate) -> DateTime<Utc> {
        self.instant(on.and_time(NaiveTime::MIN))
    }

    /// The instant at which a day of the town is over: the first of the next one.
    pub fn day_ends(&self, on: NaiveDate) -> DateTime<Utc> {
        self.day_begins(on.succ_opt().unwrap_or(on))
    }

    /// A time of day of the town.
    pub fn time_on(&self, on: NaiveDate, at: ClockTime) -> DateTime<Utc> {
        self.instant(on.and_time(at.0))
    }

    /// Where a change of the clocks leaves an hour out or has it twice, the first instant that fits.
    fn instant(&self, at: NaiveDateTime) -> DateTime<Utc> {
        let earliest = self.time_zone().from_local_datetime(&at).earliest();
        earliest.map_or_else(|| at.and_utc(), |at| at.to_utc())
    }

    /// The topic of a code.
    pub fn topic(&self, code: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.code == code)
    }
}

/// When delegates receive (C-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceDay {
    /// Day of the week.
    pub weekday: Weekday,
    /// From this time of day.
    pub from: ClockTime,
    /// To this time of day.
    pub to: ClockTime,
    /// Least time that the delegates required must sit together, in minutes.
    pub presence_overlap_minutes: u32,
    /// What becomes of a service day that is not a working day.
    pub holiday_rule: HolidayRule,
    /// Whether a service day may be moved to a make-up working day.
    pub allow_make_up_day: bool,
    /// Calendar days from its ordinary day by which a session may be moved by hand, at most.
    pub move_days_max: u32,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// 星期一
    Monday,
    /// 星期二
    Tuesday,
    /// 星期三
    Wednesday,
    /// 星期四
    Thursday,
    /// 星期五
    Friday,
    /// 星期六
    Saturday,
    /// 星期日
    Sunday,
}

/// What becomes of a service day that is not worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayRule {
    /// 顺延: the next working day.
    Postpone,
    /// It is dropped.
    Skip,
    /// The working day before.
    Advance,
}

/// Who must sit in a session (C-4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Composition {
    /// Party delegates, at least.
    pub party: u32,
    /// Deputies, at least.
    pub deputy: u32,
    /// In each of which areas.
    pub per: CompositionPer,
}

/// The area that a composition is required of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompositionPer {
    /// 一级网格
    FirstLevelGrid,
}

/// Public notices (C-5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Calendar days before the session.
    pub lead_days: u32,
    /// What holds where that day is not worked.
    pub rest_day_rule: RestDayRule,
    /// Calendar days before the session for a change.
    pub amendment_lead_days: u32,
    /// Kinds of unit that owe one.
    pub unit_kinds: Vec<UnitKind>,
}

/// What holds where a notice's last day is not worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestDayRule {
    /// The last working day before it.
    LastWorkingDayBefore,
}

/// Keeping the record (C-4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Working days for filing a session's record.
    pub filing_working_days: u32,
    /// Working days for registering a reception; later ones count as recorded late.
    pub registration_working_days: u32,
}

/// Visits by appointment (C-3.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appointment {
    /// Working days to the first contact.
    pub first_contact_working_days: u32,
}

/// Conveners and liaisons (C-5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offices {
    /// Working days an office may be vacant.
    pub vacancy_grace_working_days: u32,
}

/// Activities, meetings, reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cadence {
    /// Theme activities a quarter (C-4.2).
    pub theme_activities_per_quarter: u32,
    /// Regular meetings a quarter (C-4.3a).
    pub meetings_per_quarter: u32,
    /// Symposia a half-year (C-4.3b).
    pub symposia_per_half_year: u32,
    /// Working days for a report to both offices.
    pub report_working_days: u32,
    /// Working days for filing a study (C-3.5).
    pub study_filing_working_days: u32,
    /// Working days for reporting an inspection (C-3.5).
    pub inspection_report_working_days: u32,
}

/// The annual review (C-5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// What it is about.
    pub period: ReviewPeriod,
    /// Day of the following year on which its indicators are frozen.
    pub freeze_on: MonthDay,
    /// Working days in which entries may be disputed.
    pub dispute_working_days: u32,
    /// Day of the year from which its review may be opened.
    pub opens_on: MonthDay,
    /// Day of the following year by which report and result are due.
    pub result_due_on: MonthDay,
    /// Grades that a result may be.
    pub grades: Vec<Grade>,
}

/// The period a review is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewPeriod {
    /// 1 January to 31 December.
    CalendarYear,
}

/// A topic of issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Stored name.
    pub code: String,
    /// Chinese term.
    pub zh: String,
}
