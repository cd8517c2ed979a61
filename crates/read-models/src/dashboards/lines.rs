//! The cells of a sheet as they are written, one after the other: `{"<grid>":{"<key>":[[<day>,<number>,…],…]}}`.
//!
//! Read by hand and front to back: a sheet holds hundreds of cells, and a question reads dozens of sheets.

use crate::engine::sqlite::{SqlError, misread};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The most numbers of a cell.
pub(super) const NUMBERS_MAX: usize = 13;
/// The numbers of a cell; of a narrower one the first of them.
pub(super) type Numbers = [i64; NUMBERS_MAX];

/// Adds to the numbers of a cell.
pub(super) fn add_up(numbers: &mut Numbers, more: &Numbers) {
    numbers.iter_mut().zip(more).for_each(|(number, more)| *number += more);
}

/// A key as it is written, without a sign in it that ends anything: what is no letter, digit or one of `_-/` is escaped.
pub(super) fn escaped(key: &str) -> String {
    let mut name = String::with_capacity(key.len());
    for c in key.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/') {
            name.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _written = write!(name, "\\u{unit:04x}");
            }
        }
    }
    name
}

/// A key as it was before it was written.
pub(super) fn unescaped(name: &str) -> Result<Cow<'_, str>, SqlError> {
    if !name.contains('\\') {
        return Ok(name.into());
    }
    serde_json::from_str(&format!("\"{name}\"")).map(Cow::Owned).map_err(|_| misread(name))
}

/// A cell as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'c> {
    pub grid: &'c str,
    /// Whose it is: the key, [`escaped`].
    pub name: &'c str,
    pub day: i64,
    pub numbers: Numbers,
}

impl<'c> Line<'c> {
    /// By what cells are in order.
    pub(super) const fn cell(&self) -> (&'c str, &'c str, i64) {
        (self.grid, self.name, self.day)
    }
}

/// Reads the cells of a sheet in their order.
pub(super) struct Lines<'c> {
    text: &'c str,
    at: usize,
    grid: &'c str,
    name: &'c str,
    /// Of one grid only.
    one: bool,
}

impl<'c> Lines<'c> {
    /// All of them.
    pub(super) const fn of(text: &'c str) -> Self {
        Self { text, at: 0, grid: "", name: "", one: false }
    }

    /// Those of one grid.
    pub(super) fn of_grid(text: &'c str, grid: &str) -> Self {
        let begins = text.find(&format!("\"{grid}\":{{"));
        let at = begins.unwrap_or(text.len());
        Self { text, at, grid: "", name: "", one: true }
    }

    /// The next cell; none behind the last.
    pub(super) fn next(&mut self) -> Result<Option<Line<'c>>, SqlError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let over = if self.one { rest.is_empty() || rest.starts_with(b"]}") } else { rest == b"]}}" };
        if over {
            return Ok(None);
        }
        self.line().map(Some).ok_or_else(|| misread("a sheet of cells"))
    }

    fn line(&mut self) -> Option<Line<'c>> {
        if self.grid.is_empty() {
            if !self.one {
                self.sign(b'{')?;
            }
            self.grid()?;
        } else if self.sign(b',').is_none() {
            self.sign(b']')?;
            if self.sign(b',').is_some() {
                self.name()?;
            } else {
                self.sign(b'}')?;
                self.sign(b',')?;
                self.grid()?;
            }
        }
        self.sign(b'[')?;
        let mut line = Line { grid: self.grid, name: self.name, day: self.number()?, numbers: Numbers::default() };
        for number in &mut line.numbers {
            if self.sign(b',').is_none() {
                break;
            }
            *number = self.number()?;
        }
        self.sign(b']')?;
        Some(line)
    }

    /// The beginning of a grid's cells, as far as the first key.
    fn grid(&mut self) -> Option<()> {
        self.grid = self.quoted()?;
        self.sign(b'{')?;
        self.name()
    }

    /// The beginning of the cells of a key.
    fn name(&mut self) -> Option<()> {
        self.name = self.quoted()?;
        self.sign(b'[')
    }

    fn sign(&mut self, sign: u8) -> Option<()> {
        (*self.text.as_bytes().get(self.at)? == sign).then(|| self.at += 1)
    }

    fn quoted(&mut self) -> Option<&'c str> {
        self.sign(b'"')?;
        let rest = self.text.get(self.at..)?;
        let quoted = rest.get(..rest.find('"')?)?;
        self.at += quoted.len() + 1;
        self.sign(b':')?;
        Some(quoted)
    }

    fn number(&mut self) -> Option<i64> {
        let minus = self.sign(b'-').is_some();
        let digits = self.text.as_bytes().get(self.at..)?;
        let mut number = 0_i64;
        let mut length = 0;
        while let Some(digit) = digits.get(length).filter(|digit| digit.is_ascii_digit()) {
            number = number.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
            length += 1;
        }
        self.at += length;
        (length > 0).then_some(if minus { -number } else { number })
    }
}
