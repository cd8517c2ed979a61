//! The programme (联系服务活动): what it is called and from when it holds (C-0).

mod events;
#[cfg(test)]
mod tests;

pub use events::{Established, ProgrammeEvent};

use crate::refusal::{Code, Refusal};
use crate::{Fold, Stamp, days, text};
use chrono::NaiveDate;

/// The programme: the fold of stream `programme`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Programme {
    established: Option<Established>,
    version: u64,
}

impl Fold for Programme {
    type Event = ProgrammeEvent;

    fn apply(&mut self, event: &ProgrammeEvent, at: &Stamp) {
        let ProgrammeEvent::Established(established) = event;
        self.established = Some(established.clone());
        self.version = at.version;
    }
}

impl Programme {
    /// Its name, once established.
    pub fn name(&self) -> Option<&str> {
        self.established.as_ref().map(|e| e.name.as_str())
    }

    /// The first day on which receptions count, once established.
    pub fn effective_on(&self) -> Option<NaiveDate> {
        self.established.as_ref().map(|e| e.effective_on)
    }

    /// Version of its stream; 0 before it is established.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Whether a town date lies within the programme.
    ///
    /// Errors: [`Code::BeforeProgramme`], also where there is no programme yet.
    pub fn covers(&self, on: NaiveDate) -> Result<(), Refusal> {
        match self.effective_on() {
            Some(first) if first <= on => Ok(()),
            Some(first) => Err(Refusal::new(Code::BeforeProgramme).because(
                format!("{on} 早于联系服务活动的实施日期 {first}。"),
                format!("{on} is before {first}, when the programme came into effect."),
            )),
            None => Err(Refusal::new(Code::BeforeProgramme)),
        }
    }
}

/// Establishes the programme, once (C-0).
///
/// Errors: those of [`text::title`] at `/name`; that of [`days::plausible`];
/// [`Code::AlreadyEstablished`].
pub fn establish(programme: &Programme, name: &str, effective_on: NaiveDate) -> Result<ProgrammeEvent, Refusal> {
    let name = text::title(name).map_err(|refusal| refusal.at("/name"))?;
    days::plausible(effective_on, "/effective_on")?;
    if programme.established.is_some() {
        return Err(Refusal::new(Code::AlreadyEstablished));
    }
    Ok(ProgrammeEvent::Established(Established { name, effective_on }))
}
