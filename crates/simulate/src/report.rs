//! What a story came to, and three questions worth asking it.

use super::town::Town;
use casework::Failure;
use casework::loaded::AsOf;
use domain::ids::IssueId;
use domain::language::Language;
use domain::vocabulary::{IssueState, Lateness, MajorIssueState};
use std::collections::{BTreeMap, BTreeSet};

/// What was told.
#[derive(Clone, Debug)]
pub struct Report {
    /// Sessions whose rotas were published.
    pub sessions: usize,
    /// Receptions recorded.
    pub receptions: usize,
    /// Issues raised.
    pub issues: usize,
    /// Breaches of obligations that the clock found.
    pub breaches: u64,
    /// Issues by the state they are in now.
    pub by_state: BTreeMap<IssueState, usize>,
    /// Open issues by how they stand against their due date today.
    pub by_lateness: BTreeMap<Lateness, usize>,
    /// Major issues.
    pub major_issues: usize,
    /// Major issues by the state they are in now.
    pub major_issues_by_state: BTreeMap<MajorIssueState, usize>,
    /// States in which issues were seen on the way.
    pub issue_states_seen: BTreeSet<IssueState>,
    /// States in which major issues were seen on the way.
    pub major_issue_states_seen: BTreeSet<MajorIssueState>,
    /// Commands that were recorded after the people had been set up.
    pub steps: usize,
    /// Commands that a rule refused, by what the refusal said. They are left out of the story.
    pub refused: BTreeMap<String, usize>,
    /// Leaves in the log.
    pub leaves: u64,
    /// The issue with the longest story: escalated to L3 or above and reopened, if there is one.
    pub long_story: Option<IssueId>,
    /// An open issue that is past its due date.
    pub overdue: Option<IssueId>,
    /// Whether the story was broken off before its end.
    pub broken_off: bool,
}

impl Report {
    /// How many commands were refused.
    pub fn refusals(&self) -> usize {
        self.refused.values().sum()
    }
}

impl Town<'_> {
    /// Counts what the story came to.
    pub(super) async fn report(mut self) -> Result<Report, Failure> {
        let reference = self.casework.reference();
        let today = self.today();
        let mut by_lateness = BTreeMap::new();
        let mut overdue = None;
        for story in self.stories.issues().values() {
            let loaded = self.casework.issue(story.id, AsOf::Now).await?;
            let issue = &loaded.state;
            self.tally.ended(story.id, issue);
            if issue.is_open() {
                let rules = reference.rules(issue.policy, self.now)?;
                let lateness = domain::deadline::lateness(issue, rules.policy, &reference.calendars, today);
                *by_lateness.entry(lateness).or_default() += 1;
                if lateness == Lateness::Overdue {
                    overdue = Some(story.id);
                }
            }
        }
        for major in self.stories.majors().values() {
            let loaded = self.casework.major_issue(major.id, AsOf::Now).await?;
            self.tally.ended_major(&loaded.state);
        }
        Ok(Report {
            sessions: self.sessions.begun(),
            receptions: self.tally.receptions,
            issues: self.stories.issues_begun(),
            breaches: self.tally.breaches,
            by_state: self.tally.by_state,
            by_lateness,
            major_issues: self.stories.majors_begun(),
            major_issues_by_state: self.tally.major_issues_by_state,
            issue_states_seen: self.tally.issue_states,
            major_issue_states_seen: self.tally.major_issue_states,
            steps: self.tally.happened,
            refused: self.tally.refused,
            leaves: self.casework.store.head().position.0,
            long_story: self.tally.longest.map(|(_, id)| id),
            overdue,
            broken_off: self.tally.broken_off,
        })
    }
}

/// Three commands worth trying, each with a line that says what it shows. `base` is like `http://127.0.0.1:8080`.
pub fn curl_lines(report: &Report, base: &str, token: &str, language: Language) -> [String; 3] {
    let line = |zh: &str, en: &str, path: &str| {
        format!("# {}\ncurl -s -H 'Authorization: Bearer {token}' '{base}{path}'", language.pick(zh, en))
    };
    let one = |id: Option<IssueId>| id.map_or_else(|| "/v1/issues?limit=1".to_owned(), |id| format!("/v1/issues/{id}"));
    let part = |id: Option<IssueId>, part: &str| match id {
        Some(_) => format!("{}/{part}", one(id)),
        None => one(id),
    };
    [
        line(
            "已逾期、尚未答复的事项",
            "Issues past their due date and not answered yet",
            "/v1/issues?lateness=overdue&sort=due&limit=10",
        ),
        line(
            "一件事项的全部经过：上报、答复、重办",
            "The whole history of one issue: escalated, answered, reopened",
            &part(report.long_story, "events"),
        ),
        line(
            "一件逾期事项的期限从何而来",
            "Where the due date of an overdue issue comes from",
            &part(report.overdue, "deadline"),
        ),
    ]
}
