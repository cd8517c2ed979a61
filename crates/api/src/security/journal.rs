//! The journal itself: a queue with a bound, and one thread that writes. Nobody waits for it, and nothing stops where it
//! cannot be written: health says so, and how many lines are missing is a line of its own.

use super::entry::{Entry, Kind};
use super::files::{self, DayFile};
use super::repeats::Repeats;
use crate::http::proxies::Client;
use crate::http::rates::{Policy, network_of};
use crate::http::route::Route;
use crate::limits::{SECURITY_DAY_BYTES_MAX, SECURITY_LINES_MAX, SECURITY_SEEN_BYTES_MAX, SECURITY_SEEN_MAX};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use chrono_tz::Tz;
use event_store::Clock;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How often the thread looks at the day and makes durable what it wrote.
const SECOND: Duration = Duration::from_secs(1);

/// The journal. Cheap to clone; the default one is kept nowhere.
#[derive(Clone, Default)]
pub struct Journal(Option<Arc<Inner>>);

struct Inner {
    place: Place,
    queue: SyncSender<Note>,
    writer: Mutex<Option<JoinHandle<()>>>,
    told: Arc<Told>,
    /// By which token it was asked from where.
    seen: RwLock<HashSet<(Uuid, IpAddr)>>,
}

/// Where it is kept, and by which time.
#[derive(Clone)]
struct Place {
    directory: PathBuf,
    clock: Clock,
    zone: Tz,
}

impl Place {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis((self.clock)()).unwrap_or_default()
    }

    fn today(&self) -> NaiveDate {
        self.now().with_timezone(&self.zone).date_naive()
    }
}

/// What the thread says of itself.
#[derive(Default)]
struct Told {
    /// The day whose file it writes, as days since the first of the calendar: no earlier one is touched any more.
    writes_on: AtomicI32,
    /// Lines that are missing and not told of yet.
    lost: AtomicU64,
    failing: Mutex<Option<String>>,
    unsealed: Mutex<Option<String>>,
}

enum Note {
    Entry(Box<Entry>),
    Stop,
}

impl Journal {
    /// Begins to write into a directory, by a clock and the days of a zone; never on a day up to `sealed_until`, whose digest
    /// is in the log. Where the directory cannot be used it is tried again with every line, and health says why.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(directory: PathBuf, clock: Clock, zone: Tz, sealed_until: Option<NaiveDate>) -> io::Result<Self> {
        let place = Place { directory, clock, zone };
        let told = Arc::new(Told::default());
        let (queue, notes) = sync_channel(SECURITY_LINES_MAX);
        let first = sealed_until.and_then(|until| until.succ_opt()).map_or(place.today(), |day| day.max(place.today()));
        told.writes_on.store(first.num_days_from_ce(), Ordering::Release);
        let seen = RwLock::new(seen_before(&place));
        let writer = Writer {
            place: place.clone(),
            told: Arc::clone(&told),
            on: first,
            file: None,
            is_synced: true,
            repeats: Repeats::default(),
        };
        let thread = thread::Builder::new().name("security".to_owned()).spawn(move || writer.run(&notes))?;
        Ok(Self(Some(Arc::new(Inner { place, queue, writer: Mutex::new(Some(thread)), told, seen }))))
    }

    /// Writes what is queued, and no more.
    pub fn stop(&self) {
        let Some(inner) = &self.0 else { return };
        let writer = inner.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // The thread is gone only where it panicked.
            drop(inner.queue.send(Note::Stop));
            if writer.join().is_err() {
                tracing::error!("the security journal panicked");
            }
        }
    }

    /// Why lines are missing just now.
    pub fn failing(&self) -> Option<String> {
        self.0.as_ref()?.told.failing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why days that are over are not sealed in the log.
    pub fn unsealed(&self) -> Option<String> {
        self.0.as_ref()?.told.unsealed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How the sealing of days ended; told when that changes, and by health all the while.
    pub(super) fn sealing_ended(&self, why: Option<String>) {
        let Some(inner) = &self.0 else { return };
        let mut unsealed = inner.told.unsealed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = why.as_ref().filter(|why| unsealed.as_ref() != Some(*why)) {
            tracing::error!(why, "days of the security journal are not sealed; it is tried again");
        }
        *unsealed = why;
    }

    /// Where the files are; nothing where there are none.
    pub(super) fn directory(&self) -> Option<&std::path::Path> {
        self.0.as_ref().map(|inner| inner.place.directory.as_path())
    }

    /// The day from which on files may still change.
    pub(super) fn writes_on(&self) -> Option<NaiveDate> {
        let days = self.0.as_ref()?.told.writes_on.load(Ordering::Acquire);
        NaiveDate::from_num_days_from_ce_opt(days)
    }

    /// The server starts, with this configuration, of which secrets were taken out.
    pub fn started(&self, configuration: Map<String, Value>) {
        self.note(Kind::Started, |entry| Entry {
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            configuration: Some(configuration),
            ..entry
        });
    }

    /// Somebody signed in.
    pub fn signed_in(&self, client: &Client, account_id: Uuid) {
        self.note(Kind::SignedIn, |entry| by(entry, client, Some(account_id)));
    }

    /// A sign-in failed; of which account, where the login is one's. What was typed is not told: it may be anything.
    pub fn sign_in_failed(&self, client: &Client, account_id: Option<Uuid>) {
        self.note(Kind::SignInFailed, |entry| by(entry, client, account_id));
    }

    /// Somebody signed out, or was.
    pub fn signed_out(&self, client: &Client, account_id: Uuid) {
        self.note(Kind::SignedOut, |entry| by(entry, client, Some(account_id)));
    }

    /// A token was good; a line only where it was not used from there before.
    pub(crate) fn token_used(&self, client: &Client, account_id: Uuid, token_id: Uuid) {
        let Some(inner) = &self.0 else { return };
        let pair = (token_id, network_of(client.address));
        if inner.seen.read().unwrap_or_else(PoisonError::into_inner).contains(&pair) {
            return;
        }
        let mut seen = inner.seen.write().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SECURITY_SEEN_MAX {
            // All are told once more; nothing is passed over.
            seen.clear();
        }
        if seen.insert(pair) {
            drop(seen);
            self.note(Kind::NewAddress, |entry| Entry {
                token_id: Some(token_id),
                ..by(entry, client, Some(account_id))
            });
        }
    }

    /// An answer, where it is one that turns somebody away: 401, 403, or 429 by a rate.
    pub(crate) fn answered(&self, status: u16, asked: &Asked<'_>) {
        let kind = match (status, asked.policy) {
            (401, _) => Kind::Unauthenticated,
            (403, _) => Kind::Forbidden,
            (429, Some(_)) => Kind::RateLimited,
            _ => return,
        };
        self.note(kind, |entry| Entry {
            token_id: asked.known.and_then(|(_, token)| token),
            method: asked.route.map(|route| route.method.to_owned()),
            route: asked.route.map(|route| route.path.to_owned()),
            policy: asked.policy.filter(|_| kind == Kind::RateLimited).map(|policy| policy.as_str().to_owned()),
            request_id: Some(asked.request_id.to_owned()),
            ..by(entry, asked.client, asked.known.map(|(account, _)| account))
        });
    }

    fn note(&self, kind: Kind, with: impl FnOnce(Entry) -> Entry) {
        let Some(inner) = &self.0 else { return };
        let entry = with(Entry::new(inner.place.now(), kind));
        if inner.queue.try_send(Note::Entry(Box::new(entry))).is_err() {
            inner.told.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn by(entry: Entry, client: &Client, account_id: Option<Uuid>) -> Entry {
    Entry { address: Some(client.address), account_id, ..entry }
}

/// What is known of a request that was answered.
pub(crate) struct Asked<'a> {
    pub client: &'a Client,
    pub route: Option<&'a Route>,
    /// Account and token, where somebody is known.
    pub known: Option<(Uuid, Option<Uuid>)>,
    /// The rate that was reached, where one was.
    pub policy: Option<Policy>,
    pub request_id: &'a str,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Journal({:?})", self.directory())
    }
}

/// By which tokens it was asked from where, as far as the files say, the newest first.
fn seen_before(place: &Place) -> HashSet<(Uuid, IpAddr)> {
    let (mut seen, mut left) = (HashSet::new(), SECURITY_SEEN_BYTES_MAX);
    for day in files::days(&place.directory).unwrap_or_default().into_iter().rev() {
        let Ok(lines) = files::lines(&place.directory, day, 0) else { continue };
        for (line, _) in lines {
            left = left.saturating_sub(line.len());
            if left == 0 || seen.len() >= SECURITY_SEEN_MAX {
                return seen;
            }
            let entry = serde_json::from_slice::<Entry>(&line).ok().filter(|entry| entry.kind == Kind::NewAddress);
            seen.extend(entry.and_then(|entry| entry.token_id.zip(entry.address.map(network_of))));
        }
    }
    seen
}

/// The thread.
struct Writer {
    place: Place,
    told: Arc<Told>,
    on: NaiveDate,
    file: Option<DayFile>,
    is_synced: bool,
    repeats: Repeats,
}

impl Writer {
    fn run(mut self, notes: &Receiver<Note>) {
        let mut looked = Instant::now();
        loop {
            match notes.recv_timeout(SECOND.saturating_sub(looked.elapsed())) {
                Ok(Note::Entry(entry)) => {
                    self.begin_the_day();
                    if let Some(entry) = self.repeats.take(*entry, Instant::now()) {
                        self.write(&entry);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Note::Stop) | Err(RecvTimeoutError::Disconnected) => return self.end_the_file(),
            }
            if looked.elapsed() >= SECOND {
                looked = Instant::now();
                self.begin_the_day();
                for entry in self.repeats.told(looked, false) {
                    self.write(&entry);
                }
                self.tell_what_is_lost(false);
                self.sync();
            }
        }
    }

    /// The file of yesterday is closed for good before anything is written into that of today.
    fn begin_the_day(&mut self) {
        let today = self.place.today();
        if today > self.on {
            self.end_the_file();
            self.on = today;
            self.told.writes_on.store(today.num_days_from_ce(), Ordering::Release);
        }
    }

    fn end_the_file(&mut self) {
        for entry in self.repeats.told(Instant::now(), true) {
            self.write(&entry);
        }
        self.tell_what_is_lost(true);
        self.sync();
        self.file = None;
    }

    fn tell_what_is_lost(&mut self, at_the_end: bool) {
        let lost = self.told.lost.swap(0, Ordering::Relaxed);
        // Of a day that is full it is told at its end.
        let waits = self.is_full() && !at_the_end;
        if lost > 0 && (waits || !self.add(&Entry { times: Some(lost), ..Entry::new(self.place.now(), Kind::Lost) })) {
            self.told.lost.fetch_add(lost, Ordering::Relaxed);
        }
    }

    fn is_full(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.length >= SECURITY_DAY_BYTES_MAX)
    }

    fn write(&mut self, entry: &Entry) {
        if self.is_full() {
            self.fail(Some(format!("the file of {} has {SECURITY_DAY_BYTES_MAX} bytes", self.on)));
        } else if self.add(entry) {
            return self.fail(None);
        }
        self.told.lost.fetch_add(entry.times.unwrap_or(1), Ordering::Relaxed);
    }

    /// Adds a line; whether it is there.
    fn add(&mut self, entry: &Entry) -> bool {
        let line = entry.line();
        if line.len() > files::LINE_BYTES_MAX {
            return false;
        }
        let added = match &mut self.file {
            Some(file) => file.add(&line),
            None => DayFile::open(&self.place.directory, self.on).and_then(|file| self.file.insert(file).add(&line)),
        };
        match added {
            Ok(()) => self.is_synced = false,
            Err(error) => {
                // Opened anew with the next line: the disk may have room again, the directory be there again.
                self.file = None;
                self.fail(Some(format!("{}: {error}", self.place.directory.display())));
                return false;
            }
        }
        true
    }

    fn sync(&mut self) {
        let Some(file) = self.file.as_ref().filter(|_| !self.is_synced) else { return };
        match file.sync() {
            Ok(()) => self.is_synced = true,
            Err(error) => self.fail(Some(format!("{}: {error}", self.place.directory.display()))),
        }
    }

    fn fail(&self, why: Option<String>) {
        let mut failing = self.told.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if *failing != why {
            match &why {
                Some(why) => tracing::error!(why, "lines of the security journal are lost"),
                None => tracing::info!("the security journal is written again"),
            }
            *failing = why;
        }
    }
}

#[cfg(test)]
mod tests;
