//! Where the bytes of files lie: in the data directory or, in a build with the client for it, in an S3-compatible bucket.

use crate::serve_arguments::FILES_DIRECTORY;
use api::problem::causes;
use domain::language::Language;
use file_store::FileStore;
use std::path::Path;

/// Names the bucket. Its address, region and secrets are in the variables `AWS_…`, as for every client of such stores.
const BUCKET: &str = "HUIYIN_FILES_BUCKET";

/// Whether there is such a place already: looking must not make it.
pub fn are_somewhere(data: &Path) -> bool {
    std::env::var_os(BUCKET).is_some_and(|bucket| !bucket.is_empty()) || data.join(FILES_DIRECTORY).is_dir()
}

/// Opens the place.
///
/// # Errors
/// What is wrong, in the words of the command line.
pub fn open(data: &Path, language: Language) -> Result<FileStore, String> {
    match std::env::var(BUCKET).ok().filter(|bucket| !bucket.is_empty()) {
        Some(bucket) => in_bucket(&bucket, language),
        None => {
            let dir = data.join(FILES_DIRECTORY);
            FileStore::in_directory(&dir)
                .map_err(|error| format!("{}{}{}", dir.display(), language.colon(), causes::of_io(&error, language)))
        }
    }
}

#[cfg(feature = "s3")]
fn in_bucket(bucket: &str, language: Language) -> Result<FileStore, String> {
    FileStore::in_bucket(bucket).map_err(|error| format!("{BUCKET}={bucket}{}{error}", language.colon()))
}

/// Files must not go to another place than the one that was named.
#[cfg(not(feature = "s3"))]
fn in_bucket(bucket: &str, language: Language) -> Result<FileStore, String> {
    Err(match language {
        Language::Zh => {
            format!("{BUCKET}={bucket}：此程序构建时未包含 S3 客户端；请以 --features s3 构建，或不设此变量。")
        }
        Language::En => format!(
            "{BUCKET}={bucket}: this program was built without the S3 client; build it with --features s3, or leave the variable out."
        ),
    })
}
