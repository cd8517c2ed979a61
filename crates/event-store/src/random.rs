//! Random bytes from the operating system. Not for anything that must be drawn again the same.
//!
//! Ids and the nonces of leaves, which everybody sees, come from a pool. Keys, tokens and the nonces of boxes do not: a
//! copy of the process (a snapshot of its machine that is started twice) must not hold what will be drawn next.

use std::cell::RefCell;

/// Random bytes that one thread takes from the system at once: a call costs more than the bytes.
const AT_ONCE: usize = 1024;

thread_local! {
    /// Bytes drawn and not yet handed out; each is handed out once and wiped.
    static POOL: RefCell<([u8; AT_ONCE], usize)> =
        const { RefCell::new(([0; AT_ONCE], AT_ONCE)) };
}

/// Fresh bytes for a secret, drawn now from the operating system's random source.
pub fn secret_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    draw(&mut bytes);
    bytes
}

/// The kernel's source cannot fail once it is seeded; going on without randomness would publish guessable nonces.
fn draw(bytes: &mut [u8]) {
    #[expect(clippy::expect_used, reason = "no safe way on without randomness")]
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

/// Fresh random bytes for ids, at most 1,024, from the operating system's random source.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    const { assert!(N <= AT_ONCE, "more than is drawn at once") };
    let mut bytes = [0; N];
    fill_random(&mut bytes);
    bytes
}

/// Fills `bytes`, at most [`AT_ONCE`] of them, from the operating system's random source.
pub(crate) fn fill_random(bytes: &mut [u8]) {
    POOL.with_borrow_mut(|(pool, taken)| {
        if *taken + bytes.len() > pool.len() {
            draw(pool);
            *taken = 0;
        }
        let drawn = &mut pool[*taken..*taken + bytes.len()];
        bytes.copy_from_slice(drawn);
        drawn.fill(0);
        *taken += bytes.len();
    });
}
