//! Erasures carried out: the next epoch's key made → survivors wrapped anew → caches and the bytes of files gone → the key
//! of the epoch before destroyed → recorded. It can be cut short anywhere: until the ring is there nothing is lost, and from
//! then on the ring says for which erasures it was made.

use super::class_of;
use super::ring::{Erasing, comes_too_soon};
use crate::casework::Casework;
use crate::write::change::ms;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::{Envelope, Plan};
use chrono::{DateTime, Utc};
use domain::erasure::{self, Erasure};
use domain::ids::ErasureId;
use event_store::{Class, KeyId, LogError, RingHead, StreamId, Version};
use file_store::FileError;
use std::collections::BTreeSet;

/// Most erasures that one change of epoch carries out; what is more waits for the next run.
const AT_ONCE_MAX: usize = 1_000;

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarriedOut {
    /// Which erasures.
    pub erasures: Vec<ErasureId>,
    /// The epoch that began.
    pub epoch: u32,
    /// How many keys were wrapped anew.
    pub survivors: u64,
}

impl Casework {
    /// When an erasure is to be carried out: at once, or at half past two in the town's next night; `None` where it is not.
    pub fn erasure_is_due_at(&self, erasure: &Erasure) -> Option<DateTime<Utc>> {
        let reference = self.reference();
        let policy = reference.policy_of(erasure.policy).ok()?;
        erasure.due_at(policy)
    }

    /// Carries out what is due at an instant, and what was begun and cut short. `forget` is called when whatever remembers
    /// what boxes said must forget it.
    ///
    /// # Errors
    /// Until the key of the epoch before is destroyed nothing is lost, and the next run begins again; afterwards it goes on.
    pub async fn carry_out_erasures(
        &self,
        now: DateTime<Utc>,
        forget: &(dyn Fn() + Sync),
    ) -> Result<CarriedOut, Failure> {
        let _one_by_one = self.erasing.lock().await;
        self.catch_up_with_log().await?;
        let log = self.store.keys_of_log();
        let begun = log.ring().await?.filter(|ring| self.is_unfinished(ring));
        if begun.is_none() && self.due_erasures(now).await?.is_empty() && self.keys.epochs().len() == 1 {
            return Ok(CarriedOut::default());
        }
        // Commands that are under way bring keys of the epoch before, or words of those who are about to be erased.
        let alone = self.sealing.write().await;
        let epoch = match &begun {
            Some(ring) => ring.epoch,
            None => self.keys.begin_epoch().map_err(key_trouble)?,
        };
        self.store.keys_from(epoch).await.map_err(|error| Failure::Unavailable(error.to_string()))?;
        let all = log.all_keys().await?;
        // Who had one key for all classes gets others: nobody may seal under it while that is being done.
        let alone = Some(alone).filter(|_| all.iter().any(|key| key.class.is_none()));
        let ring = match begun {
            Some(ring) => ring,
            None => self.make_ring(now, epoch, &all).await?,
        };
        if alone.is_some() {
            // Whatever stops this now: nothing is sealed any more under a key that the ring does not have.
            log.turn_ring().await?;
        }
        let known = self.reference();
        let erasures: Vec<&Erasure> = ring
            .erasures
            .iter()
            .filter_map(|id| known.erasures.get(ErasureId(*id)))
            .filter(|one| one.is_due())
            .collect();
        self.remove_files(&erasures).await?;
        self.forget_openings();
        forget();
        self.keys.destroy_before_newest().map_err(key_trouble)?;
        for erasure in &erasures {
            self.record_completion(erasure, &ring).await?;
        }
        self.catch_up_with_log().await?;
        log.turn_ring().await?;
        self.keys.forget_before_newest();
        // What was read on the way, before the log said so.
        self.forget_openings();
        forget();
        drop(alone);
        // By what they were found goes, too.
        self.forget_erased_persons().await;
        let erasures = erasures.iter().map(|erasure| erasure.id).collect();
        Ok(CarriedOut { erasures, epoch: ring.epoch, survivors: ring.keys })
    }

    /// What is to be carried out by an instant, the oldest first. What a legal hold covers by now waits until that is over,
    /// though it was approved of before.
    async fn due_erasures(&self, now: DateTime<Utc>) -> Result<Vec<Erasure>, Failure> {
        let reference = self.reference();
        let today = reference.town_date(now);
        let is_due = |erasure: &&Erasure| self.erasure_is_due_at(erasure).is_some_and(|at| at <= now);
        let mut due = Vec::new();
        for erasure in reference.erasures.due().filter(is_due) {
            if due.len() == AT_ONCE_MAX {
                break;
            }
            let targets = self.targets_of(erasure).await?;
            if targets.iter().any(|seen| reference.legal_holds.covers(&seen.target, today)) {
                tracing::info!(erasure = %erasure.id.0, "a legal hold covers it: it waits");
            } else {
                due.push(erasure.clone());
            }
        }
        Ok(due)
    }

    /// Whether a ring was made whose erasures are not all recorded, or the epoch before it has not ended.
    fn is_unfinished(&self, ring: &RingHead) -> bool {
        let reference = self.reference();
        let waits = |id: &uuid::Uuid| reference.erasures.get(ErasureId(*id)).is_some_and(Erasure::is_due);
        ring.erasures.iter().any(waits) || (ring.epoch == self.keys.kek().epoch && self.keys.epochs().len() > 1)
    }

    /// Makes the ring of an epoch, and reads it back before anything is destroyed.
    async fn make_ring(
        &self,
        now: DateTime<Utc>,
        epoch: u32,
        all: &[event_store::WrappedKey],
    ) -> Result<RingHead, Failure> {
        let log = self.store.keys_of_log();
        let mut due = self.due_erasures(now).await?;
        due.retain(|erasure| !comes_too_soon(erasure, all, epoch));
        let ids: Vec<_> = due.iter().map(|erasure| erasure.id.0).collect();
        let ring = self.ring(all, &Erasing::of(&due), ids.clone()).await?;
        let made: BTreeSet<KeyId> = ring.keys.iter().map(event_store::WrappedKey::id).collect();
        log.put_ring(ring).await?;
        let mut there = BTreeSet::new();
        for key in log.all_keys().await? {
            crate::personal::unwrap(&self.keys, &key)?;
            if key.epoch != epoch {
                return Err(Failure::Fault(format!("key of {}: it was not wrapped anew", key.id())));
            }
            there.insert(key.id());
        }
        if !made.is_subset(&there) {
            return Err(Failure::Fault("the key ring does not hold what was put into it".to_owned()));
        }
        let head = log.ring().await?;
        head.filter(|head| head.epoch == epoch && head.erasures == ids)
            .ok_or_else(|| Failure::Fault("the key ring is not the one that was made".to_owned()))
    }

    /// Removes the bytes of erased files. What is not there any more was removed before.
    async fn remove_files(&self, erasures: &[&Erasure]) -> Result<(), Failure> {
        for erasure in erasures.iter().filter(|one| one.asked.classes.iter().any(|c| class_of(*c) == Class::File)) {
            for stream in &erasure.asked.streams {
                let stream = StreamId::new(stream.clone()).filter(|stream| stream.family() == "file");
                let Some(id) = stream.and_then(|stream| stream.uuid()) else { continue };
                match self.files()?.remove(id).await {
                    Ok(()) | Err(FileError::Missing) => {}
                    Err(error) => return Err(Failure::Unavailable(format!("file {id}: {error}"))),
                }
            }
        }
        Ok(())
    }

    async fn record_completion(&self, erasure: &Erasure, ring: &RingHead) -> Result<(), Failure> {
        let Some(event) = erasure::complete(erasure, ring.epoch, ring.keys) else { return Ok(()) };
        let key = format!("erasure {} completed", erasure.id);
        self.record_by_clock(&key, StreamId::of("erasure", erasure.id.0), Version(erasure.version), event.into()).await
    }

    /// Records one event of the clock, once.
    pub(crate) async fn record_by_clock(
        &self,
        key: &str,
        stream: StreamId,
        seen: Version,
        event: domain::event::Event,
    ) -> Result<(), Failure> {
        let call = CommandContext::of_system("system/clock", key);
        if self.store.command(call.command).await?.is_some() {
            return Ok(());
        }
        let reference = self.reference();
        let now = self.now();
        let policy = reference.policies.in_force(reference.town_date(now)).or_else(|| reference.policies.newest());
        let envelope = Envelope {
            area: reference.areas.town().map(|town| town.id.0).unwrap_or_default(),
            occurred_at: Some(ms(now)),
            policy: policy.map(domain::policy::Policy::position),
            calendar: reference.calendars.newest(),
            account: None,
        };
        let mut plan = Plan::of(&call, &reference);
        plan.write(stream, seen, vec![envelope.plain(&event)?]);
        self.store.append(self.under(&call, plan)).await?;
        Ok(())
    }

    /// Brings the folded copy up to the log, in turn with commands on reference data.
    pub(super) async fn catch_up_with_log(&self) -> Result<(), Failure> {
        let _one_by_one = self.reference_writer.lock().await;
        self.follower().catch_up().await
    }

    /// Forgets what was read of boxes.
    fn forget_openings(&self) {
        self.caches.clear();
        self.earlier.clear();
    }

    /// How often personal data was erased so far; what was remembered before the last time is not to be told again.
    pub fn erasure_epoch(&self) -> u32 {
        self.reference().erasures.epoch()
    }
}

/// The key directory could not be read or written; what was begun is gone on with.
pub(super) fn key_trouble(error: event_store::KeyError) -> Failure {
    Failure::from(LogError::Io(error.to_string()))
}
