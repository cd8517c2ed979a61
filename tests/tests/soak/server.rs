//! The server under trouble: few descriptors, and a standard error that somebody stops reading.

use crate::harness::{Place, huiyin};
use std::io::Read as _;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Descriptors it may have: few enough that clients can use them up.
pub const DESCRIPTORS: usize = 2048;
/// Bytes of its log that are read before the reader stops, and keeps the pipe open.
const LOG_BYTES_READ: usize = 64 * 1024;

pub struct Server {
    child: Mutex<Child>,
    pub pid: u32,
    pub port: u16,
}

impl Server {
    pub fn start(place: &Place) -> Self {
        // Let go before the server wants it.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::listening(place, port)
    }

    /// Another one on the same directory and at the same address, after this one has stopped.
    pub fn starts_again(&self, place: &Place) -> Self {
        Self::listening(place, self.port)
    }

    fn listening(place: &Place, port: u16) -> Self {
        let mut child = Command::new("sh")
            .args(["-c", &format!("ulimit -n {DESCRIPTORS} && exec \"$@\""), "sh"])
            .arg(huiyin())
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .arg("--data")
            .arg(place.data())
            .arg("--keys")
            .arg(place.keys())
            .env("LC_ALL", "en_US.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = child.stderr.take().unwrap();
        std::thread::spawn(move || {
            let mut buffer = vec![0; LOG_BYTES_READ];
            // It reads a while, and then only holds the pipe.
            let _ = log.read_exact(&mut buffer);
            std::thread::sleep(Duration::from_secs(24 * 3600));
            drop(log);
        });
        let server = Self { pid: child.id(), child: Mutex::new(child), port };
        server.becomes_ready(Duration::from_secs(60));
        server
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits for 200 of `/health/ready`.
    pub fn becomes_ready(&self, patience: Duration) {
        let begun = Instant::now();
        let agent = crate::harness::http::agent();
        loop {
            let answer =
                crate::harness::http::Call::new(&agent, "GET", format!("{}/health/ready", self.url())).try_send();
            if answer.as_ref().is_ok_and(|answer| answer.status == 200) {
                return;
            }
            assert!(self.runs(), "the server ended");
            assert!(begun.elapsed() < patience, "not ready after {patience:?}: {answer:?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub fn runs(&self) -> bool {
        self.child.lock().unwrap().try_wait().unwrap().is_none()
    }

    /// What the process holds of the machine's memory, in MiB (`VmRSS` of proc(5)).
    pub fn resident_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
    }

    /// How that is made up: of the process's own, and of files it has mapped (`smaps_rollup` of proc(5)), in MiB.
    pub fn memory(&self) -> String {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.pid)).unwrap();
        let of = |name: &str| {
            let line = rollup.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0 kB");
            line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
        };
        let (all, anonymous, unused) = (of("Rss:"), of("Anonymous:"), of("LazyFree:"));
        format!("{all} MiB resident, {anonymous} of its own, {unused} of them given back if anybody asks")
    }

    /// SIGTERM ends it in order, whoever does not read what it says.
    pub fn stops(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.pid.to_string()]).status().unwrap();
        assert!(asked.success());
        let begun = Instant::now();
        while self.runs() {
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
        let status = self.child.lock().unwrap().wait().unwrap();
        assert!(status.success(), "it stopped with {status}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Fails only when it has ended already.
        let _ = child.kill();
        let _ = child.wait();
    }
}
