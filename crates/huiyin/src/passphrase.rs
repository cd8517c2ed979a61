//! Passphrases of key backups: what is good enough for one, and where it may stand.

use domain::language::Language;
use event_store::keys::PASSPHRASE_BYTES_MAX;
use identity::password::{self, Unfit};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use zeroize::Zeroizing;

/// That a passphrase is as good as a password must be.
///
/// # Errors
/// Why it is not, in words.
pub(crate) fn fit(passphrase: &str, language: Language) -> Result<(), String> {
    password::choose(passphrase).map(drop).map_err(|unfit| {
        let (zh, en) = match unfit {
            Unfit::TooShort => ("口令至少 12 个字符", "a passphrase has at least 12 characters"),
            Unfit::TooLong => ("口令最多 128 个字符", "a passphrase has at most 128 characters"),
            Unfit::ControlCharacter => ("口令不得含控制字符", "a passphrase has no control characters"),
            Unfit::Common => ("口令过于常见，请另选一个", "the passphrase is one of the commonest; choose another"),
        };
        language.pick(zh, en).to_owned()
    })
}

/// The first line of a file.
///
/// # Errors
/// What the system says, with the file.
pub(crate) fn of_file(file: &Path) -> Result<Zeroizing<String>, String> {
    let mut text = Zeroizing::new(String::with_capacity(PASSPHRASE_BYTES_MAX + 2));
    let most = u64::try_from(PASSPHRASE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(2);
    let read = File::open(file).and_then(|open| open.take(most).read_to_string(&mut text));
    read.map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}
