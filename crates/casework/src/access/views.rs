//! Who looked at whose words, on record before they are shown: the first sight of a day by an event, later ones by a look
//! into what is remembered of today.

use crate::access::asker::Asker;
use crate::access::looks::{DayOfAccount, FAMILY, Looked};
use crate::access::sight::{LookedAt, Reader};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::read::decode::{decode, instant};
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::plan::{Envelope, Plan};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Action;
use domain::event::Event;
use domain::ids::{AccountId, AreaId};
use domain::personal_data::{PersonalDataEvent, Sights, Viewed, view};
use domain::vocabulary::{PersonalClass, Purpose};
use event_store::{Expected, Position, Recorded, StreamId, Version, Write};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Events of an account that are read at once to learn what it has seen today.
const PAGE: usize = 256;
/// How far that goes back; what was seen before is then an event once more.
const PAGES_MAX: u32 = 40;

/// A view as it stands in the log.
#[derive(Clone, Debug)]
pub struct FoundView {
    /// Its place in the log.
    pub position: Position,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who looked.
    pub account: AccountId,
    /// In which role.
    pub role: String,
    /// At what, and what for.
    pub viewed: Viewed,
}

impl FoundView {
    /// An event, with its area, where it is one.
    fn of(recorded: &Recorded) -> Result<Option<(Uuid, Self)>, Failure> {
        let (leaf, event) = decode(recorded)?;
        let (Event::PersonalData(PersonalDataEvent::Viewed(viewed)), Some(account)) =
            (event, AccountId::of_actor(leaf.actor))
        else {
            return Ok(None);
        };
        let (position, at, role) = (recorded.position, instant(leaf.recorded_at), leaf.role.to_owned());
        Ok(Some((leaf.area.parse().unwrap_or_default(), Self { position, at, account, role, viewed })))
    }
}

/// Which views are asked for.
#[derive(Clone, Debug, Default)]
pub struct ViewsWanted {
    /// Those of any of the things that begin here in the log.
    pub firsts: Option<Vec<Position>>,
    /// Those of an account.
    pub account: Option<AccountId>,
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// Up to this day.
    pub to: Option<NaiveDate>,
    /// Of these grids alone.
    pub grids: Option<Vec<AreaId>>,
}

/// A page of views.
#[derive(Clone, Debug, Default)]
pub struct ViewsPage {
    /// Those that were found.
    pub found: Vec<FoundView>,
    /// Where to look on; nothing where all was looked through.
    pub next: Option<Position>,
}

impl ViewsWanted {
    fn has(&self, area: Uuid, view: &FoundView) -> bool {
        let is_of = |first: &Position| view.viewed.seen.binary_search(&first.0).is_ok();
        self.firsts.as_ref().is_none_or(|firsts| firsts.iter().any(is_of))
            && self.account.is_none_or(|account| account == view.account)
            && self.from.is_none_or(|from| view.viewed.day >= from)
            && self.to.is_none_or(|to| view.viewed.day <= to)
            && self.grids.as_ref().is_none_or(|grids| grids.contains(&AreaId(area)))
    }
}

impl Casework {
    /// Views after a position that are asked for, at most `limit`; fewer, or none, where it takes long to find them.
    ///
    /// Errors: whatever keeps the log from being read.
    #[boxed]
    pub async fn views(&self, after: Position, limit: usize, wanted: &ViewsWanted) -> Result<ViewsPage, Failure> {
        let mut page = ViewsPage { found: Vec::new(), next: Some(after) };
        for _ in 0..PAGES_MAX {
            let events = self.store.read_family(FAMILY, page.next.unwrap_or(after), PAGE).await?;
            for recorded in &events {
                page.next = Some(recorded.position);
                let view = FoundView::of(recorded)?.filter(|(area, view)| wanted.has(*area, view));
                page.found.extend(view.map(|(_, view)| view));
                if page.found.len() == limit {
                    return Ok(page);
                }
            }
            if events.len() < PAGE {
                page.next = None;
                break;
            }
        }
        Ok(page)
    }

    /// How many accounts looked on how many days at one or another of these things, by where they begin in the log.
    ///
    /// Errors: whatever keeps the log from being read.
    #[boxed]
    pub async fn looks_at(&self, firsts: &[Position]) -> Result<Looked, Failure> {
        self.looks.at(&self.store, firsts).await
    }

    /// Reads into memory who looked at what, so that who asks first need not wait for it.
    ///
    /// Errors: whatever keeps the log from being read.
    #[boxed]
    pub async fn read_looks(&self) -> Result<(), Failure> {
        self.looks.catch_up(&self.store).await
    }

    /// Every view of any of the things that begin here in the log, in order.
    pub(crate) async fn views_of(&self, firsts: Vec<Position>) -> Result<Vec<FoundView>, Failure> {
        let days = self.looks.days_at(&self.store, &firsts).await?;
        let wanted = ViewsWanted { firsts: Some(firsts), ..ViewsWanted::default() };
        let mut found = Vec::new();
        for DayOfAccount { account, first, last } in days {
            let stream = StreamId::of(FAMILY, account.0);
            let mut after = Version(first.0 - 1);
            while after < last {
                let page = self.store.read_stream(&stream, after, PAGE).await?;
                let Some(end) = page.last() else { break };
                after = end.text()?.version;
                for recorded in &page {
                    let view = FoundView::of(recorded)?.filter(|(area, view)| wanted.has(*area, view));
                    found.extend(view.map(|(_, view)| view));
                }
            }
        }
        found.sort_unstable_by_key(|view| view.position);
        found.dedup_by_key(|view| view.position);
        Ok(found)
    }

    /// Records that somebody looks today at a class of these things. Whether it is on record now, so that it may be shown.
    pub(crate) async fn record_view(
        &self,
        reader: &Reader,
        asker: &Asker,
        (today, class): (NaiveDate, PersonalClass),
        things: &[&LookedAt],
    ) -> bool {
        let Some(purpose) = reader.purpose.or_else(|| Purpose::usual(asker.role)) else { return things.is_empty() };
        let action = reader.action.map_or("", |action| action.as_str());
        let firsts = things.iter().map(|thing| thing.first.0);
        if self.seen.has_all(asker.account, (today, action), (purpose, class), firsts) {
            return true;
        }
        let recorded = self.look_at(asker, (today, action), (purpose, class), things).await;
        if let Err(failure) = &recorded {
            tracing::warn!(?failure, "a view could not be recorded: nothing is shown");
        }
        recorded.is_ok()
    }

    async fn look_at(
        &self,
        asker: &Asker,
        (today, action): (NaiveDate, &str),
        what: (Purpose, PersonalClass),
        things: &[&LookedAt],
    ) -> Result<(), Failure> {
        if !self.seen.knows(asker.account) {
            self.seen.learn(asker.account, self.seen_today(asker.account, today).await?);
        }
        // Each grid's convener is to find those of the grid.
        let mut by_area: BTreeMap<Uuid, Vec<u64>> = BTreeMap::new();
        for thing in things {
            by_area.entry(thing.area).or_default().push(thing.first.0);
        }
        let unseen = |(area, firsts): (Uuid, Vec<u64>)| {
            let views = self.seen.unseen(asker.account, (today, action), what, &firsts);
            views.into_iter().map(move |viewed| (area, viewed))
        };
        let unseen: Vec<(Uuid, Viewed)> = by_area.into_iter().flat_map(unseen).collect();
        if unseen.is_empty() {
            return Ok(());
        }
        self.record_views(asker, &unseen).await?;
        self.seen.note(asker.account, unseen.into_iter().map(|(_, viewed)| viewed).collect());
        Ok(())
    }

    /// Records that somebody opens these classes of these things by leave of another person, each time that they do. Whether it
    /// is on record now, so that it may be shown: all of it or nothing.
    pub(crate) async fn record_opening(&self, asker: &Asker, things: &[LookedAt]) -> bool {
        self.record_every(asker, (Action::LogRequestOpening, Purpose::Audit), things).await
    }

    /// The same of whatever is handed out as a whole.
    pub(crate) async fn record_every(
        &self,
        asker: &Asker,
        (action, purpose): (Action, Purpose),
        things: &[LookedAt],
    ) -> bool {
        let today = self.reference().town_date(self.now());
        let mut opened: BTreeMap<(Uuid, PersonalClass), Vec<u64>> = BTreeMap::new();
        for thing in things {
            for class in &thing.classes {
                opened.entry((thing.area, *class)).or_default().push(thing.first.0);
            }
        }
        let every = |((area, class), firsts): ((Uuid, PersonalClass), Vec<u64>)| {
            let views = view(&Sights::default(), today, action.as_str(), purpose, class, &firsts);
            views.into_iter().map(move |viewed| (area, viewed))
        };
        let views: Vec<(Uuid, Viewed)> = opened.into_iter().flat_map(every).collect();
        if views.is_empty() {
            return true;
        }
        let recorded = self.record_views(asker, &views).await;
        if let Err(failure) = &recorded {
            tracing::warn!(?failure, "what is handed out could not be recorded: nothing is shown");
        }
        recorded.is_ok()
    }

    /// Appends what somebody looks at. It waits for nothing but the log, and nobody waits for it: it is no write of theirs.
    async fn record_views(&self, asker: &Asker, views: &[(Uuid, Viewed)]) -> Result<(), Failure> {
        let reference = self.reference();
        let town = reference.areas.town().map(|town| town.id.0).unwrap_or_default();
        let within = |area: Uuid| Envelope {
            area: if area.is_nil() { town } else { area },
            occurred_at: None,
            policy: None,
            calendar: None,
            account: Some(asker.account),
        };
        let event = |viewed: &Viewed| PersonalDataEvent::Viewed(viewed.clone()).into();
        let events = views.iter().map(|(area, viewed)| within(*area).plain(&event(viewed)));
        let events = events.collect::<Result<Vec<_>, _>>()?;
        let stream = StreamId::of(FAMILY, asker.account.0);
        let mut call = CommandContext::of_account(asker.account.0, asker.role, None, [0; 32]);
        call.asker = Some(asker.clone());
        let mut plan = Plan::of(&call, &reference);
        plan.writes.push(Write { stream, expected: Expected::Any, events });
        let appended = self.store.append(self.under(&call, plan)).await;
        appended.map_err(|error| Failure::Unavailable(error.to_string()))?;
        Ok(())
    }

    /// What an account has seen on a day, by the log: from the end of its stream back to the day before.
    async fn seen_today(&self, account: AccountId, today: NaiveDate) -> Result<Sights, Failure> {
        let stream = StreamId::of(FAMILY, account.0);
        let mut until = self.store.stream_head(&stream).await?.version.0;
        let mut pages = Vec::new();
        for _ in 0..PAGES_MAX {
            let after = until.saturating_sub(PAGE as u64);
            let mut page = Vec::new();
            for recorded in self.store.read_stream(&stream, Version(after), PAGE).await? {
                let (leaf, event) = decode(&recorded)?;
                if let (true, Event::PersonalData(event)) = (leaf.version.0 <= until, event) {
                    page.push(event);
                }
            }
            let before = page.first().is_none_or(|PersonalDataEvent::Viewed(viewed)| viewed.day < today);
            pages.push(page);
            until = after;
            if before || until == 0 {
                break;
            }
        }
        let mut seen = Sights::default();
        pages.iter().rev().flatten().for_each(|event| seen.apply(event));
        Ok(seen)
    }
}
