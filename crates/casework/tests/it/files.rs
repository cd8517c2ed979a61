//! Files beside the log: what is recorded is there, and what is there is recorded, whatever stopped in between.

use crate::town::{Town, done};
use casework::Failure;
use casework::files::StoredFile;
use casework::loaded::AsOf;
use domain::file::{FileDraft, MediaType};
use domain::ids::FileId;
use domain::refusal::Code;
use domain::session::FILES_MAX;
use domain::vocabulary::FileKind;
use file_store::FileStore;
use uuid::Uuid;

/// A town with a place for files.
async fn town(files: &FileStore) -> Town {
    let mut town = Town::new().await;
    town.casework = town.casework.with_files(files.clone());
    town
}

/// Stores a note.
pub async fn stores(town: &Town, key: &str) -> StoredFile {
    let draft = FileDraft {
        kind: FileKind::Document,
        media_type: MediaType::Text,
        name: "记录.txt".to_owned(),
        grid_id: None,
        taken_at: None,
    };
    let mut upload = town.casework.receive_file(&draft).await.unwrap();
    upload.write("三月二十六日，会议记录。".as_bytes()).await.unwrap();
    done(town.casework.store_file(&town.call(key), upload).await.unwrap())
}

/// Leaves a file as a stop leaves one that came in whole.
async fn comes_in(files: &FileStore, id: Uuid) {
    let mut incoming = files.begin(id, &[7; 32]).await.unwrap();
    incoming.write(b"whole").await.unwrap();
    incoming.finish().await.unwrap();
}

async fn named(files: &FileStore) -> Vec<Uuid> {
    files.list().await.unwrap().into_iter().map(|(id, _)| id).collect()
}

#[tokio::test]
async fn a_start_asks_the_log_of_what_was_on_its_way_in() {
    let files = FileStore::in_memory();
    let town = town(&files).await;
    let recorded = stores(&town, "recorded").await.id.0;
    assert_eq!((named(&files).await, files.coming().await.unwrap().len()), (vec![recorded], 0));
    // Stopped after the leaf; after the name; before it.
    let (kept, whole) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for id in [recorded, kept, whole] {
        comes_in(&files, id).await;
    }
    files.keep(kept).await.unwrap();
    assert_eq!(town.casework.settle_files().await.unwrap(), 2);
    assert_eq!((named(&files).await, files.coming().await.unwrap().len()), (vec![recorded], 0));
    assert_eq!(town.casework.settle_files().await.unwrap(), 0);
}

#[tokio::test]
async fn the_same_command_again_leaves_one_file() {
    let files = FileStore::in_memory();
    let town = town(&files).await;
    let first = stores(&town, "one").await;
    let draft = FileDraft {
        kind: FileKind::Document,
        media_type: MediaType::Text,
        name: "记录.txt".to_owned(),
        grid_id: None,
        taken_at: None,
    };
    let mut twin = town.casework.receive_file(&draft).await.unwrap();
    twin.write(b"again").await.unwrap();
    let again = town.casework.store_file(&town.call("one"), twin).await.unwrap();
    assert!(matches!(again, casework::transact::Outcome::Replayed(_)));
    assert_eq!((named(&files).await, files.coming().await.unwrap().len()), (vec![first.id.0], 0));
}

#[tokio::test]
async fn a_command_refers_to_files_that_are_there_and_not_to_too_many() {
    let files = FileStore::in_memory();
    let town = town(&files).await;
    let (one, other) = (stores(&town, "one").await.id, stores(&town, "other").await.id);
    let nobody = FileId(Uuid::from_u128(9));
    let refused = async |ids: &[FileId]| match town.casework.require_files(ids).await {
        Ok(()) => Vec::new(),
        Err(Failure::Invalid(faults)) => {
            faults.into_iter().map(|fault| (fault.code, fault.pointer.unwrap_or_default())).collect()
        }
        Err(other) => panic!("{other}"),
    };
    assert_eq!(refused(&[]).await, []);
    assert_eq!(refused(&[one, other]).await, []);
    let both = [(Code::UnknownId, "/file_ids/1".to_owned()), (Code::UnknownId, "/file_ids/3".to_owned())];
    assert_eq!(refused(&[one, nobody, other, nobody]).await, both);
    assert_eq!(refused(&vec![one; FILES_MAX + 1]).await, [(Code::TooMany, "/file_ids".to_owned())]);
}

#[tokio::test]
async fn without_a_place_for_files_none_is_taken() {
    let town = Town::new().await;
    assert!(matches!(town.casework.settle_files().await, Err(Failure::Unavailable(_))));
    assert!(matches!(town.casework.file(FileId(Uuid::from_u128(1)), AsOf::Now).await, Err(Failure::NotFound)));
}
