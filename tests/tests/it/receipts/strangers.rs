//! That guessing codes leads nowhere.

use super::Visit;
use crate::harness::Office;

/// 80 bits are not guessed, and guesses are bounded all together, from wherever they come.
#[test]
fn threat_ten_thousand_guesses_find_nothing_and_soon_are_refused() {
    println!("attempted: ten thousand guesses at receipt codes");
    let office = Office::open();
    Visit::with(&office, "楼道灯不亮");
    let (mut unknown, mut refused) = (0, 0);
    for n in 0..10_000_u32 {
        let code = format!("{:04}-{:04}-7K2M-P4QX", n / 100, n % 100);
        let answer = office.call("GET", &format!("/v1/public/receipts/{code}")).without("Authorization").send();
        match answer.status {
            404 => unknown += 1,
            429 => {
                assert!(answer.header("retry-after").is_some());
                refused += 1;
            }
            other => panic!("{code}: {other}"),
        }
    }
    assert_eq!(unknown + refused, 10_000);
    assert!(unknown >= 1000 && refused > 5000, "{unknown} were looked up, {refused} refused");
    println!("caught: none found anything, most were 429");
}
