//! A view of personal data in an answer.

use crate::http::response::business_time;
use crate::openapi::vocabulary as schema;
use casework::access::views::FoundView;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 一次查看的记录：某账户当日首次查看。That somebody looked: the first time on a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PersonalDataView, example = json!({
    "position": 88410, "at": "2026-11-30T09:10:00+08:00", "day": "2026-11-30",
    "account_id": "0198f3c5-0000-7000-8000-000000000011", "role": "congress_office", "action": "issue.read",
    "purpose": "supervision", "classes": ["narrative"], "things": 1
}))]
pub struct PersonalDataViewed {
    /// Its place in the log.
    pub position: u64,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// On which day of the town.
    pub day: NaiveDate,
    /// Who.
    pub account_id: Uuid,
    /// In which role.
    #[schema(value_type = schema::Role)]
    pub role: String,
    /// By which action of the access table.
    pub action: String,
    /// What for.
    #[schema(value_type = schema::Purpose)]
    pub purpose: &'static str,
    /// What was opened.
    #[schema(value_type = Vec<schema::PersonalClass>)]
    pub classes: Vec<&'static str>,
    /// How many things were looked at together.
    pub things: usize,
}

impl PersonalDataViewed {
    /// As it was found in the log, in the town's time.
    pub fn of(found: &FoundView, town: Tz) -> Self {
        let viewed = &found.viewed;
        Self {
            position: found.position.0,
            at: business_time(found.at, town),
            day: viewed.day,
            account_id: found.account.0,
            role: found.role.clone(),
            action: viewed.action.clone(),
            purpose: viewed.purpose.as_str(),
            classes: viewed.classes.iter().map(|class| class.as_str()).collect(),
            things: viewed.seen.len(),
        }
    }
}
