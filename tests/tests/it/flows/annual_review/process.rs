//! One delegate's review from the first dispute to the published result.

use super::{Review, adjustment, dispute, report, vote};
use crate::harness::id;
use chrono::Days;
use serde_json::{Value, json};

#[test]
fn a_year_is_opened_frozen_disputed_decided_and_published() {
    let Some(mut review) = Review::of("a year's review") else { return };
    let (answered, open) = (review.office.raises("楼道灯不亮"), review.office.raises("井盖缺失"));
    review.office.does(&answered, "answers", &review.office.answer()).good();
    // From the first day of the year on, whether the review is open or not.
    let of_issue = json!({"indicator": "on_time", "of": {"family": "issue", "id": open}, "text": "该件已上报。"});
    let early = review.does("disputes", &of_issue);
    assert_eq!(early["disputes"][0]["of"], json!({"family": "issue", "id": open}), "{early:#}");
    let early = id(&early["disputes"][0]);
    review.office.get(&format!("/v1/reviews/{}", review.year)).problem(404, "not_found");

    review.boots_on(chrono::NaiveDate::from_ymd_opt(review.year, 12, 1).unwrap());
    let opened = review.post("opening", &json!({})).created();
    assert_eq!((&opened["review"]["state"], &opened["review"]["year"]), (&json!("open"), &json!(review.year)));
    let first = review.does("report", &json!({"liaison_service": "初稿。"}));
    assert_eq!(first["report"]["superseded"], 0);
    let upheld = review.does(&format!("disputes/{early}/decision"), &json!({"upheld": true, "text": "属实，已更正。"}));
    assert_eq!(
        (&upheld["disputes"][0]["state"], &upheld["disputes"][0]["decision_text"]),
        (&json!("upheld"), &json!("属实，已更正。"))
    );

    review.boots_on(review.freezes_on());
    review.office.registers_office("一月新设办公室", "department");
    let second = review.does("report", &report());
    assert_eq!((&second["report"]["superseded"], &second["report"]["other"]), (&json!(1), &json!("参加培训一次。")));
    let frozen = review.post("freeze", &json!({})).good()["review"].clone();
    assert_eq!((&frozen["state"], &frozen["rules"]), (&json!("frozen"), &json!("review/2")));
    let freeze = review.freezes_on();
    // Ten working days from a Monday, of a year whose calendar is not published; then one more for what is recorded late.
    assert_eq!(frozen["disputes_until"], json!((freeze + Days::new(14)).to_string()), "{frozen:#}");
    assert_eq!(frozen["results_from"], json!((freeze + Days::new(16)).to_string()));
    assert_eq!(frozen["counts"]["reports"], 1);
    assert_eq!(frozen["counts"]["delegates"].as_u64().unwrap() + 14, frozen["subjects"].as_u64().unwrap());

    let late = review.does("disputes", &dispute("on_the_spot"));
    let late = id(&late["disputes"][1]);
    assert_eq!(
        (review.read()["counts"]["disputes"].as_u64(), review.read()["counts"]["disputes_pending"].as_u64()),
        (Some(2), Some(1))
    );
    review.does("appraisals", &vote("voters", freeze));
    let appraised = review.does("appraisals", &vote("peers", freeze));
    assert_eq!(appraised["appraisals"][1]["ballots"], json!({"excellent": 31, "competent": 12}));
    review.does(&format!("disputes/{late}/decision"), &json!({"upheld": true, "text": "属实。"}));
    let (n, of) = review.frozen_figure("on_the_spot");
    assert_eq!((n, of), (0, 2));
    let mut adjusted = adjustment("on_the_spot", 1, 0);
    adjusted["dispute_id"] = json!(late);
    review.does("adjustments", &adjusted);
    assert_eq!(review.frozen_figure("on_the_spot"), (0, 2), "beside the figure, never in it");
    let dossier = review.dossier();
    assert_eq!(dossier["adjusted"], json!([{"indicator": "on_the_spot", "n": 0, "of": 2, "by_n": 1, "by_of": 0}]));
    review.refuses("result", &json!({"grade": "excellent"}), 409, "dispute_window_open");

    review.boots_on(freeze + Days::new(16));
    let result = review.does("result", &json!({"grade": "excellent", "text": "经研究确定。"}));
    assert_eq!((&result["result"]["grade"], &result["result"]["text"]), (&json!("excellent"), &json!("经研究确定。")));
    let public = format!("/v1/public/reviews/{}", review.year);
    assert_eq!(stranger(&review, &public)["items"], json!([]), "set, but not published");
    let posted_at = review.office.get(&review.of_delegate("dossier")).good()["appraisal"]["result"]["set_at"].clone();
    review.does("publication", &json!({"posted_at": posted_at}));
    tells_everybody(&review, &public);
    is_told_for_people(&review);
    let counts = &review.read()["counts"];
    assert_eq!((&counts["results"], &counts["published"], &counts["appraisals"]), (&json!(1), &json!(1), &json!(1)));
    let listed = review.office.get("/v1/reviews").good();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["position"], frozen["position"]);
}

/// Whoever has no token.
#[track_caller]
fn stranger(review: &Review, path: &str) -> Value {
    review.office.call("GET", path).without("Authorization").send().good()
}

/// A published result is for everybody: with the frozen figures, and with nobody's words.
fn tells_everybody(review: &Review, public: &str) {
    let office = &review.office;
    let dossier = review.dossier();
    let told = stranger(review, public);
    let one = &told["items"][0];
    assert_eq!(one["name"], dossier["appraisal"]["delegate"]["name"]);
    assert_eq!((&one["grade"], &one["delegate_types"]), (&json!("excellent"), &json!(["party"])));
    assert_eq!(one["indicators"], dossier["figures"]["indicators"]);
    assert_eq!(one["adjusted"], dossier["adjusted"]);
    let whole = told.to_string();
    for hidden in ["属实", "经研究确定", "全年接待", "ballots", "该件", &office.delegate] {
        assert!(!whole.contains(hidden), "{hidden}: {told:#}");
    }
    let table = office.call("GET", &format!("{public}?format=csv")).without("Authorization").send().is(200);
    let first = table.text().lines().nth(1).unwrap().to_owned();
    let name = one["name"].as_str().unwrap();
    assert!(first.starts_with(&format!("{},{name},party,excellent,", review.year)), "{first}");
    let book = office.call("GET", &format!("{public}?format=xlsx")).without("Authorization").send().is(200);
    assert!(book.body.starts_with(b"PK") && book.header("cache-control").unwrap().contains("public"));
    for (language, words) in [("zh-CN", "年度代表述职评议结果"), ("en", "Annual review of delegates")] {
        let page = office.call("GET", &format!("{public}?format=html")).without("Authorization");
        let page = page.with("Accept-Language", language).send().is(200);
        assert!(page.text().contains(words), "{}", page.text());
        assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
        assert!(page.header("vary").unwrap().contains("Accept-Language"));
    }
}

/// The dossier as a page and as a sheet.
fn is_told_for_people(review: &Review) {
    let office = &review.office;
    for (language, words) in [("zh-CN", "年度述职评议档案"), ("en", "Annual review")] {
        let page =
            office.call("GET", &review.of_delegate("dossier?format=html")).with("Accept-Language", language).send();
        let page = page.is(200).text();
        // Charts have their numbers in words, for those who cannot see them.
        for part in [words, "<svg class=\"chart\" role=\"img\"", "0 / 2 (0.0%) → 1 / 2", "31 / 43 (72.1%)", "<desc>"]
        {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
    let sheet = office.get(&review.of_delegate("dossier?format=xlsx")).is(200);
    assert!(sheet.body.starts_with(b"PK\x03\x04"));
    let events = office.get(&review.of_delegate("events?limit=100")).good();
    let types: Vec<&str> =
        events["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        types.iter().map(|name| name.strip_prefix("appraisal.").unwrap()).collect::<Vec<_>>(),
        [
            "entry_disputed",
            "report_submitted",
            "dispute_decided",
            "report_submitted",
            "indicators_frozen",
            "entry_disputed",
            "appraised",
            "appraised",
            "dispute_decided",
            "adjusted",
            "result_set",
            "result_published"
        ]
    );
}
