//! The days of the security journal: each is sealed once, in their order, when it is over.

use super::{LogEvent, SecurityDaySealed};
use chrono::NaiveDate;

/// How far the security journal is sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecurityDays {
    /// The last day that is.
    pub sealed_until: Option<NaiveDate>,
}

impl SecurityDays {
    /// Folds one event of stream `log`.
    pub fn apply(&mut self, event: &LogEvent) {
        match event {
            LogEvent::SecurityDaySealed(sealed) => self.sealed_until = self.sealed_until.max(Some(sealed.on)),
            LogEvent::Opened(_) => {}
        }
    }
}

/// What a day came to, with `today` the town's day. Nothing where it is not over, or not later than all that are sealed: a
/// file that came to be there afterwards is not made good by a leaf.
pub fn seal_day(
    days: SecurityDays,
    today: NaiveDate,
    on: NaiveDate,
    entries: u64,
    sha256: String,
) -> Option<SecurityDaySealed> {
    let is_next = days.sealed_until.is_none_or(|until| until < on);
    (is_next && on < today).then_some(SecurityDaySealed { on, entries, sha256 })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_sealed_once_when_it_is_over_and_none_before_it_later() {
        let mut days = SecurityDays::default();
        let today = day("2026-12-01");
        let seal = |days, on: &str| seal_day(days, today, day(on), 7, "9TQh".to_owned());
        assert_eq!(seal(days, "2026-12-01"), None);
        assert_eq!(seal(days, "2026-12-02"), None);
        let sealed = seal(days, "2026-11-29").unwrap();
        assert_eq!((sealed.entries, sealed.sha256.as_str()), (7, "9TQh"));
        days.apply(&LogEvent::SecurityDaySealed(sealed));
        assert_eq!(days.sealed_until, Some(day("2026-11-29")));
        assert_eq!(seal(days, "2026-11-29"), None);
        assert_eq!(seal(days, "2026-11-28"), None);
        assert_eq!(seal(days, "2026-11-30").unwrap().on, day("2026-11-30"));
    }
}
