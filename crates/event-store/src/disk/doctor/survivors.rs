//! sled held against what can still be read of a damaged journal: every whole frame is a second witness of its events.

use super::reading::unreadable;
use crate::disk::index::Index;
use crate::disk::journal::frame::Group;
use crate::disk::journal::salvage::Piece;
use crate::disk::sled::Store;
use crate::ids::Position;
use crate::log::{LogError, Recorded};
use crate::message::Message;

/// Most events that only the journal has. sled is flushed every second, so this is far more than a crash leaves.
const BEYOND_MAX: u64 = 1_000_000;

/// What the whole frames say of sled.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Agreement {
    /// Events of whole frames that sled has byte by byte.
    pub agreeing: u64,
    /// Events, none of them behind what was signed, that the journal has with other leaves than sled.
    pub overruled: u64,
    /// The first of them.
    pub first_overruled: Option<Position>,
    /// How far whole frames go on from sled's last event; sled's size when they do not.
    pub reach: u64,
}

/// Holds sled, which ends at `size`, against every whole frame.
///
/// # Errors
/// What stands against a mending: other content that no signature decides on, something that only the journal has, a gap.
pub(super) fn hold_against(
    store: &Store,
    index: &Index,
    size: u64,
    signed: u64,
    pieces: &[Piece],
) -> Result<Agreement, Message> {
    let mut agreement = Agreement { reach: size, ..Agreement::default() };
    for piece in pieces {
        let failed = |error: std::io::Error| unreadable(&LogError::Io(error.to_string()));
        let mut frames = piece.frames().map_err(failed)?;
        while let Some(group) = frames.next().map_err(failed)? {
            if group.first.0 > size {
                agreement.follow(&group, size)?;
            } else {
                agreement.compare(store, index, &group, size, signed)?;
            }
        }
    }
    if let (Some(first), true) = (agreement.first_overruled, agreement.reach > size) {
        let next = size + 1;
        return Err(Message::new(
            format!("日志自第 {first} 条起与已签署的不同，却又从第 {next} 条起续写，无从判断续写的是哪一份记录"),
            format!(
                "the journal differs from what was signed from position {first} on and goes on behind sled at {next}: which record it continues cannot be told"
            ),
        ));
    }
    Ok(agreement)
}

impl Agreement {
    /// A frame of events that sled does not have must be the next one.
    fn follow(&mut self, group: &Group, size: u64) -> Result<(), Message> {
        let (first, next) = (group.first.0, self.reach + 1);
        if first != next {
            let last = first.saturating_sub(1);
            return Err(Message::new(
                format!("第 {next} 至 {last} 条既不在 sled 中，也不在日志任何完整的一帧中"),
                format!("positions {next} to {last} are neither in sled nor in any whole frame of the journal"),
            ));
        }
        self.reach += group.events.len() as u64;
        if self.reach - size > BEYOND_MAX {
            return Err(Message::new(
                format!("sled 只到第 {size} 条，比日志落后 {BEYOND_MAX} 条以上"),
                format!("sled ends at {size}, more than {BEYOND_MAX} events behind the journal"),
            ));
        }
        Ok(())
    }

    fn compare(&mut self, store: &Store, index: &Index, group: &Group, size: u64, signed: u64) -> Result<(), Message> {
        let before = Position(group.first.0.saturating_sub(1));
        if before.0 + group.events.len() as u64 > size {
            return Err(Message::new(
                format!("sled 在第 {size} 条处断在日志的一组之中"),
                format!("sled ends at position {size}, within a group of the journal"),
            ));
        }
        let stored = store.read_all(before, group.events.len()).map_err(|error| unreadable(&error))?;
        let positions = |events: &[Recorded]| events.iter().map(|event| event.position).collect::<Vec<_>>();
        if positions(&stored) != positions(&group.events) {
            let first = group.first;
            return Err(Message::new(
                format!("sled 缺第 {first} 条起的记录"),
                format!("sled lacks events from position {first} on"),
            ));
        }
        let mut same = true;
        for (ours, theirs) in stored.iter().zip(&group.events) {
            same &= self.weigh(ours, theirs, signed)?;
        }
        // What came with other leaves is of another history.
        if same { kept(index, group) } else { Ok(()) }
    }

    /// Whether the leaf is the same in both; where it is not, the signature must decide.
    fn weigh(&mut self, sled: &Recorded, journal: &Recorded, signed: u64) -> Result<bool, Message> {
        let position = sled.position;
        if sled == journal {
            self.agreeing += 1;
            return Ok(true);
        }
        if sled.leaf == journal.leaf {
            return Err(Message::new(
                format!("第 {position} 条的密封部分在 sled 与日志中不同，签名管不到它"),
                format!(
                    "the boxes of position {position} differ between sled and the journal, and no signature covers them"
                ),
            ));
        }
        if position.0 > signed {
            return Err(Message::new(
                format!("第 {position} 条在 sled 与日志中不同，而已签署的只到第 {signed} 条"),
                format!("position {position} differs between sled and the journal, and only {signed} are signed"),
            ));
        }
        self.overruled += 1;
        self.first_overruled.get_or_insert(position);
        Ok(false)
    }
}

/// Keys and command records of the frame are in sled.
fn kept(index: &Index, group: &Group) -> Result<(), Message> {
    for key in &group.keys {
        // Wrapped again under a newer epoch it may well be.
        let kept = index.key(key.id()).map_err(|error| unreadable(&error))?;
        if kept.is_none_or(|kept| kept.epoch < key.epoch) {
            let subject = key.id();
            return Err(Message::new(
                format!("sled 缺主体 {subject} 的密钥，而日志中有"),
                format!("sled lacks the key of subject {subject}, which the journal has"),
            ));
        }
    }
    for record in &group.commands {
        let kept = index.command(record.command).map_err(|error| unreadable(&error))?;
        let fits = kept.is_some_and(|kept| {
            kept.first == record.first && kept.last >= record.last && kept.fingerprint == record.fingerprint
        });
        if !fits {
            let first = record.first;
            return Err(Message::new(
                format!("第 {first} 条的命令在 sled 与日志中记得不同"),
                format!("the command of position {first} is on record otherwise in sled than in the journal"),
            ));
        }
    }
    Ok(())
}
