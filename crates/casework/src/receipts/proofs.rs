//! The proof that a visitor takes home: leaves of the issue, each with its way to the root of a signed tree (RFC 6962 §2.1).

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::decode::{decode, of_family};
use crate::read::loaded::Entity as _;
use crate::receipts::holder::Holder;
use crate::write::failure::Failure;
use domain::issue::{Issue, receipt};
use event_store::{Hash, Position, ProofError, Version};

/// Events read at once.
const PAGE: usize = 256;
/// Leaves that one proof holds: those of some thirty cycles, the oldest first.
const LEAVES_MAX: usize = 100;

/// A leaf with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedLeaf {
    /// Its place in the log, from 1.
    pub position: u64,
    /// Its bytes, as they are hashed.
    pub leaf: bytes::Bytes,
    /// Sibling hashes from the leaf up.
    pub proof: Vec<Hash>,
}

/// What a proof is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedLog {
    /// The leaves, in order.
    pub leaves: Vec<ProvedLeaf>,
    /// That the tree extends the one of the slip; nothing where none was asked for.
    pub consistency: Option<Vec<Hash>>,
}

/// What a slip says of the log, for its holder to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Position of the issue's first leaf.
    pub position: u64,
    /// Its hash.
    pub leaf_hash: Hash,
    /// Size of the tree when the slip was made.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

impl Casework {
    /// Leaves of the issue of a code, in the tree of `size` leaves; with `since`, that this tree extends the one of so many.
    #[boxed]
    pub async fn prove_receipt(&self, holder: &Holder, size: u64, since: Option<u64>) -> Result<ProvedLog, Failure> {
        let stream = Issue::stream(holder.issue);
        let mut leaves = Vec::new();
        let mut after = Version(0);
        loop {
            let page = self.store.read_stream(&stream, after, PAGE).await?;
            let full = page.len() == PAGE;
            for recorded in page {
                let (leaf, event) = decode(&recorded)?;
                after = leaf.version;
                let told = receipt::is_proved(&of_family::<Issue>(event, &recorded, &stream)?);
                if told && recorded.position.0 <= size && leaves.len() < LEAVES_MAX {
                    let proof = self.store.inclusion(recorded.position, size).await.map_err(unproved)?;
                    leaves.push(ProvedLeaf { position: recorded.position.0, leaf: recorded.leaf, proof });
                }
            }
            if !full {
                break;
            }
        }
        let consistency = match since {
            Some(since) => Some(self.store.consistency(since, size).await.map_err(unproved)?),
            None => None,
        };
        Ok(ProvedLog { leaves, consistency })
    }

    /// What the slip of an issue says that was given with the command whose last event is at `size`.
    #[boxed]
    pub async fn slip(&self, issue: &Issue, size: Position) -> Result<Slip, Failure> {
        let first = Position(issue.first_position);
        let leaf = self.store.event(first).await?;
        let leaf = leaf.ok_or_else(|| Failure::Fault(format!("position {first}: there is no leaf")))?;
        let root = self.store.root_at(size.0).await.map_err(unproved)?;
        Ok(Slip { position: first.0, leaf_hash: leaf.hash(), size: size.0, root })
    }
}

/// What is asked for was held against the log before: that it does not fit is a fault.
fn unproved(error: ProofError) -> Failure {
    match error {
        ProofError::OutOfRange { .. } => Failure::Fault(error.to_string()),
        ProofError::Log(error) => error.into(),
    }
}
