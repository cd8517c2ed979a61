//! `huiyin serve --demo`: a made-up year on a temporary log.

use super::binary::huiyin;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest wait for the year to be made up, far above what it takes on an idle machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// A running demo. It is asked to stop on drop, so that it takes its temporary directory with it.
#[derive(Debug)]
pub struct Demo {
    child: Child,
    /// `http://127.0.0.1:<port>`.
    pub url: String,
    /// The file it names as that of the administrator's token.
    pub token_file: PathBuf,
    /// Its temporary files.
    dir: TempDir,
}

impl Demo {
    /// Starts one and waits until it has told its token.
    #[track_caller]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with further options.
    #[track_caller]
    pub fn start_with(options: &[&str]) -> Self {
        let dir = tempfile::Builder::new().prefix("huiyin-test-").tempdir().unwrap();
        let output = dir.path().join("output");
        let file = File::create(&output).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = Command::new(huiyin())
            .args(["serve", "--demo", "--listen", &format!("127.0.0.1:{port}")])
            .args(options)
            .env("LC_ALL", "en_US.UTF-8")
            .env("TMPDIR", dir.path())
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        let begun = Instant::now();
        loop {
            let said = fs::read_to_string(&output).unwrap_or_default();
            let told = said.split(char::is_whitespace).find(|word| word.ends_with("/admin.token"));
            if let Some(token_file) = told {
                let (url, token_file) = (format!("http://127.0.0.1:{port}"), PathBuf::from(token_file));
                return Self { child, url, token_file, dir };
            }
            if let Some(status) = child.try_wait().unwrap() {
                panic!("the demo ended with {status}:\n{said}");
            }
            if begun.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("no demo after {PATIENCE:?}:\n{said}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Where it keeps its temporary files.
    pub fn temporary_files(&self) -> PathBuf {
        self.dir.path().to_owned()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
