//! Openings of the log: an auditor asks for sealed parts of some leaves, another person approves, and the auditor has them for
//! some days, each with what it takes to check it. The rules are `domain::log_opening`'s.

use crate::access::Asker;
use crate::access::sight::LookedAt;
use crate::boxed::{LocalBoxed, boxed};
use crate::casework::Casework;
use crate::personal::{BoxAt, Each, KeptBox, kept};
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::undertakings::BegunOutcome;
use crate::write::change::words;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Action, Thing};
use domain::event::Event;
use domain::ids::{AreaId, LogOpeningId};
use domain::log_opening::{self, AskedLeaf, LeafFound, LogOpening, LogOpeningEvent};
use domain::refusal::Refusal;
use domain::rules::Rules;
use domain::vocabulary::PersonalClass;
use event_store::{Opening, Position, StreamId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An opening as it is asked for.
#[derive(Clone, Debug)]
pub struct NewLogOpening {
    /// Positions of the leaves.
    pub positions: Vec<u64>,
    /// The number of the case it is for.
    pub case_number: String,
    /// Why.
    pub reason: String,
    /// From when on it is over.
    pub until: DateTime<Utc>,
}

/// A box of a leaf of an opening.
#[derive(Clone, Debug)]
pub enum OpenedBox {
    /// What is sealed in it, and the key of the commitment.
    Open(Opening),
    /// The log says that it was erased.
    Erased,
    /// It does not open, or not to what its leaf says, or its key is lost: noted where health asks.
    Damaged,
    /// That it is looked at could not be recorded.
    NotRecorded,
}

/// A leaf of an opening, with its boxes in their order.
#[derive(Clone, Debug)]
pub struct OpenedLeaf {
    /// Its place in the log.
    pub position: Position,
    /// Parallel to the leaf's boxes.
    pub boxes: Vec<OpenedBox>,
}

/// An opening with what it opens.
#[derive(Clone, Debug)]
pub struct FetchedOpening {
    /// The opening.
    pub loaded: Arc<Loaded<LogOpening>>,
    /// Its leaves, in the order of the log.
    pub leaves: Vec<OpenedLeaf>,
}

impl Casework {
    /// Lets an account open sealed parts of leaves. Where another person approves it, it is theirs who proposed it, and has the
    /// id of the proposal, by which they find it.
    pub fn grant_log_opening<'a>(
        &'a self,
        call: &'a CommandContext,
        new: &'a NewLogOpening,
    ) -> LocalBoxed<'a, BegunOutcome<LogOpening>> {
        Box::pin(async move {
            let approval = call.approves.as_ref();
            let id = LogOpeningId(approval.map_or_else(|| self.new_id(), |approval| approval.id.0));
            let by = approval.map(|approval| approval.proposed_by).or_else(|| call.account()).unwrap_or_default();
            let said = words([("case_number", Some(new.case_number.as_str())), ("reason", Some(new.reason.as_str()))]);
            let sealed = self.seal_first(&LogOpening::stream(id), said)?;
            let mut leaves = Vec::with_capacity(new.positions.len());
            for position in &new.positions {
                leaves.push(self.asked_leaf(*position).await?);
            }
            self.begin_thing(call, id, None, sealed, |tx| {
                Ok((None, log_opening::grant(by, &leaves, new.until, tx.rules.now)?))
            })
            .await
        })
    }

    /// What is wrong with leaves that are to be opened, each in its place among the positions that can be read: all of it.
    ///
    /// Errors: whatever keeps the log from being read.
    pub async fn unfit_for_opening(&self, positions: &[Option<u64>]) -> Result<Vec<Refusal>, Failure> {
        let mut leaves = Vec::with_capacity(positions.len());
        for position in positions {
            leaves.push(match position {
                Some(position) => Some(self.asked_leaf(*position).await?),
                None => None,
            });
        }
        Ok(log_opening::leaves_fit(leaves.iter().map(Option::as_ref)))
    }

    async fn asked_leaf(&self, position: u64) -> Result<AskedLeaf, Failure> {
        let Some(recorded) = self.store.event(Position(position)).await? else {
            return Ok(AskedLeaf { position, found: None });
        };
        let family = StreamId::new(recorded.text()?.stream).map(|stream| stream.family().to_owned());
        let sealed_bytes = recorded.boxes.iter().map(|sealed| sealed.len() as u64).sum();
        Ok(AskedLeaf { position, found: Some(LeafFound { family: family.unwrap_or_default(), sealed_bytes }) })
    }

    /// What an opening opens, to whoever asked for it and nobody else. That they look is on record when this returns, each time
    /// that they do; what cannot be recorded is not shown. A box that is damaged is told as such, beside all others.
    ///
    /// Errors: [`Failure::Forbidden`] where they may ask for none any more; [`Failure::NotFound`] for one that another account
    /// asked for, as for what is not there; those of [`log_opening::fetch`].
    #[boxed]
    pub async fn fetch_log_opening(&self, asker: &Asker, id: LogOpeningId) -> Result<FetchedOpening, Failure> {
        self.authority(asker, Action::LogRequestOpening)?;
        let loaded = self.load::<LogOpening>(id, AsOf::Now).await?;
        if loaded.state.account != Some(asker.account) {
            return Err(Failure::NotFound);
        }
        log_opening::fetch(&loaded.state, self.now(), self.reference().time_zone())?;
        let mut sealed: Vec<(Position, Vec<KeptBox>)> = Vec::new();
        for position in loaded.state.positions.iter().copied().map(Position) {
            let recorded = self.store.event(position).await?.ok_or(Failure::BeyondHead)?;
            sealed.push((position, kept(&recorded, &recorded.text()?)?));
        }
        let places: Vec<BoxAt<'_>> = sealed.iter().flat_map(|(_, boxes)| boxes).map(KeptBox::place).collect();
        let opened = self.open_each(&places).await?;
        let is_recorded = self.record_opened(asker, &places, &opened).await?;
        let mut opened = opened.into_iter().map(|opening| match opening {
            Ok(Some(opening)) if is_recorded => OpenedBox::Open(opening),
            Ok(Some(_)) => OpenedBox::NotRecorded,
            Ok(None) => OpenedBox::Erased,
            Err(_) => OpenedBox::Damaged,
        });
        let leaves = sealed.iter().map(|(position, boxes)| OpenedLeaf {
            position: *position,
            boxes: opened.by_ref().take(boxes.len()).collect(),
        });
        let leaves = leaves.collect();
        Ok(FetchedOpening { loaded, leaves })
    }

    /// Records what is opened, by stream and class; whether it is on record.
    async fn record_opened(&self, asker: &Asker, places: &[BoxAt<'_>], opened: &[Each]) -> Result<bool, Failure> {
        let mut streams: BTreeMap<&StreamId, LookedAt> = BTreeMap::new();
        for (place, _) in places.iter().zip(opened).filter(|(_, opening)| matches!(opening, Ok(Some(_)))) {
            if !streams.contains_key(place.stream) {
                // Of which classes it is seen is said here.
                let classes = BTreeSet::new();
                let first = self.looked_at_first(place.stream, 1).await?;
                streams.insert(place.stream, LookedAt { classes, ..first });
            }
            if let Some(looked_at) = streams.get_mut(place.stream) {
                looked_at.classes.extend(PersonalClass::parse(place.class));
            }
        }
        let looked_at: Vec<LookedAt> = streams.into_values().collect();
        Ok(self.record_opening(asker, &looked_at).await)
    }
}

impl Entity for LogOpening {
    type Id = LogOpeningId;

    const FAMILY: &'static str = "log_opening";

    const READ: Action = Action::LogRequestOpening;

    /// It is whose it is, and in no grid and of no line.
    fn thing(&self, _: LogOpeningId) -> Thing {
        Thing { accounts: self.account.into_iter().collect(), ..Thing::default() }
    }

    fn event(event: Event) -> Option<LogOpeningEvent> {
        if let Event::LogOpening(event) = event { Some(event) } else { None }
    }

    fn area(&self) -> Option<AreaId> {
        None
    }

    fn policy(&self) -> Option<u64> {
        None
    }

    fn counted_days(&self, _: &Rules<'_>, _: &LogOpeningEvent) -> Vec<NaiveDate> {
        Vec::new()
    }
}
