//! Boxes opened that were read from the log.

use crate::boxed::{Boxed, boxed};
use crate::casework::Casework;
use crate::erasures::personal;
use crate::personal::{BoxAt, Each, KeptBox, Part, Person, open, open_boxes, open_each};
use crate::write::failure::Failure;
use domain::refusal::{Code, Refusal};
use event_store::{Class, KeyId, LogError, Opening, SubjectId};

impl Casework {
    /// Opens boxes that were read from the log. What does not open there is damage of the record, and noted as such.
    pub(crate) fn open_recorded<'a>(&'a self, kept: &'a [KeptBox]) -> Boxed<'a, Result<Vec<Part>, LogError>> {
        Box::pin(async move {
            let places: Vec<_> = kept.iter().map(KeptBox::place).collect();
            open(&self.store, &self.keys, &|id, gone| self.is_erased(id, gone), &places)
                .await
                .inspect_err(|error| self.note(error))
        })
    }

    /// Opens boxes of which copies lie elsewhere, such as in the rows of a list: whether they or the log are to blame where one
    /// does not open is for the caller to find out.
    #[boxed]
    pub async fn open_copies(&self, places: &[BoxAt<'_>]) -> Result<Vec<Part>, LogError> {
        open(&self.store, &self.keys, &|id, gone| self.is_erased(id, gone), places).await
    }

    /// The same of boxes where they lie.
    pub(crate) fn open_places<'a>(
        &'a self,
        places: &'a [BoxAt<'a>],
    ) -> Boxed<'a, Result<Vec<Option<Opening>>, LogError>> {
        Box::pin(async move {
            let opened = open_boxes(&self.store, &self.keys, &|id, gone| self.is_erased(id, gone), places).await;
            opened.inspect_err(|error| self.note(error))
        })
    }

    /// The same of each by itself, with what is damaged noted, and told in its place.
    pub(crate) fn open_each<'a>(&'a self, places: &'a [BoxAt<'a>]) -> Boxed<'a, Result<Vec<Each>, LogError>> {
        Box::pin(async move {
            let opened = open_each(&self.store, &self.keys, &|id, gone| self.is_erased(id, gone), places).await?;
            opened.iter().filter_map(|one| one.as_ref().err()).for_each(|why| self.store.note_damage(why));
            Ok(opened)
        })
    }

    /// What boxes say, each by itself; nothing of one that is damaged.
    pub(crate) async fn parts_that_open(&self, kept: &[KeptBox]) -> Result<Vec<Option<Part>>, LogError> {
        let places: Vec<_> = kept.iter().map(KeptBox::place).collect();
        let said = |one: Each| match one {
            Ok(Some(opening)) => opening.json().ok().map(Part::Open),
            Ok(None) => Some(Part::Erased),
            Err(_) => None,
        };
        Ok(self.open_each(&places).await?.into_iter().map(said).collect())
    }

    /// Somebody of whom a part of this class is in the log.
    ///
    /// Errors: [`Code::PersonErased`] where the log says, or has decided, that it is erased.
    pub(crate) async fn person(&self, subject: SubjectId, class: Class) -> Result<Person, Failure> {
        self.unless_erased(subject, class)?;
        let known = Person::known(&self.store, &self.keys, subject, class).await;
        Ok(known.inspect_err(|error| self.note(error))?)
    }

    /// Somebody of whom only parts of other classes are in the log.
    ///
    /// Errors: as those of [`Casework::person`].
    pub(crate) fn person_with_more(&self, subject: SubjectId, class: Class) -> Result<Person, Failure> {
        self.unless_erased(subject, class)?;
        Ok(Person::with_more(subject))
    }

    fn unless_erased(&self, subject: SubjectId, class: Class) -> Result<(), Failure> {
        let is_decided = self.reference().erasures.is_decided(&subject.to_string(), personal(class));
        if is_decided { Err(Refusal::new(Code::PersonErased).into()) } else { Ok(()) }
    }

    /// Whether the log says now that somebody's parts of a class were erased, or, where their key is gone, will be.
    pub(crate) fn is_erased(&self, id: KeyId, gone: bool) -> bool {
        let reference = self.reference();
        let erasures = &reference.erasures;
        let (Some(class), true) = (id.class, erasures.any()) else { return false };
        let (subject, class) = (id.subject.to_string(), personal(class));
        if gone { erasures.is_decided(&subject, class) } else { erasures.is_erased(&subject, class) }
    }

    fn note(&self, error: &LogError) {
        if let LogError::Damaged(why) = error {
            self.store.note_damage(why);
        }
    }
}
