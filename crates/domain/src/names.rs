//! Which things bear a name, by the key that names are compared by, and which bore it before they were given another.

use std::collections::BTreeMap;

/// The names of the things of one family, in the order in which they were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names<Key, Id> {
    borne: BTreeMap<Key, Vec<Id>>,
    given_up: BTreeMap<Key, Vec<Id>>,
}

impl<Key, Id> Default for Names<Key, Id> {
    fn default() -> Self {
        Self { borne: BTreeMap::new(), given_up: BTreeMap::new() }
    }
}

impl<Key: Ord, Id: Copy + PartialEq> Names<Key, Id> {
    /// A thing has its first name.
    pub fn give(&mut self, name: Key, id: Id) {
        self.borne.entry(name).or_default().push(id);
    }

    /// A thing has another name from now on. By the one before it is known still.
    pub fn change(&mut self, before: Key, name: Key, id: Id) {
        if before == name {
            return;
        }
        for left in [self.borne.get_mut(&before), self.given_up.get_mut(&name)].into_iter().flatten() {
            left.retain(|bearer| *bearer != id);
        }
        let given_up = self.given_up.entry(before).or_default();
        if !given_up.contains(&id) {
            given_up.push(id);
        }
        self.give(name, id);
    }

    /// What bears a name.
    pub fn bearing(&self, name: &Key) -> &[Id] {
        self.borne.get(name).map_or(&[], Vec::as_slice)
    }

    /// What bore a name and bears another.
    pub fn once_bearing(&self, name: &Key) -> &[Id] {
        self.given_up.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Puts another name in the place of one, which joins the former ones; what is borne again leaves them.
pub fn rename(name: &mut String, former: &mut Vec<String>, to: &str) {
    former.push(std::mem::replace(name, to.to_owned()));
    former.retain(|known| known != to);
}

/// A name and the former ones, in this order.
pub fn all<'a>(name: &'a str, former: &'a [String]) -> impl Iterator<Item = &'a str> {
    std::iter::once(name).chain(former.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who bears a name, and who did.
    fn of(names: &Names<&'static str, u8>, name: &'static str) -> (Vec<u8>, Vec<u8>) {
        (names.bearing(&name).to_vec(), names.once_bearing(&name).to_vec())
    }

    #[test]
    fn a_thing_is_known_by_each_of_its_names_and_bears_the_last() {
        let mut names = Names::default();
        names.give("a", 1);
        names.give("a", 2);
        names.change("a", "b", 1);
        names.change("b", "c", 1);
        assert_eq!(
            ["a", "b", "c"].map(|name| of(&names, name)),
            [(vec![2], vec![1]), (vec![], vec![1]), (vec![1], vec![]),]
        );
        // The way back: what is borne again is not given up.
        names.change("c", "a", 1);
        assert_eq!(
            ["a", "b", "c"].map(|name| of(&names, name)),
            [(vec![2, 1], vec![]), (vec![], vec![1]), (vec![], vec![1]),]
        );
    }

    #[test]
    fn the_present_name_is_never_among_the_former() {
        let (mut name, mut former) = ("a".to_owned(), Vec::new());
        for to in ["b", "c", "a"] {
            rename(&mut name, &mut former, to);
        }
        assert_eq!((name.as_str(), former), ("a", vec!["b".to_owned(), "c".to_owned()]));
    }

    #[test]
    fn another_way_of_writing_is_no_other_name() {
        let mut names = Names::default();
        names.give("a", 1);
        names.change("a", "a", 1);
        assert_eq!(of(&names, "a"), (vec![1], vec![]));
    }
}
