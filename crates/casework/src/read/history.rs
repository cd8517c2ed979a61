//! Events as a reader sees them: the leaf, and whatever personal parts may be opened beside it.

use crate::access::sight::Shown;
use crate::access::{Reader, Sight};
use crate::boxed::{Boxed, boxed};
use crate::casework::Casework;
use crate::personal::BoxAt;
use crate::write::failure::Failure;
use domain::event::Event;
use event_store::leaf::{LeafBox, LeafText};
use event_store::{Filter, Hash, LogError, Opening, Position, Recorded, StreamId, Version};

/// One event of a history.
#[derive(Clone, Debug)]
pub struct Item {
    /// Leaf and boxes as they are stored.
    pub recorded: Recorded,
    /// The clause it is recorded under.
    pub clause: &'static str,
    /// Parallel to the leaf's boxes.
    pub personal: Vec<Told>,
    /// Leaf hash.
    pub hash: Hash,
}

/// What a reader is told of a box.
#[derive(Clone, Debug)]
pub enum Told {
    /// What it says, canonical JSON.
    Open(Opening),
    /// The same, of which no more is to be shown than tells one person from another, as the [`Sight`] of its class says.
    Masked {
        /// Its class.
        class: String,
        /// What it says.
        opening: Opening,
    },
    /// The log says that it was erased.
    Erased,
    /// It is not theirs to see.
    Withheld,
}

/// A page of the history of one stream.
#[derive(Clone, Debug)]
pub struct History {
    /// Its events in order.
    pub items: Vec<Item>,
    /// Whether the stream goes on after them.
    pub more: bool,
}

/// A page of the whole log.
#[derive(Clone, Debug)]
pub struct LogPage {
    /// Events that passed the filter.
    pub items: Vec<Item>,
    /// Looked at up to here.
    pub scanned_to: Position,
    /// The head then.
    pub head: Position,
}

/// An event whose boxes are about to be opened.
struct Sealed<'a> {
    leaf: LeafText<'a>,
    stream: StreamId,
    boxes: Vec<LeafBox>,
}

impl Casework {
    /// The events of one stream after a version, fewer than `limit` where they are long. An unknown stream is
    /// [`Failure::NotFound`].
    #[boxed]
    pub async fn history(
        &self,
        sight: &Sight,
        stream: &StreamId,
        after: Version,
        limit: usize,
    ) -> Result<History, Failure> {
        let page = self.store.stream_page(stream, after, limit).await?;
        if page.events.is_empty() && self.store.stream_head(stream).await?.version.0 == 0 {
            return Err(Failure::NotFound);
        }
        Ok(History { items: self.items(page.events, sight).await?, more: page.more })
    }

    /// The log after a position, filtered.
    #[boxed]
    pub async fn log_page(
        &self,
        reader: &Reader,
        after: Position,
        limit: usize,
        filter: &Filter,
    ) -> Result<LogPage, Failure> {
        let page = self.store.read_all(after, limit, filter).await?;
        let sight = self.sight_of_page(reader, &page.events).await?;
        Ok(LogPage { items: self.items(page.events, &sight).await?, scanned_to: page.scanned_to, head: page.head })
    }

    /// Leaves are shown as they are signed: their facts are not read, only known to be of a type that this program knows.
    fn items<'a>(&'a self, page: Vec<Recorded>, sight: &'a Sight) -> Boxed<'a, Result<Vec<Item>, Failure>> {
        Box::pin(async move {
            let mut clauses = Vec::with_capacity(page.len());
            let mut sealed = Vec::with_capacity(page.len());
            for recorded in &page {
                let leaf = recorded.text()?;
                clauses.push(clause(recorded, &leaf)?);
                sealed.push(Sealed::of(recorded, leaf)?);
            }
            // Who signs in how is the account's own business.
            let shown = |sealed: &Sealed<'_>, class: &str| match sealed.stream.family() {
                "account" if *sight != Sight::WHOLE => Shown::Withheld,
                _ => sight.of(class),
            };
            let all = page.iter().zip(&sealed).flat_map(|(recorded, sealed)| {
                sealed.places(recorded).filter(|place| shown(sealed, place.class) != Shown::Withheld)
            });
            // What is withheld stays sealed. The keys of a whole page are looked up at once.
            let places: Vec<_> = all.collect();
            let mut opened = self.open_places(&places).await?.into_iter();
            let mut told = sealed.iter().map(|sealed| {
                let boxes = sealed.boxes.iter().map(|one| match shown(sealed, &one.class) {
                    Shown::Withheld => Told::Withheld,
                    shown @ (Shown::Masked | Shown::Whole) => match opened.next().flatten() {
                        None => Told::Erased,
                        Some(opening) if shown == Shown::Whole => Told::Open(opening),
                        Some(opening) => Told::Masked { class: one.class.clone(), opening },
                    },
                });
                boxes.collect::<Vec<_>>()
            });
            let told: Vec<_> = told.by_ref().collect();
            let items = page.into_iter().zip(clauses).zip(told).map(|((recorded, clause), personal)| Item {
                clause,
                personal,
                hash: recorded.hash(),
                recorded,
            });
            Ok(items.collect())
        })
    }
}

impl<'a> Sealed<'a> {
    fn of(recorded: &Recorded, leaf: LeafText<'a>) -> Result<Self, LogError> {
        let damaged = || LogError::Damaged(format!("leaf at position {}: its boxes cannot be read", recorded.position));
        let stream = StreamId::new(leaf.stream).ok_or_else(damaged)?;
        let mut boxes = leaf.boxes().ok_or_else(damaged)?;
        boxes.truncate(recorded.boxes.len());
        Ok(Self { leaf, stream, boxes })
    }

    fn places(&'a self, recorded: &'a Recorded) -> impl Iterator<Item = BoxAt<'a>> {
        self.boxes.iter().zip(&recorded.boxes).enumerate().map(|(index, (told, bytes))| BoxAt {
            stream: &self.stream,
            version: self.leaf.version,
            index,
            class: &told.class,
            subject: told.subject,
            commitment: &told.commitment,
            bytes,
        })
    }
}

fn clause(recorded: &Recorded, leaf: &LeafText<'_>) -> Result<&'static str, Failure> {
    let known = Event::type_of(leaf.event_type, leaf.schema).map(|known| known.clause);
    known.ok_or_else(|| {
        let LeafText { event_type, schema, .. } = leaf;
        Failure::Fault(format!("position {}: {event_type}/{schema} cannot be read: unknown type", recorded.position))
    })
}
