//! A figure: what an indicator says of a delegate or a grid. Never a fraction: whoever reads it divides.

use crate::vocabulary::Indicator;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// How many count.
    pub n: u64,
    /// Of how many.
    pub of: u64,
}

impl Ratio {
    pub(super) fn take(&mut self, counts: bool) {
        self.of += 1;
        self.n += u64::from(counts);
    }

    pub(super) fn add(&mut self, more: Self) {
        self.n += more.n;
        self.of += more.of;
    }
}

/// An indicator with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Which.
    pub indicator: Indicator,
    /// What it says.
    pub measure: Measure,
}

/// Values of indicators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The events that decide it do not exist yet.
    Unavailable,
    /// A share.
    Share(Ratio),
    /// A share with a target in thousandths.
    Targeted(Ratio, u32),
    /// Working days at a rank of so many members; each part ranked on its own.
    WorkingDays {
        /// From the clock's start to the delivery.
        n: u32,
        /// Members.
        of: u64,
        /// In the delegate's hands.
        delegate: u32,
        /// With the major-issue process.
        unit: u32,
        /// While the clock stood still.
        suspended: u32,
    },
    /// What visitors say.
    Satisfied(Satisfied),
    /// A share, and of the same members those that somebody made use of.
    Used {
        /// The share.
        share: Ratio,
        /// Referred to, or taken up.
        referenced: Ratio,
    },
}

/// The satisfaction of those who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Satisfied {
    /// Satisfied or basically so, of the responses.
    pub content: Ratio,
    /// The same with the policy's weights, in thousandths of a response.
    pub weighted: Ratio,
    /// Responses, of the answers whose time for feedback is over.
    pub responses: Ratio,
    /// Bounds of the share of `content` in thousandths; nothing without responses.
    pub wilson_95_permille: Option<(u32, u32)>,
    /// False where the responses are too few for a comparison.
    pub ranked: bool,
}
