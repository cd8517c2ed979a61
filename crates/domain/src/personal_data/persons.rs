//! Whose data is exported.

use crate::refusal::{Code, Refusal};

/// Those whose data somebody wants: one at least, and nobody twice, however each is named. Whom nobody is, is nothing here.
///
/// Errors: [`Code::Missing`] at `/persons`; [`Code::Duplicate`] at `/persons/<n>` for each who stands there before.
pub fn persons_fit<P: PartialEq>(persons: &[Option<P>]) -> Vec<Refusal> {
    if persons.is_empty() {
        return vec![Refusal::new(Code::Missing).at("/persons")];
    }
    let is_again = |n: &usize| persons[*n].is_some() && persons[..*n].contains(&persons[*n]);
    let again = (0..persons.len()).filter(is_again);
    again.map(|n| Refusal::new(Code::Duplicate).at(format!("/persons/{n}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(persons: &[Option<u32>]) -> Vec<(Code, Option<String>)> {
        persons_fit(persons).into_iter().map(|refusal| (refusal.code, refusal.pointer)).collect()
    }

    #[test]
    fn one_person_at_least_is_named_and_each_once() {
        let at = |code, pointer: &str| (code, Some(pointer.to_owned()));
        assert_eq!(said(&[]), [at(Code::Missing, "/persons")]);
        assert_eq!(said(&[Some(1), Some(2)]), []);
        let again = [at(Code::Duplicate, "/persons/2"), at(Code::Duplicate, "/persons/3")];
        assert_eq!(said(&[Some(1), Some(2), Some(1), Some(1)]), again);
        // Two of whom nobody is known are not one.
        assert_eq!(said(&[None, Some(1), None]), []);
    }
}
