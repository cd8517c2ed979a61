//! In what a journal is damaged, in both languages.

/// Half a sentence, behind the file and the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    pub zh: &'static str,
    pub en: &'static str,
}

pub(crate) const fn why(zh: &'static str, en: &'static str) -> Why {
    Why { zh, en }
}
