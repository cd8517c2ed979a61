//! Standard error as a serving process uses it: a queue with a bound, and one thread that empties it.
//!
//! Whoever serves never waits for whoever reads the log. A pipe that nobody drains, a reader that went away or a full
//! disk cost lines, which are counted, and nothing else. Lines of requests are lost first: they leave room in the queue
//! for what an operator must read.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Whose lines there are as many of as requests.
pub(crate) const ACCESS: &str = "access";

/// Lines that may wait to be written: what comes within a fifth of a second at the most that was ever measured, since the
/// thread may have to wait for a processor.
const LINES_MAX: usize = 8192;
/// Those of them that may be lines of requests.
const REQUESTS_MAX: usize = LINES_MAX - 512;
/// Lines that are written at once.
const TOGETHER_MAX: usize = 256;
/// Longest line that is kept waiting; a longer one is lost. With [`LINES_MAX`] it bounds the memory of the queue.
const LINE_BYTES_MAX: usize = 8 * 1024;
/// The same of a request's line, in which only the method can be long.
const REQUEST_BYTES_MAX: usize = 1024;
/// How long lines are let come together, so that many of them cost one wake of the thread and one system call.
const GATHERING: Duration = Duration::from_millis(5);
/// How long to wait for a descriptor that does not block and takes nothing just now.
const PAUSE: Duration = Duration::from_millis(10);

/// The output of this process, once it serves.
static STANDARD_ERROR: OnceLock<Output> = OnceLock::new();

/// What a line is about, which says how much of the queue it may fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// A request that was answered, or is to be asked again.
    Request,
    /// Anything else, a request that failed included.
    Server,
}

/// What goes through the queue.
enum Sent {
    Line(Vec<u8>, About),
    /// Everything before it has been written.
    Told(SyncSender<()>),
}

/// Counted by whoever sends, and by the thread.
#[derive(Debug, Default)]
struct Counts {
    lost: AtomicU64,
    /// Lines of requests in the queue.
    requests: AtomicUsize,
}

impl Counts {
    fn lose(&self, lines: usize) {
        self.lost.fetch_add(u64::try_from(lines).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// A place to write lines to without ever waiting. Cheap to clone; dropping the last clone ends its thread.
#[derive(Clone, Debug)]
pub struct Output {
    queue: SyncSender<Sent>,
    counts: Arc<Counts>,
}

impl Output {
    /// An output that writes to `to` on a thread of its own.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn to(to: impl Write + Send + 'static) -> io::Result<Self> {
        let (queue, sent) = sync_channel(LINES_MAX);
        let counts = Arc::<Counts>::default();
        let counted = Arc::clone(&counts);
        thread::Builder::new().name("output".to_owned()).spawn(move || empty(&sent, to, &counted))?;
        Ok(Self { queue, counts })
    }

    /// Writes a line, with its line feed, some time; or loses it.
    pub fn line(&self, line: Vec<u8>) {
        self.send(line, About::Server);
    }

    fn send(&self, line: Vec<u8>, about: About) {
        let requests = &self.counts.requests;
        let fits = match about {
            About::Request => {
                requests.fetch_add(1, Ordering::Relaxed) < REQUESTS_MAX && line.len() <= REQUEST_BYTES_MAX
            }
            About::Server => line.len() <= LINE_BYTES_MAX,
        };
        if !fits || self.queue.try_send(Sent::Line(line, about)).is_err() {
            self.counts.lose(1);
            if about == About::Request {
                requests.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }

    /// Lines that could not be written, since the start.
    pub fn lost(&self) -> u64 {
        self.counts.lost.load(Ordering::Relaxed)
    }

    /// Waits until what was said so far is written, but no longer than `patience`.
    pub fn flush(&self, patience: Duration) {
        let begun = Instant::now();
        let (tell, told) = sync_channel(1);
        let mut message = Sent::Told(tell);
        while let Err(TrySendError::Full(back)) = self.queue.try_send(message) {
            if begun.elapsed() >= patience {
                return;
            }
            message = back;
            thread::sleep(PAUSE);
        }
        // An error means that nobody writes any more: then there is nothing to wait for.
        let _ = told.recv_timeout(patience.saturating_sub(begun.elapsed()));
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Pen<'a>;

    fn make_writer(&'a self) -> Pen<'a> {
        Pen { output: self, about: About::Server }
    }

    fn make_writer_for(&'a self, line: &Metadata<'_>) -> Pen<'a> {
        let of_request = line.target() == ACCESS && *line.level() != Level::ERROR;
        Pen { output: self, about: if of_request { About::Request } else { About::Server } }
    }
}

/// What `tracing` writes a line with.
#[derive(Debug)]
pub struct Pen<'a> {
    output: &'a Output,
    about: About,
}

/// One event of `tracing` is one call of `write`, so a line is never torn by another.
impl Write for Pen<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.send(bytes.to_vec(), self.about);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines on their way together.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// Where each line ends.
    ends: Vec<usize>,
}

/// The thread: writes what is sent until nobody can send any more.
fn empty(sent: &Receiver<Sent>, mut to: impl Write, counts: &Counts) {
    let mut batch = Batch::default();
    // A line that was cut off (a disk that became full) is not continued by the next one.
    let mut torn = false;
    let (mut told, mut seen) = (0, 0);
    while let Some(first) = next(sent) {
        let mut flushed = None;
        let mut message = Some(first);
        while let Some(taken) = message {
            match taken {
                Sent::Line(line, about) => {
                    if about == About::Request {
                        counts.requests.fetch_sub(1, Ordering::Relaxed);
                    }
                    batch.bytes.extend_from_slice(&line);
                    batch.ends.push(batch.bytes.len());
                }
                Sent::Told(tell) => flushed = Some(tell),
            }
            let full = flushed.is_some() || batch.ends.len() >= TOGETHER_MAX;
            message = if full { None } else { sent.try_recv().ok() };
        }
        let written = batch.write(&mut to, &mut torn, counts);
        let lost = counts.lost.load(Ordering::Relaxed);
        // Once it is over: a log that loses lines all the time has no room for one more.
        if written && lost > told && lost == seen {
            tracing::warn!(lost_in_all = lost, "lines of the log were lost");
            told = lost;
        }
        seen = lost;
        if let Some(tell) = flushed {
            let _ = tell.try_send(());
        }
    }
}

/// What is to be done next; `None` once nobody can send any more. After a rest, lines are let come together.
fn next(sent: &Receiver<Sent>) -> Option<Sent> {
    match sent.try_recv() {
        Ok(waiting) => Some(waiting),
        Err(TryRecvError::Disconnected) => None,
        Err(TryRecvError::Empty) => {
            let first = sent.recv().ok()?;
            thread::sleep(GATHERING);
            Some(first)
        }
    }
}

impl Batch {
    /// Writes what came together and forgets it; whether there was something and all of it is written.
    fn write(&mut self, to: &mut impl Write, torn: &mut bool, counts: &Counts) -> bool {
        if *torn && !self.ends.is_empty() && write_all(to, b"\n").is_ok() {
            *torn = false;
        }
        let written = match write_all(to, &self.bytes) {
            Ok(()) => self.bytes.len(),
            Err(written) => written,
        };
        let whole = self.ends.iter().take_while(|end| **end <= written).count();
        *torn |= written > 0 && self.ends[..whole].last() != Some(&written);
        let lost = self.ends.len() - whole;
        counts.lose(lost);
        let all = lost == 0 && whole > 0;
        self.bytes.clear();
        self.ends.clear();
        all
    }
}

/// Writes all of it; otherwise says how much of it was written.
fn write_all(to: &mut impl Write, bytes: &[u8]) -> Result<(), usize> {
    let mut written = 0;
    while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
        match to.write(rest) {
            Ok(0) => return Err(written),
            Ok(more) => written += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Somebody who shares the descriptor made it one that does not block.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(_) => return Err(written),
        }
    }
    Ok(())
}

/// From now on this process never waits for its standard error. A second call changes nothing.
///
/// # Errors
/// Where the system gives no thread.
pub fn start() -> io::Result<&'static Output> {
    if let Some(started) = STANDARD_ERROR.get() {
        return Ok(started);
    }
    let output = Output::to(io::stderr())?;
    Ok(STANDARD_ERROR.get_or_init(|| output))
}

/// Where lines go once this process serves.
pub fn started() -> Option<&'static Output> {
    STANDARD_ERROR.get()
}

/// Lines of log that this process has lost.
pub(crate) fn lost() -> u64 {
    STANDARD_ERROR.get().map_or(0, Output::lost)
}

/// Before the end: says how many lines were lost, and gives what was said a moment to be written.
pub fn finish() {
    if let Some(output) = STANDARD_ERROR.get() {
        let lost = output.lost();
        if lost > 0 {
            tracing::warn!(lost_in_all = lost, "lines of the log were lost");
        }
        output.flush(Duration::from_secs(1));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::Mutex;

    /// Takes bytes as it is told to.
    #[derive(Clone)]
    struct Told {
        taken: Arc<Mutex<Vec<u8>>>,
        /// Free bytes of the disk.
        room: Arc<Mutex<usize>>,
    }

    impl Write for Told {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut room = self.room.lock().unwrap();
            let fits = bytes.len().min(*room);
            if fits == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            *room -= fits;
            self.taken.lock().unwrap().extend_from_slice(&bytes[..fits]);
            Ok(fits)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Takes nothing until it is let go.
    struct Stuck(Receiver<()>);

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The same, from then on.
    struct Held(Receiver<()>, Told);

    impl Write for Held {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            self.1.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_costs_lines_which_are_counted_and_none_is_continued_by_another() {
        let disk = Told { taken: Arc::default(), room: Arc::new(Mutex::new(8)) };
        let output = Output::to(disk.clone()).unwrap();
        output.line(b"first\n".to_vec());
        output.line(b"second\n".to_vec());
        output.flush(Duration::from_secs(30));
        *disk.room.lock().unwrap() = 100;
        output.line(b"third\n".to_vec());
        output.line(vec![b'x'; LINE_BYTES_MAX + 1]);
        output.flush(Duration::from_secs(30));
        assert_eq!(String::from_utf8_lossy(&disk.taken.lock().unwrap()), "first\nse\nthird\n");
        assert_eq!(output.lost(), 2);
    }

    #[test]
    fn a_reader_that_takes_nothing_holds_nobody_up() {
        let (let_go, held) = sync_channel(0);
        let output = Output::to(Stuck(held)).unwrap();
        for _ in 0..LINES_MAX + TOGETHER_MAX + 100 {
            output.line(b"line\n".to_vec());
        }
        // Some are with the thread.
        assert!((100..=100 + TOGETHER_MAX as u64).contains(&output.lost()), "{}", output.lost());
        output.flush(Duration::from_millis(20));
        drop(let_go);
        output.flush(Duration::from_secs(30));
    }

    #[test]
    fn lines_of_requests_leave_room_for_the_others() {
        let (let_go, held) = sync_channel(0);
        let disk = Told { taken: Arc::default(), room: Arc::new(Mutex::new(usize::MAX)) };
        let output = Output::to(Held(held, disk.clone())).unwrap();
        for _ in 0..2 * LINES_MAX {
            output.send(b"request\n".to_vec(), About::Request);
        }
        let lost = output.lost();
        assert!(lost > 0);
        for _ in 0..LINES_MAX - REQUESTS_MAX {
            output.line(b"server\n".to_vec());
        }
        assert_eq!(output.lost(), lost);
        drop(let_go);
        output.flush(Duration::from_secs(30));
        let taken = disk.taken.lock().unwrap();
        assert_eq!(String::from_utf8_lossy(&taken).matches("server\n").count(), LINES_MAX - REQUESTS_MAX);
        // All of the room is free again.
        assert_eq!(output.counts.requests.load(Ordering::Relaxed), 0);
    }
}
