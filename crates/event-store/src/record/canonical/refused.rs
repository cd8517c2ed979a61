//! Why bytes are no leaf, and which of several reasons is told.

/// Why bytes are no leaf, or a value cannot become part of one. The variants stand in the order in which the format
/// tells refusals apart: of several faults the first kind is reported.
///
/// No variant quotes a value, since payloads are personal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refused {
    /// More bytes than allowed.
    #[error("size: {bytes} bytes, allowed are {max}")]
    Size {
        /// Bytes there are.
        bytes: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// The bytes are not UTF-8.
    #[error("utf8: the bytes are not UTF-8")]
    Utf8,
    /// The text is not JSON (RFC 8259).
    #[error("json: not JSON at byte {at}")]
    Json {
        /// Offset of the first byte that does not fit.
        at: usize,
    },
    /// An object holds one key twice.
    #[error("duplicate_key: an object holds {0:?} twice")]
    DuplicateKey(String),
    /// A key is not `[a-z][a-z0-9_]*`.
    #[error("key: {0:?} is not a lower-case ASCII name")]
    Key(String),
    /// A value that JSON allows and the format does not.
    #[error("value: {0}")]
    Value(&'static str),
    /// Writing the value canonically gives other bytes.
    #[error("canonical: the bytes are not the canonical form")]
    Canonical,
    /// A key of the envelope is missing, unknown or not of its form.
    #[error("envelope: {0}")]
    Envelope(String),
}

impl Refused {
    /// The refusal's name in the test vectors and in auditors' reports.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Size { .. } => "size",
            Self::Utf8 => "utf8",
            Self::Json { .. } => "json",
            Self::DuplicateKey(_) => "duplicate_key",
            Self::Key(_) => "key",
            Self::Value(_) => "value",
            Self::Canonical => "canonical",
            Self::Envelope(_) => "envelope",
        }
    }
}

/// Keeps the fault whose kind comes first; of one kind, the first met.
pub(super) fn note(worst: &mut Option<Refused>, fault: Refused) {
    let rank = |refused: &Refused| match refused {
        Refused::Size { .. } => 0,
        Refused::Utf8 => 1,
        Refused::Json { .. } => 2,
        Refused::DuplicateKey(_) => 3,
        Refused::Key(_) => 4,
        Refused::Value(_) => 5,
        Refused::Canonical => 6,
        Refused::Envelope(_) => 7,
    };
    if worst.as_ref().is_none_or(|kept| rank(&fault) < rank(kept)) {
        *worst = Some(fault);
    }
}
