//! Checkpoints that must not be believed.

use event_store::checkpoint::{self, NoteError, is_origin, verify};
use event_store::tree::empty_root;
use event_store::{KeyDirectory, SignError};
use uuid::Uuid;

const ORIGIN: &str = "huiyin.example/notes";

fn signed() -> (KeyDirectory, String, String) {
    let keys = KeyDirectory::ephemeral(Uuid::nil(), ORIGIN);
    let (vkey, note) = (keys.vkey(), keys.sign(0, 3, [5; 32], &[]).unwrap());
    assert_eq!(verify(&note, &vkey), Ok((3, [5; 32])));
    (keys, vkey, note)
}

#[test]
fn no_changed_or_missing_byte_is_believed() {
    let (_, vkey, note) = signed();
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut changed = note.clone().into_bytes();
            changed[at] ^= 1 << bit;
            if let Ok(changed) = String::from_utf8(changed) {
                assert!(verify(&changed, &vkey).is_err(), "byte {at} bit {bit}");
            }
        }
        if let Some(cut) = note.get(..at) {
            assert!(verify(cut, &vkey).is_err(), "cut at {at}");
        }
    }
    for at in 0..vkey.len() {
        let mut changed = vkey.clone().into_bytes();
        changed[at] ^= 1;
        if let Ok(changed) = String::from_utf8(changed) {
            assert!(verify(&note, &changed).is_err(), "vkey byte {at}");
        }
    }
}

#[test]
fn other_signers_are_passed_over_and_never_suffice() {
    let (_, vkey, note) = signed();
    let witnessed = format!("{note}— witness.example/w1 AAAAAQIDBA==\n");
    assert_eq!(verify(&witnessed, &vkey), Ok((3, [5; 32])));
    let others = KeyDirectory::ephemeral(Uuid::nil(), ORIGIN);
    assert_eq!(verify(&note, &others.vkey()), Err(NoteError::Signature));
    let theirs = others.sign(0, 3, [5; 32], &[]).unwrap();
    let line = theirs.lines().last().unwrap();
    assert_eq!(verify(&format!("{note}{line}\n"), &vkey), Ok((3, [5; 32])));
    let elsewhere = KeyDirectory::ephemeral(Uuid::nil(), "huiyin.example/other");
    assert!(matches!(verify(&note, &elsewhere.vkey()), Err(NoteError::Origin(_))));
    // Twice the same line says nothing more, and is no form that we write.
    let own = note.lines().last().unwrap();
    assert!(verify(&format!("{note}{own}\n"), &vkey).is_err());
}

#[test]
fn texts_out_of_form_are_refused() {
    let (_, vkey, note) = signed();
    for text in ["", "\n", "\n\n", "a\n\n", "\n\n\n", &note.repeat(2), &note.repeat(500)] {
        assert!(verify(text, &vkey).is_err());
    }
    for vkey in ["", "a+b+c", "++", "huiyin.example/notes+00000000+AAAA"] {
        assert_eq!(verify(&note, vkey), Err(NoteError::Vkey));
    }
}

#[test]
fn sizes_are_spelled_in_one_way() {
    use ed25519_dalek::{Signer as _, SigningKey};
    let key = SigningKey::from_bytes(&[7; 32]);
    let vkey = checkpoint::vkey(ORIGIN, &key.verifying_key());
    let whole = checkpoint::note(ORIGIN, 3, &[5; 32], &key);
    let (text, line) = whole.split_once("\n\n").unwrap();
    let (prefix, encoded) = line.trim_end().rsplit_once(' ').unwrap();
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD;
    let id = base64.decode(encoded).unwrap()[..4].to_vec();
    // Properly signed, so that only the form can be at fault.
    let sign = |text: &str| {
        let signature = key.sign(text.as_bytes()).to_bytes();
        let encoded = base64.encode([&id[..], &signature].concat());
        format!("{text}\n{prefix} {encoded}\n")
    };
    let text = format!("{text}\n");
    assert_eq!(sign(&text), whole);
    for size in ["03", "+3", "3 ", "-3", "", "18446744073709551616"] {
        let other = sign(&text.replace("\n3\n", &format!("\n{size}\n")));
        assert!(matches!(verify(&other, &vkey), Err(NoteError::Malformed(_))), "{size}");
    }
    let longer = sign(&format!("{text}more\n"));
    assert!(matches!(verify(&longer, &vkey), Err(NoteError::Malformed(_))));
    let largest = sign(&text.replace("\n3\n", "\n18446744073709551615\n"));
    assert_eq!(verify(&largest, &vkey), Ok((u64::MAX, [5; 32])));
}

#[test]
fn origins_have_no_white_space_and_no_plus() {
    assert!(is_origin("huiyin.local/01a20b9d-a21c-72ff-928b-f3566e4c0000"));
    assert!(is_origin("回音.example"));
    for origin in ["", "a b", "a\u{3000}b", "a+b", "a\n", &"x".repeat(201)] {
        assert!(!is_origin(origin), "{origin:?}");
    }
}

#[test]
fn an_empty_log_is_signed_once_and_only_as_empty() {
    let keys = KeyDirectory::ephemeral(Uuid::nil(), ORIGIN);
    assert!(matches!(keys.sign(0, 0, [0; 32], &[]), Err(SignError::Fork { .. })));
    let note = keys.sign(0, 0, empty_root(), &[]).unwrap();
    assert_eq!(verify(&note, &keys.vkey()), Ok((0, empty_root())));
    assert_eq!(keys.last_signed(), None);
}
