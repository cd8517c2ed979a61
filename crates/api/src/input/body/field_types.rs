//! The types of fields that bodies are declared of, each with its limits and with what the document says of it.

#[cfg(test)]
use super::Schemas;
use super::{Faults, Kind, Place, facts, kinds, list};
use crate::limits::{NAME_CHARS_MAX, PHONE_CHARS_MAX, POSITION_MAX, SECRET_BYTES_MAX, TEXT_CHARS_MAX};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use domain::ids::{
    AccountId, ActivityId, AppointmentId, AreaId, DeedId, DelegateId, FileId, GrantId, IssueId, MajorIssueId,
    MeetingId, OfficeId, SessionId, StudyId,
};
use domain::policy::ClockTime;
use serde_json::Value;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use uuid::Uuid;

/// A text of several lines, such as a statement, an answer or a reason.
pub(crate) struct Text;
/// A text on one line.
pub(crate) struct Line<const CHARS_MAX: usize>;
/// An official name, of an office or an account.
pub(crate) type Name = Line<NAME_CHARS_MAX>;
/// A telephone number or other contact.
pub(crate) type Phone = Line<PHONE_CHARS_MAX>;
/// What somebody shows who they are by, exactly as it was sent: it is compared, and never told again.
pub(crate) struct Secret;
/// The name of one person.
pub(crate) struct PersonName;
/// The name of a visitor.
pub(crate) struct VisitorName;
/// The code of a topic of the policy; which there are, the rules say.
pub(crate) struct TopicCode;
/// An instant of any time.
pub(crate) struct Instant;
/// When something is claimed to have happened: an instant that is not in the future.
pub(crate) struct PastInstant;
/// A day of any time.
pub(crate) struct Day;
/// A day that is not in the future.
pub(crate) struct PastDay;
/// A day that is promised to somebody (C-3.6).
pub(crate) struct PromisedDay;
/// The last day for something (C-4.4).
pub(crate) struct LastDay;
/// The day by which a deed is promised (C-3.4).
pub(crate) struct DeedDay;
/// The day for which a visit is agreed (C-3.1).
pub(crate) struct VisitDay;
/// A place in a list, from 0.
pub(crate) struct Index;
/// How many there were, from 0.
pub(crate) type Count = Index;
/// A year as a number.
pub(crate) struct Year;
/// A version of a thing, from 1.
pub(crate) struct VersionNumber;
/// A position of the log, from 1.
pub(crate) type PositionNumber = VersionNumber;
/// A grid.
pub(crate) struct Grid;
/// A unit.
pub(crate) struct Unit;

/// A list of so many entries.
pub(crate) struct List<K, const MAX: usize, const MIN: usize = 0>(PhantomData<K>);

/// What can be read of it. Where it is at fault the rest is held against the rules all the same; an entry of a list keeps
/// its place, so that the pointers of the others are right.
pub(crate) struct Perhaps<K>(PhantomData<K>);

macro_rules! kinds {
    ($($Kind:ty => $Value:ty, $read:expr, $schema:expr;)+) => {$(
        impl Kind for $Kind {
            type Value = $Value;

            fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<$Value> {
                $read(value, place, faults)
            }

            #[cfg(test)]
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }
    )+};
}

kinds! {
    Text => String, kinds::text(TEXT_CHARS_MAX), plain(Type::String).max_length(Some(TEXT_CHARS_MAX));
    Secret => String, kinds::secret(SECRET_BYTES_MAX), plain(Type::String).max_length(Some(SECRET_BYTES_MAX));
    PersonName => String, kinds::person_name(), plain(Type::String).max_length(Some(NAME_CHARS_MAX));
    VisitorName => String, kinds::visitor_name(), plain(Type::String).max_length(Some(NAME_CHARS_MAX));
    TopicCode => String, kinds::line(NAME_CHARS_MAX), plain(Type::String);
    Instant => DateTime<FixedOffset>, kinds::instant(), formatted(KnownFormat::DateTime);
    PastInstant => DateTime<Utc>, facts::claimed(), formatted(KnownFormat::DateTime);
    Day => NaiveDate, kinds::date(), formatted(KnownFormat::Date);
    PastDay => NaiveDate, facts::past_day(), formatted(KnownFormat::Date);
    PromisedDay => NaiveDate, kinds::day_to_come("C-3.6"), formatted(KnownFormat::Date);
    DeedDay => NaiveDate, kinds::day_to_come("C-3.4"), formatted(KnownFormat::Date);
    VisitDay => NaiveDate, kinds::day_to_come("C-3.1"), formatted(KnownFormat::Date);
    LastDay => NaiveDate, kinds::day_to_come("C-4.4"), formatted(KnownFormat::Date);
    ClockTime => ClockTime, kinds::clock_time(), plain(Type::String).pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$"));
    bool => bool, kinds::flag(), plain(Type::Boolean);
    Index => u32, whole(0..=u64::from(u32::MAX)), number(KnownFormat::Int32).minimum(Some(0));
    Year => i32, whole(0..=9999), number(KnownFormat::Int32);
    VersionNumber => u64, kinds::whole(1..=POSITION_MAX), number(KnownFormat::Int64).minimum(Some(1));
    Uuid => Uuid, kinds::id(), formatted(KnownFormat::Uuid);
    GrantId => GrantId, facts::grant(), formatted(KnownFormat::Uuid);
    AccountId => AccountId, facts::account(), formatted(KnownFormat::Uuid);
    DelegateId => DelegateId, facts::delegate(), formatted(KnownFormat::Uuid);
    Grid => AreaId, facts::grid(), formatted(KnownFormat::Uuid);
    Unit => AreaId, facts::unit(), formatted(KnownFormat::Uuid);
    IssueId => IssueId, facts::issue(), formatted(KnownFormat::Uuid);
    MajorIssueId => MajorIssueId, facts::major_issue(), formatted(KnownFormat::Uuid);
    SessionId => SessionId, facts::session(), formatted(KnownFormat::Uuid);
    FileId => FileId, facts::file(), formatted(KnownFormat::Uuid);
    AppointmentId => AppointmentId, facts::appointment(), formatted(KnownFormat::Uuid);
    ActivityId => ActivityId, facts::activity(), formatted(KnownFormat::Uuid);
    MeetingId => MeetingId, facts::meeting(), formatted(KnownFormat::Uuid);
    StudyId => StudyId, facts::study(), formatted(KnownFormat::Uuid);
    DeedId => DeedId, facts::deed(), formatted(KnownFormat::Uuid);
    OfficeId => OfficeId, facts::office(), formatted(KnownFormat::Uuid);
}

/// A whole number of a type that holds less than any.
fn whole<T: TryFrom<u64>>(range: RangeInclusive<u64>) -> impl FnOnce(Value, &Place<'_>, &mut Faults) -> Option<T> {
    move |value, place, faults| T::try_from(kinds::whole(range)(value, place, faults)?).ok()
}

impl<const CHARS_MAX: usize> Kind for Line<CHARS_MAX> {
    type Value = String;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<String> {
        kinds::line(CHARS_MAX)(value, place, faults)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        plain(Type::String).max_length(Some(CHARS_MAX)).into()
    }
}

impl<K: Kind, const MAX: usize, const MIN: usize> Kind for List<K, MAX, MIN> {
    type Value = Vec<K::Value>;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<Self::Value> {
        list(MAX, || K::read)(value, place, faults)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        let list = ArrayBuilder::new().items(K::schema()).max_items(Some(MAX));
        list.min_items(Some(MIN).filter(|min| *min > 0)).into()
    }

    #[cfg(test)]
    fn schemas(schemas: &mut Schemas) {
        K::schemas(schemas);
    }
}

impl<K: Kind> Kind for Perhaps<K> {
    type Value = Option<K::Value>;
    #[cfg(test)]
    const IS_REQUIRED: bool = K::IS_REQUIRED;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<Self::Value> {
        Some(K::read(value, place, faults))
    }

    fn left_out(place: &Place<'_>, faults: &mut Faults) -> Option<Self::Value> {
        Some(K::left_out(place, faults))
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        K::schema()
    }

    #[cfg(test)]
    fn schemas(schemas: &mut Schemas) {
        K::schemas(schemas);
    }
}

#[cfg(test)]
fn plain(of: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(of)
}

#[cfg(test)]
fn formatted(as_format: KnownFormat) -> ObjectBuilder {
    plain(Type::String).format(Some(SchemaFormat::KnownFormat(as_format)))
}

#[cfg(test)]
fn number(as_format: KnownFormat) -> ObjectBuilder {
    plain(Type::Integer).format(Some(SchemaFormat::KnownFormat(as_format)))
}
