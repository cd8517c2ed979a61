//! Corrections put in effect: a stream as if it had been recorded right from the start (T20). What was recorded first
//! stays in the log; a figure is about what is known to be so as of N.

use crate::Stamp;
use crate::correction::Corrections;
use crate::event::Event;
use crate::issue::IssueEvent;
use crate::issue::correcting::{Recorded, as_corrected};
use crate::reception::ReceptionEvent;
use std::borrow::Cow;

/// An issue's stream with its corrections in effect. When it was recorded stays.
pub(crate) fn issue(events: &[Recorded]) -> Cow<'_, [Recorded]> {
    let mut corrections = Corrections::default();
    for (event, at) in events {
        if let IssueEvent::Corrected(made) = event {
            corrections.make(made.event_version, &made.pointer, made.value.as_ref(), at);
        }
    }
    // Hardly any issue is ever corrected.
    if corrections.made().is_empty() { Cow::Borrowed(events) } else { Cow::Owned(as_corrected(events, &corrections)) }
}

/// The same of a reception's stream, of which the first event is all that figures look at.
pub(super) fn reception(events: &mut [(ReceptionEvent, Stamp)]) {
    let mut corrections = Corrections::default();
    for (event, at) in events.iter() {
        if let ReceptionEvent::Corrected(made) = event {
            corrections.make(made.event_version, &made.pointer, made.value.as_ref(), at);
        }
    }
    let Some(first) = events.first_mut().filter(|_| !corrections.made().is_empty()) else { return };
    if let (Event::Reception(event), at) = corrections.applied(Event::Reception(first.0.clone()), first.1) {
        *first = (event, at);
    }
}
