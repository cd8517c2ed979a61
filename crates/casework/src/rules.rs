//! Policy versions and working calendars, as an authority adopts and publishes them, and what is said of the programme.

use crate::boxed::boxed;
use crate::casework::Casework;
use crate::governed::Governed;
use crate::issues::OccurredAt;
use crate::sessions::of_refusals;
use crate::write::context::CommandContext;
use crate::write::failure::Failure;
use crate::write::transact::Outcome;
use domain::calendar::{self, CalendarYear};
use domain::policy;
use domain::programme::{self, ProgrammeAmended};
use domain::refusal::{Code, Refusal};
use event_store::StreamId;
use serde_json::Value;

/// All faults of a document at once.
fn all(refusals: Vec<Refusal>) -> Failure {
    Failure::Invalid(refusals)
}

impl Casework {
    /// Adopts a policy version: the whole document, checked value by value.
    #[boxed(?Send)]
    pub async fn adopt_policy(
        &self,
        call: &CommandContext,
        document: &Value,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<()>>, Failure> {
        // Whether it fits comes before the version.
        let reference = self.reference();
        policy::fits(&reference.policies, document, reference.town_date(self.now())).map_err(all)?;
        let fresh = self.new_id();
        let known = reference.policy_id().map(|id| StreamId::of("policy", id.0));
        self.govern(call, known.as_ref(), at, |draft| {
            let id = draft.reference.policy_id().map_or(fresh, |id| id.0);
            let today = draft.reference.town_date(draft.now);
            let event = policy::adopt(&draft.reference.policies, document, today).map_err(all)?;
            draft.write(StreamId::of("policy", id), [event])?;
            Ok(())
        })
        .await
    }

    /// Publishes a year's calendar, or amends it; open due dates are recomputed afterwards
    /// ([`Casework::recompute_deadlines`]).
    #[boxed(?Send)]
    pub async fn publish_calendar(
        &self,
        call: &CommandContext,
        year: &CalendarYear,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<i32>>, Failure> {
        let Some(stream) = StreamId::new(format!("calendar/{}", year.year)) else {
            return Err(Failure::Fault("a calendar stream has a short name".to_owned()));
        };
        let today = self.reference().town_date(self.now());
        if year.source.published_on > today {
            return Err(Refusal::new(Code::InTheFuture).at("/source/published_on").into());
        }
        self.govern(call, Some(&stream), at, |draft| {
            if !draft.reference.calendars.published(year.year) {
                call.makes_new()?;
            }
            let event = calendar::publish(&draft.reference.calendars, year.clone()).map_err(all)?;
            draft.write(stream.clone(), [event])?;
            Ok(year.year)
        })
        .await
    }

    /// Amends what is said of the programme; what is left out stays.
    #[boxed(?Send)]
    pub async fn amend_programme(
        &self,
        call: &CommandContext,
        amended: &ProgrammeAmended,
        at: OccurredAt,
    ) -> Result<Outcome<Governed<()>>, Failure> {
        let Some(stream) = StreamId::new("programme".to_owned()) else {
            return Err(Failure::Fault("the programme's stream has a name".to_owned()));
        };
        self.govern(call, Some(&stream), at, |draft| {
            let event = programme::amend(&draft.reference.programme, amended).map_err(of_refusals)?;
            draft.write(stream.clone(), [event])?;
            Ok(())
        })
        .await
    }
}
