//! The passwords that are tried first by whoever guesses (data/README.md says where the list is from).

use flate2::read::GzDecoder;
use std::collections::HashSet;
use std::io::Read as _;
use std::sync::LazyLock;
use zeroize::Zeroizing;

const PACKED: &[u8] = include_bytes!("../../data/common-passwords.txt.gz");
/// How long the list is at most, unpacked; it is ours, so this is a bound of habit.
const BYTES_MAX: u64 = 1024 * 1024;

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::new();
    // It is compiled in and read by a test: what cannot be unpacked here could not be built.
    match GzDecoder::new(PACKED).take(BYTES_MAX).read_to_string(&mut text) {
        Ok(_) => text,
        Err(_) => String::new(),
    }
});

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| TEXT.lines().collect());

/// Whether a password is one of the commonest, or hardly more: one of them after the digits and marks at its ends are
/// taken off, or what is repeated in it, where that makes up at least half of it. `Password1234!` is `password`.
pub(super) fn is_common(password: &str) -> bool {
    let whole: Zeroizing<String> = Zeroizing::new(password.to_lowercase());
    let core = whole.trim_matches(|c: char| !c.is_alphabetic());
    [whole.as_str(), core].into_iter().any(|part| {
        let (once, times) = repeated(part);
        let made_up = once.chars().count() * times;
        COMMON.contains(part) && 2 * part.chars().count() >= whole.chars().count()
            || times > 1 && COMMON.contains(once) && 2 * made_up >= whole.chars().count()
            || times > 1 && once.chars().count() <= 2 && part.len() == whole.len()
    })
}

/// The shortest beginning of a text of which it is made by repetition, and how often it stands there.
fn repeated(text: &str) -> (&str, usize) {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    for end in ends.take_while(|end| end * 2 <= text.len()) {
        let (once, rest) = text.split_at(end);
        if text.len().is_multiple_of(end) && rest.as_bytes().chunks(end).all(|chunk| chunk == once.as_bytes()) {
            return (once, text.len() / end);
        }
    }
    (text, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_sorted_and_in_small_letters() {
        assert_eq!(COMMON.len(), 10_283);
        assert!(TEXT.lines().is_sorted());
        assert!(TEXT.lines().all(|line| line == line.to_lowercase() && !line.is_empty()));
        for known in ["123456", "password", "qwertyuiop", "1qaz2wsx3edc"] {
            assert!(COMMON.contains(known), "{known}");
        }
    }

    #[test]
    fn a_repetition_is_found() {
        assert_eq!(repeated("abcabcabc"), ("abc", 3));
        assert_eq!(repeated("aaaa"), ("a", 4));
        assert_eq!(repeated("王王"), ("王", 2));
        assert_eq!(repeated("abcab"), ("abcab", 1));
        assert_eq!(repeated(""), ("", 1));
    }

    #[test]
    fn what_is_hardly_more_than_a_common_password_is_one() {
        for common in [
            "1qaz2wsx3edc",
            "1QAZ2WSX3EDC",
            "password1234",
            "Password2026!",
            "!!password!!",
            "qwertyqwerty",
            "dragondragondragon",
            "121212121212",
            "aaaaaaaaaaaa",
            "............",
        ] {
            assert!(is_common(common), "{common}");
        }
        for fine in
            ["correct horse battery staple", "jiangqiao-taiping-7", "love#8$2!9@4^7&1%3", "江桥镇太平网格联络员三号室"]
        {
            assert!(!is_common(fine), "{fine}");
        }
    }
}
