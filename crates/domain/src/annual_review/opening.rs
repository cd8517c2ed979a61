//! Opening the review of a year, from the day of the year on that the policy says (C-5.2).

use super::{AnnualReview, CLAUSE, ReviewOpened, days_of};
use crate::programme::Established;
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

/// Opens the review of a year, once, on `review.opens_on` of it at the earliest.
///
/// Errors: [`Code::BeforeProgramme`] for a year before the programme's first; a time in the future;
/// [`Code::AlreadyOpened`], [`Code::TooEarly`].
pub fn open(
    review: &AnnualReview,
    year: i32,
    programme: Option<&Established>,
    rules: &Rules<'_>,
    at: DateTime<Utc>,
) -> Result<ReviewOpened, Refusal> {
    of_the_programme(year, programme)?;
    rules.claimed(at, DateTime::<Utc>::MIN_UTC, Code::BeforePrevious).map_err(at_the_time)?;
    if review.opened.is_some() {
        return Err(Refusal::new(Code::AlreadyOpened)
            .under(CLAUSE)
            .because(format!("{year} 年度述职评议已经启动。"), format!("The review of {year} is open already.")));
    }
    from_day_on(rules, at, rules.policy.review.opens_on.in_year(year))?;
    Ok(ReviewOpened {})
}

/// The year is one of the programme, or later.
///
/// Errors: [`Code::BeforeProgramme`].
pub(crate) fn of_the_programme(year: i32, programme: Option<&Established>) -> Result<(), Refusal> {
    match programme {
        Some(programme) if year < programme.effective_on.year() => {
            let first = programme.effective_on.year();
            Err(Refusal::new(Code::BeforeProgramme).because(
                format!("联系服务活动自 {first} 年起实施，此前的年度没有评议。"),
                format!("The programme began in {first}; there is no review of a year before."),
            ))
        }
        Some(_) | None => Ok(()),
    }
}

/// What is claimed for `at` is not done before a day.
///
/// Errors: [`Code::TooEarly`] with the day.
pub(crate) fn from_day_on(rules: &Rules<'_>, at: DateTime<Utc>, day: Option<NaiveDate>) -> Result<(), Refusal> {
    match day {
        Some(day) if day <= rules.town_date(at) => Ok(()),
        Some(day) => {
            Err(Refusal::new(Code::TooEarly)
                .because(format!("最早为 {day}。"), format!("This can be done from {day} on.")))
        }
        None => Err(Refusal::new(Code::TooEarly)),
    }
}

/// A fault of the claimed instant.
pub(crate) fn at_the_time(refusal: Refusal) -> Refusal {
    refusal.under(CLAUSE).at("/occurred_at")
}

/// The reviews of years that no calendar has do not exist.
pub(crate) fn days(year: i32) -> Result<(NaiveDate, NaiveDate), Refusal> {
    days_of(year).ok_or_else(|| Refusal::new(Code::OutOfRange).under(CLAUSE))
}
