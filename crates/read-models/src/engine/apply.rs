//! One more fact of a stream, taken into the state of what the stream is about. What has no place there is refused: a gap,
//! an event of another family, a second beginning.

use crate::engine::decode::Fact;
use crate::engine::failure::Failure;
use domain::Fold as _;
use domain::event::Event;
use domain::major_issue::{MajorIssue, MajorIssueEvent};
use domain::reception::{Reception, ReceptionEvent};
use domain::session::{Session, SessionEvent};

pub(crate) fn apply_reception(reception: &mut Reception, fact: &Fact) -> Result<(), Failure> {
    let Event::Reception(event) = &fact.event else {
        return Err(fact.misplaced());
    };
    fact.follows(reception.version)?;
    if matches!(event, ReceptionEvent::Recorded(_)) != (fact.stamp.version == 1) {
        return Err(fact.misplaced());
    }
    reception.apply(event, &fact.stamp);
    Ok(())
}

pub(crate) fn apply_major_issue(major_issue: &mut MajorIssue, fact: &Fact) -> Result<(), Failure> {
    let Event::MajorIssue(event) = &fact.event else {
        return Err(fact.misplaced());
    };
    fact.follows(major_issue.version)?;
    if matches!(event, MajorIssueEvent::Submitted(_)) != (fact.stamp.version == 1) {
        return Err(fact.misplaced());
    }
    major_issue.apply(event, &fact.stamp);
    Ok(())
}

pub(crate) fn apply_session(session: &mut Session, fact: &Fact) -> Result<(), Failure> {
    let Event::Session(event) = &fact.event else {
        return Err(fact.misplaced());
    };
    fact.follows(session.version)?;
    // It may be planned again where the calendar had cancelled it.
    if fact.stamp.version == 1 && !matches!(event, SessionEvent::Planned(_)) {
        return Err(fact.misplaced());
    }
    session.apply(event, &fact.stamp);
    Ok(())
}
