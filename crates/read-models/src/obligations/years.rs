//! Which years are in the rows: of each grid and each delegate all of which somebody may owe something, and the next one.

use super::row::SUBJECTS;
use crate::engine::failure::Failure;
use crate::engine::projection::Written;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::clock::Timeline;
use std::ops::RangeInclusive;

/// The years in the rows, once they were asked for.
#[derive(Default)]
pub(super) struct KnownYears(Option<Range>);

/// The first and the last; nothing while there are none.
type Range = Option<RangeInclusive<i32>>;

impl KnownYears {
    /// Those that are in the rows, and those that are to be there now. What is in the rows stays.
    pub(super) async fn follow(
        &mut self,
        timeline: &Timeline,
        (by, zone): (DateTime<Utc>, Tz),
        written: &Written,
    ) -> Result<(Range, Range), Failure> {
        let known = match &self.0 {
            Some(known) => known.clone(),
            None => rows(written).await?,
        };
        let wanted = match (&known, timeline.years(by, zone)) {
            (Some(known), Some(now)) => Some(*known.start().min(now.start())..=*known.end().max(now.end())),
            (Some(known), None) => Some(known.clone()),
            (None, now) => now,
        };
        self.0 = Some(wanted.clone());
        Ok((known, wanted))
    }
}

async fn rows(written: &Written) -> Result<Range, Failure> {
    let names = written.name(&SUBJECTS);
    let found = written.read(move |sql| {
        let outer = |which: &str| format!("select cast({which}(period) as integer) from {names} where period != ''");
        let one = |which| sql.row(&outer(which), &[], |columns| columns.whole_optional());
        Ok((one("min")?.flatten(), one("max")?.flatten()))
    });
    let (first, last) = found.await?;
    let year = |year: Option<i64>| year.and_then(|year| i32::try_from(year).ok());
    Ok(year(first).zip(year(last)).map(|(first, last)| first..=last))
}
