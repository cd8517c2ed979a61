//! The rows of the table: what is asked of whom.

use crate::questions;

/// What is asked, again and again but never the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    BareGet,
    BarePost,
    BareCommit,
    UmaDb,
    /// The same through its own client.
    UmaDbClient,
    Receptions,
    Answers,
    Issue,
    /// The same, after every issue was asked for once.
    IssueWarm,
    History,
    List,
    Grids,
    Dashboards,
    Mix,
    Feed,
    /// One of [`questions::NAMES`] by itself.
    Question(usize),
    /// Receptions of many issues, so that there are enough to be answered; never shown.
    Stock,
    /// Each issue once; never shown.
    EachIssue,
}

impl Row {
    pub const IN_TABLE: [Self; 15] = [
        Self::BareGet,
        Self::BarePost,
        Self::BareCommit,
        Self::UmaDb,
        Self::UmaDbClient,
        Self::Receptions,
        Self::Answers,
        Self::Issue,
        Self::IssueWarm,
        Self::History,
        Self::List,
        Self::Grids,
        Self::Dashboards,
        Self::Mix,
        Self::Feed,
    ];

    /// The rows measured at every number of connections.
    pub const MAIN: [Self; 9] = [
        Self::BareGet,
        Self::BarePost,
        Self::BareCommit,
        Self::UmaDb,
        Self::Receptions,
        Self::Answers,
        Self::Issue,
        Self::Mix,
        Self::Feed,
    ];

    /// As it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::BareGet => "bare-get",
            Self::BarePost => "bare-post",
            Self::BareCommit => "bare-commit",
            Self::UmaDb => "umadb",
            Self::UmaDbClient => "umadb-client",
            Self::Receptions => "receptions",
            Self::Answers => "answers",
            Self::Issue => "issue",
            Self::IssueWarm => "issue-warm",
            Self::History => "history",
            Self::List => "list",
            Self::Grids => "grids",
            Self::Dashboards => "dashboards",
            Self::Mix => "mix",
            Self::Feed => "feed",
            Self::Question(at) => questions::NAMES[at],
            Self::Stock => "stock",
            Self::EachIssue => "each-issue",
        }
    }

    pub fn named(name: &str) -> Self {
        let questions = (0..questions::NAMES.len()).map(Self::Question);
        let known: Vec<Self> = Self::IN_TABLE.into_iter().chain(questions).collect();
        let names = || known.iter().map(|row| row.name()).collect::<Vec<_>>().join(", ");
        known.iter().copied().find(|row| row.name() == name).unwrap_or_else(|| panic!("{name}: rows are {}", names()))
    }

    /// As it is called in the table.
    pub fn label(self) -> &'static str {
        match self {
            Self::BareGet => "bare `GET`, as many bytes as an issue",
            Self::BarePost => "bare `POST`, strict JSON, the receptions' bodies",
            Self::BareCommit => "bare `POST`, and the body in a raw file, one `fdatasync` a group",
            Self::UmaDb => "UmaDB, conditional append of two events",
            Self::UmaDbClient => "the same through its own client for Python",
            Self::Receptions => "`POST /v1/receptions`, one issue",
            Self::Answers => "`POST /v1/issues/{id}/answers`",
            Self::Issue => "`GET /v1/issues/{id}`",
            Self::IssueWarm => "the same, each asked for once before",
            Self::History => "`GET /v1/issues/{id}/events`",
            Self::List => "lists of 50 issues, six kinds",
            Self::Grids => "`GET /v1/dashboards/grids`",
            Self::Dashboards => "dashboards, six kinds",
            Self::Mix => "the mix of an afternoon",
            Self::Feed => "the whole log as NDJSON, 1,000 a page (events)",
            Self::Question(at) => questions::NAMES[at],
            Self::Stock | Self::EachIssue => "",
        }
    }

    /// Whether the log grows by it.
    pub fn writes(self) -> bool {
        matches!(self, Self::Receptions | Self::Answers | Self::Mix)
    }

    /// What does as little as can be done for such a request.
    pub fn bare(self) -> Option<Self> {
        match self {
            Self::BareGet
            | Self::BarePost
            | Self::UmaDb
            | Self::UmaDbClient
            | Self::Feed
            | Self::Stock
            | Self::EachIssue => None,
            Self::BareCommit | Self::Receptions | Self::Answers => Some(Self::BarePost),
            Self::Issue
            | Self::IssueWarm
            | Self::History
            | Self::List
            | Self::Grids
            | Self::Dashboards
            | Self::Mix
            | Self::Question(_) => Some(Self::BareGet),
        }
    }

    /// Whether it is asked of the product.
    pub fn of_the_product(self) -> bool {
        !matches!(self, Self::BareGet | Self::BarePost | Self::BareCommit) && !self.of_umadb()
    }

    /// Whether UmaDB is needed for it.
    pub fn of_umadb(self) -> bool {
        matches!(self, Self::UmaDb | Self::UmaDbClient)
    }
}
