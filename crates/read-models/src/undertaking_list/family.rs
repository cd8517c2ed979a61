//! Of which families undertakings are.

/// The families of undertakings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UndertakingFamily {
    /// Outreach, consultations, theme activities, symposia (C-3.2, C-3.3, C-4.2, C-4.3b).
    Activity,
    /// Quarterly meetings and those between them (C-4.3a).
    Meeting,
    /// Studies and inspections (C-3.5).
    Study,
    /// Deeds (C-3.4).
    Deed,
    /// Appointments (C-3.1).
    Appointment,
    /// Typical cases (C-5.3).
    TypicalCase,
}

impl UndertakingFamily {
    /// The name of their streams.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Meeting => "meeting",
            Self::Study => "study",
            Self::Deed => "deed",
            Self::Appointment => "appointment",
            Self::TypicalCase => "typical_case",
        }
    }
}
