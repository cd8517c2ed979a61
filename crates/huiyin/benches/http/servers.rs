//! The two servers under load, each a process of its own, ended with their drop.

use crate::bare;
use crate::load::{Connection, Request};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The bare handlers.
pub struct Bare {
    child: Child,
    pub address: SocketAddr,
    pub pid: u32,
}

impl Bare {
    /// Its answers are as long as the product's.
    pub fn start(posted_bytes: usize, read_bytes: usize) -> Self {
        let lengths = [posted_bytes, read_bytes].map(|bytes| bytes.to_string());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(bare::ARGUMENT)
            .args(lengths)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port.trim().parse().unwrap()));
        Self { pid: child.id(), child, address }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The product, on a data directory of its own below cargo's, with the roster of Annex 1.
pub struct Huiyin {
    child: Child,
    dir: PathBuf,
    pub data: PathBuf,
    pub address: SocketAddr,
    pub pid: u32,
    pub token: String,
}

impl Huiyin {
    /// The binary that was built with this benchmark, or an earlier one.
    pub fn start(binary: &OsStr) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let name = format!("http-bench-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let data = dir.join("data");
        fs::create_dir_all(&dir).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(binary);
        command
            .arg("serve")
            .arg("--data")
            .arg(&data)
            .arg("--keys")
            .arg(dir.join("keys"))
            .arg("--listen")
            .arg(address.to_string());
        // It logs as it does by default, to nowhere.
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut huiyin = Self { pid: child.id(), child, dir, data, address, token: String::new() };
        let begun = Instant::now();
        while !fs::exists(huiyin.data.join("admin.token")).unwrap() || std::net::TcpStream::connect(address).is_err() {
            assert!(
                huiyin.child.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(30),
                "huiyin does not start"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        huiyin.token = fs::read_to_string(huiyin.data.join("admin.token")).unwrap().trim().to_owned();
        let roster =
            fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/jiangqiao-roster.csv")).unwrap();
        let path = "/v1/roster-imports?delegate_type=party&source_date=2023-12-01";
        huiyin.ask(&Request::post_as("text/csv", path, &huiyin.token, &roster));
        huiyin
    }

    /// One exchange, which must succeed.
    pub fn ask(&self, request: &Request) -> Value {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = Connection::open(self.address).await;
            let (status, body) = connection.exchange(request).await;
            assert!((200..300).contains(&status), "{status}: {}", String::from_utf8_lossy(body));
            serde_json::from_slice(body).unwrap()
        })
    }

    /// The body of a reception with one issue.
    pub fn reception(&self) -> String {
        let get = |path: &str| self.ask(&Request::get(path, &self.token));
        let grid = get("/v1/grids?limit=1")["items"][0]["id"].clone();
        let delegates = get(&format!("/v1/delegates?limit=1&grid_id={}", grid.as_str().unwrap()));
        let held_at = chrono::Utc::now() - chrono::Duration::minutes(1);
        let body = json!({
            "grid_id": grid, "form": "walk_in", "held_at": held_at.to_rfc3339(), "delegates": [{"delegate_id": delegates["items"][0]["id"]}],
            "visitors": [{"name": "王小明", "phone": "13800001234"}],
            "issues": [{"kind": "demand", "topic": "livelihood", "subject": "楼道灯不亮", "text": "3号楼楼道灯三天不亮。"}],
        });
        body.to_string()
    }
}

impl Drop for Huiyin {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        fs::remove_dir_all(&self.dir).unwrap();
    }
}
