//! Every branch of opening: what is mended and told, what is refused and why.

mod directories;
mod journal;
mod sled;

use super::kit::Place;
use std::fs;

/// How many stores were set aside.
fn set_aside(place: &Place) -> usize {
    let names = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().contains("sled.set-aside")).count()
}
