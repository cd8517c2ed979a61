//! `huiyin doctor`: reads everything there is and says what it found and did. It opens the directory itself.
//!
//! Exit codes: 0 everything is well or was mended, 1 damage that it could not mend, 2 it could not check.

use super::remote::{CommandResult, Trouble, directories, options_of};
use crate::progress::Bar;
use crate::serve_arguments::{newest_checkpoint_argument, newest_checkpoint_of};
use crate::terminal::print;
use base64::Engine as _;
use clap::{ArgMatches, Command};
use domain::language::Language;
use event_store::doctor::{FindingKind, Report, doctor};
use event_store::open::{OpenOptions, Progress, Step};

/// `huiyin doctor` with its options.
pub fn command(language: Language) -> Command {
    let about = language.pick(
        "检查数据目录的每一条记录，必要时由日志重建存储，或由存储修补日志（须先停止服务）",
        "Check every leaf of the data directory; rebuild its store from the journal, or mend the journal from the store, if need be (stop the server first)",
    );
    directories(Command::new("doctor").about(about), language).arg(newest_checkpoint_argument(language))
}

/// Checks, prints a finding a line on standard output, and ends with the verdict.
pub fn run(matches: &ArgMatches, language: Language) -> CommandResult {
    let options = OpenOptions { newest_checkpoint: newest_checkpoint_of(matches), ..options_of(matches) };
    let data = &options.data;
    if !data.is_dir() {
        // Looking must not make what it looks for.
        let words = language.pick("没有这个数据目录", "there is no such data directory");
        return Err(Trouble::Cannot(format!("{}{}{words}", data.display(), language.colon())));
    }
    let verifying = Bar::new(language.pick("核对日志", "reading the journal"));
    let replaying = Bar::new(language.pick("核对或补齐存储", "seeing that the store is level"));
    let comparing = Bar::new(language.pick("比对存储", "comparing the store"));
    let proving = Bar::new(language.pick("核对存储以修补日志", "checking the store to mend the journal"));
    let mending = Bar::new(language.pick("重写日志", "writing the journal anew"));
    let report = doctor(&options, &|Progress { step, done, total }| {
        match step {
            Step::Verifying => &verifying,
            Step::Replaying => &replaying,
            Step::Comparing => &comparing,
            Step::Proving => &proving,
            Step::Mending => &mending,
        }
        .at(done, total);
    });
    for bar in [verifying, replaying, comparing, proving, mending] {
        bar.done();
    }
    for line in lines(&report, language) {
        print(&line);
    }
    verdict(&report, language)
}

/// The report, a finding a line.
fn lines(report: &Report, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(log_id) = report.log_id {
        let (log, leaves) = (language.pick("日志", "log"), language.pick("条记录", "leaves"));
        lines.push(format!("{log} {log_id}{}{} {leaves}", language.colon(), report.size));
    }
    if let Some(root) = report.root {
        let root = base64::engine::general_purpose::STANDARD.encode(root);
        lines.push(format!("{} {root}", language.pick("树根", "root")));
    }
    for finding in &report.findings {
        let mark = match finding.kind {
            FindingKind::Sound => language.pick("[完好]", "[sound]"),
            FindingKind::Kept => language.pick("[留存]", "[kept]"),
            FindingKind::Mended => language.pick("[已修复]", "[mended]"),
            FindingKind::Refused => language.pick("[异常]", "[wrong]"),
        };
        lines.push(format!("{mark} {}", language.pick(&finding.message.zh, &finding.message.en)));
    }
    lines
}

fn verdict(report: &Report, language: Language) -> CommandResult {
    if report.is_sound() {
        return Ok(());
    }
    Err(if report.log_id.is_some() {
        Trouble::Wrong(language.pick("有未能修复的损坏。", "There is damage that was not mended.").to_owned())
    } else {
        Trouble::Cannot(language.pick("未能检查。", "Nothing could be checked.").to_owned())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use event_store::Message;
    use event_store::doctor::Finding;

    fn report(log_id: Option<uuid::Uuid>, kinds: &[FindingKind]) -> Report {
        let finding = |kind: &FindingKind| Finding { kind: *kind, message: Message::new("日志", "journal") };
        Report { log_id, size: 3, findings: kinds.iter().map(finding).collect(), ..Report::default() }
    }

    #[test]
    fn damage_and_not_being_able_to_look_are_told_apart() {
        let known = Some(uuid::Uuid::nil());
        let (sound, mended, refused) = (FindingKind::Sound, FindingKind::Mended, FindingKind::Refused);
        assert_eq!(verdict(&report(known, &[sound, mended]), Language::En), Ok(()));
        assert!(matches!(verdict(&report(known, &[sound, refused]), Language::En), Err(Trouble::Wrong(_))));
        assert!(matches!(verdict(&report(None, &[refused]), Language::En), Err(Trouble::Cannot(_))));
    }

    #[test]
    fn every_finding_is_a_line_in_the_persons_language() {
        let report = report(Some(uuid::Uuid::nil()), &[FindingKind::Sound, FindingKind::Refused]);
        assert_eq!(lines(&report, Language::Zh).last().unwrap(), "[异常] 日志");
        assert_eq!(lines(&report, Language::En)[1], "[sound] journal");
    }

    #[test]
    fn looking_makes_no_directory() {
        let nowhere = std::env::temp_dir().join(format!("huiyin-doctor-{}", uuid::Uuid::now_v7()));
        let matches =
            command(Language::En).try_get_matches_from(["doctor", "--data", nowhere.to_str().unwrap()]).unwrap();
        assert!(matches!(run(&matches, Language::En), Err(Trouble::Cannot(_))));
        assert!(!nowhere.exists());
    }
}
