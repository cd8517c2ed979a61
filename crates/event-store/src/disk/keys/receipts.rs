//! Receipt codes: what a visitor asks by, derived from the receipt key and stored nowhere. And what somebody is looked up by,
//! under the same key.

use super::KeyDirectory;
use crate::ids::Hash;
use crate::record::boxes::hmac_sha256;
use hmac::Mac as _;
use uuid::Uuid;

/// Crockford's base32.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Digits of a receipt code, of five bits each.
const CODE_DIGITS: usize = 16;

impl KeyDirectory {
    /// The code on an issue's receipt, in Crockford's base32, in fours: 80 bits of HMAC-SHA256 under the receipt key, of
    /// `"huiyin/receipt/1\n"` ‖ issue uuid, or where it was given anew by the event of version `reissued` of
    /// `"huiyin/receipt/2\n"` ‖ issue uuid ‖ `"\n"` ‖ version. Stored nowhere; derived again wherever it is shown or looked for.
    pub fn receipt_code(&self, issue: Uuid, reissued: Option<u64>) -> String {
        let digest = match reissued {
            None => self.under_receipt_key(&["huiyin/receipt/1\n", &issue.to_string()]),
            Some(version) => {
                self.under_receipt_key(&["huiyin/receipt/2\n", &issue.to_string(), "\n", &version.to_string()])
            }
        };
        crockford_in_fours(&digest[..10])
    }

    /// What a receipt code is looked up by: half of HMAC-SHA256(receipt key, `"huiyin/receipt-lookup/1\n"` ‖ code), the code
    /// as it is read aloud or typed, in whatever case, with or without its hyphens and spaces. Of what is no code too, so that looking for
    /// it takes as long.
    pub fn receipt_lookup(&self, code: &str) -> [u8; 16] {
        let canonical = canonical_code(code);
        let digest = self.under_receipt_key(&["huiyin/receipt-lookup/1\n", canonical.as_deref().unwrap_or(code)]);
        std::array::from_fn(|at| digest[at])
    }

    /// What somebody is looked up by: half of HMAC-SHA256(receipt key, `"huiyin/person-lookup/1\n"` ‖ class ‖ `"\n"` ‖ key), where
    /// the key is the digits of a number or a name as names are compared. Without the receipt key nobody can try all numbers.
    pub fn person_lookup(&self, class: &str, key: &str) -> [u8; 16] {
        let digest = self.under_receipt_key(&["huiyin/person-lookup/1\n", class, "\n", key]);
        std::array::from_fn(|at| digest[at])
    }

    fn under_receipt_key(&self, parts: &[&str]) -> Hash {
        let mut mac = hmac_sha256(&self.receipt);
        for part in parts {
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// A code of sixteen digits without its hyphens and spaces, as Crockford reads it: small letters are capitals, O is 0, I and L are 1.
/// `None` for what is none.
fn canonical_code(code: &str) -> Option<String> {
    let digits = code.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    });
    let canonical: String = digits.take(CODE_DIGITS + 1).collect();
    let fits = canonical.len() == CODE_DIGITS && canonical.bytes().all(|digit| CROCKFORD.contains(&digit));
    fits.then_some(canonical)
}

/// Bytes in the digits of Crockford's base32, a hyphen after every fourth.
pub(super) fn crockford_in_fours(bytes: &[u8]) -> String {
    let mut code = String::new();
    let (mut held, mut bits, mut written) = (0u32, 0u32, 0u32);
    for &byte in bytes {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            if written > 0 && written.is_multiple_of(4) {
                code.push('-');
            }
            code.push(char::from(CROCKFORD[(held >> bits & 31) as usize]));
            written += 1;
        }
        held &= (1 << bits) - 1;
    }
    code
}
