//! `huiyin export --files`: what leaves the town for a cold copy or a verifier, checked by code that shares nothing with it.

use super::{content, directory, pdf, stores};
use crate::harness::{Office, text};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fs;

#[test]
fn an_export_has_every_file_sealed_and_a_list_of_them() {
    let mut office = Office::empty();
    let lengths = [70_000, 65_536, 300];
    let files: Vec<_> = lengths.map(|length| (stores(&office, &pdf(length)), office.head())).into();
    let tags: Vec<_> = files
        .iter()
        .map(|(file, _)| {
            let answer = office.get(&content(file));
            let tag = answer.header("etag").unwrap().trim_matches('"').to_owned();
            STANDARD.encode(URL_SAFE_NO_PAD.decode(tag).unwrap())
        })
        .collect();
    office.stops();
    let copy = office.place().data().with_extension("copy");
    let export = |words: &str| {
        let output = office.place().command("export").arg(&copy).arg("--files").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && said.contains(words), "{said}{}", String::from_utf8_lossy(&output.stderr));
    };
    export("files.csv: 3 files of 135836 bytes, 3 written now");
    let mut list = "id,position,bytes,commitment\n".to_owned();
    for (((file, position), tag), length) in files.iter().zip(&tags).zip(lengths) {
        list += &format!("{},{position},{length},{tag}\n", text(file, "/id"));
    }
    assert_eq!(fs::read_to_string(copy.join("files.csv")).unwrap(), list);
    for (file, _) in &files {
        let id = text(file, "/id");
        assert_eq!(fs::read(copy.join("files").join(id)).unwrap(), fs::read(directory(&office).join(id)).unwrap());
    }
    assert!(copy.join("checkpoint").is_file());
    // Again: what is there is left, what was changed there is put right.
    export("3 files of 135836 bytes, 0 written now");
    fs::write(copy.join("files").join(text(&files[1].0, "/id")), b"changed").unwrap();
    export("3 files of 135836 bytes, 1 written now");
    // While a server holds the log, nothing is copied.
    office.restarts();
    let output = office.place().command("export").arg(&copy).arg("--files").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}
