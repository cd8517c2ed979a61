//! The programme (联系服务活动): what it is called and from when it holds (C-0).

mod events;
#[cfg(test)]
mod tests;

pub use events::{Established, ProgrammeAmended, ProgrammeEvent};

use crate::refusal::{Code, Refusal};
use crate::{Fold, Stamp, days, text};
use chrono::NaiveDate;

/// The programme: the fold of stream `programme`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Programme {
    established: Option<Established>,
    issuer: Option<String>,
    legal_bases: Vec<String>,
    theme: Option<String>,
    version: u64,
}

impl Fold for Programme {
    type Event = ProgrammeEvent;

    fn apply(&mut self, event: &ProgrammeEvent, at: &Stamp) {
        match event {
            ProgrammeEvent::Established(established) => self.established = Some(established.clone()),
            ProgrammeEvent::Amended(amended) => {
                if let (Some(established), Some(name)) = (&mut self.established, &amended.name) {
                    established.name.clone_from(name);
                }
                self.issuer = amended.issuer.clone().or_else(|| self.issuer.take());
                self.theme = amended.theme.clone().or_else(|| self.theme.take());
                if let Some(legal_bases) = &amended.legal_bases {
                    self.legal_bases.clone_from(legal_bases);
                }
            }
        }
        self.version = at.version;
    }
}

impl Programme {
    /// How it was established, under its present name; `None` before that.
    pub fn established(&self) -> Option<&Established> {
        self.established.as_ref()
    }

    /// Its name, once established.
    pub fn name(&self) -> Option<&str> {
        self.established.as_ref().map(|e| e.name.as_str())
    }

    /// The first day on which receptions count, once established.
    pub fn effective_on(&self) -> Option<NaiveDate> {
        self.established.as_ref().map(|e| e.effective_on)
    }

    /// Who issued it, where that is said.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// What it rests on.
    pub fn legal_bases(&self) -> &[String] {
        &self.legal_bases
    }

    /// What it is about, where that is said.
    pub fn theme(&self) -> Option<&str> {
        self.theme.as_deref()
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

/// The most legal bases that a programme names.
pub const LEGAL_BASES_MAX: usize = 20;

/// Amends what is said of the programme (C-0); what is left out stays.
///
/// Errors, all at once: those of [`text::title`] at the members; [`Code::TooMany`] at `/legal_bases`; then
/// [`Code::BeforeProgramme`] where there is none yet, [`Code::AlreadyNamed`] where nothing would change.
pub fn amend(programme: &Programme, draft: &ProgrammeAmended) -> Result<ProgrammeEvent, Vec<Refusal>> {
    let mut faults = Vec::new();
    let mut read = |text: &Option<String>, at: String| {
        let read = text.as_deref().map(text::title)?;
        read.map_err(|refusal| faults.push(refusal.at(at))).ok()
    };
    let name = read(&draft.name, "/name".to_owned());
    let issuer = read(&draft.issuer, "/issuer".to_owned());
    let theme = read(&draft.theme, "/theme".to_owned());
    let bases = draft.legal_bases.as_ref().map(|bases| {
        let bases = bases.iter().take(LEGAL_BASES_MAX).cloned().map(Some).enumerate();
        bases.filter_map(|(index, base)| read(&base, format!("/legal_bases/{index}"))).collect::<Vec<_>>()
    });
    if draft.legal_bases.as_ref().is_some_and(|bases| bases.len() > LEGAL_BASES_MAX) {
        faults.push(Refusal::new(Code::TooMany).under("C-0").at("/legal_bases"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if programme.established.is_none() {
        return Err(vec![Refusal::new(Code::BeforeProgramme)]);
    }
    let amended = ProgrammeAmended {
        name: name.filter(|name| programme.name() != Some(name.as_str())),
        issuer: issuer.filter(|issuer| programme.issuer() != Some(issuer.as_str())),
        legal_bases: bases.filter(|bases| programme.legal_bases() != bases.as_slice()),
        theme: theme.filter(|theme| programme.theme() != Some(theme.as_str())),
    };
    if amended == ProgrammeAmended::default() {
        return Err(vec![
            Refusal::new(Code::AlreadyNamed).under("C-0").because("内容没有变化。", "Nothing would change."),
        ]);
    }
    Ok(ProgrammeEvent::Amended(amended))
}
