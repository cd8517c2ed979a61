//! The annual review of a year (C-5.2): opened, reported on, frozen, voted on, disputed, its results set and published. The Party
//! delegates are real people: they report, and that is all; who is graded is invented.

use super::dice::Dice;
use super::doing::begun;
use super::people;
use super::review_story::ReviewStep;
use super::steps::Effect;
use super::town::{Action, Town};
use casework::annual_reviews::{AppraisalDraft, NewAdjustment, NewDispute, NewFreeze, NewReport, NewVote, ReviewYear};
use casework::loaded::{AsOf, Entity as _};
use casework::reviews::Streams;
use casework::{CommandContext, Failure};
use chrono::{DateTime, Utc};
use domain::activity::Activity;
use domain::appraisal::{Appraisal, Appraisee, Base, VoteDraft};
use domain::clock;
use domain::deed::Deed;
use domain::ids::{
    ActivityId, AppraisalId, DeedId, DelegateId, IssueId, MeetingId, ReceptionId, SessionId, StudyId, TypicalCaseId,
};
use domain::issue::Issue;
use domain::meeting::Meeting;
use domain::reception::Reception;
use domain::review::{RuleSet, Subject};
use domain::session::Session;
use domain::study::Study;
use domain::typical_case::TypicalCase;
use domain::vocabulary::{AppraisedBy, DelegateType, Grade, Indicator, Role};
use event_store::{Filter, Position};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Chance of its own, whatever else is told.
const DICE: u64 = 0x0A22_0A15;
/// Leaves looked at in one go.
const PAGE: usize = 4096;
/// The figure that is disputed.
const DISPUTED: Indicator = Indicator::OnTime;

/// What a step of a review came to, and what follows.
pub(super) struct Reviewed {
    did: Effect,
    then: Vec<(DateTime<Utc>, ReviewStep)>,
    /// The figure that may be disputed, as it was frozen, by delegate.
    frozen: HashMap<DelegateId, Base>,
}

impl Reviewed {
    fn then(then: Vec<(DateTime<Utc>, ReviewStep)>) -> Self {
        Self { did: Effect::Happened, then, frozen: HashMap::new() }
    }

    fn moot() -> Self {
        Self { did: Effect::Moot, ..Self::then(Vec::new()) }
    }
}

/// Whether what the first of some deputies says against a figure is upheld, where one does.
const fn upheld(grid: usize) -> Option<bool> {
    match grid % 3 {
        0 => Some(true),
        1 => Some(false),
        _ => None,
    }
}

impl Town<'_> {
    /// Does a step of the review of a year.
    pub(super) async fn do_review(&self, step: &ReviewStep) -> Result<Reviewed, Failure> {
        let (year, place) = step.place();
        let grid = step.grid();
        let thing = grid.map_or(0, |grid| u64::try_from(grid).unwrap_or(0) + 1);
        let mut dice = Dice::of(self.seed ^ DICE ^ u64::from(year.unsigned_abs()), thing, place);
        let dice = &mut dice;
        let call = |role: Role, part: &str| {
            let key = format!("review/{year}/{place}/{thing}/{part}");
            let desk = grid.and_then(|grid| self.people.grids.get(grid));
            people::call(desk.map_or(self.people.studio.1, |desk| desk.account), role, &key)
        };
        let office = |part: &str| {
            let key = format!("review/{year}/{place}/{thing}/{part}");
            people::call(self.people.congress_office.1, Role::CongressOffice, &key)
        };
        let at = Some(self.claimed(dice));
        let (of_year, casework) = (ReviewYear(year), self.casework);
        let of = |delegate_id| AppraisalDraft { year: of_year, delegate_id };
        match *step {
            ReviewStep::Open(_) => {
                casework.open_review(&office("open"), of_year, at).await?;
                Ok(Reviewed::then(Vec::new()))
            }
            ReviewStep::Report(_, grid) => {
                for (index, delegate) in self.reporting(grid).into_iter().enumerate() {
                    if dice.chance(60) {
                        continue;
                    }
                    let said = "全年按排班参加接待，走访村居，答复群众意见，领办实事按期推进。".to_owned();
                    let new = NewReport { liaison_service: Some(said), other: None, file_ids: Vec::new(), at };
                    casework.submit_report(&call(Role::Delegate, &index.to_string()), of(delegate), &new).await?;
                }
                Ok(Reviewed::then(Vec::new()))
            }
            ReviewStep::Freeze(_) => self.freeze(of_year, &office("freeze"), dice).await,
            ReviewStep::Vote(_, grid) => {
                for (index, delegate) in self.graded(grid).into_iter().enumerate() {
                    let ballots = BTreeMap::from([
                        (Grade::Excellent, dice.between(5, 40)),
                        (Grade::Competent, dice.between(10, 30)),
                        (Grade::BasicallyCompetent, dice.between(0, 4)),
                    ]);
                    let by = if dice.chance(700) { AppraisedBy::Voters } else { AppraisedBy::Peers };
                    let new = NewVote { vote: VoteDraft { by, held_on: self.today(), ballots }, at };
                    casework.appraise(&office(&index.to_string()), of(delegate), &new).await?;
                }
                Ok(Reviewed::then(Vec::new()))
            }
            ReviewStep::Dispute(_, grid) => {
                // Who was late with nothing has nothing to say against that figure.
                let late = |who: &DelegateId| self.appraised.0.get(who).is_some_and(|base| base.n < base.of);
                let Some(delegate) = self.graded(grid).into_iter().find(late) else { return Ok(Reviewed::moot()) };
                let text = "有一件事项由本人按时答复，系统中记为逾期，请核对。".to_owned();
                let new = NewDispute { indicator: DISPUTED, of: None, text, at };
                let raised =
                    begun(casework.dispute_entry(&call(Role::Delegate, "dispute"), of(delegate), &new).await?)?;
                let Some(dispute) = raised.loaded.state.disputes.last() else { return Ok(Reviewed::moot()) };
                let next = ReviewStep::DecideDispute(year, grid, delegate, dispute.id);
                Ok(Reviewed::then(vec![(self.in_days(dice, 1, 3), next)]))
            }
            ReviewStep::DecideDispute(_, grid, delegate, dispute) => {
                let upheld = upheld(grid) == Some(true);
                let text = if upheld {
                    "经核对，当日已当面答复，录入有误，异议成立。"
                } else {
                    "经核对，答复晚于期限，指标无误。"
                };
                let said = (upheld, text);
                casework.decide_dispute(&office("decide"), of(delegate), dispute, said, at).await?;
                let next = ReviewStep::Adjust(year, grid, delegate, dispute);
                let at = self.in_days(dice, 0, 1);
                Ok(Reviewed::then(if upheld { vec![(at, next)] } else { Vec::new() }))
            }
            ReviewStep::Adjust(_, _, delegate, dispute) => {
                let Some(base) = self.appraised.0.get(&delegate).copied() else { return Ok(Reviewed::moot()) };
                let more = i64::from(base.n < base.of);
                let new = NewAdjustment {
                    indicator: DISPUTED,
                    deltas: (more, 0),
                    dispute_id: Some(dispute),
                    reason: "按成立的异议，按时答复增加一件。".to_owned(),
                    at,
                };
                casework.adjust_figure(&office("adjust"), of(delegate), &new, Some(base)).await?;
                Ok(Reviewed::then(Vec::new()))
            }
            ReviewStep::SetResults(_, grid) => {
                for (index, delegate) in self.graded(grid).into_iter().enumerate() {
                    let appraisal = Appraisee::Delegate(delegate).appraisal(year);
                    let appraisal = casework.appraisal(appraisal, AsOf::Now).await?;
                    let state = &appraisal.state;
                    if state.report.is_none() || state.votes.is_empty() {
                        continue;
                    }
                    let grades = [(30, Grade::Excellent), (65, Grade::Competent), (5, Grade::BasicallyCompetent)];
                    let grade = dice.weighed(&grades, Grade::Competent);
                    let text = Some("依据履职情况和测评结果评定（演示）。");
                    casework.set_result(&office(&index.to_string()), of(delegate), grade, text, at).await?;
                }
                let next = (self.in_days(dice, 1, 3), ReviewStep::PublishResults(year, grid));
                Ok(Reviewed::then(vec![next]))
            }
            ReviewStep::PublishResults(_, grid) => {
                for (index, delegate) in self.graded(grid).into_iter().enumerate() {
                    let appraisal = Appraisee::Delegate(delegate).appraisal(year);
                    if casework.appraisal(appraisal, AsOf::Now).await?.state.result.is_some() {
                        casework.publish_result(&office(&index.to_string()), of(delegate), at).await?;
                    }
                }
                Ok(Reviewed::then(Vec::new()))
            }
        }
    }

    /// After a step of a review.
    pub(super) fn follow_review(&mut self, step: ReviewStep, done: Reviewed) {
        self.count(done.did);
        for who in step.grid().into_iter().flat_map(|grid| self.reporting(grid)).collect::<Vec<_>>() {
            self.watch.changed(clock::Subject::DelegateYear(who, step.place().0));
        }
        self.appraised.0.extend(done.frozen);
        for (at, step) in done.then {
            self.queue.put(at, Action::Review(step));
        }
    }

    /// The delegates of a grid.
    fn reporting(&self, grid: usize) -> Vec<DelegateId> {
        DelegateType::ALL.iter().flat_map(|kind| self.in_office(grid, *kind)).collect()
    }

    /// Those of them who are invented.
    fn graded(&self, grid: usize) -> Vec<DelegateId> {
        self.in_office(grid, DelegateType::Deputy)
    }

    /// The figures of everybody are frozen; votes, disputes and results follow.
    async fn freeze(&self, year: ReviewYear, call: &CommandContext, dice: &mut Dice) -> Result<Reviewed, Failure> {
        let new = NewFreeze { position: None, rule_set: RuleSet::NEWEST, at: None };
        let freezable = begun(self.casework.may_freeze(call, year, &new).await?)?;
        let frame = &freezable.frame;
        let tallies = self.casework.review(frame, self.streams(frame.position).await?).await?;
        let digests = (self.digests)(frame, &tallies)?;
        let review = begun(self.casework.freeze_review(call, year, &freezable, digests, None).await?)?;
        let reference = self.casework.reference();
        let over_on = review.loaded.state.disputes_over_on(&reference.policies, &reference.calendars);
        let grids = 0..self.people.grids.len();
        let mut then = Vec::new();
        for grid in grids.clone() {
            then.push((self.in_days(dice, 2, 6), ReviewStep::Vote(year.0, grid)));
            if upheld(grid).is_some() {
                then.push((self.in_days(dice, 1, 5), ReviewStep::Dispute(year.0, grid)));
            }
            let over_on = over_on.unwrap_or_else(|| self.today());
            then.push((self.after(dice, over_on, 0, 6), ReviewStep::SetResults(year.0, grid)));
        }
        let mut frozen = HashMap::new();
        for delegate in grids.flat_map(|grid| self.graded(grid)) {
            let Some(tally) = tallies.delegates.get(&delegate) else { continue };
            let figures = tally.figures(frame.rule_set(), Subject::Delegate, frame.book.own_policy());
            let disputed = figures.iter().find(|figure| figure.indicator == DISPUTED);
            frozen.extend(disputed.map(|figure| (delegate, Base::of(&figure.measure))));
        }
        Ok(Reviewed { frozen, ..Reviewed::then(then) })
    }

    /// Every stream that a review could have to look at, up to a position.
    async fn streams(&self, up_to: Position) -> Result<Streams, Failure> {
        let families = [
            Issue::FAMILY,
            Reception::FAMILY,
            Session::FAMILY,
            Study::FAMILY,
            Deed::FAMILY,
            TypicalCase::FAMILY,
            Activity::FAMILY,
            Meeting::FAMILY,
            Appraisal::FAMILY,
        ];
        let filter = Filter { families: families.map(str::to_owned).to_vec(), types: Vec::new() };
        let mut known: HashMap<String, BTreeSet<Uuid>> = HashMap::new();
        let mut after = Position(0);
        while after < up_to {
            let page = self.casework.store.read_all(after, PAGE, &filter).await?;
            for recorded in &page.events {
                let (stream, _) = recorded.stream_and_type();
                let Some((family, id)) = stream.split_once('/') else { continue };
                let Ok(id) = id.parse() else { continue };
                known.entry(family.to_owned()).or_default().insert(id);
            }
            after = page.scanned_to;
        }
        let mut of = |family: &str| known.remove(family).unwrap_or_default().into_iter();
        Ok(Streams {
            issues: of(Issue::FAMILY).map(IssueId).collect(),
            receptions: of(Reception::FAMILY).map(ReceptionId).collect(),
            sessions: of(Session::FAMILY).map(SessionId).collect(),
            studies: of(Study::FAMILY).map(StudyId).collect(),
            deeds: of(Deed::FAMILY).map(DeedId).collect(),
            typical_cases: of(TypicalCase::FAMILY).map(TypicalCaseId).collect(),
            activities: of(Activity::FAMILY).map(ActivityId).collect(),
            meetings: of(Meeting::FAMILY).map(MeetingId).collect(),
            appraisals: of(Appraisal::FAMILY).map(AppraisalId).collect(),
        })
    }
}
