//! The system clock of a server: how far it is believed, and what is written down of it for the next start.

use domain::language::Language;
use event_store::clock::{self, ClockWatch};
use event_store::message::Message;
use std::path::Path;
use std::time::Duration;

/// The file of the data directory that holds, for one boot of the machine, how the wall clock stood to the time since
/// boot. It may be lost: then the clock is believed as it stands at the start.
const KEPT_FILE: &str = "clock";

/// How far the clock is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockBounds {
    /// The operator has looked: the clock is right as it stands.
    pub is_right: bool,
    /// How far it may move against the time since boot.
    pub step_max: Duration,
    /// How far it may lie beyond the newest leaf when the log is opened.
    pub ahead_max: Duration,
}

impl Default for ClockBounds {
    /// A minute, and 400 days: a log rests over a year's turn, but hardly longer.
    fn default() -> Self {
        Self { is_right: false, step_max: Duration::from_secs(60), ahead_max: Duration::from_secs(400 * 86_400) }
    }
}

impl ClockBounds {
    /// The machine's clock under watch. During the boot in which an earlier start wrote down how the clocks stood, a clock
    /// that was set since then counts as set while the server ran.
    pub fn watch(&self, data: &Path) -> ClockWatch {
        let kept = if self.is_right { None } else { read(data) };
        ClockWatch::of_system(self.step_max, kept)
    }

    /// Refuses a clock too far beyond the newest leaf.
    ///
    /// # Errors
    /// Why, with both times and what to do.
    pub fn admit(&self, newest_leaf_ms: i64, now_ms: i64, language: Language) -> Result<(), String> {
        if self.is_right {
            return Ok(());
        }
        let remedy = Message::new(
            "请校准系统时钟；确认时钟无误的，请以 --clock-is-right 启动。",
            "Set the system clock right; if it is right, start with --clock-is-right.",
        );
        clock::not_far_ahead(newest_leaf_ms, now_ms, self.ahead_max, &remedy)
            .map_err(|refusal| language.pick(&refusal.zh, &refusal.en).to_owned())
    }
}

/// What is wrong with the clock now, for health and for the terminal.
pub fn trouble(watch: &ClockWatch, newest_leaf_ms: i64, bounds: &ClockBounds) -> Option<Message> {
    match watch.check() {
        Err(jump) => {
            let Message { zh, en } = jump.message();
            Some(Message::new(
                format!("{zh}在时钟校准之前不记录任何内容；确认时钟无误的，请以 --clock-is-right 重新启动。"),
                format!(
                    "{en} Nothing is recorded until it is set right; if it is right, restart with --clock-is-right."
                ),
            ))
        }
        Ok(now) => clock::behind(newest_leaf_ms, now, bounds.step_max),
    }
}

/// Writes down how the clocks stand, for another start during this boot.
pub fn keep(data: &Path, watch: &ClockWatch) {
    let Some(boot) = boot_id() else { return };
    let kept = data.join(KEPT_FILE);
    let fresh = data.join(format!("{KEPT_FILE}.new"));
    let text = format!("{boot} {}\n", watch.offset_ms());
    if let Err(error) = std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, &kept)) {
        tracing::warn!(%error, "how the clock stands is not kept for the next start");
    }
}

fn read(data: &Path) -> Option<i64> {
    let text = std::fs::read_to_string(data.join(KEPT_FILE)).ok()?;
    let (boot, offset_ms) = text.trim().split_once(' ')?;
    (Some(boot) == boot_id().as_deref()).then(|| offset_ms.parse().ok())?
}

/// What the kernel calls this boot; `None` on a system that does not say.
fn boot_id() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn how_the_clock_stood_is_known_to_the_next_start_unless_the_operator_has_looked() {
        let data = tempfile::tempdir().unwrap();
        let bounds = ClockBounds::default();
        keep(data.path(), &bounds.watch(data.path()));
        assert!(bounds.watch(data.path()).check().is_ok());
        // An hour was added meanwhile: what was written down is an hour less than what is.
        let (boot, offset) = (boot_id().unwrap(), bounds.watch(data.path()).offset_ms() - 3_600_000);
        std::fs::write(data.path().join(KEPT_FILE), format!("{boot} {offset}\n")).unwrap();
        let told = trouble(&bounds.watch(data.path()), 0, &bounds).unwrap();
        assert!(told.en.contains("--clock-is-right") && told.zh.contains("--clock-is-right"));
        let confirmed = ClockBounds { is_right: true, ..bounds };
        assert!(confirmed.watch(data.path()).check().is_ok());
        // Another boot has another time since boot.
        std::fs::write(data.path().join(KEPT_FILE), format!("another {offset}\n")).unwrap();
        assert!(bounds.watch(data.path()).check().is_ok());
        std::fs::write(data.path().join(KEPT_FILE), "garbage").unwrap();
        assert!(bounds.watch(data.path()).check().is_ok());
    }

    #[test]
    fn a_refused_clock_is_told_with_the_option_that_confirms_it() {
        let bounds = ClockBounds::default();
        let (newest, now) = (1_795_000_000_000, 1_795_000_000_000 + 401 * 86_400_000);
        for language in [Language::Zh, Language::En] {
            assert!(bounds.admit(newest, now, language).unwrap_err().contains("--clock-is-right"));
        }
        assert_eq!(ClockBounds { is_right: true, ..bounds }.admit(newest, now, Language::En), Ok(()));
        assert_eq!(bounds.admit(newest, newest, Language::En), Ok(()));
    }
}
