//! The year that names the stream of a review.

use domain::ids::derived;
use event_store::StreamId;
use uuid::Uuid;

/// A year of the calendar, by which its review is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewYear(pub i32);

impl ReviewYear {
    /// `review/<year>`.
    pub fn stream(self) -> StreamId {
        let name = format!("review/{}", self.0);
        // No year fails the rules of a name.
        StreamId::new(name).unwrap_or_else(|| StreamId::of("review", self.into()))
    }
}

/// What it is remembered by, where it is remembered.
impl From<ReviewYear> for Uuid {
    fn from(year: ReviewYear) -> Self {
        derived("review", &year.0.to_string())
    }
}
