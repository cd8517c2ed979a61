//! The review of a year of the whole town, up to its published result, of a delegate who has been busy.

use crate::files::{pdf, stores};
use crate::harness::{FakedClock, Office, Place, huiyin, id, text};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// The year that is reviewed.
pub const YEAR: i32 = 2025;
/// Up to here casework is made up: before a made-up review would be frozen.
const TOLD_UNTIL: &str = "2026-01-08T18:00:00+08:00";
/// When its figures are frozen: a Monday.
const FROZEN_AT: &str = "2026-01-12T09:00:00+08:00";
/// When the time for disputes is over, beyond doubt.
const SET_AT: &str = "2026-02-03T09:00:00+08:00";

/// An office behind the year, and whose review it is.
pub struct Reviewed {
    pub office: Office,
    pub delegate: String,
}

/// Fills the place with made-up casework of the last months before the freeze: no more than there must be for figures of all
/// kinds.
fn tells_years(place: &Place) {
    let mut simulate = Command::new(huiyin());
    simulate.arg("simulate").arg("--data").arg(place.data()).arg("--keys").arg(place.keys());
    simulate.args(["--years", "0.2", "--towns-worth", "1"]).stdin(Stdio::null());
    place.clock().shown_standing_off_by(shift(TOLD_UNTIL), &mut simulate);
    let told = simulate.output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
}

fn shift(to: &str) -> i64 {
    (DateTime::parse_from_rfc3339(to).unwrap().to_utc() - Utc::now()).num_seconds()
}

impl Reviewed {
    /// The whole of it; `None` where no clock can be moved.
    pub fn of(test: &str) -> Option<Self> {
        let clock = FakedClock::of(test)?;
        clock.is_moved_by(shift(FROZEN_AT));
        let place = Arc::new(Place::under(clock));
        tells_years(&place);
        let office = Office::at(place);
        office.ran();
        let mut review = Self { office, delegate: String::new() };
        review.delegate = review.busiest();
        review.is_reviewed();
        Some(review)
    }

    /// The one with the most figures that are not nothing, and with words of visitors.
    fn busiest(&self) -> String {
        let reviews = self.office.get(&format!("/v1/reviews/{YEAR}/delegates")).good();
        let figures = |item: &Value| {
            let all = item["indicators"].as_array().unwrap();
            let said = all.iter().filter(|one| one["wilson_95_permille"].is_array()).count();
            let counted = all.iter().filter(|one| one["n"].as_u64() > Some(0)).count();
            (said, counted)
        };
        let items = reviews["items"].as_array().unwrap();
        id(&items.iter().max_by_key(|item| figures(item)).unwrap()["delegate"])
    }

    /// An address about the delegate.
    pub fn path(&self, rest: &str) -> String {
        format!("/v1/reviews/{YEAR}/delegates/{}/{rest}", self.delegate)
    }

    #[track_caller]
    fn does(&self, rest: &str, body: &Value) -> Value {
        self.office.post(&self.path(rest), body).good()["appraisal"].clone()
    }

    /// From the opening to the publication.
    fn is_reviewed(&mut self) {
        self.office.post(&format!("/v1/reviews/{YEAR}/opening"), &json!({})).created();
        let file = id(&stores(&self.office, &pdf(200)));
        let service = "全年轮值接待 11 次，受理意见、建议和要求 27 件，其中当场解答 9 件。\n\n走访困难家庭 16 户，\
                       参加季度例会 4 次。对逾期的 1 件已向当事人说明原因。\n"
            .repeat(6);
        self.does("report", &json!({"liaison_service": service, "other": "参加培训 2 次。", "file_ids": [file]}));
        self.office.post(&format!("/v1/reviews/{YEAR}/freeze"), &json!({})).good();

        let raises = |indicator: &str, of: Value, text: &str| {
            let mut body = json!({"indicator": indicator, "text": text});
            if !of.is_null() {
                body["of"] = of;
            }
            id(self.does("disputes", &body)["disputes"].as_array().unwrap().last().unwrap())
        };
        let issues = self.office.get(&format!("/v1/issues?delegate_id={}&limit=1", self.delegate)).good();
        let issue = json!({"family": "issue", "id": issues["items"][0]["id"]});
        let upheld = raises("on_time", issue, "该件已于第 5 个工作日答复，系统记录迟了 1 日。");
        let rejected = raises("attendance", Value::Null, "10 月 16 日因公请假。");
        for (dispute, is_upheld) in [(&upheld, true), (&rejected, false)] {
            let decision = json!({"upheld": is_upheld, "text": "经核对原始记录 3 份后认定。"});
            self.does(&format!("disputes/{dispute}/decision"), &decision);
        }
        let reason = "异议成立，改计 1 件。";
        let adjusted = json!({"indicator": "on_time", "n": 0, "of": 1, "dispute_id": upheld, "reason": reason});
        self.does("adjustments", &adjusted);
        let ballots = json!({"excellent": 31, "competent": 12, "basically_competent": 2});
        for by in ["voters", "peers", "offices"] {
            let vote = json!({"by": by, "held_on": "2026-01-12", "ballots": ballots});
            self.does("appraisals", &vote);
        }
        self.office.boots(shift(SET_AT));
        self.office.ran();
        let set = self.does("result", &json!({"grade": "excellent", "text": "经 2 月 2 日会议研究确定。"}));
        self.does("publication", &json!({"posted_at": text(&set, "/result/set_at")}));
    }
}
