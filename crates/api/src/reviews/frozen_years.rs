//! Frozen years as they are remembered: the figures of everybody with their bytes and digests.

use crate::problem::Problem;
use crate::reviews::view::{Named, ReviewView};
use bytes::Bytes;
use casework::read::cache::{Cache, Size};
use casework::reviews::Frame;
use domain::annual_review::ReviewFrozen;
use domain::appraisal::Appraisee;
use domain::review::{Figure, Tally};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Bytes of frozen figures that are remembered: some ten years of a town.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// The figures of one delegate or grid.
#[derive(Debug)]
pub(crate) struct Frozen {
    /// As they are served.
    pub bytes: Bytes,
    /// SHA-256 of that.
    pub digest: [u8; 32],
    /// What the bytes say.
    pub view: ReviewView,
    /// The figures by themselves.
    pub figures: Vec<Figure>,
}

impl Frozen {
    /// The figures of somebody.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn of(named: Named, tally: &Tally, frame: &Frame) -> Result<Self, Problem> {
        let figures = tally.figures(frame.rule_set(), named.subject, frame.book.own_policy());
        let view = ReviewView::of(named, tally, frame);
        let bytes = Bytes::from(serde_json::to_vec(&view).map_err(Problem::internal)?);
        Ok(Self { digest: Sha256::digest(&bytes).into(), bytes, view, figures })
    }

    /// The digest as a leaf has it.
    pub fn digest_hex(&self) -> String {
        self.digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            // A text takes whatever is written to it.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// The figures of everybody.
pub(crate) type FrozenFigures = BTreeMap<Appraisee, Frozen>;

/// The figures of a year as its freeze fixed them.
#[derive(Debug)]
pub(crate) struct FrozenYear {
    /// What the freeze says.
    pub freeze: ReviewFrozen,
    /// Everybody's.
    pub figures: FrozenFigures,
}

/// Frozen years that were asked for a moment ago. A year never changes, so what is remembered holds for ever.
#[derive(Clone)]
pub(crate) struct FrozenYears {
    pub known: Arc<Cache<i32, FrozenYear>>,
    /// Of many who ask for a year at once, one makes it.
    pub making: Arc<Mutex<()>>,
}

impl Default for FrozenYears {
    fn default() -> Self {
        Self { known: Arc::new(Cache::new(BYTES_MAX)), making: Arc::default() }
    }
}

impl FrozenYears {
    /// How much is remembered.
    pub fn size(&self) -> Size {
        self.known.size()
    }
}
