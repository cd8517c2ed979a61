//! What an event says of a request: that it was made, or that it was decided on.

use super::row::What;
use domain::activity::ActivityEvent;
use domain::clock::ObligationEvent;
use domain::correction::{Corrected, CorrectionProposed, CorrectionRefused};
use domain::deed::DeedEvent;
use domain::event::Event;
use domain::issue::IssueEvent;
use domain::meeting::MeetingEvent;
use domain::reception::ReceptionEvent;
use domain::session::SessionEvent;
use domain::study::StudyEvent;

/// What an event says of a request, and of which of them where a thing has several.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It was made, and waits.
    Asked(What, String),
    /// It waits no more.
    Decided(What, String),
    /// Nothing.
    Nothing,
}

/// A thing has at most one correction that waits of each value of each event.
fn which(event_version: u64, pointer: &str) -> String {
    format!("{event_version} {pointer}")
}

/// What an event says of a request.
pub(super) fn said(event: &Event) -> Said {
    if let Event::Issue(event) = event {
        return of_issue(event);
    }
    if let Event::Obligation(event) = event {
        return match event {
            ObligationEvent::Explained(_) => Said::Asked(What::Explanation, String::new()),
            ObligationEvent::ExplanationDecided(_) => Said::Decided(What::Explanation, String::new()),
            ObligationEvent::Breached(_) | ObligationEvent::TierReached(_) => Said::Nothing,
        };
    }
    if let Event::Reception(ReceptionEvent::CorrectionProposed(of))
    | Event::Session(SessionEvent::CorrectionProposed(of))
    | Event::Activity(ActivityEvent::CorrectionProposed(of))
    | Event::Meeting(MeetingEvent::CorrectionProposed(of))
    | Event::Study(StudyEvent::CorrectionProposed(of))
    | Event::Deed(DeedEvent::CorrectionProposed(of)) = event
    {
        let CorrectionProposed { event_version, pointer, value: _ } = of;
        return Said::Asked(What::Correction, which(*event_version, pointer));
    }
    if let Event::Reception(ReceptionEvent::CorrectionRefused(of))
    | Event::Session(SessionEvent::CorrectionRefused(of))
    | Event::Activity(ActivityEvent::CorrectionRefused(of))
    | Event::Meeting(MeetingEvent::CorrectionRefused(of))
    | Event::Study(StudyEvent::CorrectionRefused(of))
    | Event::Deed(DeedEvent::CorrectionRefused(of)) = event
    {
        let CorrectionRefused { event_version, pointer } = of;
        return Said::Decided(What::Correction, which(*event_version, pointer));
    }
    if let Event::Reception(ReceptionEvent::Corrected(of))
    | Event::Session(SessionEvent::Corrected(of))
    | Event::Activity(ActivityEvent::Corrected(of))
    | Event::Meeting(MeetingEvent::Corrected(of))
    | Event::Study(StudyEvent::Corrected(of))
    | Event::Deed(DeedEvent::Corrected(of)) = event
    {
        let Corrected { event_version, pointer, value: _ } = of;
        return Said::Decided(What::Correction, which(*event_version, pointer));
    }
    Said::Nothing
}

fn of_issue(event: &IssueEvent) -> Said {
    if let IssueEvent::CorrectionProposed(of) = event {
        return Said::Asked(What::Correction, which(of.event_version, &of.pointer));
    }
    if let IssueEvent::CorrectionRefused(of) = event {
        return Said::Decided(What::Correction, which(of.event_version, &of.pointer));
    }
    if let IssueEvent::Corrected(of) = event {
        return Said::Decided(What::Correction, which(of.event_version, &of.pointer));
    }
    if let IssueEvent::ExtensionRequested(_) = event {
        return Said::Asked(What::Extension, String::new());
    }
    if let IssueEvent::ExtensionGranted(_) | IssueEvent::ExtensionRefused(_) = event {
        return Said::Decided(What::Extension, String::new());
    }
    if let IssueEvent::ReopeningRequested(_) = event {
        return Said::Asked(What::Reopening, String::new());
    }
    if let IssueEvent::Reopened(_) | IssueEvent::ReopeningRefused(_) = event {
        return Said::Decided(What::Reopening, String::new());
    }
    Said::Nothing
}
