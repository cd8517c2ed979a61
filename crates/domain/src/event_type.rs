//! One declaration an event. The table of a family says of each fact its stored name, its newest schema, the clause of
//! the notice that it is recorded under, and what it says in both languages. Reading, writing, naming and describing
//! follow from the tables; the shapes are plain structs beside them, public and for ever (FORMAT §7).

use serde::de::DeserializeOwned;
use serde_json::Value;

/// What is declared of a stored type.
#[derive(Debug)]
pub struct EventType {
    /// `<family>.<fact>`, chosen once.
    pub name: &'static str,
    /// The schema that it is written with today. All before it are read too; each has a file in `golden/`, never edited.
    pub schema: u32,
    /// The clause of the notice that the fact is recorded under, or all of them with commas (`C-3.2, C-3.3`) where the kind of
    /// a thing says by which it is; empty for the log itself, its accounts and files, of which the notice does not speak.
    pub clause: &'static str,
    /// What it says, a Chinese sentence.
    pub zh: &'static str,
    /// What it says, an English sentence.
    pub en: &'static str,
    /// The golden file of its newest schema: `{"type","schema","public"}`.
    pub golden: &'static str,
}

impl EventType {
    /// The family of its streams.
    pub fn family(&self) -> &'static str {
        self.name.split('.').next().unwrap_or(self.name)
    }

    /// The clauses that the fact is recorded under, each by its id.
    pub fn clauses(&'static self) -> impl Iterator<Item = &'static str> {
        self.clause.split(", ").filter(|clause| !clause.is_empty())
    }
}

/// What is stored as its public facts and read from them again: a fact of one family, or of any.
pub trait Stored: Sized {
    /// Its public facts; nothing where it cannot be written.
    fn facts(&self) -> Option<Value>;

    /// One of the same stored type that says this; nothing where the type has no such shape.
    fn with_facts(&self, facts: &Value) -> Option<Self>;
}

/// Declares a family: its doc, its enum, and a row for each fact. What else stands in a row is for another macro, which
/// reads the same table (`and other!;` before it).
macro_rules! events {
    (and $other:ident!; $($table:tt)*) => {
        $crate::event_type::events! { $($table)* }
        $other! { $($table)* }
    };
    ($(#[doc = $about:literal])+ $family:ident {
        $($(#[doc = $doc:literal])+ $fact:ident($shape:ty) = $name:literal / $schema:literal, $clause:literal
            $(, $reviewed:ident)? $(, [$($day:ident: $field:ident),+])?, $zh:literal, $en:literal;)+
    }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub enum $family {
            $($(#[doc = $doc])+ $fact($shape),)+
        }

        impl $family {
            /// The table.
            pub const TYPES: &'static [$crate::event_type::EventType] = &[$($crate::event_type::EventType {
                name: $name,
                schema: $schema,
                clause: $clause,
                zh: $zh,
                en: $en,
                golden: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/golden/", $name, ".", $schema, ".json")),
            }),+];

            /// Its row.
            pub fn event_type(&self) -> &'static $crate::event_type::EventType {
                /// The facts in the order of the rows.
                enum Row { $($fact),+ }
                let row = match self { $(Self::$fact(_) => Row::$fact),+ };
                &Self::TYPES[row as usize]
            }

            /// The fact that is stored under a name.
            ///
            /// Errors: why it cannot be read.
            pub(crate) fn read(event_type: &str, schema: u32, public: &str) -> Result<Self, String> {
                match event_type {
                    $($name => $crate::event_type::shape($schema, schema, public).map(Self::$fact),)+
                    _ => Err("unknown type".to_owned()),
                }
            }

            /// Its public facts.
            pub(crate) fn public(&self) -> serde_json::Result<serde_json::Value> {
                match self { $(Self::$fact(shape) => serde_json::to_value(shape)),+ }
            }
        }

        impl $crate::event_type::Stored for $family {
            fn facts(&self) -> Option<serde_json::Value> {
                self.public().ok()
            }

            fn with_facts(&self, facts: &serde_json::Value) -> Option<Self> {
                let row = self.event_type();
                Self::read(row.name, row.schema, &facts.to_string()).ok()
            }
        }
    };
}
pub(crate) use events;

/// Reads a shape of a type whose newest schema is `newest`.
pub(crate) fn shape<T: DeserializeOwned>(newest: u32, schema: u32, public: &str) -> Result<T, String> {
    if schema == 0 || schema > newest {
        return Err("unknown schema".to_owned());
    }
    serde_json::from_str(public).map_err(|error| error.to_string())
}
