//! One obligation, now or as of a position: derived from leaves, whatever a read model holds.

use super::looking::{Looked, Told};
use crate::access::sight::{LookedAt, Withheld};
use crate::access::{Reader, things};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::personal::Part;
use crate::read::loaded::AsOf;
use crate::write::failure::Failure;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Thing;
use domain::clock::{Candidate, LedgerEntry, ObligationRecord, Outlook, Subject, supervises};
use domain::ids::{IssueId, ObligationId};
use domain::issue::Issue;
use domain::vocabulary::{LastWordKind, ObligationCode, ObligationStatus, PersonalClass};
use event_store::{Position, Version};
use std::collections::{BTreeMap, BTreeSet};

/// An obligation as it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What is known of it.
    pub entry: LedgerEntry,
    /// How it stands on the day asked for.
    pub status: ObligationStatus,
    /// Whether a breach was found of what stands kept, or is owed no more.
    pub overtaken: bool,
    /// Version of its stream; 0 where nothing is recorded of it.
    pub version: Version,
    /// What was said of it, oldest first.
    explanations: Vec<Explained>,
    /// Whose it is, as access looks at it, and where in the log its stream begins; nothing where nothing is recorded of it.
    looked_at: Option<LookedAt>,
}

impl Standing {
    /// What was said of it, oldest first, as a reader is shown it, and why words are withheld.
    pub async fn explained(
        self,
        casework: &Casework,
        reader: &Reader,
    ) -> Result<(Vec<Explained>, Option<Withheld>), Failure> {
        let Self { entry, explanations, looked_at, .. } = self;
        let Some(looked_at) = looked_at.filter(|_| !explanations.is_empty()) else { return Ok((explanations, None)) };
        let thing = async || casework.thing_owed(&entry).await;
        let withheld = casework.sight_of(reader, thing, &looked_at).await?.withholds_words();
        let shown = explanations.into_iter().map(|one| match withheld {
            Some(_) => {
                Explained { text: None, decided: one.decided.map(|(accepted, at, _)| (accepted, at, None)), ..one }
            }
            None => one,
        });
        Ok((shown.collect(), withheld))
    }
}

/// An explanation with its words.
#[derive(Clone, Debug)]
pub struct Explained {
    /// When.
    pub at: DateTime<Utc>,
    /// What was said.
    pub text: Option<String>,
    /// Whether it was accepted, when, and why.
    pub decided: Option<(bool, DateTime<Utc>, Option<String>)>,
}

/// An obligation with all that a decision on it needs.
pub(super) struct Found {
    pub looked: Looked,
    pub told: Told,
    pub entry: LedgerEntry,
}

impl Found {
    pub fn status_on(&self, day: NaiveDate) -> ObligationStatus {
        self.entry.status_on(day)
    }
}

impl Casework {
    /// What an obligation is about, where something is recorded of it.
    #[boxed]
    pub async fn obligation_about(&self, id: ObligationId) -> Result<Option<Subject>, Failure> {
        Ok(self.told(id, None).await?.about)
    }

    /// An obligation as of a position, as it stood on a day. `about` is what it is about, with all that may count for it, as a
    /// read model tells.
    ///
    /// Errors: [`Failure::NotFound`] where there is none, or not yet.
    #[boxed]
    pub async fn obligation(
        &self,
        id: ObligationId,
        about: Option<&Candidate>,
        as_of: AsOf,
        day: NaiveDate,
    ) -> Result<Standing, Failure> {
        let until = match as_of {
            AsOf::Now => None,
            AsOf::Position(position) => Some(position),
        };
        let found = self.obligation_found(id, about, until).await?;
        if found.entry.opens_on > day {
            return Err(Failure::NotFound);
        }
        let explanations = self.explanations(&found.told).await?;
        Ok(Standing {
            status: found.status_on(day),
            overtaken: found.entry.is_overtaken(day),
            version: Version(found.told.record.version),
            looked_at: explanations.first().map(|_| LookedAt {
                first: found.told.first,
                area: found.entry.grid_id.0,
                begun_by: None,
                classes: BTreeSet::from([PersonalClass::Narrative]),
            }),
            explanations,
            entry: found.entry,
        })
    }

    /// What access turns on of an obligation: it is theirs who owe it and, of what a planned outcome promised (O-17), the
    /// office's that leads the major issue.
    #[boxed]
    pub async fn thing_owed(&self, entry: &LedgerEntry) -> Result<Thing, Failure> {
        let thing = things::owed(entry.grid_id, &entry.owed_by);
        let about = Subject::of_key(&entry.key).filter(|_| entry.key.code == ObligationCode::O17);
        let Some(Subject::Issue(id)) = about else { return Ok(thing) };
        let Some(major) = self.issue(id, AsOf::Now).await?.state.major_issue_id else { return Ok(thing) };
        let lead = self.major_issue(major, AsOf::Now).await?.state.lead_office_id;
        Ok(Thing { offices: lead.into_iter().collect(), ..thing })
    }

    /// Whether an issue, as it stood on a day, is under supervision (督办): whether the clock reached that of its answer or of
    /// a word in the present cycle. Most were never late and promised no word, and are not looked into.
    #[boxed]
    pub async fn is_supervised(
        &self,
        id: IssueId,
        issue: &Issue,
        as_of: AsOf,
        day: NaiveDate,
    ) -> Result<bool, Failure> {
        let reference = self.reference();
        let ended_on = issue.stopped_at.map_or(day, |at| reference.town_date(at));
        let a_word = issue.words.iter().any(|word| word.word.kind == LastWordKind::InterimReply);
        let may_be = issue.due.on < ended_on || issue.major_issue_id.is_some() || a_word;
        if reference.policies.clock_since().is_none() || !may_be {
            return Ok(false);
        }
        let until = match as_of {
            AsOf::Now => None,
            AsOf::Position(position) => Some(position),
        };
        let looked = self.look(&Subject::Issue(id).into(), until).await?;
        let by = match until {
            Some(until) => self.recorded_at(until).await?,
            None => self.now(),
        };
        for record in self.outlook_of(&looked, by, until, None).await?.1.values() {
            if record.tiers.iter().any(|(reached, claim)| supervises(issue, reached, claim.at)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) async fn obligation_found(
        &self,
        id: ObligationId,
        about: Option<&Candidate>,
        until: Option<Position>,
    ) -> Result<Found, Failure> {
        let told = self.told(id, until).await?;
        // What counts for a year or a major issue its own stream does not say.
        let of_events = told.about.filter(|subject| !subject.has_members()).map(Candidate::from);
        let looked = self.look(about.or(of_events.as_ref()).ok_or(Failure::NotFound)?, until).await?;
        let by = match until {
            Some(until) => self.recorded_at(until).await?,
            None => self.now(),
        };
        let own = Some((id, told.record.clone())).filter(|(_, record)| record.version > 0);
        let (outlook, _) = self.outlook_of(&looked, by, until, own).await?;
        let entry = outlook.entries.into_iter().find(|entry| entry.id == id).ok_or(Failure::NotFound)?;
        Ok(Found { looked, told, entry })
    }

    /// What a subject owes, with what is recorded of each. That lets interim dates be foreseen further, and of those more may
    /// be recorded: it is asked for until nothing more is found.
    async fn outlook_of(
        &self,
        looked: &Looked,
        by: DateTime<Utc>,
        until: Option<Position>,
        read: Option<(ObligationId, ObligationRecord)>,
    ) -> Result<(Outlook, BTreeMap<ObligationId, ObligationRecord>), Failure> {
        let mut records: BTreeMap<_, _> = read.into_iter().collect();
        let mut asked: BTreeSet<ObligationId> = records.keys().copied().collect();
        loop {
            let outlook = looked.recorded.outlook(&looked.timeline, &records, by);
            let known = records.len();
            for id in outlook.spoken_of.iter().filter(|id| asked.insert(**id)) {
                let record = self.told(*id, until).await?.record;
                if record.version > 0 {
                    records.insert(*id, record);
                }
            }
            if records.len() == known {
                return Ok((outlook, records));
            }
        }
    }

    async fn explanations(&self, told: &Told) -> Result<Vec<Explained>, Failure> {
        let parts = self.open_recorded(&told.boxes).await?;
        let said = |version: u64, field: &str| {
            let mut of_event = told.boxes.iter().zip(&parts).filter(|(kept, _)| kept.version.0 == version);
            of_event.find_map(|(_, part): (_, &Part)| part.text(field)).map(str::to_owned)
        };
        let explained = told.record.explanations.iter().map(|one| Explained {
            at: one.claim.at,
            text: said(one.claim.version, "text"),
            decided: one.decided.map(|(accepted, by)| (accepted, by.at, said(by.version, "reason"))),
        });
        Ok(explained.collect())
    }
}
