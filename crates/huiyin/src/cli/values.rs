//! Values of options, refused in the person's language: what may stand there. clap's own words for a value are English.

use domain::language::Language;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Why a value does not fit, and what would, in one language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Invalid(pub(crate) String);

/// Reads a value by its own rules; one that does not fit is refused with what would.
pub(crate) fn read<T: FromStr>(
    language: Language,
    zh: &'static str,
    en: &'static str,
) -> impl Fn(&str) -> Result<T, Invalid> + Clone {
    move |text| text.parse().map_err(|_| Invalid(language.pick(zh, en).to_owned()))
}

/// Reads a whole number within bounds.
pub(crate) fn whole<T>(language: Language, bounds: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, Invalid> + Clone
where
    T: FromStr + PartialOrd + std::fmt::Display + Clone,
{
    move |text| {
        let number = text.parse().ok().filter(|number| bounds.contains(number));
        number.ok_or_else(|| between(language, bounds.start(), bounds.end()))
    }
}

/// The refusal of what is not between two bounds.
pub(crate) fn between(language: Language, least: &impl std::fmt::Display, most: &impl std::fmt::Display) -> Invalid {
    Invalid(match language {
        Language::Zh => format!("应在 {least} 到 {most} 之间"),
        Language::En => format!("it must be between {least} and {most}"),
    })
}
