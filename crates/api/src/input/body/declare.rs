//! A body is declared once: [`body!`](crate::input::body::body) makes of one declaration the struct that a command is handed,
//! the reader that finds every fault of it, and the schema that the OpenAPI document tells.
//!
//! ```text
//! body! {
//!     /// An interim reply.
//!     #[example = {"text": "…", "told_at": "2026-11-20T09:30:00+08:00", "next_word_on": "2026-12-04"}]
//!     struct ReplyMeanwhile {
//!         /// What was said.
//!         text: Text,
//!         told_at: PastInstant,
//!         /// When they will hear again.
//!         next_word_on: PromisedDay
//!             => |facts| interim::next_word_fits(facts?.day_of(Some(told_at?)), next_word_on?).err(),
//!     }
//! }
//! ```
//!
//! A field's type is a [`Kind`](super::Kind): what may be sent, with its limits; the struct holds the plain value that is
//! made of it. Fields are read in their order, each whatever is wrong with the others. Two things may be said of a field besides, in
//! terms of the fields read by then. Each of these is an `Option`: `None` where it is at fault, `Some(None)` where it was
//! left out and may be ([`given`](super::given) tells what was sent, readable or not).
//! - `=> |facts| …`: what rules have against it, as refusals.
//! - `= |fields| …`: how it is read, where that hangs on other fields.
//!
//! What a body is held against besides the town and the time is a parameter of its reader: `struct Correct(of: &Table)`.

/// Declares a body; the module says how.
macro_rules! body {
    (
        $(#[doc = $about:literal])+
        $(#[example = $example:tt])?
        struct $Body:ident $(($($beside:ident: $Beside:ty),+))? {
            $($(#[doc = $doc:literal])* $field:ident: $Kind:ty $(= $own:expr)? $(=> $rules:expr)?),* $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug)]
        pub(crate) struct $Body {
            $($(#[doc = $doc])* pub $field: <$Kind as $crate::input::body::Kind>::Value,)*
        }

        impl $Body {
            /// Reads it: every field, whatever is wrong with the others.
            pub fn read(fields: &mut $crate::input::body::Fields<'_> $($(, $beside: $Beside)+)?) -> Option<Self> {
                $(
                    let $field = $crate::input::body::body!(@read fields, $field, $Kind $(, $own)?);
                    $(fields.held_against($rules);)?
                )*
                Some(Self { $($field: <$Kind as $crate::input::body::Kind>::held($field)?,)* })
            }
        }

        #[cfg(test)]
        impl utoipa::PartialSchema for $Body {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let fields = vec![$($crate::input::body::Told::of::<$Kind>($crate::input::body::field_name(stringify!($field)), &[$($doc),*])),*];
                let example: &[fn() -> serde_json::Value] = &[$(|| serde_json::json!($example))?];
                $crate::input::body::schema_of(&[$($about),+], example.first().map(|made| made()), fields)
            }
        }

        #[cfg(test)]
        impl utoipa::ToSchema for $Body {
            fn schemas(schemas: &mut $crate::input::body::Schemas) {
                $(<$Kind as $crate::input::body::Kind>::schemas(schemas);)*
            }
        }
    };
    (@read $fields:ident, $field:ident, $Kind:ty) => {
        $fields.field::<$Kind>($crate::input::body::field_name(stringify!($field)))
    };
    (@read $fields:ident, $field:ident, $Kind:ty, $own:expr) => { $fields.by($own) };
}
pub(crate) use body;

/// The name of a field in JSON, which may be a word of the language, such as `r#use`.
pub(crate) fn field_name(declared: &'static str) -> &'static str {
    declared.strip_prefix("r#").unwrap_or(declared)
}

/// Makes bodies kinds themselves, for fields and entries of others.
macro_rules! nested {
    ($($Body:ident)+) => {$(
        impl $crate::input::body::Kind for $Body {
            type Value = Self;

            fn read(
                value: serde_json::Value,
                place: &$crate::input::body::Place<'_>,
                faults: &mut $crate::input::body::Faults,
            ) -> Option<Self> {
                $crate::input::body::object(Self::read)(value, place, faults)
            }

            #[cfg(test)]
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::input::body::refer_to::<Self>()
            }

            #[cfg(test)]
            fn schemas(schemas: &mut $crate::input::body::Schemas) {
                let name = <Self as utoipa::ToSchema>::name().into_owned();
                schemas.push((name, <Self as utoipa::PartialSchema>::schema()));
                <Self as utoipa::ToSchema>::schemas(schemas);
            }
        }
    )+};
}
pub(crate) use nested;
