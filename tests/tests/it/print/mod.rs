//! What people are handed on paper: pages printed by a headless browser, with every number on them found again in the JSON
//! answer, and every figure of the answer on them. `HUIYIN_KEEP_PRINTED=/some/directory` keeps the PDFs, to be looked at.

mod dossier;
mod dossier_parts;
mod review;
mod vocabulary;

use crate::harness::{Browser, Paper};

/// Prints the page that the browser shows.
pub fn printed(browser: &Browser, name: &str) -> Paper {
    let pdf = browser.print();
    if let Some(kept) = std::env::var_os("HUIYIN_KEEP_PRINTED") {
        std::fs::write(std::path::Path::new(&kept).join(format!("{name}.pdf")), &pdf).unwrap();
    }
    Paper::of(&pdf)
}
