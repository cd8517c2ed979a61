//! One process of `huiyin` on one place.

use super::binary::huiyin;
use super::faketime::FakedClock;
use super::sync_trap::SyncTrap;
use socket2::{Domain, Socket, Type};
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest wait for a server to be ready or to end, far above what either takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// A temporary directory with room for a log's data, its keys and what its servers say. Goes with its drop.
#[derive(Debug)]
pub struct Place {
    dir: TempDir,
    /// The time zone of the machine, as its servers are told; `None` leaves that of these tests.
    zone: Mutex<Option<String>>,
    /// Further options of `serve`.
    options: Mutex<Vec<String>>,
    /// The clock that its servers are shown; `None` is the machine's.
    clock: Option<FakedClock>,
    /// What fails one of its servers' calls when it is told to.
    trap: Option<SyncTrap>,
}

impl Place {
    /// An empty one.
    pub fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("huiyin-test-").tempdir().unwrap();
        Self { dir, zone: Mutex::default(), options: Mutex::default(), clock: None, trap: None }
    }

    /// An empty one, whose servers are shown a clock that can be moved.
    pub fn under(clock: FakedClock) -> Self {
        Self { clock: Some(clock), ..Self::new() }
    }

    /// An empty one, whose servers meet a failing disk when the trap is set.
    pub fn with(trap: SyncTrap) -> Self {
        Self { trap: Some(trap), ..Self::new() }
    }

    /// What fails a call of its servers.
    #[track_caller]
    pub fn trap(&self) -> &SyncTrap {
        self.trap.as_ref().expect("nothing fails here")
    }

    /// The clock that its servers are shown.
    #[track_caller]
    pub fn clock(&self) -> &FakedClock {
        self.clock.as_ref().expect("it is under the machine's clock")
    }

    /// Whatever is started here from now on finds the machine in this time zone.
    pub fn moves_to(&self, zone: &str) {
        *self.zone.lock().unwrap() = Some(zone.to_owned());
    }

    /// Whatever server is started here from now on is given these options.
    pub fn serves_with(&self, options: &[&str]) {
        *self.options.lock().unwrap() = options.iter().map(|option| (*option).to_owned()).collect();
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The key directory.
    pub fn keys(&self) -> PathBuf {
        self.dir.path().join("keys")
    }

    /// Where it is remembered what was signed last, beside the data directory.
    pub fn signed(&self) -> PathBuf {
        self.dir.path().join("data.signed")
    }

    /// The file in which it is remembered, wherever the version under test has it: at first it lay among the keys.
    #[track_caller]
    pub fn memory(&self) -> PathBuf {
        let places = [self.signed(), self.keys()].map(|dir| dir.join("signed"));
        places.into_iter().find(|file| file.exists()).expect("nothing remembers what was signed")
    }

    /// What every server here wrote to standard output and standard error.
    pub fn output(&self) -> PathBuf {
        self.dir.path().join("output")
    }

    /// The administrator's token of the first start.
    pub fn token(&self) -> String {
        fs::read_to_string(self.data().join("admin.token")).unwrap().trim().to_owned()
    }

    /// `huiyin` with these arguments, told where data and keys lie, in English.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(huiyin());
        command.arg(name).arg("--data").arg(self.data()).arg("--keys").arg(self.keys()).env("LC_ALL", "en_US.UTF-8");
        if let Some(zone) = self.zone.lock().unwrap().as_ref() {
            command.env("TZ", zone);
        }
        if let Some(clock) = &self.clock {
            clock.shown_to(&mut command);
        }
        if let Some(trap) = &self.trap {
            trap.laid_for(&mut command);
        }
        command
    }
}

/// How a server that did not become ready ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// What it said on both outputs.
    pub said: String,
}

/// A running server. Killed on drop.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:<port>`.
    pub url: String,
    /// How long it took from the start of the process until it was ready.
    pub ready_after: Duration,
}

impl Server {
    /// Starts one and waits until it is ready.
    #[track_caller]
    pub fn start(place: &Place) -> Self {
        match Self::try_start(place) {
            Ok(server) => server,
            Err(ended) => panic!("the server ended with {}:\n{}", ended.status, ended.said),
        }
    }

    /// Starts one; it may refuse.
    pub fn try_start(place: &Place) -> Result<Self, Ended> {
        Self::try_until(place, "/health/ready")
    }

    /// Starts one and waits until it answers at all.
    #[track_caller]
    pub fn start_alive(place: &Place) -> Self {
        match Self::try_until(place, "/health/live") {
            Ok(server) => server,
            Err(ended) => panic!("the server ended with {}:\n{}", ended.status, ended.said),
        }
    }

    fn try_until(place: &Place, well: &str) -> Result<Self, Ended> {
        for _ in 0..5 {
            let port = free_port();
            match Self::start_on(place, port, well) {
                // Somebody else took the port between our asking for it and the server's binding it.
                Err(ended) if ended.said.contains("Address already in use") => {}
                result => return result,
            }
        }
        panic!("no free port in five tries");
    }

    /// Starts one and kills it so long after, ready or not.
    pub fn killed_after(place: &Place, after: Duration) {
        let (mut command, _) = Self::serving(place, free_port());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// The command, and the file that it writes to.
    fn serving(place: &Place, port: u16) -> (Command, File) {
        let output = File::options().create(true).append(true).read(true).open(place.output()).unwrap();
        let mut command = place.command("serve");
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command.args(place.options.lock().unwrap().as_slice());
        command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output.try_clone().unwrap());
        (command, output)
    }

    fn start_on(place: &Place, port: u16, well: &str) -> Result<Self, Ended> {
        let (mut command, mut output) = Self::serving(place, port);
        let before = output.metadata().unwrap().len();
        let begun = Instant::now();
        let mut child = command.spawn().unwrap();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                let mut said = String::new();
                output.seek(SeekFrom::Start(before)).unwrap();
                output.read_to_string(&mut said).unwrap();
                return Err(Ended { status, said });
            }
            if says_well(port, well) {
                break;
            }
            if begun.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("not ready after {PATIENCE:?}:\n{}", fs::read_to_string(place.output()).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(Self { child, url: format!("http://127.0.0.1:{port}"), ready_after: begun.elapsed() })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a crash would: SIGKILL, nothing flushed.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, as an operator would (SIGTERM), and waits for its end.
    #[track_caller]
    pub fn stop(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status().unwrap();
        assert!(asked.success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "it stopped with {status}");
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not stop");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A bare connection to it.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.url.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// The same with small segments, as on a real network: loopback's own would swallow whole answers.
    pub fn connect_narrowly(&self) -> TcpStream {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_tcp_mss(536).unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let address: SocketAddr = self.url.trim_start_matches("http://").parse().unwrap();
        socket.connect(&address.into()).unwrap();
        let stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Asks by hand: a refused connection is the ordinary answer here.
fn says_well(port: u16, path: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let patience = Some(Duration::from_secs(5));
    if stream.set_read_timeout(patience).and(stream.set_write_timeout(patience)).is_err() {
        return false;
    }
    let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
    let mut answer = Vec::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_end(&mut answer).is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
}
