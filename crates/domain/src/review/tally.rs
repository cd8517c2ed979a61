//! Sums findings to figures.

use super::figure::{Figure, Measure, Ratio, Satisfied};
use super::finding::{Finding, Split, What, content};
use super::rank::nearest_rank;
use super::rule_set::RuleSet;
use super::subject::Subject;
use super::wilson::wilson_95_permille;
use crate::policy::Policy;
use crate::vocabulary::{Indicator, Outcome, Satisfaction};
use std::collections::BTreeMap;

/// What was found about one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    answer_rate: Ratio,
    on_time: Ratio,
    on_time_original: Ratio,
    on_the_spot: Ratio,
    interim: Ratio,
    delivered: Vec<Split>,
    resolved: u64,
    planned: u64,
    explained: u64,
    declined: u64,
    reopened: u64,
    answers: u64,
    promises: Ratio,
    satisfied: u64,
    basically_satisfied: u64,
    dissatisfied: u64,
    feedback_over: u64,
    escalations: Ratio,
    post_return: Ratio,
    late_records: Ratio,
    corrections: Ratio,
    /// Of each indicator that is made of one kind of finding.
    alone: BTreeMap<Indicator, Ratio>,
    referenced: Ratio,
    provisional: bool,
}

impl Tally {
    /// Takes one more finding into account; the order does not matter.
    pub fn take(&mut self, finding: &Finding) {
        self.provisional |= finding.provisional;
        match finding.what {
            What::Due { answered, on_time, on_time_original } => {
                self.answer_rate.take(answered);
                self.on_time.take(on_time);
                self.on_time_original.take(on_time_original);
            }
            What::Raised { on_the_spot } => self.on_the_spot.take(on_the_spot),
            What::InterimDate { kept } => self.interim.take(kept),
            What::Delivered(split) => self.delivered.push(split),
            What::Answered { outcome, reopened } => {
                self.answers += 1;
                self.reopened += u64::from(reopened);
                match outcome {
                    Outcome::Resolved => self.resolved += 1,
                    Outcome::Planned => self.planned += 1,
                    Outcome::Explained => self.explained += 1,
                    Outcome::Declined => self.declined += 1,
                }
            }
            What::Commitment { kept } => self.promises.take(kept),
            What::Feedback(said) => {
                self.feedback_over += 1;
                match said {
                    Some(Satisfaction::Satisfied) => self.satisfied += 1,
                    Some(Satisfaction::BasicallySatisfied) => self.basically_satisfied += 1,
                    Some(Satisfaction::Dissatisfied) => self.dissatisfied += 1,
                    None => {}
                }
            }
            What::Escalated { returned } => self.escalations.take(!returned),
            What::ReportedBack { answered_in_time } => self.post_return.take(answered_in_time),
            What::Received { late } => self.late_records.take(late),
            What::Leaves { corrections, of } => {
                self.corrections.add(Ratio { n: corrections.into(), of: of.into() });
            }
            What::Study { referenced, .. } => self.referenced.take(referenced),
            What::Duty { .. }
            | What::Session { .. }
            | What::Notice { .. }
            | What::Deed { .. }
            | What::TypicalCase { .. }
            | What::Held { .. }
            | What::Attended { .. }
            | What::Dispute { .. } => {}
        }
        if let Some((indicator, counts)) = finding.what.of_one() {
            self.alone.entry(indicator).or_default().take(counts);
        }
    }

    /// Adds what was found about the same subject elsewhere.
    pub fn add(&mut self, other: Self) {
        self.answer_rate.add(other.answer_rate);
        self.on_time.add(other.on_time);
        self.on_time_original.add(other.on_time_original);
        self.on_the_spot.add(other.on_the_spot);
        self.interim.add(other.interim);
        self.promises.add(other.promises);
        self.escalations.add(other.escalations);
        self.post_return.add(other.post_return);
        self.late_records.add(other.late_records);
        self.corrections.add(other.corrections);
        self.referenced.add(other.referenced);
        for (indicator, ratio) in other.alone {
            self.alone.entry(indicator).or_default().add(ratio);
        }
        self.delivered.extend(other.delivered);
        self.resolved += other.resolved;
        self.planned += other.planned;
        self.explained += other.explained;
        self.declined += other.declined;
        self.reopened += other.reopened;
        self.answers += other.answers;
        self.satisfied += other.satisfied;
        self.basically_satisfied += other.basically_satisfied;
        self.dissatisfied += other.dissatisfied;
        self.feedback_over += other.feedback_over;
        self.provisional |= other.provisional;
    }

    /// Whether a count behind a figure runs through a year without a published calendar.
    pub fn provisional(&self) -> bool {
        self.provisional
    }

    /// The figures by a set of rules, in the order of [`Indicator::ALL`]; weights and thresholds are those of `policy`.
    pub fn figures(&self, rule_set: RuleSet, subject: Subject, policy: &Policy) -> Vec<Figure> {
        let measure = |indicator| {
            if rule_set.decides(indicator) { self.measure(indicator, policy) } else { Measure::Unavailable }
        };
        let figure = |indicator| Figure { indicator, measure: measure(indicator) };
        rule_set.indicators(subject).map(figure).collect()
    }

    fn measure(&self, indicator: Indicator, policy: &Policy) -> Measure {
        let answers = |n| Measure::Share(Ratio { n, of: self.answers });
        match indicator {
            // Every matter answered: the notice itself sets the target (件件有答复).
            Indicator::AnswerRate => Measure::Targeted(self.answer_rate, 1000),
            Indicator::OnTime => Measure::Share(self.on_time),
            Indicator::OnTimeOriginal => Measure::Share(self.on_time_original),
            Indicator::OnTheSpot => Measure::Share(self.on_the_spot),
            Indicator::Interim => Measure::Share(self.interim),
            Indicator::MedianWd => self.working_days(50),
            Indicator::P90Wd => self.working_days(90),
            Indicator::ResolutionResolved => answers(self.resolved),
            Indicator::ResolutionPlanned => answers(self.planned),
            Indicator::ResolutionExplained => answers(self.explained),
            Indicator::ResolutionDeclined => answers(self.declined),
            Indicator::Promises => Measure::Share(self.promises),
            Indicator::Satisfaction => Measure::Satisfied(self.satisfaction(policy)),
            Indicator::Reopened => answers(self.reopened),
            Indicator::EscalationQuality => Measure::Share(self.escalations),
            Indicator::PostReturn => Measure::Share(self.post_return),
            Indicator::LateRecords => Measure::Share(self.late_records),
            Indicator::Corrections => Measure::Share(self.corrections),
            Indicator::Studies => Measure::Used { share: self.alone(indicator), referenced: self.referenced },
            Indicator::DisputesUpheld
            | Indicator::Attendance
            | Indicator::ValidSessions
            | Indicator::Notices
            | Indicator::ThemeActivities
            | Indicator::Meetings
            | Indicator::Symposia
            | Indicator::Deeds
            | Indicator::TypicalCases => Measure::Share(self.alone(indicator)),
        }
    }

    fn alone(&self, indicator: Indicator) -> Ratio {
        self.alone.get(&indicator).copied().unwrap_or_default()
    }

    fn working_days(&self, percent: usize) -> Measure {
        let ranked = |part: fn(&Split) -> u32| {
            let mut values: Vec<u32> = self.delivered.iter().map(part).collect();
            nearest_rank(&mut values, percent)
        };
        Measure::WorkingDays {
            n: ranked(|split| split.total),
            of: u64::try_from(self.delivered.len()).unwrap_or(u64::MAX),
            delegate: ranked(|split| split.delegate),
            unit: ranked(|split| split.unit),
            suspended: ranked(|split| split.suspended),
        }
    }

    fn satisfaction(&self, policy: &Policy) -> Satisfied {
        let weights = &policy.feedback.weights_permille;
        let said = [Satisfaction::Satisfied, Satisfaction::BasicallySatisfied, Satisfaction::Dissatisfied];
        let counted = |satisfaction| match satisfaction {
            Satisfaction::Satisfied => (self.satisfied, weights.satisfied),
            Satisfaction::BasicallySatisfied => (self.basically_satisfied, weights.basically_satisfied),
            Satisfaction::Dissatisfied => (self.dissatisfied, weights.dissatisfied),
        };
        let (mut happy, mut weight, mut responses) = (0, 0, 0);
        for satisfaction in said {
            let (count, permille) = counted(satisfaction);
            happy += if content(satisfaction) { count } else { 0 };
            weight += count * u64::from(permille);
            responses += count;
        }
        Satisfied {
            content: Ratio { n: happy, of: responses },
            weighted: Ratio { n: weight, of: 1000 * responses },
            responses: Ratio { n: responses, of: self.feedback_over },
            wilson_95_permille: wilson_95_permille(happy, responses),
            ranked: responses >= u64::from(policy.feedback.ranking_responses_min),
        }
    }
}
