//! How much of a name or a number is shown to whoever need not know it whole.

/// A name of which the first character is shown: `王**`.
pub fn masked_name(name: &str) -> String {
    name.chars().next().map(|first| format!("{first}**")).unwrap_or_default()
}

/// A number of which the first three and the last four characters are shown, `138****1234`; nothing of one so short that this
/// would hide less than four.
pub fn masked_number(number: &str) -> String {
    let all: Vec<char> = number.chars().collect();
    match all.len() {
        0..11 => "****".to_owned(),
        long => [&all[..3], &['*'; 4], &all[long - 4..]].concat().into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_one_person_from_another_and_no_more() {
        assert_eq!(masked_name("王小明"), "王**");
        assert_eq!(masked_name("王"), "王**", "not how long it is either");
        assert_eq!(masked_name(""), "");
    }

    #[test]
    fn at_least_four_characters_of_a_number_are_hidden() {
        assert_eq!(masked_number("13800001234"), "138****1234");
        assert_eq!(masked_number("86-0571-88001234"), "86-****1234");
        for short in ["8800123", "0571880012", ""] {
            assert_eq!(masked_number(short), "****");
        }
    }
}
