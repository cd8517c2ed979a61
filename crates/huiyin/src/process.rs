//! What the process keeps to itself: its memory holds keys and what people told.

use rustix::process::{Resource, Rlimit, setrlimit};
use std::panic::{Location, PanicHookInfo};

/// Leaves no core dump, lets no other process of the user look into the memory, and tells of a panic only where it
/// happened. To be called first thing.
pub fn keep_to_itself() {
    // Neither can fail for a process that asks less for itself; without them it runs on as before.
    _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    {
        _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    }
    std::panic::set_hook(Box::new(tell));
}

/// The text of a panic may quote what it could not handle, which may be what somebody told.
fn tell(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let place = place(panic.location(), thread.name());
    if tracing::dispatcher::has_been_set() {
        tracing::error!(place, "panic");
    } else {
        crate::terminal::say(&format!("panic: {place}"));
    }
}

fn place(location: Option<&Location<'_>>, thread: Option<&str>) -> String {
    let location = location.map_or_else(|| "unknown place".to_owned(), ToString::to_string);
    format!("{location}, thread {}", thread.unwrap_or("without a name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    static TOLD: Mutex<String> = Mutex::new(String::new());

    #[test]
    fn a_panic_is_told_by_its_place_alone() {
        let told = place(Some(Location::caller()), Some("sequencer"));
        assert!(told.contains("process.rs:") && told.ends_with(", thread sequencer"), "{told}");
        assert_eq!(place(None, None), "unknown place, thread without a name");

        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(|panic| {
            if let Ok(mut told) = TOLD.lock() {
                told.push_str(&place(panic.location(), std::thread::current().name()));
            }
        }));
        let caught = std::panic::catch_unwind(|| assert_eq!("欧阳念慈".len(), 1, "what somebody told"));
        std::panic::set_hook(before);
        assert!(caught.is_err());
        let told = TOLD.lock().map(|told| told.clone()).unwrap_or_default();
        assert!(told.contains("process.rs:") && !told.contains("somebody"), "{told}");
    }
}
