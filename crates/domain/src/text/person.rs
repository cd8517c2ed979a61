//! The name of one person. What is taken is a plain name and nothing beside it: letters, the middle dot between them, the
//! spaces, hyphens, apostrophes and full stops of scripts that have such. Padding goes; a note beside the name is told
//! apart from it; all else is told with its reason.

use super::{CATEGORIES, name_key, official, one_dot, width_folded};
use crate::language::Text;
use crate::refusal::{Code, Refusal};
use icu_properties::CodePointSetData;
use icu_properties::props::{GeneralCategoryGroup, Ideographic};

mod words;

/// A text that was read as one person's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadName {
    /// The name without padding.
    pub name: String,
    /// What stood beside it and is no part of it, such as 女, in the order written.
    pub notes: Vec<String>,
}

/// Why a text is not the name of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotOneName {
    /// Nobody: the words for "nobody yet", for a sum, for a post, or less than two letters.
    Nobody,
    /// A character that no name holds, where it stands.
    Sign(char),
    /// A name with the title of a post behind it.
    Titled(&'static str),
    /// Something in brackets that is not known as a note about a person.
    Note(String),
    /// More than one name.
    Several,
}

/// A person's name: as [`official`] (so with one kind of middle dot), without the spaces that rosters pad short names
/// with (U+0020, U+00A0, U+3000 and the like).
///
/// A space between the words of a foreign name stays, as one U+0020.
///
/// Errors: as for [`official`]; [`Code::NotAName`], [`Code::SeveralNames`]. A note beside the name is refused too: who
/// sends one value can send the name alone.
pub fn person_name(value: &str) -> Result<String, Refusal> {
    let ReadName { name, notes } = read_name(&official(value)?).map_err(|why| why.refusal())?;
    match notes.first() {
        None => Ok(name),
        Some(note) => Err(Refusal::new(Code::NotAName).because(
            format!("“{note}”是附注，不是姓名的一部分。请填写“{name}”。"),
            "A note beside the name is no part of it; send the name alone.",
        )),
    }
}

/// A visitor's name, as they name themselves: 王阿姨 is one, so no plain name is asked for. Padding goes and the middle
/// dot is one, as in [`person_name`]; spaces between what may be two people's names stay.
///
/// Errors: as for [`official`].
pub fn visitor_name(value: &str) -> Result<String, Refusal> {
    let name = official(value)?;
    // A space beside the middle dot divides nothing.
    let name = name.split('·').map(str::trim).collect::<Vec<_>>().join("·");
    let plain: String = name.chars().map(plain).collect();
    Ok(if padded_apart(&plain) { name.split_whitespace().collect::<Vec<_>>().join(" ") } else { remove_padding(&name) })
}

/// What two people's names are compared by: [`name_key`] without notes, so that 汪洁（女）, as an older record may have
/// it, is 汪洁.
pub fn person_key(value: &str) -> String {
    match read_name(value) {
        Ok(read) if !read.notes.is_empty() => name_key(&read.name),
        Ok(_) | Err(_) => name_key(value),
    }
}

/// Reads an [`official`] text as the name of one person, and the notes beside it.
pub fn read_name(value: &str) -> Result<ReadName, NotOneName> {
    let (outside, mut notes) = without_brackets(value);
    let (bare, behind) = without_words_behind(&outside);
    notes.extend(behind.iter().map(|word| (*word).to_owned()));
    let plain: String = bare.chars().map(plain).collect();
    // A space beside the middle dot divides nothing.
    let plain = plain.split('·').map(str::trim).collect::<Vec<_>>().join("·");
    if words::is_nobody(&plain) {
        return Err(NotOneName::Nobody);
    }
    let lists = plain.contains(BETWEEN) || padded_apart(&plain) || words::counts_people(&plain);
    if lists || notes.iter().any(|note| words::counts_people(&width_folded(note.chars()).collect::<String>())) {
        return Err(if plain.contains(char::is_alphabetic) { NotOneName::Several } else { NotOneName::Nobody });
    }
    plain_name(&plain)?;
    if let Some(title) = words::title_behind(&plain) {
        return Err(NotOneName::Titled(title));
    }
    if let Some(unknown) = notes.iter().find(|note| !words::is_note(&width_folded(note.chars()).collect::<String>())) {
        return Err(NotOneName::Note(unknown.clone()));
    }
    let one_dotted: String = bare.chars().map(one_dot).collect();
    Ok(ReadName { name: remove_padding(&one_dotted), notes })
}

impl NotOneName {
    /// The refusal that says so.
    pub fn refusal(&self) -> Refusal {
        let Text { zh, en } = self.detail();
        Refusal::new(self.code()).because(zh, en)
    }

    /// Its code.
    pub fn code(&self) -> Code {
        match self {
            Self::Nobody | Self::Sign(_) | Self::Titled(_) | Self::Note(_) => Code::NotAName,
            Self::Several => Code::SeveralNames,
        }
    }

    /// What is wrong, and what to write. The English text repeats nothing of what was written, which is hardly English.
    pub fn detail(&self) -> Text {
        let (zh, en) = match self {
            Self::Nobody => ("这不是一个人的姓名。".to_owned(), "This is not the name of a person.".to_owned()),
            Self::Sign(digit) if digit.is_numeric() => {
                ("姓名中不能有数字。".to_owned(), "A name holds no digits.".to_owned())
            }
            Self::Sign(sign) => (
                format!("姓名中此处不能有“{sign}”。姓名各部分之间请用间隔号“·”。"),
                format!(
                    "A name cannot hold U+{:04X} there; between the parts of a name write the middle dot, U+00B7.",
                    u32::from(*sign)
                ),
            ),
            Self::Titled(title) => (
                format!("“{title}”是职务或称呼，不是姓名的一部分。请只填写姓名。"),
                "A title is no part of the name; write the name alone.".to_owned(),
            ),
            Self::Note(note) => (
                format!("括号和其中的“{note}”不是姓名的一部分。请只填写姓名。"),
                "What stands in brackets is no part of the name; write the name alone.".to_owned(),
            ),
            Self::Several => (
                "一处只能填写一个人的姓名。请每人一行。".to_owned(),
                "Only one person's name may stand here; give each a row.".to_owned(),
            ),
        };
        Text { zh, en }
    }
}

/// What stands between names in a list. A middle dot is part of a name, and so is 和.
const BETWEEN: &[char] = &['、', ',', ';', '/', '\\', '|', '&', '+'];

/// Pairs of brackets, as [`plain`] gives them.
const BRACKETS: &[(char, char)] =
    &[('(', ')'), ('[', ']'), ('{', '}'), ('【', '】'), ('〔', '〕'), ('<', '>'), ('《', '》')];

/// A character in half width, every middle dot as `·`.
fn plain(c: char) -> char {
    let mut folded = width_folded(std::iter::once(c));
    match (folded.next(), folded.next()) {
        (Some(one), None) => one_dot(one),
        (Some(_), Some(_)) | (None, _) => c,
    }
}

/// The text with a space for each bracket that is closed, and what stood in those brackets.
fn without_brackets(value: &str) -> (String, Vec<String>) {
    let (mut outside, mut notes) = (String::with_capacity(value.len()), Vec::new());
    let mut rest = value;
    while let Some((at, open, shut)) = first_bracket(rest) {
        let behind = &rest[at + open.len_utf8()..];
        let Some((end, closing)) = behind.char_indices().find(|(_, c)| plain(*c) == shut) else { break };
        outside.push_str(&rest[..at]);
        outside.push(' ');
        notes.push(behind[..end].trim().to_owned());
        rest = &behind[end + closing.len_utf8()..];
    }
    outside.push_str(rest);
    (outside, notes)
}

/// Where the first bracket opens, the bracket, and what closes it.
fn first_bracket(text: &str) -> Option<(usize, char, char)> {
    text.char_indices().find_map(|(at, c)| {
        let (_, shut) = BRACKETS.iter().find(|(open, _)| *open == plain(c))?;
        Some((at, c, *shut))
    })
}

/// The text without words that are known as notes and stand behind it after a space: 汪洁 女. What is left is at least a
/// name of two characters; 汪 女 is a padded name.
fn without_words_behind(outside: &str) -> (String, Vec<&str>) {
    let mut words: Vec<&str> = outside.split_whitespace().collect();
    let mut behind = Vec::new();
    while let Some((last, before)) = words.split_last()
        && words::is_note(last)
        && before.iter().map(|word| word.chars().count()).sum::<usize>() >= 2
    {
        behind.insert(0, *last);
        words.pop();
    }
    // Beside a letter of Latin script one space divides, and the width of padding says nothing.
    (words.join(" "), behind)
}

/// Whether spaces divide a Chinese text into pieces of two characters and more: 张三 李四 are two people, 汪 洁 is one.
fn padded_apart(bare: &str) -> bool {
    let long = |piece: &&str| piece.chars().count() >= 2 && piece.chars().all(is_ideograph);
    bare.split_whitespace().filter(long).count() >= 2
}

/// That a text holds at least two letters, and between them only what names have.
fn plain_name(plain: &str) -> Result<(), NotOneName> {
    let divided = |letter: Option<char>| letter.is_some_and(|c| is_letter(c) && !is_ideograph(c));
    let mut before = None;
    for (at, c) in plain.char_indices().filter(|(_, c)| *c != ' ') {
        let next = plain[at + c.len_utf8()..].chars().find(|c| *c != ' ');
        let fits = match c {
            '·' => before.is_some_and(|b| is_letter(b) || b == '.') && next.is_some_and(is_letter),
            // J. R. Smith; behind an ideograph a full stop numbers a list, or stands for a middle dot.
            '.' => divided(before),
            '-' | '\u{2010}' | '\u{2011}' => divided(before) && divided(next),
            '\'' | '‘' | '’' => divided(before) || divided(next),
            other => is_letter(other),
        };
        if !fits {
            return Err(NotOneName::Sign(c));
        }
        before = Some(c);
    }
    let letters = plain.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 2 { Err(NotOneName::Nobody) } else { Ok(()) }
}

/// Whether a space beside this character divides words.
fn divides_words(c: char) -> bool {
    !is_ideograph(c) && c != '·'
}

/// A letter of any script, or a mark on one. 〇 is a letter, other numbers are not.
fn is_letter(c: char) -> bool {
    is_ideograph(c) || (c.is_alphabetic() && !c.is_numeric()) || GeneralCategoryGroup::Mark.contains(CATEGORIES.get(c))
}

/// A Chinese character, by Unicode's `Ideographic`.
fn is_ideograph(c: char) -> bool {
    CodePointSetData::new::<Ideographic>().contains(c)
}

/// Removes spaces but for one U+0020 between two words of a script that divides words: beside an ideograph or a middle
/// dot, a space is padding.
fn remove_padding(value: &str) -> String {
    let mut kept = String::with_capacity(value.len());
    let mut space_before = false;
    for c in value.trim().chars() {
        if c.is_whitespace() {
            space_before = true;
            continue;
        }
        if space_before && divides_words(c) && kept.ends_with(divides_words) {
            kept.push(' ');
        }
        space_before = false;
        kept.push(c);
    }
    kept
}
