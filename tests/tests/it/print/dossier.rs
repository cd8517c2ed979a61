//! The dossier of a year on paper.

use super::dossier_parts::Parts;
use super::printed;
use super::review::Reviewed;
use super::vocabulary::Vocabulary;
use crate::harness::{Browser, paper_can_be_read, there_is_a_browser};
use serde_json::Value;

const TEST: &str = "every_number_of_a_printed_dossier_is_in_the_answer_and_every_figure_of_the_answer_is_printed";

/// Adds one to the last digit of the text of an element that is shown.
const TAMPER: &str = "const element = document.querySelectorAll(arguments[0])[Number(arguments[1])];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const changed = node.data.replace(/[0-9](?=[^0-9]*$)/, (digit) => (Number(digit) + 1) % 10);
        if (changed !== node.data) { node.data = changed; return true; }
    }
    return false";

/// Figures that may not be nothing in a year that is worth a look.
const FIGURES_MIN: usize = 10;

#[test]
fn every_number_of_a_printed_dossier_is_in_the_answer_and_every_figure_of_the_answer_is_printed() {
    if !there_is_a_browser(TEST) || !paper_can_be_read(TEST) {
        return;
    }
    let Some(review) = Reviewed::of(TEST) else { return };
    let at = review.path(&format!("dossier?as_of_position={}", review.office.head()));
    let dossier = review.office.get(&at).good();
    is_worth_a_look(&dossier);
    let browser = Browser::of_size(800, 1100);
    let authorization = format!("Bearer {}", review.office.token());
    for language in ["zh-CN", "en"] {
        let words = Vocabulary::of(&review.office, language);
        let parts = Parts { dossier: &dossier, words: &words };
        let (pieces, said) = (parts.pieces(), parts.said());
        browser.sends(&[("Authorization", &authorization), ("Accept-Language", language)]);
        browser.open(&format!("{}{at}&format=html", review.office.server().url));
        let mut paper = printed(&browser, &format!("dossier-{language}"));
        assert!(paper.is_a4(), "{:?}", paper.sides);
        assert!(paper.is_numbered(), "{paper:#?}");
        // The headings of a table are on each page that it goes on to.
        let heads = paper.pages_with(&[parts.heads().to_owned()]);
        assert!(heads > 0 && heads == paper.pages_with(&parts.figures()), "{paper:#?}");
        let differences = paper.clone().differences(&pieces, &said);
        assert!(differences.is_empty(), "{language}: {differences:#?}\n{paper:#?}");
        assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
    }
    // One digit that is another one is noticed, wherever it is. The page is the English one.
    let words = Vocabulary::of(&review.office, "en");
    let parts = Parts { dossier: &dossier, words: &words };
    let (pieces, said) = (parts.pieces(), parts.said());
    let places = [
        ("svg text:last-of-type", "0"),
        ("table.figures td.n", "1"),
        ("table.figures td:last-child", "0"),
        ("footer p", "1"),
    ];
    for (selector, nth) in places {
        browser.reload();
        assert_eq!(browser.run(TAMPER, &[selector, nth]), Value::Bool(true), "{selector} has no digit");
        let mut tampered = printed(&browser, "tampered");
        assert!(tampered.is_numbered());
        let differences = tampered.differences(&pieces, &said);
        assert!(differences.len() >= 2, "{selector}: a piece is missing, a number is of nothing: {differences:#?}");
    }
}

/// Figures of all kinds, none of them for want of anything to count.
fn is_worth_a_look(dossier: &Value) {
    let all = dossier["figures"]["indicators"].as_array().unwrap();
    let counted = all.iter().filter(|one| one["n"].as_u64() > Some(0)).count();
    assert!(counted >= FIGURES_MIN, "{counted} figures only: {all:#?}");
    for part in ["target_permille", "split", "weighted", "responses", "wilson_95_permille", "referenced"] {
        assert!(all.iter().any(|one| one.get(part).is_some()), "no figure has {part}: {all:#?}");
    }
    assert!(!dossier["adjusted"].as_array().unwrap().is_empty(), "nothing is adjusted");
}
