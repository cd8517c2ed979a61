//! Erasing by the clock: what is kept of a reception and what it is kept for, as the rules of `domain::erasure` see it, what
//! will be erased of it when, and the recording of what is due.

use super::targets::Seen;
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::clock::ACTOR;
use crate::read::loaded::{AsOf, Entity as _, Loaded};
use crate::read::reference::Reference;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::annual_review::is_reviewed;
use domain::appraisal::Appraisee;
use domain::erasure::{self, Ending, ErasureEvent, Foreseen, Kept, Known, SUBJECTS_MAX};
use domain::ids::{DelegateId, ErasureId, FileId, IssueId, ReceptionId};
use domain::issue::Issue;
use domain::policy::Policy;
use domain::reception::{Reception, Visitor};
use domain::vocabulary::PersonalClass;
use event_store::{StreamId, Version};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What will be erased by the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WillBeErased {
    /// The reception that it came by.
    pub reception_id: ReceptionId,
    /// Whose or what.
    pub part: PartNamed,
    /// The issues of that reception that it is kept for, with their numbers.
    pub issues: Vec<(IssueId, String)>,
    /// Which class, from which day, and what holds it back.
    pub of: Foreseen,
    /// The day on which it is erased, where nothing holds it back.
    pub erased_on: Option<NaiveDate>,
}

/// How what will be erased is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartNamed {
    /// A visitor of the reception, by index.
    Visitor(u32),
    /// A file.
    File(FileId),
}

/// Parts with all that was read to judge them.
struct Read {
    part: PartNamed,
    kept: Kept,
    issues: Vec<(IssueId, String)>,
    streams: Vec<(StreamId, Version)>,
}

/// Most streams that one append relies on, well below what the store takes.
const STREAMS_MAX: usize = 900;

/// How many of some parts one leaf names, and one append relies on everything that was read of: at least one.
fn fits_one_append(reads: &[Read]) -> usize {
    let mut streams = BTreeSet::new();
    let fits = reads.iter().take(SUBJECTS_MAX).take_while(|read| {
        streams.extend(read.streams.iter().map(|(stream, _)| stream));
        streams.len() <= STREAMS_MAX
    });
    fits.count().max(1)
}

/// The streams that were read for some parts, each once.
fn streams_of(reads: &[Read]) -> BTreeMap<&StreamId, &Version> {
    reads.iter().flat_map(|read| &read.streams).map(|(stream, version)| (stream, version)).collect()
}

/// Whether results are published, by delegate and year: who looks at one reception asks the same of the next.
type Published = BTreeMap<(DelegateId, i32), bool>;

impl Casework {
    /// The day for which the clock erases at an instant; nothing where it does not, or that
    /// day's night has not come.
    pub fn day_of_erasing(&self, now: DateTime<Utc>) -> Option<NaiveDate> {
        let reference = self.reference();
        let policy = policy_of(&reference, reference.town_date(now))?;
        policy.erases_by_the_clock().then(|| erasure::day_of_run(policy, &reference.calendars, now))?
    }

    /// The last day of a reception of which anything may be due on a day; nothing where the clock erases nothing.
    pub fn may_expire_until(&self, on: NaiveDate) -> Option<NaiveDate> {
        let reference = self.reference();
        erasure::held_until(policy_of(&reference, reference.town_date(self.now()))?, on)
    }

    /// What will be erased of some receptions when, in their order: contacts before names, files last. Nothing of what is
    /// kept, not over yet, erased already or about to be.
    #[boxed]
    pub async fn will_be_erased(&self, receptions: &[ReceptionId]) -> Result<Vec<WillBeErased>, Failure> {
        let reference = self.reference();
        let today = reference.town_date(self.now());
        let Some(policy) = policy_of(&reference, today) else { return Ok(Vec::new()) };
        let known = known(&reference, policy, today);
        let mut published = Published::new();
        let mut all = Vec::new();
        for id in receptions {
            for read in self.kept_of(*id, &mut published).await? {
                for of in read.kept.foreseen(&known) {
                    let erased_on = erasure::erased_on(&reference.calendars, of.due_on, today);
                    let (part, issues) = (read.part, read.issues.clone());
                    all.push(WillBeErased { reception_id: *id, part, issues, of, erased_on });
                }
            }
        }
        Ok(all)
    }

    /// Records what is due of some receptions on a day: it is carried out there and then, like what somebody approved. Stopped
    /// anywhere, another run finds the rest.
    ///
    /// # Errors
    /// Where something was recorded meanwhile of what is about to be erased: it is to be looked at again.
    #[boxed(?Send)]
    pub async fn expire(&self, receptions: &[ReceptionId], on: NaiveDate) -> Result<u64, Failure> {
        let reference = self.reference();
        let today = reference.town_date(self.now());
        let Some(policy) = policy_of(&reference, today) else { return Ok(0) };
        let known = known(&reference, policy, today);
        let mut published = Published::new();
        let mut due: BTreeMap<PersonalClass, Vec<Read>> = BTreeMap::new();
        for id in receptions {
            for read in self.kept_of(*id, &mut published).await? {
                for one in read.kept.foreseen(&known).into_iter().filter(|one| one.is_due(on)) {
                    let (kept, issues, streams) = (read.kept.clone(), Vec::new(), read.streams.clone());
                    due.entry(one.class).or_default().push(Read { part: read.part, kept, issues, streams });
                }
            }
        }
        let mut recorded = 0;
        for class in [PersonalClass::Contact, PersonalClass::Identity, PersonalClass::File] {
            let mut rest = due.get(&class).map_or(&[][..], Vec::as_slice);
            while !rest.is_empty() {
                let (some, later) = rest.split_at(fits_one_append(rest));
                recorded += self.record_expiry(class, some, on).await?;
                rest = later;
            }
        }
        Ok(recorded)
    }

    async fn record_expiry(&self, class: PersonalClass, some: &[Read], on: NaiveDate) -> Result<u64, Failure> {
        let kept: Vec<Kept> = some.iter().map(|read| read.kept.clone()).collect();
        let Some(first) = kept.first() else { return Ok(0) };
        let id = ErasureId(self.new_id());
        let key = format!("retention\n{on}\n{}\n{}", class.as_str(), first.target.subject);
        let call = CommandContext::of_system(ACTOR, &key);
        let done = self.govern(&call, None, None, |written| {
            let reference = written.reference;
            let today = reference.town_date(written.now);
            let Some(policy) = policy_of(reference, today) else { return Ok(0) };
            let Some(event) = erasure::expire(class, &kept, &known(reference, policy, today), on) else { return Ok(0) };
            let ErasureEvent::Requested(asked) = &event else { return Ok(0) };
            let subjects = asked.subjects.len() as u64;
            written.write(StreamId::of("erasure", id.0), [event])?;
            // An issue that is reopened meanwhile is looked at again.
            for (stream, version) in streams_of(some) {
                written.rely_on_version(stream.clone(), *version);
            }
            Ok(subjects)
        });
        match done.await? {
            Outcome::Done(done) => Ok(done.made),
            Outcome::Replayed(_) => Ok(0),
        }
    }

    /// What is kept of a reception: of each visitor, and each file that only issues point to, where one of its own is the
    /// first of them.
    async fn kept_of(&self, id: ReceptionId, published: &mut Published) -> Result<Vec<Read>, Failure> {
        let reception = self.reception(id, AsOf::Now).await?;
        let mut issues = Vec::with_capacity(reception.state.issue_ids.len());
        for issue_id in &reception.state.issue_ids {
            issues.push((*issue_id, self.issue(*issue_id, AsOf::Now).await?));
        }
        let mut kept = Vec::new();
        let endings = self.endings(&reception.state, &issues, published).await?;
        for (index, visitor) in (0_u32..).zip(&reception.state.visitors) {
            let Visitor::Named { subject } = visitor else { continue };
            let Some(seen) = self.of_visitor(&reception, id, subject).await? else { continue };
            kept.push(self.read(PartNamed::Visitor(index), seen, &issues, endings.clone()));
        }
        for (issue_id, issue) in &issues {
            for file in &issue.state.files {
                kept.extend(self.kept_file(file.file_id, *issue_id, published).await?);
            }
        }
        Ok(kept)
    }

    /// A file, told of at the first of the issues that point to it.
    async fn kept_file(&self, id: FileId, at: IssueId, published: &mut Published) -> Result<Option<Read>, Failure> {
        let named_by = self.mentions_of(id).await?;
        let of_issues = named_by.iter().filter(|stream| stream.family() == Issue::FAMILY);
        let of_issues: BTreeSet<_> = of_issues.filter_map(StreamId::uuid).map(IssueId).collect();
        // What anything else names shows how a duty was done, and stays.
        if of_issues.len() < named_by.len() || of_issues.first() != Some(&at) {
            return Ok(None);
        }
        let mut issues = Vec::with_capacity(of_issues.len());
        for issue_id in of_issues {
            issues.push((issue_id, self.issue(issue_id, AsOf::Now).await?));
        }
        let Some(seen) = self.of_file(&*self.file(id, AsOf::Now).await?, id).await? else { return Ok(None) };
        let mut endings = Vec::with_capacity(issues.len());
        for (_, issue) in &issues {
            endings.push(self.ending(&issue.state, published).await?);
        }
        let Some(reception_id) = issues.first().map(|(_, first)| first.state.reception_id) else { return Ok(None) };
        let mut read = self.read(PartNamed::File(id), seen, &issues, endings);
        // Whoever may see this reception need not see another one's issues.
        let here = |id: &IssueId| issues.iter().any(|(of, issue)| of == id && issue.state.reception_id == reception_id);
        read.issues.retain(|(id, _)| here(id));
        Ok(Some(read))
    }

    fn read(
        &self,
        part: PartNamed,
        seen: Seen,
        issues: &[(IssueId, Arc<Loaded<Issue>>)],
        endings: Vec<Ending>,
    ) -> Read {
        let zone = self.reference().time_zone();
        let mut streams = vec![(seen.stream, seen.version)];
        streams.extend(issues.iter().map(|(id, issue)| (StreamId::of("issue", id.0), issue.version)));
        Read {
            part,
            kept: Kept { target: seen.target, endings },
            issues: issues.iter().map(|(id, issue)| (*id, issue.state.number(zone))).collect(),
            streams,
        }
    }

    /// How everything that visitors of a reception came for came to its end; without an issue, it was over that day.
    async fn endings(
        &self,
        reception: &Reception,
        issues: &[(IssueId, Arc<Loaded<Issue>>)],
        published: &mut Published,
    ) -> Result<Vec<Ending>, Failure> {
        let mut endings = Vec::with_capacity(issues.len().max(1));
        for (_, issue) in issues {
            endings.push(self.ending(&issue.state, published).await?);
        }
        if endings.is_empty() {
            let on = self.reference().town_date(reception.held_at);
            let who: Vec<_> = reception.delegates.iter().map(|seat| seat.delegate_id).collect();
            let review_published = self.are_published(&who, on.year(), published).await?;
            endings.push(Ending { over_on: Some(on), review_published });
        }
        Ok(endings)
    }

    async fn ending(&self, issue: &Issue, published: &mut Published) -> Result<Ending, Failure> {
        let over_on = issue.over_at().map(|at| self.reference().town_date(at));
        let review_published = match over_on {
            Some(on) => {
                let mut who = issue.former_delegates.clone();
                who.push(issue.responsible_delegate_id);
                self.are_published(&who, on.year(), published).await?
            }
            None => false,
        };
        Ok(Ending { over_on, review_published })
    }

    /// Whether the results of a year are published of all of these people who are reviewed for it.
    async fn are_published(&self, who: &[DelegateId], year: i32, published: &mut Published) -> Result<bool, Failure> {
        let reference = self.reference();
        for id in who {
            let is_published = match published.get(&(*id, year)) {
                Some(known) => *known,
                None => {
                    let reviewed = reference.delegates.get(*id).is_some_and(|one| is_reviewed(one, year));
                    let appraisal = Appraisee::Delegate(*id).appraisal(year);
                    !reviewed || self.appraisal(appraisal, AsOf::Now).await?.state.published.is_some()
                }
            };
            published.insert((*id, year), is_published);
            if !is_published {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn policy_of(reference: &Reference, today: NaiveDate) -> Option<&Policy> {
    reference.policies.in_force(today)
}

fn known<'a>(reference: &'a Reference, policy: &'a Policy, today: NaiveDate) -> Known<'a> {
    Known { policy, erasures: &reference.erasures, holds: &reference.legal_holds, today }
}
