//! Files (附件): their bytes go, sealed, to where files lie, and are durable there before the leaf that speaks of them. A
//! file that came to nothing leaves nothing behind that has a name.

use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::personal::{KeptBox, Part, Person};
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::receipts::holder::Holder;
use crate::write::change::{Changed, Transaction, Words};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::Envelope;
use crate::write::staging::{SealedParts, Staged};
use crate::write::transact::Outcome;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use domain::access::{Action, Thing};
use domain::event::Event;
use domain::file::{self, Contents, ENTRIES_MAX, File, FileDraft, FileEvent, NamedFile, UNPACKED_BYTES_MAX};
use domain::ids::{AreaId, FileId};
use domain::issue::{Issue, IssueEvent, evidence};
use domain::refusal::{Code, Refusal};
use domain::rules::Rules;
use domain::session::FILES_MAX;
use domain::vocabulary::FileKind;
use event_store::{StreamId, Version};
use file_store::{Bounds, FileError, FileKey, FileStore, Incoming, Looked, Looking, Reading, Received, Unsafe};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How large a packed document may be.
const BOUNDS: Bounds = Bounds { entries: ENTRIES_MAX, unpacked: UNPACKED_BYTES_MAX };

/// How storing a file ends.
pub type FileOutcome = Result<Outcome<StoredFile>, Failure>;

/// A file as recorded.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// Its id.
    pub id: FileId,
    /// The file, and where in the log it is.
    pub changed: Changed<File>,
}

/// What the box of a file says of it. Not to be printed: what opens the file is among it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// How many bytes it has.
    pub bytes: u64,
    /// Its media type.
    pub media_type: String,
    /// Its name.
    pub name: String,
    /// The commitment to its bytes.
    pub commitment: [u8; 32],
    /// What opens them.
    pub(crate) key: FileKey,
    /// Key of the commitment.
    pub(crate) r: [u8; 32],
}

/// A file on its way in.
pub struct Upload {
    /// What is said of it, as it will be recorded.
    draft: FileDraft,
    id: FileId,
    /// Key of the commitment, for its box.
    r: [u8; 32],
    incoming: Incoming,
    looking: Looking,
}

impl Upload {
    /// Takes the next bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.looking.update(bytes);
        self.incoming.write(bytes).await.map_err(unkept)
    }

    /// How many came so far.
    pub fn bytes(&self) -> u64 {
        self.incoming.bytes()
    }

    /// That it may still turn out to be what it is said to be; asked while it comes, so that not all of it must.
    pub fn still_fits(&self) -> Result<(), Failure> {
        if !self.looking.differs() {
            return Ok(());
        }
        let differs = Contents { bytes: self.bytes(), fits: false, unsafe_because: None };
        file::store(&self.draft, &differs).map(drop).map_err(Failure::from)
    }

    /// Gives it up; nothing of it is kept.
    pub async fn abandon(self) {
        self.incoming.abandon().await;
    }
}

impl Casework {
    /// Begins to take a file, once all that is said of it fits: every fault at once.
    #[boxed]
    pub async fn receive_file(&self, draft: &FileDraft) -> Result<Upload, Failure> {
        let files = self.files()?;
        let reference = self.reference();
        let rules = reference.rules(None, self.now())?;
        let from = reference.programme.established().map(|programme| programme.effective_on);
        let is_grid = |id| reference.areas.grid(id).is_some();
        let draft = file::announce(&rules, from, is_grid, draft).map_err(Failure::Invalid)?;
        let (id, r) = (FileId(self.new_id()), event_store::secret_bytes());
        let incoming = files.begin(id.0, &r).await.map_err(unkept)?;
        Ok(Upload { looking: Looking::for_type(draft.media_type.as_str()), draft, id, r, incoming })
    }

    /// Stores a file whose bytes have all come.
    pub fn store_file<'a>(&'a self, call: &'a CommandContext, upload: Upload) -> LocalBoxed<'a, FileOutcome> {
        self.store_file_for(call, upload, None)
    }

    /// The same of one that a visitor sent, which is attached to the issue in the same append.
    #[boxed(?Send)]
    pub(crate) async fn store_file_for(
        &self,
        call: &CommandContext,
        upload: Upload,
        holder: Option<&Holder>,
    ) -> FileOutcome {
        let files = self.files()?;
        let id = upload.id;
        let recorded = self.store_received(call, files, upload, holder).await;
        let ended = match &recorded {
            Ok(Outcome::Done(_)) => files.settle(id.0).await,
            Ok(Outcome::Replayed(_)) => files.remove(id.0).await,
            // The next start asks the log.
            Err(Failure::OutcomeUnknown(_)) => Ok(()),
            Err(_) => files.remove(id.0).await,
        };
        if let Err(error) = ended {
            tracing::warn!(%error, %id, "the next start sees to a file on its way in");
        }
        recorded
    }

    /// Sees to what a stop left on its way in: what the log speaks of came in, the rest is removed. To be called before
    /// anything is stored. Answers how many were removed.
    #[boxed]
    pub async fn settle_files(&self) -> Result<usize, Failure> {
        let files = self.files()?;
        let mut removed = 0;
        for id in files.coming().await.map_err(unkept)? {
            if self.holds(&File::stream(FileId(id))).await? {
                files.settle(id).await.map_err(unkept)?;
            } else {
                files.remove(id).await.map_err(unkept)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// That a command may refer to these files: not too many, and each of them there; every fault at once. One that is there
    /// stays, so that nothing need be relied on.
    ///
    /// Errors: [`Code::TooMany`] at `/file_ids`, [`Code::UnknownId`] at `/file_ids/<index>`.
    pub async fn require_files(&self, file_ids: &[FileId]) -> Result<(), Failure> {
        if file_ids.len() > FILES_MAX {
            return Err(Failure::Invalid(vec![Refusal::new(Code::TooMany).at("/file_ids")]));
        }
        let mut unknown = Vec::new();
        for (index, id) in file_ids.iter().enumerate() {
            if !self.holds(&File::stream(*id)).await? {
                unknown.push(Refusal::new(Code::UnknownId).at(format!("/file_ids/{index}")));
            }
        }
        if unknown.is_empty() { Ok(()) } else { Err(Failure::Invalid(unknown)) }
    }

    async fn store_received(
        &self,
        call: &CommandContext,
        files: &FileStore,
        upload: Upload,
        holder: Option<&Holder>,
    ) -> FileOutcome {
        let Upload { draft, id, r, incoming, looking } = upload;
        let received = incoming.finish().await.map_err(unkept)?;
        let contents = looked_at(files, id, &received, looking).await?;
        let event = file::store(&draft, &contents)?;
        call.makes_new()?;
        files.keep(id.0).await.map_err(unkept)?;
        let stream = File::stream(id);
        let person = Person::new();
        let payload = payload(&draft, &received);
        let sealed = SealedParts {
            boxes: vec![person.seal_file(&r, &stream, &payload)?],
            keys: person.wrapped(&self.keys),
            said: vec![Part::Open(payload)],
        };
        self.transact(call, async || {
            let reference = self.reference();
            let rules = reference.rules(None, self.now())?;
            let mut tx = Transaction::new(self, call, &reference, rules, draft.taken_at);
            let town = reference.areas.town().map(|town| town.id);
            let area = draft.grid_id.or(town).ok_or_else(|| Failure::Fault("the log has no town".to_owned()))?;
            if let Some(grid) = draft.grid_id {
                let stream = StreamId::of("area", grid.0);
                let seen = reference.version(&stream);
                tx.rely_on(stream, seen);
            }
            let policy = Some(rules.policy.position());
            let envelope = Envelope { area: area.0, policy, ..tx.envelope(&File::default()) };
            let mut staged = Staged::<File>::on(id, Arc::default(), envelope);
            staged.push(event.clone(), sealed.clone())?;
            let Some(holder) = holder else {
                return Ok(StoredFile { id, changed: tx.record(staged).await? });
            };
            let issue = self.load_if_match::<Issue>(call, holder.issue).await?;
            self.still_holds(holder, &issue.state)?;
            let attached = IssueEvent::EvidenceAttached(evidence::attach_by_visitor(&issue.state, id)?);
            tx.write(&mut staged);
            let mut issue = tx.stage(holder.issue, &issue, attached, &Words::new()).await?;
            tx.write(&mut issue);
            let appended = tx.append().await?;
            self.settle(issue, &appended);
            let loaded = self.settle(staged, &appended);
            Ok(StoredFile { id, changed: Changed { loaded, position: appended.last } })
        })
        .await
    }

    /// What the box of a file says.
    ///
    /// Errors: [`Code::PersonErased`] where it was erased.
    #[boxed]
    pub async fn file_facts(&self, file: &Loaded<File>) -> Result<FileFacts, Failure> {
        let facts = self.file_facts_unless_erased(file).await?;
        facts.ok_or_else(|| Refusal::new(Code::PersonErased).into())
    }

    /// The same; `None` where it was erased.
    pub async fn file_facts_unless_erased(&self, file: &Loaded<File>) -> Result<Option<FileFacts>, Failure> {
        let place = file.boxes.first().map(KeptBox::place).filter(|place| place.version == Version(1));
        let opened = match &place {
            Some(place) => self.open_places(std::slice::from_ref(place)).await?,
            None => Vec::new(),
        };
        if let Some(None) = opened.first() {
            return Ok(None);
        }
        let facts = opened.iter().flatten().next().and_then(|opening| facts(&opening.json().ok()?, opening.r));
        let too_little = || Failure::Fault(format!("position {}: the box of a file says too little", file.position));
        facts.ok_or_else(too_little).map(Some)
    }

    /// The bytes of a file, for reading.
    #[boxed]
    pub async fn file_bytes(&self, id: FileId, facts: &FileFacts) -> Result<Reading, Failure> {
        self.files()?.open(id.0, &facts.key, facts.bytes).await.map_err(|error| self.unread(id, error))
    }

    /// What keeps a recorded file from being read: that its bytes are gone, or others, is damage, noted where health asks,
    /// and no passing trouble.
    pub fn unread(&self, id: FileId, error: FileError) -> Failure {
        match error {
            FileError::Missing | FileError::Damaged(_) => {
                let why = format!("file {id}: {error}");
                self.store.note_damage(&why);
                Failure::Fault(why)
            }
            FileError::Full | FileError::Unavailable(_) => Failure::Unavailable(error.to_string()),
        }
    }

    /// Whether files are kept here: where they are not, none can be stored.
    pub const fn keeps_files(&self) -> bool {
        self.files.is_some()
    }

    pub(crate) fn files(&self) -> Result<&FileStore, Failure> {
        self.files.as_ref().ok_or_else(|| Failure::Unavailable("there is no place for files".to_owned()))
    }
}

/// What the bytes of a file are, now that all are there.
async fn looked_at(files: &FileStore, id: FileId, received: &Received, looking: Looking) -> Result<Contents, Failure> {
    let Received { bytes, key, .. } = received;
    let contents = |fits, unsafe_because| Contents { bytes: *bytes, fits, unsafe_because };
    if *bytes == 0 {
        return Ok(contents(false, None));
    }
    let again = files.open_incoming(id.0, key, *bytes).await.map_err(unkept)?;
    Ok(match looking.finish(again, BOUNDS).await.map_err(unkept)? {
        Looked::Fits => contents(true, None),
        Looked::Differs => contents(false, None),
        Looked::Unsafe(why) => contents(
            true,
            Some(match why {
                Unsafe::Entries => file::Unsafe::Entries,
                Unsafe::Unpacked => file::Unsafe::Unpacked,
                Unsafe::Path => file::Unsafe::Path,
                Unsafe::Unreadable => file::Unsafe::Unreadable,
            }),
        ),
    })
}

fn payload(draft: &FileDraft, received: &Received) -> Value {
    json!({
        "bytes": received.bytes,
        "commitment": STANDARD.encode(received.commitment),
        "key": STANDARD.encode(received.key.0),
        "media_type": draft.media_type.as_str(),
        "name": draft.name,
    })
}

fn facts(payload: &Value, r: [u8; 32]) -> Option<FileFacts> {
    let text = |field: &str| payload.get(field)?.as_str();
    let bytes = |field: &str| STANDARD.decode(text(field)?).ok()?.try_into().ok();
    Some(FileFacts {
        bytes: payload.get("bytes")?.as_u64()?,
        media_type: text("media_type")?.to_owned(),
        name: text("name")?.to_owned(),
        commitment: bytes("commitment")?,
        key: FileKey(bytes("key")?),
        r,
    })
}

impl Casework {
    /// Files that a command names, each with its kind where there is one of that id.
    pub(crate) async fn named_files(&self, ids: &[FileId]) -> Result<Vec<NamedFile>, Failure> {
        let mut named = Vec::with_capacity(ids.len().min(FILES_MAX + 1));
        // One too many is enough to be told of.
        for id in ids.iter().take(FILES_MAX + 1) {
            let kind = match self.load::<File>(*id, AsOf::Now).await {
                Err(Failure::NotFound) => None,
                file => file?.state.kind,
            };
            named.push(NamedFile { id: *id, kind });
        }
        Ok(named)
    }

    /// The kinds of files that records name.
    pub async fn file_kinds(&self, ids: impl Iterator<Item = FileId>) -> Result<BTreeMap<FileId, FileKind>, Failure> {
        let mut kinds = BTreeMap::new();
        for id in ids {
            let file = self.load::<File>(id, AsOf::Now).await?;
            kinds.extend(file.state.kind.map(|kind| (id, kind)));
        }
        Ok(kinds)
    }
}

/// What kept a file from being taken: nothing of it is recorded.
fn unkept(error: FileError) -> Failure {
    match error {
        FileError::Full => Failure::StorageFull,
        FileError::Missing | FileError::Damaged(_) | FileError::Unavailable(_) => {
            Failure::Unavailable(error.to_string())
        }
    }
}

impl Entity for File {
    type Id = FileId;

    const FAMILY: &'static str = "file";

    const READ: Action = Action::FileRead;

    /// Its uploader's, until something names it ([`Casework::may_of_file`]).
    fn thing(&self, _: FileId) -> Thing {
        Thing::default()
    }

    fn event(event: Event) -> Option<FileEvent> {
        if let Event::File(event) = event { Some(event) } else { None }
    }

    /// Of no event: none follows the first, whose area is that of its command.
    fn area(&self) -> Option<AreaId> {
        None
    }

    fn policy(&self) -> Option<u64> {
        self.policy
    }

    fn counted_days(&self, rules: &Rules<'_>, _: &FileEvent) -> Vec<NaiveDate> {
        vec![rules.today]
    }
}

#[cfg(test)]
mod tests;
