//! `huiyin doctor`: reads everything there is and says what it found and did. It opens the directory itself.
//!
//! Exit codes: 0 everything is well or was mended, 1 damage that it could not mend, 2 it could not check.

use super::local;
use super::remote::{CommandResult, Trouble, directories, options_of};
use crate::progress::Bar;
use crate::serve_arguments::{newest_checkpoint_argument, newest_checkpoint_of};
use crate::terminal::print;
use api::problem::causes;
use base64::Engine as _;
use casework::Failure;
use casework::checking::{FilesChecked, WhyWrong};
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
    verdict(&report, language)?;
    if report.size == 0 { Ok(()) } else { files(&options, language) }
}

/// Reads every file, and says what it found where there are any.
fn files(options: &OpenOptions, language: Language) -> CommandResult {
    let local = local::open_at(options, None, language)?;
    let cannot = |failure: Failure| Trouble::Cannot(causes::of_failure(&failure, language));
    let bar = Bar::new(language.pick("核对附件", "reading the files"));
    let checked = local.runtime.block_on(async {
        let casework = local.casework().await?;
        // Looking makes no directory, but where there should be one.
        let checked = if crate::files::are_somewhere(&options.data) || casework.has_files().await? {
            let files = crate::files::open(&options.data, language).map_err(Failure::Unavailable)?;
            let casework = casework.with_files(files);
            casework.settle_files().await?;
            casework.check_files(&|done, all| bar.at(done, all)).await
        } else {
            Ok(FilesChecked::default())
        };
        local.store.shutdown().await;
        checked
    });
    bar.done();
    let checked = checked.map_err(cannot)?;
    for line in file_lines(&checked, language) {
        print(&line);
    }
    if checked.wrong_count == 0 {
        return Ok(());
    }
    Err(Trouble::Wrong(language.pick("有附件缺失或损坏。", "Files are missing or damaged.").to_owned()))
}

/// What was found of files, a finding a line; nothing where there are none.
fn file_lines(checked: &FilesChecked, language: Language) -> Vec<String> {
    let FilesChecked { sound, bytes, wrong, wrong_count, unnamed } = checked;
    let mut lines = Vec::new();
    if *sound > 0 {
        lines.push(match language {
            Language::Zh => format!("[完好] 附件 {sound} 个，共 {bytes} 字节，与记录相符"),
            Language::En => format!("[sound] {sound} files of {bytes} bytes are what their leaves commit to"),
        });
    }
    for (id, why) in wrong {
        let words = match why {
            WhyWrong::Missing => language.pick("内容不在", "its bytes are not there").to_owned(),
            WhyWrong::Damaged(why) => format!("{}{why}", language.pick("内容损坏：", "its bytes are damaged: ")),
            WhyWrong::Commitment => {
                language.pick("内容与记录不符", "its bytes are not what its leaf commits to").to_owned()
            }
        };
        lines.push(format!("{} {id}{}{words}", language.pick("[异常] 附件", "[wrong] file"), language.colon()));
    }
    let more = wrong_count - wrong.len() as u64;
    if more > 0 {
        lines.push(match language {
            Language::Zh => format!("[异常] 另有 {more} 个附件"),
            Language::En => format!("[wrong] and {more} more files"),
        });
    }
    for (id, bytes) in unnamed {
        lines.push(match language {
            Language::Zh => format!("[留存] {id}：{bytes} 字节，没有记录提到它；可以删除"),
            Language::En => format!("[kept] {id}: {bytes} bytes that no leaf speaks of; it may be removed"),
        });
    }
    lines
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
    fn what_is_wrong_with_a_file_is_a_line_and_no_file_is_none() {
        let nothing = FilesChecked::default();
        assert!(file_lines(&nothing, Language::En).is_empty());
        let id = domain::ids::FileId(uuid::Uuid::nil());
        let wrong = vec![(id, WhyWrong::Missing), (id, WhyWrong::Damaged("chunk 3".to_owned()))];
        let found = FilesChecked { sound: 2, bytes: 9, wrong, wrong_count: 5, unnamed: vec![(uuid::Uuid::max(), 7)] };
        for language in [Language::Zh, Language::En] {
            assert_eq!(file_lines(&found, language).len(), 5);
        }
        assert!(file_lines(&found, Language::En)[2].ends_with("damaged: chunk 3"));
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
