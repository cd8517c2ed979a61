//! What bodies about a review are declared of: ballots, differences, names of rules, and what a dispute is about.

use crate::input::body::{Count, Faults, Kind, Place, body, choice, look_for, nested, object, signed};
#[cfg(test)]
use crate::input::body::{Schemas, refer_to};
use domain::appraisal::{DELTA_MAX, Disputed};
use domain::review::RuleSet;
use domain::vocabulary::{DisputedFamily, Grade};
use event_store::StreamId;
use serde_json::Value;
use std::collections::BTreeMap;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
#[cfg(test)]
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

body! {
    /// 各等次的票数。How many were for each grade.
    struct Ballots {
        /// 优秀。Excellent.
        excellent: Option<Count>,
        /// 称职。Competent.
        competent: Option<Count>,
        /// 基本称职。Basically competent.
        basically_competent: Option<Count>,
        /// 不称职。Not competent.
        not_competent: Option<Count>,
    }
}

nested! { Ballots }

impl Ballots {
    /// Those that are given.
    pub fn counts(&self) -> BTreeMap<Grade, u32> {
        let of = |grade: &Grade| match grade {
            Grade::Excellent => self.excellent,
            Grade::Competent => self.competent,
            Grade::BasicallyCompetent => self.basically_competent,
            Grade::NotCompetent => self.not_competent,
        };
        Grade::ALL.iter().filter_map(|grade| Some((*grade, of(grade)?))).collect()
    }
}

/// A whole number, positive or not, by which a figure is different.
pub(crate) struct Delta;

impl Kind for Delta {
    type Value = i64;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<i64> {
        signed(-DELTA_MAX..=DELTA_MAX)(value, place, faults)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        let whole = ObjectBuilder::new().schema_type(Type::Integer);
        let whole = whole.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        whole.minimum(Some(-DELTA_MAX)).maximum(Some(DELTA_MAX)).into()
    }
}

/// The name of the rules that figures are made by.
pub(crate) struct RuleName;

impl Kind for RuleName {
    type Value = RuleSet;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<RuleSet> {
        choice(RuleSet::ALL, RuleSet::as_str)(value, place, faults)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(RuleSet::ALL.iter().map(|set| set.as_str())))
            .into()
    }
}

body! {
    /// 异议所指的内容。What a dispute is about.
    struct DisputedEntry {
        /// 类别。Of which kind it is.
        family: DisputedFamily,
        /// 编号。Its id.
        id: Uuid,
    }
}

impl Kind for DisputedEntry {
    type Value = Disputed;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<Disputed> {
        let Self { family, id } = object(Self::read)(value, place, faults)?;
        look_for(StreamId::of(family.as_str(), id), &Place::Key(place, "id"), faults);
        Some(Disputed { family, id })
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        refer_to::<Self>()
    }

    #[cfg(test)]
    fn schemas(schemas: &mut Schemas) {
        let name = <Self as ToSchema>::name().into_owned();
        schemas.push((name, <Self as PartialSchema>::schema()));
        <Self as ToSchema>::schemas(schemas);
    }
}
