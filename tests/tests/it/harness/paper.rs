//! What stands on printed pages, and whether it is what it should be: each part in one piece on one page, and no number that
//! nobody can account for.

use super::tools::{succeeds, there_is};
use std::process::{Command, Stdio};
use unicode_normalization::UnicodeNormalization as _;

/// What stands where something was found and struck out: neighbours do not grow together.
const STRUCK: &str = "▪";

/// Whether what is printed in Chinese can be read again here.
pub fn paper_can_be_read(test: &str) -> bool {
    // It is the empty answer, not the status, that says that there is no such font.
    let fonts = Command::new("fc-list").arg(":lang=zh-cn").stdin(Stdio::null()).output();
    there_is(test, "pdftotext (poppler-utils)", succeeds(Command::new("pdftotext").arg("-v")))
        && there_is(test, "a font for Chinese (fonts-wqy-zenhei)", fonts.is_ok_and(|listed| !listed.stdout.is_empty()))
}

/// Text without white space, in the characters that are meant: where lines end is the printer's affair, and fonts share
/// shapes between characters.
fn bare(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// Printed pages.
#[derive(Clone, Debug)]
pub struct Paper {
    pages: Vec<String>,
    /// Width and height of each page, in points.
    pub sides: Vec<(f64, f64)>,
}

impl Paper {
    /// The pages of a PDF, as poppler reads them in the order in which they were drawn.
    #[track_caller]
    pub fn of(pdf: &[u8]) -> Self {
        let dir = tempfile::Builder::new().prefix("huiyin-test-").tempdir().unwrap();
        let file = dir.path().join("printed.pdf");
        std::fs::write(&file, pdf).unwrap();
        let read = Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&file).arg("-").output().unwrap();
        assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        let text = String::from_utf8(read.stdout).unwrap();
        let pages = text.trim_end_matches('\u{c}').split('\u{c}').map(bare).collect();
        let boxes = String::from_utf8_lossy(pdf);
        let sides = boxes.split("/MediaBox [").skip(1).map(|rest| {
            let sides: Vec<f64> =
                rest.split(']').next().unwrap().split_whitespace().map(|side| side.parse().unwrap()).collect();
            (sides[2], sides[3])
        });
        Self { pages, sides: sides.collect() }
    }

    /// How many pages there are.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether all of it is A4, upright, as browsers round it.
    pub fn is_a4(&self) -> bool {
        let is_a4 = |(width, height): &(f64, f64)| (width - 595.3).abs() < 1.0 && (height - 841.9).abs() < 1.0;
        self.sides.len() == self.len() && self.sides.iter().all(is_a4)
    }

    /// On how many pages any of these stands.
    pub fn pages_with(&self, texts: &[String]) -> usize {
        let texts: Vec<String> = texts.iter().map(|text| bare(text)).collect();
        self.pages.iter().filter(|page| texts.iter().any(|text| page.contains(text))).count()
    }

    /// Strikes out the numbers of the pages; false where one is missing.
    pub fn is_numbered(&mut self) -> bool {
        let all = self.len();
        (1..).zip(&mut self.pages).all(|(number, page)| {
            let number = format!("{number}/{all}");
            let there = page.starts_with(&number);
            *page = page.replacen(&number, STRUCK, 1);
            there
        })
    }

    /// Strikes out what stands in one piece on one page.
    fn strike(&mut self, piece: &str) -> bool {
        let found = self.pages.iter_mut().find(|page| page.contains(piece));
        found.is_some_and(|page| {
            *page = page.replacen(piece, STRUCK, 1);
            true
        })
    }

    /// Strikes out what may run from one page over to the next.
    fn strike_words(&mut self, words: &str) -> bool {
        if self.strike(words) {
            return true;
        }
        let cuts: Vec<(usize, char)> = words.char_indices().skip(1).collect();
        for at in 1..self.pages.len() {
            for (cut, _) in &cuts {
                let (end, beginning) = words.split_at(*cut);
                // The number of a page stands before what is on it.
                let next = self.pages[at].strip_prefix(STRUCK).unwrap_or(&self.pages[at]);
                if self.pages[at - 1].ends_with(end) && next.starts_with(beginning) {
                    let kept = self.pages[at - 1].len() - end.len();
                    self.pages[at - 1].replace_range(kept.., STRUCK);
                    self.pages[at] = self.pages[at].replacen(beginning, STRUCK, 1);
                    return true;
                }
            }
        }
        false
    }

    /// Where paper and what should stand on it differ: pieces that are on no page, words that are nowhere, and numbers that
    /// are in neither. Empty where all is as it should be.
    pub fn differences(mut self, pieces: &[String], words: &[String]) -> Vec<String> {
        let mut wrong = Vec::new();
        let longest_first = |texts: &[String]| {
            let mut texts: Vec<String> = texts.iter().map(|text| bare(text)).collect();
            texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
            texts
        };
        for piece in longest_first(pieces) {
            if !self.strike(&piece) {
                wrong.push(format!("on no page in one piece: {piece}"));
            }
        }
        for said in longest_first(words) {
            if !self.strike_words(&said) {
                wrong.push(format!("nowhere: {said}"));
            }
        }
        for (number, page) in (1..).zip(&self.pages) {
            let left = page.split(STRUCK).filter(|rest| rest.contains(|c: char| c.is_ascii_digit()));
            wrong.extend(left.map(|rest| format!("a number of nothing on page {number}: {rest}")));
        }
        wrong
    }
}
