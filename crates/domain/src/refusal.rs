//! Refusals: every "no" of a rule, with the clause it rests on and what it says in both languages.
//!
//! `code`, `clause` and `pointer` never change with the language; texts do. A new "no" is one more line in the table
//! of [`Code`]; where the general text says too little, a decision replaces it with [`Refusal::because`].

mod codes;

pub use codes::Code;

use crate::language::Text;
use std::fmt;

/// How a refusal is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A rule of the service says no as things stand (409).
    Rule,
    /// What was sent is readable but does not fit (422).
    Invalid,
    /// What was sent is of another media type than it says (415).
    Mistyped,
}

/// One "no" of a rule: nothing was decided and nothing is to be recorded. Whoever shows it chooses the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which rule.
    pub code: Code,
    /// How it is to be understood: as its code says, unless told otherwise.
    pub kind: Kind,
    /// The clause of the notice that the rule rests on (`C-4.4`), where there is one.
    pub clause: Option<&'static str>,
    /// What it means, in both languages.
    pub detail: Text,
    /// JSON pointer into the body, where one value is at fault.
    pub pointer: Option<String>,
}

impl Refusal {
    /// A refusal with the code's own clause and text.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            kind: code.kind(),
            clause: code.clause(),
            detail: Text { zh: code.zh().to_owned(), en: code.en().to_owned() },
            pointer: None,
        }
    }

    /// A value outside of its range, in the words that all ranges have.
    pub fn out_of_range(least: impl fmt::Display, most: impl fmt::Display) -> Self {
        let (zh, en) = (format!("须在 {least} 至 {most} 之间。"), format!("Must be between {least} and {most}."));
        Self::new(Code::OutOfRange).because(zh, en)
    }

    /// Says which value of the body is at fault.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Replaces the general text by one that names dates, numbers or names.
    #[must_use]
    pub fn because(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.detail = Text { zh: zh.into(), en: en.into() };
        self
    }

    /// Says that it is a fault of what was sent, where the code else says no to a thing as it stands.
    #[must_use]
    pub fn unfit(mut self) -> Self {
        self.kind = Kind::Invalid;
        self
    }

    /// Says that it is a no to a thing as it stands, where the code else is a fault of what was sent.
    #[must_use]
    pub fn as_rule(mut self) -> Self {
        self.kind = Kind::Rule;
        self
    }

    /// Replaces the clause, where a code serves several.
    #[must_use]
    pub fn under(mut self, clause: &'static str) -> Self {
        self.clause = Some(clause);
        self
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail.en)
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests;
