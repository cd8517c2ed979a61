//! Who reads an answer, and what of the words in it they are shown.

use crate::http::caller::Caller;
use crate::http::extract::{Command, Question};
use crate::input::body::one_of;
use crate::input::query::Query;
use crate::problem::Problem;
use crate::problem::codes::HttpCode;
use crate::state::{AppState, Snapshot};
use casework::access::sight::Withheld;
use casework::access::{Reader, Sight};
use casework::loaded::{Entity, Loaded};
use domain::vocabulary::PersonalClass;
use event_store::Position;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// 为何不显示文字、姓名或电话：true 表示不在所用角色的范围之内；view_not_recorded 表示查看未能记录，因此不显示。Why words, names or
/// numbers are not shown: true where they are not for the role; `view_not_recorded` where looking at them could not be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Withheld)]
#[serde(untagged)]
pub enum WithheldView {
    /// It is not theirs to see.
    NotTheirs(bool),
    /// Looking at it could not be recorded.
    NotRecorded(NotRecorded),
}

/// That somebody looks could not be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub enum NotRecorded {
    /// So nothing is shown; what is asked for again may be.
    #[serde(rename = "view_not_recorded")]
    ViewNotRecorded,
}

impl From<Withheld> for WithheldView {
    fn from(why: Withheld) -> Self {
        match why {
            Withheld::NotTheirs => Self::NotTheirs(true),
            Withheld::NotRecorded => Self::NotRecorded(NotRecorded::ViewNotRecorded),
        }
    }
}

impl Caller {
    /// Whoever asks, as whoever reads the answer.
    pub(crate) fn reader(&self) -> Reader {
        Reader {
            asker: self.role.map(|role| self.account.asker(role)),
            action: Some(self.action),
            purpose: self.purpose,
            ..Reader::default()
        }
    }
}

impl Question {
    /// Who asks, as whoever reads the answer.
    ///
    /// # Errors
    /// 400 `purpose_missing` where whole names or numbers are asked for and nothing says what for.
    pub fn reader(&self, adopted: bool) -> Result<Reader, Problem> {
        let opens = self.value("open").map(|value| value.split(',').filter_map(PersonalClass::parse).collect());
        let reader = Reader { opens: opens.unwrap_or_default(), ..self.caller.reader() };
        if adopted && !reader.opens.is_empty() && reader.purpose.is_none() {
            return Err(Problem::new(HttpCode::PurposeMissing));
        }
        Ok(reader)
    }
}

impl Command {
    /// Who asks by a body, as whoever reads what is held of people.
    ///
    /// # Errors
    /// 400 `purpose_missing` where nothing says what for.
    pub fn reader_of_people(&self, adopted: bool) -> Result<Reader, Problem> {
        let reader = self.caller.reader();
        if adopted && reader.purpose.is_none() {
            return Err(Problem::new(HttpCode::PurposeMissing));
        }
        Ok(reader)
    }

    /// Who commands, as whoever reads the answer to a command that came when the log ended at a position.
    pub fn reader(&self, came: Position) -> Reader {
        match self.spoken_of {
            // A stranger is shown what is on their own page, which opens nothing.
            Some(_) => Reader::default(),
            None => Reader { commands: Some(came), ..self.caller.reader() },
        }
    }
}

impl Query {
    /// `open`: the classes of personal parts that are asked for in full.
    pub fn open(&mut self) -> BTreeSet<PersonalClass> {
        const OPENED: [PersonalClass; 2] = [PersonalClass::Identity, PersonalClass::Contact];
        let fitting = || one_of(OPENED.iter().map(|class| class.as_str()));
        let class = |name: &str| OPENED.into_iter().find(|class| class.as_str() == name);
        self.choices("open", fitting, class).unwrap_or_default().into_iter().collect()
    }
}

impl AppState {
    /// The town as it is now, as whoever asks reads of it.
    ///
    /// # Errors
    /// As those of [`Question::reader`].
    pub fn present_to(&self, question: &Question) -> Result<Snapshot, Problem> {
        Ok(Snapshot { reader: question.reader(self.casework.access_adopted())?, ..self.present() })
    }

    /// What of a thing whoever reads a moment is shown. That they look is on record when this returns.
    ///
    /// # Errors
    /// Where what the thing hangs on cannot be read.
    pub async fn sight<S: Entity>(&self, snapshot: &Snapshot, id: S::Id, loaded: &Loaded<S>) -> Result<Sight, Problem> {
        Ok(self.casework.sight(&snapshot.reader, id, loaded).await?)
    }
}
