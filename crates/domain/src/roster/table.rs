//! The rows and cells of a file of values (RFC 4180), as strictly as a list of people needs it: a row is a line. What
//! could be read in two ways, a quote that is opened and not closed above all, is refused and never guessed.

use super::encoding::refused;
use crate::refusal::Refusal;

/// Which character stands between the cells: a tab where the first line has one, as Excel's Unicode text, else a comma.
pub fn separator(text: &str) -> char {
    let first = lines(text).map(|(_, line)| line).find(|line| !line.trim().is_empty());
    if first.is_some_and(|line| line.contains('\t')) { '\t' } else { ',' }
}

/// The lines of a text with their numbers from 1, as an editor counts them: `\n`, `\r\n` and a lone `\r` each end one.
pub fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let mut rest = Some(text);
    let lines = std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let ends = if text[at..].starts_with("\r\n") { at + 2 } else { at + 1 };
        rest = Some(&text[ends..]);
        Some(&text[..at])
    });
    (1..).zip(lines)
}

/// The cells of a line.
///
/// Errors: [`crate::refusal::Code::NotACsv`] for a quote that is not closed on its line, that stands inside a cell, or that more follows.
pub fn cells(row: u64, line: &str, separator: char) -> Result<Vec<String>, Refusal> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => of_quotes(row, quoted)?,
            None => {
                let end = rest.find(separator).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        if !rest.starts_with('"') && cell.contains('"') {
            return Err(refused(row, "单元格中间有引号", "a quotation mark stands inside a cell"));
        }
        cells.push(cell);
        rest = match after.strip_prefix(separator) {
            Some(next) => next,
            None if after.is_empty() => return Ok(cells),
            None => return Err(refused(row, "引号之后还有内容", "something follows a closing quotation mark")),
        };
    }
}

/// A quoted cell behind its first quote, and what follows its last one.
fn of_quotes(row: u64, quoted: &str) -> Result<(String, &str), Refusal> {
    let mut cell = String::new();
    let mut rest = quoted;
    while let Some((before, after)) = rest.split_once('"') {
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(further) => {
                cell.push('"');
                rest = further;
            }
            None => return Ok((cell, after)),
        }
    }
    Err(refused(row, "引号没有在本行结束", "a quotation mark is not closed on its line"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cell_may_be_quoted_and_a_quote_doubled() {
        let read = |line| cells(7, line, ',').map_err(|refusal| refusal.detail.en);
        assert_eq!(read(r#"a,"b,""c""",,"""#).unwrap(), ["a", r#"b,"c""#, "", ""]);
        for line in [r#"a,"b"#, r#"a,b"c"#, r#"a,"b"c"#, r#"a, "b""#, r#"a,"b"""#] {
            assert!(read(line).unwrap_err().starts_with("Row 7: "), "{line}");
        }
    }

    proptest! {
        /// What another program writes by the standard is read as it was meant.
        #[test]
        fn what_a_csv_writer_writes_is_read(rows in prop::collection::vec(prop::collection::vec("[a村,\" \t]{0,6}", 2..5), 1..6)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read: Vec<Vec<String>> =
                lines(text.trim_end_matches('\n')).map(|(row, line)| cells(row, line, ',').unwrap()).collect();
            prop_assert_eq!(read, rows);
        }
    }
}
