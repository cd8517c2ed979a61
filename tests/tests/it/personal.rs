//! No personal text on disk in clear: every file of the data directory and everything the server says is searched for
//! what visitors told.

use crate::files::{pdf, stores};
use crate::harness::{Office, id, instant, now};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// What is recorded below and must not be found: names, telephone numbers, words.
const TOLD: &[&str] = &[
    "欧阳念慈",
    "13912340987",
    "慕容长风",
    "02169130001",
    "楼上漏水浸坏天花板",
    "卫生间顶板滴水已经十一天",
    "灯泡已由物业更换完毕",
    "下周四再来说明进展",
    "须请房管所与物业到场会商",
    "房管所牵头限期维修",
    "承办单位已约定入户时间",
    "防水层返修并补偿",
    "修好了谢谢代表",
    "仍有渗水痕迹",
    "张桂芳女士陪同在场",
    "家在三号楼七零一室",
    "上官秀英",
    "13712349876",
    "更换整栋声控灯具",
    "声控灯具已全部更换",
    "改由物业统一更换",
    "司徒大年",
    "腿脚不便请代表上门",
    "约在太平村五号楼二零三室",
    "改到下个月再来",
    "老旧小区楼道照明调研",
    "建议物业每月巡查一次",
    "随附调研报告请审阅",
    "列入明年实事项目建议",
    "题目漏写门禁部分",
    "楼道照明与门禁调研",
];

#[test]
fn threat_nothing_that_visitors_said_can_be_read_from_the_disk() {
    println!("attempted: read what visitors said from the data directory");
    let mut office = Office::open();
    tells_everything(&office);
    // The boards have caught up and have been asked; then the server goes, and its last writes are out.
    let position = office.head();
    let lists = ["issues", "receptions", "major-issues", "deeds", "appointments", "studies"];
    for list in lists.map(|list| format!("/v1/{list}")) {
        office.get(&format!("{list}?at_least={position}")).good();
    }
    // Nor by what somebody is found.
    for sought in [json!({"name": TOLD[0]}), json!({"phone": TOLD[1]})] {
        let found = office.post("/v1/personal-data/searches", &sought).good();
        let person = json!({"reception_id": found["items"][0]["reception_id"], "visitor": 0});
        let held = office.post("/v1/personal-data/exports", &json!({"persons": [person]})).good().to_string();
        assert!(held.contains(TOLD[0]) && held.contains(TOLD[5]) && !held.contains(TOLD[15]), "{held}");
    }
    office.refuses_command(
        "/v1/receptions",
        &json!({"visitors": [{"name": TOLD[0], "phone": 1, "note": TOLD[15]}]}),
        422,
        "invalid_body",
    );
    office.stops();

    let place = office.place();
    let mut searched = Vec::new();
    search(&place.data(), &mut searched);
    assert!(
        searched.iter().any(|file| holds(&written(file), b"SQLite format 3")),
        "the boards' file is among them: {searched:?}"
    );
    let output = fs::read(place.output()).unwrap();
    for told in TOLD {
        for (spelling, bytes) in spellings(told) {
            assert!(!holds(&output, &bytes), "the server's output holds {told} in {spelling}");
        }
    }
    // The search can fail: what is public is found by it.
    let public = b"responsible_delegate_id";
    assert!(searched.iter().any(|file| holds(&written(file), public)));
    println!("caught: none of it is there to be read");
}

/// Says each of [`TOLD`] somewhere, through as many kinds of facts as carry words.
fn tells_everything(office: &Office) {
    let at = instant(now());
    let body = json!({
        "grid_id": office.grid, "form": "walk_in", "held_at": at, "delegates": [{"delegate_id": office.delegate}],
        "visitors": [{"name": TOLD[0], "phone": TOLD[1]}, {"name": TOLD[2], "phone": TOLD[3]}],
        "issues": [
            {"kind": "demand", "topic": "housing", "subject": TOLD[4], "text": TOLD[5], "visitor": 0},
            {"kind": "opinion", "topic": "livelihood", "subject": "楼道照明", "text": TOLD[15], "visitor": 1},
        ],
    });
    let recorded = office.post("/v1/receptions", &body).created();
    let issue = |n: usize| recorded["issues"][n]["id"].as_str().unwrap().to_owned();
    let (leak, light) = (issue(0), issue(1));

    office
        .does(
            &light,
            "answers",
            &json!({"outcome": "resolved", "channel": "oral", "text": TOLD[6], "delivered_at": at,
        "evidence": {"kind": "witness", "note": TOLD[14]}, "on_the_spot": true}),
        )
        .good();
    office
        .does(
            &light,
            "feedback",
            &json!({"satisfaction": "satisfied", "by": "visitor", "given_at": at, "comment": TOLD[12]}),
        )
        .good();

    office.does(&leak, "interim-replies", &json!({"text": TOLD[7], "channel": "phone", "told_at": at, "next_word_on": crate::harness::today() + chrono::Days::new(3)})).good();
    let escalated = office.does(&leak, "escalations", &json!({"level": "L2", "reason": TOLD[8]})).good();
    let major = escalated["major_issue"]["id"].as_str().unwrap().to_owned();
    let (lead, other) =
        (office.registers_office("房管所", "department"), office.registers_office("人大办公室", "congress_office"));
    office.handles(&major, "triage", &json!({"decision": "accept"})).good();
    office.handles(&major, "deliberations", &json!({"held_on": crate::harness::today(), "decision": TOLD[9]})).good();
    office.handles(&major, "assignments", &json!({"lead_office_id": lead})).good();
    office.handles(&major, "acceptances", &json!({})).good();
    office.handles(&major, "reports", &json!({"outcome": "resolved", "basis": TOLD[10], "text": TOLD[11]})).good();
    office
        .handles(&major, "verifications", &json!({"confirmed": true, "by_office_id": other, "note": TOLD[13]}))
        .good();
    office.handles(&major, "conclusion", &json!({"outcome": "resolved", "text": TOLD[11]})).good();

    does_besides(office);

    // They are there, for whoever may read them.
    let history = format!("{:?}", office.history(&leak));
    assert!(history.contains(TOLD[4]) && history.contains(TOLD[7]) && history.contains(TOLD[8]));
    let reception = format!("/v1/receptions/{}/events", recorded["reception"]["id"].as_str().unwrap());
    let people = office.get(&reception).text();
    assert!(people.contains(TOLD[0]) && people.contains(TOLD[3]), "{people}");
}

/// The same of deeds, appointments and studies.
fn does_besides(office: &Office) {
    let on = crate::harness::today() + chrono::Days::new(3);
    let begins = |list: &str, body: serde_json::Value, name: &str| -> String {
        let begun = office.post(&format!("/v1/{list}"), &body).created();
        format!("/v1/{list}/{}", begun[name]["id"].as_str().unwrap())
    };
    let does = |thing: &str, fact: &str, body: serde_json::Value| office.post(&format!("{thing}/{fact}"), &body).good();
    let pledge = |title: &str| {
        json!({"kind": "pledged_deed", "grid_id": office.grid, "owner_delegate_id": office.delegate, "promised_on": on,
            "title": title, "beneficiaries": [{"name": TOLD[16], "phone": TOLD[17]}]})
    };
    let file = id(&stores(office, &pdf(2_000)));
    let deed = begins("deeds", pledge(TOLD[18]), "deed");
    does(&deed, "completion", json!({"file_ids": [file], "text": TOLD[19]}));
    let deed = begins("deeds", pledge(TOLD[18]), "deed");
    does(&deed, "abandonment", json!({"reason": TOLD[20]}));
    let asked = json!({"grid_id": office.grid, "name": TOLD[21], "phone": TOLD[17], "text": TOLD[22]});
    let appointment = begins("appointments", asked, "appointment");
    does(&appointment, "contacts", json!({"channel": "phone", "text": TOLD[22]}));
    let agreed = json!({"delegate_id": office.delegate, "scheduled_on": on, "from": "13:30", "place": TOLD[23]});
    does(&appointment, "schedule", agreed);
    does(&appointment, "cancellation", json!({"by": "visitor", "reason": TOLD[24]}));
    let begun = json!({"kind": "study", "grid_id": office.grid, "topics": ["housing"], "lead_delegate_id": office.delegate,
        "held_at": instant(now()), "title": TOLD[25], "text": TOLD[26]});
    let study = begins("studies", begun, "study");
    does(&study, "completion", json!({"file_ids": [file], "text": TOLD[26]}));
    let studio = office.registers_office("党代表工作室", "party_studio");
    does(&study, "submissions", json!({"office_id": studio, "text": TOLD[27]}));
    does(&study, "uses", json!({"office_id": studio, "use": "adopted", "text": TOLD[28]}));
    let right = json!({"event_version": 1, "pointer": "/personal/0/title", "value": TOLD[30], "reason": TOLD[29]});
    does(&study, "corrections", right);
    let read = office.get(&study).text();
    assert!(read.contains(TOLD[30]) && read.contains(TOLD[27]) && read.contains(TOLD[28]), "{read}");
}

#[track_caller]
fn search(directory: &Path, searched: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, searched);
            continue;
        }
        let bytes = written(&path);
        for told in TOLD {
            for (spelling, wanted) in spellings(told) {
                assert!(!holds(&bytes, &wanted), "{} holds {told} in {spelling}", path.display());
            }
        }
        searched.push(path);
    }
}

/// The ways in which a text could have slipped onto the disk.
pub(crate) fn spellings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf8 = text.as_bytes().to_vec();
    let hex: String = utf8.iter().map(|byte| format!("{byte:02x}")).collect();
    let escaped: String =
        text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut all = vec![
        ("UTF-8", utf8.clone()),
        ("hex", hex.into_bytes()),
        ("JSON escapes", escaped.into_bytes()),
        ("UTF-16", utf16),
    ];
    all.dedup_by(|a, b| a.1 == b.1);
    // In base64 it looks different at each of the three offsets from which it may begin; its first and last characters
    // also depend on the neighbours.
    for offset in 0..3 {
        let mut bytes = vec![0; offset];
        bytes.extend_from_slice(&utf8);
        let encoded = STANDARD.encode(bytes).into_bytes();
        let end = encoded.len() - 4;
        let inner = encoded[if offset == 0 { 0 } else { 4 }..end].to_vec();
        let url_safe = inner
            .iter()
            .map(|byte| match byte {
                b'+' => b'-',
                b'/' => b'_',
                other => *other,
            })
            .collect();
        all.push(("base64", inner));
        all.push(("base64url", url_safe));
    }
    all
}

/// The bytes of a file without the long runs of zeros that a journal is filled with ahead.
pub(crate) fn written(path: &Path) -> Vec<u8> {
    const BLOCK: usize = 4096;
    let bytes = fs::read(path).unwrap();
    let blocks = bytes.chunks(BLOCK).filter(|block| **block != [0; BLOCK][..block.len()]);
    blocks.flatten().copied().collect()
}

pub(crate) fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    assert!(needle.len() >= 8, "too short to mean anything");
    let (first, rest) = needle.split_first().unwrap();
    let mut from = 0;
    while let Some(found) = haystack[from..].iter().position(|byte| byte == first) {
        from += found + 1;
        if haystack[from..].starts_with(rest) {
            return true;
        }
    }
    false
}

/// What is in the memory of a running server is never written to a core dump. (That no other process of the same user may
/// look into it cannot be told from outside by root.)
#[test]
fn a_running_server_leaves_no_core_dump() {
    let office = Office::open();
    let process = PathBuf::from(format!("/proc/{}", office.server().pid()));
    let limits = fs::read_to_string(process.join("limits")).unwrap();
    let dumps = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(dumps.split_whitespace().collect::<Vec<_>>(), ["0", "0", "bytes"]);
}
