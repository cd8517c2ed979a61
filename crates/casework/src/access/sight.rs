//! What of a thing's personal parts whoever reads is shown. Nothing outside this crate opens a box without one, so that the
//! compiler finds every place that does.

use crate::access::admission::thing_of;
use crate::access::asker::{Asker, Authority};
use crate::boxed::boxed;
use crate::casework::Casework;
use crate::personal::KeptBox;
use crate::read::loaded::{AsOf, Entity, Loaded};
use crate::write::failure::Failure;
use domain::access::{Action, Thing};
use domain::ids::AccountId;
use domain::personal_data::{masked_name, masked_number};
use domain::vocabulary::{PersonalClass, Purpose};
use event_store::Position;
use std::borrow::Borrow;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Who reads, what for, and which whole names they ask for. Nobody in particular reads no words once access rules are adopted.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// Whoever reads.
    pub asker: Option<Asker>,
    /// By which action.
    pub action: Option<Action>,
    /// What they say it is for.
    pub purpose: Option<Purpose>,
    /// Classes that they ask to see whole, which are masked otherwise.
    pub opens: BTreeSet<PersonalClass>,
    /// It is the answer to a command of theirs, which came when the log ended here: what it began they have just said
    /// themselves.
    pub commands: Option<Position>,
}

impl Reader {
    /// Whether it is the answer to a command of theirs that began it.
    pub(crate) fn began(&self, first: Position, begun_by: Option<AccountId>) -> bool {
        let account = self.asker.as_ref().map(|asker| asker.account);
        self.commands.is_some_and(|came| first > came) && account.is_some() && begun_by == account
    }
}

/// How much of a part is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing.
    Withheld,
    /// Enough to tell one person from another.
    Masked,
    /// All of it.
    Whole,
}

/// Why something is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// It is not theirs to see.
    NotTheirs,
    /// That they look at it could not be recorded.
    NotRecorded,
}

/// What of the personal parts of one thing is shown, by class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    narrative: Shown,
    identity: Shown,
    contact: Shown,
    file: Shown,
    why: Withheld,
}

impl Sight {
    /// Everything: before access rules are adopted, and to decisions.
    pub(crate) const WHOLE: Self = Self::of_all(Shown::Whole);
    /// Nothing, for whatever tells facts alone, such as a table.
    pub const NOTHING: Self = Self::of_all(Shown::Withheld);
    /// Who somebody is and how they are reached, as far as it tells one person from another: for whoever may see them.
    pub const MASKED: Self = Self { identity: Shown::Masked, contact: Shown::Masked, ..Self::NOTHING };
    /// What the town has published, of which everybody reads the words and nobody a name.
    pub const PUBLISHED: Self = Self { narrative: Shown::Whole, ..Self::NOTHING };

    /// One class and nothing else.
    pub(crate) const fn of_class(class: PersonalClass) -> Self {
        let nothing = Self::NOTHING;
        match class {
            PersonalClass::Narrative => Self { narrative: Shown::Whole, ..nothing },
            PersonalClass::Identity => Self { identity: Shown::Whole, ..nothing },
            PersonalClass::Contact => Self { contact: Shown::Whole, ..nothing },
            PersonalClass::File => Self { file: Shown::Whole, ..nothing },
        }
    }

    /// Nothing, since that it is looked at could not be recorded.
    pub(crate) const UNRECORDED: Self = Self { why: Withheld::NotRecorded, ..Self::NOTHING };

    const fn of_all(shown: Shown) -> Self {
        Self { narrative: shown, identity: shown, contact: shown, file: shown, why: Withheld::NotTheirs }
    }

    /// How much of a class is shown, by its name; nothing of one that nobody knows.
    pub fn of(&self, class: &str) -> Shown {
        PersonalClass::parse(class).map_or(Shown::Withheld, |class| self.shows(class))
    }

    /// How much of a class is shown.
    pub const fn shows(&self, class: PersonalClass) -> Shown {
        match class {
            PersonalClass::Narrative => self.narrative,
            PersonalClass::Identity => self.identity,
            PersonalClass::Contact => self.contact,
            PersonalClass::File => self.file,
        }
    }

    /// Shows nothing of a class, since that it is looked at could not be recorded.
    const fn withhold(&mut self, class: PersonalClass) {
        self.why = Withheld::NotRecorded;
        match class {
            PersonalClass::Narrative => self.narrative = Shown::Withheld,
            PersonalClass::Identity => self.identity = Shown::Withheld,
            PersonalClass::Contact => self.contact = Shown::Withheld,
            PersonalClass::File => self.file = Shown::Withheld,
        }
    }

    /// What of some boxes is withheld, and why; nothing where all of them are shown, be it masked.
    pub fn withholds<'a>(&self, boxes: impl IntoIterator<Item = &'a KeptBox>) -> Option<Withheld> {
        let any = boxes.into_iter().any(|kept| self.of(&kept.class) == Shown::Withheld);
        any.then_some(self.why)
    }

    /// Why words are withheld; nothing where they are shown.
    pub fn withholds_words(&self) -> Option<Withheld> {
        self.withholds_class(PersonalClass::Narrative)
    }

    /// Why a class is withheld; nothing where it is shown, be it masked.
    pub fn withholds_class(&self, class: PersonalClass) -> Option<Withheld> {
        (self.shows(class) == Shown::Withheld).then_some(self.why)
    }

    /// A text of a class as it is shown.
    pub fn text(&self, class: &str, text: &str) -> Option<String> {
        match (self.of(class), class) {
            (Shown::Withheld, _) => None,
            (Shown::Masked, "contact") => Some(masked_number(text)),
            (Shown::Masked, _) => Some(masked_name(text)),
            (Shown::Whole, _) => Some(text.to_owned()),
        }
    }
}

/// A thing as it is looked at: what recording that takes.
#[derive(Clone, Debug)]
pub struct LookedAt {
    /// Position of the first leaf of its stream.
    pub first: Position,
    /// The grid it lies in; nil where that is the town.
    pub area: Uuid,
    /// The account that began it.
    pub begun_by: Option<AccountId>,
    /// The classes that it has parts of.
    pub classes: BTreeSet<PersonalClass>,
}

impl LookedAt {
    /// A thing that was loaded.
    pub fn of<S: Entity>(loaded: &Loaded<S>) -> Self {
        let classes = loaded.boxes.iter().filter_map(|kept| PersonalClass::parse(&kept.class)).collect();
        let area = loaded.state.area().unwrap_or_default().0;
        Self { first: loaded.first, area, begun_by: loaded.begun_by, classes }
    }
}

impl Casework {
    /// What a reader is shown of a thing. That they look at it is on record when this returns.
    ///
    /// Errors: whatever keeps the thing, or what it hangs on, from being read.
    pub async fn sight<S: Entity>(&self, reader: &Reader, id: S::Id, loaded: &Loaded<S>) -> Result<Sight, Failure> {
        let sights = self.sights(reader, &[(id, loaded)]).await?;
        Ok(sights.first().copied().unwrap_or(Sight::NOTHING))
    }

    /// The same of several things, which are recorded together.
    pub async fn sights<S: Entity>(
        &self,
        reader: &Reader,
        things: &[(S::Id, &Loaded<S>)],
    ) -> Result<Vec<Sight>, Failure> {
        if !self.access_adopted() {
            return Ok(vec![Sight::WHOLE; things.len()]);
        }
        let mut sights = Vec::with_capacity(things.len());
        for (id, loaded) in things {
            if reader.began(loaded.first, loaded.begun_by) {
                sights.push((Sight::WHOLE, LookedAt::of(loaded)));
                continue;
            }
            // Rights are held against the thing of now, whatever moment it is shown at.
            let thing = async || {
                let now = self.load::<S>(*id, AsOf::Now).await?;
                Ok(thing_of(*id, &now))
            };
            sights.push((self.permitted(reader, thing).await?, LookedAt::of(loaded)));
        }
        Ok(self.looked_at(reader, sights).await)
    }

    /// What a reader is shown of a thing that is described where that decides.
    pub async fn sight_of<T: Borrow<Thing>>(
        &self,
        reader: &Reader,
        thing: impl AsyncFnOnce() -> Result<T, Failure>,
        looked_at: &LookedAt,
    ) -> Result<Sight, Failure> {
        if !self.access_adopted() {
            return Ok(Sight::WHOLE);
        }
        let mut sights = [self.permitted(reader, thing).await?];
        self.record_looks(reader, &mut sights, &[looked_at]).await;
        let [sight] = sights;
        Ok(sight)
    }

    /// What a reader is shown of rows that are within the scope of the list they ask for, where that is the scope of words
    /// too, but for roles that read none.
    #[boxed]
    pub async fn sight_of_rows(&self, reader: &Reader, rows: Vec<LookedAt>) -> Result<Sight, Failure> {
        if !self.access_adopted() {
            return Ok(Sight::WHOLE);
        }
        if self.withholds_rows(reader).is_some() {
            return Ok(Sight::NOTHING);
        }
        let sight = Sight { narrative: Shown::Whole, ..Sight::NOTHING };
        let seen = self.looked_at(reader, rows.into_iter().map(|row| (sight, row)).collect()).await;
        // One that could not be recorded is withheld with all others: they are one event.
        Ok(seen.iter().find(|seen| seen.narrative == Shown::Withheld).copied().unwrap_or(sight))
    }

    /// Why a reader is shown no words of the rows of a list, whichever they are.
    pub fn withholds_rows(&self, reader: &Reader) -> Option<Withheld> {
        let reads = |asker| self.authority(asker, Action::PersonalRead).is_ok();
        let shown = !self.access_adopted() || reader.asker.as_ref().is_some_and(reads);
        (!shown).then_some(Withheld::NotTheirs)
    }

    /// What the table gives a reader of a thing, which is read only where that decides.
    async fn permitted<T: Borrow<Thing>>(
        &self,
        reader: &Reader,
        thing: impl AsyncFnOnce() -> Result<T, Failure>,
    ) -> Result<Sight, Failure> {
        let Some(asker) = &reader.asker else { return Ok(Sight::NOTHING) };
        let Ok(reads) = self.authority(asker, Action::PersonalRead) else { return Ok(Sight::NOTHING) };
        let asks_to_open = !reader.opens.is_empty();
        let opens = if asks_to_open { self.authority(asker, Action::PersonalOpen).ok() } else { None };
        let all_is_theirs = reads.is_whole() && opens.as_ref().is_none_or(Authority::is_whole);
        let described = if all_is_theirs { None } else { Some(thing().await?) };
        let thing = described.as_ref().map(Borrow::borrow);
        if !self.reaches_described(&reads, Action::PersonalRead, thing).await? {
            return Ok(Sight::NOTHING);
        }
        let opens = match &opens {
            Some(opens) => self.reaches_described(opens, Action::PersonalOpen, thing).await?,
            None => false,
        };
        let of = |class| if opens && reader.opens.contains(&class) { Shown::Whole } else { Shown::Masked };
        Ok(Sight {
            narrative: Shown::Whole,
            identity: of(PersonalClass::Identity),
            contact: of(PersonalClass::Contact),
            file: Shown::Whole,
            why: Withheld::NotTheirs,
        })
    }

    /// Whether an authority reaches a thing, which is described where it does not reach everything.
    async fn reaches_described(
        &self,
        authority: &Authority,
        action: Action,
        thing: Option<&Thing>,
    ) -> Result<bool, Failure> {
        match thing {
            _ if authority.is_whole() => Ok(true),
            Some(thing) => self.reaches(authority, action, thing).await,
            None => Ok(false),
        }
    }

    /// What is shown of things as they are looked at, on record when this returns.
    pub(crate) async fn looked_at(&self, reader: &Reader, things: Vec<(Sight, LookedAt)>) -> Vec<Sight> {
        let (mut sights, things): (Vec<Sight>, Vec<LookedAt>) = things.into_iter().unzip();
        self.record_looks(reader, &mut sights, &things.iter().collect::<Vec<_>>()).await;
        sights
    }

    /// Records what is looked at for the first time today, class by class. What cannot be recorded is not shown.
    async fn record_looks(&self, reader: &Reader, sights: &mut [Sight], things: &[&LookedAt]) {
        let Some(asker) = &reader.asker else { return };
        let today = self.reference().town_date(self.now());
        for class in PersonalClass::ALL.iter().copied() {
            let is_shown = |(sight, thing): (&Sight, &LookedAt)| {
                sight.shows(class) == Shown::Whole
                    && thing.classes.contains(&class)
                    && !reader.began(thing.first, thing.begun_by)
            };
            let both = sights.iter().zip(things.iter().copied());
            let looked: Vec<&LookedAt> = both.filter(|both| is_shown(*both)).map(|(_, thing)| thing).collect();
            if looked.is_empty() || self.record_view(reader, asker, (today, class), &looked).await {
                continue;
            }
            for (sight, thing) in sights.iter_mut().zip(things.iter().copied()) {
                if is_shown((sight, thing)) {
                    sight.withhold(class);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_part_tells_one_person_from_another_and_no_more() {
        let masked = Sight::MASKED;
        assert_eq!(masked.text("identity", "王小明").as_deref(), Some("王**"));
        assert_eq!(masked.text("contact", "13800001234").as_deref(), Some("138****1234"));
        assert_eq!(masked.text("narrative", "楼道灯不亮"), None);
    }

    #[test]
    fn nothing_is_told_of_a_class_that_nobody_knows() {
        assert_eq!(Sight::WHOLE.of("secret"), Shown::Withheld);
        assert_eq!(Sight::WHOLE.text("narrative", "楼道灯不亮").as_deref(), Some("楼道灯不亮"));
        assert_eq!(Sight::NOTHING.withholds_words(), Some(Withheld::NotTheirs));
        assert_eq!(Sight::PUBLISHED.withholds_words(), None);
    }
}
