//! A simulated data directory, and the product serving it as a process of its own.

use crate::load::{Connection, Request};
use serde_json::Value;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(1800);

/// A data directory that is kept from run to run.
pub struct Store {
    pub data: PathBuf,
}

impl Store {
    /// Twenty years of so many towns' worth, simulated once.
    pub fn simulated(towns: f64) -> Self {
        let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("figures-{towns}"));
        let done = data.with_added_extension("done");
        if !fs::exists(&done).unwrap() {
            // What an interrupted run left is of no use.
            for left in [data.clone(), data.with_added_extension("keys")] {
                let _absent = fs::remove_dir_all(left);
            }
            let status = Command::new(env!("CARGO_BIN_EXE_huiyin"))
                .args(["simulate", "--years", "20", "--seed", "1", "--towns-worth", &towns.to_string(), "--data"])
                .arg(&data)
                .status()
                .unwrap();
            assert!(status.success(), "simulate: {status}");
            fs::write(done, "").unwrap();
        }
        Self { data }
    }

    /// Deletes the rows, so that the next start folds the log from nothing.
    pub fn forget_read_models(&self) {
        for suffix in ["", "-wal", "-shm"] {
            let _absent = fs::remove_file(self.data.join(format!("read-models.sqlite{suffix}")));
        }
    }

    pub fn serve(&self) -> Served {
        self.start().0
    }

    /// Serves, and says how long it took until it was ready.
    pub fn serve_timed(&self) -> (Served, Duration) {
        let (served, begun) = self.start();
        served.wait_ready();
        (served, begun.elapsed())
    }

    fn start(&self) -> (Served, Instant) {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let begun = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_huiyin"))
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .args(["--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let token = fs::read_to_string(self.data.join("admin.token")).unwrap().trim().to_owned();
        let mut served = Served { child, address, token, begun };
        while TcpStream::connect(address).is_err() {
            assert!(served.child.try_wait().unwrap().is_none() && begun.elapsed() < PATIENCE, "huiyin does not start");
            std::thread::sleep(Duration::from_millis(2));
        }
        (served, begun)
    }
}

/// The product at work. Its process ends with its drop.
pub struct Served {
    child: Child,
    pub address: SocketAddr,
    pub token: String,
    begun: Instant,
}

impl Served {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// One exchange, which must succeed.
    pub fn ask(&self, path: &str) -> String {
        let (status, body) = self.exchange(&Request::get(path, &self.token));
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.ask(path)).unwrap()
    }

    pub fn head(&self) -> u64 {
        self.health().1["head"].as_u64().unwrap()
    }

    fn health(&self) -> (u16, Value) {
        let (status, body) = self.exchange(&Request::get("/health/ready", &self.token));
        (status, serde_json::from_str(&body).unwrap())
    }

    fn exchange(&self, request: &Request) -> (u16, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = Connection::open(self.address).await;
            let (status, body) = connection.exchange(request).await;
            (status, String::from_utf8_lossy(body).into_owned())
        })
    }

    /// Waits until it says that it is ready.
    pub fn wait_ready(&self) {
        while self.health().0 != 200 {
            assert!(self.begun.elapsed() < PATIENCE, "huiyin is not ready");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Time from the start of its process until every read model had reached the head.
    pub fn caught_up(&self) -> Duration {
        self.wait_ready();
        self.begun.elapsed()
    }

    /// Time that folding every read model from nothing takes.
    pub fn rebuilt(&self) -> Duration {
        let begun = Instant::now();
        for model in self.json("/v1/read-models")["items"].as_array().unwrap() {
            let path = format!("/v1/read-models/{}/rebuild", model["name"].as_str().unwrap());
            let (status, body) = self.exchange(&Request::post(&path, &self.token, "{}"));
            assert!((200..300).contains(&status), "{path}: {body}");
        }
        self.wait_ready();
        begun.elapsed()
    }

    /// Resident memory of the process.
    pub fn memory_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or_default()
    }

    /// Ends it as an operator does.
    pub fn stop(&mut self) {
        let status = Command::new("kill").arg(self.pid().to_string()).status().unwrap();
        assert!(status.success());
        self.child.wait().unwrap();
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Leaves a child to a thread that lives as long as this process and then ends it.
pub fn end_with_this_process(mut child: Child) {
    std::thread::spawn(move || {
        let pid = child.id();
        // The watcher is a process of its own, so that the child ends even where this one is killed.
        let watcher = format!("while kill -0 {} 2>/dev/null; do sleep 1; done; kill {pid}", std::process::id());
        let _watching = Command::new("sh").args(["-c", &watcher]).stdout(Stdio::null()).spawn();
        let _ended = child.wait();
    });
}
