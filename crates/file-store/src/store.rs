//! Where files lie. What is on its way in is below `incoming/` and becomes a file by getting its name too, whole and durable.
//! The name there stays until the log speaks of the file, so that a stop at any moment leaves a list of what to look for:
//! what came in and is not recorded goes at the next start.

use crate::error::FileError;
use crate::incoming::Incoming;
use crate::place::Place;
use crate::reading::Reading;
use crate::room;
use crate::seal::{FileKey, PREFIX_BYTES, stored_bytes};
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _};
use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// Where files are while they come in.
const INCOMING: &str = "incoming";
/// Chunks that are written, and read, at once in a directory.
const LOCAL_CHUNKS: usize = 8;
/// The same in an S3-compatible store, whose parts have at least 5 MiB.
#[cfg(feature = "s3")]
const REMOTE_CHUNKS: usize = 80;

/// Where files lie. Cheap to clone.
#[derive(Clone)]
pub struct FileStore {
    pub(crate) objects: Arc<dyn ObjectStore>,
    /// Chunks that are handled at once ([`Place::at_once`]).
    pub(crate) at_once: usize,
    /// The directory, where it is one, whose file system must not become full.
    room_in: Option<PathBuf>,
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileStore({})", self.objects)
    }
}

impl FileStore {
    /// In a directory, which is made where it is missing, for its owner only. What a stop cut short on its way in is removed.
    ///
    /// # Errors
    /// Where the directory cannot be made, read or cleaned.
    pub fn in_directory(dir: &Path) -> io::Result<Self> {
        if !dir.is_dir() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
            if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                fs::File::open(parent)?.sync_all()?;
            }
        }
        let incoming = dir.join(INCOMING);
        if !incoming.is_dir() {
            fs::DirBuilder::new().mode(0o700).create(&incoming)?;
        }
        remove_pieces(dir)?;
        remove_pieces(&incoming)?;
        let objects = LocalFileSystem::new_with_prefix(dir).map_err(io::Error::other)?.with_fsync(true);
        Ok(Self { room_in: Some(dir.to_owned()), ..Self::over(Arc::new(objects), LOCAL_CHUNKS) })
    }

    /// In memory, for what leaves nothing behind.
    pub fn in_memory() -> Self {
        Self::over(Arc::new(InMemory::new()), LOCAL_CHUNKS)
    }

    /// In a bucket of an S3-compatible store; address, region and secrets come from the variables `AWS_…` that its clients
    /// have in common.
    ///
    /// # Errors
    /// Where these do not name a bucket rightly.
    #[cfg(feature = "s3")]
    pub fn in_bucket(bucket: &str) -> Result<Self, FileError> {
        let objects = object_store::aws::AmazonS3Builder::from_env().with_bucket_name(bucket).build()?;
        Ok(Self::over(Arc::new(objects), REMOTE_CHUNKS))
    }

    /// Over any object store.
    pub(crate) fn over(objects: Arc<dyn ObjectStore>, at_once: usize) -> Self {
        Self { objects, at_once, room_in: None }
    }

    /// A file on its way in. `r` is the key of its commitment.
    ///
    /// # Errors
    /// Where nothing can be written.
    pub async fn begin(&self, id: Uuid, r: &[u8; 32]) -> Result<Incoming, FileError> {
        self.room()?;
        Incoming::begin(self.place(coming(id)), id, r).await
    }

    /// That a file may begin to come in: the log, whose disk it may be, keeps what it needs.
    fn room(&self) -> Result<(), FileError> {
        let Some(dir) = &self.room_in else { return Ok(()) };
        let left = room::is_left(dir).map_err(|error| FileError::Unavailable(error.to_string()))?;
        if left { Ok(()) } else { Err(FileError::Full) }
    }

    /// Gives what came in its name. It is durable then, and still [`FileStore::coming`].
    ///
    /// # Errors
    /// Where that fails; nothing has the name then, unless the store fails in answering.
    pub async fn keep(&self, id: Uuid) -> Result<(), FileError> {
        Ok(self.objects.copy(&coming(id), &kept(id)).await?)
    }

    /// The log speaks of a file: it came in for good.
    ///
    /// # Errors
    /// Where the store cannot be asked; the next start does it then.
    pub async fn settle(&self, id: Uuid) -> Result<(), FileError> {
        self.delete(coming(id)).await
    }

    /// What came in whole and was not settled: whether the log speaks of it, only the log says.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub async fn coming(&self) -> Result<Vec<Uuid>, FileError> {
        let listed = self.objects.list_with_delimiter(Some(&Key::from(INCOMING))).await?;
        let named = |found: &object_store::ObjectMeta| Uuid::try_parse(found.location.filename()?).ok();
        Ok(listed.objects.iter().filter_map(named).collect())
    }

    /// A file as it came in, before it has its name.
    ///
    /// # Errors
    /// As those of [`FileStore::open`].
    pub async fn open_incoming(&self, id: Uuid, key: &FileKey, bytes: u64) -> Result<Reading, FileError> {
        self.open_at(coming(id), id, key, bytes).await
    }

    /// A file of so many bytes, for reading.
    ///
    /// # Errors
    /// [`FileError::Missing`]; [`FileError::Damaged`] where it has another length.
    pub async fn open(&self, id: Uuid, key: &FileKey, bytes: u64) -> Result<Reading, FileError> {
        self.open_at(kept(id), id, key, bytes).await
    }

    fn place(&self, at: Key) -> Place {
        Place { objects: Arc::clone(&self.objects), at, at_once: self.at_once }
    }

    async fn open_at(&self, at: Key, id: Uuid, key: &FileKey, bytes: u64) -> Result<Reading, FileError> {
        let found = self.objects.head(&at).await?.size;
        if found != stored_bytes(bytes) || bytes == 0 {
            return Err(FileError::Damaged(format!("{found} bytes instead of {}", stored_bytes(bytes))));
        }
        let prefix = self.objects.get_range(&at, 0..PREFIX_BYTES as u64).await?;
        let prefix = prefix[..].try_into().map_err(|_| FileError::Damaged("it is cut short".to_owned()))?;
        Ok(Reading::new(self.place(at), id, key, prefix, bytes))
    }

    /// The bytes of a file as they lie, for a copy that says nothing to whoever has not its key.
    ///
    /// # Errors
    /// [`FileError::Missing`]; where it cannot be read.
    pub async fn sealed(&self, id: Uuid) -> Result<Bytes, FileError> {
        Ok(self.objects.get(&kept(id)).await?.bytes().await?)
    }

    /// Removes a file, whether it has its name or is on its way in; no error where there is none.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub async fn remove(&self, id: Uuid) -> Result<(), FileError> {
        // The name first: what has one and is not recorded must be listed as coming.
        self.delete(kept(id)).await?;
        self.delete(coming(id)).await
    }

    async fn delete(&self, key: Key) -> Result<(), FileError> {
        match self.objects.delete(&key).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The ids of all files, in no order, with the bytes that each takes.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub async fn list(&self) -> Result<Vec<(Uuid, u64)>, FileError> {
        let listed = self.objects.list_with_delimiter(None).await?;
        let named = |found: &object_store::ObjectMeta| Uuid::try_parse(found.location.as_ref()).ok();
        Ok(listed.objects.iter().filter_map(|found| named(found).map(|id| (id, found.size))).collect())
    }
}

/// Removes what was being written for an id and never got its name: `<id>#<number>`, as object_store calls it.
fn remove_pieces(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.split_once('#')).and_then(|(id, _)| Uuid::try_parse(id).ok());
        if id.is_some() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn coming(id: Uuid) -> Key {
    Key::from_iter([INCOMING.to_owned(), id.to_string()])
}

fn kept(id: Uuid) -> Key {
    Key::from(id.to_string())
}

#[cfg(test)]
mod tests;
