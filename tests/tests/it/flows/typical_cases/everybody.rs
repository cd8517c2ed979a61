//! What everybody may read of typical cases, without a token: the published text and annotations, and nothing else (C-5.3).

use super::{NOMINATED, TEXT, Town, of, post};
use crate::harness::{NOBODY, id, text};
use serde_json::{Value, json};

#[test]
fn strangers_are_told_the_published_text_and_annotations_and_nothing_else() {
    let town = Town::open();
    let office = &town.office;
    let (hidden, shown) = (town.decided(true), town.decided(true));
    assert_eq!(town.told(""), Vec::<Value>::new());
    let published = town.publishes(&shown, "website");
    town.does(&shown, "annotations", &json!({"text": "年底又检查了一次<i>。"}), "published");
    let cases = town.told("");
    assert_eq!(cases.len(), 1);
    let grid = office.get(&format!("/v1/grids/{}", office.grid)).good();
    let today = &text(&published, "/typical_case/publications/0/posted_at")[..10];
    assert_eq!(
        cases[0],
        json!({
            "id": shown, "grid_id": office.grid, "grid": text(&grid, "/name"), "published_on": today, "channels": ["website"],
            "text": TEXT, "annotations": [{"annotated_on": today, "text": "年底又检查了一次<i>。"}],
        })
    );
    let secrets = [
        NOMINATED[0],
        NOMINATED[1],
        "楼道灯不亮，",
        "评审组的话",
        "江桥党代表工作室",
        &town.issue,
        &town.studio,
        &hidden,
        office.delegate.as_str(),
    ];
    for (query, language) in [("", "zh-CN"), ("?format=html", "zh-CN"), ("?format=html", "en")] {
        let path = format!("/v1/public/typical-cases{query}");
        let call = office.call("GET", &path).without("Authorization").with("Accept-Language", language);
        let answer = call.send().is(200);
        assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
        let said = answer.text();
        for secret in secrets {
            assert!(!said.contains(secret), "{query} {language}: {secret}\n{said}");
        }
        if query.is_empty() {
            continue;
        }
        let (title, beside) = match language {
            "en" => ("Typical cases of the liaison service", "Annotation"),
            _ => ("两代表联系服务群众典型案例", "加注"),
        };
        let escaped = "有居民反映&lt;b&gt;楼道灯&lt;/b&gt;不亮 &amp; 代表当日联系物业。</p><p>三天后修好。</p>";
        for word in [title, beside, escaped, "年底又检查了一次&lt;i&gt;。", &format!("lang=\"{language}\"")] {
            assert!(said.contains(word), "{language}: {word}\n{said}");
        }
        assert!(answer.header("vary").is_some_and(|vary| vary.contains("Accept-Language")));
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    }
}

/// What could go wrong: somebody is recognised in what is published, and stays in it until the last board is pasted over.
#[test]
fn a_text_in_which_a_name_is_found_late_is_told_no_longer() {
    let town = Town::open();
    let case = town.submitted();
    town.deidentifies(&case, "王秀英家的楼道灯三天修好。", "submitted");
    town.does(&case, "selection", &json!({"selected": true}), "selected");
    for channel in ["board", "website"] {
        town.publishes(&case, channel);
    }
    assert_eq!(text(&town.told("")[0], "/text"), "王秀英家的楼道灯三天修好。");
    let better = town.deidentifies(&case, TEXT, "published");
    let outdated = |answer: &Value| {
        let publications = answer["typical_case"]["publications"].as_array().unwrap();
        publications
            .iter()
            .map(|there| (text(there, "/channel").to_owned(), there["outdated"] == true))
            .collect::<Vec<_>>()
    };
    let of_channels = |marks: [(&str, bool); 2]| marks.map(|(channel, mark)| (channel.to_owned(), mark)).to_vec();
    assert_eq!(outdated(&better), of_channels([("board", true), ("website", true)]));
    // Nothing of it, until the new text is published somewhere.
    assert_eq!(town.told(""), Vec::<Value>::new());
    assert!(!town.tells("?format=html").is(200).text().contains("王秀英"));
    let again = town.publishes(&case, "website");
    let channels = outdated(&again);
    assert_eq!(channels[..2], of_channels([("board", true), ("website", false)]));
    let told = town.told("");
    assert_eq!((told.len(), text(&told[0], "/text"), &told[0]["channels"]), (1, TEXT, &json!(["website"])));
    town.office.refuses_command(&of(&case, "publication"), &post("website"), 409, "already_published");
    town.publishes(&case, "board");
    assert_eq!(town.told("")[0]["channels"], json!(["board", "website"]));
}

#[test]
fn published_cases_are_chosen_by_grid_and_day_a_page_at_a_time() {
    let town = Town::open();
    let office = &town.office;
    let mut cases: Vec<String> = (0..3).map(|_| town.decided(true)).collect();
    for case in &cases {
        town.publishes(case, "board");
    }
    cases.sort();
    cases.reverse();
    let ids = |query: &str| town.told(query).iter().map(id).collect::<Vec<_>>();
    // Of one day: then by their ids.
    assert_eq!(ids(""), cases);
    let today = crate::harness::today();
    assert_eq!(ids(&format!("?grid_id={}&from={today}&to={today}", office.grid)), cases);
    assert_eq!(ids(&format!("?from={}", today + chrono::Duration::days(1))), Vec::<String>::new());
    let grids = office.get("/v1/grids").good();
    assert_eq!(ids(&format!("?grid_id={}", id(&grids["items"][1]))), Vec::<String>::new());
    let first = town.tells("?limit=2").is(200);
    assert!(first.header("link").is_some_and(|link| link.ends_with("; rel=\"next\"")), "{:?}", first.header("link"));
    let cursor = text(&first.json(), "/next_cursor").to_owned();
    assert_eq!(ids(&format!("?limit=2&cursor={cursor}")), [cases[2].clone()]);
    let page = town.tells("?limit=2&format=html").is(200).text();
    assert!(page.contains("rel=\"next\"") && page.contains(&cases[0]) && !page.contains(&cases[2]), "{page}");
    for (query, name, code) in [
        ("limit=51", "limit", "out_of_range"),
        ("limit=0", "limit", "out_of_range"),
        ("from=2026-02-01&to=2026-01-01", "from", "bad_parameter"),
        (&format!("grid_id={NOBODY}"), "grid_id", "unknown_id"),
        ("state=published", "state", "unknown_parameter"),
        (&format!("to={today}&cursor={cursor}"), "cursor", "bad_cursor"),
    ] {
        let refusal = town.tells(&format!("?{query}"));
        assert_eq!(refusal.status, 400, "{query}: {}", refusal.text());
        let fault = &refusal.json()["errors"][0];
        assert_eq!((text(fault, "/pointer"), text(fault, "/code")), (format!("/query/{name}").as_str(), code));
    }
    town.tells("?format=ndjson").problem(406, "not_acceptable");
}
