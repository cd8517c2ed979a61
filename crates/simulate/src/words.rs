//! Texts of the demonstration, put together from templates.

use super::dice::Dice;
use super::matters::Matter;
use super::phrases::{GIVEN_NAMES, SURNAMES};
use domain::vocabulary::Outcome;

/// The place and the numbers of one story, so that all its texts speak of the same.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// The unit's name.
    pub place: String,
    /// Which of the two things said.
    said: usize,
    n: u32,
    m: u32,
}

impl Scene {
    /// A scene at a place.
    pub(super) fn at(place: &str, dice: &mut Dice) -> Self {
        Self {
            place: place.to_owned(),
            said: usize::from(dice.chance(500)),
            n: dice.between(6, 28),
            m: dice.between(2, 9),
        }
    }

    /// A template with its blanks filled in.
    pub(super) fn fill(&self, template: &str) -> String {
        let numbered = template.replace("{n}", &self.n.to_string()).replace("{m}", &self.m.to_string());
        numbered.replace("{place}", &self.place)
    }

    /// What the visitor said.
    pub(super) fn said(&self, matter: &Matter) -> String {
        self.fill(matter.said[self.said])
    }

    /// The text of an answer, a report or a conclusion.
    pub(super) fn answer(&self, matter: &Matter, outcome: Outcome) -> String {
        let template = match outcome {
            Outcome::Resolved => matter.resolved[self.said],
            Outcome::Planned => matter.planned,
            Outcome::Explained => matter.explained,
            Outcome::Declined => "经研究，所提要求暂不能采纳，理由和依据已当面说明，并告知可以寻求的其他途径。",
        };
        self.fill(template)
    }
}

/// A visitor's name.
pub(super) fn name(dice: &mut Dice) -> String {
    format!("{}{}", dice.say(&SURNAMES), dice.say(&GIVEN_NAMES))
}

/// A number that no telephone has: mobile numbers do not begin with 100.
pub(super) fn phone(dice: &mut Dice) -> String {
    format!("100{:04}{:04}", dice.below(10_000), dice.below(10_000))
}
