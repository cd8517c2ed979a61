//! Personal data erased: found nowhere afterwards, by whoever has all files and all keys that are left, while every leaf,
//! figure and proof is what it was; finished whatever kills the server on the way.

use crate::files::{content, stores};
use crate::golden_directory::unpacked;
use crate::harness::{Call, Office, Place, id, instant, now, text, today};
use crate::personal::{holds, spellings, written};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Datelike as _;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest wait for an erasure to be carried out.
const PATIENCE: Duration = Duration::from_secs(60);

/// One of sixty: fifteen people, each with a name, a number, what it was about and what was said.
fn planted(person: usize, what: &str) -> String {
    format!("{what}{:04}号沈慕云{}", person * 37 + 1000, ["甲", "乙", "丙"][person % 3].repeat(3))
}

/// Another account, which decides.
fn decider(office: &Office) -> String {
    let issued = office.post("/v1/tokens", &json!({"name": "人大办公室值班", "roles": ["congress_office"]})).created();
    text(&issued, "/secret").to_owned()
}

fn decision(office: &Office, decider: &str, erasure: &str) -> Call {
    let call = office.command(&format!("/v1/erasures/{erasure}/decision"), &json!({"approved": true}));
    call.with("Authorization", &format!("Bearer {decider}"))
}

fn requests(office: &Office, body: &Value) -> String {
    id(&office.post("/v1/erasures", body).created()["erasure"])
}

#[track_caller]
fn is_carried_out(office: &Office, erasure: &str) {
    let begun = Instant::now();
    loop {
        let state = office.get(&format!("/v1/erasures/{erasure}")).good();
        if state["state"] == "completed" {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{state:#}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn all_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all_files(&path, found) } else { found.push(path) }
    }
}

/// What is asked before and after, and must be answered alike.
fn figures(office: &Office, receptions: &[String], head: u64) -> Vec<String> {
    let year = today().year();
    let mut asked = vec![
        "/v1/dashboards/overview".to_owned(),
        format!("/v1/reviews/{year}/delegates/{}?as_of_position={head}", office.delegate),
        format!("/v1/reviews/{year}/grids/{}?as_of_position={head}", office.grid),
        format!("/log/consistency?from=1&to={head}"),
    ];
    asked.extend(receptions.iter().map(|id| format!("/v1/receptions/{id}/events")));
    let answers = asked.iter().map(|path| {
        let answer = office.call("GET", path).send();
        let mut body = answer.text();
        if path.ends_with("/events") {
            // What is told of the people themselves is what may change.
            let mut events: Value = serde_json::from_str(&body).unwrap();
            for event in events["items"].as_array_mut().unwrap() {
                event.as_object_mut().unwrap().remove("personal");
            }
            body = events["items"].to_string();
        }
        if path.starts_with("/v1/dashboards") {
            let mut now: Value = serde_json::from_str(&body).unwrap();
            now.as_object_mut().unwrap().remove("as_of_position");
            body = now.to_string();
        }
        assert_eq!(answer.status, 200, "{path} {body}");
        format!("{path} {body}")
    });
    answers.collect()
}

/// The leaves of the first so many positions, as they are published, and their tiles of hashes.
fn leaves(office: &Office, head: u64) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for index in 0..head.div_ceil(256) {
        let width = (head - index * 256).min(256);
        for kind in ["entries", "0"] {
            all.push(office.get(&crate::merkle::tile(kind, index, width)).is(200).body);
        }
    }
    all
}

/// Everything that is told and kept of a process, a file each.
fn core_of(office: &Office, place: &Path) -> Option<Vec<u8>> {
    let there = Command::new("gcore").arg("-h").output().is_ok();
    if !there {
        eprintln!(
            "who_was_erased_is_found_nowhere: gcore (gdb) is missing; the memory of the server was not looked at"
        );
        return None;
    }
    let core = place.join("core");
    let made = Command::new("gcore").arg("-o").arg(&core).arg(office.server().pid().to_string()).output().unwrap();
    let file = place.join(format!("core.{}", office.server().pid()));
    if !file.exists() {
        let said = String::from_utf8_lossy(&made.stderr).into_owned();
        eprintln!("who_was_erased_is_found_nowhere: gcore made no core ({said}); the memory was not looked at");
        return None;
    }
    let bytes = written(&file);
    fs::remove_file(file).unwrap();
    Some(bytes)
}

#[test]
fn threat_who_was_erased_is_found_nowhere_and_nothing_else_moves() {
    println!("attempted: find who was erased in data, keys, exports and answers");
    let mut office = Office::open();
    let decider = decider(&office);
    let (mut told, mut receptions, mut issues) = (Vec::new(), Vec::new(), Vec::new());
    for person in 0..15 {
        let said = ["姓名", "电话", "事由", "陈述"].map(|what| planted(person, what));
        let body = json!({
            "grid_id": office.grid, "form": "walk_in", "held_at": instant(now()),
            "delegates": [{"delegate_id": office.delegate}],
            "visitors": [{"name": format!("沈慕云{}", said[0].chars().filter(|c| !c.is_ascii_digit()).collect::<String>()), "phone": said[1]}],
            "issues": [{"kind": "demand", "topic": "housing", "subject": said[2], "text": said[3]}],
        });
        let recorded = office.post("/v1/receptions", &body).created();
        told.push(body["visitors"][0]["name"].as_str().unwrap().to_owned());
        told.extend(said[1..].iter().cloned());
        receptions.push(id(&recorded["reception"]));
        issues.push(id(&recorded["issues"][0]));
        office.does(&issues[person], "answers", &office.answer()).good();
    }
    assert_eq!(told.len(), 60);
    let in_file = "附件正文里写着沈慕云的住址三号楼";
    let bytes = [b"%PDF-1.7\n".as_slice(), in_file.as_bytes(), b"\n%%EOF\n"].concat();
    let file = stores(&office, &bytes);
    told.push(in_file.to_owned());
    let kept = office.records_reception(&[crate::harness::demand("不在其中")]);

    // Asked for, so that whatever remembers what was said remembers it.
    for issue in &issues {
        assert!(office.get(&format!("/v1/issues/{issue}")).text().contains("沈慕云"));
    }
    let list = format!("/v1/issues?at_least={}", office.head());
    assert!(office.get(&list).text().contains(&told[2]));
    assert!(holds(&office.get(&content(&file)).is(200).body, in_file.as_bytes()));
    let head = office.head();
    let (before, leaves_before) = (figures(&office, &receptions, head), leaves(&office, head));
    let proofs = |office: &Office| -> Vec<Value> {
        let of = |position: u64| {
            let mut proof = office.get(&format!("/log/proof/{position}?size={head}")).good();
            // Told only of a size that is the newest.
            proof.as_object_mut().unwrap().remove("checkpoint");
            proof
        };
        (head - 40..=head).map(of).collect()
    };
    let proofs_before = proofs(&office);
    let old_kek = fs::read_to_string(office.place().keys().join("kek-1.key")).unwrap();
    let encoded = old_kek.lines().nth(3).unwrap().to_owned();
    let raw = STANDARD.decode(&encoded).unwrap();

    let persons: Vec<_> = receptions.iter().map(|id| json!({"reception_id": id, "visitor": 0})).collect();
    let body = json!({"persons": persons, "file_ids": [id(&file)], "ground": "request", "reason": "本人要求。", "at_once": true});
    let erasure = requests(&office, &body);
    office.refuses_command(&format!("/v1/erasures/{erasure}/decision"), &json!({"approved": true}), 409, "same_person");
    decision(&office, &decider, &erasure).send().good();
    is_carried_out(&office, &erasure);

    // Told as erased, everywhere it was told; nobody else is.
    for (issue, reception) in issues.iter().zip(&receptions) {
        let shown = office.get(&format!("/v1/issues/{issue}")).good();
        assert_eq!(shown["erased"], true, "{shown:#}");
        for path in [format!("/v1/issues/{issue}/events"), format!("/v1/receptions/{reception}/events")] {
            let events = office.get(&path).text();
            assert!(events.contains("\"erased\":true") && !events.contains("沈慕云"), "{events}");
        }
        let shown = office.get(&format!("/v1/receptions/{reception}")).text();
        assert!(shown.contains("\"erased\":true"), "{shown}");
    }
    let listed = office.get(&list).text();
    assert!(listed.contains("\"erased\":true") && !listed.contains("沈慕云"), "{listed}");
    assert!(listed.contains("不在其中"));
    assert_eq!(office.get(&format!("/v1/files/{}", id(&file))).good()["erased"], true);
    office.get(&content(&file)).problem(409, "person_erased");
    let others = office.get(&format!("/v1/receptions/{}/events", id(&kept["reception"]))).text();
    assert!(others.contains("王小明") && others.contains("13800001234"), "{others}");
    let feedback = json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())});
    let mut words = feedback.clone();
    words["comment"] = json!("谢谢。");
    office.does(&issues[0], "feedback", &words).problem(409, "person_erased");

    // What was figured and proved is byte for byte what it was.
    assert_eq!(figures(&office, &receptions, head), before);
    assert_eq!(leaves(&office, head), leaves_before);
    assert_eq!(proofs(&office), proofs_before);
    office.does(&issues[0], "feedback", &feedback).good();

    // And nothing of it can be found: not in memory, in no file, under no key that is left.
    office.stops();
    office.restarts();
    office.get(&format!("/v1/issues/{}", issues[0])).good();
    let place = Arc::clone(office.place());
    if let Some(core) = core_of(&office, place.data().parent().unwrap()) {
        // Every one of them has this name in it; a core is long.
        assert!(told.iter().all(|one| one.contains("沈慕云")));
        assert!(!holds(&core, "沈慕云".as_bytes()), "planted texts are in the memory of the server");
        assert!(!holds(&core, &raw) && !holds(&core, encoded.as_bytes()), "the destroyed key is in memory");
        // The search can fail: what is there is found.
        assert!(holds(&core, b"responsible_delegate_id"));
    }
    let exported = place.data().parent().unwrap().join("exported");
    let export = place.command("export").arg(&exported).env("HUIYIN_URL", "").output();
    office.stops();
    if !exported.exists() {
        let again = place.command("export").arg(&exported).output().unwrap();
        assert!(again.status.success(), "{export:?} {again:?}");
    }
    let mut files = Vec::new();
    for directory in [place.data(), place.keys(), place.signed(), exported] {
        all_files(&directory, &mut files);
    }
    files.push(place.output());
    for path in &files {
        let bytes = written(path);
        for one in &told {
            for (spelling, wanted) in spellings(one) {
                assert!(!holds(&bytes, &wanted), "{} holds {one} in {spelling}", path.display());
            }
        }
        // What could still open it: the one secret of thirty-two bytes under which all of its keys were wrapped.
        let key = holds(&bytes, &raw) || holds(&bytes, encoded.as_bytes());
        assert!(!key, "{} holds the destroyed key", path.display());
    }
    assert!(files.iter().any(|path| path.ends_with("kek-2.key")), "{files:?}");
    assert!(!files.iter().any(|path| path.ends_with("kek-1.key")));
    let name = id(&file);
    assert!(!files.iter().any(|path| path.to_string_lossy().contains(&name)), "the bytes of the file are gone");
    let output = place.command("doctor").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    println!("caught: found nowhere, and nothing else moved");
}

/// The server is killed at moments from the decision on; whatever it was at, the next one finishes it before it serves.
#[test]
fn threat_an_erasure_is_finished_whatever_kills_the_server() {
    println!("attempted: kill the server at ten moments of an erasure");
    let mut office = Office::open();
    let decider = decider(&office);
    let kept = office.records_reception(&[crate::harness::demand("不在其中")]);
    for millis in [0, 1, 2, 4, 7, 11, 16, 25, 40, 80] {
        let recorded = office.records_reception(&[]);
        let reception = id(&recorded["reception"]);
        let persons = json!([{"reception_id": reception, "visitor": 0}]);
        let body = json!({"persons": persons, "classes": ["identity", "contact"], "ground": "request", "reason": "要求。", "at_once": true});
        let erasure = requests(&office, &body);
        decision(&office, &decider, &erasure).send().good();
        std::thread::sleep(Duration::from_millis(millis));
        office.crashes();
        office.restarts();
        is_carried_out(&office, &erasure);
        let events = office.get(&format!("/v1/receptions/{reception}/events")).text();
        assert!(!events.contains("王小明") && events.contains("\"erased\":true"), "after {millis} ms: {events}");
        let others = office.get(&format!("/v1/receptions/{}/events", id(&kept["reception"]))).text();
        assert!(others.contains("王小明") && others.contains("13800001234"), "after {millis} ms: {others}");
        let history = office.get(&format!("/v1/erasures/{erasure}")).good();
        assert_eq!((&history["state"], &history["version"]), (&json!("completed"), &json!(3)), "after {millis} ms");
        let keys: Vec<_> = fs::read_dir(office.place().keys()).unwrap().map(|one| one.unwrap().file_name()).collect();
        let keks = keys.iter().filter(|name| name.to_string_lossy().starts_with("kek-")).count();
        assert_eq!(keks, 1, "after {millis} ms: {keys:?}");
    }
    let health = office.get("/health/ready").good();
    assert_eq!(health["status"], "ready", "{health:#}");
    println!("caught: the next one finishes it before it serves");
}

/// Those who are in a directory of an earlier version had one key for all classes; each class is erased by itself all the same.
#[test]
fn in_a_directory_of_an_earlier_version_a_number_goes_and_the_name_stays() {
    let office = Office::at(unpacked());
    let decider = decider(&office);
    let listed = office.get("/v1/receptions?limit=100").good();
    let told = |id: &str| -> Value { office.get(&format!("/v1/receptions/{id}")).good() };
    let both = |reception: &Value| -> Option<usize> {
        let visitors = reception["visitors"].as_array()?;
        visitors.iter().position(|one| one["name"].is_string() && one["phone"].is_string())
    };
    let all: Vec<Value> = listed["items"].as_array().unwrap().iter().map(|one| told(&id(one))).collect();
    let (reception, visitor) = all.iter().find_map(|one| Some((one, both(one)?))).expect("somebody left both");
    let name = reception["visitors"][visitor]["name"].clone();
    let persons = json!([{"reception_id": id(reception), "visitor": visitor}]);
    let body = json!({"persons": persons, "classes": ["contact"], "ground": "consent_withdrawn", "reason": "撤回。", "at_once": true});
    let erasure = requests(&office, &body);
    decision(&office, &decider, &erasure).send().good();
    is_carried_out(&office, &erasure);
    let after = told(&id(reception));
    let visitor = &after["visitors"][visitor];
    assert_eq!((&visitor["name"], visitor.get("phone"), &visitor["erased"]), (&name, None, &json!(true)), "{after:#}");
    for other in all.iter().filter(|one| id(one) != id(reception)) {
        assert_eq!(told(&id(other))["visitors"], other["visitors"]);
    }
}

/// The server backs its keys up by itself, each epoch anew; what keeps it from that stops no erasure, and is told.
#[test]
fn the_keys_are_backed_up_when_an_erasure_is_carried_out() {
    let place = Place::new();
    let beside = |name: &str| place.data().with_file_name(name);
    let (backups, passphrase) = (beside("backups"), beside("passphrase"));
    fs::write(&passphrase, "江桥镇人大二〇二六年十一月\n").unwrap();
    let named = |option: &str, path: &Path| [option.to_owned(), path.to_str().unwrap().to_owned()];
    let options = [named("--key-backup", &backups), named("--passphrase-file", &passphrase)].concat();
    place.serves_with(&options.iter().map(String::as_str).collect::<Vec<_>>());
    let mut office = Office::at(Arc::new(place));
    office.imports_roster().created();
    office.meets();
    let decider = decider(&office);
    let until = |what: &str, is_so: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < PATIENCE, "{what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let told = |office: &Office| office.get("/health/ready").is(200).json()["wrong"].to_string();
    // The directory is not there: it is not made, and the erasure is carried out all the same.
    until("it is told", &|| told(&office).contains("key_backup_stale"));
    let erases = |office: &Office| {
        let reception = id(&office.records_reception(&[])["reception"]);
        let persons = json!([{"reception_id": reception, "visitor": 0}]);
        let body = json!({"persons": persons, "classes": ["contact"], "ground": "request", "reason": "要求。", "at_once": true});
        let erasure = requests(office, &body);
        decision(office, &decider, &erasure).send().good();
        is_carried_out(office, &erasure);
    };
    erases(&office);
    assert!(told(&office).contains("key_backup_stale") && !backups.exists());
    fs::create_dir(&backups).unwrap();
    let epochs = || {
        let names = fs::read_dir(&backups).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap());
        let whole = names.filter(|name| name.ends_with(".backup"));
        let mut epochs: Vec<String> = whole.map(|name| name.split('-').nth(7).unwrap_or(&name).to_owned()).collect();
        epochs.sort();
        epochs
    };
    office.stops();
    office.restarts();
    until("the start makes one", &|| epochs() == ["2"]);
    until("health is told", &|| told(&office) == "[]");
    erases(&office);
    until("the erasure makes another", &|| epochs() == ["2", "3"]);
    erases(&office);
    until("two are kept", &|| epochs() == ["3", "4"]);
    until("health is told", &|| told(&office) == "[]");
    // Without a passphrase no server begins.
    office.stops();
    let refused = office.place().command("serve").args(&options[..2]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("--passphrase-file"), "{said}");
}
