//! How many tables may be made, and lie about, at once.

use crate::limits::{TABLE_WAIT, TABLES_LYING_MAX, TABLES_MADE_MAX};
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Where tables are made. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Tables {
    pub(super) directory: Arc<Path>,
    /// Long lists that may be in the making.
    made: Arc<Semaphore>,
    /// Tables that may lie on the disk until their clients have taken them.
    pub(super) lying: Arc<Semaphore>,
}

impl Tables {
    /// What is too much for memory lies in a directory.
    pub fn in_directory(directory: PathBuf) -> Self {
        Self {
            directory: directory.into(),
            made: Arc::new(Semaphore::new(TABLES_MADE_MAX)),
            lying: Arc::new(Semaphore::new(TABLES_LYING_MAX)),
        }
    }

    /// A turn to make one.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let turn = tokio::time::timeout(TABLE_WAIT, Arc::clone(&self.made).acquire_owned()).await;
        // Nobody closes it.
        turn.ok().and_then(Result::ok).ok_or_else(|| {
            Problem::new(HttpCode::Overloaded)
                .because(
                    format!("正在生成的长表格已有 {TABLES_MADE_MAX} 个。"),
                    format!("{TABLES_MADE_MAX} long tables are being made already."),
                )
                .retry_after(5)
        })
    }
}
