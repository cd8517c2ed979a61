//! The actions of a life: which decision is asked for, with what.

use super::*;

impl World {
    pub(super) fn decide(&self, action: u8, attempt: &Attempt, at: DateTime<Utc>, new_id: MajorIssueId) -> Decided {
        let (id, stream) = self.issues.iter().nth(usize::from(attempt.which) % self.issues.len()).unwrap();
        // From 30 on: what an issue has with others, and on the way to its visitor.
        if !(21..30).contains(&action) {
            self.decide_issue(action, *id, &stream.state, attempt, at, new_id)
        } else {
            let count = self.major_issues.len();
            let Some((id, stream)) = self.major_issues.iter().nth(usize::from(attempt.which) % count.max(1)) else {
                return Err(Refusal::new(crate::refusal::Code::UnknownId));
            };
            self.decide_major_issue(action, *id, &stream.state, attempt, at)
        }
    }

    fn decide_issue(
        &self,
        action: u8,
        id: IssueId,
        issue: &Issue,
        attempt: &Attempt,
        at: DateTime<Utc>,
        new_id: MajorIssueId,
    ) -> Decided {
        let rules = self.rules();
        let choice = attempt.choice;
        let days = |n: u8| Days::new(u64::from(n % 20) + 1);
        let one = |event: IssueEvent| Ok(vec![Fact::Issue(id, event)]);
        match action {
            0 => one(IssueEvent::Taken(taking::take(issue, &rules, at)?)),
            1 => {
                let next_word_on = self.today() + days(choice);
                let draft = InterimDraft { channel: WordChannel::Phone, told_at: at, next_word_on };
                one(IssueEvent::InterimReplyGiven(interim::reply(issue, &rules, &draft)?))
            }
            2 | 19 => one(IssueEvent::FinalAnswerGiven(answer(issue, &rules, &self.answer(issue, choice, at))?)),
            3 | 20 => {
                let level = pick(Level::ALL, choice);
                let joinable =
                    self.major_issues.iter().find(|(_, major)| choice.is_multiple_of(2) && !major.state.is_over());
                let draft = match joinable {
                    Some((id, major)) => {
                        EscalationDraft { level: major.state.level, major_issue_id: *id, join: Some(&major.state), at }
                    }
                    None => EscalationDraft { level, major_issue_id: new_id, join: None, at },
                };
                let escalation = escalate(issue, id, &rules, &draft)?;
                Ok(vec![
                    Fact::Issue(id, IssueEvent::Escalated(escalation.issue)),
                    Fact::MajorIssue(draft.major_issue_id, escalation.major_issue),
                ])
            }
            4 => one(IssueEvent::EscalationReturned(return_escalation(issue, &rules, at)?)),
            5 => {
                let new_due_on = issue.due.on + days(choice);
                let draft = ExtensionDraft { reason_code: ExtensionReason::Complex, new_due_on, at };
                one(IssueEvent::ExtensionRequested(extension::request(issue, &rules, &draft)?))
            }
            6 => one(IssueEvent::ExtensionGranted(extension::grant(issue, &rules, at)?)),
            7 if choice < 64 => one(IssueEvent::ExtensionRefused(extension::refuse(issue, &rules, at)?)),
            7 | 8 => {
                let told = extension::notify(issue, &rules, WordChannel::Letter, at)?;
                one(IssueEvent::VisitorToldOfExtension(told))
            }
            9 => {
                let until_on = self.today() + days(choice);
                let draft = SuspensionDraft { reason_code: SuspensionReason::VisitorFacts, until_on, at };
                one(IssueEvent::ClockSuspended(suspension::suspend(issue, &rules, &draft)?))
            }
            10 => one(IssueEvent::ClockResumed(suspension::resume(issue, &rules, at)?)),
            11 if choice < 48 => {
                one(IssueEvent::Referred(referral::refer(issue, &rules, pick(StatutoryChannel::ALL, choice), at)?))
            }
            11 | 12 => {
                let satisfaction = pick(Satisfaction::ALL, choice);
                let draft = FeedbackDraft { satisfaction, by: FeedbackBy::CallBack, given_at: at };
                one(IssueEvent::FeedbackRecorded(feedback::record(issue, &rules, &draft)?))
            }
            13 => one(IssueEvent::Closed(closing::close(issue, &rules, at)?)),
            14 => {
                let ground = pick(ReopeningGround::ALL, choice);
                one(IssueEvent::ReopeningRequested(reopening::request(issue, &rules, ground, at)?))
            }
            15 if choice < 64 => one(IssueEvent::ReopeningRefused(reopening::refuse(issue, &rules, None, at)?)),
            15 | 16 => {
                let level = if choice.is_multiple_of(2) { Some(pick(Level::ALL, choice / 2)) } else { None };
                let draft = AcceptanceDraft { level, major_issue_id: new_id, at };
                let accepted = reopening::accept(issue, id, &rules, &draft)?;
                let mut facts = vec![Fact::Issue(id, IssueEvent::Reopened(accepted.reopened))];
                if let Some((escalated, submitted)) = accepted.escalation {
                    facts.push(Fact::Issue(id, IssueEvent::Escalated(escalated)));
                    facts.push(Fact::MajorIssue(new_id, MajorIssueEvent::Submitted(submitted)));
                }
                Ok(facts)
            }
            17 => {
                if choice >= 48 {
                    return Err(Refusal::new(crate::refusal::Code::InvalidValue));
                }
                let withdrawn = withdrawal::withdraw(issue, &rules, choice.is_multiple_of(2), at)?;
                one(IssueEvent::Withdrawn(withdrawn))
            }
            18 => {
                let draft = HandoverDraft {
                    to_delegate_id: pick(&[RECEIVER, SUCCESSOR], choice),
                    reason_code: HandoverReason::LongLeave,
                    at,
                };
                one(IssueEvent::ResponsibilityHandedOver(hand_over(issue, &rules, &self.delegates, &draft)?))
            }
            30 | 31 => {
                let attempted = delivery::attempt(issue, &rules, pick(WordChannel::ALL, choice), at)?;
                one(IssueEvent::DeliveryAttempted(attempted))
            }
            32 => {
                let verified_on = POLICY.town_date(at);
                let draft = VerificationDraft { kept: choice.is_multiple_of(2), verified_on, at };
                one(IssueEvent::CommitmentVerified(verify(issue, &rules, &draft)?))
            }
            33 | 34 => {
                let (primary_issue_id, primary) = self.other(choice);
                let draft = MergeDraft { primary_issue_id, at };
                one(IssueEvent::Merged(merge(issue, id, &rules, &draft, primary)?))
            }
            35 => one(IssueEvent::Unmerged(unmerge(issue, &rules, at)?)),
            36 => {
                let (issue_id, other) = self.other(choice);
                let draft = LinkDraft { issue_id, kind: pick(LinkKind::ALL, choice), at };
                one(IssueEvent::Linked(link(issue, id, &rules, &draft, other)?))
            }
            37 => {
                let draft = InputDraft { to_office_id: pick(&[LEAD, VERIFIER], choice), at };
                one(IssueEvent::InputRequested(input::request(issue, &rules, &self.offices, &draft)?))
            }
            38 => one(IssueEvent::InputGiven(input::give(issue, &rules, at)?)),
            other => panic!("no action {other} of an issue"),
        }
    }

    /// An issue to have something to do with; perhaps the very same.
    fn other(&self, choice: u8) -> (IssueId, &Issue) {
        let (id, stream) = self.issues.iter().nth(usize::from(choice) % self.issues.len()).unwrap();
        (*id, &stream.state)
    }

    fn answer(&self, issue: &Issue, choice: u8, at: DateTime<Utc>) -> AnswerDraft {
        let outcome = pick(Outcome::ALL, choice);
        let posted = choice >= 160;
        AnswerDraft {
            outcome,
            channel: if posted { AnswerChannel::Written } else { AnswerChannel::Oral },
            delivered_at: at,
            evidence: if posted { EvidenceKind::Posted } else { EvidenceKind::Witness },
            on_the_spot: issue.state == IssueState::Registered && choice < 32,
            answered_by: if choice.is_multiple_of(7) { Some(SUCCESSOR) } else { None },
            commitment_on: (outcome == Outcome::Planned).then(|| self.today() + Days::new(5)),
            basis_given: outcome == Outcome::Declined,
        }
    }

    fn decide_major_issue(
        &self,
        action: u8,
        id: MajorIssueId,
        major: &MajorIssue,
        attempt: &Attempt,
        at: DateTime<Utc>,
    ) -> Decided {
        let rules = self.rules();
        let choice = attempt.choice;
        let one = |event: MajorIssueEvent| Ok(vec![Fact::MajorIssue(id, event)]);
        match action {
            21 => {
                let decision = if choice < 200 { TriageDecision::Accept } else { pick(TriageDecision::ALL, choice) };
                let draft = TriageDraft {
                    decision,
                    level: (decision == TriageDecision::Accept && choice < 50).then_some(pick(Level::ALL, choice)),
                    reason_given: true,
                    statutory_channel: (decision == TriageDecision::Refer).then_some(StatutoryChannel::Petition),
                    at,
                };
                let decided = triage(major, id, &rules, &draft, &self.linked(major))?;
                let mut facts = vec![Fact::MajorIssue(id, MajorIssueEvent::Triaged(decided.major_issue))];
                facts.extend(decided.issues.into_iter().map(|(id, event)| Fact::Issue(id, event)));
                Ok(facts)
            }
            22 => {
                let draft = DeliberationDraft { held_on: POLICY.town_date(at), meeting_id: None, at };
                one(MajorIssueEvent::Deliberated(deliberate(major, &rules, &draft)?))
            }
            23 => {
                let draft = AssignmentDraft {
                    lead_office_id: LEAD,
                    support_office_ids: Vec::new(),
                    due_on: choice.is_multiple_of(3).then(|| POLICY.town_date(at) + Days::new(9)),
                    at,
                };
                let assigned = assignment::assign(major, &rules, &self.offices, &draft)?;
                let recounted = deadline::recount(&assigned.due, &self.calendars);
                assert_eq!(recounted, assigned.due);
                one(MajorIssueEvent::Assigned(assigned))
            }
            24 => one(MajorIssueEvent::Accepted(assignment::accept(major, &rules, at)?)),
            25 => one(MajorIssueEvent::DispatchRefused(assignment::refuse(major, &rules, at)?)),
            26 => {
                let upheld = choice.is_multiple_of(2);
                one(MajorIssueEvent::RefusalDecided(assignment::decide_refusal(major, &rules, upheld, at)?))
            }
            27 => one(MajorIssueEvent::OutcomeReported(handling::report(major, &rules, Outcome::Planned, at)?)),
            28 if choice < 220 => one(handling::verify(major, &rules, &self.offices, choice < 180, VERIFIER, at)?),
            28 => {
                let changed = level::change(major, id, &rules, pick(Level::ALL, choice), at, &self.linked(major))?;
                let mut facts = vec![Fact::MajorIssue(id, changed.major_issue)];
                facts.extend(changed.issues.into_iter().map(|(id, event)| Fact::Issue(id, event)));
                Ok(facts)
            }
            29 => {
                let done = conclude(major, id, &rules, pick(Outcome::ALL, choice), at, &self.linked(major))?;
                let mut facts = vec![Fact::MajorIssue(id, MajorIssueEvent::Concluded(done.major_issue))];
                facts.extend(
                    done.issues.into_iter().map(|(id, back)| Fact::Issue(id, IssueEvent::OutcomeReportedBack(back))),
                );
                Ok(facts)
            }
            other => panic!("no action {other} of a major issue"),
        }
    }
}
