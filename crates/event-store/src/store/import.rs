//! Taking over leaves that another store has numbered: an export is read in, or a log moves to another engine.
//!
//! Nothing is given a number here; everything is checked, so the root after an import is the root of the original.

use super::imported::Imported;
use super::sequencer::{Ended, Sequencer};
use super::stage::Stage;
use crate::ids::{CommandId, Position};
use crate::log::{BatchEvent, CommandRecord};
use crate::record::tree::Edge;
use crate::store::append::AppendError;
use std::collections::HashMap;

impl Sequencer {
    /// Appends one group of foreign events verbatim, all or none. Returns the head's position after it.
    pub async fn import(&mut self, events: &[Imported]) -> Result<Position, AppendError> {
        if let Some(why) = self.shared.poisoned() {
            return Err(AppendError::OutcomeUnknown(format!("the writer is poisoned: {why}")));
        }
        let streams = self.known(events.iter().map(|e| &e.leaf.stream)).await?;
        let edge = Edge::clone(&self.shared.edge());
        let mut stage = Stage::new(edge, self.last_recorded_at, streams);
        let mut commands = HashMap::new();
        for event in events {
            check(&stage, event)?;
            self.note_command(&mut commands, event).await?;
            stage.last_recorded_at = event.leaf.recorded_at;
            stage.push(BatchEvent {
                recorded: event.recorded.clone(),
                hash: event.hash,
                stream: event.leaf.stream.clone(),
                version: event.leaf.version,
            });
        }
        stage.batch.commands = commands.into_values().collect();
        stage.batch.commands.sort_by_key(|record| record.first);
        let head = Position(stage.edge.size());
        match self.commit(stage).await {
            Ended::Durable => Ok(head),
            Ended::Failed(failure) => Err(failure.into()),
            Ended::Moved => Err(AppendError::Invalid("the log grew while events were imported into it".to_owned())),
        }
    }

    /// Extends the record of the event's command, which may have begun in an earlier group, or begins one.
    async fn note_command(
        &self,
        commands: &mut HashMap<CommandId, CommandRecord>,
        event: &Imported,
    ) -> Result<(), AppendError> {
        let command = event.leaf.command;
        let position = event.recorded.position;
        let earlier = match commands.remove(&command) {
            Some(record) => Some(record),
            None => self.log.command(command).await?,
        };
        let mut record = earlier.unwrap_or(CommandRecord {
            command,
            fingerprint: None,
            first: position,
            last: Position(position.0.saturating_sub(1)),
        });
        if record.last.0 + 1 != position.0 {
            return Err(AppendError::Invalid(format!(
                "position {position}: the leaves of its command do not follow each other"
            )));
        }
        record.last = position;
        commands.insert(command, record);
        Ok(())
    }
}

/// Whether the event is the next of the log and of its stream.
fn check(stage: &Stage, event: &Imported) -> Result<(), AppendError> {
    let at = event.recorded.position;
    let leaf = &event.leaf;
    let refuse = |why: String| Err(AppendError::Invalid(format!("position {at}: {why}")));
    let next = stage.edge.size() + 1;
    if at.0 != next {
        return refuse(format!("the log goes on at position {next}"));
    }
    let head = stage.known(&leaf.stream).head;
    if leaf.version.0 != head.version.0 + 1 {
        return refuse(format!("version {} of {} does not follow version {}", leaf.version, leaf.stream, head.version));
    }
    if leaf.prev != head.hash {
        return refuse(format!("prev is not the hash of version {} of {}", head.version, leaf.stream));
    }
    if leaf.recorded_at < stage.last_recorded_at {
        return refuse("recorded_at is smaller than that of the leaf before it".to_owned());
    }
    if leaf.policy.max(leaf.calendar).is_some_and(|p| p >= at) {
        return refuse("policy or calendar refers to a position that is not before it".to_owned());
    }
    Ok(())
}
