//! The published layout of the log (C2SP tlog-tiles): paths and the bytes behind them.

use crate::log::Recorded;
use std::fmt;

/// A width that means the whole tile.
pub const FULL: u16 = 256;
/// Levels beyond this do not exist in a tree of 2^64 leaves.
const LEVEL_MAX: u8 = 63;

/// What a path below the log's root names. Paths and resources correspond one to one: a second spelling of a path is
/// no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// `tile/<L>/<N>[.p/<W>]`: hashes.
    HashTile {
        /// Level of the tile, 0–63.
        level: u8,
        /// Place within the level.
        index: u64,
        /// Hashes, 1–256; 256 is the full tile.
        width: u16,
    },
    /// `tile/entries/<N>[.p/<W>]`: leaves.
    EntryBundle {
        /// Number of the bundle.
        index: u64,
        /// Leaves, 1–256; 256 is the full bundle.
        width: u16,
    },
}

/// The path of a hash tile; `width` 256 is the full tile.
pub fn tile_path(level: u8, index: u64, width: u16) -> String {
    Resource::HashTile { level, index, width }.to_string()
}

/// The path of an entry bundle; `width` 256 is the full bundle.
pub fn entries_path(index: u64, width: u16) -> String {
    Resource::EntryBundle { index, width }.to_string()
}

impl Resource {
    /// Reads a path; `None` for anything that [`fmt::Display`] would not write.
    pub fn parse(path: &str) -> Option<Self> {
        let (kind, place) = path.strip_prefix("tile/")?.split_once('/')?;
        let (number, width) = match place.split_once(".p/") {
            None => (place, FULL),
            Some((number, width)) => (number, width.parse().ok().filter(|w| (1..FULL).contains(w))?),
        };
        let mut index: u64 = 0;
        for group in number.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let value: u64 = digits.parse().ok().filter(|value| *value < 1000)?;
            index = index.checked_mul(1000)?.checked_add(value)?;
        }
        let resource = if kind == "entries" {
            Self::EntryBundle { index, width }
        } else {
            let level = kind.parse().ok().filter(|level| *level <= LEVEL_MAX)?;
            Self::HashTile { level, index, width }
        };
        // Signs, missing zeros, needless groups: whatever is spelled otherwise than we would is refused here.
        (resource.to_string() == path).then_some(resource)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut rest, width) = match *self {
            Self::HashTile { level, index, width } => {
                write!(f, "tile/{level}/")?;
                (index, width)
            }
            Self::EntryBundle { index, width } => {
                f.write_str("tile/entries/")?;
                (index, width)
            }
        };
        let mut groups = vec![rest % 1000];
        while rest >= 1000 {
            rest /= 1000;
            groups.push(rest % 1000);
        }
        for (left, group) in groups.iter().enumerate().rev() {
            if left > 0 {
                write!(f, "x{group:03}/")?;
            } else {
                write!(f, "{group:03}")?;
            }
        }
        if width < FULL {
            write!(f, ".p/{width}")?;
        }
        Ok(())
    }
}

/// The bytes of an entry bundle: each leaf after its length in 16 bits, big endian. Boxes are never in it. `None` when
/// a leaf is longer than the format allows.
pub fn entry_bundle(events: &[Recorded]) -> Option<Vec<u8>> {
    let bytes = events.iter().map(|event| event.leaf.len() + 2).sum();
    let mut bundle = Vec::with_capacity(bytes);
    for event in events {
        bundle.extend(u16::try_from(event.leaf.len()).ok()?.to_be_bytes());
        bundle.extend_from_slice(&event.leaf);
    }
    Some(bundle)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_written_in_threes() {
        assert_eq!(tile_path(0, 0, FULL), "tile/0/000");
        assert_eq!(tile_path(1, 999, 3), "tile/1/999.p/3");
        assert_eq!(tile_path(2, 1_234_067, FULL), "tile/2/x001/x234/067");
        assert_eq!(entries_path(1_000, 255), "tile/entries/x001/000.p/255");
    }

    #[test]
    fn other_spellings_are_no_paths() {
        for path in [
            "",
            "tile/0/0",
            "tile/0/0000",
            "tile/00/000",
            "tile/+1/000",
            "tile/64/000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/000.p/1/",
            "tile/0/",
            "tile/entries/",
            "tile/Entries/000",
            "/tile/0/000",
            "tile/0/+01",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert_eq!(Resource::parse(path), None, "{path}");
        }
    }

    proptest! {
        #[test]
        fn every_resource_reads_back(level in 0u8..=LEVEL_MAX, index: u64, width in 1u16..=FULL) {
            for resource in [Resource::HashTile { level, index, width }, Resource::EntryBundle { index, width }] {
                prop_assert_eq!(Resource::parse(&resource.to_string()), Some(resource));
            }
        }

        #[test]
        fn no_path_is_a_panic(path in "(tile/)?(entries|[0-9]{0,3})/[x0-9/.p+]{0,40}") {
            if let Some(resource) = Resource::parse(&path) {
                prop_assert_eq!(resource.to_string(), path);
            }
        }
    }
}
