//! The subjects of listed issues: rows hold them as sealed boxes, which are opened for the page that shows them.

use crate::http::json::Json;
use casework::personal::{BoxAt, Part};
use casework::read::cache::{Cache, Size};
use foldhash::quality::RandomState;
use read_models::SealedText;
use std::fmt;
use std::hash::BuildHasher as _;
use std::sync::Arc;

/// Bytes of subjects that were opened: some twenty thousand, what the first pages of all lists hold.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// All that opening a box takes but the key, and which of its texts is wanted, as two numbers that nobody outside this
/// process can aim at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mark(u64, u64);

/// The members of a listed issue that its box decides, as they stand in the answer: its subject, that it is erased, or
/// none where the box has no subject.
pub(crate) type Subject = Arc<str>;

/// What boxes were found to say: a row that was changed is another one, and so is everything once somebody was erased.
#[derive(Clone)]
pub(crate) struct Opened {
    inner: Arc<Inner>,
    /// How often personal data was erased when the question was asked.
    erasure_epoch: u32,
}

struct Inner {
    said: Cache<Mark, str>,
    marking: [RandomState; 2],
}

impl Default for Opened {
    fn default() -> Self {
        let inner = Inner { said: Cache::new(BYTES_MAX), marking: Default::default() };
        Self { inner: Arc::new(inner), erasure_epoch: 0 }
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened")
    }
}

impl Opened {
    /// The same, for a question that is asked after so many erasures: what was found before the last one is not told again.
    pub fn since(&self, erasure_epoch: u32) -> Self {
        Self { inner: Arc::clone(&self.inner), erasure_epoch }
    }

    pub fn mark(&self, text: &SealedText) -> Mark {
        let SealedText { subject, stream, version, index, member, commitment, bytes } = text;
        let all =
            (self.erasure_epoch, subject.0, stream.as_str(), version.0, index, member.as_str(), commitment, bytes);
        let [one, other] = &self.inner.marking;
        Mark(one.hash_one(all), other.hash_one(all))
    }

    /// What the box of this mark says, where that is known.
    pub fn get(&self, mark: Mark) -> Option<Subject> {
        self.inner.said.get(&mark)
    }

    /// Remembers what was found in a box.
    pub fn put(&self, mark: Mark, text: &SealedText, part: &Part) -> Subject {
        let subject = Subject::from(shown(part, text.member.as_str()));
        self.inner.said.put(mark, 0, subject.len() + ARC_BYTES, Subject::clone(&subject));
        subject
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.inner.said.clear();
    }

    /// How many there are, and about how many bytes they take.
    pub fn size(&self) -> Size {
        self.inner.said.size()
    }
}

/// What an `Arc` takes beside its value.
const ARC_BYTES: usize = 2 * size_of::<usize>();

fn shown(part: &Part, member: &str) -> String {
    let mut members = String::new();
    match part {
        Part::Open(_) => {
            if let Some(text) = part.text(member) {
                Json(&mut members).text("subject", text);
            }
        }
        // What is not there was not erased: only the log says that.
        Part::Erased => drop(Json(&mut members).truth("erased", true)),
    }
    members
}

pub(super) fn place(text: &SealedText) -> BoxAt<'_> {
    BoxAt {
        stream: &text.stream,
        version: text.version,
        index: usize::try_from(text.index).unwrap_or(usize::MAX),
        // Rows of lists hold the words of issues, and nothing else.
        class: "narrative",
        subject: text.subject,
        commitment: &text.commitment,
        bytes: &text.bytes,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use event_store::{StreamId, SubjectId, Version};
    use read_models::TextMember;
    use serde_json::json;

    #[test]
    fn what_a_box_says_is_known_by_everything_that_opening_it_takes() {
        let opened = Opened::default();
        let text = SealedText {
            subject: SubjectId([1; 16]),
            stream: StreamId::of("issue", uuid::Uuid::nil()),
            version: Version(1),
            index: 0,
            member: TextMember::Subject,
            commitment: [2; 32],
            bytes: vec![3; 200],
        };
        let said = opened.put(opened.mark(&text), &text, &Part::Open(json!({"subject": "楼道\"灯\"", "text": "…"})));
        assert_eq!(&*said, r#","subject":"楼道\"灯\"""#);
        assert_eq!(opened.get(opened.mark(&text.clone())), Some(said));
        for other in [
            SealedText { subject: SubjectId([0; 16]), ..text.clone() },
            SealedText { stream: StreamId::of("issue", uuid::Uuid::max()), ..text.clone() },
            SealedText { version: Version(2), ..text.clone() },
            SealedText { index: 1, ..text.clone() },
            SealedText { member: TextMember::Value, ..text.clone() },
            SealedText { commitment: [0; 32], ..text.clone() },
            SealedText { bytes: vec![3; 199], ..text.clone() },
        ] {
            assert_eq!(opened.get(opened.mark(&other)), None, "{other:?}");
        }
        assert_eq!(shown(&Part::Erased, "subject"), r#","erased":true"#);
        assert_eq!(shown(&Part::Open(json!({"text": "…"})), "subject"), "");
        assert_eq!(shown(&Part::Open(json!({"subject": 7})), "subject"), "");
    }
}
