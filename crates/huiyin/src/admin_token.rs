//! The administrator's token, kept beside the data that it was made with.

use crate::secret_file;
use casework::access::tokens::FreshToken;
use casework::{Casework, Failure};
use domain::language::Language;
use std::path::{Path, PathBuf};

/// Its file in a data directory.
pub(crate) fn file(data: &Path) -> PathBuf {
    data.join("admin.token")
}

/// Writes the first token beside the data, for the owner's eyes only, and syncs it and its name before anything is
/// recorded: a power cut then leaves a token without a log, never a log without a token.
pub(crate) fn keep(file: &Path, token: &FreshToken) -> Result<(), Failure> {
    secret_file::write(file, &token.text).map_err(|error| Failure::Fault(format!("{}: {error}", file.display())))
}

/// That the token kept beside the data lets nobody in any more: the commands that use it would only be told 401.
pub(crate) fn revoked(file: &Path, casework: &Casework, language: Language) -> Option<String> {
    let token = std::fs::read_to_string(file).ok()?;
    if casework.authenticate(token.trim()).is_some() {
        return None;
    }
    let file = file.display();
    Some(match language {
        Language::Zh => format!(
            "{file} 中的令牌已吊销或已过期。请删除该文件，命令行改用 --token-file 指明有效的令牌；令牌都已丢失时，停止服务后运行 huiyin token create。"
        ),
        Language::En => format!(
            "the token in {file} was revoked or has expired. Delete that file, and name a good one by --token-file; if every token is lost, stop the server and run `huiyin token create`."
        ),
    })
}
