//! `/v1/calendars/{year}`: working calendars, year by year, as published.

use crate::calendars::questions::year_of;
use crate::calendars::view::{CalendarSourceView, CalendarView, NamedDayView};
use crate::http::commands::run;
use crate::http::context::PathParts;
use crate::http::extract::Command;
use crate::http::reference::settle_governed;
use crate::http::response::CommandAnswer;
#[cfg(test)]
use crate::input::body::refer_to;
use crate::input::body::{Faults, Fields, Kind, List, PastInstant, Place, Year, body, date, line, object, past_day};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::AppState;
use actix_web::{HttpResponse, web};
use casework::issues::OccurredAt;
use casework::transact::Outcome;
use chrono::NaiveDate;
use domain::calendar::{CalendarSource, CalendarYear, MAX_DAYS, NamedDay, YearParts};
use domain::language::text;
use domain::refusal;
use domain::text::TITLE_CHARS_MAX;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
#[cfg(test)]
use utoipa::openapi::RefOr;
#[cfg(test)]
use utoipa::openapi::schema::Schema;

body! {
    /// A calendar to be published: the whole year as it then is.
    #[example = {
        "source": {"title": "国务院办公厅关于2027年部分节假日安排的通知", "published_on": "2026-11-20"},
        "public_holidays": [{"date": "2027-01-01", "name": "元旦"}],
        "make_up_days": [{"date": "2027-02-20", "name": "春节"}]
    }]
    struct PublishCalendar(year_of_path: i32) {
        /// The year again, if at all the same as in the path.
        year: Option<Year> = |fields| the_year(fields, year_of_path),
        /// The paper it was taken from.
        source: CalendarSourceView,
        /// Days that are not worked, weekends inside holidays included; of this year.
        public_holidays: List<NamedDayView, MAX_DAYS>,
        /// Weekend days that are worked instead.
        make_up_days: List<NamedDayView, MAX_DAYS>,
        /// Days on which the town's offices are closed for a reason of their own.
        local_closures: Option<List<NamedDayView, MAX_DAYS>>,
        /// When it was decided; by default now.
        occurred_at: Option<PastInstant> => |_| {
            let parts = YearParts {
                year: year_of_path,
                public_holidays: dates(public_holidays.as_deref()),
                make_up_days: dates(make_up_days.as_deref()),
                local_closures: dates(local_closures.as_ref().and_then(Option::as_deref)),
            };
            parts.faults()
        },
    }
}

/// The year of the path, which the body may say again.
fn the_year(fields: &mut Fields<'_>, year: i32) -> Option<Option<i32>> {
    let said = fields.field::<Option<Year>>("year").flatten();
    if said.is_some_and(|said| said != year) {
        let detail = text("与路径中的年份不一致。", "It is not the year of the path.");
        fields.fault_because("year", refusal::Code::InvalidValue, detail);
    }
    Some(Some(year))
}

fn dates(days: Option<&[DayParts]>) -> Vec<Option<NaiveDate>> {
    days.unwrap_or_default().iter().map(|(date, _)| *date).collect()
}

impl PublishCalendar {
    /// What is published.
    fn calendar(self) -> Option<CalendarYear> {
        let whole = |(date, name): DayParts| Some(NamedDay { date: date?, name: name? });
        Some(CalendarYear {
            year: self.year?,
            source: self.source,
            public_holidays: self.public_holidays.into_iter().map(whole).collect::<Option<_>>()?,
            make_up_days: self.make_up_days.into_iter().map(whole).collect::<Option<_>>()?,
            local_closures: self.local_closures.into_iter().flatten().map(whole).collect::<Option<_>>()?,
        })
    }
}

fn read_year(fields: &mut Fields<'_>, year: i32) -> Option<(CalendarYear, OccurredAt)> {
    let body = PublishCalendar::read(fields, year)?;
    let at = body.occurred_at;
    Some((body.calendar()?, at))
}

/// A paper is named as it is shown.
impl Kind for CalendarSourceView {
    type Value = CalendarSource;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<CalendarSource> {
        object(read_source)(value, place, faults)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        refer_to::<Self>()
    }
}

/// A day is named as it is shown.
impl Kind for NamedDayView {
    type Value = DayParts;

    fn read(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<DayParts> {
        day_parts(value, place, faults)
    }

    #[cfg(test)]
    fn schema() -> RefOr<Schema> {
        refer_to::<Self>()
    }
}

fn read_source(fields: &mut Fields<'_>) -> Option<CalendarSource> {
    let title = fields.required("title", line(TITLE_CHARS_MAX));
    let document = fields.optional("document", line(TITLE_CHARS_MAX));
    let published_on = fields.required("published_on", past_day());
    Some(CalendarSource { title: title?, document, published_on: published_on? })
}

/// A day and its name, as far as they could be read.
type DayParts = (Option<NaiveDate>, Option<String>);

/// A day that cannot be read keeps its place, so that the pointers of the others are right.
fn day_parts(value: Value, place: &Place<'_>, faults: &mut Faults) -> Option<DayParts> {
    let parts = |fields: &mut Fields<'_>| {
        Some((fields.required("date", date()), fields.required("name", line(TITLE_CHARS_MAX))))
    };
    Some(object(parts)(value, place, faults).unwrap_or_default())
}

/// A calendar after it was published.
#[derive(Serialize, ToSchema)]
pub struct CalendarPublished {
    /// The calendar.
    calendar: CalendarView,
    /// Position of the command's last event.
    position: u64,
}

/// Publish a year's working calendar, or publish it again
///
/// 公布一年的工作日历，或依后来的通知修改：提交全年。未到期的期限随后由系统重算，已到期或已答复的不变。
///
/// Publishes the working calendar of a year, or changes it by a later notice: send the whole year. Open due dates
/// are recomputed afterwards; those that have passed or were answered never change (C-4.4).
#[utoipa::path(post, path = "/v1/calendars/{year}", tag = "calendars", request_body = PublishCalendar, params(
    ("year" = i32, Path, description = "年份。The year.", example = 2027),
), responses(
    (status = 201, description = "首次公布。Published for the first time.", body = CalendarPublished),
    (status = 200, description = "已修改。Amended.", body = CalendarPublished),
))]
pub(crate) async fn publish(
    app: web::Data<AppState>,
    parts: PathParts,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let year = year_of(parts.get("year")).ok_or_else(|| Problem::new(HttpCode::NotFound))?;
    let ran = run(
        &app,
        &command,
        |fields| read_year(fields, year),
        async |call, (calendar, at)| app.casework.publish_calendar(call, &calendar, at).await,
    )
    .await?;
    if matches!(ran, Outcome::Done(_)) {
        app.calendar_published.notify_one();
    }
    let done = settle_governed(&app, &command, ran, async |_| Ok(year)).await?;
    let found = CalendarView::of(&done.snapshot.reference.calendars, done.did.made);
    let calendar = found.ok_or_else(|| Problem::internal("a calendar is not there after it was published"))?;
    let headers = CommandAnswer {
        created: (calendar.version == 1).then(|| format!("/v1/calendars/{year}")),
        version: Some(calendar.version),
        replayed: done.replayed,
    };
    Ok(headers.answer(CalendarPublished { calendar, position: done.did.position.0 }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::input::body::read;

    fn year(body: &str) -> Result<(CalendarYear, OccurredAt), Problem> {
        read(body.as_bytes(), |fields| read_year(fields, 2027))
    }

    #[test]
    fn a_body_may_repeat_the_year_of_the_path_but_not_contradict_it() {
        let body = |more: &str| {
            format!(
                r#"{{{more}"source":{{"title":"通知","published_on":"2026-11-20"}},
                "public_holidays":[{{"date":"2027-01-01","name":"元旦"}}],"make_up_days":[]}}"#
            )
        };
        for more in ["", "\"year\":2027,"] {
            let (calendar, at) = year(&body(more)).unwrap();
            assert_eq!((calendar.year, calendar.public_holidays.len(), at), (2027, 1, None));
        }
        let refused = year(&body("\"year\":2026,")).unwrap_err();
        assert_eq!(refused.faults[0].pointer, "/year");
        assert_eq!(refused.code.as_str(), "invalid_value");
    }

    #[test]
    fn a_year_is_four_digits() {
        assert_eq!(year_of("2026"), Some(2026));
        for text in ["", "26", "+026", "20261", "２０２６", "-026"] {
            assert_eq!(year_of(text), None, "{text}");
        }
    }
}
