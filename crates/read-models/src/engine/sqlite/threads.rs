//! Threads with a connection each, to which work is handed: SQLite reads and writes where it is called, and nobody who
//! answers requests may wait for a disk.

use super::{Sql, SqlError};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Why work was not done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gone {
    /// The threads are closed, or none could be started.
    Closed,
    /// It panicked, which was told where it happened.
    Panicked,
}

/// Work that was handed over.
pub(crate) struct Handed<T>(oneshot::Receiver<Result<T, Gone>>);

impl<T> Handed<T> {
    /// What became of it.
    pub(crate) async fn done(self) -> Result<T, Gone> {
        self.0.await.unwrap_or(Err(Gone::Closed))
    }
}

/// How a thread gets its connection.
type Open = Box<dyn Fn() -> Result<Sql, SqlError> + Send + Sync>;
/// Work to be done on one of the threads.
type Job = Box<dyn FnOnce(&mut Seat<'_>) + Send>;

/// Some threads that take work from one queue, oldest first. They are started when there is work for them.
pub(crate) struct Threads {
    shared: Arc<Shared>,
    name: &'static str,
    most: usize,
    started: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    open: Open,
    queue: Mutex<Queue>,
    filled: Condvar,
    closed: AtomicBool,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// Threads that wait for work.
    idle: usize,
}

/// What a thread has at hand: its connection, made when it is needed.
pub(crate) struct Seat<'t> {
    shared: &'t Shared,
    sql: Option<Sql>,
}

impl Threads {
    /// At most so many threads, with connections that `open` makes. Nothing is started yet.
    pub(crate) fn new(
        name: &'static str,
        most: usize,
        open: impl Fn() -> Result<Sql, SqlError> + Send + Sync + 'static,
    ) -> Self {
        let (queue, filled, closed) = (Mutex::default(), Condvar::new(), AtomicBool::new(false));
        let shared = Shared { open: Box::new(open), queue, filled, closed };
        Self { shared: Arc::new(shared), name, most, started: Mutex::default() }
    }

    /// Hands work over. It is done also when nobody waits for it.
    pub(crate) fn hand<T: Send + 'static>(&self, work: impl FnOnce(&mut Seat<'_>) -> T + Send + 'static) -> Handed<T> {
        let (done, awaited) = oneshot::channel();
        self.add(Box::new(move |seat| {
            let worked = catch_unwind(AssertUnwindSafe(|| work(seat)));
            if worked.is_err() {
                seat.let_go();
            }
            // Who asked may have gone.
            let _heard = done.send(worked.map_err(|_| Gone::Panicked));
        }));
        Handed(awaited)
    }

    /// Work that is dropped is told so.
    fn add(&self, job: Job) {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let mut queue = self.shared.queue();
        if self.is_closed() {
            return;
        }
        if queue.idle <= queue.jobs.len() && started.len() < self.most {
            let shared = self.shared.clone();
            let thread = std::thread::Builder::new().name(self.name.to_owned()).spawn(move || serve(&shared));
            match thread {
                Ok(thread) => started.push(thread),
                // Another time there may be room for one.
                Err(_) if started.is_empty() => return,
                Err(_) => {}
            }
        }
        queue.jobs.push_back(job);
        drop(queue);
        self.shared.filled.notify_one();
    }

    /// Whether no thread has anything to do.
    pub(crate) fn rest(&self) -> bool {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner).len();
        let queue = self.shared.queue();
        queue.jobs.is_empty() && queue.idle == started
    }

    fn is_closed(&self) -> bool {
        self.shared.closed.load(Ordering::Acquire)
    }

    /// Takes no more work, drops what is not begun, and waits until what is begun has ended.
    pub(crate) async fn close(&self) {
        self.shared.closed.store(true, Ordering::Release);
        let dropped = std::mem::take(&mut self.shared.queue().jobs);
        drop(dropped);
        self.shared.filled.notify_all();
        let started = std::mem::take(&mut *self.started.lock().unwrap_or_else(PoisonError::into_inner));
        // A thread ends by itself; what panicked in it was reported where it happened.
        let _ended = tokio::task::spawn_blocking(|| started.into_iter().for_each(|thread| drop(thread.join()))).await;
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
        // Under the lock, so that no thread is between looking and waiting.
        drop(self.shared.queue());
        self.shared.filled.notify_all();
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next work; none when the threads are closed.
    fn next(&self) -> Option<Job> {
        let mut queue = self.queue();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if self.closed.load(Ordering::Acquire) {
                return None;
            }
            queue.idle += 1;
            queue = self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
    }
}

fn serve(shared: &Shared) {
    let mut seat = Seat { shared, sql: None };
    while let Some(job) = shared.next() {
        job(&mut seat);
    }
}

impl Seat<'_> {
    /// The connection.
    pub(crate) fn sql(&mut self) -> Result<&Sql, SqlError> {
        if self.sql.is_none() {
            self.sql = Some((self.shared.open)()?);
        }
        self.sql.as_ref().ok_or(SqlError::InvalidQuery)
    }

    /// Closes the connection, which undoes whatever is not committed; the next work has another one.
    pub(crate) fn let_go(&mut self) {
        self.sql = None;
    }

    /// Whether what is done here should come to an end.
    pub(crate) fn is_closed(&self) -> bool {
        self.shared.closed.load(Ordering::Acquire)
    }
}
