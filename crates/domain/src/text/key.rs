//! What two names are compared by. Keys are made when they are needed and never stored, so a log of any age is
//! compared by the rule of today.

use super::{is_hidden, one_dot};
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

/// The form in which names are compared: without spaces and invisible characters, in half width, small letters, with
/// one kind of middle dot.
pub fn name_key(value: &str) -> String {
    let visible = value.chars().filter(|c| !is_hidden(*c));
    let folded = width_folded(visible).filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).map(one_dot);
    folded.nfc().collect()
}

/// Whether a name, as stored, holds the text that somebody looks for, both by their keys.
pub fn name_holds(name: &str, sought: &str) -> bool {
    name_key(name).contains(&name_key(sought))
}

/// Of things whose names have one key, the one that is written just so, else the first.
pub(crate) fn exact_or_first<'a, T>(
    named: impl Iterator<Item = &'a T> + Clone,
    just_so: impl Fn(&T) -> bool,
) -> Option<&'a T> {
    named.clone().find(|one| just_so(one)).or_else(|| named.clone().next())
}

/// What a name looks like (the skeleton of UTS #39 of its key): two names of one look and different keys are easily
/// taken for each other, such as one with a Cyrillic а for a Latin a.
pub fn look(value: &str) -> String {
    skeleton(&name_key(value)).collect()
}

/// Which names look like this one and have another key.
pub(crate) fn looks_like(name: &str) -> impl Fn(&str) -> bool + use<> {
    let (key, wanted) = (name_key(name), look(name));
    move |other| name_key(other) != key && look(other) == wanted
}

/// NFKC for width only: the full-width, half-width and small forms become the usual ones, all else stays.
pub fn width_folded(value: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    // Unicode's <wide>, <narrow> and <small> decompositions are those of U+3000 and of these two blocks.
    let is_width_form = |c: char| matches!(c, '\u{3000}' | '\u{FE50}'..='\u{FE6F}' | '\u{FF00}'..='\u{FFEF}');
    value
        .flat_map(move |c| {
            let (kept, form) = if is_width_form(c) { (None, Some(c)) } else { (Some(c), None) };
            kept.into_iter().chain(form.into_iter().nfkc())
        })
        // Half-width kana carry their marks beside them.
        .nfc()
}
