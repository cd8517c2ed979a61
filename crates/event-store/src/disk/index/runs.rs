//! Ids and what is kept of each, in memory while they are new and in sorted runs on disk afterwards. Runs are joined as
//! they become many, so that there are few to ask whatever their ids.
//!
//! All of it can be made again from sled, so a run that is missing or damaged costs time and nothing else.

use super::run::{Iter, Run, RunError, Span};
use crate::disk::files::{Files, OpenDir};
use crate::disk::records::{ID_BYTES, Id};
use crate::ids::Hash;
use crate::log::LogError;
use foldhash::HashMap;
use std::iter::Peekable;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use uuid::Uuid;

/// So many runs of one size become one of the next size.
const FAN_IN: usize = 4;
/// Runs that hold so many ids are left as they are: joining them would keep the thread for a second and more.
const JOINED_MAX: usize = 1 << 20;

type Map<const N: usize> = HashMap<Id, [u8; N]>;

/// What one index is told of where it lies.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub files: Files,
    pub dir: PathBuf,
    /// What its files' names begin with.
    pub name: &'static str,
    pub log_id: Uuid,
}

/// One index. Readers never wait for the disk work of whoever writes a run.
#[derive(Debug)]
pub(crate) struct Runs<const N: usize> {
    place: Place,
    dir: OpenDir,
    held: RwLock<Held<N>>,
}

#[derive(Debug, Default)]
struct Held<const N: usize> {
    /// Not in any run.
    fresh: Map<N>,
    /// Size of the log behind which nothing was added.
    reach: u64,
    /// Being written to a run.
    writing: Arc<Map<N>>,
    /// The oldest first, each with its number.
    runs: Arc<Vec<(u64, Arc<Run<N>>)>>,
}

impl<const N: usize> Runs<N> {
    /// Opens what there is. Runs that were joined into others, and files that were never finished, are removed.
    ///
    /// # Errors
    /// [`RunError::Damaged`] where a run is missing between others or is not as it was written.
    pub fn open(place: Place) -> Result<Self, RunError> {
        place.files.create_dir(&place.dir)?;
        let dir = place.files.open_dir(&place.dir)?;
        let mut runs = Vec::new();
        for path in place.files.list(&place.dir)? {
            match place.number_of(&path) {
                Some(number) => runs.push((number, path)),
                None if place.is_unfinished(&path) => place.files.remove(&path)?,
                None => {}
            }
        }
        runs.sort_unstable();
        let mut kept: Vec<(u64, Arc<Run<N>>)> = Vec::new();
        // From the newest on, each says what must lie in older ones.
        for (number, path) in runs.into_iter().rev() {
            let run = Run::open(&place.files, &path, place.log_id)?;
            match kept.last().map(|(_, newer)| newer.span.from) {
                Some(wanted) if run.span.to > wanted || wanted == 0 => place.files.remove(&path)?,
                Some(wanted) if run.span.to < wanted => return Err(RunError::Damaged(path)),
                Some(_) | None => kept.push((number, Arc::new(run))),
            }
        }
        if let Some((_, oldest)) = kept.last()
            && oldest.span.from > 0
        {
            return Err(RunError::Damaged(oldest.path.clone()));
        }
        kept.reverse();
        let held = Held { runs: Arc::new(kept), ..Held::default() };
        Ok(Self { place, dir, held: RwLock::new(held) })
    }

    /// The part of the log whose records are all in runs.
    pub fn written(&self) -> Span {
        self.read().runs.last().map_or_else(Span::default, |(_, run)| run.span)
    }

    /// Size of the log behind which no record in any run is of.
    pub fn reach(&self) -> u64 {
        self.read().runs.iter().map(|(_, run)| run.span.reach).max().unwrap_or(0)
    }

    /// How many ids are in no run yet.
    pub fn fresh(&self) -> usize {
        let held = self.read();
        held.fresh.len() + held.writing.len()
    }

    /// What is held in memory.
    pub fn bytes(&self) -> usize {
        let held = self.read();
        let maps = (held.fresh.capacity() + held.writing.capacity()) * (ID_BYTES + N + 1);
        maps + held.runs.iter().map(|(_, run)| run.bytes()).sum::<usize>()
    }

    /// Adds records of events up to a size of the log, each in place of an earlier one of the same id.
    pub fn add(&self, size: u64, records: impl Iterator<Item = (Id, [u8; N])>) {
        let mut records = records.peekable();
        if records.peek().is_some() {
            let mut held = self.write_lock();
            held.reach = held.reach.max(size);
            held.fresh.extend(records);
        }
    }

    pub fn get(&self, id: &Id) -> Result<Option<[u8; N]>, RunError> {
        let runs = {
            let held = self.read();
            if let Some(value) = held.fresh.get(id).or_else(|| held.writing.get(id)) {
                return Ok(Some(*value));
            }
            held.runs.clone()
        };
        for (_, run) in runs.iter().rev() {
            if let Some(value) = run.get(id)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Writes what is new to a run, and joins runs where there are many of a size. `to` and `root`: a size of the log and
    /// the tree's root there; all of its records have been added.
    ///
    /// # Errors
    /// When a run cannot be written or read; what is new stays in memory then, and is written another time.
    pub fn write(&self, to: u64, root: Hash) -> Result<(), RunError> {
        let (fresh, reach, last) = {
            let mut held = self.write_lock();
            let fresh = Arc::new(mem::take(&mut held.fresh));
            held.writing = Arc::clone(&fresh);
            (fresh, held.reach, held.runs.last().map(|(number, run)| (*number, run.span.to)))
        };
        let (number, from) = last.map_or((1, 0), |(number, to)| (number + 1, to));
        if fresh.is_empty() && from == to {
            return Ok(());
        }
        let mut ids = fresh.keys().copied().collect::<Vec<_>>();
        ids.sort_unstable();
        let span = Span { from, to: to.max(from), root, reach: reach.max(to) };
        let records = ids.iter().filter_map(|id| Some(Ok((*id, *fresh.get(id)?))));
        let written = self.put(number, span, ids.len(), records);
        let mut held = self.write_lock();
        held.writing = Arc::default();
        match written {
            Ok(run) => Arc::make_mut(&mut held.runs).push((number, Arc::new(run))),
            Err(error) => {
                // What came meanwhile is newer.
                let newer = mem::replace(&mut held.fresh, Arc::unwrap_or_clone(fresh));
                held.fresh.extend(newer);
                return Err(error);
            }
        }
        drop(held);
        self.join()
    }

    /// Hands out every record once, in order of their ids. What is not in a run must be written before.
    pub fn each<E: From<LogError>>(&self, mut take: impl FnMut(Id, [u8; N]) -> Result<(), E>) -> Result<(), E> {
        let runs = self.read().runs.clone();
        for record in Joined::of(&runs) {
            let (id, value) = record.map_err(LogError::from)?;
            take(id, value)?;
        }
        Ok(())
    }

    fn put(
        &self,
        number: u64,
        span: Span,
        ids_max: usize,
        records: impl Iterator<Item = Result<(Id, [u8; N]), RunError>>,
    ) -> Result<Run<N>, RunError> {
        let Place { files, log_id, .. } = &self.place;
        Run::write(files, &self.dir, &self.place.path(number), *log_id, span, ids_max, records)
    }

    /// Joins the newest runs while there are [`FAN_IN`] of about one size.
    fn join(&self) -> Result<(), RunError> {
        loop {
            let runs = self.read().runs.clone();
            let Some(of_one_size) = newest_of_one_size(&runs) else { return Ok(()) };
            let ids = of_one_size.iter().map(|(_, run)| run.ids()).sum::<usize>();
            let ([(_, oldest), ..], [.., (number, newest)]) = (of_one_size, of_one_size) else { return Ok(()) };
            let reach = of_one_size.iter().map(|(_, run)| run.span.reach).max().unwrap_or(0);
            let span = Span { from: oldest.span.from, reach, ..newest.span };
            // It takes the newest one's name: until then nothing is gone, and afterwards the others count no more.
            let joined = self.put(*number, span, ids, Joined::of(of_one_size))?;
            let left = runs.len() - of_one_size.len();
            let gone = {
                let mut held = self.write_lock();
                let held = Arc::make_mut(&mut held.runs);
                let newer = held.split_off(runs.len());
                let gone = held.split_off(left);
                held.push((*number, Arc::new(joined)));
                held.extend(newer);
                gone
            };
            for (_, run) in gone.iter().filter(|(other, _)| other != number) {
                self.place.files.remove(&run.path)?;
            }
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Held<N>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_lock(&self) -> RwLockWriteGuard<'_, Held<N>> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn path(&self, number: u64) -> PathBuf {
        self.dir.join(format!("{}-{number:010}.run", self.name))
    }

    fn number_of(&self, path: &Path) -> Option<u64> {
        let name = path.file_name()?.to_str()?.strip_suffix(".run")?;
        name.strip_prefix(self.name)?.strip_prefix('-')?.parse().ok()
    }

    fn is_unfinished(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(self.name) && name.ends_with(".new")
    }
}

/// The size class of a run: how often [`FAN_IN`] runs were joined for it, about.
fn class(ids: usize) -> u32 {
    ids.max(1).ilog(FAN_IN)
}

/// The newest runs that are to be joined: [`FAN_IN`] and more in a row, each no larger than the class of the first.
fn newest_of_one_size<const N: usize>(runs: &[(u64, Arc<Run<N>>)]) -> Option<&[(u64, Arc<Run<N>>)]> {
    let mut from = runs.len();
    let mut largest = 0;
    let mut found = None;
    while let Some((_, run)) = from.checked_sub(1).and_then(|at| runs.get(at)) {
        if run.ids() >= JOINED_MAX || (class(run.ids()) > largest && found.is_some()) {
            break;
        }
        largest = largest.max(class(run.ids()));
        from -= 1;
        let alike = runs[from..].iter().filter(|(_, run)| class(run.ids()) == largest).count();
        if alike >= FAN_IN {
            found = Some(from);
        }
    }
    found.map(|from| &runs[from..])
}

/// Several runs as one, in order of their ids; of records with the same id the newest.
struct Joined<'a, const N: usize> {
    /// The oldest first.
    runs: Vec<Peekable<Iter<'a, N>>>,
}

impl<'a, const N: usize> Joined<'a, N> {
    fn of(runs: &'a [(u64, Arc<Run<N>>)]) -> Self {
        Self { runs: runs.iter().map(|(_, run)| run.iter().peekable()).collect() }
    }
}

impl<const N: usize> Iterator for Joined<'_, N> {
    type Item = Result<(Id, [u8; N]), RunError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut smallest: Option<Id> = None;
        for run in &mut self.runs {
            match run.peek() {
                Some(Ok((id, _))) => smallest = Some(smallest.map_or(*id, |known| known.min(*id))),
                Some(Err(_)) => return run.next(),
                None => {}
            }
        }
        let smallest = smallest?;
        let has_it = |record: &Result<(Id, [u8; N]), RunError>| matches!(record, Ok((id, _)) if *id == smallest);
        self.runs.iter_mut().filter_map(|run| run.next_if(has_it)).last()
    }
}
