//! The name of one person: padding goes, and what is no name, or several, is told.

use super::{official, width_folded};
use crate::refusal::{Code, Refusal};
use icu_properties::CodePointSetData;
use icu_properties::props::Ideographic;

/// A person's name: as [`official`], without the spaces that rosters pad short names with (U+0020, U+00A0, U+3000 and
/// the like).
///
/// A space between the words of a foreign name stays, as one U+0020.
///
/// Errors: as for [`official`]; [`Code::NotAName`], [`Code::SeveralNames`].
pub fn person_name(value: &str) -> Result<String, Refusal> {
    let name = official(value)?;
    one_name(&name).map_err(|why| Refusal::new(why.code()))?;
    Ok(remove_padding(&name))
}

/// Why a text is not the name of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOneName {
    /// No name: a number, a dash, a note, or the words for "nobody yet".
    NotAName,
    /// More than one name.
    Several,
}

impl NotOneName {
    /// The refusal that says so.
    pub fn code(self) -> Code {
        match self {
            Self::NotAName => Code::NotAName,
            Self::Several => Code::SeveralNames,
        }
    }
}

/// What lists write where there is nobody.
const NOBODY: &[&str] = &[
    "无",
    "暂无",
    "没有",
    "待定",
    "未定",
    "待补",
    "待补充",
    "待选",
    "待聘",
    "空缺",
    "暂缺",
    "缺",
    "缺员",
    "同上",
    "不详",
    "未知",
    "略",
    "姓名",
    "n/a",
    "na",
    "none",
    "nil",
    "tbd",
    "tba",
    "vacant",
    "unknown",
    "name",
];
/// What stands between names in a list. A middle dot is part of a name, and so is 和.
const BETWEEN: &[char] = &['、', ',', ';', '/', '\\', '|', '&', '+'];

/// That a text is the name of one person, as far as its form tells. A note in parentheses after the name, 王芳（女）,
/// belongs to it.
///
/// Errors: [`NotOneName`].
pub fn one_name(value: &str) -> Result<(), NotOneName> {
    let folded: String = width_folded(value.chars()).collect();
    let bare = without_notes(&folded);
    let bare = bare.trim();
    if NOBODY.contains(&bare.to_lowercase().as_str()) {
        return Err(NotOneName::NotAName);
    }
    if bare.contains(BETWEEN) || padded_apart(bare) {
        return Err(if bare.contains(char::is_alphabetic) { NotOneName::Several } else { NotOneName::NotAName });
    }
    // A note alone, or before a name, is none; letters of all scripts begin one, and the private use area, where old
    // lists keep rare characters.
    let begins_as_name = |c: char| c.is_alphabetic() || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
    if !folded.trim_start().starts_with(begins_as_name) {
        return Err(NotOneName::NotAName);
    }
    Ok(())
}

/// The text without what stands in parentheses; one that is not closed stays.
fn without_notes(folded: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(folded.len()), folded);
    while let Some((before, after)) = rest.split_once('(') {
        let Some((_, behind)) = after.split_once(')') else { break };
        kept.push_str(before);
        rest = behind;
    }
    kept.push_str(rest);
    kept
}

/// Whether spaces divide a Chinese text into pieces of two characters and more: 张三 李四 are two people, 汪 洁 is one.
fn padded_apart(bare: &str) -> bool {
    let long = |piece: &&str| piece.chars().count() >= 2 && piece.chars().all(is_ideograph);
    bare.split_whitespace().filter(long).count() >= 2
}

/// Removes spaces but for one U+0020 between two words of a script that divides words: beside an ideograph, a space is
/// padding.
pub fn remove_padding(value: &str) -> String {
    let mut kept = String::with_capacity(value.len());
    let mut space_before = false;
    for c in value.trim().chars() {
        if c.is_whitespace() {
            space_before = true;
            continue;
        }
        if space_before && !is_ideograph(c) && kept.ends_with(|last: char| !is_ideograph(last)) {
            kept.push(' ');
        }
        space_before = false;
        kept.push(c);
    }
    kept
}

/// A Chinese character, by Unicode's `Ideographic`.
fn is_ideograph(c: char) -> bool {
    CodePointSetData::new::<Ideographic>().contains(c)
}
