//! Standard error as a serving process uses it: a queue with a bound, and one thread that empties it.
//!
//! Whoever serves never waits for whoever reads the log. A pipe that nobody drains, a reader that went away or a full
//! disk cost lines, which are counted, and nothing else.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

/// Lines that may wait to be written.
const LINES_MAX: usize = 4096;
/// Longest line that is kept waiting; a longer one is lost. With [`LINES_MAX`] it bounds the memory of the queue.
const LINE_BYTES_MAX: usize = 8 * 1024;
/// How long to wait for a descriptor that does not block and takes nothing just now.
const PAUSE: Duration = Duration::from_millis(10);

/// The output of this process, once it serves.
static STANDARD_ERROR: OnceLock<Output> = OnceLock::new();

/// What goes through the queue.
enum Sent {
    Line(Vec<u8>),
    /// Everything before it has been written.
    Told(SyncSender<()>),
}

/// A place to write lines to without ever waiting. Cheap to clone; dropping the last clone ends its thread.
#[derive(Clone, Debug)]
pub struct Output {
    queue: SyncSender<Sent>,
    lost: Arc<AtomicU64>,
}

impl Output {
    /// An output that writes to `to` on a thread of its own.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn to(to: impl Write + Send + 'static) -> io::Result<Self> {
        let (queue, sent) = sync_channel(LINES_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        thread::Builder::new().name("output".to_owned()).spawn(move || empty(&sent, to, &counted))?;
        Ok(Self { queue, lost })
    }

    /// Writes a line, with its line feed, some time; or loses it.
    pub fn line(&self, line: Vec<u8>) {
        if line.len() > LINE_BYTES_MAX || self.queue.try_send(Sent::Line(line)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lines that could not be written, since the start.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
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

/// One event of `tracing` is one call of `write`, so a line is never torn by another.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The thread: writes what is sent until nobody can send any more.
fn empty(sent: &Receiver<Sent>, mut to: impl Write, lost: &AtomicU64) {
    // A line that was cut off (a disk that became full) is not continued by the next one.
    let mut torn = false;
    for message in sent {
        match message {
            Sent::Line(line) => {
                if torn && write_all(&mut to, b"\n").is_ok() {
                    torn = false;
                }
                if let Err(written) = write_all(&mut to, &line) {
                    torn |= written > 0;
                    lost.fetch_add(1, Ordering::Relaxed);
                }
            }
            Sent::Told(tell) => {
                let _ = tell.try_send(());
            }
        }
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

/// Before the end: gives what was said a moment to be written.
pub fn finish() {
    if let Some(output) = STANDARD_ERROR.get() {
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
        for _ in 0..LINES_MAX + 100 {
            output.line(b"line\n".to_vec());
        }
        // One line is with the thread at most.
        assert!((99..=100).contains(&output.lost()), "{}", output.lost());
        output.flush(Duration::from_millis(20));
        drop(let_go);
        output.flush(Duration::from_secs(30));
    }
}
