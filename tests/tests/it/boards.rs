//! The boards when something happens to their file, or to them: commands go on, no list is wrong, and they mend
//! themselves. The file is handled by Python's `sqlite3`, as an operator or a reporting job would.

use crate::harness::{Demo, Office, demand, huiyin, there_is_python};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for something that takes seconds.
const PATIENCE: Duration = Duration::from_secs(60);

fn file(office: &Office) -> PathBuf {
    office.place().data().join("read-models.sqlite")
}

/// Runs SQL in the boards' file, once.
fn execute(office: &Office, sql: &str) {
    let script =
        "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], timeout=30)\nc.executescript(sys.argv[2])\nc.close()";
    let done = Command::new("python3").args(["-c", script]).arg(file(office)).arg(sql).status().unwrap();
    assert!(done.success(), "{sql}");
}

/// Somebody who holds the file until dropped.
struct Holder(Child);

impl Holder {
    fn of(office: &Office) -> Self {
        let script = "import sqlite3, sys, time\n\
                      c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)\n\
                      c.execute('BEGIN IMMEDIATE')\nprint('held', flush=True)\ntime.sleep(600)";
        let mut command = Command::new("python3");
        let mut child = command.args(["-c", script]).arg(file(office)).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "held");
        Self(child)
    }
}

/// Stops a process where it is, or has it go on (`STOP`, `CONT`).
fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status().unwrap();
    assert!(sent.success());
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn ready(office: &Office) -> (u16, Value) {
    let answer = office.get("/health/ready");
    (answer.status, answer.json())
}

fn health_command(office: &Office) -> bool {
    let mut command = Command::new(huiyin());
    command.args(["health", "--url", &office.server().url]).output().unwrap().status.success()
}

/// All issues, page by page. Every answer is a page or says that there is none.
#[track_caller]
fn issues(office: &Office) -> Vec<String> {
    let mut all = Vec::new();
    let mut path = "/v1/issues?limit=4".to_owned();
    let mut unavailable = 0;
    loop {
        let answer = office.get(&path);
        if answer.status == 503 {
            assert!(answer.header("retry-after").is_some());
            answer.problem(503, "read_model_behind");
            unavailable += 1;
            assert!(unavailable < 600, "there is no list: {:#}", ready(office).1);
            std::thread::sleep(Duration::from_millis(50));
            continue;
        }
        let page = answer.good();
        all.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/issues?limit=4&cursor={cursor}"),
            None => break,
        }
    }
    all.sort_unstable();
    all
}

fn with_issues(count: usize) -> Office {
    let office = Office::open();
    for n in 0..count {
        office.raises(&format!("第 {n} 件"));
    }
    office.get(&format!("/v1/issues?at_least={}", office.head())).good();
    office
}

/// In these a test sleeps for as long as the server's own intervals are, so all of them sleep at once.
#[test]
fn what_lasts_is_waited_for_and_mends_itself() {
    let scenes: [(&str, fn()); 5] = [
        ("a_locked_file_is_told_waited_for_and_caught_up_with", a_locked_file_is_told_waited_for_and_caught_up_with),
        (
            "a_server_starts_without_its_boards_says_so_and_opens_them_when_it_can",
            a_server_starts_without_its_boards_says_so_and_opens_them_when_it_can,
        ),
        (
            "rows_deleted_and_files_exchanged_under_the_eyes_of_the_server_are_noticed",
            rows_deleted_and_files_exchanged_under_the_eyes_of_the_server_are_noticed,
        ),
        ("a_holder_that_is_stopped_is_waited_for", a_holder_that_is_stopped_is_waited_for),
        ("a_server_that_was_stopped_goes_on_where_it_was", a_server_that_was_stopped_goes_on_where_it_was),
    ];
    std::thread::scope(|scope| {
        for (name, scene) in scenes {
            std::thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, scene).unwrap();
        }
    });
}

/// Twelve seconds and more, which once stopped every board until a restart, with old rows and 200 meanwhile.
fn a_locked_file_is_told_waited_for_and_caught_up_with() {
    if !there_is_python("a_locked_file_is_told_waited_for_and_caught_up_with") {
        return;
    }
    let office = with_issues(3);
    let begun = Instant::now();
    let holder = Holder::of(&office);
    office.records_reception(&[demand("照常")]);
    eventually("health is degraded", || ready(&office).0 == 503);
    let (_, told) = ready(&office);
    assert_eq!(told["status"], "degraded", "{told:#}");
    assert!(told["wrong"].to_string().contains("locked"), "{told:#}");
    assert!(!health_command(&office));
    let answer = office.get("/v1/issues");
    assert!(answer.header("retry-after").is_some());
    answer.problem(503, "read_model_behind");
    office.get("/v1/dashboards/overview").problem(503, "read_model_behind");
    office.get("/health/live").good();
    std::thread::sleep(Duration::from_secs(13).saturating_sub(begun.elapsed()));
    office.records_reception(&[demand("仍照常")]);
    drop(holder);
    eventually("health is ready", || ready(&office).0 == 200);
    assert!(health_command(&office));
    assert_eq!(issues(&office).len(), 5);
}

/// What cannot be opened keeps nobody from recording.
fn a_server_starts_without_its_boards_says_so_and_opens_them_when_it_can() {
    let mut office = with_issues(3);
    office.stops();
    let path = file(&office);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    office.restarts_alive();
    let said = fs::read_to_string(office.place().output()).unwrap();
    assert!(said.contains("Lists and dashboards are not available") && said.contains("read-models.sqlite"), "{said}");
    office.records_reception(&[demand("照常")]);
    let (status, told) = ready(&office);
    assert_eq!((status, &told["status"]), (503, &json!("degraded")), "{told:#}");
    office.get("/v1/issues").problem(503, "read_model_behind");
    office.get("/v1/receptions").problem(503, "read_model_behind");
    fs::remove_dir(&path).unwrap();
    eventually("health is ready", || ready(&office).0 == 200);
    assert_eq!(issues(&office).len(), 4);
}

/// A rebuild by anybody, at any time: nobody else's figures are less meanwhile, and no page is short.
#[test]
fn lists_and_figures_are_whole_while_boards_are_rebuilt() {
    let office = with_issues(30);
    let right = issues(&office);
    let raised = office.get("/v1/dashboards/overview").good()["raised"].clone();
    for _ in 0..8 {
        for board in ["issue_board", "dashboards"] {
            let begun = office.post(&format!("/v1/read-models/{board}/rebuild"), &json!({})).is(202).json();
            assert!(begun["read_model"]["position"].as_u64() > Some(0), "{begun:#}");
        }
        for _ in 0..4 {
            assert_eq!(office.get("/v1/dashboards/overview").good()["raised"], raised);
            assert_eq!(issues(&office), right);
        }
    }
}

/// A start without the file: whoever asks at once is told that there is no list yet, never that there is nothing.
#[test]
fn nobody_is_told_of_nothing_before_there_are_rows() {
    let mut office = with_issues(30);
    let right = issues(&office);
    office.stops();
    fs::remove_file(file(&office)).unwrap();
    office.restarts_alive();
    assert_eq!(issues(&office), right);
    eventually("health is ready", || ready(&office).0 == 200);
    for board in office.get("/v1/read-models").good()["items"].as_array().unwrap() {
        assert_eq!(board["state"], "running", "{board:#}");
    }
}

/// Whoever finds a demonstration ready finds all of it on the boards, however busy the machine is.
#[test]
fn a_demonstration_is_ready_when_the_boards_hold_all_of_it() {
    let demo = Demo::start();
    let mut told = Value::Null;
    eventually("the demonstration is ready", || {
        let mut command = Command::new(huiyin());
        command.args(["health", "--url", &demo.url, "--token-file"]).arg(&demo.token_file);
        let output = command.output().unwrap();
        told = serde_json::from_slice(&output.stdout).unwrap_or_default();
        output.status.success()
    });
    let head = told["head"].as_u64().unwrap();
    for (board, position) in told["read_models"].as_object().unwrap() {
        // The server itself may have recorded a few due dates since it began to listen.
        assert!(position.as_u64().unwrap() + 50 >= head, "{board}: {told:#}");
    }
}

#[test]
fn rows_that_were_lost_or_changed_are_never_listed_and_come_back() {
    if !there_is_python("rows_that_were_lost_or_changed_are_never_listed_and_come_back") {
        return;
    }
    let mut office = with_issues(12);
    let right = issues(&office);
    for damage in [
        "delete from issue_board_rows where place % 3 = 0",
        "update issue_board_rows set grid_id = reception_id where place = (select max(place) from issue_board_rows)",
        "update issue_board_rows set box = zeroblob(64) where place = (select max(place) from issue_board_rows)",
        "update issue_board_rows set state = 'nonsense'",
    ] {
        office.stops();
        execute(&office, damage);
        office.restarts_alive();
        assert_eq!(issues(&office), right, "{damage}");
        eventually("health is ready", || ready(&office).0 == 200);
        // And under the eyes of the server: whoever meets such a row is told to come again, and the log is not blamed.
        execute(
            &office,
            "update issue_board_rows set box = zeroblob(64) where place = (select min(place) from issue_board_rows)",
        );
        eventually("the board is whole again", || {
            let answer = office.get("/v1/issues?limit=100");
            match answer.status {
                200 => true,
                503 => false,
                other => panic!("{other}: {}", answer.text()),
            }
        });
        assert_eq!(issues(&office), right);
        eventually("health is ready", || ready(&office).0 == 200);
    }
}

#[test]
fn a_damaged_file_is_set_aside_and_built_anew() {
    let mut office = with_issues(12);
    let right = issues(&office);
    office.stops();
    let whole = fs::read(file(&office)).unwrap();
    for (from, to) in [(4_096, whole.len()), (whole.len() / 2, whole.len() / 2 + 512), (0, 16)] {
        let mut damaged = whole.clone();
        damaged[from..to].iter_mut().for_each(|byte| *byte = !*byte);
        fs::write(file(&office), damaged).unwrap();
        office.restarts_alive();
        assert_eq!(issues(&office), right, "{from} {to}");
        eventually("health is ready", || ready(&office).0 == 200);
        office.stops();
    }
}

/// A list may be short for a moment: nobody asks the file before each answer.
#[track_caller]
fn comes_back(office: &Office, right: &[String], what: &str) {
    eventually(what, || issues(office) == right && ready(office).0 == 200);
}

/// While the server runs and the log is at rest, and no look is due: noticed all the same.
fn rows_deleted_and_files_exchanged_under_the_eyes_of_the_server_are_noticed() {
    if !there_is_python("rows_deleted_and_files_exchanged_under_the_eyes_of_the_server_are_noticed") {
        return;
    }
    let office = with_issues(12);
    let right = issues(&office);
    let older = office.place().data().join("older.sqlite");
    execute(&office, &format!("vacuum into '{}'", older.display()));
    execute(&office, "delete from issue_board_rows where place % 3 = 0");
    comes_back(&office, &right, "deleted rows");
    office.raises("照常");
    office.get(&format!("/v1/issues?at_least={}", office.head())).good();
    let right = issues(&office);

    fs::remove_file(file(&office)).unwrap();
    eventually("the deleted file is made anew", || file(&office).exists());
    comes_back(&office, &right, "a deleted file");
    let set_aside = office.place().data().join("read-models.sqlite.damaged");
    // The older file is one of these boards, only less.
    let exchanges = [("a file copied over it", "cp"), ("another file in its place", "mv")];
    for (what, command) in exchanges {
        let exchanged = Command::new(command).arg(&older).arg(file(&office)).status().unwrap();
        assert!(exchanged.success());
        eventually(what, || set_aside.exists());
        comes_back(&office, &right, what);
        fs::remove_file(&set_aside).unwrap();
    }
}

/// Longer than anything here waits for anything else.
const LONG: Duration = Duration::from_secs(12);

/// Whoever holds the file may itself be stopped, as a machine that is paused or swaps: nobody gives up on it for good.
fn a_holder_that_is_stopped_is_waited_for() {
    if !there_is_python("a_holder_that_is_stopped_is_waited_for") {
        return;
    }
    let office = with_issues(3);
    let mut holder = Holder::of(&office);
    signal("STOP", holder.0.id());
    let begun = Instant::now();
    office.records_reception(&[demand("照常")]);
    eventually("health is degraded", || ready(&office).0 == 503);
    office.get("/v1/issues").problem(503, "read_model_behind");
    std::thread::sleep(LONG.saturating_sub(begun.elapsed()));
    office.records_reception(&[demand("仍照常")]);
    assert!(holder.0.try_wait().unwrap().is_none(), "it holds the file still");
    signal("CONT", holder.0.id());
    drop(holder);
    eventually("health is ready", || ready(&office).0 == 200);
    assert_eq!(issues(&office).len(), 5);
}

/// And so may the server, in the midst of a rebuild.
fn a_server_that_was_stopped_goes_on_where_it_was() {
    let office = with_issues(30);
    let right = issues(&office);
    for board in ["issue_board", "dashboards"] {
        office.post(&format!("/v1/read-models/{board}/rebuild"), &json!({})).is(202);
    }
    signal("STOP", office.server().pid());
    std::thread::sleep(LONG);
    signal("CONT", office.server().pid());
    office.records_reception(&[demand("照常")]);
    eventually("health is ready", || ready(&office).0 == 200);
    let whole = issues(&office);
    assert_eq!(whole.len(), right.len() + 1);
    assert!(right.iter().all(|issue| whole.contains(issue)));
}
