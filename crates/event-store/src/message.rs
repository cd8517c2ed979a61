//! What the store tells people, in both languages of the service. The caller picks one by locale.

use std::fmt;

/// One sentence or two, in Chinese and in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// zh-CN.
    pub zh: String,
    /// English; also what `Display` shows.
    pub en: String,
}

impl Message {
    /// The same message in Chinese and in English.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}
