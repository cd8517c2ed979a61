//! What one field of a body may be, as it is read and as it is documented.

use super::{Faults, Place};
use domain::refusal::Code;
use serde_json::Value;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::Schema;

/// Schemas by their names, as utoipa collects them.
#[cfg(test)]
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// What one field of a body, or one entry of its lists, may be.
pub(crate) trait Kind {
    /// What is made of it.
    type Value;

    /// Whether it must be there.
    #[cfg(test)]
    const IS_REQUIRED: bool = true;

    /// Reads one; `None` means that a fault was noted.
    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<Self::Value>;

    /// What there is where it was left out.
    fn left_out(place: &Place<'_>, faults: &mut Faults) -> Option<Self::Value> {
        faults.push(place.plain(Code::Missing));
        None
    }

    /// What a body holds of it once it was read; `None` where there is no body without it.
    fn held(read: Option<Self::Value>) -> Option<Self::Value> {
        read
    }

    /// What the document says of it.
    #[cfg(test)]
    fn schema() -> RefOr<Schema>;

    /// The schemas that this one refers to, but for those that the document holds anyway.
    #[cfg(test)]
    fn schemas(_: &mut Schemas) {}
}

/// What may be left out. One that is at fault is then held as if it were not there: the body is refused whatever is made
/// of it, and rules still see the rest of what it stands in.
impl<K: Kind> Kind for Option<K> {
    type Value = Option<K::Value>;
    #[cfg(test)]
    const IS_REQUIRED: bool = false;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<Self::Value> {
        K::read(value, place, faults).map(Some)
    }

    fn left_out(_: &Place<'_>, _: &mut Faults) -> Option<Self::Value> {
        Some(None)
    }

    fn held(read: Option<Self::Value>) -> Option<Self::Value> {
        Some(read.flatten())
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

/// Whether a field that may be left out was sent, readable or not.
pub(crate) fn given<T>(field: &Option<Option<T>>) -> bool {
    !matches!(field, Some(None))
}
