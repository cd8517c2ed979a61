//! Who leaves: deputies, with what they had open; conveners and liaison officers, whose office stands empty for a while.

use super::dice::Dice;
use super::hours;
use super::people;
use super::steps::OfficeStep;
use super::town::{Action, Town};
use casework::Failure;
use casework::loaded::AsOf;
use casework::people::OfficeEnding;
use chrono::Datelike as _;
use domain::clock::Subject;
use domain::ids::DelegateId;
use domain::issue::handover::HandoverDraft;
use domain::vocabulary::{DelegateType, DepartureReason, HandoverReason, OfficeEndReason, Role};

impl Town<'_> {
    /// The deputy of a grid who came on its rotas first leaves; nobody where no other would be left.
    pub(super) async fn depart(&self, grid: usize) -> Result<Option<DelegateId>, Failure> {
        let (reference, today) = (self.casework.reference(), self.today());
        let there = |who: &DelegateId| reference.delegates.holding(*who, today).is_ok();
        let mut deputies = self.sessions.on_rotas(grid, DelegateType::Deputy).filter(there);
        let (Some(leaves), Some(_)) = (deputies.next(), deputies.next()) else { return Ok(None) };
        let call = people::call(self.people.administrator, Role::Administrator, &format!("departure/{grid}/{today}"));
        self.casework.depart_delegate(&call, leaves, DepartureReason::TermEnd, today, None).await?;
        Ok(Some(leaves))
    }

    /// After a departure: others stand in, and what was open is handed over.
    pub(super) fn after_departure(&mut self, who: DelegateId) {
        let theirs = self.stories.issues().into_values().filter(|story| story.open && story.responsible == who);
        let theirs: Vec<_> = theirs.map(|story| story.id).collect();
        for id in theirs {
            self.watch.changed(Subject::Issue(id));
        }
        let year = self.today().year();
        [year - 1, year].into_iter().for_each(|year| self.watch.changed(Subject::DelegateYear(who, year)));
        for number in self.sessions.ahead_of(who, self.today()) {
            let at = hours::soon(&self.casework.reference(), self.now);
            self.plan_session(at, number, super::steps::SessionStep::Substitute);
        }
        let mut dice = Dice::of(self.seed ^ 0x0FF1_CE00, u64::try_from(self.tally.happened).unwrap_or(0), 1);
        let at = self.in_days(&mut dice, 0, 3);
        self.queue.put(at, Action::HandOver(who));
    }

    /// Hands what a delegate who left has open to a colleague; the last of several is forgotten, and falls to the convener.
    pub(super) async fn hand_over(&self, from: DelegateId) -> Result<Vec<usize>, Failure> {
        let mut theirs = Vec::new();
        for (number, story) in self.stories.issues() {
            if story.open && story.responsible == from {
                let issue = &self.casework.issue(story.id, AsOf::Now).await?.state;
                if issue.is_open() && issue.responsible_delegate_id == from {
                    theirs.push((number, story.id, story.grid));
                }
            }
        }
        if theirs.len() > 2 {
            theirs.pop();
        }
        theirs.truncate(domain::issue::handover::ISSUES_MAX);
        let Some((_, _, grid)) = theirs.first().copied() else { return Ok(Vec::new()) };
        let mut dice = Dice::of(self.seed ^ 0x0FF1_CE00, u64::try_from(theirs.len()).unwrap_or(0), 2);
        let Some(to_delegate_id) = self.colleague(grid, from, &mut dice) else { return Ok(Vec::new()) };
        let account = self.people.grids.get(grid).ok_or(Failure::NotFound)?.account;
        let call = people::call(account, Role::Convener, &format!("handover/{grid}/{}", self.today()));
        let draft = HandoverDraft { to_delegate_id, reason_code: HandoverReason::TermEnd, at: self.claimed(&mut dice) };
        let ids: Vec<_> = theirs.iter().map(|(_, id, _)| *id).collect();
        let why = "原责任代表任期届满，由同网格代表接办。";
        self.casework.hand_over_issues(&call, from, &ids, &draft, why).await?;
        Ok(theirs.into_iter().map(|(number, _, _)| number).collect())
    }

    /// An office of a grid is left, or filled again.
    pub(super) async fn do_office(&self, grid: usize, step: OfficeStep) -> Result<bool, Failure> {
        let desk = self.people.grids.get(grid).ok_or(Failure::NotFound)?;
        let (casework, today) = (self.casework, self.today());
        let key = format!("office/{grid}/{step:?}/{today}");
        let call = people::call(self.people.administrator, Role::Administrator, &key);
        let ending =
            OfficeEnding {
                to: today, reason_code: OfficeEndReason::Replaced, reason: Some("工作调动。".to_owned())
            };
        match step {
            OfficeStep::EndConvener => casework.end_convener(&call, desk.id, &ending, None).await?,
            OfficeStep::EndLiaison => casework.end_liaison(&call, desk.id, &ending, None).await?,
            OfficeStep::AppointLiaison => {
                let name = people::deputy_name(80 + grid);
                casework.appoint_liaison(&call, desk.id, &name, today, None).await?
            }
            OfficeStep::AppointConvener => {
                let reference = casework.reference();
                let holds = |who: &DelegateId| reference.delegates.holding(*who, today).is_ok();
                let Some(next) = self.sessions.on_rotas(grid, DelegateType::Party).find(holds) else {
                    return Ok(false);
                };
                casework.appoint_convener(&call, desk.id, next, today, None).await?
            }
        };
        Ok(true)
    }

    /// After an office was left: a liaison officer is found soon, a convener not always within the days of grace.
    pub(super) fn after_office(&mut self, grid: usize, step: OfficeStep) {
        if let Some(desk) = self.people.grids.get(grid) {
            self.watch.changed(Subject::Grid(desk.id));
        }
        let mut dice = Dice::of(self.seed ^ 0x0FF1_CE00, u64::try_from(grid).unwrap_or(0), 3);
        let (at, next) = match step {
            OfficeStep::EndConvener => (self.in_days(&mut dice, 7, 15), OfficeStep::AppointConvener),
            OfficeStep::EndLiaison => (self.in_days(&mut dice, 2, 6), OfficeStep::AppointLiaison),
            OfficeStep::AppointConvener | OfficeStep::AppointLiaison => return,
        };
        self.queue.put(at, Action::Office(grid, next));
    }
}
