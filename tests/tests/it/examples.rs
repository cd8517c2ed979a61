//! The reporting jobs under `examples/` do what their README says, against a real server.

use crate::harness::{Office, demand, id, instant, now, there_is_python, workspace};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// Where a job works: its token, its files, the server's address.
struct Desk {
    dir: TempDir,
    url: String,
    token: PathBuf,
}

impl Desk {
    fn at(office: &Office, url: &str) -> Self {
        let token = office.place().data().join("admin.token");
        Self { dir: TempDir::new().unwrap(), url: url.to_owned(), token }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn job(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("python3");
        // Nothing is left behind in the checkout.
        command.arg("-B").arg(workspace().join("examples").join(name));
        command.args(["--url", &self.url]).arg("--token-file").arg(&self.token).args(arguments);
        command.current_dir(self.dir.path()).stdin(Stdio::null()).env_remove("http_proxy").env_remove("HTTP_PROXY");
        command
    }

    fn runs(&self, name: &str, arguments: &[&str]) -> Output {
        self.job(name, arguments).output().unwrap()
    }

    /// Runs well: what it printed.
    #[track_caller]
    fn does(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.runs(name, arguments);
        assert!(output.status.success(), "{name}: {}\n{}", output.status, said(&output));
        assert_eq!(said(&output), "");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Ends with a code, saying why in one line that is no traceback.
    #[track_caller]
    fn ends(&self, name: &str, arguments: &[&str], code: i32, why: &str) {
        let output = self.runs(name, arguments);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(why) && !said.contains("Traceback"), "{said}");
        assert_eq!(output.stdout, b"");
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn positions(lines: &str) -> Vec<u64> {
    lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["position"].as_u64().unwrap()).collect()
}

fn up_to(head: u64) -> Vec<u64> {
    (1..=head).collect()
}

/// An address that stays while servers come and go behind it.
struct Door {
    url: String,
    behind: Arc<Mutex<Option<SocketAddr>>>,
}

impl Door {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let behind = Arc::new(Mutex::new(None));
        let to = Arc::clone(&behind);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = to.lock().unwrap().and_then(|address: SocketAddr| TcpStream::connect(address).ok());
                // Nobody behind it: the client's connection ends at once.
                if let Some(server) = server {
                    let (client_too, server_too) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                    std::thread::spawn(move || pass(client, server));
                    std::thread::spawn(move || pass(server_too, client_too));
                }
            }
        });
        Self { url, behind }
    }

    fn leads_to(&self, office: Option<&Office>) {
        let address = office.map(|office| office.server().url.trim_start_matches("http://").parse().unwrap());
        *self.behind.lock().unwrap() = address;
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Write);
}

#[test]
fn the_tail_is_the_log_and_goes_on_where_it_ended() {
    if !there_is_python("the_tail_is_the_log_and_goes_on_where_it_ended") {
        return;
    }
    let office = Office::open();
    office.raises("楼道灯不亮");
    let desk = Desk::at(&office, &office.server().url);
    let whole = |after: u64| {
        let pages = (after..office.head())
            .step_by(1000)
            .map(|after| office.get(&format!("/v1/events?format=ndjson&limit=1000&after={after}")).is(200).text());
        pages.collect::<String>()
    };
    let tail = ["--state", "tail.json", "--once"];
    // Small pages, so that there are many.
    let first = desk.does("tail_events.py", &[&tail[..], &["--limit", "100"]].concat());
    assert_eq!(first, whole(0));
    assert_eq!(positions(&first), up_to(office.head()));
    assert_eq!(desk.does("tail_events.py", &tail), "");
    let before = office.head();
    let issue = office.raises("另一件");
    office.does(&issue, "taking", &json!({})).good();
    assert_eq!(desk.does("tail_events.py", &tail), whole(before));

    let raised = desk.does("tail_events.py", &["--state", "raised.json", "--once", "--type", "issue.raised"]);
    assert_eq!(raised.lines().count(), 2);
    let later = desk.does("tail_events.py", &["--state", "later.json", "--once", "--after", &before.to_string()]);
    assert_eq!(later, whole(before));
}

#[test]
fn the_tail_follows_through_restarts() {
    if !there_is_python("the_tail_follows_through_restarts") {
        return;
    }
    let mut office = Office::open();
    let door = Door::new();
    door.leads_to(Some(&office));
    let desk = Desk::at(&office, &door.url);
    let lines = desk.file("lines");
    let tail = || {
        let out = std::fs::File::options().create(true).append(true).open(&lines).unwrap();
        desk.job("tail_events.py", &["--every", "1"]).stdout(out).stderr(Stdio::null()).spawn().unwrap()
    };
    let wait_for = |head: u64, among: &dyn Fn(&[u64], u64) -> bool| {
        let begun = Instant::now();
        loop {
            let seen = std::fs::read_to_string(&lines).unwrap();
            // The last line may be under way.
            let whole = seen.rfind('\n').map_or("", |end| &seen[..=end]);
            if among(&positions(whole), head) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{} lines of {head}", seen.lines().count());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let exactly = |seen: &[u64], head: u64| seen == up_to(head);

    let mut job = tail();
    wait_for(office.head(), &exactly);
    door.leads_to(None);
    office.crashes();
    std::thread::sleep(Duration::from_millis(1500));
    assert!(job.try_wait().unwrap().is_none(), "it gave up");
    office.restarts();
    office.raises("重启以后");
    door.leads_to(Some(&office));
    wait_for(office.head(), &exactly);

    // Asked to stop it ends well; what came meanwhile is told once by the next.
    let asked = Command::new("kill").args(["-TERM", &job.id().to_string()]).status().unwrap();
    assert!(asked.success() && job.wait().unwrap().success());
    office.raises("停下以后");
    let mut job = tail();
    wait_for(office.head(), &exactly);
    // Killed, it may repeat, and leaves nothing out.
    job.kill().unwrap();
    job.wait().unwrap();
    office.raises("被杀以后");
    let mut job = tail();
    wait_for(office.head(), &|seen, head| {
        let mut once = seen.to_vec();
        once.sort_unstable();
        once.dedup();
        once == up_to(head)
    });
    job.kill().unwrap();
    job.wait().unwrap();
}

#[test]
fn the_tail_says_what_is_wrong() {
    if !there_is_python("the_tail_says_what_is_wrong") {
        return;
    }
    let office = Office::empty();
    let desk = Desk::at(&office, &office.server().url);
    let tail = |more: &[&str], code: i32, why: &str| {
        desk.ends("tail_events.py", &[&["--once", "--patience", "1"], more].concat(), code, why);
    };
    tail(&["--limit", "0"], 2, "--limit");
    tail(&["--url", "ftp://x"], 2, "--url");
    tail(&["--url", "http://127.0.0.1:1"], 4, "does not answer");
    tail(&["--type", "nonsense"], 3, "bad_parameter");
    tail(&["--token-file", "nowhere"], 6, "nowhere");
    std::fs::write(desk.file("wrong.token"), "huiyin_wrong\n").unwrap();
    tail(&["--token-file", "wrong.token"], 3, "wrong.token");
    std::fs::write(desk.file("broken.json"), "{").unwrap();
    tail(&["--state", "broken.json"], 6, "broken.json");
    assert_eq!(std::fs::read_to_string(desk.file("broken.json")).unwrap(), "{");
    std::fs::write(desk.file("other.json"), r#"{"log": "another.town/x", "after": 3}"#).unwrap();
    tail(&["--state", "other.json"], 5, "another.town/x");
    // A log that was put back: the same name, less in it.
    desk.does("tail_events.py", &["--state", "ahead.json", "--once"]);
    let mut ahead: Value = serde_json::from_slice(&std::fs::read(desk.file("ahead.json")).unwrap()).unwrap();
    ahead["after"] = json!(office.head() + 1);
    std::fs::write(desk.file("ahead.json"), ahead.to_string()).unwrap();
    tail(&["--state", "ahead.json"], 5, "earlier state");
}

/// A town with something in two grids.
fn town() -> Office {
    let office = Office::open();
    let recorded = office.records_reception_of(now() - chrono::Duration::days(12), &[demand("甲"), demand("乙")]);
    for issue in recorded["issues"].as_array().unwrap() {
        office.does(&id(issue), "answers", &office.answer()).good();
        let given = json!({"satisfaction": "satisfied", "by": "visitor", "given_at": instant(now())});
        office.does(&id(issue), "feedback", &given).good();
    }
    office.raises("丙");
    office
}

#[test]
fn the_picture_shows_the_year() {
    if !there_is_python("the_picture_shows_the_year") {
        return;
    }
    let office = town();
    let desk = Desk::at(&office, &office.server().url);
    let year = chrono::Datelike::year(&crate::harness::today()).to_string();
    let drawn = desk.does("year_picture.py", &["--year", &year, "--out", "year.svg"]);
    assert_eq!(drawn, "year.svg\n");
    let picture = std::fs::read_to_string(desk.file("year.svg")).unwrap();
    well_formed(&desk.file("year.svg"));
    for grid in office.get("/v1/grids").good()["items"].as_array().unwrap() {
        let name = grid["name"].as_str().unwrap().trim_end_matches("网格");
        assert!(picture.contains(&format!(">{name}</text>")), "{name} is missing");
    }
    let overview = office.get(&format!("/v1/dashboards/overview?from={year}-01-01&to={year}-12-31")).good();
    assert!(picture.contains(&format!(">{}</text>", overview["issues"]["raised"])), "{overview:#}");
    let review = office.get(&format!("/v1/reviews/{year}/grids")).good();
    let root = review["root"].as_str().unwrap();
    assert!(picture.contains(root) && picture.contains(">按期答复率</text>") && picture.contains("<desc"), "{picture}");
    // Nothing comes from elsewhere, and the same figures are the same picture.
    for outside in ["href", "url(http", "@import", "<script", "<image"] {
        assert!(!picture.contains(outside), "{outside}");
    }
    desk.does("year_picture.py", &["--year", &year, "--out", "again.svg"]);
    assert_eq!(std::fs::read_to_string(desk.file("again.svg")).unwrap(), picture);

    let ends = |more: &[&str], code: i32, why: &str| {
        desk.ends("year_picture.py", &[&["--patience", "1"], more].concat(), code, why);
    };
    ends(&["--year", "2001"], 3, "2001");
    ends(&["--year", "x"], 2, "--year");
    ends(&["--url", "http://127.0.0.1:1"], 4, "does not answer");
    ends(&["--year", &year, "--out", "no/such/place.svg"], 6, "no/such/place.svg");
}

/// By a parser that is not ours.
#[track_caller]
fn well_formed(svg: &Path) {
    let code = "import sys, xml.dom.minidom as x; x.parse(sys.argv[1])";
    let output = Command::new("python3").args(["-c", code]).arg(svg).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}
