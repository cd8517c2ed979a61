//! Due dates, and the other days that facts name.

use crate::vocabulary::DueRule;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How a due date came about: everything needed to count it again.
///
/// Exactly one of `working_days`, `calendar_days`, `months` is present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// Which rule.
    pub rule: DueRule,
    /// Day from which it is counted; not itself counted.
    pub from: NaiveDate,
    /// The due date.
    pub on: NaiveDate,
    /// Working days given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_days: Option<u32>,
    /// Calendar days given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar_days: Option<u32>,
    /// Calendar months given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// True where it was counted through a year without a published calendar.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

/// The days that a fact names, as its row says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Days<'a> {
    /// The due date that it brings.
    pub due: Option<&'a Due>,
    /// A day beside it that working days were counted to.
    pub counted_to: Option<&'a NaiveDate>,
    /// Any other day.
    pub day: Option<&'a NaiveDate>,
}

impl Days<'_> {
    /// All of them, the day from which the due date is counted among them.
    pub fn all(self) -> impl Iterator<Item = NaiveDate> {
        let due = self.due.map(|due| [due.from, due.on]);
        due.into_iter().flatten().chain(self.counted_to.copied()).chain(self.day.copied())
    }
}

/// Declares the days that the facts of a family name; a field that may be absent may stand in a row, too.
macro_rules! days {
    ($(#[doc = $about:literal])+ $family:ident {
        $($(#[doc = $doc:literal])+ $fact:ident($shape:ty) = $name:literal / $schema:literal, $clause:literal
            $(, $reviewed:ident)? $(, [$($day:ident: $field:ident),+])?, $zh:literal, $en:literal;)+
    }) => {
        impl $family {
            /// The days that it names.
            pub fn days(&self) -> $crate::issue::Days<'_> {
                match self {
                    $(Self::$fact(_shape) => $crate::issue::Days {
                        $($($day: (&_shape.$field).into(),)+)?
                        ..$crate::issue::Days::default()
                    },)+
                }
            }

            /// The due date that it brings, where it brings one.
            pub fn due(&self) -> Option<&$crate::issue::Due> {
                self.days().due
            }
        }
    };
}
pub(crate) use days;
