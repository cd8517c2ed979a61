//! Verifies in the background the part of the journal that opening did not look at, slowly enough not to be in the way.

use crate::disk::journal::scan::{Mark, Segments, Trouble};
use crate::message::Message;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// After so many bytes the thread rests: about 32 MiB a second.
const PIECE_BYTES: u64 = 1024 * 1024;
const REST: Duration = Duration::from_millis(30);

/// What the verification has found so far. Cheap to clone; does not keep the log open.
#[derive(Clone, Debug, Default)]
pub struct Verifying(Arc<Mutex<Option<Message>>>);

impl Verifying {
    /// The damage found; `None` while there is none, also once everything was read.
    pub fn damage(&self) -> Option<Message> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, message: Message) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
    }
}

/// A verification under way or done. Dropping it stops it.
pub(crate) struct Verification {
    stop: Arc<AtomicBool>,
    findings: Verifying,
    thread: Option<JoinHandle<()>>,
}

impl Verification {
    /// Verifies from the first frame up to the event at `until`.
    pub fn start(segments: Segments, until: u64) -> Option<Self> {
        let from = segments.mark_before(0).filter(|_| until > 0)?;
        let stop = Arc::new(AtomicBool::new(false));
        let findings = Verifying::default();
        let (stopped, finding) = (Arc::clone(&stop), findings.clone());
        let thread = std::thread::Builder::new().name("journal-verify".to_owned()).spawn(move || {
            if let Err(trouble) = walk(&segments, from, until, &stopped) {
                let message = match trouble {
                    Trouble::Damaged(message) => message,
                    Trouble::Io(why) => Message::new(
                        format!("日志无法读取：{}", crate::disk::open::cause_of(&why).zh),
                        format!("the journal cannot be read: {why}"),
                    ),
                };
                tracing::error!(%message, "the journal is damaged in its older part; stop the server and run `huiyin doctor`");
                finding.set(message);
            }
        });
        Some(Self { stop, findings, thread: thread.ok() })
    }

    pub fn findings(&self) -> Verifying {
        self.findings.clone()
    }
}

fn walk(segments: &Segments, from: Mark, until: u64, stop: &AtomicBool) -> Result<(), Trouble> {
    let mut rested_at = from.offset;
    let mut scan = segments.scan(from)?;
    while scan.mark().tree.size() < until && !stop.load(Ordering::Relaxed) {
        if scan.next()?.is_none() {
            return Ok(());
        }
        if scan.mark().offset.abs_diff(rested_at) >= PIECE_BYTES {
            rested_at = scan.mark().offset;
            std::thread::sleep(REST);
        }
    }
    match segments.mark_before(until) {
        Some(mark) if mark.tree.size() == until && mark.tree != scan.mark().tree && !stop.load(Ordering::Relaxed) => {
            Err(scan.damaged(
                scan.mark().offset,
                "树与下一文件的文件头不符",
                "the tree is not that of the next segment's header",
            ))
        }
        Some(_) | None => Ok(()),
    }
}

impl Drop for Verification {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic there was reported when it happened.
            drop(thread.join());
        }
    }
}
