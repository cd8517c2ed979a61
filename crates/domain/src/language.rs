//! The two languages of the service.

/// A text in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Chinese unless the person prefers English. Codes, clauses and pointers are the same in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`, the default.
    #[default]
    Zh,
    /// `en`.
    En,
}

impl Language {
    /// The value of `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The half of a text that is in this language.
    pub fn of(self, text: &Text) -> &str {
        match self {
            Self::Zh => &text.zh,
            Self::En => &text.en,
        }
    }

    /// What stands between a thing and what is said of it.
    pub const fn colon(self) -> &'static str {
        self.pick("：", ": ")
    }

    /// One of two fixed texts.
    pub const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// A text in both languages.
pub fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text { zh: zh.into(), en: en.into() }
}
