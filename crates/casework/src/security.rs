//! The digest of each day of the security journal, in the log once the day is over. What is in the journal nobody here knows.

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::clock::ACTOR;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use chrono::NaiveDate;
use domain::log::{LogEvent, seal_day};
use event_store::{Position, StreamId};

impl Casework {
    /// Records what a day of the security journal came to: so many lines, and the SHA-256 of its file in base64. Its
    /// position; nothing where the day is not over, or one as late is sealed already.
    #[boxed(?Send)]
    pub async fn seal_security_day(
        &self,
        on: NaiveDate,
        entries: u64,
        sha256: String,
    ) -> Result<Option<Position>, Failure> {
        let stream = StreamId::new("log").ok_or_else(|| Failure::Fault("log is no stream".to_owned()))?;
        let call = CommandContext::of_system(ACTOR, &format!("security-day/{on}"));
        let outcome = self.govern(&call, Some(&stream), None, |draft| {
            let days = draft.reference.security_days;
            let today = draft.reference.town_date(draft.now);
            let sealed = seal_day(days, today, on, entries, sha256.clone());
            let is_new = sealed.is_some();
            draft.write(stream.clone(), sealed.map(LogEvent::SecurityDaySealed))?;
            Ok(is_new)
        });
        Ok(match outcome.await? {
            Outcome::Done(governed) => governed.made.then_some(governed.position),
            Outcome::Replayed(_) => None,
        })
    }
}
