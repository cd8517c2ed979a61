//! The steps of a session's story: each looks at the session as it is, and does what then makes sense through the same use
//! cases that serve the API.

use super::dice::Dice;
use super::people::{self, GridDesk};
use super::sessions::{self, Course, Posting, SessionStory};
use super::steps::SessionStep;
use super::town::Town;
use casework::change::Changed;
use casework::corrections::{CorrectionDecision, NewCorrection};
use casework::leaves::NewLeave;
use casework::loaded::{AsOf, Loaded};
use casework::reference::Reference;
use casework::sessions::notices::NewObjection;
use casework::transact::Outcome;
use casework::{CommandContext, Failure};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::correction::CorrectedValue;
use domain::ids::{DelegateId, IssueId};
use domain::leave::Leaves;
use domain::notice::{self, AmendmentDraft, NoticeDraft, notice_due};
use domain::policy::ClockTime;
use domain::session::{MoveDraft, NoticeContent, Session, SubstitutionDraft, is_service_day};
use domain::vocabulary::{
    IssueState, LeaveReason, LeaveState, NoticeBoard, ObjectionGround, Role, SessionReason, SessionState,
    SubstitutionReason,
};
use std::sync::Arc;

/// Issues that are taken in hand when a session closes; the others are taken one by one. The call takes as many.
const TAKEN_MAX: usize = 200;

/// What a step came to.
#[derive(Debug)]
pub(super) enum SessionDid {
    /// The session as it then is.
    Session(Arc<Loaded<Session>>),
    /// A leave of somebody on duty there, as it then is.
    Leave(DelegateId, LeaveState),
}

/// What a step needs to know of a session.
struct SessionScene<'a> {
    story: &'a SessionStory,
    desk: &'a GridDesk,
    session: Arc<Loaded<Session>>,
    /// What its calls are called.
    key: String,
}

impl SessionScene<'_> {
    fn by(&self, role: Role) -> CommandContext {
        people::call(self.desk.account, role, &self.key)
    }

    fn part(&self, role: Role, part: &str) -> CommandContext {
        people::call(self.desk.account, role, &format!("{}/{part}", self.key))
    }
}

/// What a notice of a session says now.
fn said_now(session: &Session, town: &Reference) -> Option<NoticeContent> {
    let policy = town.policies.in_force(session.held.on)?;
    Some(notice::said_now(session, &town.delegates, policy))
}

/// Whether a step makes sense now.
fn makes_sense(
    step: SessionStep,
    story: &SessionStory,
    session: &Session,
    (today, town): (NaiveDate, &Reference),
) -> bool {
    let planned = session.state == SessionState::Planned;
    let held_on = session.held.on;
    match step {
        SessionStep::PostNotice => planned && session.notices.is_empty() && today <= held_on,
        SessionStep::AmendNotice => {
            let says = said_now(session, town);
            planned
                && !session.notices.is_empty()
                && session.notices.iter().all(|notice| Some(&notice.content) != says.as_ref())
        }
        SessionStep::AskLeave => planned && today < held_on && story.away.is_none(),
        SessionStep::DecideLeave | SessionStep::WithdrawLeave => planned && story.away.is_some(),
        SessionStep::Substitute => planned && today < held_on,
        SessionStep::Move | SessionStep::Cancel => planned && today < held_on,
        SessionStep::Open => planned && today == held_on,
        SessionStep::Close => session.state == SessionState::Open,
        SessionStep::FileRecord => session.state == SessionState::Closed && session.record.is_none(),
        SessionStep::Object => session.state != SessionState::Cancelled,
        SessionStep::AnswerObjection => session.objections.iter().any(|objection| objection.answered.is_none()),
        SessionStep::ProposeCorrection(_) => session.state == SessionState::Closed,
        SessionStep::DecideCorrection(version) => session.corrections.pending_of(version).is_some(),
    }
}

impl Town<'_> {
    /// Does a step of a session; `None` where it has become pointless.
    pub(super) async fn do_session(&self, number: usize, step: SessionStep) -> Result<Option<SessionDid>, Failure> {
        let story = self.sessions.get(number).ok_or(Failure::NotFound)?;
        let scene = SessionScene {
            story,
            desk: self.people.grids.get(story.grid).ok_or(Failure::NotFound)?,
            session: self.casework.load(story.id, AsOf::Now).await?,
            key: format!("session/{number}/{}", story.steps),
        };
        if !makes_sense(step, story, &scene.session.state, (self.today(), &self.casework.reference())) {
            return Ok(None);
        }
        let mut dice = sessions::dice(self.seed, number, story.steps * 2 + 2);
        let dice = &mut dice;
        let at = self.claimed(dice);
        let (id, casework) = (story.id, self.casework);
        let done = match step {
            SessionStep::PostNotice => self.post_notice(&scene, at).await?,
            SessionStep::AmendNotice => {
                let draft = AmendmentDraft { unit_ids: None, posted_at: at, content: None };
                let why = "场次安排有变动，重新公示。";
                casework.amend_notice(&scene.by(Role::Liaison), id, &draft, Some(why)).await?
            }
            SessionStep::AskLeave => return self.ask_leave(&scene, at, dice).await,
            SessionStep::DecideLeave | SessionStep::WithdrawLeave => {
                return self.decide_leave(&scene, step, at, dice).await;
            }
            SessionStep::Substitute => match self.stand_in(&scene, at, dice) {
                Some(draft) => casework.substitute(&scene.by(Role::Convener), id, &draft, None).await?,
                None => return Ok(None),
            },
            SessionStep::Move => match self.next_free_day(story.held_on) {
                Some(held_on) => {
                    let reason_code = SessionReason::Other;
                    let draft =
                        MoveDraft { held_on: Some(held_on), from: None, to: None, venue: None, reason_code, at };
                    casework.move_session(&scene.by(Role::Convener), id, &draft, "当日召开全镇党代表会议。").await?
                }
                None => return Ok(None),
            },
            SessionStep::Cancel => {
                let (code, why) = dice.weighed(
                    &[
                        (55, (SessionReason::Weather, "市防汛指挥部发布暴雨红色预警。")),
                        (25, (SessionReason::Emergency, "服务站抢修水管，当日停用。")),
                        (20, (SessionReason::NoDelegate, "两类代表均有公务，无法到场。")),
                    ],
                    (SessionReason::Other, "当日无法开展。"),
                );
                casework.cancel_session(&scene.by(Role::Convener), id, code, why, Some(at)).await?
            }
            SessionStep::Open => self.open(&scene, dice).await?,
            SessionStep::Close => self.close(&scene, dice).await?,
            SessionStep::FileRecord => {
                let text = "接待记录：来访事项均已登记，当场答复和受理情况见各事项。";
                casework.file_session_record(&scene.by(Role::Liaison), id, text, &[], Some(at)).await?
            }
            SessionStep::Object => {
                let (ground, text) = dice.weighed(
                    &[
                        (50, (ObjectionGround::NotPosted, "村口公示栏未见本周接待公示。")),
                        (25, (ObjectionGround::ContentWrong, "公示的接待时间与实际不一致。")),
                        (25, (ObjectionGround::Conduct, "接待时等候较久，无人说明。")),
                    ],
                    (ObjectionGround::Other, "对接待安排有意见。"),
                );
                let (unit_id, text) = (scene.desk.homes.first().map(|(unit, _)| *unit), text.to_owned());
                let new = NewObjection { unit_id, ground, text, name: None, phone: None, at: Some(at) };
                casework.object(&scene.by(Role::Liaison), id, &new).await?
            }
            SessionStep::AnswerObjection => {
                let open = scene.session.state.objections.iter().find(|objection| objection.answered.is_none());
                let Some(objection) = open.map(|objection| objection.id) else { return Ok(None) };
                let upheld = dice.chance(400);
                let text = if upheld {
                    "情况属实，已补公示并提醒有关单位。"
                } else {
                    "经核查，公示和接待均按规定进行。"
                };
                casework.answer_objection(&scene.by(Role::Convener), id, objection, upheld, text, Some(at)).await?
            }
            SessionStep::ProposeCorrection(version) => {
                let new = one_visitor_more(&scene.session.state, version, at);
                casework.correct_session(&scene.by(Role::Liaison), id, &new).await?
            }
            SessionStep::DecideCorrection(event_version) => {
                let approved = dice.chance(650);
                let reason = if approved {
                    "与签到簿相符，同意更正。"
                } else {
                    "签到簿记载无误，不予更正。"
                };
                let decision =
                    CorrectionDecision { event_version, approved, reason: Some(reason.to_owned()), at: Some(at) };
                casework.decide_session_correction(&scene.by(Role::Convener), id, &decision).await?
            }
        };
        Ok(Some(SessionDid::Session(newest(done, scene.session))))
    }

    async fn post_notice(&self, scene: &SessionScene<'_>, posted_at: DateTime<Utc>) -> Posted {
        let reference = self.casework.reference();
        let session = &scene.session.state;
        let units: Vec<_> = scene.desk.homes.iter().map(|(unit, _)| *unit).collect();
        let unit_ids = match scene.story.posting {
            // Whose turn it is to forget goes round.
            Posting::OneMissing if units.len() > 1 => {
                let forgets = usize::try_from(session.first_position).unwrap_or(0) % units.len();
                Some(
                    units
                        .into_iter()
                        .enumerate()
                        .filter(|(index, _)| *index != forgets)
                        .map(|(_, unit)| unit)
                        .collect(),
                )
            }
            Posting::OneMissing | Posting::InTime | Posting::Late | Posting::Wrong | Posting::Never => None,
        };
        let said = said_now(session, &reference).filter(|_| scene.story.posting == Posting::Wrong);
        let content = said.map(|said| NoticeContent { to: ClockTime(said.to.0 + Duration::hours(1)), ..said });
        let late = reference.policies.in_force(session.held.on).is_some_and(|policy| {
            reference.town_date(posted_at) > notice_due(session, policy, &reference.calendars).unpunished_until
        });
        let late_reason = late.then_some("公示栏维修，延后张贴。");
        let board = NoticeBoard::VillageAffairs;
        let draft = NoticeDraft { unit_ids, board, posted_at, content, file_ids: Vec::new(), late_reason_given: late };
        self.casework.post_notice(&scene.by(Role::Liaison), scene.story.id, &draft, late_reason).await
    }

    async fn ask_leave(
        &self,
        scene: &SessionScene<'_>,
        at: DateTime<Utc>,
        dice: &mut Dice,
    ) -> Result<Option<SessionDid>, Failure> {
        let Some(who) = dice.pick(&scene.story.on_duty) else { return Ok(None) };
        let day = scene.story.held_on;
        let work = dice.chance(700);
        let (reason_code, why) = if work {
            (LeaveReason::Work, "本职单位有任务。")
        } else {
            (LeaveReason::Personal, "家中有事。")
        };
        let new = NewLeave { from: day, to: day, reason_code, reason: Some(why.to_owned()), at: Some(at) };
        self.casework.request_leave(&scene.by(Role::Delegate), who.delegate_id, &new).await?;
        Ok(Some(SessionDid::Leave(who.delegate_id, LeaveState::Requested)))
    }

    async fn decide_leave(
        &self,
        scene: &SessionScene<'_>,
        step: SessionStep,
        at: DateTime<Utc>,
        dice: &mut Dice,
    ) -> Result<Option<SessionDid>, Failure> {
        let Some(who) = scene.story.away else { return Ok(None) };
        let leaves: Arc<Loaded<Leaves>> = self.casework.leaves(who, AsOf::Now).await?;
        let on_the_day = |leave: &&domain::leave::Leave| {
            leave.covers(scene.story.held_on) && matches!(leave.state, LeaveState::Requested | LeaveState::Approved)
        };
        let Some(leave) = leaves.state.all.iter().find(on_the_day) else { return Ok(None) };
        let state = if step == SessionStep::WithdrawLeave {
            self.casework.withdraw_leave(&scene.by(Role::Delegate), who, leave.id, Some(at)).await?;
            LeaveState::Withdrawn
        } else {
            let approved = dice.chance(850);
            let why = (!approved).then_some("该日已有其他代表请假。");
            self.casework.decide_leave(&scene.by(Role::Convener), who, leave.id, approved, why, Some(at)).await?;
            if approved { LeaveState::Approved } else { LeaveState::Refused }
        };
        Ok(Some(SessionDid::Leave(who, state)))
    }

    /// Who has leave, or else the first on duty who left office or any, is stood in for by another of the kind.
    fn stand_in(&self, scene: &SessionScene<'_>, at: DateTime<Utc>, dice: &mut Dice) -> Option<SubstitutionDraft> {
        let (story, reference) = (scene.story, self.casework.reference());
        let holds = |who: DelegateId| reference.delegates.holding(who, story.held_on).is_ok();
        let gone = story.on_duty.iter().find(|one| !holds(one.delegate_id));
        let away = story.on_duty.iter().find(|one| Some(one.delegate_id) == story.away);
        let reason_code = if away.is_some() { SubstitutionReason::Leave } else { SubstitutionReason::Work };
        let leaver = away.or(gone).or_else(|| dice.pick(&story.on_duty))?;
        let on_duty = |who: &DelegateId| story.on_duty.iter().any(|one| one.delegate_id == *who);
        let others = self.sessions.on_rotas(story.grid, leaver.delegate_type?);
        let others: Vec<DelegateId> = others.filter(|who| !on_duty(who) && holds(*who)).collect();
        let substitute_id = dice.pick(&others).copied()?;
        Some(SubstitutionDraft { delegate_id: leaver.delegate_id, substitute_id, reason_code, at })
    }

    /// The next working day that is no service day.
    pub(super) fn next_free_day(&self, after: NaiveDate) -> Option<NaiveDate> {
        let reference = self.casework.reference();
        let mut days = after.iter_days().skip(1).take(10);
        days.find(|day| reference.calendars.is_working(*day) && !is_service_day(&reference.policies, *day))
    }

    async fn open(&self, scene: &SessionScene<'_>, dice: &mut Dice) -> Posted {
        let (story, id) = (scene.story, scene.story.id);
        let opened_at = self.now - Duration::minutes(10);
        let mut done = self.casework.open_session(&scene.part(Role::Liaison, "open"), id, Some(opened_at)).await?;
        let absent = match story.course {
            // The deputy more often.
            Course::OneAbsent | Course::OneLate => {
                let index = usize::from(dice.chance(700)).min(story.on_duty.len().saturating_sub(1));
                story.on_duty.get(index).map(|one| one.delegate_id)
            }
            Course::Held | Course::Missed | Course::Cancelled | Course::Moved => None,
        };
        for (index, who) in story.on_duty.iter().enumerate() {
            let came_at = self.claimed(dice);
            if Some(who.delegate_id) != absent && Some(who.delegate_id) != story.away {
                let call = scene.part(Role::Liaison, &format!("in/{index}"));
                done = self.casework.check_in(&call, id, *who, Some(came_at)).await?;
            }
        }
        Ok(done)
    }

    async fn close(&self, scene: &SessionScene<'_>, dice: &mut Dice) -> Posted {
        let (story, id) = (scene.story, scene.story.id);
        let session = &scene.session.state;
        let there = |who: DelegateId| session.presence_of(who).is_some_and(|presence| presence.left.is_none());
        let left_at = self.now - Duration::minutes(25);
        for (index, who) in story.on_duty.iter().enumerate() {
            let late = story.course == Course::OneLate && session.presence_of(who.delegate_id).is_none();
            if late && Some(who.delegate_id) != story.away {
                let call = scene.part(Role::Liaison, &format!("late/{index}"));
                self.casework.check_in(&call, id, *who, Some(left_at - Duration::minutes(30))).await?;
            }
            if late || (there(who.delegate_id) && dice.chance(900)) {
                let call = scene.part(Role::Liaison, &format!("out/{index}"));
                self.casework.check_out(&call, id, *who, Some(left_at)).await?;
            }
        }
        let taken = if dice.chance(960) { self.still_registered(story).await? } else { Vec::new() };
        let text = (!taken.is_empty()).then_some("当场不能答复的事项由接待代表受理。");
        let call = scene.part(Role::Liaison, "close");
        self.casework.close_session(&call, id, story.visitors, &taken, text, Some(left_at)).await
    }

    async fn still_registered(&self, story: &SessionStory) -> Result<Vec<IssueId>, Failure> {
        let mut ids = Vec::new();
        for (number, _) in story.to_take.iter().take(TAKEN_MAX) {
            let Some(issue) = self.stories.issue(*number) else { continue };
            if self.casework.issue(issue.id, AsOf::Now).await?.state.state == IssueState::Registered {
                ids.push(issue.id);
            }
        }
        Ok(ids)
    }
}

/// How a command on a session ends.
type Posted = Result<Outcome<Changed<Session>>, Failure>;

/// One visitor more came than was written down at its closing.
fn one_visitor_more(session: &Session, event_version: u64, at: DateTime<Utc>) -> NewCorrection {
    NewCorrection {
        event_version,
        pointer: "/public/visitor_count".to_owned(),
        value: CorrectedValue::Whole(i64::from(session.visitor_count.unwrap_or(0)) + 1),
        reason: "签到簿漏记一人。".to_owned(),
        at: Some(at),
    }
}

/// The session after a command. No key of the story is used twice, so none is a replay.
fn newest(outcome: Outcome<Changed<Session>>, before: Arc<Loaded<Session>>) -> Arc<Loaded<Session>> {
    match outcome {
        Outcome::Done(changed) => changed.loaded,
        Outcome::Replayed(_) => before,
    }
}
